"""The whole way: archives in, every derived table out, in steps or at once, the same."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from honeycell.cell import create_cell, open_cell
from honeycell.errors import HoneycellError


@pytest.mark.corpus
def test_months_imported_in_any_order_equal_one_import(corpus: Callable[[str], Path], tmp_path: Path) -> None:
    months = sorted(corpus("mail/openbmc").glob("2019-*.mbox.xz"))[:4]
    random.Random(5).shuffle(months)
    with create_cell(tmp_path / "stepwise") as cell:
        for number, month in enumerate(months):
            cell.import_paths([month])
            result = cell.refresh()
            assert result.rebuilt == (number == 0) or number < 3
        findings = cell.doctor()
    assert [finding for finding in findings if not finding.ok] == []
    assert {finding.table for finding in findings} >= {"persons", "pairs", "turns", "threads", "classes"}


@pytest.mark.corpus
def test_a_second_import_adds_nothing_and_changes_nothing(corpus: Callable[[str], Path], tmp_path: Path) -> None:
    month = sorted(corpus("mail/openbmc").glob("2019-*.mbox.xz"))[0]
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
    month = sorted(corpus("mail/openbmc").glob("2019-*.mbox.xz"))[0]
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
