"""Figures of the outbox."""

from datetime import datetime

from dialtree.notifications.models import OutboxMail


async def unsent_count() -> int:
    return await OutboxMail.filter(sent_at__isnull=True).count()


async def oldest_unsent() -> datetime | None:
    """When the oldest e-mail was written that waits to be sent; None if none waits."""
    oldest = await OutboxMail.filter(sent_at__isnull=True).order_by("created_at", "id").first()
    return oldest.created_at if oldest else None
