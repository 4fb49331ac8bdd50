-- Customers are listed by name and found by the beginning of any word of it (P2).
ALTER TABLE "customer" ADD COLUMN "name_key" VARCHAR(250) NOT NULL DEFAULT '';
CREATE INDEX "idx_customer_list" ON "customer" ("name_key", "id");
CREATE TABLE "customer_key" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "key" VARCHAR(250) NOT NULL,
    "customer_id" BIGINT NOT NULL REFERENCES "customer" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_customer_key_search" ON "customer_key" ("key", "customer_id");
CREATE INDEX "idx_customer_key_customer" ON "customer_key" ("customer_id");
-- As `fold` of numbering/sites.py does it with what German names have; an update of the name does
-- it exactly.
UPDATE "customer" SET "name_key" = TRIM(SUBSTR(REPLACE(
    REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
    LOWER("name"), 'Ä', 'ae'), 'Ö', 'oe'), 'Ü', 'ue'), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'),
    '-', ' '), '.', ' '), '&', ' '), ',', ' '), '  ', ' '), '  ', ' '), 1, 250));
INSERT INTO "customer_key" ("customer_id", "key")
WITH RECURSIVE "ending"("customer_id", "text") AS (
    SELECT "id", CAST("name_key" AS TEXT) FROM "customer" WHERE "name_key" <> ''
    UNION
    SELECT "customer_id", LTRIM(SUBSTR("text", INSTR("text", ' ') + 1))
    FROM "ending" WHERE INSTR("text", ' ') > 0
)
SELECT "customer_id", "text" FROM "ending" WHERE "text" <> '';
