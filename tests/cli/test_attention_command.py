"""`honeycell attention`, `honeycell priorities` and `honeycell floors` as they are called."""

import json
import shutil
from pathlib import Path

import pytest

from honeycell.cli import main


@pytest.fixture(scope="module")
def own(cell: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that may be decided on."""
    return Path(shutil.copytree(cell, tmp_path_factory.mktemp("own") / "cell"))


def test_a_declaration_is_kept_and_listed(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--cell", str(own)]
    said = ["priorities", "set", "--of", "aster", "bellwether=70", "others=30%", "--why", "plan", "--as", "dee"]
    assert main([*said, *at]) == 0
    assert capsys.readouterr().out == "decision\t1\nundo\thoneycell priorities undo 1\n"
    assert main(["priorities", "list", "--json", *at]) == 0
    rows = json.loads(capsys.readouterr().out)["data"]
    assert [(row["of"], row["name"], row["share"], row["decided_by"], row["why"]) for row in rows] == [
        ("aster", "bellwether", 0.7, "dee", "plan"), ("aster", "others", 0.3, "dee", "plan"),
    ]  # fmt: skip
    # Aster is three people: what they give is theirs, one by one.
    assert main(["attention", "aster", "--json", *at]) == 0
    shown = json.loads(capsys.readouterr().out)["data"]
    assert [reading["value"] for reading in shown["readings"]] == [None, None]
    assert (shown["accounts"], shown["priorities"]["decided_by"]) == ([], "dee")


def test_an_agreed_floor_is_kept_and_listed(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--cell", str(own)]
    assert main(["floors", "set", "Responsiveness", "50%", "--why", "review", "--as", "dee", *at]) == 0
    (_, decision), (_, undo) = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert undo == f"honeycell floors undo {decision}"
    assert main(["floors", "list", "--json", *at]) == 0
    (row,) = json.loads(capsys.readouterr().out)["data"]
    assert (row["reading"], row["least"], row["decided_by"], row["why"]) == ("responsiveness", 0.5, "dee", "review")
    assert row["decision_id"] == int(decision)


def test_a_persons_attention_comes_in_every_shape(cell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--cell", str(cell), "--window", "180"]
    assert main(["attention", "@ana-silva", "--csv", *at]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.startswith('"reading","value","unit"')
    assert {row.split(",")[0] for row in rows} == {
        '"customer_share"', '"customer_distance"', '"active_relationships"', '"capacity"', '"share"',
    }  # fmt: skip
    assert main(["attention", "@ana-silva", *at]) == 0
    assert "account\tbellwether\tBellwether\t1.0\t" in capsys.readouterr().out
    assert main(["attention", "@ana-silva", "--why", "active-relationships", "--json", *at]) == 0
    found = json.loads(capsys.readouterr().out)["data"]
    assert found["recomputed"] == pytest.approx(found["value"])
    assert len(found["evidence"]) > 0


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["attention"], 2, "this cell does not say whose it is"),
        (["attention", "@ana-silva", "--as", "@bo-dahl"], 3, "not-for-you"),
        (["attention", "bellwether", "--as", "@ana-silva"], 3, "not-for-you"),
        (["attention", "@ana-silva", "--why", "redundancy"], 4, "these are: customer_share"),
        (["priorities", "set", "--of", "aster", "bellwether"], 2, "write each once, as aldermoor=40"),
        (["priorities", "set", "--of", "aster", "aster=100"], 2, "that is whose attention it is"),
        (["priorities", "set", "--of", "aster", "@bo-dahl=100"], 2, "is a person"),
        (["priorities", "set", "--of", "aster", "bellwether=90"], 2, "sum to 90.0%, not to 100 %"),
        (["floors", "set", "redundancy", "3"], 2, "choose one of vitality"),
        (["floors", "set", "responsiveness", "120%"], 2, "lies between 0 and 1"),
        (["floors", "set", "responsiveness", "much"], 2, "write it as 2, or a share as 50%"),
    ],
)
def test_what_cannot_be_done_is_said(
    cell: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, says: str
) -> None:
    assert main([*words, "--cell", str(cell)]) == status
    assert says in capsys.readouterr().err
