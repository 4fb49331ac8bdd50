"""The audit log in the API (P3)."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dialtree.accounts.models import Role
from dialtree.audit import models, queries
from dialtree.audit.models import AuditAction
from dialtree.graphql.context import Info
from dialtree.graphql.ids import id_of
from dialtree.graphql.paging import After, Connection, First, Node, connect
from dialtree.graphql.sizes import at_most
from dialtree.ids import from_global_id, to_global_id
from dialtree.paging import DEFAULT_PAGE
from dialtree.refusals import NotFound

if TYPE_CHECKING:
    from dialtree.orders.graphql import Order

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
        description="From which state to which; empty where nothing was changed.",
        directives=[at_most(10)],
    )
    actor: str = strawberry.field(description="Name of the person who did it, at that time.")
    actor_role: Role | None = strawberry.field(
        description="What the person was then; null: nobody who signs in, such as the operator."
    )
    address: str | None = strawberry.field(
        description="Network address it was asked for from; null: on the machine itself."
    )
    via: str | None = strawberry.field(
        description='Name of the API token it was done with, "command line", or the reference of '
        "the order whose execution did it; null: by a person at the page."
    )
    row: strawberry.Private[models.AuditEntry]

    @strawberry.field(description="The order that was placed, changed or executed; null: none.")
    async def order(
        self, info: Info
    ) -> Annotated["Order", strawberry.lazy("dialtree.orders.graphql")] | None:
        from dialtree.orders.graphql import Order

        if self.row.order_id is None:
            return None
        order = await info.context.loaders.orders.load(self.row.order_id)
        return Order.of(order) if order else None

    @strawberry.field(
        description="What it was done to, if it is a number range, a holder, an order, a site "
        "contract or a customer and still there; else null."
    )
    async def subject(self, info: Info) -> Node | None:
        from dialtree.graphql.subjects import load_subject

        return await load_subject(info, self.row.subject_type, self.row.subject_id)

    @classmethod
    def of(cls, row: models.AuditEntry) -> "AuditEntry":
        return cls(
            id=strawberry.ID(to_global_id("AuditEntry", row.id)),
            at=row.at,
            action=row.action,
            subject_id=strawberry.ID(to_global_id(row.subject_type, row.subject_id)),
            subject_name=row.subject_name,
            changes=[AuditChange(**change) for change in row.changes],
            actor=row.actor_name,
            actor_role=row.actor_role,
            address=row.address,
            via=row.via,
            row=row,
        )


@strawberry.type(description="A person by whom there is an entry in the audit log.")
class AuditActor:
    id: strawberry.ID = strawberry.field(description="Id of the account, as userId of auditLog.")
    name: str = strawberry.field(description="Name of the person, as it is now.")
    role: Role = strawberry.field(description="What the person is now.")


@strawberry.type
class AuditQuery:
    @strawberry.field(
        description="The audit log, the newest first (P3); GET /audit-log.csv gives the same as a "
        "file. For administrators; for others an error with extensions.code NOT_ADMINISTRATOR."
    )
    async def audit_log(
        self,
        info: Info,
        subject_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="Only what was done to this object; of an order also what was done by "
                "it. Null: all. No id at all: an error with extensions.code NOT_FOUND."
            ),
        ] = None,
        user_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only what this person did; see auditActors."),
        ] = None,
        actions: Annotated[
            list[AuditAction] | None,
            strawberry.argument(description="Only these actions; null or empty: all."),
        ] = None,
        since: Annotated[
            date | None,
            strawberry.argument(name="from", description="First day (Europe/Berlin)."),
        ] = None,
        until: Annotated[
            date | None,
            strawberry.argument(description="Last day (Europe/Berlin), which is included."),
        ] = None,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="A part of the name of the subject or of the person; at most "
                "100 characters, else an error with extensions.code VALUE_TOO_LONG."
            ),
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
    ) -> Connection[AuditEntry]:
        filter_ = queries.Filter(
            subject=any_id(subject_id),
            user_id=id_of(user_id, "User") if user_id is not None else None,
            actions=tuple(actions or ()),
            since=since,
            until=until,
            search=search,
        )
        principal = info.context.signed_in()
        page = await queries.entries(principal, filter_, first=first, after=after)
        return connect(page, AuditEntry.of)

    @strawberry.field(
        description="Everyone with an account by whom there is an entry in the audit log, by name. "
        "For administrators; for others an error with extensions.code NOT_ADMINISTRATOR.",
        directives=[at_most(100)],
    )
    async def audit_actors(self, info: Info) -> list[AuditActor]:
        return [
            AuditActor(
                id=strawberry.ID(to_global_id("User", user.id)), name=user.name, role=user.role
            )
            for user in await queries.actors(info.context.signed_in())
        ]


def any_id(global_id: str | None) -> tuple[str, int] | None:
    """Type and id of whatever it names; raises NotFound where it is no id at all."""
    if global_id is None:
        return None
    subject = from_global_id(global_id)
    if subject is None:
        raise NotFound
    return subject
