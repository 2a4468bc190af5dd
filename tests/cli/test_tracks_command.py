"""`honeycell tracks`, `honeycell conversation` and `honeycell list conversations A~B`, as they are called."""

import json
import os
import pty
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from conftest import honeycell


def on_a_terminal(*words: str, cell: Path, columns: int = 120) -> str:
    """What a person sees, without colours."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "HONEYCELL_CELL": str(cell), "COLUMNS": str(columns), "NO_COLOR": "1", "TERM": "xterm"}
    command = [sys.executable, "-c", "import sys; from honeycell.cli import main; sys.exit(main())", *words]
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=theirs) as process:
        os.close(theirs)
        printed = b""
        try:
            while part := os.read(ours, 65536):
                printed += part
        except OSError:
            pass  # Linux says so when the other end is closed.
    os.close(ours)
    assert process.returncode == 0
    return printed.decode().replace("\r\n", "\n").replace("\x1b[1m", "").replace("\x1b[0m", "")


def test_tracks_answer_as_json_with_every_lane(cell: Path) -> None:
    answer = json.loads(honeycell("tracks", "aster~bellwether", "--json", cell=cell).stdout)
    data = answer["data"]
    assert answer["as_of"] == data["as_of"] == "2026-07-29"
    assert (data["n_lanes"], len(data["lanes"]), data["n_messages"]) == (90, 90, 180)
    lane = data["lanes"][0]
    assert len(lane["conversation_id"]) == len(lane["events"][0]["interaction_id"]) == 16
    assert {one["side"] for one in lane["events"]} == {"a", "b"}


def test_tracks_in_a_pipe_are_lines_and_as_csv_every_event(cell: Path) -> None:
    lines = [line.split("\t") for line in honeycell("tracks", "aster~bellwether", cell=cell).stdout.splitlines()]
    assert lines[0][:3] == ["tracks", "aster", "bellwether"]
    assert [line[0] for line in lines].count("conversation") == 90
    rows = honeycell("tracks", "aster~bellwether", "--csv", cell=cell).stdout.splitlines()
    assert len(rows) == 181
    assert "interaction_id" in rows[0]


@pytest.mark.parametrize("columns", [60, 100, 132])
def test_tracks_fit_the_terminal(cell: Path, columns: int) -> None:
    page = on_a_terminal("tracks", "aster~bellwether", "--lanes", "4", cell=cell, columns=columns)
    assert max(map(len, page.splitlines())) <= columns
    for words in ("Aster ↔ Bellwether", "Delivery in week 30", "up to date", "Aster wrote", "and 86 more"):
        assert words in page, words


@pytest.mark.parametrize("name", ["tracks.svg", "tracks.PNG"])
def test_tracks_are_drawn_into_a_file(cell: Path, tmp_path: Path, name: str) -> None:
    done = honeycell("tracks", "aster~bellwether", "--to", str(tmp_path / name), "--theme", "dark", cell=cell)
    assert (done.status, done.stdout) == (0, "")
    assert done.stderr == f"drawn into {tmp_path / name}\n"
    made = (tmp_path / name).read_bytes()
    if name.endswith("svg"):
        assert ET.fromstring(made).attrib["aria-label"].startswith("Conversations of Aster and Bellwether")
    else:
        assert made.startswith(b"\x89PNG")


def test_a_picture_of_another_kind_or_nowhere_is_refused(cell: Path, tmp_path: Path) -> None:
    assert honeycell("tracks", "aster~bellwether", "--to", "tracks.gif", cell=cell).status == 2
    assert honeycell("tracks", "aster~bellwether", "--to", str(tmp_path / "no" / "t.svg"), cell=cell).status == 3


def test_list_conversations_between_two_gives_ids_that_can_be_passed_on(cell: Path) -> None:
    rows = honeycell("list", "conversations", "aster~bellwether", "--window", "14", cell=cell).stdout.splitlines()
    assert len(rows) == 1 + 6
    page = on_a_terminal("list", "conversations", "aster~bellwether", "--limit", "1", cell=cell)
    number = page.splitlines()[2].split()[0]
    answer = json.loads(honeycell("conversation", number, "--json", cell=cell).stdout)
    assert answer["data"]["conversation_id"] == number
    assert honeycell("list", "people", "aster~bellwether", cell=cell).status == 2


def test_a_conversation_shows_who_said_what(cell: Path) -> None:
    lanes = json.loads(honeycell("tracks", "aster~bellwether", "--json", cell=cell).stdout)["data"]["lanes"]
    number = next(lane["conversation_id"] for lane in lanes if lane["title"] == "Delivery in week 3")
    page = on_a_terminal("conversation", number[:8], cell=cell)
    for words in ("Delivery in week 3", "2 people · 2 organisations · 2 messages · e-mail", number, "Which day works",
                  "Thursday works.", ", Bellwether", "↳"):  # fmt: skip
        assert words in page, words
    lines = honeycell("conversation", number, cell=cell).stdout.splitlines()
    kinds = [line.split("\t")[0] for line in lines]
    assert [kind for kind in kinds if kind != "loop"] == ["conversation", "person", "person", "message", "message"]
    assert len(honeycell("conversation", number, "--csv", cell=cell).stdout.splitlines()) == 3


def test_long_messages_are_folded_unless_asked_for(tmp_path: Path) -> None:
    thoughts = ("we went through the plan again", "nobody minds the colour", "the drawings are with the printer",
                "Bo would rather wait until spring", "the old depot is cold in winter")  # fmt: skip
    text = "\n".join(f"On the {n}th day {thoughts[n % 5]}, and {thoughts[(n + 2) % 5]}." for n in range(4, 34))
    (tmp_path / "one.eml").write_text(
        "From: Ana <ana@aster.example>\nTo: Bo <bo@birk.example>\nDate: Mon, 6 Jan 2025 10:00:00 +0100\n"
        f"Message-ID: <1@aster.example>\nSubject: Letter\n\n{text}\n"
    )
    cell = tmp_path / "cell"
    assert honeycell("import", str(tmp_path / "one.eml"), cell=cell).status == 0
    number = honeycell("list", "conversations", cell=cell).stdout.splitlines()[1].split("\t")[-1]
    folded, whole = (on_a_terminal("conversation", number, *more, cell=cell) for more in ((), ("--full",)))
    assert "… 22 more lines; all with --full" in folded
    assert "On the 13th day" not in folded
    assert "On the 33th day" in whole
    assert "asked last, 6 Jan 2025" in whole


def test_an_unknown_conversation_ends_with_4_and_a_remedy(cell: Path) -> None:
    done = honeycell("conversation", "0000000000000001", "--json", cell=cell)
    assert (done.status, json.loads(done.stdout)["code"]) == (4, "no-such-conversation")
