"""`honeycell search`, as a program and as a person meets it."""

import csv
import io
import json
from pathlib import Path

from rich.console import Console

from conftest import honeycell
from honeycell.cell import open_cell
from honeycell.cli.found import drawn
from honeycell.cli.terminal import THEME


def page(cell: Path, query: str, width: int = 80) -> str:
    console = Console(theme=THEME, width=width, file=io.StringIO())
    with open_cell(cell) as opened, console.capture() as captured:
        console.print(drawn(opened.search(query, limit=2), width))
    return captured.get()


def test_an_answer_in_json_has_groups_with_totals(cell: Path) -> None:
    done = honeycell("search", "thursday", "from:@noor-albrecht", "--limit", "1", "--json", cell=cell)
    answer = json.loads(done.stdout)
    assert (done.status, sorted(answer)) == (0, ["as_of", "data", "next"])
    messages = answer["data"]["messages"]
    assert (messages["total"], len(messages["rows"])) == (45, 1)
    (found,) = messages["rows"]
    assert found["author"]["slug"] == "noor-albrecht"
    assert found["words"] == {"text": "Thursday works.", "marks": [[0, 8]]}


def test_a_pipe_gets_a_line_for_each_row_and_csv_the_messages(cell: Path) -> None:
    lines = [line.split("\t") for line in honeycell("search", "noor", "--limit", "2", cell=cell).stdout.splitlines()]
    assert [line[0] for line in lines] == ["person", "message", "message"]
    assert lines[0][1:] == ["noor-albrecht", "", "", "Noor Albrecht"]
    rows = list(csv.DictReader(honeycell("search", "noor", "--csv", cell=cell).stdout.splitlines()))
    assert {row["address"] for row in rows} == {"mailto:noor@bellwether.example"}


def test_a_filter_that_is_misspelt_ends_with_2(cell: Path) -> None:
    done = honeycell("search", "form:@noor-albrecht", cell=cell)
    assert (done.status, done.stdout) == (2, "")
    assert "did you mean from:" in done.stderr


def test_a_person_sees_groups_totals_and_dates(cell: Path) -> None:
    lines = page(cell, "noor").splitlines()
    assert lines[1:3] == ["People", "  Noor Albrecht   @noor-albrecht"]
    assert "Messages   2 of 45" in lines
    assert any(line.startswith("  Noor Albrecht   mail") and line.endswith("2026") for line in lines)
    assert max(map(len, lines)) <= 80


def test_in_a_pipe_it_is_said_beside_the_answer_that_there_is_none(cell: Path) -> None:
    done = honeycell("search", "thursday", "before:2020", cell=cell)
    assert (done.status, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "No message fulfils all of this",
        "  before:2020   nothing by itself · 90 without it",
        "  thursday   90 by itself",
    ]
    assert honeycell("search", "-q", "thursday", "before:2020", cell=cell).stderr == ""


def test_nothing_found_says_what_each_part_finds(cell: Path) -> None:
    assert page(cell, "thursday before:2020").split("\n")[1:4] == [
        "No message fulfils all of this",
        "  before:2020   nothing by itself · 90 without it",
        "  thursday   90 by itself",
    ]
    assert "  wednesday   nothing by itself\n" in page(cell, "wednesday")


def test_a_narrow_screen_is_kept_to(cell: Path) -> None:
    assert max(map(len, page(cell, "works", 40).splitlines())) <= 62  # only the line of commands is wider
