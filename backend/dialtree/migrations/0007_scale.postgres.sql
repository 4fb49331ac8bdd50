-- "Contains" searches: of each root the keys of numbering/search.py with its digits, so that what a
-- key finds is in the order of the list. The endings that were kept before had no such order.
CREATE TABLE "number_piece" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "customer_id" BIGINT NOT NULL,
    "piece" VARCHAR(5) COLLATE "C" NOT NULL,
    "digits" VARCHAR(15) COLLATE "C" NOT NULL,
    "root_id" BIGINT NOT NULL REFERENCES "number_range" ("id") ON DELETE CASCADE
);
INSERT INTO "number_piece" ("customer_id", "piece", "digits", "root_id")
WITH RECURSIVE "place"("at") AS (SELECT 0 UNION ALL SELECT "at" + 1 FROM "place" WHERE "at" < 14),
"form" AS (
    SELECT "id", "customer_id", "digits", "open_digits", '0' || SUBSTR("digits", 3) AS "national"
    FROM "number_range" WHERE "parent_id" IS NULL
)
SELECT "customer_id", "piece", "digits", "id" FROM (
    SELECT DISTINCT "customer_id", SUBSTR("national", "at", 3) AS "piece", "digits", "id"
    FROM "form" JOIN "place" ON "at" BETWEEN 1 AND LENGTH("national") - 2
    UNION ALL
    SELECT "customer_id",
        SUBSTR("national", LENGTH("national") + 1 - "ending"."at") || '+' || "reach"."at",
        "digits", "id"
    FROM "form"
    JOIN "place" AS "ending" ON "ending"."at" <= 3
    JOIN "place" AS "reach" ON "reach"."at" BETWEEN 1 AND "open_digits"
) AS "found";
CREATE INDEX "idx_number_piece_search" ON "number_piece" ("customer_id", "piece", "digits", "root_id");
CREATE INDEX "idx_number_piece_root" ON "number_piece" ("root_id");
DROP TABLE "number_suffix";
-- The roots of contracts. What stands beneath is found through its root.
CREATE INDEX "idx_number_range_contract_roots" ON "number_range" ("customer_id", "contract_id", "digits", "id") WHERE "parent_id" IS NULL;
DROP INDEX "idx_number_range_contract";
-- Roots have neither parent nor root, most ranges neither holder nor order: a split writes ten of
-- them. SQLite would look for the roots of a customer under "no parent".
DROP INDEX "idx_number_range_parent";
CREATE INDEX "idx_number_range_parent" ON "number_range" ("parent_id", "digits") WHERE "parent_id" IS NOT NULL;
DROP INDEX "idx_number_range_root";
CREATE INDEX "idx_number_range_root" ON "number_range" ("root_id", "digits") WHERE "root_id" IS NOT NULL;
DROP INDEX "idx_number_range_holder";
CREATE INDEX "idx_number_range_holder" ON "number_range" ("holder_id", "digits", "id") WHERE "holder_id" IS NOT NULL;
DROP INDEX "idx_number_range_order";
CREATE INDEX "idx_number_range_order" ON "number_range" ("open_order_id", "digits", "id") WHERE "open_order_id" IS NOT NULL;
CREATE INDEX "idx_order_all" ON "order_request" ("customer_id", "id");
-- The sums of a customer's inventory; what of it is assigned stands with the holders.
ALTER TABLE "customer" ADD COLUMN "site_contract_count" INT NOT NULL DEFAULT 0;
ALTER TABLE "customer" ADD COLUMN "block_count" INT NOT NULL DEFAULT 0;
ALTER TABLE "customer" ADD COLUMN "single_number_count" INT NOT NULL DEFAULT 0;
ALTER TABLE "customer" ADD COLUMN "number_count" BIGINT NOT NULL DEFAULT 0;
UPDATE "customer" SET
    "site_contract_count" =
        (SELECT COUNT(*) FROM "site_contract" WHERE "customer_id" = "customer"."id"),
    "block_count" = (
        SELECT COUNT(*) FROM "number_range"
        WHERE "customer_id" = "customer"."id" AND "parent_id" IS NULL AND "kind" = 'BLOCK'
    ),
    "single_number_count" = (
        SELECT COUNT(*) FROM "number_range"
        WHERE "customer_id" = "customer"."id" AND "parent_id" IS NULL AND "kind" <> 'BLOCK'
    ),
    "number_count" = (
        SELECT COALESCE(SUM("free_count" + "assigned_count"), 0) FROM "number_range"
        WHERE "customer_id" = "customer"."id" AND "parent_id" IS NULL
    );
-- Compared by the program, too, which compares as "C" does.
ALTER TABLE "site_contract" ALTER COLUMN "number" TYPE VARCHAR(50) COLLATE "C";
