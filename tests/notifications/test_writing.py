"""What the e-mail about a finished order says (O7, S5, P4)."""

import asyncio
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from string import Formatter

import pytest

from dialtree import live
from dialtree.accounts.principal import Principal
from dialtree.database import hearing_other_processes, hub, transaction
from dialtree.holders.commands import NumberChange, change_numbers
from dialtree.holders.models import HolderKind
from dialtree.ids import from_global_id, to_global_id
from dialtree.language import Language
from dialtree.notifications import wording
from dialtree.notifications.models import OutboxMail
from dialtree.notifications.wording import Phrase
from dialtree.notifications.writing import MAX_LINES, enqueue_order_mail
from dialtree.orders.models import ItemAction, OrderKind, OrderStatus
from dialtree.refusals import Param, Refusal, RefusalCode
from dialtree.trunks.commands import delete_sip_trunk
from tests.notifications.conftest import APP_URL, Company, Time, enqueue
from tests.stock import BLOCK, assign, ids, load


class Reader(HTMLParser):
    """What a person sees of a page, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.links: list[str | None] = []
        self.tags: list[str] = []
        self._head = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._head = self._head or tag == "head"
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag: str) -> None:
        self._head = self._head and tag != "head"

    def handle_data(self, data: str) -> None:
        if not self._head:
            self.seen.append(data)


def words(text: str) -> list[str]:
    return text.split()


def assert_says_the_same(mail: OutboxMail) -> None:
    assert words(" ".join(Reader(mail.html).seen).replace(" :", ":")) == words(mail.text)


GERMAN_CHANGE = """\
Rufnummern von Hamburg bearbeitet

Guten Tag Erika Beispiel,

Ihr Auftrag A-{id:06d} ist ausgeführt.

Hinzugefügt (2)
  + 030 23125-30x
  + 030 23125-311

Entfernt (1)
  − 030 23125-4xx

SIP-Trunk: Hamburg
Ausführungsdatum: 01.12.2026
Beauftragt von: Erika Beispiel
Beauftragt am: 23.11.2026, 11:30 Uhr
Abgeschlossen am: 23.11.2026, 14:30 Uhr

Auftrag öffnen
https://numbers.example.com/orders/{link}

Diese E-Mail hat dialtree automatisch für Muster & Söhne verschickt.
"""  # noqa: RUF001 - the minus sign is meant

ENGLISH_FAILURE = """\
Range 030 23125-3xx not split

Hello John Sample,

Your order A-{id:06d} could not be carried out. Nothing was changed.

Reason: 030 23125-3xx is assigned to Hamburg. Remove it there first.

Execution date: at once
Requested by: John Sample
Requested on: 2026-11-23, 11:30 (German time)
Finished on: 2026-11-23, 14:30 (German time)

Open the order
https://numbers.example.com/orders/{link}

