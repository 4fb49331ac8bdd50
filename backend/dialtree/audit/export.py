"""GET /audit-log.csv: the audit log as a file for spreadsheets, row by row (P3)."""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date

from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from dialtree import clock
from dialtree.accounts.models import Customer
from dialtree.accounts.principal import Principal
from dialtree.accounts.signing_in import Credentials
from dialtree.audit.models import AuditAction, AuditEntry
from dialtree.audit.queries import Filter, all_entries, check
from dialtree.audit.wording import ACTIONS, COLUMNS, FILE_NAME, ROLES
from dialtree.audit.writing import log
from dialtree.database import is_passing, transaction
from dialtree.ids import from_global_id, to_global_id
from dialtree.language import Language, preferred
from dialtree.orders.models import order_reference
from dialtree.refusals import (
    FieldProblem,
    Invalid,
    NotFound,
    Refusal,
    RefusalCode,
    Refused,
)

BYTE_ORDER_MARK = "\ufeff"
"""By it spreadsheets recognise UTF-8."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")
"""The last four are the full-width forms of the first."""

STATUSES = {
    RefusalCode.NOT_AUTHENTICATED: 401,
    RefusalCode.NOT_ADMINISTRATOR: 403,
    RefusalCode.CUSTOMER_NOT_AVAILABLE: 403,
    RefusalCode.CROSS_SITE_REQUEST: 403,
    RefusalCode.NOT_FOUND: 404,
    RefusalCode.TRY_AGAIN: 503,
}
"""Any other refusal: 400."""


def csv_export(
    credentials_of: Callable[[HTTPConnection], Credentials],
) -> Callable[[Request], Awaitable[Response]]:
    """The handler; it takes the arguments of auditLog as query parameters, `action` as often as
    wanted, and `customer`, the id of the customer that service staff work for, because a link
    carries no header."""

    async def handle(request: Request) -> Response:
        language = preferred(request.headers.get("accept-language"))
        try:
            principal = await _principal(request, credentials_of(request))
            language = principal.language
            filter_ = _filter(request.query_params)
            check(principal, filter_)
            if request.method != "HEAD":
                await _log(principal, filter_)
        except Refused as refused:
            return _refused(refused, language)
        except Exception as error:
            if not is_passing(error):
                raise
            return _refused(Refused(Refusal(RefusalCode.TRY_AGAIN)), language)
        headers = {
            "Content-Disposition": f'attachment; filename="{_file_name(language)}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        media_type = "text/csv; charset=utf-8"
        if request.method == "HEAD":
            return Response(headers=headers, media_type=media_type)
        return StreamingResponse(_lines(principal, filter_), headers=headers, media_type=media_type)

    return handle


async def _principal(request: Request, credentials: Credentials) -> Principal:
    """Raises Refused (NOT_AUTHENTICATED, CUSTOMER_NOT_AVAILABLE)."""
    if customer := request.query_params.get("customer"):
        credentials = replace(credentials, customer=customer)
    principal = await credentials.principal()
    if principal is None:
        raise Refused(Refusal(RefusalCode.NOT_AUTHENTICATED))
    return principal


def _filter(query: QueryParams) -> Filter:
    """Raises Invalid, NotFound."""
    problems: list[FieldProblem] = []

    def misread(name: str, value: str, expected: str) -> None:
        params = {"value": value[:100], "expected": expected}
        refusal = Refusal(RefusalCode.VALUE_NOT_UNDERSTOOD, params)
        problems.append(FieldProblem(name, refusal, value=value))

    def day(name: str) -> date | None:
        value = query.get(name)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            misread(name, value, "2026-12-31")
            return None

    actions = []
    for value in query.getlist("action"):
        if value in AuditAction.__members__:
            actions.append(AuditAction(value))
        else:
            misread("action", value, f"{AuditAction.PASSWORD_SHOWN}, …")
    user = _id(query.get("userId"))
    if user is not None and user[0] != "User":
        raise NotFound
    filter_ = Filter(
        subject=_id(query.get("subjectId")),
        user_id=user[1] if user else None,
        actions=tuple(actions),
        since=day("from"),
        until=day("until"),
        search=query.get("search"),
    )
    if problems:
        raise Invalid(problems)
    return filter_


def _id(global_id: str | None) -> tuple[str, int] | None:
    if not global_id:
        return None
    found = from_global_id(global_id)
    if found is None:
        raise NotFound
    return found


async def _log(principal: Principal, filter_: Filter) -> None:
    """That somebody takes the log away with them, and what part of it."""
    part: dict[str, str | None] = {
        "subjectId": to_global_id(*filter_.subject) if filter_.subject else None,
        "userId": to_global_id("User", filter_.user_id) if filter_.user_id else None,
        "actions": ", ".join(filter_.actions) or None,
        "from": filter_.since.isoformat() if filter_.since else None,
        "until": filter_.until.isoformat() if filter_.until else None,
        "search": filter_.search or None,
    }

    async def work() -> None:
        customer = await principal.of(Customer).get()
        await log(principal, AuditAction.AUDIT_LOG_EXPORTED, customer, after=part)

    await transaction(work)


def _refused(refused: Refused, language: Language) -> Response:
    """As an error of /graphql looks."""
    refusal = refused.refusal
    if isinstance(refused, Invalid):
        refusal = refused.problems[0].refusal
    extensions = {"code": refusal.code.value, "rule": refusal.rule}
    return JSONResponse(
        {"errors": [{"message": refusal.message(language), "extensions": extensions}]},
        STATUSES.get(refusal.code, 400),
        {"Cache-Control": "no-store"},
    )


def _file_name(language: Language) -> str:
    return f"dialtree-{FILE_NAME.say(language)}-{clock.today()}.csv"


async def _lines(principal: Principal, filter_: Filter) -> AsyncIterator[str]:
    language = principal.language
    heading = _text([[column.say(language) for column in COLUMNS]])
    yield BYTE_ORDER_MARK + heading
    async for batch in all_entries(principal, filter_):
        yield _text([_row(entry, language) for entry in batch])


def _text(rows: list[list[str]]) -> str:
    """RFC 4180, with the semicolons that German spreadsheets expect."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe: it makes it a text."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def _row(entry: AuditEntry, language: Language) -> list[str]:
    return [
        entry.at.astimezone(clock.BERLIN).isoformat(timespec="seconds"),
        entry.actor_name,
        ROLES[entry.actor_role].say(language) if entry.actor_role else "",
        entry.address or "",
        entry.via or "",
        entry.action.value,
        ACTIONS[entry.action].say(language),
        entry.subject_type,
        to_global_id(entry.subject_type, entry.subject_id),
        entry.subject_name,
        order_reference(entry.order_id) if entry.order_id is not None else "",
        "\n".join(_change(change) for change in entry.changes),
    ]


def _change(change: dict[str, str | None]) -> str:
    """A creation has no state before."""
    field, before, after = change["field"], change["before"], change["after"]
    if before is None:
        return f"{field}: {after}"
    return f"{field}: {before} → {after or ''}".rstrip()
