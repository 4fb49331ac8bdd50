-- Open orders in the order in which they are due, and those of each holder: claiming walks these,
-- however many orders are finished.
DROP INDEX "idx_order_due";
CREATE INDEX "idx_order_open" ON "order_request" ("due_at", "id") WHERE "finished_at" IS NULL;
CREATE INDEX "idx_order_open_of_holder" ON "order_request" ("holder_id", "due_at", "id") WHERE "finished_at" IS NULL;
-- What waits in the outbox, however much has been sent.
DROP INDEX "idx_outbox_due";
CREATE INDEX "idx_outbox_waiting" ON "outbox_mail" ("due_at", "id") WHERE "sent_at" IS NULL;
-- Unexpected errors, told apart from claims: an order may be claimed and given back without being begun.
ALTER TABLE "order_request" ADD COLUMN "faults" INT NOT NULL DEFAULT 0;
