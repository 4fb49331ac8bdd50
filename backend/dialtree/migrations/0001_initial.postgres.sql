CREATE TABLE "customer" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(200) NOT NULL,
    "booked_concurrent_calls" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE TABLE "user_account" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "email" VARCHAR(254) NOT NULL UNIQUE,
    "name" VARCHAR(200) NOT NULL,
    "role" VARCHAR(20) NOT NULL,
    "language" VARCHAR(2) NOT NULL,
    "password_hash" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "deactivated_at" TIMESTAMPTZ,
    "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE RESTRICT
);
CREATE TABLE "api_token" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(200) NOT NULL,
    "secret_hash" VARCHAR(64) NOT NULL UNIQUE,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ,
    "revoked_at" TIMESTAMPTZ,
    "user_id" BIGINT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE TABLE "session" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "secret_hash" VARCHAR(64) NOT NULL UNIQUE,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "user_id" BIGINT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE TABLE "site_contract" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" VARCHAR(50) NOT NULL,
    "street" VARCHAR(200) NOT NULL,
    "postcode" VARCHAR(10) NOT NULL,
    "town" VARCHAR(100) NOT NULL,
    "status" VARCHAR(10) NOT NULL,
    "start_date" DATE,
    "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_site_contract_number" UNIQUE ("customer_id", "number")
);
CREATE TABLE "site_key" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "customer_id" BIGINT NOT NULL,
    "key" VARCHAR(250) COLLATE "C" NOT NULL,
    "contract_id" BIGINT NOT NULL REFERENCES "site_contract" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_site_key_search" ON "site_key" ("customer_id", "key", "contract_id");
CREATE INDEX "idx_site_key_contract" ON "site_key" ("contract_id");
CREATE TABLE "ucc_partner" (
    "code" VARCHAR(30) NOT NULL PRIMARY KEY,
    "name" VARCHAR(100) NOT NULL,
    "takes_split_ranges" BOOL NOT NULL
);
CREATE TABLE "holder" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(20) NOT NULL,
    "status" VARCHAR(10) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "name_key" VARCHAR(200) COLLATE "C" NOT NULL,
    "contact_name" VARCHAR(200),
    "contact_phone" VARCHAR(50),
    "contact_email" VARCHAR(254),
    "element_count" INT NOT NULL,
    "number_count" BIGINT NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE RESTRICT,
    "partner_id" VARCHAR(30) REFERENCES "ucc_partner" ("code") ON DELETE RESTRICT
);
-- A name is taken only while its holder exists (T1).
CREATE UNIQUE INDEX "uid_holder_name" ON "holder" ("customer_id", "kind", "name_key") WHERE "deleted_at" IS NULL;
CREATE INDEX "idx_holder_list" ON "holder" ("customer_id", "kind", "status", "name_key");
CREATE TABLE "order_request" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(20) NOT NULL,
    "status" VARCHAR(10) NOT NULL,
    "creator" VARCHAR(10) NOT NULL,
    "execution_date" DATE,
    "due_at" TIMESTAMPTZ NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "started_at" TIMESTAMPTZ,
    "finished_at" TIMESTAMPTZ,
    "refusal" JSONB,
    "merged_levels" SMALLINT,
    "idempotency_key" VARCHAR(100),
    "fingerprint" VARCHAR(64) NOT NULL,
    "attempt" INT NOT NULL,
    "lease_until" TIMESTAMPTZ,
    "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE RESTRICT,
    "holder_id" BIGINT REFERENCES "holder" ("id") ON DELETE RESTRICT,
    "requested_by_id" BIGINT NOT NULL REFERENCES "user_account" ("id") ON DELETE RESTRICT,
    "undoes_id" BIGINT REFERENCES "order_request" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_order_idempotency_key" UNIQUE ("customer_id", "idempotency_key")
);
CREATE INDEX "idx_order_due" ON "order_request" ("status", "due_at", "id");
CREATE INDEX "idx_order_list" ON "order_request" ("customer_id", "status", "id");
CREATE INDEX "idx_order_holder" ON "order_request" ("holder_id", "status");
CREATE TABLE "number_range" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(20) NOT NULL,
    "level" SMALLINT NOT NULL,
    "digits" VARCHAR(15) COLLATE "C" NOT NULL,
    "open_digits" SMALLINT NOT NULL,
    "first_digits" VARCHAR(10) NOT NULL,
    "area_length" SMALLINT NOT NULL,
    "extension_at" SMALLINT,
    "state" VARCHAR(10) NOT NULL,
    "free_count" BIGINT NOT NULL,
    "assigned_count" BIGINT NOT NULL,
    "reserved_beneath" INT NOT NULL,
    "contract_id" BIGINT NOT NULL REFERENCES "site_contract" ("id") ON DELETE RESTRICT,
    "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE RESTRICT,
    "holder_id" BIGINT REFERENCES "holder" ("id") ON DELETE RESTRICT,
    "open_order_id" BIGINT REFERENCES "order_request" ("id") ON DELETE RESTRICT,
    "parent_id" BIGINT REFERENCES "number_range" ("id") ON DELETE CASCADE,
    "root_id" BIGINT REFERENCES "number_range" ("id") ON DELETE CASCADE,
    CONSTRAINT "chk_number_range_holder" CHECK (("state" = 'ASSIGNED') = ("holder_id" IS NOT NULL)),
    CONSTRAINT "chk_number_range_counts" CHECK (
        "free_count" >= 0 AND "assigned_count" >= 0 AND "reserved_beneath" >= 0
    ),
    CONSTRAINT "chk_number_range_root" CHECK (
        ("parent_id" IS NULL) = ("root_id" IS NULL) AND ("parent_id" IS NULL) = ("level" = 0)
    )
);
-- A number stands once only (N3). A block shares its digits with other parts of the same stem.
CREATE UNIQUE INDEX "uid_number_range_digits" ON "number_range" ("digits") WHERE "kind" <> 'BLOCK';
CREATE INDEX "idx_number_range_roots" ON "number_range" ("customer_id", "digits", "id") WHERE "parent_id" IS NULL;
CREATE INDEX "idx_number_range_digits" ON "number_range" ("customer_id", "digits", "id");
CREATE INDEX "idx_number_range_state" ON "number_range" ("customer_id", "state", "digits", "id");
CREATE INDEX "idx_number_range_parent" ON "number_range" ("parent_id", "digits");
CREATE INDEX "idx_number_range_root" ON "number_range" ("root_id", "digits");
CREATE INDEX "idx_number_range_contract" ON "number_range" ("contract_id");
CREATE INDEX "idx_number_range_holder" ON "number_range" ("holder_id", "digits");
CREATE INDEX "idx_number_range_order" ON "number_range" ("open_order_id");
CREATE TABLE "number_suffix" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "customer_id" BIGINT NOT NULL,
    "suffix" VARCHAR(16) COLLATE "C" NOT NULL,
    "root_id" BIGINT NOT NULL REFERENCES "number_range" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_number_suffix_search" ON "number_suffix" ("customer_id", "suffix", "root_id");
