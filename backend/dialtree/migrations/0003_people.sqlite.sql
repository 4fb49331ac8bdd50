-- What a person sees (P1), and the account a person has at the company's own sign-in.
ALTER TABLE "user_account" ADD COLUMN "view_mode" VARCHAR(10) NOT NULL DEFAULT 'USER';
ALTER TABLE "user_account" ADD COLUMN "oidc_subject" VARCHAR(512);
CREATE UNIQUE INDEX "uid_user_account_oidc_subject" ON "user_account" ("oidc_subject");
CREATE INDEX "idx_user_account_list" ON "user_account" ("customer_id", "id");
-- By what a person recognises a session of theirs.
ALTER TABLE "session" ADD COLUMN "address" VARCHAR(45);
ALTER TABLE "session" ADD COLUMN "user_agent" VARCHAR(300);
ALTER TABLE "session" ADD COLUMN "last_used_at" TIMESTAMP;
CREATE INDEX "idx_session_user" ON "session" ("user_id");
-- What a token may do, at most what its owner may: until now exactly that.
ALTER TABLE "api_token" ADD COLUMN "role" VARCHAR(20) NOT NULL DEFAULT 'VIEWER';
UPDATE "api_token" SET "role" =
    (SELECT "role" FROM "user_account" WHERE "user_account"."id" = "api_token"."user_id");
ALTER TABLE "api_token" ADD COLUMN "last_used_at" TIMESTAMP;
CREATE INDEX "idx_api_token_user" ON "api_token" ("user_id");
-- Links that work once: to accept an invitation, to set a new password.
CREATE TABLE "account_link" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "purpose" VARCHAR(20) NOT NULL,
    "secret_hash" VARCHAR(64) NOT NULL UNIQUE,
    "created_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP NOT NULL,
    "user_id" BIGINT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_account_link_user" ON "account_link" ("user_id", "purpose");
-- Attempts that failed, for a while: they slow down whoever guesses.
CREATE TABLE "sign_in_failure" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "account" VARCHAR(64) NOT NULL,
    "address" VARCHAR(45) NOT NULL,
    "at" TIMESTAMP NOT NULL
);
CREATE INDEX "idx_sign_in_failure_account" ON "sign_in_failure" ("account", "at");
CREATE INDEX "idx_sign_in_failure_address" ON "sign_in_failure" ("address", "at");
-- The audit log: who, also where no account is behind it, from where, and by which means (P3).
CREATE TABLE "new_audit_entry" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "action" VARCHAR(40) NOT NULL,
    "actor_name" VARCHAR(200) NOT NULL,
    "actor_role" VARCHAR(20),
    "address" VARCHAR(45),
    "via" VARCHAR(200),
    "subject_type" VARCHAR(30) NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "subject_name" VARCHAR(200) NOT NULL,
    "changes" JSON NOT NULL,
    "user_id" BIGINT REFERENCES "user_account" ("id") ON DELETE RESTRICT
);
INSERT INTO "new_audit_entry"
    SELECT "audit_entry"."id", "audit_entry"."customer_id", "at", "action", "user_account"."name",
        "user_account"."role", NULL, NULL, "subject_type", "subject_id", "subject_name", "changes",
        "user_id"
    FROM "audit_entry" JOIN "user_account" ON "user_account"."id" = "audit_entry"."user_id";
DROP TABLE "audit_entry";
ALTER TABLE "new_audit_entry" RENAME TO "audit_entry";
CREATE INDEX "idx_audit_entry_list" ON "audit_entry" ("customer_id", "id");
CREATE INDEX "idx_audit_entry_subject" ON "audit_entry" ("customer_id", "subject_type", "subject_id", "id");
CREATE INDEX "idx_audit_entry_user" ON "audit_entry" ("customer_id", "user_id", "id");
CREATE INDEX "idx_audit_entry_action" ON "audit_entry" ("customer_id", "action", "id");
