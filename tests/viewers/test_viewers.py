"""Whoever asks sees the words they may read, and no others, by whatever question; and numbers of no fewer than five."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import pytest

from honeycell.cell import Cell, create_cell, open_cell
from honeycell.cli.answers import as_json
from honeycell.errors import NotAllowedError, UsageError
from honeycell.readings.visible import FEWER
from honeycell.tables import TABLES
from honeycell.viewers import WITHHELD

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
FIRMS = {"alder": 7, "brook": 6, "cove": 3}
LIST = "works@lists.alder.example"
SECRET = re.compile(r"zq\d{4}[a-z]+")


def address(firm: str, number: int) -> str:
    return f"p{number}@{firm}.example"


def mails() -> Iterator[tuple[EmailMessage, set[str], bool]]:
    """Mails, each with a word of its own, the addresses in it, and whether it went to the list."""
    draw = random.Random(7)
    people = [(firm, number) for firm, n in FIRMS.items() for number in range(n)]
    for place in range(210):
        (firm, number), (other, whom) = draw.sample(people, 2)
        by_list, blind = place % 7 == 0, place % 11 == 0
        mail, word = EmailMessage(), f"zq{place:04}{''.join(draw.choices('abcdefgh', k=6))}"
        mail["From"] = f"Person {firm.title()}{chr(65 + number)} <{address(firm, number)}>"
        mail["To"] = LIST if by_list and firm != "cove" else address(other, whom)
        seats = {address(firm, number), address(other, whom)} - ({address(other, whom)} if by_list else set())
        if blind and not by_list:
            mail["Bcc"] = address("brook", 5)
            seats.add(address("brook", 5))
        mail["Subject"] = f"About {word}"
        mail["Message-ID"] = f"<m{place}@{firm}.example>"
        mail["Date"] = format_datetime(BEGIN + timedelta(hours=10 * place))
        if by_list and firm != "cove":
            mail["List-Id"] = "<works.lists.alder.example>"
            mail["List-Post"] = f"<mailto:{LIST}>"
        else:
            seats |= {address(other, whom)}
        mail.set_content(
            f"Hello,\n\nCould you send me the drawing of the {word} bracket for order 4711{place}? I will send you the "
            f"{word} list by Friday.\n\nRegards\n"
        )
        yield mail, seats, by_list and firm != "cove"


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    folder = tmp_path_factory.mktemp("viewers")
    with (folder / "all.mbox").open("wb") as file:
        for mail, _, _ in mails():
            file.write(b"From x Mon Jan  5 09:00:00 2026\n" + bytes(mail) + b"\n")
    with create_cell(folder / "cell", us="Alder", domains=["alder.example"]) as made:
        made.import_paths([folder / "all.mbox"])
        made.refresh()
        made.ideas()
        yield made


EXPORTED = [name for name, table in TABLES.items() if any(column.words for column in table.columns)]
ASKED: dict[str, Callable[[Cell], Any]] = {
    "relationships": lambda cell: cell.relationships().to_pylist(),
    "changes": lambda cell: cell.changes(),
    "dormant": lambda cell: cell.dormant().to_pylist(),
    "floors": lambda cell: cell.floors().to_pylist(),
    "organisations": lambda cell: cell.organisations().to_pylist(),
    "people": lambda cell: cell.people().to_pylist(),
    "conversations": lambda cell: cell.conversations().to_pylist(),
    "between": lambda cell: cell.conversations("alder~brook").to_pylist(),
    "loops": lambda cell: cell.loops().to_pylist(),
    "groups": lambda cell: [cell.groups()[0], cell.groups()[1].to_pylist()],
    "tracks": lambda cell: cell.tracks("alder~brook"),
    "ideas": lambda cell: cell.ideas(),
    "show": lambda cell: cell.show("alder~brook"),
    "why": lambda cell: cell.why("alder~brook", "attention"),
    "why beside": lambda cell: cell.why("alder~brook", "dialogue"),
    "show few": lambda cell: cell.show("alder~cove"),
    "space": lambda cell: cell.space(),
    "network": lambda cell: cell.network(),
    "attention": lambda cell: cell.attention("alder"),
    "search": lambda cell: cell.search("bracket", limit=500),
    "search promises": lambda cell: cell.search("has:promise", limit=500),
} | {f"export {name}": lambda cell, name=name: cell.export(name).read_all().to_pylist() for name in EXPORTED}  # type: ignore[misc]


def said(cell: Cell, question: Callable[[Cell], Any]) -> str:
    try:
        return json.dumps(as_json(question(cell)), default=str)
    except NotAllowedError:
        return ""


def readable_by(viewer: str) -> set[str]:
    """The words of mails that somebody may read, told from the mails alone."""
    written = [(mail, seats, by_list) for mail, seats, by_list in mails()]
    on_list = any(by_list and viewer in mail["From"] for mail, _, by_list in written)
    return {
        word
        for mail, seats, by_list in written
        if viewer in seats or (by_list and on_list)
        for word in SECRET.findall(mail["Subject"])
    }


@pytest.mark.parametrize("viewer", [address("alder", 2), address("brook", 5), address("cove", 1)])
def test_no_answer_holds_a_word_that_who_asks_may_not_read(cell: Cell, viewer: str) -> None:
    may, seen = readable_by(viewer), set[str]()
    with open_cell(cell.folder, viewer) as mine:
        for name, question in ASKED.items():
            found = set(SECRET.findall(said(mine, question)))
            assert not found - may, (name, sorted(found - may)[:3])
            seen |= found
    assert seen == may


def test_the_owner_sees_every_word(cell: Cell) -> None:
    every = {word for mail, _, _ in mails() for word in SECRET.findall(mail["Subject"])}
    assert set(SECRET.findall(said(cell, ASKED["export texts"]))) == every
    assert WITHHELD not in said(cell, ASKED["conversations"])


def test_numbers_need_five_people_on_either_side_and_the_end_of_a_month(cell: Cell) -> None:
    with open_cell(cell.folder, address("alder", 2)) as mine:
        few, many = mine.show("alder~cove"), mine.show("alder~brook")
        assert {(one.value, one.sentence) for one in few.readings} == {(None, FEWER)}
        assert any(one.value is not None for one in many.readings)
        assert not any(one.series for one in many.readings)
        listed = {(row["a"], row["b"]): row for row in mine.relationships().to_pylist()}
        assert listed["alder", "brook"]["attention"] is not None
        assert listed["alder", "cove"]["attention"] is None
        with pytest.raises(NotAllowedError):
            mine.why("alder~cove", "attention")
        with pytest.raises(NotAllowedError, match="any day and window"):
            mine.show("alder~brook", as_of=date(2026, 3, 17))
        assert mine.show("alder~brook", as_of=date(2026, 2, 28)).as_of == date(2026, 2, 28)


@pytest.mark.parametrize("name", ["@person-aldera~@person-brookb", "@person-aldera"])
def test_what_is_of_people_is_for_these_people(cell: Cell, name: str) -> None:
    for viewer, may in ((address("alder", 0), True), (address("alder", 1), False)):
        with open_cell(cell.folder, viewer) as mine:
            ask = mine.show if "~" in name else mine.show_party
            if may:
                assert ask(name)
            else:
                with pytest.raises(NotAllowedError, match="for"):
                    ask(name)


def test_guests_see_no_relationships_of_others(cell: Cell) -> None:
    with open_cell(cell.folder, address("cove", 1)) as mine:
        assert {"cove" in (row["a"], row["b"]) for row in mine.relationships().to_pylist()} == {True}
        for ask in (mine.show, mine.tracks, mine.conversations):
            with pytest.raises(NotAllowedError):
                ask("alder~brook")


def test_an_organisation_asks_nothing(cell: Cell) -> None:
    with open_cell(cell.folder, "alder") as mine, pytest.raises(UsageError, match="people ask"):
        mine.relationships()
