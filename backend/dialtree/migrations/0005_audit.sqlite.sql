-- Which order an entry is about, and the entries of a stretch of days.
ALTER TABLE "audit_entry" ADD COLUMN "order_id" BIGINT;
CREATE INDEX "idx_audit_entry_order" ON "audit_entry" ("customer_id", "order_id", "id");
CREATE INDEX "idx_audit_entry_at" ON "audit_entry" ("customer_id", "at");
-- Entries are added and never changed or deleted (P3).
CREATE TRIGGER "audit_entry_is_not_changed" BEFORE UPDATE ON "audit_entry"
    BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never changed'); END;
CREATE TRIGGER "audit_entry_is_not_deleted" BEFORE DELETE ON "audit_entry"
    BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never deleted'); END;