dialtree sent this e-mail automatically on behalf of Muster & Söhne.
"""


async def test_a_whole_mail_in_german(company: Company) -> None:
    order = await company.trunk_change(await company.person())

    mail = await enqueue(order)

    link = to_global_id("Order", order.id)
    assert mail.text == GERMAN_CHANGE.format(id=order.id, link=link)
    assert mail.subject == f"Rufnummern von Hamburg bearbeitet (Auftrag {order.reference})"
    assert (mail.recipient, mail.recipient_name) == ("erika@example.com", "Erika Beispiel")
    assert mail.language == Language.DE
    assert mail.due_at == mail.created_at == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    assert (mail.attempts, mail.sent_at) == (0, None)


async def test_a_whole_mail_in_english(company: Company) -> None:
    refusal = Refusal(RefusalCode.RANGE_ASSIGNED, {"range": "030 23125-3xx", "holder": "Hamburg"})
    john = await company.person(Language.EN, "John Sample", "john@example.com")
    order = await company.split(john, status=OrderStatus.FAILED, refusal=refusal.to_json())

    mail = await enqueue(order)

    link = to_global_id("Order", order.id)
    assert mail.text == ENGLISH_FAILURE.format(id=order.id, link=link)
    assert mail.subject == f"Range 030 23125-3xx not split (order {order.reference})"
    assert mail.language == Language.EN


TOLD = {
    (OrderKind.SPLIT, OrderStatus.SUCCEEDED, Language.DE): [
        "Durchwahlbereich 030 23125-3xx gesplittet",
        "ist ausgeführt",
        "Unter 030 23125-3xx stehen jetzt zehn freie Rufnummernelemente: "
        "030 23125-30x bis 030 23125-39x.",
    ],
    (OrderKind.SPLIT, OrderStatus.SUCCEEDED, Language.EN): [
        "Range 030 23125-3xx split",
        "has been carried out",
        "ten free number elements: 030 23125-30x to 030 23125-39x.",
    ],
    (OrderKind.SPLIT, OrderStatus.FAILED, Language.DE): [
        "Durchwahlbereich 030 23125-3xx nicht gesplittet",
        "konnte nicht ausgeführt werden. Es wurde nichts geändert.",
        "Grund: Die Datenbank ist ausgelastet",
    ],
    (OrderKind.SPLIT, OrderStatus.FAILED, Language.EN): [
        "Range 030 23125-3xx not split",
        "could not be carried out. Nothing was changed.",
        "Reason: The database is busy",
    ],
    (OrderKind.MERGE, OrderStatus.SUCCEEDED, Language.DE): [
        "Durchwahlbereich 030 23125-3xx zusammengeführt",
        "030 23125-3xx ist wieder ein freies Rufnummernelement.",
    ],
    (OrderKind.MERGE, OrderStatus.SUCCEEDED, Language.EN): [
        "Range 030 23125-3xx merged",
        "030 23125-3xx is one free number element again.",
    ],
    (OrderKind.MERGE, OrderStatus.FAILED, Language.DE): [
        "Durchwahlbereich 030 23125-3xx nicht zusammengeführt"
    ],
    (OrderKind.MERGE, OrderStatus.FAILED, Language.EN): ["Range 030 23125-3xx not merged"],
    (OrderKind.CHANGE_NUMBERS, OrderStatus.SUCCEEDED, Language.DE): [
        "Rufnummern von Hamburg bearbeitet",
        "Hinzugefügt (1)",
        "+ 030 23125-3xx",
        "SIP-Trunk: Hamburg",
    ],
    (OrderKind.CHANGE_NUMBERS, OrderStatus.SUCCEEDED, Language.EN): [
        "Numbers of Hamburg edited",
        "Added (1)",
        "SIP trunk: Hamburg",
    ],
    (OrderKind.CHANGE_NUMBERS, OrderStatus.FAILED, Language.DE): [
        "Rufnummern von Hamburg nicht bearbeitet",
        "Nicht hinzugefügt (1)",
    ],
    (OrderKind.CHANGE_NUMBERS, OrderStatus.FAILED, Language.EN): [
        "Numbers of Hamburg not edited",
        "Not added (1)",
    ],
    (OrderKind.CREATE_TRUNK, OrderStatus.SUCCEEDED, Language.DE): [
        "SIP-Trunk Hamburg eingerichtet",
        "Hinzugefügt (1)",
    ],
    (OrderKind.CREATE_TRUNK, OrderStatus.SUCCEEDED, Language.EN): ["SIP trunk Hamburg set up"],
    (OrderKind.CREATE_TRUNK, OrderStatus.FAILED, Language.DE): [
        "SIP-Trunk Hamburg nicht eingerichtet",
        "Nicht hinzugefügt (1)",
    ],
    (OrderKind.CREATE_TRUNK, OrderStatus.FAILED, Language.EN): ["SIP trunk Hamburg not set up"],
    (OrderKind.DELETE_TRUNK, OrderStatus.SUCCEEDED, Language.DE): [
        "SIP-Trunk Hamburg gelöscht",
        "ist ausgeführt",
        "Entfernt (1)\n  \N{MINUS SIGN} 030 23125-3xx\n",
        "SIP-Trunk: Hamburg",
        "Ausführungsdatum: sofort",
    ],
    (OrderKind.DELETE_TRUNK, OrderStatus.SUCCEEDED, Language.EN): [
        "SIP trunk Hamburg deleted",
        "has been carried out",
        "Removed (1)\n  \N{MINUS SIGN} 030 23125-3xx\n",
        "SIP trunk: Hamburg",
        "Execution date: at once",
    ],
    (OrderKind.MERGE, OrderStatus.CANCELLED, Language.DE): [
        "wurde storniert. Es wurde nichts geändert."
    ],
    (OrderKind.CHANGE_NUMBERS, OrderStatus.CANCELLED, Language.EN): [
        "was cancelled. Nothing was changed.",
        "Not added (1)",
    ],
}


@pytest.mark.parametrize(("kind", "status", "language"), TOLD)
async def test_what_each_kind_of_order_tells(
    company: Company, kind: OrderKind, status: OrderStatus, language: Language
) -> None:
    actions = {
        OrderKind.SPLIT: ItemAction.SPLIT,
        OrderKind.MERGE: ItemAction.MERGE,
        OrderKind.DELETE_TRUNK: ItemAction.REMOVE,
    }
    has_holder = kind not in (OrderKind.SPLIT, OrderKind.MERGE)
    refusal = Refusal(RefusalCode.TRY_AGAIN).to_json() if status == OrderStatus.FAILED else None
    order = await company.order(
        kind,
        status,
        by=await company.person(language),
        ranges=[(actions.get(kind, ItemAction.ADD), "3xx")],
        holder=await company.holder() if has_holder else None,
        refusal=refusal,
    )

    mail = await enqueue(order)

    for sentence in [*TOLD[kind, status, language], order.reference, "Erika Beispiel"]:
        assert sentence in mail.text
    assert_says_the_same(mail)
    assert mail.html.count(f'lang="{language.value.lower()}"') == 1


async def test_only_what_was_done_is_called_done(company: Company) -> None:
    refusal = Refusal(RefusalCode.TRY_AGAIN).to_json()
    order = await company.split(await company.person(), status=OrderStatus.FAILED, refusal=refusal)

    mail = await enqueue(order)

    assert "ist ausgeführt" not in mail.text
    assert "stehen jetzt" not in mail.text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            Language.DE,
            "Rufnummern von Hamburg nicht bearbeitet\n\n"
            "Guten Tag Erika Beispiel,\n\n"
            "Ihr Auftrag {order} wurde storniert. Es wurde nichts geändert.\n\n"
            "Grund: Den SIP-Trunk Hamburg gibt es nicht mehr; seine offenen Aufträge endeten mit "
            "ihm.\n\n"
            "Nicht hinzugefügt (1)\n  + 030 23125-1xx\n\n"
            "Nicht entfernt (1)\n  \N{MINUS SIGN} 030 23125-3xx\n\n"
            "SIP-Trunk: Hamburg\n"
            "Ausführungsdatum: 01.12.2026\n",
        ),
        (
            Language.EN,
            "Numbers of Hamburg not edited\n\n"
            "Hello Erika Beispiel,\n\n"
            "Your order {order} was cancelled. Nothing was changed.\n\n"
            "Reason: The SIP trunk Hamburg does not exist any more; its open orders ended with "
            "it.\n\n"
            "Not added (1)\n  + 030 23125-1xx\n\n"
            "Not removed (1)\n  \N{MINUS SIGN} 030 23125-3xx\n\n"
            "SIP trunk: Hamburg\n"
            "Execution date: 2026-12-01\n",
        ),
    ],
)
async def test_whose_order_ended_with_its_trunk_is_told_why(
    company: Company, language: Language, expected: str
) -> None:
    """And who deleted the trunk, what was done, each in their own language (T5)."""
    erika = Principal.from_user(await company.person(language))
    other = Language.EN if language == Language.DE else Language.DE
    john = Principal.from_user(await company.person(other, "John Sample", "john@example.com"))
    await load(john, BLOCK)
    trunk = await company.holder()
    await assign(john, trunk, "030 23125-3", "030 23125-4")
    change = NumberChange(
        trunk.id, await ids("030 23125-1"), await ids("030 23125-3"), date(2026, 12, 1)
    )
    planned = await change_numbers(erika, change)

    deletion = await delete_sip_trunk(john, trunk.id, app_url=APP_URL)

    mail = await OutboxMail.get(order_id=planned.id)
    assert (mail.recipient, mail.language) == ("erika@example.com", language)
    assert mail.text.startswith(expected.format(order=planned.reference))
    assert_says_the_same(mail)
    mail = await OutboxMail.get(order_id=deletion.id)
    assert (mail.recipient, mail.language) == ("john@example.com", other)
    done = {Language.DE: "SIP-Trunk Hamburg gelöscht", Language.EN: "SIP trunk Hamburg deleted"}
    removed = {Language.DE: "Entfernt (2)", Language.EN: "Removed (2)"}
    assert mail.subject.startswith(f"{done[other]} (")
    both = "\n  \N{MINUS SIGN} 030 23125-3xx\n  \N{MINUS SIGN} 030 23125-4xx\n\n"
    assert removed[other] + both in mail.text
    assert_says_the_same(mail)


async def test_the_link_leads_to_the_order(company: Company) -> None:
    mail = await enqueue(await company.split(await company.person()))

    [link] = Reader(mail.html).links
    assert link is not None
    assert link in mail.text.splitlines()
    assert from_global_id(link.removeprefix(f"{APP_URL}/orders/")) == ("Order", mail.order_id)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (Language.DE, "Hamburg wird erst am 01.02.2027 aktiv."),
        (Language.EN, "Hamburg becomes active on 2027-02-01."),
    ],
)
async def test_days_in_a_reason_are_written_as_the_reader_writes_them(
    company: Company, language: Language, expected: str
) -> None:
    params: dict[str, Param] = {"holder": "Hamburg", "date": date(2027, 2, 1)}
    order = await company.trunk_change(
        await company.person(language),
        status=OrderStatus.FAILED,
        refusal=Refusal(RefusalCode.TRUNK_NOT_ACTIVE, params).to_json(),
    )

    assert expected in (await enqueue(order)).text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (Language.DE, "Abgeschlossen am: 01.01.2027, 00:30 Uhr"),
        (Language.EN, "Finished on: 2027-01-01, 00:30 (German time)"),
    ],
)
async def test_times_are_those_of_germany(
    company: Company, time: Time, language: Language, expected: str
) -> None:
    time.now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    mail = await enqueue(await company.split(await company.person(language)))

    assert expected in mail.text


@pytest.mark.parametrize(
    ("kind", "language", "expected"),
    [
        (HolderKind.CLOUD_PBX, Language.DE, "Cloud PBX: Hamburg"),
        (HolderKind.UCC_CONNECTION, Language.DE, "UCC-Partner: Hamburg"),
        (HolderKind.UCC_CONNECTION, Language.EN, "UCC connection: Hamburg"),
    ],
)
async def test_names_the_kind_of_holder(
    company: Company, kind: HolderKind, language: Language, expected: str
) -> None:
    order = await company.trunk_change(
        await company.person(language), holder=await company.holder(kind=kind)
    )

    assert expected in (await enqueue(order)).text


async def test_an_undo_names_the_order_it_undoes(company: Company) -> None:
    erika = await company.person()
    undone = await company.split(erika)

    mail = await enqueue(await company.split(erika, undoes=undone))

    assert f"Macht rückgängig: {undone.reference}" in mail.text


async def test_long_lists_are_cut_and_counted(company: Company) -> None:
    ranges = [(ItemAction.ADD, f"{number:03d}") for number in range(72)]
    ranges += [(ItemAction.REMOVE, "9xx")]

    mail = await enqueue(await company.trunk_change(await company.person(), ranges=ranges))

    assert mail.text.count("  + 030 23125-") == MAX_LINES == 60
    assert "Hinzugefügt (72)" in mail.text
    assert "\n  + 030 23125-059\n  … und 12 weitere\n" in mail.text
    assert "− 030 23125-9xx" in mail.text  # noqa: RUF001 - the minus sign is meant
    assert_says_the_same(mail)


async def test_a_list_is_not_cut_for_one_line(company: Company) -> None:
    ranges = [(ItemAction.ADD, f"{number:03d}") for number in range(61)]

    mail = await enqueue(await company.trunk_change(await company.person(), ranges=ranges))

    assert "  + 030 23125-060\n" in mail.text
    assert "weitere" not in mail.text


@pytest.mark.parametrize(
    ("language", "expected"),
    [(Language.DE, "Hinzugefügt (1.260)"), (Language.EN, "Added (1,260)")],
)
async def test_large_counts_are_grouped_as_the_reader_expects(
    company: Company, language: Language, expected: str
) -> None:
    ranges = [(ItemAction.ADD, f"{number:04d}") for number in range(1260)]

    mail = await enqueue(await company.trunk_change(await company.person(language), ranges=ranges))

    assert expected in mail.text
    assert ("… und 1.200 weitere" if language == Language.DE else "… and 1,200 more") in mail.text


async def test_a_trunk_without_numbers_has_no_list(company: Company) -> None:
    order = await company.order(
        OrderKind.CREATE_TRUNK, by=await company.person(), ranges=[], holder=await company.holder()
    )

    mail = await enqueue(order)

    assert "SIP-Trunk Hamburg eingerichtet" in mail.text
    assert "Hinzugefügt" not in mail.text


async def test_several_split_ranges_are_listed(company: Company) -> None:
    order = await company.order(
        OrderKind.SPLIT,
        by=await company.person(),
        ranges=[(ItemAction.SPLIT, "3xx"), (ItemAction.SPLIT, "30x")],
    )

    mail = await enqueue(order)

    assert "Gesplittet (2)\n  030 23125-3xx\n  030 23125-30x\n" in mail.text
    assert mail.subject.startswith("Durchwahlbereich 030 23125-3xx, … gesplittet")


async def test_names_are_text_and_never_markup(company: Company) -> None:
    name = '<img src=x onerror=alert(1)> & "Co"'
    person = await company.person(name=f"{name}</title><script>")
    order = await company.trunk_change(person, holder=await company.holder(name))

    mail = await enqueue(order)

    page = Reader(mail.html)
    assert not {"img", "script"} & set(page.tags)
    assert name in " ".join(page.seen)
    assert name in mail.text
    assert_says_the_same(mail)


async def test_names_stay_on_their_line(company: Company) -> None:
    person = await company.person(name="Eve\r\nBcc: mallory@example.com\u2028\x1b!")
    order = await company.trunk_change(person, holder=await company.holder("Ham\r\n\r\nburg"))

    mail = await enqueue(order)

    assert mail.text.startswith("Rufnummern von Ham burg bearbeitet\n\nGuten Tag Eve Bcc: mallory")
    assert mail.subject == f"Rufnummern von Ham burg bearbeitet (Auftrag {order.reference})"


async def test_one_mail_per_order_however_often_it_is_finished(company: Company) -> None:
    order = await company.split(await company.person())
    other = await company.split(await company.person())

    async def twice() -> None:
        await enqueue_order_mail(order, app_url=APP_URL)
        await enqueue_order_mail(order, app_url=APP_URL)

    await transaction(twice)
    await transaction(twice)
    await enqueue(other)

    assert await OutboxMail.filter(order_id=order.id).count() == 1
    assert await OutboxMail.all().count() == 2


async def test_the_outbox_is_woken_after_the_commit(database: str, company: Company) -> None:
    order = await company.split(await company.person())

    async with hearing_other_processes(database):
        with hub.watch() as watcher:
            await enqueue(order)
            told = await asyncio.wait_for(watcher.queue.get(), 10)
            assert told == live.MailWaiting()
            assert watcher.queue.empty()


async def test_no_mail_about_what_did_not_happen(company: Company) -> None:
    order = await company.split(await company.person())

    async def fails() -> None:
        await enqueue_order_mail(order, app_url=APP_URL)
        raise asyncio.CancelledError

    with hub.watch() as watcher:
        with pytest.raises(asyncio.CancelledError):
            await transaction(fails)
        assert watcher.queue.empty()
    assert await OutboxMail.all().count() == 0


async def test_nobody_is_told_whose_account_is_closed(company: Company, time: Time) -> None:
    person = await company.person()
    order = await company.split(person)
    person.deactivated_at = time.now
    await person.save()

    await transaction(lambda: enqueue_order_mail(order, app_url=APP_URL))

    assert await OutboxMail.all().count() == 0


def phrases() -> dict[str, Phrase]:
    found: dict[str, Phrase] = {}
    for name, value in vars(wording).items():
        if isinstance(value, Phrase):
            found[name] = value
        elif isinstance(value, dict) and name.isupper():
            found |= {f"{name}[{key}]": phrase for key, phrase in value.items()}
    return found


@pytest.mark.parametrize("name", phrases())
def test_both_languages_say_the_same(name: str) -> None:
    def gaps(text: str) -> set[str]:
        return {gap for _, gap, _, _ in Formatter().parse(text) if gap}

    phrase = phrases()[name]
    assert phrase.en.strip()
    assert phrase.de.strip()
    assert gaps(phrase.en) == gaps(phrase.de)


def test_everything_an_order_can_be_has_its_words() -> None:
    finished = {OrderStatus.SUCCEEDED, OrderStatus.FAILED, OrderStatus.CANCELLED}
    assert set(wording.RESULTS) == finished
    assert set(wording.DONE_TITLES) == set(wording.UNDONE_TITLES) == set(OrderKind)
    assert set(wording.DONE_HEADINGS) == set(wording.UNDONE_HEADINGS) == set(ItemAction)
    assert set(wording.HOLDER) == set(HolderKind)
