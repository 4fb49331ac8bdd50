"""The columns of the rows that are made, in their order; others keep their defaults."""


def _columns(names: str) -> tuple[str, ...]:
    return tuple(names.split())


PIECE_COLUMNS = _columns("id customer_id root_id digits piece")
CUSTOMER_COLUMNS = _columns("id name name_key booked_concurrent_calls created_at")
USER_COLUMNS = _columns(
    "id customer_id email name role language password_hash created_at order_reminders view_mode"
)
TOKEN_COLUMNS = _columns("id user_id name role secret_hash created_at last_used_at")
CONTRACT_COLUMNS = _columns("id customer_id number street postcode town status")
RANGE_COLUMNS = _columns(
    "id customer_id contract_id root_id parent_id kind level digits open_digits first_digits "
    "area_length extension_at state holder_id open_order_id free_count assigned_count "
    "reserved_beneath"
)
HOLDER_COLUMNS = _columns(
    "id customer_id kind status name name_key contact_name contact_phone contact_email profile "
    "partner_id element_count number_count"
)
ORDER_COLUMNS = _columns(
    "id customer_id kind status creator requested_by_id holder_id execution_date due_at created_at "
    "started_at finished_at refusal fingerprint attempt lease_until"
)
ITEM_COLUMNS = _columns(
    "id order_id range_id tree_id action digits open_digits area_length extension_at"
)
MAIL_COLUMNS = _columns(
    "id customer_id topic recipient recipient_name language subject text html created_at due_at "
    "attempts sent_at order_id"
)
ENTRY_COLUMNS = _columns(
    "id customer_id user_id actor_name actor_role at action subject_type subject_id subject_name "
    "order_id changes"
)
