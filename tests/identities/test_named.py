"""Addresses that cards and signatures say are one person's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from ibis import _

from honeycell import identities, log
from honeycell.cell import Cell, create_cell
from honeycell.decisions.steps import STEPS as DECIDING
from honeycell.engine import Engine
from honeycell.identities.named import SAID_IN_WORDS, said_elsewhere
from honeycell.ids import id_of
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES

Rows = list[dict[str, Any]]
Mail = tuple[str, str, str]
"""Sender (`Ana Silva <ana@example.com>`), recipient and text."""
WANTED = ("names", "signed_addresses", "profiles")
STEPS = (*DECIDING, *log.STEPS, *(step for step in identities.STEPS if step.table in WANTED))


def write(engine: Engine, mails: Sequence[Mail], batch: int = 1, copy: str = "0", first: int = 0) -> None:
    tables: dict[str, Rows] = {name: [] for name in ("interactions", "participants", "texts")}
    for number, (sender, to, body) in enumerate(mails, first):
        one = {"interaction_id": id_of(f"mail {number}"), "copy_hash": copy * 16, "batch": batch}
        at = datetime(2024, 1, 1, 9) + timedelta(days=number)
        tables["interactions"].append(
            {**one, "kind": "message", "channel": "mail", "occurred_at": at, "occurred_on": at.date(),
             "message_id": str(number)}
        )  # fmt: skip
        for role, written in (("from", sender), ("to", to)):
            name, _bracket, address = written.rpartition("<")
            handle = "mailto:" + address.rstrip(">")
            tables["participants"].append({**one, "role": role, "handle": handle, "display_name": name.strip() or None})
        tables["texts"].append({**one, "body": body})
    with engine.writing("log") as writer:
        held = engine.to_arrow(engine.table("interactions").select("interaction_id", "copy_hash")).to_pylist()
        new = [{key: row[key] for key in ("interaction_id", "copy_hash")} for row in tables["interactions"]]
        known = {row["interaction_id"] for row in new}
        variants = [row for row in held if row["interaction_id"] in known]
        tables["variants"] = [{**row, "batch": batch} for row in (*variants, *(new if variants else []))]
        for name, rows in tables.items():
            writer.append(name, pa.Table.from_pylist(rows, schema=TABLES[name].schema))
        writer.mark("batch", batch)
        writer.publish()


def refresh(engine: Engine, since: int | None) -> None:
    with engine.writing("derived") as writer, engine.scratch():
        t = Tables(engine)
        derive(engine, writer, STEPS, changes=None if since is None else log.changes_since(t, since))
        writer.publish()


def signed(engine: Engine) -> Rows:
    return sorted(engine.to_arrow(engine.table("signed_addresses")).to_pylist(), key=repr)


def named(engine: Engine) -> set[tuple[str, str, str]]:
    """The pairs, and by which rule."""
    t = Tables(engine)
    with engine.scratch():
        persons = t.keep(t["profiles"].filter(_.kind == "person"))
        rows = t.arrow(said_elsewhere(t, persons)).to_pylist()
    assert len(rows) == len({tuple(row.items()) for row in rows})
    assert {row["rule"] for row in rows} <= set(SAID_IN_WORDS)
    assert all(row["handle_a"] < row["handle_b"] for row in rows)
    return {tuple(row[key].removeprefix("mailto:") for key in ("handle_a", "handle_b", "rule")) for row in rows}


def hidden(engine: Engine, *bodies: str, sender: str = "Ana Silva <ana@work.example>") -> list[Mail]:
    """Mails with these texts, and one that makes the other address known."""
    return [*((sender, "bo@work.example", body) for body in bodies), ("bo@work.example", "ana@home.example", "Hi")]


def below(signature: str) -> str:
    return f"Hello\n\n-- \n{signature}\n"


PAIR = ("ana@home.example", "ana@work.example", "signature")
SIGNATURES = (
    "ana@home.example",
    "Ana Silva | Brix | private: Ana@Home.Example",
    "Ana Silva <ana@home.example>\nhttps://home.example",
    "Ana\n\nE-Mail: ana@home.example <mailto:ana@home.example>",
    "ana (at) home.example, +1 555",
)
OTHER_WORDS = (
    "ana@home.example is somebody else\n",
    "Hello\n-- \nAna\n\n> Bo wrote:\n> ana@home.example\n",
    "> -- \n> ana@home.example\n\nI see.\n",
    "See below.\n\nOn Monday Cy wrote:\nHello\n-- \nana@home.example\n",
    "See below.\n\n-----Original Message-----\nHello\n-- \nana@home.example\n",
    "See below.\n\nFrom: Cy\nSent: Monday\n\nHello\n-- \nana@home.example\n",
    "Hello\n-- \nAna\n_____________\nlist ana@home.example\nana@home.example\n",
    "Hello\n-- \nAna\n\nOn Monday <ana@home.example> wrote:\nana@home.example\n",
    "See below.\n--\nAna\n\n\ufeff   Hi Bo,\n\n   ask\n   ana@home.example\n",
    "Hello\n-- \njabber: ana@home.example\n",
    "Hello\n-- \nplease do not write to the address ana@home.example, which is read by nobody at all these days\n",
)


def test_an_address_that_stands_in_the_own_signature_is_named_in_whatever_form(engine: Engine) -> None:
    write(engine, hidden(engine, *map(below, SIGNATURES)))
    refresh(engine, None)
    assert {row["address"] for row in signed(engine)} == {"mailto:ana@home.example"}
    assert len(signed(engine)) == len(SIGNATURES)
    assert named(engine) == {PAIR}


def test_other_words_than_the_own_signature_name_nobody(engine: Engine) -> None:
    write(engine, hidden(engine, *OTHER_WORDS))
    refresh(engine, None)
    assert signed(engine) == []
    assert named(engine) == set()


def test_the_own_signature_below_marked_quotations_counts(engine: Engine) -> None:
    body = "On Monday Bo wrote:\n> Hello\n\nYes.\n-- \nana@home.example\n"
    write(engine, hidden(engine, body, body))
    refresh(engine, None)
    assert named(engine) == {PAIR}


def test_one_message_is_not_enough(engine: Engine) -> None:
    write(engine, hidden(engine, below("ana@home.example")))
    refresh(engine, None)
    assert len(signed(engine)) == 1
    assert named(engine) == set()


def test_an_address_that_several_people_name_is_nobodys(engine: Engine) -> None:
    text = below("ana@home.example")
    mails = hidden(engine, text, text)
    mails.append(("Cy Marsh <cy@work.example>", "bo@work.example", text))
    write(engine, mails)
    refresh(engine, None)
    assert named(engine) == set()


def test_who_signs_alike_from_two_addresses_under_one_name_is_one(engine: Engine) -> None:
    text = below("ana@home.example")
    mails = hidden(engine, text, text)
    mails.append(("Silva, Ana <asilva@club.example>", "bo@work.example", text))
    write(engine, mails)
    refresh(engine, None)
    assert named(engine) == {PAIR}


def test_the_address_of_somebody_of_another_name_is_not_the_authors(engine: Engine) -> None:
    text = below("My assistant: ana@home.example")
    mails = hidden(engine, text, text)
    mails.append(("Dee Moran <ana@home.example>", "bo@work.example", "Hello"))
    write(engine, mails)
    refresh(engine, None)
    assert named(engine) == set()


def test_a_role_is_nobodys_other_address(engine: Engine) -> None:
    text = below("support@home.example")
    mails = [("Ana Silva <ana@work.example>", "support@home.example", text)] * 2
    write(engine, [*mails, ("support@home.example", "ana@work.example", "Hi")])
    refresh(engine, None)
    assert named(engine) == set()


def test_a_refresh_equals_a_rebuild(engine: Engine) -> None:
    text = below("ana@home.example")
    write(engine, hidden(engine, text, "no", text))
    refresh(engine, None)
    write(engine, [("Cy Marsh <cy@work.example>", "bo@work.example", below("cy@home.example"))], batch=2, first=9)
    # A further copy of the first mail, the smaller one, has another signature.
    write(engine, [("Ana Silva <ana@work.example>", "bo@work.example", below("a@club.example"))], batch=3, copy="/")
    refresh(engine, 1)
    refreshed = signed(engine)
    assert {row["address"] for row in refreshed} == {
        "mailto:ana@home.example", "mailto:a@club.example", "mailto:cy@home.example"
    }  # fmt: skip
    refresh(engine, None)
    assert signed(engine) == refreshed


def test_nothing_comes_of_nothing(engine: Engine) -> None:
    refresh(engine, None)
    assert (signed(engine), named(engine)) == ([], set())


# --- cards


def card(name: str, *addresses: str, more: str = "") -> str:
    mails = "".join(f"EMAIL:{address}\n" for address in addresses)
    return f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\n{mails}{more}END:VCARD\n"


@pytest.fixture
def cell(tmp_path: Path) -> Iterator[Cell]:
    made = create_cell(tmp_path / "cell")
    yield made
    made.close()


def read(cell: Cell, tmp_path: Path, *cards: str, known: Sequence[str] = ()) -> Any:
    """Import an address book and a mail that makes addresses known."""
    if known:
        head = (
            f"From: {known[0]}\nTo: {', '.join(known[1:])}\nDate: Mon, 1 Jan 2024 09:00:00 +0000\nMessage-ID: <1@x>\n"
        )
        (tmp_path / "one.eml").write_text(f"{head}\nHello\n")
        cell.import_paths([tmp_path / "one.eml"])
    result = None
    if cards:
        (tmp_path / "book.vcf").write_text("".join(cards))
        result = cell.import_paths([tmp_path / "book.vcf"])
    refresh(cell.engine, None)
    return result


HOME, WORK, CLUB = "ana@home.example", "a.silva@work.example", "silva@club.example"


def test_the_addresses_of_a_card_are_one_persons(cell: Cell, tmp_path: Path) -> None:
    read(cell, tmp_path, card("Ana Silva", WORK, HOME, CLUB, "not@seen.example"), known=[WORK, HOME, CLUB])
    assert named(cell.engine) == {(WORK, HOME, "card"), (WORK, CLUB, "card"), (HOME, CLUB, "card")}


def test_a_second_import_of_a_card_adds_nothing(cell: Cell, tmp_path: Path) -> None:
    read(cell, tmp_path, card("Ana Silva", WORK, HOME), known=[WORK, HOME])
    (tmp_path / "later").mkdir()
    again = read(cell, tmp_path / "later", card("Ana Silva", HOME, WORK), card("Ana Silva", HOME, WORK.upper()))
    assert (again.added, again.duplicate) == (0, 2)


def test_an_address_on_cards_of_two_names_is_on_neither(cell: Cell, tmp_path: Path) -> None:
    cards = (card("Ana Silva", WORK, HOME), card("Bo Silva", CLUB, HOME))
    read(cell, tmp_path, *cards, known=[WORK, HOME, CLUB])
    assert named(cell.engine) == set()


def test_spellings_of_one_name_are_one(cell: Cell, tmp_path: Path) -> None:
    cards = (card("Ana Silva", WORK, HOME), card("SILVA\\, Ána M.", HOME, CLUB))
    read(cell, tmp_path, *cards, known=[WORK, HOME, CLUB])
    assert named(cell.engine) == {(WORK, HOME, "card"), (HOME, CLUB, "card")}


def test_the_card_of_two_or_of_a_role_is_not_one_persons(cell: Cell, tmp_path: Path) -> None:
    names = ("Ana and Bo Silva", "Ana & Bo", "Support Team", "admin")
    cards = [card(name, f"a{n}@home.example", f"b{n}@work.example") for n, name in enumerate((*names, "Cy Marsh"))]
    read(
        cell,
        tmp_path,
        *cards,
        known=[f"{one}@{at}.example" for n in range(5) for one, at in ((f"a{n}", "home"), (f"b{n}", "work"))],
    )
    assert named(cell.engine) == {("a4@home.example", "b4@work.example", "card")}


def test_a_card_with_very_many_addresses_is_a_groups(cell: Cell, tmp_path: Path) -> None:
    many = [f"m{n}@home.example" for n in range(21)]
    read(cell, tmp_path, card("Ana Silva", *many), known=many)
    assert named(cell.engine) == set()


def test_a_card_that_comes_later_gives_what_a_rebuild_gives(cell: Cell, tmp_path: Path) -> None:
    read(cell, tmp_path, known=[WORK, HOME, CLUB])
    cell.refresh()
    (tmp_path / "book.vcf").write_text(card("Ana Silva", WORK, HOME, more="ORG:Brix\n"))
    cell.import_paths([tmp_path / "book.vcf"])
    cell.refresh()
    tables = ("links", "handles", "affiliations", "organisations")
    refreshed = {name: sorted(rows(cell, name), key=repr) for name in tables}
    [brix] = [row["organisation_id"] for row in refreshed["organisations"] if row["name"] == "Brix"]
    stays = [row for row in refreshed["affiliations"] if row["organisation_id"] == brix]
    assert {(row["confidence"], row["reason"], row["to_on"]) for row in stays} == {(0.7, "a card", None)}
    cell.refresh(rebuild=True)
    assert {name: sorted(rows(cell, name), key=repr) for name in tables} == refreshed


def rows(cell: Cell, name: str) -> Rows:
    found: Rows = cell.engine.to_arrow(cell.engine.table(name)).to_pylist()
    return found
