-- What a person sees (P1), and the account a person has at the company's own sign-in.
ALTER TABLE "user_account" ADD COLUMN "view_mode" VARCHAR(10) NOT NULL DEFAULT 'USER';
ALTER TABLE "user_account" ADD COLUMN "oidc_subject" VARCHAR(512);
CREATE UNIQUE INDEX "uid_user_account_oidc_subject" ON "user_account" ("oidc_subject");
CREATE INDEX "idx_user_account_list" ON "user_account" ("customer_id", "id");
-- By what a person recognises a session of theirs.
ALTER TABLE "session" ADD COLUMN "address" VARCHAR(45);
ALTER TABLE "session" ADD COLUMN "user_agent" VARCHAR(300);
ALTER TABLE "session" ADD COLUMN "last_used_at" TIMESTAMPTZ;
CREATE INDEX "idx_session_user" ON "session" ("user_id");
-- What a token may do, at most what its owner may: until now exactly that.
ALTER TABLE "api_token" ADD COLUMN "role" VARCHAR(20) NOT NULL DEFAULT 'VIEWER';
UPDATE "api_token" SET "role" =
    (SELECT "role" FROM "user_account" WHERE "user_account"."id" = "api_token"."user_id");
ALTER TABLE "api_token" ADD COLUMN "last_used_at" TIMESTAMPTZ;
CREATE INDEX "idx_api_token_user" ON "api_token" ("user_id");
-- Links that work once: to accept an invitation, to set a new password.
CREATE TABLE "account_link" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "purpose" VARCHAR(20) NOT NULL,
    "secret_hash" VARCHAR(64) NOT NULL UNIQUE,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "user_id" BIGINT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_account_link_user" ON "account_link" ("user_id", "purpose");
-- Attempts that failed, for a while: they slow down whoever guesses.
CREATE TABLE "sign_in_failure" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "account" VARCHAR(64) NOT NULL,
    "address" VARCHAR(45) NOT NULL,
    "at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_sign_in_failure_account" ON "sign_in_failure" ("account", "at");
CREATE INDEX "idx_sign_in_failure_address" ON "sign_in_failure" ("address", "at");
-- The audit log: who, also where no account is behind it, from where, and by which means (P3).
ALTER TABLE "audit_entry" ALTER COLUMN "user_id" DROP NOT NULL;
ALTER TABLE "audit_entry" ADD COLUMN "actor_name" VARCHAR(200) NOT NULL DEFAULT '';
ALTER TABLE "audit_entry" ADD COLUMN "actor_role" VARCHAR(20);
ALTER TABLE "audit_entry" ADD COLUMN "address" VARCHAR(45);
ALTER TABLE "audit_entry" ADD COLUMN "via" VARCHAR(200);
UPDATE "audit_entry" SET "actor_name" = "user_account"."name", "actor_role" = "user_account"."role"
    FROM "user_account" WHERE "user_account"."id" = "audit_entry"."user_id";
ALTER TABLE "audit_entry" ALTER COLUMN "actor_name" DROP DEFAULT;
CREATE INDEX "idx_audit_entry_user" ON "audit_entry" ("customer_id", "user_id", "id");
CREATE INDEX "idx_audit_entry_action" ON "audit_entry" ("customer_id", "action", "id");
