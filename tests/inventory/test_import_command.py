"""Importing contracts into the database: what is written, what is refused (N1-N4, F1, F3, H5)."""

import asyncio
from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialtree import live
from dialtree.accounts.principal import Principal
from dialtree.database import hearing_other_processes, hub
from dialtree.inventory import import_command
from dialtree.inventory.import_command import ImportReport, import_contracts
from dialtree.inventory.import_plan import Stored, plan
from dialtree.inventory.importing import read
from dialtree.inventory.models import (
    ContractStatus,
    NumberPiece,
    NumberRange,
    RangeKind,
    RangeState,
    SiteContract,
    SiteKey,
)
from dialtree.numbering.ranges import ALL_DIGITS, NumberPattern, conflict
from dialtree.numbering.search import pieces
from dialtree.refusals import Invalid, RefusalCode, Refused
from tests.conftest import People, import_for
from tests.inventory.import_files import row, single, table, told

NOTHING_ADDED = ImportReport(0, 0, 0, 0, 0, [], dry_run=False)


async def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Every row an import may have written, without ids."""
    return {
        "contracts": sorted(await SiteContract.all().values_list("customer_id", "number")),
        "keys": sorted(await SiteKey.all().values_list("customer_id", "key")),
        "ranges": sorted(
            await NumberRange.all().values_list("customer_id", "digits", "kind", "first_digits")
        ),
        "pieces": sorted(await NumberPiece.all().values_list("customer_id", "piece")),
    }


async def refused(principal: Principal, text: str, *, skip_bad_rows: bool = False) -> Invalid:
    """The refusal, after making sure that nothing was written and a dry run says the same."""
    before = await contents()
    with pytest.raises(Invalid) as dry:
        await import_for(principal, text, dry_run=True, skip_bad_rows=skip_bad_rows)
    with pytest.raises(Invalid) as caught:
        await import_for(principal, text, skip_bad_rows=skip_bad_rows)
    assert dry.value.problems == caught.value.problems
    assert await contents() == before
    return caught.value


class TestWhatIsWritten:
    async def test_a_block_with_its_first_level(self, people: People) -> None:
        report = await import_for(people.administrator, table(row()))
        assert report == ImportReport(1, 1, 0, 1000, 0, [], dry_run=False)

        contract = await SiteContract.get()
        assert contract.customer_id == people.administrator.customer_id
        assert (contract.number, contract.street) == ("K-1001", "Domkloster 4")
        assert (contract.postcode, contract.town) == ("50667", "Köln")
        assert (contract.status, contract.start_date) == (ContractStatus.ACTIVE, None)

        block = await NumberRange.get(level=0)
        assert block.customer_id == people.administrator.customer_id
        assert block.contract_id == contract.id
        assert (block.kind, block.state) == (RangeKind.BLOCK, RangeState.SPLIT)
        assert (block.root_id, block.parent_id) == (None, None)
        assert block.pattern == NumberPattern("492214710", 3)
        assert (block.area_length, block.extension_at) == (3, 9)
        assert (block.free_count, block.assigned_count, block.reserved_beneath) == (1000, 0, 0)
        assert block.display() == "0221 4710-xxx"

        children = await NumberRange.filter(level=1).order_by("digits")
        assert [child.pattern for child in children] == block.pattern.children()
        assert [child.display() for child in children][:2] == ["0221 4710-0xx", "0221 4710-1xx"]
        for child in children:
            assert child.customer_id == people.administrator.customer_id
            assert child.contract_id == contract.id
            assert (child.kind, child.state) == (RangeKind.RANGE, RangeState.FREE)
            assert (child.root_id, child.parent_id) == (block.id, block.id)
            assert (child.area_length, child.extension_at) == (3, 9)
            assert (child.free_count, child.assigned_count, child.reserved_beneath) == (100, 0, 0)
        assert await NumberRange.all().count() == 11

    @pytest.mark.parametrize(("first_digits", "size"), [("3x-5x", 30), ("5x-9x", 50)])
    async def test_blocks_of_30_and_50_numbers(
        self, people: People, first_digits: str, size: int
    ) -> None:
        text = table(row(extension_digits="2", first_digits=first_digits))
        report = await import_for(people.administrator, text)
        assert (report.block_count, report.number_count) == (1, size)
        block = await NumberRange.get(level=0)
        children = await NumberRange.filter(parent_id=block.id).order_by("digits")
        assert [child.pattern for child in children] == block.pattern.children()
        assert {child.free_count for child in children} == {10}
        assert block.free_count == size

    async def test_a_block_of_one_digit_has_ten_numbers(self, people: People) -> None:
        await import_for(people.administrator, table(row(extension_digits="1")))
        children = await NumberRange.filter(level=1)
        assert {(child.open_digits, child.free_count) for child in children} == {(0, 1)}
        assert len(children) == 10

    async def test_a_single_number_is_a_root_without_ranges(self, people: People) -> None:
        text = table(single("040", "66969123"))
        report = await import_for(people.administrator, text)
        assert (report.block_count, report.single_number_count, report.number_count) == (0, 1, 1)
        number = await NumberRange.get()
        assert (number.kind, number.state) == (RangeKind.SINGLE_NUMBER, RangeState.FREE)
        assert number.pattern == NumberPattern("494066969123", 0)
        assert (number.level, number.root_id, number.extension_at) == (0, None, None)
        assert number.free_count == 1
        assert number.display() == "040 66969123"

    async def test_two_parts_of_one_stem_keep_their_own_ranges(self, people: People) -> None:
        text = table(
            row(extension_digits="2", first_digits="0-4"),
            row(extension_digits="2", first_digits="5-9", contract="K-2"),
        )
        await import_for(people.administrator, text)
        for block in await NumberRange.filter(level=0):
            children = await NumberRange.filter(root_id=block.id).order_by("digits")
            assert [child.pattern for child in children] == block.pattern.children()
            assert {child.contract_id for child in children} == {block.contract_id}

    async def test_an_ordered_contract_without_numbers(self, people: People) -> None:
        line = row(
            area_code="",
            stem="",
            extension_digits="",
            status="BESTELLT",
            start_date="31.12.2026",
        )
        report = await import_for(people.administrator, table(line))
        assert report == ImportReport(1, 0, 0, 0, 0, [], dry_run=False)
        contract = await SiteContract.get()
        assert contract.status == ContractStatus.ORDERED
        assert contract.start_date == date(2026, 12, 31)
        again = await import_for(people.administrator, table(line))
        assert again == ImportReport(0, 0, 0, 0, 1, [], dry_run=False)

    async def test_sites_are_found_by_street_postcode_and_town(self, people: People) -> None:
        await import_for(people.administrator, table(row(street="Große Straße 1")))
        contract = await SiteContract.get()
        keys = await SiteKey.filter(contract_id=contract.id).values_list("customer_id", "key")
        customer_id = people.administrator.customer_id
        assert sorted(keys) == [
            (customer_id, "50667"),
            (customer_id, "grosse strasse 1"),
            (customer_id, "koeln"),
            (customer_id, "koln"),
        ]

    async def test_keys_that_folding_makes_too_long_are_cut(self, people: People) -> None:
        await import_for(people.administrator, table(row(street="ß" * 200)))
        assert await SiteKey.filter(key="s" * 250).count() == 1

    async def test_roots_are_found_by_pieces_of_their_digits(self, people: People) -> None:
        await import_for(people.administrator, table(row()))
        block = await NumberRange.get(level=0)
        stored = await NumberPiece.all().values_list("customer_id", "root_id", "digits", "piece")
        customer_id = people.administrator.customer_id
        assert sorted(stored) == sorted(
            (customer_id, block.id, block.digits, piece)
            for piece in pieces(block.digits, block.open_digits)
        )

    async def test_watchers_are_told_of_what_was_written(
        self, people: People, database: str
    ) -> None:
        text = table(row(), row(stem="4711"))
        ours, theirs = people.administrator, people.stranger
        async with hearing_other_processes(database):
            with hub.watch() as watcher:
                await import_for(ours, text, dry_run=True)
                await import_for(ours, text)
                await import_for(ours, text)
                await import_for(theirs, table(row(stem="4712")))
                heard = [await asyncio.wait_for(watcher.queue.get(), 10) for _ in range(2)]
        assert heard == [
            live.InventoryChange(ours.customer_id, everything=True),
            live.InventoryChange(theirs.customer_id, everything=True),
        ]


class TestRepeating:
    async def test_the_same_file_changes_nothing(self, people: People) -> None:
        text = table(row(), row(first_digits="", stem="4711"), single("030", "2312501"))
        await import_for(people.administrator, text)
        before = await contents()
        again = await import_for(people.administrator, text)
        assert again == ImportReport(0, 0, 0, 0, 3, [], dry_run=False)
        assert await contents() == before

    async def test_new_numbers_of_a_contract_are_added(self, people: People) -> None:
        await import_for(people.administrator, table(row()))
        report = await import_for(people.administrator, table(row(), row(stem="4711")))
        assert report == ImportReport(0, 1, 0, 1000, 1, [], dry_run=False)
        contract = await SiteContract.get()
        blocks = await NumberRange.filter(level=0)
        assert {block.contract_id for block in blocks} == {contract.id}
        assert await NumberRange.filter(level=1).count() == 20

    async def test_a_split_block_is_left_as_it_is(self, people: People) -> None:
        text = table(row())
        await import_for(people.administrator, text)
        parent = await NumberRange.get(digits="4922147105")
        await NumberRange.filter(id=parent.id).update(state=RangeState.SPLIT)
        for digit in ALL_DIGITS:
            await NumberRange.create(
                customer_id=parent.customer_id,
                contract_id=parent.contract_id,
                root_id=parent.root_id,
                parent_id=parent.id,
                kind=RangeKind.RANGE,
                level=2,
                digits=parent.digits + digit,
                open_digits=1,
                area_length=3,
                extension_at=9,
                state=RangeState.FREE,
                free_count=10,
            )
        report = await import_for(people.administrator, text)
        assert report == ImportReport(0, 0, 0, 0, 1, [], dry_run=False)
        [problem] = (await refused(people.administrator, table(single("0221", "4710555")))).problems
        assert problem.refusal.params["other"] == "0221 4710-xxx"

    async def test_racing_imports_of_one_file_write_it_once(self, people: People) -> None:
        text = table(row(), single("030", "2312501"), row(contract="K-2", stem="4711"))
        reports = await asyncio.gather(*(import_for(people.administrator, text) for _ in range(5)))
        assert Counter((report.contract_count, report.unchanged_count) for report in reports) == {
            (2, 0): 1,
            (0, 3): 4,
        }
        assert await SiteContract.all().count() == 2
        assert await NumberRange.all().count() == 23
        roots = await NumberRange.filter(level=0)
        kept = [pieces(root.digits, root.open_digits) for root in roots]
        assert await NumberPiece.all().count() == sum(map(len, kept))

    async def test_racing_imports_that_hide_each_other(self, people: People) -> None:
        """Several rounds, because in the first the connections are still being opened."""
        for stem in ("471", "472", "473", "474"):
            texts = [
                table(row(contract="K-1", stem=f"{stem}0")),
                table(single("0221", stem, contract="K-2")),
            ]
            outcomes = await asyncio.gather(
                *(import_for(people.administrator, text) for text in texts),
                return_exceptions=True,
            )
            [invalid] = [outcome for outcome in outcomes if isinstance(outcome, Invalid)]
            assert told(invalid) == [(2, "stem", RefusalCode.NUMBER_HIDES)]
        assert await NumberRange.filter(level=0).count() == 4


class TestRefused:
    @pytest.mark.parametrize("dry_run", [True, False])
    async def test_p2_only_service_staff_import(self, people: People, *, dry_run: bool) -> None:
        for principal in (people.viewer, people.administrator):
            with pytest.raises(Refused) as caught:
                await import_contracts(principal, table(row()), dry_run=dry_run)
            assert caught.value.refusal.code == RefusalCode.NOT_SERVICE_STAFF
        assert await SiteContract.all().count() == 0

    async def test_one_bad_row_keeps_the_others_out(self, people: People) -> None:
        text = table(row(), row(contract="K-2", stem="47a"))
        invalid = await refused(people.administrator, text)
        assert told(invalid) == [(3, "stem", RefusalCode.STEM_INVALID)]
        assert invalid.refusal.code == RefusalCode.INVALID_INPUT

    async def test_conflicts_with_the_database_and_in_the_file(self, people: People) -> None:
        await import_for(people.administrator, table(row()))
        text = table(
            row(contract="K-2", extension_digits="2"),
            single("0221", "4710999", contract="K-3"),
            row(contract="K-4", stem="4711"),
            single("0221", "4711", contract="K-4"),
            row(town="Bonn", stem="4712"),
        )
        invalid = await refused(people.administrator, text)
        assert told(invalid) == [
            (2, "stem", RefusalCode.NUMBER_HIDES),
            (3, "stem", RefusalCode.NUMBER_OVERLAPS),
            (5, "stem", RefusalCode.NUMBER_HIDES),
            (6, "town", RefusalCode.CONTRACT_CONTRADICTS),
        ]
        named = [problem.refusal.params for problem in invalid.problems]
        assert [params.get("contract") for params in named] == ["K-1001", "K-1001", "K-4", "K-1001"]
        assert [params["other"] for params in named] == [
            "0221 4710-xxx",
            "0221 4710-xxx",
            "0221 4711-xxx",
            "Köln",
        ]

    @pytest.mark.parametrize(
        "theirs",
        [
            row(contract="S-1"),
            single("0221", "471", contract="S-1"),
            single("0221", "4710123", contract="S-1"),
            row(contract="S-1", stem="47101", extension_digits="5"),
            row(contract="S-1", first_digits="8"),
        ],
    )
    async def test_numbers_of_another_customer_are_not_revealed(
        self, people: People, theirs: str
    ) -> None:
        await import_for(people.stranger, table(theirs))
        [problem] = (await refused(people.administrator, table(row()))).problems
        assert problem.refusal.code == RefusalCode.NUMBER_IN_USE_ELSEWHERE
        assert problem.refusal.params == {"number": "0221 4710-xxx"}

    async def test_customers_may_use_the_same_contract_number(self, people: People) -> None:
        await import_for(people.stranger, table(row(town="Bonn")))
        report = await import_for(people.administrator, table(row(stem="4711")))
        assert report.contract_count == 1
        contracts = await SiteContract.all().values_list("customer_id", "town")
        assert set(contracts) == {
            (people.stranger.customer_id, "Bonn"),
            (people.administrator.customer_id, "Köln"),
        }
        for block in await NumberRange.filter(level=0).prefetch_related("contract"):
            assert block.contract.customer_id == block.customer_id

    async def test_a_file_that_is_not_readable_cannot_be_skipped(self, people: People) -> None:
        text = table(row(), row(street='"Domkloster'))
        invalid = await refused(people.administrator, text, skip_bad_rows=True)
        assert told(invalid) == [(3, "file", RefusalCode.FILE_QUOTES_BROKEN)]


class TestDryRunAndSkip:
    async def test_a_dry_run_counts_and_writes_nothing(self, people: People) -> None:
        await import_for(people.administrator, table(row()))
        before = await contents()
        text = table(row(), row(stem="4711"), single("030", "2312501", contract="K-2"))
        forecast = await import_for(people.administrator, text, dry_run=True)
        assert forecast == ImportReport(1, 1, 1, 1001, 1, [], dry_run=True)
        assert await contents() == before
        done = await import_for(people.administrator, text)
        assert done == ImportReport(1, 1, 1, 1001, 1, [], dry_run=False)

    @pytest.mark.parametrize("dry_run", [True, False])
    async def test_bad_rows_are_skipped_and_named(self, people: People, *, dry_run: bool) -> None:
        await import_for(people.stranger, table(row(contract="S-1", stem="4712")))
        text = table(
            row(),
            row(contract="K-2", stem="47a"),
            row(contract="K-3", extension_digits="4"),
            row(contract="K-4", stem="4712"),
            row(contract="K-5", stem="4713"),
        )
        report = await import_for(people.administrator, text, dry_run=dry_run, skip_bad_rows=True)
        assert (report.contract_count, report.block_count) == (2, 2)
        assert report.dry_run == dry_run
        assert told(report.bad_rows) == [
            (3, "stem", RefusalCode.STEM_INVALID),
            (4, "stem", RefusalCode.NUMBER_HIDES),
            (5, "stem", RefusalCode.NUMBER_IN_USE_ELSEWHERE),
        ]
        ours = SiteContract.filter(customer_id=people.administrator.customer_id)
        assert [contract.number for contract in await ours.order_by("number")] == (
            [] if dry_run else ["K-1001", "K-5"]
        )

    async def test_skipping_everything_adds_nothing(self, people: People) -> None:
        report = await import_for(people.administrator, table(row(stem="47a")), skip_bad_rows=True)
        assert report.contract_count == 0
        assert len(report.bad_rows) == 1
        assert await SiteContract.all().count() == 0

    async def test_an_empty_file_adds_nothing(self, people: People) -> None:
        assert await import_for(people.administrator, table()) == NOTHING_ADDED


class TestManyRows:
    async def test_twenty_thousand_rows(self, people: People) -> None:
        lines = [
            single("0221", f"{4_710_000 + i}", contract=f"K-{i % 3000}") for i in range(20_000)
        ]
        lines[7] = row(contract="K-7", stem="489", extension_digits="4")
        report = await import_for(people.administrator, table(*lines))
        assert report == ImportReport(3000, 1, 19_999, 29_999, 0, [], dry_run=False)
        assert await NumberRange.all().count() == 19_999 + 11
        assert await NumberPiece.filter(piece="999").count() == 38

        # One row over all of them, against what is stored and against the file itself.
        wide = row(contract="K-0", stem="47", extension_digits="5")
        [problem] = (await refused(people.administrator, table(wide))).problems
        assert problem.refusal.code == RefusalCode.NUMBER_OVERLAPS
        [problem] = plan(read(table(*lines, wide)), Stored()).problems
        assert problem.line == 20_002

    async def test_more_than_one_chunk_of_everything(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_command, "BATCH", 2)
        monkeypatch.setattr(import_command, "CHUNK", 3)
        lines = [
            row(contract=f"K-{i}", stem=str(stem), extension_digits="2", first_digits=digits)
            for i, (stem, digits) in enumerate(
                (stem, digits) for stem in range(4710, 4715) for digits in ("0-2", "3-9")
            )
        ]
        report = await import_for(people.administrator, table(*lines))
        assert (report.contract_count, report.block_count, report.number_count) == (10, 10, 500)
        for block in await NumberRange.filter(level=0):
            children = await NumberRange.filter(root_id=block.id).order_by("digits")
            assert [child.pattern for child in children] == block.pattern.children()
        again = await import_for(people.administrator, table(*lines))
        assert again.unchanged_count == 10
        bad = [line.replace(";2;", ";3;") for line in lines]
        invalid = await refused(people.administrator, table(*bad))
        assert [line for line, _field, _code in told(invalid)] == list(range(2, 12))


block_rows = st.builds(
    lambda contract, stem, extension_digits, first_digits: row(
        contract=contract,
        stem="4" + stem,
        extension_digits=str(extension_digits),
        first_digits=first_digits if extension_digits else "",
    ),
    st.sampled_from(["K-1", "K-2"]),
    st.text("017", max_size=4),
    st.integers(0, 3),
    st.sampled_from(["", "0-4", "5-9", "1", "017"]),
)


# One database for all examples; each begins with it emptied.
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.booleans(), st.lists(block_rows, max_size=6)), min_size=2, max_size=5))
async def test_no_two_stored_roots_conflict(
    people: People, files: list[tuple[bool, list[str]]]
) -> None:
    for model in (NumberPiece, SiteKey):
        await model.all().delete()
    await NumberRange.filter(level=1).delete()
    await NumberRange.all().delete()
    await SiteContract.all().delete()
    for ours, lines in files:
        before = [root.pattern for root in await NumberRange.filter(level=0)]
        report = await import_for(
            people.administrator if ours else people.stranger, table(*lines), skip_bad_rows=True
        )
        roots = [root.pattern for root in await NumberRange.filter(level=0)]
        assert len(roots) == len(before) + report.block_count + report.single_number_count
        for i, pattern in enumerate(roots):
            assert not [other for other in roots[:i] if conflict(pattern, other)]
        bad = {problem.line for problem in report.bad_rows}
        added = report.block_count + report.single_number_count
        assert len(lines) == added + len(bad) + report.unchanged_count
