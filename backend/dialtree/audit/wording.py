"""The words of the exported audit log, in both languages; the app's catalogues say the same."""

from collections.abc import Mapping
from typing import NamedTuple

from dialtree.accounts.models import Role
from dialtree.audit.models import AuditAction
from dialtree.language import Language


class Words(NamedTuple):
    en: str
    de: str

    def say(self, language: Language) -> str:
        return self.de if language == Language.DE else self.en


ACTIONS: Mapping[AuditAction, Words] = {
    AuditAction.SPLIT_ORDERED: Words("Split ordered", "Split beauftragt"),
    AuditAction.MERGE_ORDERED: Words("Merge ordered", "Merge beauftragt"),
    AuditAction.NUMBERS_ORDERED: Words(
        "Change of numbers ordered", "Rufnummernänderung beauftragt"
    ),
    AuditAction.TRUNK_ORDERED: Words("SIP trunk ordered", "SIP-Trunk beauftragt"),
    AuditAction.PLANNED_NUMBERS_CHANGED: Words(
        "Numbers of the planned SIP trunk changed", "Rufnummern des geplanten SIP-Trunks geändert"
    ),
    AuditAction.ORDER_RESCHEDULED: Words("Order moved to another day", "Auftrag verschoben"),
    AuditAction.ORDER_CANCELLED: Words("Order cancelled", "Auftrag storniert"),
    AuditAction.RANGE_SPLIT: Words("Range split", "Durchwahlbereich gesplittet"),
    AuditAction.RANGE_MERGED: Words("Range merged", "Durchwahlbereich zusammengeführt"),
    AuditAction.NUMBERS_CHANGED: Words("Numbers changed", "Rufnummern geändert"),
    AuditAction.TRUNK_ACTIVATED: Words("SIP trunk set up", "SIP-Trunk eingerichtet"),
    AuditAction.ORDER_FAILED: Words("Order failed", "Auftrag fehlgeschlagen"),
    AuditAction.TRUNK_UPDATED: Words("SIP trunk edited", "SIP-Trunk bearbeitet"),
    AuditAction.TRUNK_DELETED: Words("SIP trunk deleted", "SIP-Trunk gelöscht"),
    AuditAction.PLANNED_TRUNK_DROPPED: Words(
        "Planned SIP trunk dropped", "Geplanter SIP-Trunk verworfen"
    ),
    AuditAction.PASSWORD_SHOWN: Words("Password looked at", "Passwort angesehen"),
    AuditAction.PASSWORD_REGENERATED: Words("New password generated", "Neues Passwort generiert"),
    AuditAction.SECRET_KEY_ROTATED: Words(
        "SIP passwords encrypted with a new key", "SIP-Passwörter neu verschlüsselt"
    ),
    AuditAction.CLOUD_PBX_CREATED: Words("Cloud PBX created", "Cloud PBX angelegt"),
    AuditAction.CLOUD_PBX_UPDATED: Words("Contact changed", "Kontakt geändert"),
    AuditAction.CLOUD_PBX_DELETED: Words("Cloud PBX deleted", "Cloud PBX gelöscht"),
    AuditAction.UCC_CONNECTION_CREATED: Words("UCC connection created", "UCC-Verbindung angelegt"),
    AuditAction.UCC_PARTNER_CHANGED: Words(
        "Abilities of the UCC partner changed", "Möglichkeiten des UCC-Partners geändert"
    ),
    AuditAction.CUSTOMER_CREATED: Words("Customer created", "Kunde angelegt"),
    AuditAction.CUSTOMER_UPDATED: Words("Customer edited", "Kunde bearbeitet"),
    AuditAction.CONTRACTS_IMPORTED: Words("Site contracts imported", "Standortverträge importiert"),
    AuditAction.CONTRACT_UPDATED: Words("Site contract edited", "Standortvertrag bearbeitet"),
    AuditAction.CALL_LIMIT_SET: Words(
        "Limit of concurrent calls set", "Grenze der Parallelen Gespräche gesetzt"
    ),
    AuditAction.USER_CREATED: Words("User created", "Benutzer angelegt"),
    AuditAction.USER_INVITED: Words("User invited", "Benutzer eingeladen"),
    AuditAction.INVITATION_SENT_AGAIN: Words("Invitation sent again", "Einladung erneut gesendet"),
    AuditAction.INVITATION_ACCEPTED: Words("Invitation accepted", "Einladung angenommen"),
    AuditAction.USER_UPDATED: Words("User edited", "Benutzer bearbeitet"),
    AuditAction.USER_DEACTIVATED: Words("User deactivated", "Benutzer deaktiviert"),
    AuditAction.USER_REACTIVATED: Words("User reactivated", "Benutzer reaktiviert"),
    AuditAction.USER_PASSWORD_CHANGED: Words("Own password changed", "Eigenes Passwort geändert"),
    AuditAction.USER_PASSWORD_RESET: Words("Password reset", "Passwort zurückgesetzt"),
    AuditAction.SIGNED_IN: Words("Signed in", "Angemeldet"),
    AuditAction.SIGN_IN_LINKED: Words(
        "Linked to the sign-in provider", "Mit dem Anmeldedienst verbunden"
    ),
    AuditAction.SESSIONS_ENDED: Words("Sessions ended", "Sitzungen beendet"),
    AuditAction.API_TOKEN_CREATED: Words("API token created", "API-Token erstellt"),
    AuditAction.API_TOKEN_REVOKED: Words("API token revoked", "API-Token widerrufen"),
    AuditAction.SETTINGS_CHANGED: Words("Own settings changed", "Eigene Einstellungen geändert"),
    AuditAction.AUDIT_LOG_EXPORTED: Words("Audit log exported", "Protokoll exportiert"),
}

ROLES: Mapping[Role, Words] = {
    Role.ADMINISTRATOR: Words("Administrator", "Administrator"),
    Role.VIEWER: Words("Viewer", "Betrachter"),
    Role.SERVICE: Words("Service", "Service"),
}

COLUMNS = (
    Words("time", "Zeitpunkt"),
    Words("who", "Wer"),
    Words("role", "Rolle"),
    Words("address", "Adresse"),
    Words("via", "Über"),
    Words("action", "Aktion"),
    Words("what", "Was"),
    Words("type", "Art"),
    Words("id", "Kennung"),
    Words("subject", "Betroffen"),
    Words("order", "Auftrag"),
    Words("changes", "Änderungen"),
)
FILE_NAME = Words("audit-log", "protokoll")
