"""Logs made to fool whoever links by name: zero false links among those that are ruled out, the rest as expected."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest

from honeycell import identities
from honeycell.decisions.steps import STEPS as DECIDED
from honeycell.engine import open_engine
from honeycell.sources import interaction_id
from honeycell.steps import derive
from honeycell.tables import TABLES

START = datetime(2016, 1, 4, 9)


class Mail(NamedTuple):
    """`Ana Silva <ana@acme.example>` writes on a day."""

    day: float
    sender: str
    to: tuple[str, ...] = ()
    reply_to: str = ""
    list_id: str = ""


class Found(NamedTuple):
    person: dict[str, int | str]
    kind: dict[str, str]
    link: dict[tuple[str, str], dict[str, Any]]
    """Rows of `links` by their two addresses."""

    def together(self, *addresses: str) -> bool:
        return len({self.person.get(address, address) for address in addresses}) == 1

    def apart(self, addresses: Iterable[str]) -> bool:
        """No two of them are one person."""
        owners = [self.person[address] for address in addresses if address in self.person]
        return len(owners) == len(set(owners))


def resolved(folder: Path, mails: Iterable[Mail], decided: Mapping[str, pa.Table] | None = None) -> Found:
    """Whom each address belongs to, in a cell with these mails and decisions."""
    said, seats, headers = [], [], []
    for number, mail in enumerate(mails):
        key = {"interaction_id": interaction_id(f"{number}@test"), "copy_hash": "0" * 16, "batch": 1}
        at = START + timedelta(days=mail.day)
        said.append({**key, "kind": "message", "channel": "mail", "message_id": f"{number}@test", "occurred_at": at})
        roles = [("from", mail.sender), *(("to", one) for one in mail.to)]
        roles += [("reply_to", one) for one in mail.reply_to.split(",")]
        for role, written in roles:
            name, _, address = written.rpartition(" <")
            if address:
                handle = f"mailto:{address.rstrip('>')}"
                seats.append({**key, "role": role, "handle": handle, "display_name": name or None})
        if mail.list_id:
            headers.append({**key, "name": "list-id", "value": mail.list_id})
    folder.mkdir(exist_ok=True)
    engine = open_engine(folder)
    with engine.writing("log") as writer:
        for table, rows in (("interactions", said), ("participants", seats), ("headers", headers)):
            writer.append(table, pa.Table.from_pylist(rows, schema=TABLES[table].schema))
        writer.publish()
    with engine.writing("derived") as writer:
        derive(engine, writer, [*DECIDED, *identities.STEPS], changes=None, decided=decided)
        writer.publish()
    rows = engine.to_arrow(engine.table("handles").select("handle", "person_id", "kind")).to_pylist()
    links = engine.to_arrow(engine.table("links")).to_pylist()
    engine.close()
    bare = {row["handle"]: row["handle"].removeprefix("mailto:") for row in rows}
    return Found(
        {bare[row["handle"]]: row["person_id"] for row in rows if row["person_id"] is not None},
        {bare[row["handle"]]: row["kind"] for row in rows},
        {(bare[row["handle_a"]], bare[row["handle_b"]]): row for row in links},
    )


def weekly(sender: str, first: float, last: float) -> list[Mail]:
    return [Mail(day, sender) for day in range(int(first), int(last), 7)]


def staff(domain: str, first: float, last: float) -> list[Mail]:
    """Three colleagues, so that the domain is an employer."""
    names = (("Olga Berg", "olga"), ("Ivo Horn", "ivo"), ("Una Falk", "una"))
    return [mail for name, local in names for mail in weekly(f"{name} <{local}@{domain}>", first, last)]


GIVEN = ("Lei", "Li", "Lin", "Ling", "Liang", "Long", "Lu", "Lan", "Lihua", "Liwei")


def test_ten_people_called_yang_with_one_initial_are_ten(tmp_path: Path) -> None:
    written = [(f"{given} Yang", f"l.yang@firm{n}.example") for n, given in enumerate(GIVEN)]
    found = resolved(tmp_path, [m for name, address in written for m in weekly(f"{name} <{address}>", 0, 60)])
    assert found.apart(address for _name, address in written)


def test_a_surname_and_an_initial_link_nobody(tmp_path: Path) -> None:
    addresses = [f"lyang{n}@firm{n}.example" for n in range(10)]
    found = resolved(tmp_path, [m for address in addresses for m in weekly(f"L. Yang <{address}>", 0, 60)])
    assert len(found.person) == 10
    assert found.apart(addresses)


def test_ten_people_of_exactly_one_name_are_ten(tmp_path: Path) -> None:
    addresses = [f"wei.yang@firm{n}.example" for n in range(10)]
    found = resolved(tmp_path, [m for address in addresses for m in weekly(f"Wei Yang <{address}>", 0, 60)])
    assert found.apart(addresses)


def test_ten_people_of_exactly_one_name_one_after_another_are_not_linked(tmp_path: Path) -> None:
    addresses = [f"wei.yang@firm{n}.example" for n in range(10)]
    mails = [m for n, address in enumerate(addresses) for m in weekly(f"Wei Yang <{address}>", 90 * n, 90 * n + 60)]
    assert resolved(tmp_path, mails).apart(addresses)


def test_21_000_first_names_link_nobody(tmp_path: Path) -> None:
    names = itertools.cycle(("Alex", "David"))
    addresses = [f"{name.lower()}@firm{n}.example" if n % 3 else f"{name.lower()}{n}@gmail.com"
                 for n, name in zip(range(21_000), names, strict=False)]  # fmt: skip
    mails = (Mail(n % 900, f"{('Alex', 'David')[n % 2]} <{address}>") for n, address in enumerate(addresses))
    found = resolved(tmp_path, mails)
    assert len(found.person) == 21_000
    assert found.apart(addresses)


@pytest.mark.parametrize("name", ["", "nan", "None", "unknown", "(no name)", "?", "Team"])
def test_addresses_without_a_name_link_nobody(tmp_path: Path, name: str) -> None:
    addresses = [f"{local}@host{n}.example" for n in range(20) for local in ("jd", "x7", "me2", f"k{n}")]
    found = resolved(tmp_path, [Mail(n, f"{name} <{address}>") for n, address in enumerate(addresses)])
    assert found.apart(addresses)


PEOPLE = ("Ana Silva", "Bruno Costa", "Carla Dias", "Davi Reis", "Elsa Nunes")


def own(name: str) -> str:
    given, family = name.lower().split()
    return f"{given}@{family}.example"


def signed(mailbox: str, names: Iterable[str]) -> list[Mail]:
    """Each writes from an own address and from the mailbox."""
    return [mail for name in names for address in (own(name), mailbox) for mail in weekly(f"{name} <{address}>", 0, 90)]


@pytest.mark.parametrize("mailbox", ["sales@acme.example", "desk7@acme.example"])
def test_a_mailbox_that_several_people_sign_is_a_role_and_joins_nobody(tmp_path: Path, mailbox: str) -> None:
    found = resolved(tmp_path, signed(mailbox, PEOPLE))
    assert found.kind[mailbox] == "role"
    assert mailbox not in found.person
    assert found.apart(own(name) for name in PEOPLE)


@pytest.mark.parametrize("n_signing", [2, 3])
def test_a_mailbox_that_few_people_sign_joins_nobody(tmp_path: Path, n_signing: int) -> None:
    signing = PEOPLE[:n_signing]
    found = resolved(tmp_path, signed("desk7@acme.example", signing))
    assert found.apart(own(name) for name in signing)


def eight_years() -> Iterator[tuple[str, str]]:
    yield from (
        ("Zoë Marie Okonjo-Lindqvist", "zoe.okonjo@uni.example"),
        ("Zoe Okonjo-Lindqvist", "zo77@gmail.com"),
        ("Okonjo-Lindqvist, Zoë (Sales)", "zlindqvist@acme.example"),
        ("Zoë Okonjo-Lindqvist", "zoe@bolt.example"),
        ("ZOE OKONJO-LINDQVIST", "z.okonjo-lindqvist@crate.example"),
        ("Zoë Okonjo-Lindqvist via Dev", "zoe@okonjo.example"),
    )


def test_one_person_with_six_addresses_over_eight_years_is_one(tmp_path: Path) -> None:
    names = [name.replace(" Marie", "") for name, _address in eight_years()]
    addresses = [address for _name, address in eight_years()]
    mails = [*staff("acme.example", 0, 2900), *staff("bolt.example", 0, 2900), *staff("crate.example", 0, 2900)]
    for n, (name, address) in enumerate(zip(names, addresses, strict=True)):
        mails += weekly(f"{name} <{address}>", 480 * n, 480 * n + 440)
    assert resolved(tmp_path, mails).together(*addresses)


def test_a_second_given_name_is_asked_about(tmp_path: Path) -> None:
    """Zoë and Zoë Marie may be aunt and niece: a person knows, the names do not."""
    mails = [
        m
        for n, (name, address) in enumerate(eight_years())
        for m in weekly(f"{name} <{address}>", 480 * n, 480 * n + 440)
    ]
    found = resolved(tmp_path, mails)
    (_name, marie), *others = eight_years()
    assert found.together(*(address for _name, address in others))
    outcomes = {row["outcome"] for pair, row in found.link.items() if marie in pair}
    assert outcomes == {"to be decided"}


LISTED = [(f"{given} {family}", f"{given}.{family}@{family}.example".lower())
          for given, family in zip(("Ana", "Bo", "Cy", "Di", "Eli", "Flo") * 5,
                                   (f"{a}{b}" for a in ("Berg", "Holm", "Lund", "Falk", "Dahl", "Rask")
                                    for b in ("ander", "en", "er", "is", "o")), strict=True)]  # fmt: skip


def test_a_list_that_rewrites_every_sender_is_nobody_and_joins_nobody(tmp_path: Path) -> None:
    listed = "dev@lists.example.org"
    mails = [
        Mail(n + 30 * turn, f"{name} via Dev <{listed}>", (listed,), f"{name} <{address}>", "<dev.lists.example.org>")
        for turn in range(3)
        for n, (name, address) in enumerate(LISTED)
    ]
    mails += [Mail(200 + n, f"{name} <{address}>", (listed,)) for n, (name, address) in enumerate(LISTED)]
    found = resolved(tmp_path, mails)
    assert listed not in found.person
    assert found.apart(address for _name, address in LISTED)
    assert len(found.person) == len(LISTED)


def test_a_list_that_rewrites_the_senders_of_two_joins_nobody(tmp_path: Path) -> None:
    listed = "widgets@hub.example"
    mails = [Mail(n + 2 * turn, f"{name} via Widgets <{listed}>", (), f"{name} <{address}>")
             for turn in range(9) for n, (name, address) in enumerate(LISTED[:2])]  # fmt: skip
    found = resolved(tmp_path, mails)
    assert found.apart(address for _name, address in LISTED[:2])
    assert listed not in found.person


def test_two_employers_at_one_time_rule_out_one_person(tmp_path: Path) -> None:
    mails = [*staff("acme.example", 0, 300), *staff("bolt.example", 0, 300)]
    mails += weekly("Ana Silva <ana.silva@acme.example>", 0, 300) + weekly("Ana Silva <asilva@bolt.example>", 0, 300)
    assert resolved(tmp_path, mails).apart(["ana.silva@acme.example", "asilva@bolt.example"])


def test_two_of_one_name_who_write_to_one_another_are_two(tmp_path: Path) -> None:
    one, other = "Ana Silva <ana.silva@acme.example>", "Ana Silva <ana@silva.example>"
    turns = [Mail(day, *((one, (other,)) if day % 2 else (other, (one,)))) for day in range(40)]
    assert resolved(tmp_path, turns).apart(["ana.silva@acme.example", "ana@silva.example"])
