"""What a client is told of an exception: the refusal it carries, else the id it is logged under."""

import logging
from dataclasses import dataclass
from uuid import uuid4

from dialtree.database import UNSTORABLE, is_nul, is_passing
from dialtree.refusals import Refusal, RefusalCode, Refused

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    refusal: Refusal
    error_id: str | None = None
    """Under which the exception was logged; None for what is expected to happen."""

    @property
    def extensions(self) -> dict[str, object]:
        """As they stand in a GraphQL error."""
        told: dict[str, object] = {"code": self.refusal.code.value, "rule": self.refusal.rule}
        return told if self.error_id is None else {"errorId": self.error_id, **told}


def told(error: BaseException | None, where: object) -> Told:
    """Logs what is a bug of ours, with its trace and `where` it showed."""
    if isinstance(error, Refused):
        return Told(error.refusal)
    if error is not None and is_nul(error):
        return Told(UNSTORABLE)
    if error is not None and is_passing(error):
        return Told(Refusal(RefusalCode.TRY_AGAIN))
    error_id = uuid4().hex
    log.error("error %s at %s", error_id, where, exc_info=error, extra={"error_id": error_id})
    return Told(Refusal(RefusalCode.INTERNAL_ERROR, {"id": error_id}), error_id)
