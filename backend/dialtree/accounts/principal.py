"""Who is asking. Every query for a customer's rows begins with `Principal.of`: the one place
where rows are scoped."""

from dataclasses import dataclass
from typing import TypeVar

from tortoise.models import Model
from tortoise.queryset import QuerySet

from dialtree.accounts.models import Customer, Role, User
from dialtree.language import Language
from dialtree.refusals import Refusal, RefusalCode, Refused

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Principal:
    user_id: int
    customer_id: int
    name: str
    email: str
    role: Role
    language: Language
    order_reminders: bool = True

    @classmethod
    def from_user(cls, user: User) -> "Principal":
        return cls(
            user.id,
            user.customer_id,
            user.name,
            user.email,
            user.role,
            user.language,
            user.order_reminders,
        )

    def of(self, model: type[M]) -> QuerySet[M]:
        """The rows of `model` that belong to this person's customer."""
        if model is Customer:
            return model.filter(id=self.customer_id)
        return model.filter(customer_id=self.customer_id)

    def why_not_change(self) -> Refusal | None:
        """Only administrators change anything (H5)."""
        if self.role == Role.ADMINISTRATOR:
            return None
        return Refusal(RefusalCode.NOT_ADMINISTRATOR)

    def why_not_see_credentials(self) -> Refusal | None:
        """Viewers see everything but credentials (H5)."""
        if self.role == Role.ADMINISTRATOR:
            return None
        return Refusal(RefusalCode.CREDENTIALS_FOR_ADMINISTRATORS)

    def must_be_administrator(self) -> None:
        if refusal := self.why_not_change():
            raise Refused(refusal)
