"""A call of every root field of the schema, with ids to be filled in.

Tests that walk all of them fail when a field is added here but not there or the other way round.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from dialtree import clock
from tests.conftest import PASSWORD
from tests.server import REFUSAL, Json


@dataclass(frozen=True)
class Ids:
    """Global ids of one customer's objects."""

    customer: str
    contract: str
    block: str
    split: str
    """A split range."""
    free: str
    held: str
    holder: str
    planned_order: str
    done_order: str
    trunk: str
    """Active and with credentials."""
    cloud_pbx: str
    """Without numbers."""
    number: str
    """A complete number of the customer, as dialled."""
    api_token: str = "QXBpVG9rZW46MQ"
    user: str = "VXNlcjox"
    """Somebody active who is not asked as."""
    invited: str = "VXNlcjox"
    deactivated: str = "VXNlcjox"
    session: str = "U2Vzc2lvbjox"
    """Of the administrator."""
    invitation: str = "secret"
    """The secret of a link."""
    forgotten: str = "secret"
    """The secret of a link to set a new password."""

    def every(self) -> tuple[str, ...]:
        return (
            self.customer,
            self.contract,
            self.block,
            self.split,
            self.free,
            self.held,
            self.holder,
            self.planned_order,
            self.done_order,
            self.trunk,
            self.cloud_pbx,
            self.user,
        )


QUERIES: Mapping[str, Callable[[Ids], str]] = {
    "explorer": lambda _: "explorer",
    "viewer": lambda _: "viewer { id name email role language customer { id name } }",
    "signInOptions": lambda _: "signInOptions { password }",
    "node": lambda ids: " ".join(
        f'node{i}: node(id: "{id_}") {{ id }}' for i, id_ in enumerate(ids.every())
    ),
    "inventory": lambda _: (
        """inventory {
        bookedConcurrentCalls numberCount freeCount assignedCount blockCount singleNumberCount
        siteContractCount sipTrunkCount plannedSipTrunkCount cloudPbxCount uccConnectionCount
        openOrderCount }"""
    ),
    "numberRanges": lambda _: "numberRanges { totalCount nodes { id digits children { id } } }",
    "numberElements": lambda _: "numberElements { totalCount nodes { id digits } }",
    "lookup": lambda ids: (
        f'lookup(number: "{ids.number}") {{ outcome range {{ id }} holder {{ id }} }}'
    ),
    "siteContracts": lambda _: (
        "siteContracts { totalCount nodes { id numberRanges { nodes { id } } } }"
    ),
    "sipTrunks": lambda _: "sipTrunks { totalCount nodes { id name numbers { totalCount } } }",
    "cloudPbxes": lambda _: "cloudPbxes { totalCount nodes { id name } }",
    "uccConnections": lambda _: "uccConnections { totalCount nodes { id name } }",
    "changeNumbersPreview": lambda ids: (
        f'changeNumbersPreview(holderId: "{ids.holder}", add: ["{ids.free}"], '
        f'remove: ["{ids.held}"]) {{ refusal {{ code message }} meters {{ elements {{ used }} }} }}'
    ),
    "createSipTrunkPreview": lambda ids: (
        'createSipTrunkPreview(input: {name: "Neubau", contact: {name: "Technik"}, '
        f'elements: ["{ids.free}"]}}) {{ problems {{ field }} refusal {{ code }} '
        "meters { elements { used } } }"
    ),
    "uccPartners": lambda _: "uccPartners { code name takesSplitRanges takesExecutionDate }",
    "auditLog": lambda _: (
        "auditLog { totalCount nodes { id actor subjectId subjectName "
        "subject { id } order { reference } } }"
    ),
    "auditActors": lambda _: "auditActors { id name role }",
    "rejectedCalls": lambda _: (
        "rejectedCalls { totalCount nodes { id callId from { display } siteContract { id } } }"
    ),
    "rejectedCallHours": lambda _: "rejectedCallHours { total hours { hour count } }",
    "rejectedCallLevels": lambda _: (
        "rejectedCallLevels { level limits { total } siteContract { id } sipTrunk { id } }"
    ),
    "orders": lambda _: "orders { totalCount nodes { id reference requestedBy } }",
    "customers": lambda _: "customers { totalCount nodes { id name siteContractCount } }",
    "apiTokens": lambda _: "apiTokens { totalCount nodes { id name owner } }",
    "users": lambda _: "users { totalCount nodes { id name email role state lastSeenAt } }",
    "sessions": lambda _: "sessions { totalCount nodes { id address current } }",
    "accountLink": lambda ids: (
        f'accountLink(secret: "{ids.invitation}") {{ purpose name email company }}'
    ),
}

