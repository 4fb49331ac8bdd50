"""What the e-mails about accounts say, in both languages side by side."""

from dialtree.notifications.wording import Phrase

INVITATION_TITLE = Phrase("Welcome to dialtree", "Willkommen bei dialtree")
INVITATION = Phrase(
    "{inviter} has invited you to look after the telephone numbers of {customer} in dialtree.",
    "{inviter} hat Sie eingeladen, die Rufnummern von {customer} in dialtree zu verwalten.",
)
INVITATION_LINK = Phrase(
    "Choose a password with the link below. It works once, until {until}.",
    "Wählen Sie über den Link unten ein Passwort. Er gilt einmal und bis {until}.",
)
INVITATION_PROVIDER = Phrase(
    "Sign in with {provider}; you need no password of your own here.",
    "Melden Sie sich über {provider} an; ein eigenes Passwort brauchen Sie hier nicht.",
)
SIGN_IN = Phrase("Sign in", "Anmelden")
ACCEPT = Phrase("Accept the invitation", "Einladung annehmen")
NOT_EXPECTED = Phrase(
    "If you did not expect this e-mail you need not do anything.",
    "Wenn Sie diese E-Mail nicht erwartet haben, brauchen Sie nichts zu tun.",
)

RESET_TITLE = Phrase("Choose a new password", "Neues Passwort wählen")
RESET = Phrase(
    "Somebody asked for a new password for this address. The link below works once, until {until}.",
    "Für diese Adresse wurde ein neues Passwort angefordert. Der Link unten gilt einmal und bis "
    "{until}.",
)
RESET_UNASKED = Phrase(
    "If it was not you, you need not do anything: your password stays as it is.",
    "Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.",
)
RESET_LINK = Phrase("Choose a new password", "Neues Passwort wählen")

CHANGED_TITLE = Phrase("Your password was changed", "Ihr Passwort wurde geändert")
CHANGED = Phrase(
    "The password of your account was changed on {moment}. You were signed out elsewhere.",
    "Das Passwort Ihres Kontos wurde am {moment} geändert. Anderswo wurden Sie abgemeldet.",
)
CHANGED_UNASKED = Phrase(
    "If it was not you, choose a new password at once and tell an administrator.",
    "Wenn Sie das nicht waren, wählen Sie sofort ein neues Passwort und sprechen Sie einen "
    "Administrator an.",
)
FORGOTTEN = Phrase("Ask for a new password", "Neues Passwort anfordern")
