-- Whose reminders of planned orders are wanted (O7), and of which day the order was reminded.
ALTER TABLE "user_account" ADD COLUMN "order_reminders" BOOL NOT NULL DEFAULT TRUE;
ALTER TABLE "order_request" ADD COLUMN "reminded_for" DATE;
CREATE INDEX "idx_order_reminder" ON "order_request" ("status", "execution_date");
-- What a trunk is created with (T1), and the second address of a Cloud PBX (H6).
ALTER TABLE "holder" ADD COLUMN "profile" VARCHAR(20);
ALTER TABLE "holder" ADD COLUMN "call_limit" INT;
ALTER TABLE "holder" ADD COLUMN "incoming_call_limit" INT;
ALTER TABLE "holder" ADD COLUMN "outgoing_call_limit" INT;
ALTER TABLE "holder" ADD COLUMN "support_email" VARCHAR(254);
UPDATE "holder" SET "profile" = 'STANDARD' WHERE "kind" = 'SIP_TRUNK';
-- A planned trunk counts the elements it will start with.
UPDATE "holder" SET
    "element_count" = (
        SELECT COUNT(*) FROM "number_range" JOIN "order_request" ON "order_request"."id" = "open_order_id"
        WHERE "order_request"."holder_id" = "holder"."id" AND "order_request"."kind" = 'CREATE_TRUNK'
    ),
    "number_count" = (
        SELECT COALESCE(SUM("free_count"), 0) FROM "number_range"
        JOIN "order_request" ON "order_request"."id" = "open_order_id"
        WHERE "order_request"."holder_id" = "holder"."id" AND "order_request"."kind" = 'CREATE_TRUNK'
    )
    WHERE "status" = 'PLANNED' AND "deleted_at" IS NULL;
-- Whether changes of a partner's numbers can be planned (H3): data, as whether it takes split ranges.
ALTER TABLE "ucc_partner" ADD COLUMN "takes_execution_date" BOOL NOT NULL DEFAULT FALSE;
CREATE TABLE "sip_credentials" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "customer_id" BIGINT NOT NULL,
    "user_name" VARCHAR(64) NOT NULL UNIQUE,
    "realm" VARCHAR(253) NOT NULL,
    "password_encrypted" TEXT NOT NULL,
    "ha1" VARCHAR(32) NOT NULL,
    "ha1b" VARCHAR(32) NOT NULL,
    "ha1_sha256" VARCHAR(64) NOT NULL,
    "password_set_at" TIMESTAMPTZ NOT NULL,
    "holder_id" BIGINT NOT NULL UNIQUE REFERENCES "holder" ("id") ON DELETE CASCADE
);
-- What a registrar reads: the credentials that work at this moment (T3-T5). Columns are a contract.
CREATE VIEW "sip_subscriber" AS
    SELECT
        "sip_credentials"."user_name" AS "username",
        "sip_credentials"."realm" AS "domain",
        "sip_credentials"."ha1" AS "ha1",
        "sip_credentials"."ha1b" AS "ha1b",
        "sip_credentials"."ha1_sha256" AS "ha1_sha256",
        CAST("holder"."id" AS TEXT) AS "trunk_id"
    FROM "sip_credentials" JOIN "holder" ON "holder"."id" = "sip_credentials"."holder_id"
    WHERE "holder"."status" = 'ACTIVE' AND "holder"."deleted_at" IS NULL;
CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "customer_id" BIGINT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    "action" VARCHAR(40) NOT NULL,
    "subject_type" VARCHAR(30) NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "subject_name" VARCHAR(200) NOT NULL,
    "changes" JSONB NOT NULL,
    "user_id" BIGINT NOT NULL REFERENCES "user_account" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idx_audit_entry_list" ON "audit_entry" ("customer_id", "id");
CREATE INDEX "idx_audit_entry_subject" ON "audit_entry" ("customer_id", "subject_type", "subject_id", "id");