CREATE INDEX "idx_number_suffix_root" ON "number_suffix" ("root_id");
CREATE TABLE "order_item" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "tree_id" BIGINT NOT NULL,
    "action" VARCHAR(10) NOT NULL,
    "digits" VARCHAR(15) COLLATE "C" NOT NULL,
    "open_digits" SMALLINT NOT NULL,
    "area_length" SMALLINT NOT NULL,
    "extension_at" SMALLINT,
    "order_id" BIGINT NOT NULL REFERENCES "order_request" ("id") ON DELETE CASCADE,
    "range_id" BIGINT REFERENCES "number_range" ("id") ON DELETE SET NULL
);
CREATE INDEX "idx_order_item_order" ON "order_item" ("order_id", "id");
CREATE INDEX "idx_order_item_range" ON "order_item" ("range_id");
CREATE TABLE "outbox_mail" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "customer_id" BIGINT NOT NULL,
    "topic" VARCHAR(30) NOT NULL,
    "recipient" VARCHAR(254) NOT NULL,
    "recipient_name" VARCHAR(200) NOT NULL,
    "language" VARCHAR(2) NOT NULL,
    "subject" VARCHAR(300) NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "attempts" INT NOT NULL,
    "last_error" VARCHAR(500),
    "sent_at" TIMESTAMPTZ,
    "order_id" BIGINT REFERENCES "order_request" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_outbox_mail_once" UNIQUE ("order_id", "recipient", "topic")
);
CREATE INDEX "idx_outbox_due" ON "outbox_mail" ("sent_at", "due_at");
INSERT INTO "ucc_partner" ("code", "name", "takes_split_ranges") VALUES
    ('ZOOM_X', 'Zoom X', TRUE),
    ('OPERATOR_CONNECT', 'Microsoft Teams Operator Connect', TRUE),
    ('UNIFY_X', 'Unify X (by RingCentral)', FALSE),
    ('RINGCENTRAL_X', 'RingCentral X (Office)', FALSE);
