"""Every sentence of the e-mails, in both languages side by side."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from dialtree import clock
from dialtree.holders.models import HolderKind
from dialtree.language import Language, format_date
from dialtree.orders.models import ItemAction, OrderKind, OrderStatus


class Phrase(NamedTuple):
    en: str
    de: str

    def say(self, language: Language, **values: str) -> str:
        return (self.de if language == Language.DE else self.en).format_map(values)


SUBJECT = Phrase("{title} (order {order})", "{title} (Auftrag {order})")
GREETING = Phrase("Hello {name},", "Guten Tag {name},")
REASON = Phrase("Reason: {reason}", "Grund: {reason}")
OPEN_ORDER = Phrase("Open the order", "Auftrag öffnen")
FOOTER = Phrase(
    "dialtree sent this e-mail automatically on behalf of {customer}.",
    "Diese E-Mail hat dialtree automatisch für {customer} verschickt.",
)

RESULTS: Mapping[OrderStatus, Phrase] = {
    OrderStatus.SUCCEEDED: Phrase(
        "Your order {order} has been carried out.", "Ihr Auftrag {order} ist ausgeführt."
    ),
    OrderStatus.FAILED: Phrase(
        "Your order {order} could not be carried out. Nothing was changed.",
        "Ihr Auftrag {order} konnte nicht ausgeführt werden. Es wurde nichts geändert.",
    ),
    OrderStatus.CANCELLED: Phrase(
        "Your order {order} was cancelled. Nothing was changed.",
        "Ihr Auftrag {order} wurde storniert. Es wurde nichts geändert.",
    ),
}

DONE_TITLES: Mapping[OrderKind, Phrase] = {
    OrderKind.SPLIT: Phrase("Range {range} split", "Durchwahlbereich {range} gesplittet"),
    OrderKind.MERGE: Phrase("Range {range} merged", "Durchwahlbereich {range} zusammengeführt"),
    OrderKind.CHANGE_NUMBERS: Phrase(
        "Numbers of {holder} edited", "Rufnummern von {holder} bearbeitet"
    ),
    OrderKind.CREATE_TRUNK: Phrase("SIP trunk {holder} set up", "SIP-Trunk {holder} eingerichtet"),
    OrderKind.DELETE_TRUNK: Phrase("SIP trunk {holder} deleted", "SIP-Trunk {holder} gelöscht"),
}
UNDONE_TITLES: Mapping[OrderKind, Phrase] = {
    OrderKind.SPLIT: Phrase("Range {range} not split", "Durchwahlbereich {range} nicht gesplittet"),
    OrderKind.MERGE: Phrase(
        "Range {range} not merged", "Durchwahlbereich {range} nicht zusammengeführt"
    ),
    OrderKind.CHANGE_NUMBERS: Phrase(
        "Numbers of {holder} not edited", "Rufnummern von {holder} nicht bearbeitet"
    ),
    OrderKind.CREATE_TRUNK: Phrase(
        "SIP trunk {holder} not set up", "SIP-Trunk {holder} nicht eingerichtet"
    ),
    OrderKind.DELETE_TRUNK: Phrase(
        "SIP trunk {holder} not deleted", "SIP-Trunk {holder} nicht gelöscht"
    ),
}

REMINDER_TITLES: Mapping[OrderKind, Phrase] = {
    OrderKind.CHANGE_NUMBERS: Phrase(
        "Tomorrow the numbers of {holder} change",
        "Morgen ändern sich die Rufnummern von {holder}",
    ),
    OrderKind.CREATE_TRUNK: Phrase(
        "Tomorrow the SIP trunk {holder} becomes active",
        "Morgen wird der SIP-Trunk {holder} aktiv",
    ),
}
"""Of the kinds that can be planned (H3)."""
REMINDER = Phrase(
    "Your order {order} will be carried out on {date} at 00:00 (German time). Until then it can be "
    "moved or cancelled.",
    "Ihr Auftrag {order} wird am {date} um 00:00 Uhr ausgeführt. Bis dahin lässt er sich "
    "verschieben oder stornieren.",
)
NO_REMINDERS = Phrase(
    "These reminders can be switched off under “Settings”.",
    "Diese Erinnerungen lassen sich unter „Einstellungen“ abschalten.",
)

CONSEQUENCES: Mapping[OrderKind, Phrase] = {
    OrderKind.SPLIT: Phrase(
        "Below {range} there are now ten free number elements: {first} to {last}.",
        "Unter {range} stehen jetzt zehn freie Rufnummernelemente: {first} bis {last}.",
    ),
    OrderKind.MERGE: Phrase(
        "{range} is one free number element again.",
        "{range} ist wieder ein freies Rufnummernelement.",
    ),
}
"""What holds after a single range was split (S4) or merged (M2)."""

DONE_HEADINGS: Mapping[ItemAction, Phrase] = {
    ItemAction.SPLIT: Phrase("Split ({count})", "Gesplittet ({count})"),
    ItemAction.MERGE: Phrase("Merged ({count})", "Zusammengeführt ({count})"),
    ItemAction.ADD: Phrase("Added ({count})", "Hinzugefügt ({count})"),
    ItemAction.REMOVE: Phrase("Removed ({count})", "Entfernt ({count})"),
}
UNDONE_HEADINGS: Mapping[ItemAction, Phrase] = {
    ItemAction.SPLIT: Phrase("Not split ({count})", "Nicht gesplittet ({count})"),
    ItemAction.MERGE: Phrase("Not merged ({count})", "Nicht zusammengeführt ({count})"),
    ItemAction.ADD: Phrase("Not added ({count})", "Nicht hinzugefügt ({count})"),
    ItemAction.REMOVE: Phrase("Not removed ({count})", "Nicht entfernt ({count})"),
}
PLANNED_HEADINGS: Mapping[ItemAction, Phrase] = {
    ItemAction.ADD: Phrase("To be added ({count})", "Kommt hinzu ({count})"),
    ItemAction.REMOVE: Phrase("To be removed ({count})", "Wird entfernt ({count})"),
}
MORE = Phrase("… and {count} more", "… und {count} weitere")

HOLDER: Mapping[HolderKind, Phrase] = {
    HolderKind.SIP_TRUNK: Phrase("SIP trunk", "SIP-Trunk"),
    HolderKind.CLOUD_PBX: Phrase("Cloud PBX", "Cloud PBX"),
    HolderKind.UCC_CONNECTION: Phrase("UCC connection", "UCC-Partner"),
}
UNDOES = Phrase("Undoes the order", "Macht rückgängig")
EXECUTION_DATE = Phrase("Execution date", "Ausführungsdatum")
AT_ONCE = Phrase("at once", "sofort")
REQUESTED_BY = Phrase("Requested by", "Beauftragt von")
REQUESTED_AT = Phrase("Requested on", "Beauftragt am")
FINISHED_AT = Phrase("Finished on", "Abgeschlossen am")
MOMENT = Phrase("{date}, {time} (German time)", "{date}, {time} Uhr")


def format_moment(moment: datetime, language: Language) -> str:
    """`moment` on the clocks of Berlin, to the minute."""
    local = moment.astimezone(clock.BERLIN)
    return MOMENT.say(
        language, date=format_date(local.date(), language), time=local.strftime("%H:%M")
    )


def format_count(count: int, language: Language) -> str:
    """12,500 in English, 12.500 in German."""
    return f"{count:,}".replace(",", "." if language == Language.DE else ",")
