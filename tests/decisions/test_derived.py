"""What people decided reaches the derived tables at the next refresh, and reading a cell makes no file for it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest

from honeycell.cell import Cell, create_cell, open_cell
from honeycell.decisions import KINDS, decide, open_store, standing, undo
from honeycell.errors import HoneycellError
from honeycell.tables import TABLES

MAIL = (
    "From: Ana Alva <ana@aster.example>\nTo: Bo Birk <bo@birk.example>\nDate: Mon, 6 Jan 2025 10:00:00 +0100\n"
    "Message-ID: <{0}@aster.example>\nSubject: Plan\n\nHere it is.\n"
)
WHAT = {
    "handle": "mailto:ana@aster.example",
    "handle_a": "mailto:ana@aster.example",
    "handle_b": "mailto:bo@birk.example",
    "interaction": "0123456789abcdef",
    "type": "promise",
    "starts": "12",
    "verdict": "yes",
    "interaction_a": "0123456789abcdef",
    "interaction_b": "00000000000000ff",
    "organisation": "Aster",
    "organisation_a": "aster.example",
    "organisation_b": "birk.example",
    "role": "domain",
    "shares": '{"birk.example": 0.7, "others": 0.3}',
    "reading": "attention",
    "least": "2",
}


@pytest.fixture
def cell(tmp_path: Path) -> Iterator[Cell]:
    (tmp_path / "one.eml").write_text(MAIL.format(1))
    with create_cell(tmp_path / "cell") as made:
        made.import_paths([tmp_path / "one.eml"])
        made.refresh()
        yield made


def decided(cell: Cell, kind: str) -> int:
    what = {column.name: WHAT[column.name] for column in KINDS[kind].columns if column.name in WHAT}
    with closing(open_store(cell.folder)) as store:
        return decide(store, kind, by="dee", why="I know them", **what)


def taken_back(cell: Cell, number: int) -> int:
    with closing(open_store(cell.folder)) as store:
        return undo(store, number, by="dee")


def rows(cell: Cell, name: str) -> pa.Table:
    return cell.engine.to_arrow(cell.engine.table(name).order_by(list(TABLES[name].key)))


def test_tables_have_the_columns_of_their_kinds_and_the_decisions_in_force(cell: Cell) -> None:
    numbers = [decided(cell, kind) for kind in KINDS]
    assert set(KINDS) <= set(cell.refresh().tables)
    with closing(open_store(cell.folder)) as store:
        held = standing(store)
    for kind in KINDS:
        assert set(held[kind].schema) == set(TABLES[kind].schema)
        assert rows(cell, kind) == held[kind].select(TABLES[kind].schema.names)
    assert cell.engine.snapshot.marks["decisions"] == numbers[-1]
    assert [finding for finding in cell.doctor() if not finding.ok] == []
    for number in numbers:
        taken_back(cell, number)
    cell.refresh()
    assert [rows(cell, kind).num_rows for kind in KINDS] == [0] * len(KINDS)


def test_a_decision_is_derived_without_an_import_and_once(cell: Cell) -> None:
    decided(cell, "affiliation")
    first = cell.refresh()
    assert (first.rebuilt, "affiliation" in first.tables) == (False, True)
    assert cell.refresh().tables == ()


def test_an_import_beside_a_decision_is_derived_with_it(cell: Cell, tmp_path: Path) -> None:
    for number in range(2, 12):
        (tmp_path / f"{number}.eml").write_text(MAIL.format(number))
    cell.import_paths([tmp_path / f"{number}.eml" for number in range(2, 12)])
    cell.refresh()
    (tmp_path / "last.eml").write_text(MAIL.format("last"))
    cell.import_paths([tmp_path / "last.eml"])
    decided(cell, "split")
    result = cell.refresh()
    assert (result.rebuilt, {"split", "threads"} <= set(result.tables)) == (False, True)
    assert [finding for finding in cell.doctor() if not finding.ok] == []


def test_a_decision_that_is_not_derived_yet_is_no_fault(cell: Cell) -> None:
    decided(cell, "split")
    assert [finding for finding in cell.doctor() if not finding.ok] == []
    cell.refresh(rebuild=True)
    assert rows(cell, "split").num_rows == 1


def test_reading_makes_no_file_for_decisions(cell: Cell) -> None:
    cell.people()
    cell.show_party("aster")
    cell.doctor()
    cell.refresh()
    assert not (cell.folder / "decisions.sqlite").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_can_be_read(cell: Cell) -> None:
    decided(cell, "split")
    cell.refresh()
    folders = [path for path in (cell.folder, *cell.folder.rglob("*")) if path.is_dir()]
    for folder in folders:
        folder.chmod(0o500)
    try:
        with open_cell(cell.folder) as other:
            assert other.show_party("aster").party.name == "Aster"
    finally:
        for folder in folders:
            folder.chmod(0o700)


def test_decisions_that_are_gone_are_not_forgotten_in_silence(cell: Cell) -> None:
    decided(cell, "split")
    cell.refresh()
    (cell.folder / "decisions.sqlite").unlink()
    with pytest.raises(HoneycellError, match="decision 1, which the tables follow, is not there") as met:
        cell.refresh()
    assert met.value.code == "decisions-unavailable"
    assert [finding.table for finding in cell.doctor() if not finding.ok] == ["decisions"]
    assert cell.refresh(rebuild=True).rebuilt
    assert rows(cell, "split").num_rows == 0


@pytest.mark.parametrize("copied", [0, 1])
def test_nothing_is_decided_on_top_of_decisions_that_are_gone(cell: Cell, tmp_path: Path, copied: int) -> None:
    """Else the new one gets the number of one that is gone, and no refresh would look at either again."""
    file, copy = cell.folder / "decisions.sqlite", tmp_path / "copy.sqlite"
    decided(cell, "affiliation")
    if copied:
        shutil.copy(file, copy)
    decided(cell, "split")
    cell.refresh()
    file.unlink()
    if copied:
        shutil.copy(copy, file)
    asked = (cell.decisions, lambda: cell.apart("ana@aster.example", "bo@birk.example", by="eva"))
    for ask in asked:
        with pytest.raises(HoneycellError, match="decision 2, which the tables follow, is not there"):
            ask()
    assert file.exists() == bool(copied)
    # Another program may decide all the same.
    while decided(cell, "not_same_person") < 3:
        pass
    with pytest.raises(HoneycellError, match="is not there any more"):
        cell.refresh()
    assert [finding.table for finding in cell.doctor() if not finding.ok] == ["decisions"]
    cell.refresh(rebuild=True)
    assert rows(cell, "split").num_rows == 0
    assert rows(cell, "not_same_person").num_rows == 3 - copied
    assert cell.apart("ana@aster.example", "bo@birk.example", by="eva").decision_id == 4
    assert [finding.table for finding in cell.doctor() if not finding.ok] == []


def test_the_doctor_says_when_the_decisions_are_damaged(cell: Cell) -> None:
    (cell.folder / "decisions.sqlite").write_bytes(b"once upon a time" * 300)
    assert [finding.table for finding in cell.doctor() if not finding.ok] == ["decisions"]
