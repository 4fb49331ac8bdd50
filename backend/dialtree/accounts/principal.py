"""Who is asking. Every query for a customer's rows begins with `Principal.of`: the one place
where rows are scoped."""

from dataclasses import dataclass
from typing import TypeVar

from tortoise.models import Model
from tortoise.queryset import QuerySet

from dialtree.accounts.models import Customer, Role, User, ViewMode
from dialtree.language import Language
from dialtree.refusals import Refusal, RefusalCode, Refused

M = TypeVar("M", bound=Model)

_RANK = {Role.VIEWER: 0, Role.ADMINISTRATOR: 1, Role.SERVICE: 2}


def lesser(one: Role, other: Role) -> Role:
    """The role that may do less."""
    return min(one, other, key=_RANK.__getitem__)


@dataclass(frozen=True, slots=True)
class Principal:
    user_id: int
    customer_id: int
    """Whose numbers are worked on: for service staff the customer they have chosen (P2)."""
    home_customer_id: int
    """Whom the person belongs to."""
    name: str
    email: str
    role: Role
    language: Language
    order_reminders: bool = True
    view_mode: ViewMode = ViewMode.USER
    address: str | None = None
    """Where the request came from."""
    via: str | None = None
    """Name of the API token; null when the person is signed in."""

    @classmethod
    def from_user(
        cls,
        user: User,
        *,
        role: Role | None = None,
        customer_id: int | None = None,
        address: str | None = None,
        via: str | None = None,
    ) -> "Principal":
        """`role`: null for that of the user; `customer_id`: null for the one the user belongs
        to."""
        return cls(
            user_id=user.id,
            customer_id=customer_id or user.customer_id,
            home_customer_id=user.customer_id,
            name=user.name,
            email=user.email,
            role=role or user.role,
            language=user.language,
            order_reminders=user.order_reminders,
            view_mode=user.view_mode,
            address=address,
            via=via,
        )

    def of(self, model: type[M]) -> QuerySet[M]:
        """The rows of `model` that belong to the customer this person works for."""
        if model is Customer:
            return model.filter(id=self.customer_id)
        return model.filter(customer_id=self.customer_id)

    def customers(self) -> QuerySet[Customer]:
        """Those that this person may work for: service staff for every one (P2)."""
        return Customer.all() if self.role == Role.SERVICE else self.of(Customer)

    def why_not_change(self) -> Refusal | None:
        """Only administrators and service staff change anything (H5, P2)."""
        if self.role in (Role.ADMINISTRATOR, Role.SERVICE):
            return None
        return Refusal(RefusalCode.NOT_ADMINISTRATOR)

    def why_not_see_credentials(self) -> Refusal | None:
        """Viewers see everything but credentials (H5)."""
        if self.role in (Role.ADMINISTRATOR, Role.SERVICE):
            return None
        return Refusal(RefusalCode.CREDENTIALS_FOR_ADMINISTRATORS)

    def why_not_see_callers(self) -> Refusal | None:
        """Who called is no business of everybody who looks at numbers (C2)."""
        return self.why_not_change()

    def why_not_serve(self) -> Refusal | None:
        """Contracts, booked concurrent calls and customers are the provider's (C1, P2)."""
        return None if self.role == Role.SERVICE else Refusal(RefusalCode.NOT_SERVICE_STAFF)

    def why_not_with_token(self) -> Refusal | None:
        """Sign-ins and tokens are looked after by people, not by tokens."""
        return None if self.via is None else Refusal(RefusalCode.NOT_WITH_TOKEN)

    def must_be_administrator(self) -> None:
        if refusal := self.why_not_change():
            raise Refused(refusal)

    def must_serve(self) -> None:
        if refusal := self.why_not_serve():
            raise Refused(refusal)
