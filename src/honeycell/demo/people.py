"""The people of the simulated world: where they work, which addresses they write from, and when they are away."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from honeycell.demo.dice import Dice, Ints
from honeycell.demo.names import FAMILY, GIVEN, ORGANISATIONS
from honeycell.demo.sites import DAY, FIRST_ON, LAST_ON, day_number

__all__ = ["DEPARTMENTS", "Address", "Move", "People", "people"]

DEPARTMENTS = (
    "accounts",
    "delivery",
    "engineering",
    "field-service",
    "finance",
    "hardware",
    "labs",
    "legal",
    "operations",
    "product",
    "quality",
    "support",
)
"""Our departments; each keeps one archive of mail and one calendar."""

STARS = {
    0: (
        ("Tomás", "Haldane"),
        ("Mirela", "Vance"),
        ("Lars", "Kimathi"),
        ("Yuki", "Sørensen"),
        ("Rafael", "Cho"),
        ("Sanne", "Wijnen"),
    ),
    1: (("Noor", "Ashgrove"), ("Bruno", "Dalgaard"), ("Gwen", "Okafor"), ("Hugo", "Marchand")),
}
"""The first people of us and of them have names that the pictures of the design use."""

RENAMED_ON = date(2025, 7, 1)
"""Penmarsh, which Aldermoor had bought, changes its addresses."""


@dataclass(frozen=True)
class Address:
    """One address of a person and the days on which it is used (day numbers; None is open)."""

    address: str
    kind: str
    """`work`, `earlier` (before a change), `short` (a second form), `private`, `role`, `automatic` or `list`."""
    share: float
    """Of the mails sent while it is in use, how many are sent from it."""
    from_day: int | None = None
    to_day: int | None = None

    def used(self, day: int) -> bool:
        """Whether it is in use on this day."""
        return (self.from_day is None or self.from_day <= day) and (self.to_day is None or day <= self.to_day)


@dataclass(frozen=True)
class Move:
    """A person changes from one organisation to another."""

    day: int
    """First day at the new one."""
    to_organisation: int


@dataclass
class People:
    """Everybody by number; beyond `n_persons` stand mailboxes and machines that are no person."""

    n_persons: int
    given: list[str]
    names: list[str]
    organisation: Ints
    site: Ints
    department: Ints
    group: Ints
    """The dozen colleagues somebody works with."""
    client: Ints
    """Which mail program they use: 0 to 4."""
    away: Ints
    """Absences: four from-to pairs of instants for each person, 0-0 when unused."""
    addresses: list[list[Address]]
    kinds: list[str]
    moves: dict[int, Move] = field(default_factory=dict)
    homonyms: list[tuple[int, int]] = field(default_factory=list)

    def organisation_on(self, person: int, day: int) -> int:
        """Whom the person works for on this day."""
        move = self.moves.get(person)
        return move.to_organisation if move and day >= move.day else int(self.organisation[person])

    def address_on(self, person: int, day: int, roll: float = 0.0) -> str:
        """The address the person uses on this day; `roll` in [0, 1) chooses between several."""
        for address in self.addresses[person]:
            if address.used(day):
                if roll < address.share:
                    return address.address
                roll -= address.share
        return next(address.address for address in self.addresses[person] if address.used(day))

    def in_department(self, name: str) -> Ints:
        """Our people of a department; in a world so small that it has none, all of us."""
        us = np.flatnonzero(self.organisation[: self.n_persons] == 0)
        inside = us[self.department[us] == DEPARTMENTS.index(name)]
        return inside if len(inside) else us

    def is_away(self, person: Ints, at: Ints) -> Ints:
        """The end of the absence each person is in at this instant, or 0."""
        back = np.zeros(len(at), dtype=np.int64)
        for block in range(0, self.away.shape[1], 2):
            since, until = self.away[person, block], self.away[person, block + 1]
            back = np.where((since <= at) & (at < until), until, back)
        return back

    def add_mailbox(self, name: str, address: str, kind: str, organisation: int, department: int = -1) -> int:
        """Add a mailbox or machine that is no person; returns its number."""
        self.given.append(name)
        self.names.append(name)
        self.organisation = np.append(self.organisation, organisation)
        self.site = np.append(self.site, ORGANISATIONS[organisation].sites[0])
        self.department = np.append(self.department, department)
        self.group = np.append(self.group, -1)
        self.client = np.append(self.client, 0)
        self.away = np.vstack([self.away, np.zeros((1, self.away.shape[1]), dtype=np.int64)])
        self.addresses.append([Address(address, kind, 1.0)])
        self.kinds.append(kind)
        return len(self.names) - 1


def _ascii(text: str) -> str:
    """A name as it stands in an address."""
    for letter, plain in (("ø", "o"), ("ł", "l"), ("ı", "i"), ("đ", "d"), ("ß", "ss")):
        text = text.replace(letter, plain)
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


def _names(dice: Dice, sizes: list[int]) -> tuple[list[tuple[str, str]], list[tuple[int, int]]]:
    """A name for everybody, nearly all different, and which pairs are homonyms on purpose."""
    n = sum(sizes)
    combinations = dice.order(len(GIVEN) * len(FAMILY))[: n + 60]
    chosen = [(GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN)]) for number in combinations.tolist()]
    reserved = {pair for pairs in STARS.values() for pair in pairs}
    chosen = [pair for pair in chosen if pair not in reserved][:n]
    start = 0
    for organisation, size in enumerate(sizes):
        for place, pair in enumerate(STARS.get(organisation, ())[:size]):
            chosen[start + place] = pair
        start += size
    us, them = sizes[0], sizes[1]
    homonyms: list[tuple[int, int]] = []
    for number in range(max(2, n // 240)):
        one = 10 + dice.pick(us - 10)
        # Every third has a colleague of the same name, the others a namesake at the other organisation.
        other = 10 + dice.pick(us - 10) if number % 3 == 0 else us + 10 + dice.pick(them - 10)
        if one != other and not any({one, other} & set(pair) for pair in homonyms):
            chosen[other] = chosen[one]
            homonyms.append((one, other))
    return chosen, homonyms


def _away(dice: Dice, n: int) -> Ints:
    """Two absences a year of one to three weeks, most in July, August and December."""
    blocks = np.zeros((n, 8), dtype=np.int64)
    first = day_number(FIRST_ON)
    for number, (start, spread) in enumerate(((75, 20), (265, 75), (445, 20), (630, 75))):
        since = first + start + dice.whole(n, spread)
        length = 5 + dice.whole(n, 17)
        taken = dice.share(n) < 0.8
        blocks[:, 2 * number] = np.where(taken, since * DAY, 0)
        blocks[:, 2 * number + 1] = np.where(taken, (since + length) * DAY, 0)
    return blocks


def people(seed: int, scale: float) -> People:
    """Everybody of every organisation, with their addresses, absences and changes of employer.

    Args:
        seed: Chance.
        scale: 1 for about six thousand people; each organisation keeps at least a handful.
    """
    dice = Dice(seed, "people")
    sizes = [max(round(one.n_persons * scale), 40 if number < 2 else 8) for number, one in enumerate(ORGANISATIONS)]
    n = sum(sizes)
    organisation = np.repeat(np.arange(len(sizes)), sizes)
    chosen, homonyms = _names(dice, sizes)
    sites = np.array([one.sites[0] for one in ORGANISATIONS], dtype=np.int64)[organisation]
    where = dice.share(n)
    for number, one in enumerate(ORGANISATIONS):
        inside = organisation == number
        sites[inside] = np.array(one.sites, dtype=np.int64)[(where[inside] * len(one.sites)).astype(np.int64)]
    everybody = People(
        n_persons=n,
        given=[given for given, _ in chosen],
        names=[f"{given} {family}" for given, family in chosen],
        organisation=organisation,
        site=sites,
        department=np.where(organisation == 0, dice.whole(n, len(DEPARTMENTS)), -1),
        group=np.zeros(n, dtype=np.int64),
        client=dice.whole(n, 5),
        away=_away(dice, n),
        addresses=[[] for _ in range(n)],
        kinds=["person"] * n,
        homonyms=homonyms,
    )
    # The account's people sit together, so that one archive of one department is the account's own.
    everybody.department[: len(STARS[0])] = 0
    everybody.group[:] = np.where(
        organisation == 0, everybody.department * 1000 + dice.whole(n, max(1, sizes[0] // 144)), -1
    )
    _give_addresses(dice, everybody)
    return everybody


def _give_addresses(dice: Dice, everybody: People) -> None:
    """Work addresses, second forms, private ones, and those left behind by a rename or a new job."""
    taken: set[str] = set()

    def free(local: str, domain: str) -> str:
        candidate, number = f"{local}@{domain}", 2
        while candidate in taken:
            candidate, number = f"{local}{number}@{domain}", number + 1
        taken.add(candidate)
        return candidate

    first, last = day_number(FIRST_ON), day_number(LAST_ON)
    rename = day_number(RENAMED_ON)
    sizes = np.bincount(everybody.organisation[: everybody.n_persons])
    n_moves = max(2, int(sizes[0]) // 125)
    # Movers come from the people who deal with others: the first tenth of us and of them.
    movers = {int(p) for p in dice.order(max(12, int(sizes[0]) // 10))[: n_moves // 2 + 1].tolist() if p >= 6}
    movers |= {int(sizes[0]) + 4 + int(p) for p in dice.order(max(8, int(sizes[1]) // 10))[: n_moves // 2].tolist()}
    for person in range(everybody.n_persons):
        given, family = (_ascii(part).replace(" ", "") for part in everybody.names[person].split(" ", 1))
        number = int(everybody.organisation[person])
        one = ORGANISATIONS[number]
        domain = one.domains[0]
        if number == 0 and DEPARTMENTS[int(everybody.department[person])] == "labs":
            domain = one.domains[1]
        addresses: list[Address] = []
        kind = dice.roll()
        if number == 1 and kind < 0.12:
            addresses.append(Address(free(f"{given}.{family}", one.domains[2]), "earlier", 1.0, None, rename - 1))
            addresses.append(Address(free(f"{given}.{family}", domain), "work", 1.0, rename, None))
        elif number == 1 and kind < 0.3:
            addresses.append(Address(free(f"{given}.{family}", one.domains[1]), "work", 1.0))
        elif kind < 0.36:
            addresses.append(Address(free(f"{given}.{family}", domain), "work", 0.8))
            addresses.append(Address(free(f"{given[0]}{family}", domain), "short", 0.2))
        elif kind < 0.38:
            addresses.append(Address(free(f"{given}.{family}", domain), "work", 0.85))
            # A hyphen cannot stand in a mailbox of this provider, so nobody real is named.
            addresses.append(Address(free(f"{given}.{family}-simulated", "gmail.com"), "private", 0.15))
        else:
            addresses.append(Address(free(f"{given}.{family}", domain), "work", 1.0))
        if person in movers:
            day = first + 200 + dice.pick(last - first - 320)
            goal = 1 - number if dice.roll() < 0.5 else 2 + dice.pick(len(ORGANISATIONS) - 2)
            addresses = [
                Address(a.address, a.kind, a.share, a.from_day, day - 1) for a in addresses if a.from_day is None
            ][:1]
            addresses[0] = Address(addresses[0].address, "earlier", 1.0, None, day - 1)
            addresses.append(Address(free(f"{given}.{family}", ORGANISATIONS[goal].domains[0]), "work", 1.0, day, None))
            everybody.moves[person] = Move(day, goal)
        everybody.addresses[person] = addresses
