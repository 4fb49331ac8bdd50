"""The audit log in the API (P3)."""

from datetime import datetime
from typing import Annotated

import strawberry

from dialtree.audit import models, queries
from dialtree.audit.models import AuditAction
from dialtree.graphql.context import Info
from dialtree.graphql.paging import After, Connection, First, Node, connect
from dialtree.holders.models import TYPE_NAMES
from dialtree.ids import from_global_id, to_global_id
from dialtree.paging import DEFAULT_PAGE
from dialtree.refusals import NotFound

strawberry.enum(AuditAction, description="What was done, or looked at.")


@strawberry.type(description="One value that was changed.")
class AuditChange:
    field: str = strawberry.field(description="Name of the field, such as contact.email.")
    before: str | None = strawberry.field(description="The value before; null: none.")
    after: str | None = strawberry.field(description="The value since; null: none.")


@strawberry.type(description="Who did what, or looked at a password, and when (P3).")
class AuditEntry(Node):
    at: datetime = strawberry.field(description="When it was done.")
    action: AuditAction = strawberry.field(description="What was done.")
    subject_id: strawberry.ID = strawberry.field(
        description="Id of what it was done to, which may be gone since."
    )
    subject_name: str = strawberry.field(description="The name that had at that time.")
    changes: list[AuditChange] = strawberry.field(
        description="From which state to which; empty where nothing was changed."
    )
    row: strawberry.Private[models.AuditEntry]

    @classmethod
    def of(cls, row: models.AuditEntry) -> "AuditEntry":
        return cls(
            id=strawberry.ID(to_global_id("AuditEntry", row.id)),
            at=row.at,
            action=row.action,
            subject_id=strawberry.ID(to_global_id(row.subject_type, row.subject_id)),
            subject_name=row.subject_name,
            changes=[AuditChange(**change) for change in row.changes],
            row=row,
        )

    @strawberry.field(description="Name of the person who did it.")
    async def actor(self, info: Info) -> str:
        user = await info.context.loaders.users.load(self.row.user_id)
        return user.name if user else ""


@strawberry.type
class AuditQuery:
    @strawberry.field(
        description="The audit log, the newest first (P3). For administrators; for others an error "
        "with extensions.code NOT_ADMINISTRATOR."
    )
    async def audit_log(
        self,
        info: Info,
        subject_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only what was done to this holder; null: all."),
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> Connection[AuditEntry]:
        subject = None
        if subject_id is not None:
            subject = from_global_id(subject_id)
            if subject is None or subject[0] not in TYPE_NAMES.values():
                raise NotFound
        page = await queries.entries(info.context.signed_in(), subject, first=first, after=after)
        return connect(page, AuditEntry.of)
