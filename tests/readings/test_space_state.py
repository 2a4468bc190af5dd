"""The states of a space and of the network of a small cell, from mails to what a person reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pytest

from honeycell.cell import Cell, create_cell
from honeycell.cli import main
from honeycell.errors import NotAllowedError, NotFoundError
from honeycell.groups import spoken
from honeycell.readings import Reading
from honeycell.readings.network import READINGS as NETWORK
from honeycell.readings.network import network_state
from honeycell.readings.spaces import SpaceState, space_state, space_why
from honeycell.readings.spaces.off_deck_words import terms
from honeycell.steps import Tables

if TYPE_CHECKING:
    import ibis.expr.types as ir

START = datetime(2024, 1, 1, 9)
LIST = "talk@lists.elm.example"
SPACE = "list:talk.lists.elm.example"
HALF = date(2024, 4, 30)
HOSTS = ["ana@alder.example", "bo@alder.example", "cy@alder.example"]
GUESTS = ["dee@birch.example", "eve@birch.example", "fay@cedar.example", "gus@cedar.example", "hal@dogwood.example",
          "ivy@dogwood.example"]  # fmt: skip


def mail(number: int, at: datetime, author: str, to: str, answers: int | None = None) -> str:
    reference = f"In-Reply-To: <{answers}@x>\n" if answers is not None else ""
    return (
        f"From x {at:%a %b %d %H:%M:%S %Y}\nFrom: {author.partition('@')[0].title()} Wood <{author}>\nTo: {to}\n"
        f"Message-ID: <{number}@x>\n{reference}Date: {at:%a, %d %b %Y %H:%M:%S} +0000\nSubject: Matter {number // 10}\n"
        f"List-Id: <talk.lists.elm.example>\nList-Post: <mailto:{LIST}>\n\nDoes number {number} work for you?\n\n"
    )


def mails() -> list[tuple[date, str]]:
    """Eighty conversations, one every third day; every fourth is answered first by a host, every eighth by nobody."""
    made = []
    for number in range(80):
        at, guest = START + timedelta(3 * number), GUESTS[number % 6]
        made.append((at.date(), mail(10 * number, at, guest, LIST)))
        if number % 8 == 7:
            continue
        answerer = HOSTS[number % 3] if number % 4 == 0 else GUESTS[(number + 1 + number % 2) % 6]
        later = at + timedelta(hours=1)
        made.append((at.date(), mail(10 * number + 1, later, answerer, f"{guest}, {LIST}", 10 * number)))
        second = HOSTS[(number + 1) % 3]
        if number % 4 != 2:
            last = at + timedelta(hours=2)
            made.append((at.date(), mail(10 * number + 2, last, second, f"{guest}, {LIST}", 10 * number + 1)))
    return made


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Cell:
    folder = tmp_path_factory.mktemp("space")
    (folder / "talk.mbox").write_text("".join(text for _, text in mails()), encoding="utf-8")
    cell = create_cell(folder / "cell", "Alder", ["alder.example"])
    cell.import_paths([folder / "talk.mbox"])
    cell.refresh()
    return cell


class Changed(Tables):
    """The tables of a cell, one of them changed."""

    changes: ClassVar[dict[str, Callable[[ir.Table], ir.Table]]] = {}

    def __getitem__(self, name: str) -> ir.Table:
        return self.changes.get(name, lambda table: table)(super().__getitem__(name))


class Early(Changed):
    """Nothing was written after `HALF`."""

    changes: ClassVar = {
        "interactions": lambda table: table.filter(table.occurred_on <= HALF),
        "touches": lambda table: table.filter(table.on <= HALF),
    }


class Nobodys(Changed):
    """The cell belongs to no organisation."""

    changes: ClassVar = {"organisations": lambda table: table.mutate(us=False)}


class Quoting(Changed):
    """Some messages quote words that nobody says."""

    changes: ClassVar = {
        "texts": lambda table: table.mutate(
            body=(table.interaction_id % 40 == 0).ifelse(
                "> zephyr girders quench marzipan\n\n" + table.body, table.body
            )
        )
    }


def named(state: SpaceState, name: str) -> Reading:
    return next(reading for reading in state.readings if reading.reading == name)


def test_first_answers_of_guests_are_those_that_were_written(cell: Cell) -> None:
    found = named(cell.space("talk"), "host_free_answers")
    # 70 of 80 are answered, 20 of them first by a host.
    assert (found.n, found.value) == (70, pytest.approx(50 / 70))
    assert (found.low or 1) < 50 / 70 < (found.high or 0)
    assert "a guest was first in 71%" in found.sentence
    assert "10 more have no answer" in found.sentence


def test_every_value_follows_from_its_messages(cell: Cell) -> None:
    readings = ("peer_share", "host_free_answers", "host_off_continuity")
    for name in readings:
        shown, proof = named(cell.space("talk"), name), cell.why_space("talk", name)
        assert shown.status == "ok", shown
        assert proof.recomputed == pytest.approx(shown.value, rel=1e-12)
        assert len(proof.evidence) == shown.n_evidence > 0
        assert all(row.interaction_id for row in proof.evidence)
    for reading in cell.network().readings:
        network = cell.why_network(reading.reading)
        assert (network.recomputed is None) == (reading.value is None)
        if reading.value is not None:
            assert network.recomputed == pytest.approx(reading.value, rel=1e-12)
        assert len(network.evidence) == reading.n_evidence


def test_a_day_in_the_past_reads_nothing_that_came_later(cell: Cell) -> None:
    with cell.engine.scratch():
        t = Early(cell.engine)
        then = (*space_state(t, SPACE, HALF, 121).readings, *network_state(t, HALF).readings)
    now = (*cell.space("talk", as_of=HALF, window_days=121).readings, *cell.network(as_of=HALF).readings)
    assert now == then
    assert {reading.value for reading in now} != {None}


def test_hubs_are_read_in_spaces_and_from_three_organisations_on(cell: Cell) -> None:
    hub, centralisation, ordered = cell.network().readings
    assert [hub.status, centralisation.status] == ["ok", "ok"]
    assert "Alder" in hub.sentence
    assert 0 < (hub.low or 0) <= (hub.value or 0) <= (hub.high or 0) <= 1
    assert [one.name for one in NETWORK] == ["hierarchy", "centralisation", "orderedness"]
    # Ours are three people who never write to each other: nothing is said of them, and no message of theirs is listed.
    assert (ordered.status, ordered.value, ordered.n_evidence) == ("thin", None, 0)
    assert cell.why_network("orderedness").evidence == ()
    state, people = cell.network(), " ".join(cell.people()["name"].to_pylist())
    said = " ".join([state.population, *state.notes, *(one.sentence for one in state.readings)])
    assert not set(people.split()) & set(re.findall(r"\w+", said))


def test_too_little_is_thin_and_lists_nothing(cell: Cell) -> None:
    few = cell.space("talk", window_days=60)
    assert {reading.status for reading in few.readings if reading.reading == "peer_share"} == {"thin"}
    assert "it takes at least 50 conversations begun by guests and 5 guests" in named(few, "peer_share").sentence
    assert cell.why_space("talk", "peer_share", window_days=60).evidence == ()


def test_outside_coverage_nothing_is_observable(cell: Cell) -> None:
    before = cell.space("talk", as_of=date(2020, 1, 1))
    assert {one.status for one in before.readings if one.reading != "off_deck_drift"} == {"not_observable"}
    assert {one.status for one in cell.network(as_of=date(2020, 1, 1)).readings} == {"not_observable"}


def test_without_an_organisation_of_ours_nobody_is_host(cell: Cell) -> None:
    with cell.engine.scratch():
        t = Nobodys(cell.engine)
        state = space_state(t, SPACE)
        assert named(state, "peer_share").status == "not_observable"
        assert "Nobody is host here" in named(state, "peer_share").sentence
        assert space_why(t, SPACE, "peer-share").value is None


def test_protected_spaces_are_left_alone(cell: Cell) -> None:
    with cell.engine.scratch(), pytest.raises(NotAllowedError, match="nobody looks at who talks with whom"):
        space_state(Tables(cell.engine), "slack:T1/works-council")


def test_readings_that_are_not_there_are_named(cell: Cell) -> None:
    with pytest.raises(NotFoundError, match="a space has no reading called"):
        cell.why_space("talk", "vitality")
    with pytest.raises(NotFoundError, match="the network has no reading called"):
        cell.why_network("vitality")


def test_the_commands_say_it(cell: Cell, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(cell.folder)
    assert main(["space", "talk", "--cell", folder]) == 0
    assert "reading\tpeer_share\t" in capfd.readouterr().out
    assert main(["space", "--why", "host-free-answers", "--cell", folder]) == 0
    page = capfd.readouterr().out
    assert (page.count("\nevidence\t"), "\nrecomputed\t0.714" in page) == (140, True)
    assert main(["network", "--json", "--as-of", "2024-06-30", "--cell", folder]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert (answer["as_of"], answer["data"]["readings"][0]["reading"]) == ("2024-06-30", "hierarchy")
    assert main(["network", "--why", "hierarchy", "--csv", "--cell", folder]) == 0
    assert "from_organisation" in capfd.readouterr().out.splitlines()[0]


def test_a_terminal_shows_numbers_beside_words(cell: Cell) -> None:
    from rich.console import Console

    from honeycell.cli.space import page

    state = cell.space("talk")
    console = Console(width=120, record=True, file=StringIO())
    shown = [*state.readings, replace(state.readings[0], value=None, low=None, high=None, status="thin")]
    console.print(page(console, state.as_of, shown, state.notes, "talk", "honeycell space --why peer_share"))
    text = console.export_text()
    assert [words for words in ("Peer share", "thin", "To know", "--why peer_share") if words not in text] == []


def test_what_is_quoted_is_no_term_of_who_quotes_it(cell: Cell) -> None:
    # Trap 16: the words of others would make a topic of their own.
    with cell.engine.scratch():
        t, quoting = Tables(cell.engine), Quoting(cell.engine)
        people = np.sort(t.arrow(t["persons"].person_id).to_numpy())
        said, again = (terms(one, spoken(one, SPACE, date(2024, 12, 31)), people) for one in (t, quoting))
        n_quoting = t.arrow(quoting["texts"].filter(lambda rows: rows.body.startswith("> zephyr")).count()).as_py()
    assert 3 <= n_quoting <= 0.05 * len(mails())  # else it is no rare term anyway
    assert (said is None) == (again is None)
    if said is not None and again is not None:
        assert (said.week.tolist(), said.term.tolist()) == (again.week.tolist(), again.term.tolist())
