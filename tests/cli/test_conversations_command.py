"""What belongs together, decided by a person: the commands, what they print, and that it can be taken back."""

import json
import shutil
from pathlib import Path

import pytest

from conftest import honeycell, write_mbox
from honeycell.cli import main

ANA, BO = "Ana Silva <ana@aster.example>", "Bo Dahl <bo@bellwether.example>"


def mail(number: int, sender: str, receiver: str, subject: str, answers: int | None = None) -> bytes:
    head = f"In-Reply-To: <{answers}@example.com>\n" if answers else ""
    return (
        f"From: {sender}\nTo: {receiver}\nDate: Mon, {number} Jun 2026 10:00:00 +0000\n{head}"
        f"Message-ID: <{number}@example.com>\nSubject: {subject}\n\nHere it is.\n"
    ).encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("talks")
    letters = [mail(1, ANA, BO, "Plan"), mail(2, BO, ANA, "Re: Plan", 1), mail(3, ANA, BO, "Offers")]
    done = honeycell("import", str(write_mbox(folder / "a.mbox", letters)), cell=folder / "cell")
    assert done.status == 0, done.stderr
    return folder / "cell"


@pytest.fixture
def run(made: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run a command on a copy of the cell: its status, stdout and stderr."""
    shutil.copytree(made, tmp_path / "cell")
    monkeypatch.setenv("HONEYCELL_CELL", str(tmp_path / "cell"))

    def call(*words: str) -> tuple[int, str, str]:
        status = main(list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return call


def test_talks_are_joined_moved_and_restored(run) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = run("conversations", "join", "1@example.com", "<3@example.com>", "--as", "dee", "--why", "asked")
    assert (status, out.splitlines()[0]) == (0, "decision\t1")
    assert out.splitlines()[1].split("\t")[::3] == ["changed", "3"]
    status, out, _ = run("conversations", "move", "2@example.com", "3@example.com", "--as", "dee", "--json")
    data = json.loads(out)["data"]
    assert (status, data["changed"], data["undo"]) == (0, False, "honeycell conversations undo 2")
    assert [one["n_interactions"] for one in data["conversations_before"]] == [3]
    for number, sizes in (("1", ["1", "2"]), ("2", ["2", "1"])):
        status, out, _ = run("conversations", "undo", number, "--as", "dee")
        rows = [line.split("\t") for line in out.splitlines() if line.startswith("changed")]
        assert (status, [row[3] for row in rows]) == (0, sizes)
    status, out, _ = run("people", "history")
    assert "is part of the conversation of" in out
    assert "asked" in out


def test_an_id_that_nothing_has_is_not_found(run) -> None:  # type: ignore[no-untyped-def]
    status, _, err = run("conversations", "part", "9@example.com", "--as", "dee")
    assert status == 4
    assert "no-such-conversation" in err


def test_a_talk_is_not_joined_with_itself(run) -> None:  # type: ignore[no-untyped-def]
    status, _, err = run("conversations", "join", "1@example.com", "1@example.com", "--as", "dee")
    assert status == 2
    assert "bad-decision" in err
