"""The whole way: archives in, every derived table out, in steps or at once, the same."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from honeycell.cell import create_cell, open_cell
from honeycell.errors import HoneycellError
from honeycell.rules import fingerprint


@pytest.mark.corpus
def test_months_imported_in_any_order_equal_one_import(corpus: Callable[[str], Path], tmp_path: Path) -> None:
    months = sorted(corpus("mail/openbmc").glob("20*.mbox.xz"))[2:10]
    random.Random(5).shuffle(months)
    with create_cell(tmp_path / "stepwise") as cell:
        cell.import_paths(months[:5])
        assert cell.refresh().rebuilt
        for month in months[5:]:
            cell.import_paths([month])
            assert not cell.refresh().rebuilt
        findings = cell.doctor()
    assert [finding for finding in findings if not finding.ok] == []
    assert {finding.table for finding in findings} >= {"persons", "pairs", "turns", "threads", "classes"}


@pytest.mark.corpus
def test_a_second_import_adds_nothing_and_changes_nothing(corpus: Callable[[str], Path], tmp_path: Path) -> None:
    month = corpus("mail/openbmc") / "2019-07.mbox.xz"
    with create_cell(tmp_path / "cell") as cell:
        first = cell.import_paths([month])
        cell.refresh()
        second = cell.import_paths([month])
        assert first.added > 100
        assert (second.added, second.n_records) == (0, first.n_records)
        assert second.duplicate + sum(second.skipped.values()) == second.n_records
        assert cell.refresh().tables == ()


def test_a_cell_is_not_made_twice_nor_opened_where_there_is_none(tmp_path: Path) -> None:
    create_cell(tmp_path / "cell").close()
    with pytest.raises(HoneycellError) as twice:
        create_cell(tmp_path / "cell")
    assert twice.value.code == "cell-exists"
    with pytest.raises(HoneycellError) as nowhere:
        open_cell(tmp_path / "elsewhere")
    assert nowhere.value.code == "no-cell"


@pytest.mark.corpus
def test_the_doctor_finds_a_table_that_is_not_what_a_rebuild_gives(
    corpus: Callable[[str], Path], tmp_path: Path
) -> None:
    month = corpus("mail/openbmc") / "2019-07.mbox.xz"
    with create_cell(tmp_path / "cell") as cell:
        cell.import_paths([month])
        cell.refresh()
        pairs = cell.engine.to_arrow(cell.engine.table("pairs").limit(1))
        with cell.engine.writing("derived") as writer:
            writer.replace_keys("pairs", pairs, pairs.slice(0, 0))
            writer.publish()
        bad = [finding.table for finding in cell.doctor() if not finding.ok]
    assert bad == ["pairs"]
    shutil.rmtree(tmp_path / "cell")


def test_a_cell_of_another_make_says_that_it_needs_a_refresh(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_text(
        "From: Ana Alva <ana@aster.example>\nTo: Bo Birk <bo@birk.example>\nDate: Mon, 6 Jan 2025 10:00:00 +0100\n"
        "Message-ID: <1@aster.example>\nSubject: Plan\n\nHere it is.\n"
    )
    with create_cell(tmp_path / "cell") as cell:
        cell.import_paths([tmp_path / "one.eml"])
        with pytest.raises(HoneycellError) as early:
            cell.organisations()
        assert (early.value.code, early.value.remedy) == ("not-derived", "run `honeycell refresh`")
        cell.refresh()
        assert cell.organisations()["slug"].to_pylist() == ["aster", "birk"]
        with cell.engine.writing("derived") as writer:
            writer.mark("rules", fingerprint() + 1)
            writer.publish()
        with pytest.raises(HoneycellError, match="by the rules of this Honeycell"):
            cell.organisations()
        assert cell.refresh().rebuilt
        assert cell.organisations()["slug"].to_pylist() == ["aster", "birk"]
