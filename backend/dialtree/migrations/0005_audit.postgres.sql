-- Which order an entry is about, and the entries of a stretch of days.
ALTER TABLE "audit_entry" ADD COLUMN "order_id" BIGINT;
CREATE INDEX "idx_audit_entry_order" ON "audit_entry" ("customer_id", "order_id", "id");
CREATE INDEX "idx_audit_entry_at" ON "audit_entry" ("customer_id", "at");
-- Entries are added and never changed or deleted (P3).
CREATE FUNCTION "audit_entry_stays"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the audit log are never changed or deleted'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "audit_entry_is_not_changed" BEFORE UPDATE OR DELETE ON "audit_entry"
    FOR EACH ROW EXECUTE FUNCTION "audit_entry_stays"();
CREATE TRIGGER "audit_entry_is_not_truncated" BEFORE TRUNCATE ON "audit_entry"
    FOR EACH STATEMENT EXECUTE FUNCTION "audit_entry_stays"();
