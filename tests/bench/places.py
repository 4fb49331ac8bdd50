"""Whose numbers are measured and where they are.

Numbers: the stems set aside for fiction (030 23125, …), each also under the other four area codes,
lengthened by six digits. All have 12 or 13 digits after +49 where the German numbering plan ends at
11, so that they are nobody's. The six digits divide into disjoint parts, so that no number hides
another (N3):

    0000-4999 xx   blocks of two extension digits      600-899 xxx   blocks of three
    5xxxxx         single numbers                      90-99 xxxx    blocks of four

Half of everything belongs to the first customer (`MAIN`).
"""

from dataclasses import dataclass

MAIN = 1
"""Id of the customer that has half of everything."""
SMALL = 2
"""Id of one of the others."""
BLOCKS_PER_CONTRACT = 5
PART = "01234"
"""First digits of the blocks that are sold in part."""

AREAS = (
    ("30", "Berlin", ("10623", "12043"), ("Kantstraße", "Urbanstraße")),
    ("69", "Frankfurt am Main", ("60313", "60594"), ("Zeil", "Schweizer Straße")),
    ("40", "Hamburg", ("20095", "22765"), ("Mönckebergstraße", "Bahrenfelder Straße")),
    ("221", "Köln", ("50667", "50825"), ("Hohe Straße", "Venloer Straße")),
    ("89", "München", ("80802", "81667"), ("Leopoldstraße", "Rosenheimer Straße")),
)
STEMS = ("23125", "90009", "66969", "4710", "99998")
PARTNERS = ("ZOOM_X", "OPERATOR_CONNECT")


def token_of(customer_id: int) -> str:
    """The API token of the customer's administrator. Everybody can know it: such a database is for
    measuring and nothing else."""
    return f"benchmark-token-of-customer-{customer_id}"


@dataclass(frozen=True, slots=True)
class Size:
    """`ranges`: how many at least. A million of them are 100,000 blocks of 20,000 contracts."""

    ranges: int

    @property
    def contracts(self) -> int:
        return max(10, self.ranges // (10 * BLOCKS_PER_CONTRACT))

    @property
    def customers(self) -> int:
        return min(200, max(2, self.contracts // 4))

    @property
    def finished_orders(self) -> int:
        return self.contracts * 2

    def owner(self, contract: int) -> int:
        """Id of the customer that the contract (from 0) belongs to."""
        others = self.customers - 1
        return MAIN if (contract % 25 + contract // 25) % 2 == 0 else SMALL + contract // 2 % others


def customer_name(id_: int) -> str:
    return f"Kunde {id_:03d} Nordlicht Werke GmbH"


def place(contract: int) -> tuple[str, str, int]:
    """Area code, stem, and the first of the contract's blocks among those of the stem."""
    place = contract % 25
    area, stem = AREAS[place % 5][0], STEMS[place // 5]
    return area, stem[:4] if area == "221" else stem, contract // 25 * BLOCKS_PER_CONTRACT


def address(contract: int) -> tuple[str, str, str]:
    place, turn = contract % 25, contract // 50
    _, town, postcodes, streets = AREAS[place % 5]
    return f"{streets[(turn + place) % 2]} {1 + contract // 7 % 80}", postcodes[turn % 2], town


def part(number: int) -> tuple[str, int]:
    """What lengthens the stem for its block of this number, and how many digits stay open. Now and
    then it ends in 47, so that *4711 is found at any size."""
    if number % 400 == 7:
        return f"{90 + number // 400}", 4
    if number % 16 == 3:
        return f"{600 + number // 16}", 3
    if number < 80 and number % 8 == 5:
        return f"{number // 8:02d}47", 2
    if number >= 80 and number % 98 == 5:
        return f"{9 + number // 98:02d}47", 2
    hundred, rest = divmod(number * 1231 % 4950, 99)
    return f"{hundred:02d}{rest + (rest >= 47):02d}", 2
