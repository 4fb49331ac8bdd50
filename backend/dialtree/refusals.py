"""Every expected refusal: its code for machines, the rule it stands for, and its sentences.

A sentence states what was observed and what would help. Nothing else in the product words a "no".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Self

from dialtree.language import Language, format_date
from dialtree.numbering.e164 import BadNumber


class RefusalCode(StrEnum):
    NOT_AUTHENTICATED = "NOT_AUTHENTICATED"
    LOGIN_FAILED = "LOGIN_FAILED"
    PASSWORD_SIGN_IN_OFF = "PASSWORD_SIGN_IN_OFF"  # noqa: S105 - the name of a refusal
    NOT_ADMINISTRATOR = "NOT_ADMINISTRATOR"
    NOT_SERVICE_STAFF = "NOT_SERVICE_STAFF"
    CUSTOMER_NOT_AVAILABLE = "CUSTOMER_NOT_AVAILABLE"
    NOT_WITH_TOKEN = "NOT_WITH_TOKEN"  # noqa: S105 - a code
    ROLE_TOO_HIGH = "ROLE_TOO_HIGH"
    NOT_FOUND = "NOT_FOUND"
    INVALID_INPUT = "INVALID_INPUT"
    VALUE_MISSING = "VALUE_MISSING"
    VALUE_TOO_LONG = "VALUE_TOO_LONG"
    VALUE_NOT_UNDERSTOOD = "VALUE_NOT_UNDERSTOOD"
    VALUE_OUT_OF_RANGE = "VALUE_OUT_OF_RANGE"
    PAGE_TOO_LARGE = "PAGE_TOO_LARGE"
    CURSOR_NOT_UNDERSTOOD = "CURSOR_NOT_UNDERSTOOD"
    QUERY_TOO_EXPENSIVE = "QUERY_TOO_EXPENSIVE"
    QUERY_TOO_SLOW = "QUERY_TOO_SLOW"
    TOO_MANY_SUBSCRIPTIONS = "TOO_MANY_SUBSCRIPTIONS"
    TRY_AGAIN = "TRY_AGAIN"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    CROSS_SITE_REQUEST = "CROSS_SITE_REQUEST"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    INTROSPECTION_OFF = "INTROSPECTION_OFF"

    NUMBER_NOT_UNDERSTOOD = "NUMBER_NOT_UNDERSTOOD"
    NUMBER_NOT_GERMAN = "NUMBER_NOT_GERMAN"
    AREA_CODE_UNKNOWN = "AREA_CODE_UNKNOWN"
    STEM_INVALID = "STEM_INVALID"
    NUMBER_TOO_LONG = "NUMBER_TOO_LONG"
    EXTENSION_DIGITS_OUT_OF_RANGE = "EXTENSION_DIGITS_OUT_OF_RANGE"
    FIRST_DIGITS_INVALID = "FIRST_DIGITS_INVALID"
    NUMBER_OVERLAPS = "NUMBER_OVERLAPS"
    NUMBER_HIDES = "NUMBER_HIDES"
    NUMBER_IN_USE_ELSEWHERE = "NUMBER_IN_USE_ELSEWHERE"
    CONTRACT_CONTRADICTS = "CONTRACT_CONTRADICTS"
    CONTRACT_NUMBERS_ASSIGNED = "CONTRACT_NUMBERS_ASSIGNED"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    FILE_TOO_MANY_ROWS = "FILE_TOO_MANY_ROWS"
    FILE_NOT_TEXT = "FILE_NOT_TEXT"
    FILE_QUOTES_BROKEN = "FILE_QUOTES_BROKEN"
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_UNKNOWN = "COLUMN_UNKNOWN"
    COLUMN_NAMED_TWICE = "COLUMN_NAMED_TWICE"
    ROW_TOO_WIDE = "ROW_TOO_WIDE"

    SEARCH_NEEDS_PREFIX = "SEARCH_NEEDS_PREFIX"
    SEARCH_NOT_DIGITS = "SEARCH_NOT_DIGITS"
    SEARCH_TOO_LONG = "SEARCH_TOO_LONG"

    SPLIT_NEEDS_OPEN_DIGITS = "SPLIT_NEEDS_OPEN_DIGITS"
    RANGE_ALREADY_SPLIT = "RANGE_ALREADY_SPLIT"
    RANGE_ASSIGNED = "RANGE_ASSIGNED"
    RANGE_IN_OPEN_ORDER = "RANGE_IN_OPEN_ORDER"
    PARTNER_TAKES_NO_SPLIT_RANGES = "PARTNER_TAKES_NO_SPLIT_RANGES"
    MERGE_NEEDS_SPLIT_RANGE = "MERGE_NEEDS_SPLIT_RANGE"
    MERGE_BENEATH_ASSIGNED = "MERGE_BENEATH_ASSIGNED"
    MERGE_BENEATH_IN_OPEN_ORDER = "MERGE_BENEATH_IN_OPEN_ORDER"

    CHANGE_EMPTY = "CHANGE_EMPTY"
    CHANGE_TOO_LARGE = "CHANGE_TOO_LARGE"
    ELEMENT_NAMED_TWICE = "ELEMENT_NAMED_TWICE"
    NOT_AN_ELEMENT = "NOT_AN_ELEMENT"
    ELEMENT_NOT_HELD = "ELEMENT_NOT_HELD"
    TRUNK_ELEMENT_LIMIT = "TRUNK_ELEMENT_LIMIT"
    TRUNK_BLOCK_LIMIT = "TRUNK_BLOCK_LIMIT"
    CHANGES_AT_ONCE_ONLY = "CHANGES_AT_ONCE_ONLY"
    EXECUTION_DATE_PAST = "EXECUTION_DATE_PAST"
    EXECUTION_DATE_TOO_FAR = "EXECUTION_DATE_TOO_FAR"
    TRUNK_NOT_ACTIVE = "TRUNK_NOT_ACTIVE"
    TRUNK_NAME_TAKEN = "TRUNK_NAME_TAKEN"
    TRUNK_STARTS_AFTER_CHANGE = "TRUNK_STARTS_AFTER_CHANGE"
    CONTRACT_NOT_STARTED = "CONTRACT_NOT_STARTED"
    CALL_LIMIT_OVER_TOTAL = "CALL_LIMIT_OVER_TOTAL"
    TRUNK_PROFILE_FIXED = "TRUNK_PROFILE_FIXED"
    TRUNK_STILL_PLANNED = "TRUNK_STILL_PLANNED"
    TRUNK_GONE = "TRUNK_GONE"
    CREDENTIALS_FOR_ADMINISTRATORS = "CREDENTIALS_FOR_ADMINISTRATORS"
    CREDENTIALS_UNREADABLE = "CREDENTIALS_UNREADABLE"
    CLOUD_PBX_HOLDS_NUMBERS = "CLOUD_PBX_HOLDS_NUMBERS"
    HOLDER_IN_OPEN_ORDER = "HOLDER_IN_OPEN_ORDER"

    TOO_MANY_CALLS_REPORTED = "TOO_MANY_CALLS_REPORTED"
    CALL_NOT_RECENT = "CALL_NOT_RECENT"
    CALL_PLACE_UNCLEAR = "CALL_PLACE_UNCLEAR"
    CALL_LEVEL_WITHOUT_LIMIT = "CALL_LEVEL_WITHOUT_LIMIT"

    ORDER_STARTED = "ORDER_STARTED"
    ORDER_FINISHED = "ORDER_FINISHED"
    ORDER_NOT_PLANNED = "ORDER_NOT_PLANNED"
    ORDER_NOT_SUCCEEDED = "ORDER_NOT_SUCCEEDED"
    UNDO_NOT_POSSIBLE = "UNDO_NOT_POSSIBLE"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"

    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"
    LINK_NOT_VALID = "LINK_NOT_VALID"
    PASSWORD_WRONG = "PASSWORD_WRONG"  # noqa: S105 - the name of a refusal
    PASSWORD_TOO_SHORT = "PASSWORD_TOO_SHORT"  # noqa: S105 - the name of a refusal
    PASSWORD_LIKE_PERSON = "PASSWORD_LIKE_PERSON"  # noqa: S105 - the name of a refusal
    PASSWORD_TOO_EASY = "PASSWORD_TOO_EASY"  # noqa: S105 - the name of a refusal
    EMAIL_NOT_INVITABLE = "EMAIL_NOT_INVITABLE"
    OWN_ACCOUNT = "OWN_ACCOUNT"
    LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR"
    SERVICE_ROLE_ELSEWHERE = "SERVICE_ROLE_ELSEWHERE"
    USER_DEACTIVATED = "USER_DEACTIVATED"
    INVITATION_ACCEPTED = "INVITATION_ACCEPTED"


class Wording(NamedTuple):
    rule: str | None
    en: str
    de: str


_C = RefusalCode
WORDINGS: dict[RefusalCode, Wording] = {
    _C.NOT_AUTHENTICATED: Wording(
        None,
        "You are not signed in. Sign in, or send a valid API token.",
        "Sie sind nicht angemeldet. Melden Sie sich an oder senden Sie ein gültiges API-Token.",
    ),
    _C.LOGIN_FAILED: Wording(
        None,
        "E-mail address and password do not match. Check both and try again.",
        "E-Mail-Adresse und Passwort passen nicht zusammen. Prüfen Sie beide Eingaben.",
    ),
    _C.PASSWORD_SIGN_IN_OFF: Wording(
        None,
        "Nobody signs in with a password here. Use the sign-in of your company.",
        "Mit Passwort meldet sich hier niemand an. Nutzen Sie die Anmeldung Ihres Unternehmens.",
    ),
    _C.NOT_ADMINISTRATOR: Wording(
        "H5",
        "Only administrators change anything. Ask an administrator of your company.",
        "Änderungen sind Administratoren vorbehalten. Wenden Sie sich an einen Administrator.",
    ),
    _C.NOT_SERVICE_STAFF: Wording(
        "P2",
        "This is set by customer service. Ask them for it.",
        "Das legt der Kundenservice fest. Wenden Sie sich an ihn.",
    ),
    _C.CUSTOMER_NOT_AVAILABLE: Wording(
        "P2",
        "There is no such customer that you could work for. Choose another one.",
        "Diesen Kunden gibt es nicht, oder Sie können nicht für ihn arbeiten. Wählen Sie einen "
        "anderen.",
    ),
    _C.NOT_WITH_TOKEN: Wording(
        None,
        "API tokens cannot do this. Sign in with e-mail address and password.",
        "Mit einem API-Token geht das nicht. Melden Sie sich mit E-Mail-Adresse und Passwort an.",
    ),
    _C.ROLE_TOO_HIGH: Wording(
        "P2",
        "You cannot give more rights than you have. Choose your own role or a lower one.",
        "Mehr Rechte, als Sie selbst haben, können Sie nicht vergeben. Wählen Sie Ihre eigene "
        "Rolle oder eine niedrigere.",
    ),
    _C.NOT_FOUND: Wording(
        None,
        "There is nothing of this kind with this id. It may have been merged or deleted meanwhile.",
        "Zu dieser Kennung gibt es nichts Passendes. Vielleicht wurde es inzwischen "
        "zusammengeführt oder gelöscht.",
    ),
    _C.INVALID_INPUT: Wording(
        None,
        "Some of the input cannot be used; each problem is named at its field.",
        "Ein Teil der Eingabe ist nicht verwendbar; jeder Fehler steht bei seinem Feld.",
    ),
    _C.VALUE_MISSING: Wording(None, "This value is required.", "Diese Angabe ist erforderlich."),
    _C.VALUE_TOO_LONG: Wording(
        None,
        "At most {limit} characters are allowed here.",
        "Hier sind höchstens {limit} Zeichen erlaubt.",
    ),
    _C.VALUE_NOT_UNDERSTOOD: Wording(
        None,
        "“{value}” cannot be read here. Expected: {expected}.",
        "„{value}“ ist hier nicht lesbar. Erwartet: {expected}.",
    ),
    _C.VALUE_OUT_OF_RANGE: Wording(
        None,
        "{value} is not possible here. Choose a number from {minimum} to {maximum}.",
        "{value} ist hier nicht möglich. Wählen Sie eine Zahl von {minimum} bis {maximum}.",
    ),
    _C.PAGE_TOO_LARGE: Wording(
        None,
        "A page has between 1 and {limit} entries; {value} were asked for.",
        "Eine Seite hat zwischen 1 und {limit} Einträge; verlangt wurden {value}.",
    ),
    _C.CURSOR_NOT_UNDERSTOOD: Wording(
        None,
        "The cursor in “after” is not one of this list. Begin again without it.",
        "Der Cursor in „after“ gehört nicht zu dieser Liste. Beginnen Sie ohne ihn.",
    ),
    _C.QUERY_TOO_EXPENSIVE: Wording(
        None,
        "This operation would cost {cost}; at most {limit} is allowed. Ask for fewer fields, "
        "shorter pages or fewer lists within lists.",
        "Diese Operation würde {cost} kosten; erlaubt sind höchstens {limit}. Fragen Sie weniger "
        "Felder, kürzere Seiten oder weniger Listen in Listen ab.",
    ),
    _C.QUERY_TOO_SLOW: Wording(
        None,
        "The answer took longer than {seconds} seconds and was given up. Ask for less, or try "
        "again in a moment.",
        "Die Antwort hat länger als {seconds} Sekunden gedauert und wurde abgebrochen. Fragen Sie "
        "weniger ab oder versuchen Sie es gleich noch einmal.",
    ),
    _C.TOO_MANY_SUBSCRIPTIONS: Wording(
        None,
        "{limit} subscriptions are running already. End some of them first.",
        "Es laufen bereits {limit} Abonnements. Beenden Sie zuerst einige davon.",
    ),
    _C.TRY_AGAIN: Wording(
        None,
        "The database is busy or was restarted; nothing was changed. Try again in a moment.",
        "Die Datenbank ist ausgelastet oder startet neu; nichts wurde geändert. Versuchen Sie es "
        "gleich noch einmal.",
    ),
    _C.INTERNAL_ERROR: Wording(
        None,
        "Something went wrong on our side; nothing was changed. Name this id to support: {id}.",
        "Bei uns ist etwas schiefgegangen; nichts wurde geändert. Nennen Sie dem Support diese "
        "Kennung: {id}.",
    ),
    _C.CROSS_SITE_REQUEST: Wording(
        None,
        "A page of another address asked with your session, which only dialtree's own pages may "
        "do. Open dialtree at its own address; whoever operates it sets DIALTREE_PUBLIC_URL to it.",
        "Eine Seite unter einer anderen Adresse hat mit Ihrer Sitzung angefragt; das dürfen nur "
        "die eigenen Seiten von dialtree. Öffnen Sie dialtree unter seiner eigenen Adresse; der "
        "Betreiber trägt sie in DIALTREE_PUBLIC_URL ein.",
    ),
    _C.REQUEST_TOO_LARGE: Wording(
        None,
        "The request has more than {limit} bytes, and no more is read from this sender. "
        "Administrators may send larger ones to import; else divide it.",
        "Die Anfrage hat mehr als {limit} Bytes, und mehr wird von diesem Absender nicht gelesen. "
        "Administratoren dürfen für einen Import größere senden; sonst teilen Sie sie auf.",
    ),
    _C.INTROSPECTION_OFF: Wording(
        None,
        "This installation does not tell its schema. It is published as schema.graphql.",
        "Diese Installation gibt ihr Schema nicht aus. Es ist als schema.graphql veröffentlicht.",
    ),
    _C.NUMBER_NOT_UNDERSTOOD: Wording(
        "N1",
        "“{value}” is not a phone number. Write it as 0221 4710 or +49 221 4710.",
        "„{value}“ ist keine Rufnummer. Schreiben Sie sie wie 0221 4710 oder +49 221 4710.",
    ),
    _C.NUMBER_NOT_GERMAN: Wording(
        "N1",
        "“{value}” is not a German number; only numbers under +49 can be managed.",
        "„{value}“ ist keine deutsche Rufnummer; verwaltet werden nur Rufnummern unter +49.",
    ),
    _C.AREA_CODE_UNKNOWN: Wording(
        "N1",
        "There is no German area code “{value}”.",
        "Die Ortsvorwahl „{value}“ gibt es in Deutschland nicht.",
    ),
    _C.STEM_INVALID: Wording(
        "N1",
        "“{value}” is not a stem: 1 to 11 digits that do not begin with 0 are needed.",
        "„{value}“ ist keine Stammnummer: nötig sind 1 bis 11 Ziffern, die nicht mit 0 beginnen.",
    ),
    _C.NUMBER_TOO_LONG: Wording(
        "N1",
        "The numbers would have {digits} digits with the country code; at most {maximum} are "
        "allowed.",
        "Die Rufnummern hätten mit Ländervorwahl {digits} Ziffern; erlaubt sind höchstens "
        "{maximum}.",
    ),
    _C.EXTENSION_DIGITS_OUT_OF_RANGE: Wording(
        "N2",
        "“{value}” extension digits are not possible: 0 for a single number, 1 to {maximum} for a "
        "block.",
        "„{value}“ Durchwahlstellen sind nicht möglich: 0 für eine Einzelrufnummer, 1 bis "
        "{maximum} für einen Rufnummernblock.",
    ),
    _C.FIRST_DIGITS_INVALID: Wording(
        "N2",
        "“{value}” are no first digits of a block. Write for example 3-5, or leave it empty for "
        "0 to 9; a single number has none.",
        "„{value}“ sind keine ersten Durchwahlziffern. Schreiben Sie zum Beispiel 3-5 oder lassen "
        "Sie das Feld für 0 bis 9 leer; eine Einzelrufnummer hat keine.",
    ),
    _C.NUMBER_OVERLAPS: Wording(
        "N3",
        "{number} and {other} ({contract}) have numbers in common; a number stands in one "
        "block only.",
        "{number} und {other} ({contract}) haben gemeinsame Rufnummern; jede Rufnummer steht "
        "nur in einem Block.",
    ),
    _C.NUMBER_HIDES: Wording(
        "N3",
        "{number} and {other} ({contract}) cannot both exist: a shorter number hides the "
        "longer ones that begin with it when they are dialled.",
        "{number} und {other} ({contract}) schließen sich aus: Eine kürzere Rufnummer verdeckt "
        "beim Wählen die längeren, die mit ihr beginnen.",
    ),
    _C.NUMBER_IN_USE_ELSEWHERE: Wording(
        "N3",
        "Numbers of {number} are already in use outside your contracts, or hidden by one that is. "
        "Ask your carrier.",
        "Rufnummern aus {number} werden bereits außerhalb Ihrer Verträge genutzt oder dadurch "
        "verdeckt. Wenden Sie sich an Ihren Anbieter.",
    ),
    _C.CONTRACT_CONTRADICTS: Wording(
        None,
        "Site contract {contract} is known with “{other}” here. A contract has one address, status "
        "and start date.",
        "Der Standortvertrag {contract} ist hier mit „{other}“ bekannt. Ein Vertrag hat eine "
        "Anschrift, einen Status und ein Startdatum.",
    ),
    _C.CONTRACT_NUMBERS_ASSIGNED: Wording(
        None,
        "Numbers of site contract {contract} are assigned: {ranges}. Remove them from their "
        "holders before it starts later.",
        "Rufnummern des Standortvertrags {contract} sind zugewiesen: {ranges}. Heben Sie die "
        "Zuweisungen auf, bevor er später beginnt.",
    ),
    _C.FILE_TOO_LARGE: Wording(
        None,
        "The file has more than {limit} bytes. Divide it into several files.",
        "Die Datei hat mehr als {limit} Bytes. Teilen Sie sie in mehrere Dateien auf.",
    ),
    _C.FILE_TOO_MANY_ROWS: Wording(
        None,
        "The file has more than {limit} rows. Divide it into several files.",
        "Die Datei hat mehr als {limit} Zeilen. Teilen Sie sie in mehrere Dateien auf.",
    ),
    _C.FILE_NOT_TEXT: Wording(
        None,
        "This is not a CSV file: it holds characters that no text has. Save it as CSV (UTF-8) "
        "in your spreadsheet.",
        "Das ist keine CSV-Datei: Sie enthält Zeichen, die in keinem Text stehen. Speichern Sie "
        "sie in Ihrer Tabellenkalkulation als CSV (UTF-8).",
    ),
    _C.FILE_QUOTES_BROKEN: Wording(
        None,
        "The quotation marks in the row that begins here do not match, so nothing after it can "
        "be read. Close them, and write a quotation mark inside a cell twice.",
        "Die Anführungszeichen in der hier beginnenden Zeile passen nicht zusammen; alles danach "
        "ist nicht lesbar. Schließen Sie sie und verdoppeln Sie Anführungszeichen innerhalb einer "
        "Zelle.",
    ),
    _C.COLUMN_MISSING: Wording(
        None,
        "The column “{column}” is missing. The first line of the file names the columns.",
        "Die Spalte „{column}“ fehlt. Die erste Zeile der Datei nennt die Spalten.",
    ),
    _C.COLUMN_UNKNOWN: Wording(
        None,
        "There is no column “{value}”. The columns are: {expected}.",
        "Eine Spalte „{value}“ gibt es nicht. Die Spalten sind: {expected}.",
    ),
    _C.COLUMN_NAMED_TWICE: Wording(
        None,
        "The column “{column}” stands in the file more than once. Keep one of them.",
        "Die Spalte „{column}“ steht mehrfach in der Datei. Behalten Sie eine davon.",
    ),
    _C.ROW_TOO_WIDE: Wording(
        None,
        "This row has {count} cells, the first line names {limit} columns. Put a cell that holds "
        "the separator in quotation marks.",
        "Diese Zeile hat {count} Zellen, die erste Zeile nennt {limit} Spalten. Setzen Sie eine "
        "Zelle, die das Trennzeichen enthält, in Anführungszeichen.",
    ),
    _C.SEARCH_NEEDS_PREFIX: Wording(
        "F2",
        "Begin the number with 0 or +49, or put * before it to find it anywhere.",
        "Beginnen Sie die Rufnummer mit 0 oder +49, oder stellen Sie * voran, um sie an jeder "
        "Stelle zu finden.",
    ),
    _C.SEARCH_NOT_DIGITS: Wording(
        "F2",
        "“{value}” is not a number search: digits, spaces and / - ( ) are read, with 0, +49 or * "
        "at the beginning.",
        "„{value}“ ist keine Rufnummernsuche: gelesen werden Ziffern, Leerzeichen und / - ( ), "
        "am Anfang 0, +49 oder *.",
    ),
    _C.SEARCH_TOO_LONG: Wording(
        "F2",
        "No number has that many digits. Leave some out.",
        "So viele Ziffern hat keine Rufnummer. Lassen Sie einige weg.",
    ),
    _C.SPLIT_NEEDS_OPEN_DIGITS: Wording(
        "S1",
        "{range} cannot be split: only a range of a block with at least 2 extension digits can, "
        "and only while it has an open digit.",
        "{range} kann nicht gesplittet werden: Das geht nur bei Durchwahlbereichen mindestens "
        "2-stelliger Rufnummernblöcke, die noch eine offene Stelle haben.",
    ),
    _C.RANGE_ALREADY_SPLIT: Wording(
        "S4",
        "{range} is split already. Use the ranges below it.",
        "{range} ist bereits gesplittet. Verwenden Sie die Bereiche darunter.",
    ),
    _C.RANGE_ASSIGNED: Wording(
        "S2",
        "{range} is assigned to {holder}. Remove it there first.",
        "{range} ist {holder} zugewiesen. Heben Sie diese Zuweisung zuerst auf.",
    ),
    _C.RANGE_IN_OPEN_ORDER: Wording(
        "S3",
        "{range} belongs to the open order {order}. Wait until it is done, or cancel it.",
        "{range} gehört zum offenen Auftrag {order}. Warten Sie, bis er erledigt ist, oder "
        "stornieren Sie ihn.",
    ),
    _C.PARTNER_TAKES_NO_SPLIT_RANGES: Wording(
        "S6",
        "{partner} does not take split ranges yet, and {range} is one. Choose a range of the "
        "first level or a single number.",
        "{partner} unterstützt gesplittete Durchwahlbereiche erst künftig, und {range} ist einer. "
        "Wählen Sie einen Bereich der ersten Ebene oder eine Einzelrufnummer.",
    ),
    _C.MERGE_NEEDS_SPLIT_RANGE: Wording(
        "M2",
        "{range} is not a split range, so there is nothing to merge.",
        "{range} ist kein gesplitteter Durchwahlbereich, es gibt also nichts zusammenzuführen.",
    ),
    _C.MERGE_BENEATH_ASSIGNED: Wording(
        "M1",
        "{range} cannot be merged: {blockers}. Remove these assignments first.",
        "{range} kann nicht zusammengeführt werden: {blockers}. Heben Sie diese Zuweisungen "
        "zuerst auf.",
    ),
    _C.MERGE_BENEATH_IN_OPEN_ORDER: Wording(
        "M1",
        "{range} cannot be merged: {blockers}. Wait until these orders are done, or cancel them.",
        "{range} kann nicht zusammengeführt werden: {blockers}. Warten Sie, bis diese Aufträge "
        "erledigt sind, oder stornieren Sie sie.",
    ),
    _C.CHANGE_EMPTY: Wording(
        "H1",
        "Nothing is to be added or removed. Choose at least one number element.",
        "Es ist nichts hinzuzufügen oder zu entfernen. Wählen Sie mindestens ein "
        "Rufnummernelement.",
    ),
    _C.CHANGE_TOO_LARGE: Wording(
        "H1",
        "{count} number elements are more than one order can name ({limit}). Use several orders.",
        "{count} Rufnummernelemente sind mehr, als ein Auftrag nennen kann ({limit}). Verteilen "
        "Sie sie auf mehrere Aufträge.",
    ),
    _C.ELEMENT_NAMED_TWICE: Wording(
        "H1",
        "{range} is named more than once. Name it once, to be added or to be removed.",
        "{range} ist mehrfach genannt. Nennen Sie es einmal, zum Hinzufügen oder zum Entfernen.",
    ),
    _C.NOT_AN_ELEMENT: Wording(
        "H1",
        "{range} is divided into smaller ranges. Assign those, or merge it first.",
        "{range} ist in kleinere Bereiche unterteilt. Weisen Sie diese zu oder führen Sie ihn "
        "zuerst zusammen.",
    ),
    _C.ELEMENT_NOT_HELD: Wording(
        "H1",
        "{range} is not assigned to {holder}, so it cannot be removed there.",
        "{range} ist {holder} nicht zugewiesen und kann dort nicht entfernt werden.",
    ),
    _C.TRUNK_ELEMENT_LIMIT: Wording(
        "H2",
        "{holder} would have {count} number elements on {date}; at most {limit} are possible.",
        "{holder} hätte am {date} {count} Rufnummernelemente; möglich sind höchstens {limit}.",
    ),
    _C.TRUNK_BLOCK_LIMIT: Wording(
        "H2",
        "{holder} would have {count} ranges of the block {block} on {date}; at most {limit} of "
        "one block are possible.",
        "{holder} hätte am {date} {count} Durchwahlbereiche des Rufnummernblocks {block}; möglich "
        "sind höchstens {limit} je Rufnummernblock.",
    ),
    _C.CHANGES_AT_ONCE_ONLY: Wording(
        "H3",
        "{holder} can only be changed at once. Leave the execution date out.",
        "{holder} kann nur zu sofort geändert werden. Lassen Sie das Ausführungsdatum weg.",
    ),
    _C.EXECUTION_DATE_PAST: Wording(
        "H3",
        "The execution date {date} has passed. Choose today ({today}) or a later day.",
        "Das Ausführungsdatum {date} ist vorbei. Wählen Sie heute ({today}) oder einen späteren "
        "Tag.",
    ),
    _C.EXECUTION_DATE_TOO_FAR: Wording(
        "H3",
        "The execution date {date} is more than a year away. Choose a day up to {latest}.",
        "Das Ausführungsdatum {date} liegt mehr als ein Jahr entfernt. Wählen Sie einen Tag bis "
        "zum {latest}.",
    ),
    _C.TRUNK_NOT_ACTIVE: Wording(
        "T1",
        "{holder} becomes active on {date}. Choose that day or a later one.",
        "{holder} wird erst am {date} aktiv. Wählen Sie diesen oder einen späteren Tag.",
    ),
    _C.TRUNK_NAME_TAKEN: Wording(
        "T1",
        "There is a SIP trunk named “{name}” already. Choose another name.",
        "Es gibt bereits einen SIP-Trunk namens „{name}“. Wählen Sie einen anderen Namen.",
    ),
    _C.TRUNK_STARTS_AFTER_CHANGE: Wording(
        "T2",
        "The SIP trunk of {order} has a change planned before {date}. Move or cancel that first.",
        "Für den SIP-Trunk aus {order} ist vor dem {date} eine Änderung geplant. Verschieben oder "
        "stornieren Sie diese zuerst.",
    ),
    _C.CONTRACT_NOT_STARTED: Wording(
        None,
        "{range} belongs to site contract {contract}, which starts on {date}. Choose that day or "
        "a later one.",
        "{range} gehört zum Standortvertrag {contract}, der am {date} beginnt. Wählen Sie diesen "
        "oder einen späteren Tag.",
    ),
    _C.CALL_LIMIT_OVER_TOTAL: Wording(
        "T1",
        "{value} is more than the limit for all calls of the trunk ({total}). Choose a smaller "
        "number or raise that limit.",
        "{value} ist mehr als die Grenze für alle Gespräche des SIP-Trunks ({total}). Wählen Sie "
        "eine kleinere Zahl oder erhöhen Sie diese Grenze.",
    ),
    _C.TRUNK_PROFILE_FIXED: Wording(
        "T3",
        "The profile of {holder} was chosen when it was created and cannot be changed. Create "
        "another SIP trunk for another profile.",
        "Das Profil von {holder} wurde beim Anlegen gewählt und lässt sich nicht ändern. Legen Sie "
        "für ein anderes Profil einen weiteren SIP-Trunk an.",
    ),
    _C.TRUNK_STILL_PLANNED: Wording(
        "T2",
        "{holder} is not active yet. Cancel its order {order} instead; that frees its numbers.",
        "{holder} ist noch nicht aktiv. Stornieren Sie stattdessen den Auftrag {order}; das gibt "
        "die Rufnummern frei.",
    ),
    _C.TRUNK_GONE: Wording(
        "T5",
        "The SIP trunk {holder} does not exist any more; its open orders ended with it.",
        "Den SIP-Trunk {holder} gibt es nicht mehr; seine offenen Aufträge endeten mit ihm.",
    ),
    _C.CREDENTIALS_FOR_ADMINISTRATORS: Wording(
        "H5",
        "Only administrators see telephony credentials. Ask an administrator of your company.",
        "Telefonie-Anmeldedaten sehen nur Administratoren. Wenden Sie sich an einen Administrator.",
    ),
    _C.CREDENTIALS_UNREADABLE: Wording(
        "T4",
        "There is no password of {holder} that this installation can read. Generate a new one.",
        "Für {holder} gibt es kein Passwort, das diese Installation lesen kann. Generieren Sie ein "
        "neues.",
    ),
    _C.CLOUD_PBX_HOLDS_NUMBERS: Wording(
        "H6",
        "{holder} still holds {count} number elements. Remove them first.",
        "{holder} hat noch {count} Rufnummernelemente. Entfernen Sie diese zuerst.",
    ),
    _C.HOLDER_IN_OPEN_ORDER: Wording(
        "H6",
        "The open order {order} changes the numbers of {holder}. Wait until it is done, or cancel "
        "it.",
        "Der offene Auftrag {order} ändert die Rufnummern von {holder}. Warten Sie, bis er "
        "erledigt ist, oder stornieren Sie ihn.",
    ),
    _C.TOO_MANY_CALLS_REPORTED: Wording(
        "C4",
        "{count} calls are more than one report can carry ({limit}). Send them in several reports.",
        "{count} Gespräche sind mehr, als eine Meldung enthalten kann ({limit}). Verteilen Sie sie "
        "auf mehrere Meldungen.",
    ),
    _C.CALL_NOT_RECENT: Wording(
        "C2",
        "{value} is not within the last {days} days. Calls are kept for {days} days, and reported "
        "when they have been rejected.",
        "{value} liegt nicht in den letzten {days} Tagen. Gespräche werden {days} Tage lang "
        "aufbewahrt und gemeldet, nachdem sie abgelehnt wurden.",
    ),
    _C.CALL_PLACE_UNCLEAR: Wording(
        "C4",
        "For the level {level} exactly one of these says where the limit was met: {expected}.",
        "Für die Ebene {level} sagt genau eine dieser Angaben, wo die Grenze erreicht war: "
        "{expected}.",
    ),
    _C.CALL_LEVEL_WITHOUT_LIMIT: Wording(
        "C2",
        "No limit is configured on the level {level} there. Configure one, or name the limit that "
        "was met.",
        "Auf der Ebene {level} ist dort keine Grenze festgelegt. Legen Sie eine fest oder nennen "
        "Sie die Grenze, die erreicht war.",
    ),
    _C.ORDER_STARTED: Wording(
        "O4",
        "The order {order} is already running.",
        "Der Auftrag {order} wird bereits ausgeführt.",
    ),
    _C.ORDER_FINISHED: Wording(
        "O4",
        "The order {order} is already finished.",
        "Der Auftrag {order} ist bereits abgeschlossen.",
    ),
    _C.ORDER_NOT_PLANNED: Wording(
        "O4",
        "The order {order} has no execution date in the future that could be moved.",
        "Der Auftrag {order} hat kein künftiges Ausführungsdatum, das sich ändern ließe.",
    ),
    _C.ORDER_NOT_SUCCEEDED: Wording(
        "O6",
        "Only an order that has succeeded can be undone; {order} has not.",
        "Rückgängig machen lässt sich nur ein erfolgreicher Auftrag; {order} ist es nicht.",
    ),
    _C.UNDO_NOT_POSSIBLE: Wording(
        "O6",
        "{order} cannot be undone in one step: what it changed is no longer there or was changed "
        "since, a merge removed several levels, or it created or deleted a SIP trunk.",
        "{order} lässt sich nicht in einem Schritt rückgängig machen: Das Geänderte gibt es nicht "
        "mehr oder es wurde seitdem verändert, eine Zusammenführung hat mehrere Ebenen entfernt, "
        "oder ein SIP-Trunk wurde angelegt oder gelöscht.",
    ),
    _C.IDEMPOTENCY_KEY_REUSED: Wording(
        "O5",
        "This idempotency key was used for another request ({order}). Use a new key.",
        "Dieser Idempotenzschlüssel gehört zu einer anderen Anfrage ({order}). Verwenden Sie einen "
        "neuen.",
    ),
    _C.TOO_MANY_ATTEMPTS: Wording(
        None,
        "There were too many attempts. Try again in {minutes} min.",
        "Es gab zu viele Versuche. Versuchen Sie es in {minutes} Min. noch einmal.",
    ),
    _C.LINK_NOT_VALID: Wording(
        None,
        "This link was used already, or its time is over. Ask for a new one.",
        "Dieser Link wurde bereits benutzt oder ist abgelaufen. Fordern Sie einen neuen an.",
    ),
    _C.PASSWORD_WRONG: Wording(
        None,
        "This is not your present password.",
        "Das ist nicht Ihr jetziges Passwort.",
    ),
    _C.PASSWORD_TOO_SHORT: Wording(
        None,
        "A password has at least {minimum} characters. A few words are easy to remember.",
        "Ein Passwort hat mindestens {minimum} Zeichen. Einige Wörter lassen sich gut merken.",
    ),
    _C.PASSWORD_LIKE_PERSON: Wording(
        None,
        "Do not use your name or your e-mail address as a password.",
        "Verwenden Sie nicht Ihren Namen oder Ihre E-Mail-Adresse als Passwort.",
    ),
    _C.PASSWORD_TOO_EASY: Wording(
        None,
        "This password is easily guessed: it is widely used, or made of repetitions and rows. "
        "Choose a few words that do not belong together.",
        "Dieses Passwort ist leicht zu erraten: Es ist weit verbreitet oder besteht aus "
        "Wiederholungen und Reihen. Wählen Sie einige Wörter, die nicht zusammengehören.",
    ),
    _C.EMAIL_NOT_INVITABLE: Wording(
        None,
        "{email} cannot be invited. Check whether the person has an account already, or use "
        "another address.",
        "{email} lässt sich nicht einladen. Prüfen Sie, ob die Person schon ein Konto hat, oder "
        "verwenden Sie eine andere Adresse.",
    ),
    _C.OWN_ACCOUNT: Wording(
        "P2",
        "Nobody changes their own role or deactivates themselves. Ask another administrator.",
        "Niemand ändert die eigene Rolle oder deaktiviert sich selbst. Wenden Sie sich an einen "
        "anderen Administrator.",
    ),
    _C.LAST_ADMINISTRATOR: Wording(
        "P2",
        "{user} is the last active administrator. Make somebody else an administrator first.",
        "{user} ist der letzte aktive Administrator. Machen Sie zuerst jemand anderen zum "
        "Administrator.",
    ),
    _C.SERVICE_ROLE_ELSEWHERE: Wording(
        "P2",
        "Service staff belong to the provider's own company. Choose another role here.",
        "Der Kundenservice gehört zum Unternehmen des Anbieters. Wählen Sie hier eine andere "
        "Rolle.",
    ),
    _C.USER_DEACTIVATED: Wording(
        None,
        "{user} is deactivated. Reactivate the account first.",
        "{user} ist deaktiviert. Aktivieren Sie das Konto zuerst wieder.",
    ),
    _C.INVITATION_ACCEPTED: Wording(
        None,
        "{user} has accepted the invitation already.",
        "{user} hat die Einladung bereits angenommen.",
    ),
}


Param = str | int | date


@dataclass(frozen=True, slots=True)
class Refusal:
    code: RefusalCode
    params: Mapping[str, Param] = field(default_factory=dict)

    @property
    def rule(self) -> str | None:
        return WORDINGS[self.code].rule

    def message(self, language: Language) -> str:
        wording = WORDINGS[self.code]
        template = wording.de if language == Language.DE else wording.en
        return template.format_map(
            {
                name: format_date(value, language) if isinstance(value, date) else value
                for name, value in self.params.items()
            }
        )

    def to_json(self) -> dict[str, object]:
        return {
            "code": self.code.value,
            "params": {
                name: {"date": value.isoformat()} if isinstance(value, date) else value
                for name, value in self.params.items()
            },
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        params = stored["params"]
        assert isinstance(params, dict)
        return cls(
            RefusalCode(str(stored["code"])),
            {
                name: date.fromisoformat(value["date"]) if isinstance(value, dict) else value
                for name, value in params.items()
            },
        )


class Refused(Exception):
    """Ends a command without effect; the API answers with the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class NotFound(Refused):
    def __init__(self) -> None:
        super().__init__(Refusal(RefusalCode.NOT_FOUND))


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing that is wrong with the input; `line` is that of an imported file."""

    field: str
    refusal: Refusal
    value: str | None = None
    line: int | None = None


class Invalid(Refused):
    """The input cannot be used; every problem is named at its field."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__(Refusal(RefusalCode.INVALID_INPUT))
        self.problems = problems


def refuse(refusal: Refusal | None) -> None:
    """Ends the command if a rule said no."""
    if refusal is not None:
        raise Refused(refusal)


def why_bad_number(bad: BadNumber) -> Refusal:
    """The refusal for a text that is no number; the problems of numbering have codes here."""
    return Refusal(RefusalCode[bad.problem.name], {"value": bad.value, **bad.params})
