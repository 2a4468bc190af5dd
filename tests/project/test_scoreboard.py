"""The scoreboard: every test of the science page, in order, and what is said of each."""

from __future__ import annotations

import importlib
import itertools
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from validation.__main__ import figures_of
from validation.scoreboard import ABSENT, NOT_BUILT, ROWS, Row, lines, met, verdict
from validation.subgroups.scores import adjusted_information


def test_every_test_of_the_science_page_has_a_row_in_order() -> None:
    tests = [name for name, _ in itertools.groupby(row.test for row in ROWS)]
    assert tests == [
        "V1", "V1b", "V2", "V3", "V4", "V5", "V5b", "V6", "V7", "V8", "V9", "V10", "V11", "V12", "V13", "V14", "V15",
    ]  # fmt: skip


def test_marks_are_those_of_the_science_page() -> None:
    # Trap 18. Written down here again, so that no mark is lowered by the hand that misses it.
    eu, own = "networks/email-Eu-core", None
    assert [(row.test, row.data, name, *mark) for row in ROWS for name, mark in (row.asked or {}).items() if mark] == [
        ("V1", eu, "auc", ">=", 0.82), ("V1", eu, "auc_often", ">=", 0.82), ("V1", eu, "margin", ">=", 0.015),
        ("V1", eu, "ece_worst_cut", "<=", 0.08),
        ("V1b", own, "auc", ">=", 0.81), ("V1b", own, "auc_often", ">=", 0.75), ("V1b", own, "margin", ">=", 0.015),
        ("V1b", own, "ece_worst_cut", "<=", 0.11),
        ("V2", own, "published_log_likelihood_off", "<=", 0.1), ("V2", own, "parameters_off", "<=", 0.005),
        ("V3", eu, "km_error_24", "<=", 0.6), ("V3", eu, "km_error_48", "<=", 0.6),
        ("V3", eu, "life_table_most_off", "<=", 0.5), ("V3", eu, "split_half_r", ">=", 0.70),
        ("V4", own, "nmi", ">=", 0.75), ("V4", own, "ami", ">=", 0.69), ("V4", own, "ari", ">=", 0.60),
        ("V5", own, "pagerank", ">=", 0.79),
        ("V5b", own, "z", ">", 5.0),
        ("V7", eu, "all_coefficient_low", ">", 0.0),
        ("V8", own, "link_f", ">=", 63.5),
        ("V10", eu, "pooled_error_8", "<=", 0.10), ("V10", own, "pooled_error_8", "<=", 0.10),
        ("V11", own, "detected_50", ">=", 0.75), ("V11", own, "false_alarms", "<=", 0.05),
        ("V12", own, "accuracy_request", ">=", 0.838),
        ("V15", own, "n_added_again", "==", 0), ("V15", own, "share_tables_equal", "==", 1),
    ]  # fmt: skip


def test_what_the_science_page_measured_on_mail_of_a_university_has_a_row_of_it() -> None:
    assert {row.test for row in ROWS if row.data == "networks/email-Eu-core"} == {"V1", "V3", "V7", "V10"}


@pytest.mark.parametrize("row", [row for row in ROWS if row.module], ids=lambda row: f"{row.test}-{row.module}")
def test_a_row_names_a_module_that_can_be_run_and_data(row: Row) -> None:
    module = importlib.import_module(f"validation.{row.module}")
    assert callable(module.main)
    assert row.asked
    assert row.data or module.DATA


def test_a_row_is_met_missed_without_mark_absent_or_not_built() -> None:
    marked = Row("V0", "", "-", "persistence", None, {"auc": (">=", 0.8), "n": None})
    assert verdict(marked, {"auc": 0.8}) == "met"
    assert verdict(marked, {"auc": 0.79, "n": 3}) == "MISSED auc"
    assert verdict(marked, {"auc": float("nan")}) == "MISSED auc"
    assert verdict(marked, {}) == "MISSED auc"
    assert verdict(marked, None) == ABSENT
    assert verdict(Row("V0", "", "-", "persistence", None, {"n": None}), {"n": 3}) == "no mark"
    assert verdict(Row("V0", "", "-"), None) == NOT_BUILT
    assert not met({"auc": "high"}, "auc", (">=", 0.8))


def test_the_table_shows_what_was_found_beside_the_baseline_and_the_mark() -> None:
    [row] = [row for row in ROWS if row.test == "V1b"]
    figures = {
        "auc": 0.8241, "auc_often": 0.7555, "margin": 0.016, "ece_worst_cut": 0.12, "baseline_auc": 0.806,
        "baseline_auc_often": 0.701,
    }  # fmt: skip
    told = lines({row: figures})
    assert len(told) == len(ROWS) + 1
    [line] = [line for line in told if line.startswith("V1b")]
    assert line.split("  ")[-1] == "MISSED ece_worst_cut"
    assert "0.806 / 0.701" in line
    assert "0.8241 / 0.7555 / 0.016 / 0.12" in line
    assert ">= 0.81, >= 0.75" in line
    assert all(line.endswith(ABSENT) or line.endswith(NOT_BUILT) for line in told[1:] if not line.startswith("V1b"))


def test_information_beyond_chance_is_that_over_all_ways_to_deal_the_people() -> None:
    one, other = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    information = [_information(one, other[list(order)]) for order in itertools.permutations(range(6))]
    entropies = (_information(one, one) + _information(other, other)) / 2
    expected = (_information(one, other) - np.mean(information)) / (entropies - np.mean(information))
    assert adjusted_information(one, other) == pytest.approx(expected)


def _information(one: np.ndarray, other: np.ndarray) -> float:
    chances = [((one == a) & (other == b)).mean() for a in set(one.tolist()) for b in set(other.tolist())]
    apart = [(one == a).mean() * (other == b).mean() for a in set(one.tolist()) for b in set(other.tolist())]
    return float(sum(p * np.log(p / q) for p, q in zip(chances, apart, strict=True) if p))


def test_a_module_whose_data_are_absent_in_part_stops_nothing(tmp_path: Path) -> None:
    module = ModuleType("validation.invented")
    module.main = lambda path: (path / "absent").read_text()  # type: ignore[attr-defined]
    assert figures_of(module, tmp_path) is None
    module.main = lambda path: {"n": 1}  # type: ignore[attr-defined]
    assert figures_of(module, tmp_path) == {"n": 1}
