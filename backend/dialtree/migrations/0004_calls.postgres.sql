-- How many calls may run at once over all numbers of a site contract, where that is limited (C2).
ALTER TABLE "site_contract" ADD COLUMN "call_limit" INT;
-- Calls that were rejected because of a limit, as the network reported them (C4).
CREATE TABLE "rejected_call" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "call_id" VARCHAR(128) NOT NULL,
    "level" VARCHAR(10) NOT NULL,
    "direction" VARCHAR(10) NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    "hour" TIMESTAMPTZ NOT NULL,
    "caller" VARCHAR(21),
    "callee" VARCHAR(21) NOT NULL,
    "call_limit" INT NOT NULL,
    "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE RESTRICT,
    "contract_id" BIGINT REFERENCES "site_contract" ("id") ON DELETE SET NULL,
    "holder_id" BIGINT REFERENCES "holder" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_rejected_call_once" UNIQUE ("customer_id", "call_id", "level")
);
CREATE INDEX "idx_rejected_call_list" ON "rejected_call" ("customer_id", "at", "id");
CREATE INDEX "idx_rejected_call_level" ON "rejected_call" ("customer_id", "level", "at", "id");
CREATE INDEX "idx_rejected_call_contract" ON "rejected_call" ("contract_id", "at");
CREATE INDEX "idx_rejected_call_holder" ON "rejected_call" ("holder_id", "at");
CREATE INDEX "idx_rejected_call_age" ON "rejected_call" ("at");