MUTATIONS: Mapping[str, Callable[[Ids], Json | None]] = {
    "login": lambda _: {"email": "nobody@nordlicht.example", "password": "wrong"},
    "logout": lambda _: None,
    "updateViewer": lambda _: {"language": "DE"},
    "importSiteContracts": lambda _: {
        "content": "contract;street;postcode;town;status;start_date;area_code;stem;"
        "extension_digits;first_digits\nSV-7;Zeil 1;60313;Frankfurt;ACTIVE;;069;900097;2;\n"
    },
    "splitRange": lambda ids: {"rangeId": ids.free},
    "mergeRange": lambda ids: {"rangeId": ids.split},
    "changeNumbers": lambda ids: {
        "holderId": ids.holder,
        "add": [ids.free],
        "remove": [ids.held],
    },
    "createSipTrunk": lambda ids: {
        "name": "Neubau",
        "contact": {"name": "Technik"},
        "elements": [ids.free],
    },
    "updateSipTrunk": lambda ids: {"sipTrunkId": ids.trunk, "name": "Umbenannt"},
    "deleteSipTrunk": lambda ids: {"sipTrunkId": ids.trunk},
    "revealSipPassword": lambda ids: {"sipTrunkId": ids.trunk},
    "regenerateSipPassword": lambda ids: {"sipTrunkId": ids.trunk},
    "updateCloudPbx": lambda ids: {"cloudPbxId": ids.cloud_pbx, "contact": {"name": "Betrieb"}},
    "deleteCloudPbx": lambda ids: {"cloudPbxId": ids.cloud_pbx},
    "cancelOrder": lambda ids: {"orderId": ids.planned_order},
    "rescheduleOrder": lambda ids: {
        "orderId": ids.planned_order,
        "executionDate": str(clock.today() + timedelta(days=40)),
    },
    "undoOrder": lambda ids: {"orderId": ids.done_order},
    "createCustomer": lambda _: {"name": "Westwind AG", "bookedConcurrentCalls": 4},
    "updateCustomer": lambda ids: {"customerId": ids.customer, "bookedConcurrentCalls": 40},
    "updateSiteContract": lambda ids: {"siteContractId": ids.contract, "street": "Kantstraße 13"},
    "createApiToken": lambda _: {"name": "Backup"},
    "revokeApiToken": lambda ids: {"apiTokenId": ids.api_token},
    "reportRejectedCalls": lambda ids: {
        "calls": [
            {
                "callId": "call-1@switch.example",
                "level": "CUSTOMER",
                "direction": "INCOMING",
                "at": clock.now().isoformat(),
                "from": "+49 69 90009-123",
                "to": ids.number,
                "customerId": ids.customer,
            }
        ]
    },
    "setCallLimit": lambda ids: {"siteContractId": ids.contract, "limit": 10},
    "inviteUser": lambda _: {
        "email": "nele@nordlicht.example",
        "name": "Nele Neu",
        "role": "VIEWER",
        "language": "DE",
    },
    "resendInvitation": lambda ids: {"userId": ids.invited},
    "updateUser": lambda ids: {"userId": ids.user, "role": "ADMINISTRATOR"},
    "deactivateUser": lambda ids: {"userId": ids.user},
    "reactivateUser": lambda ids: {"userId": ids.deactivated},
    "changePassword": lambda _: {"current": PASSWORD, "new": "drei wackelige Leitern"},
    "endSession": lambda ids: {"sessionId": ids.session},
    "endOtherSessions": lambda _: {},
    "acceptInvitation": lambda ids: {
        "secret": ids.invitation,
        "password": "drei wackelige Leitern",
    },
    "requestPasswordReset": lambda _: {"email": "nobody@nordlicht.example"},
    "resetPassword": lambda ids: {
        "secret": ids.forgotten,
        "password": "drei wackelige Leitern",
    },
}

SERVED = {
    "createCustomer",
    "importSiteContracts",
    "reportRejectedCalls",
    "setCallLimit",
    "updateCustomer",
    "updateSiteContract",
}
"""What only service staff may do (P2)."""

SERVED_QUERIES = {"customers"}
"""What only service staff may read."""

PUBLIC = {"explorer", "viewer", "signInOptions", "accountLink"}
"""What is answered to somebody who is not signed in."""

BY_PEOPLE = {
    "createApiToken",
    "revokeApiToken",
    "changePassword",
    "endSession",
    "endOtherSessions",
}
"""What nobody may do with a token, but everybody for themselves."""

NOT_BY_TOKEN = BY_PEOPLE | {"inviteUser", "reactivateUser", "resendInvitation", "updateUser"}
"""A token must not make access that outlives it."""

OWN = {"logout", "updateViewer", "changePassword", "endSession", "endOtherSessions"}
"""What everybody does about themselves; names nobody else."""

BY_SECRET = {"login", "acceptInvitation", "requestPasswordReset", "resetPassword"}
"""What is done before anybody is signed in; who does it is known by what they send."""

SUBSCRIPTIONS: Mapping[str, Callable[[Ids], str]] = {
    "orderUpdated": lambda ids: f'orderUpdated(id: "{ids.planned_order}") {{ id }}',
    "ordersUpdated": lambda _: "ordersUpdated { id }",
    "inventoryChanged": lambda _: (
        """inventoryChanged {
        everything removedRangeIds
        ranges { id digits } holders { id } inventory { numberCount } }"""
    ),
}


def query(name: str, ids: Ids) -> str:
    return f"query {{ {QUERIES[name](ids)} }}"


def mutation(name: str, ids: Ids) -> tuple[str, Json]:
    """Document and variables."""
    input_ = MUTATIONS[name](ids)
    selection = f"{{ __typename {REFUSAL if name != 'logout' else ''} }}"
    if input_ is None:
        return f"mutation {{ {name} {selection} }}", {}
    type_name = name[0].upper() + name[1:] + "Input"
    document = f"mutation($input: {type_name}!) {{ {name}(input: $input) {selection} }}"
    return document, {"input": input_}


def subscription(name: str, ids: Ids) -> str:
    return f"subscription {{ {SUBSCRIPTIONS[name](ids)} }}"
