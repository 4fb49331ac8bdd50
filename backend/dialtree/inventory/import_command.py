"""Importing site contracts with their numbers (N1-N4, F1)."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tortoise.expressions import F

from dialtree import live
from dialtree.accounts.models import Customer
from dialtree.accounts.principal import Principal
from dialtree.audit.models import AuditAction
from dialtree.audit.writing import log
from dialtree.database import announce, connection, is_postgres, transaction
from dialtree.inventory import importing
from dialtree.inventory.contracts import site_keys
from dialtree.inventory.import_plan import Plan, Stored, TakenRoot, plan, stems
from dialtree.inventory.importing import Contract, Root
from dialtree.inventory.models import (
    NumberPiece,
    NumberRange,
    RangeKind,
    RangeState,
    SiteContract,
    SiteKey,
)
from dialtree.numbering.ranges import ALL_DIGITS, NumberPattern, next_prefix
from dialtree.numbering.search import pieces
from dialtree.refusals import FieldProblem, Invalid

T = TypeVar("T")

ADVISORY_LOCK = 0x696D706F
BATCH = 1_000
"""Rows written by one statement."""
CHUNK = 10_000
"""Values asked for by one query; SQLite takes 32,766 variables."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was newly added, or with `dry_run` would be. `unchanged_count`: rows that are stored
    already; `bad_rows` is not empty only where bad rows were to be skipped."""

    contract_count: int
    block_count: int
    single_number_count: int
    number_count: int
    unchanged_count: int
    bad_rows: list[FieldProblem]
    dry_run: bool


async def import_contracts(
    principal: Principal, text: str, *, dry_run: bool = False, skip_bad_rows: bool = False
) -> ImportReport:
    """Adds the contracts and numbers of a CSV file (see `importing`) that are not stored yet.

    All or nothing: raises Invalid with every bad row, unless these are to be skipped; a file that
    cannot be read as a whole is refused in any case. A `dry_run` answers the same and writes
    nothing. Raises Refused(NOT_SERVICE_STAFF).
    """

    async def work() -> ImportReport:
        await _one_at_a_time()
        stored = await _stored(principal, reading)
        # In a thread: with many rows this takes a second, in which others are to be answered.
        found = await asyncio.to_thread(plan, reading, stored)
        if found.problems and not skip_bad_rows:
            raise Invalid(found.problems)
        if not dry_run and (found.contracts or found.roots):
            await _write(principal, found)
            await _count(principal, _report(found, dry_run=False))
            await _log(principal, _report(found, dry_run=False))
            announce(live.InventoryChange(principal.customer_id, everything=True))
        return _report(found, dry_run=dry_run)

    principal.must_serve()
    reading = await asyncio.to_thread(importing.read, text)
    return await transaction(work)


async def _count(principal: Principal, report: ImportReport) -> None:
    await principal.of(Customer).update(
        site_contract_count=F("site_contract_count") + report.contract_count,
        block_count=F("block_count") + report.block_count,
        single_number_count=F("single_number_count") + report.single_number_count,
        number_count=F("number_count") + report.number_count,
    )


async def _log(principal: Principal, report: ImportReport) -> None:
    counts = {
        "contracts": report.contract_count,
        "blocks": report.block_count,
        "singleNumbers": report.single_number_count,
        "numbers": report.number_count,
    }
    customer = await Customer.get(id=principal.customer_id)
    await log(principal, AuditAction.CONTRACTS_IMPORTED, customer, after=counts)


def _report(found: Plan, *, dry_run: bool) -> ImportReport:
    patterns = [taken.root.pattern for taken in found.roots]
    blocks = sum(pattern.open_digits > 0 for pattern in patterns)
    return ImportReport(
        contract_count=len(found.contracts),
        block_count=blocks,
        single_number_count=len(patterns) - blocks,
        number_count=sum(pattern.size for pattern in patterns),
        unchanged_count=found.unchanged,
        bad_rows=found.problems,
        dry_run=dry_run,
    )


async def _one_at_a_time() -> None:
    """Two imports that do not see each other could store conflicting numbers: no constraint
    covers those that hide each other. On SQLite the write transaction keeps others out."""
    if is_postgres():
        await connection().execute_query("SELECT pg_advisory_xact_lock($1)", [ADVISORY_LOCK])


def _chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


# What is stored ----------------------------------------------------------------------------------


async def _stored(principal: Principal, reading: importing.Reading) -> Stored:
    contracts: dict[str, Contract] = {}
    for numbers in _chunks(sorted({row.contract.number for row in reading.rows if row.contract})):
        for known in await principal.of(SiteContract).filter(number__in=numbers):
            contracts[known.number] = Contract(
                known.number,
                known.street,
                known.postcode,
                known.town,
                known.status,
                known.start_date,
            )
    own: list[TakenRoot] = []
    elsewhere: list[Root] = []
    for customer_id, contract, root in await _stored_conflicts(
        {row.root.pattern for row in reading.rows if row.root is not None}
    ):
        if customer_id == principal.customer_id:
            own.append(TakenRoot(root, contract))
        else:
            elsewhere.append(root)
    return Stored(contracts, own, elsewhere)


async def _stored_conflicts(patterns: Collection[NumberPattern]) -> list[tuple[int, str, Root]]:
    """Stored roots that conflict with `patterns` (N3), whoever's they are, each with its customer
    and its contract's number; for each pattern that conflicts at all at least one.

    Roots are found by what their numbers begin with (`import_plan.stems`): the digits of the
    elements that exist from the start, single numbers and first-level ranges (N2). Their unique
    index answers for all customers at once, but only where its condition stands in the statement.
    """
    digits = {p.digits[:length] for p in patterns for length in range(1, len(p.digits) + 1)}
    # The first element beneath each is enough. A join on these bounds would be no search in the
    # index on PostgreSQL, which takes them for a tenth of the table.
    for bounds in _chunks(sorted({bounds for p in patterns for bounds in _stem_bounds(p)})):
        beneath = await connection().execute_query_dict(
            f"""
            WITH wanted(low, high) AS (VALUES {", ".join(f"('{a}', '{b}')" for a, b in bounds)})
            SELECT (
                SELECT min(digits) FROM number_range
                WHERE kind <> 'BLOCK' AND digits >= wanted.low AND digits < wanted.high
            ) AS digits
            FROM wanted
            """  # noqa: S608 - digits only; as variables they would be too many
        )
        digits |= {row["digits"] for row in beneath if row["digits"] is not None}
    root_ids: set[int] = set()
    for chunk in _chunks(sorted(digits)):
        elements = await connection().execute_query_dict(
            f"""
            SELECT COALESCE(root_id, id) AS root_id FROM number_range
            WHERE kind <> 'BLOCK' AND digits IN ({", ".join(f"'{text}'" for text in chunk)})
            """  # noqa: S608 - digits only
        )
        root_ids |= {row["root_id"] for row in elements}
    found = []
    for ids in _chunks(sorted(root_ids)):
        roots = NumberRange.filter(id__in=ids).order_by("id")
        for customer_id, contract, area_length, *pattern in await roots.values_list(
            "customer_id",
            "contract__number",
            "area_length",
            "digits",
            "open_digits",
            "first_digits",
        ):
            found.append((customer_id, contract, Root(NumberPattern(*pattern), area_length)))
    return found


def _stem_bounds(pattern: NumberPattern) -> list[tuple[str, str]]:
    """Half-open ranges of the digits that begin with a stem of `pattern`; ten stems are one."""
    found = stems(pattern)
    if len(found) == len(ALL_DIGITS):
        return [(found[0], next_prefix(found[-1]))]
    return [(stem, next_prefix(stem)) for stem in found]


# Writing -----------------------------------------------------------------------------------------


async def _write(principal: Principal, found: Plan) -> None:
    await SiteContract.bulk_create(
        [
            SiteContract(
                customer_id=principal.customer_id,
                number=contract.number,
                street=contract.street,
                postcode=contract.postcode,
                town=contract.town,
                status=contract.status,
                start_date=contract.start_date,
            )
            for contract in found.contracts
        ],
        batch_size=BATCH,
    )
    # SQLite does not tell the ids of many rows written at once: they are read back.
    named = {contract.number for contract in found.contracts}
    named |= {taken.contract for taken in found.roots}
    contract_ids: dict[str, int] = {}
    for numbers in _chunks(sorted(named)):
        known = principal.of(SiteContract).filter(number__in=numbers)
        contract_ids.update(await known.values_list("number", "id"))
    await SiteKey.bulk_create(
        [
            SiteKey(
                customer_id=principal.customer_id,
                contract_id=contract_ids[contract.number],
                key=key,
            )
            for contract in found.contracts
            for key in site_keys(contract.street, contract.postcode, contract.town)
        ],
        batch_size=BATCH,
    )
    await _write_roots(principal, contract_ids, found.roots)


async def _write_roots(
    principal: Principal, contract_ids: Mapping[str, int], taken_roots: Sequence[TakenRoot]
) -> None:
    last = await NumberRange.all().order_by("-id").limit(1).values_list("id", flat=True)
    for chunk in _chunks(taken_roots, BATCH):
        await NumberRange.bulk_create(
            [_root_row(principal, contract_ids[taken.contract], taken.root) for taken in chunk]
        )
    # Only imports make roots, one at a time, and ids ascend: these are the ones just written.
    written = principal.of(NumberRange).filter(id__gt=last[0] if last else 0, level=0)
    new = await written.order_by("id").values_list("id", "digits", "open_digits")
    for roots in _chunks(new, BATCH):
        await _write_first_level([id_ for id_, _digits, _open_digits in roots])
        await NumberPiece.bulk_create(
            [
                NumberPiece(
                    customer_id=principal.customer_id, root_id=id_, piece=piece, digits=digits
                )
                for id_, digits, open_digits in roots
                for piece in pieces(digits, open_digits)
            ],
            batch_size=BATCH,
        )


def _root_row(principal: Principal, contract_id: int, root: Root) -> NumberRange:
    pattern = root.pattern
    return NumberRange(
        customer_id=principal.customer_id,
        contract_id=contract_id,
        kind=RangeKind.BLOCK if pattern.open_digits else RangeKind.SINGLE_NUMBER,
        level=0,
        digits=pattern.digits,
        open_digits=pattern.open_digits,
        first_digits=pattern.first_digits,
        area_length=root.area_length,
        extension_at=root.extension_at,
        state=RangeState.SPLIT if pattern.open_digits else RangeState.FREE,
        free_count=pattern.size,
    )


async def _write_first_level(root_ids: Collection[int]) -> None:
    """The ranges a block has from the start (N2, `NumberPattern.children`).

    Made inside the database: they are ten times as many as the blocks, and as objects they took
    seven times as long.
    """
    await connection().execute_query(
        f"""
        INSERT INTO number_range (
            customer_id, contract_id, root_id, parent_id, kind, level, digits, open_digits,
            first_digits, area_length, extension_at, state, free_count, assigned_count,
            reserved_beneath
        )
        WITH extension(digit) AS (VALUES {", ".join(f"('{digit}')" for digit in ALL_DIGITS)})
        SELECT root.customer_id, root.contract_id, root.id, root.id, 'RANGE', 1,
            root.digits || extension.digit, root.open_digits - 1, '{ALL_DIGITS}', root.area_length,
            root.extension_at, 'FREE', root.free_count / length(root.first_digits), 0, 0
        FROM number_range AS root
        JOIN extension ON root.first_digits LIKE '%' || extension.digit || '%'
        WHERE root.kind = 'BLOCK' AND root.id IN ({", ".join(map(str, root_ids))})
        ORDER BY root.id, extension.digit
        """  # noqa: S608 - the ids are ours
    )
