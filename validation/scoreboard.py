"""The scoreboard of `science.md` section 7: each test beside its baseline, its pass mark, and what was found.

A mark stands only on data that `science.md` or the issue behind a test names; other data have figures without one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["ABSENT", "NOT_BUILT", "ROWS", "Figures", "Mark", "Row", "lines", "met", "verdict"]

Figures = Mapping[str, float | int | str]
Mark = tuple[str, float]
"""How a figure is compared with what, as (">=", .82)."""

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq,
}  # fmt: skip
NOT_BUILT, ABSENT = "not built", "not run: data absent"


@dataclass(frozen=True, eq=False)
class Row:
    """One test on one set of data."""

    test: str
    what: str
    baseline: str | tuple[str, ...]
    """What `science.md` says, or figures of the module that say it for the data at hand."""
    module: str = ""
    """The module of `validation` that gives the figures; without one the test is not built yet."""
    data: str | None = None
    """Its data; the module's own by default."""
    asked: Mapping[str, Mark | None] | None = None
    """Which figures are looked at, and what is asked of each."""


_EU, _FIRM, _STUDENTS, _LIST = (
    "networks/email-Eu-core", "networks/manufacturing", "networks/college-msg.txt.xz", "mail/openbmc",
)  # fmt: skip
_PERSISTENCE: Mapping[str, Mark | None] = {"auc": None, "auc_often": None, "ece_worst_cut": None}
_COEFFICIENT: Mapping[str, Mark | None] = {
    "all_coefficient": None, "all_coefficient_low": None, "all_coefficient_high": None,
}  # fmt: skip
_SHARES: Mapping[str, Mark | None] = {"km_error_24": None, "km_error_48": None}
_VOLUME, _NAIVE = ("baseline_auc", "baseline_auc_often"), ("naive_error_24", "naive_error_48")

ROWS: tuple[Row, ...] = (
    Row("V1", "persistence, AUC of all / often, EU", ".797 / .760", "persistence", _EU,
        {"auc": (">=", 0.82), "auc_often": (">=", 0.82), "margin": (">=", 0.015), "ece_worst_cut": ("<=", 0.08)}),
    Row("V1", "the same, messages of students", _VOLUME, "persistence", _STUDENTS, _PERSISTENCE),
    Row("V1", "the same, a development list", _VOLUME, "persistence", _LIST, _PERSISTENCE),
    Row("V1b", "the same, manufacturing", _VOLUME, "persistence", None,
        {"auc": (">=", 0.81), "auc_often": (">=", 0.75), "margin": (">=", 0.015), "ece_worst_cut": ("<=", 0.11)}),
    Row("V2", "BG/NBD on CDNOW, off the published fit", "-", "bgnbd", None,
        {"published_log_likelihood_off": ("<=", 0.1), "parameters_off": ("<=", 0.005)}),
    Row("V3", "reply share, points off at 24 / 48 h, EU", "1.7 / 3.0", "reply_shares", _EU,
        {"km_error_24": ("<=", 0.6), "km_error_48": ("<=", 0.6), "life_table_most_off": ("<=", 0.5),
         "split_half_r": (">=", 0.70)}),
    Row("V3", "the same, manufacturing", _NAIVE, "reply_shares", None, _SHARES),
    Row("V3", "the same, messages of students", _NAIVE, "reply_shares", _STUDENTS, _SHARES),
    Row("V4", "departments, NMI / AMI / ARI, EU", ".59 / .57 / .31", "departments", None,
        {"nmi": (">=", 0.75), "ami": (">=", 0.69), "ari": (">=", 0.60)}),
    Row("V5", "dominance, manufacturing", ("degree",), "hierarchy", None, {"pagerank": (">=", 0.79)}),
    Row("V5b", "ordered-ness, z against chance", ("reaching_by_chance",), "hierarchy", None, {"z": (">", 5.0)}),
    Row("V6", "introductions, P@100 lift EU / manufacturing", "7.4 / 2.2"),
    Row("V7", "pairs beside volume, coefficient, EU", "0", "redundancy", _EU,
        {"all_coefficient_low": (">", 0.0), "all_coefficient": None, "coefficient_low": None}),
    Row("V7", "the same, manufacturing", ("all_coefficient_volume",), "redundancy", None,
        _COEFFICIENT),
    Row("V7", "the same, organisations of a list", ("all_coefficient_volume",), "redundancy", _LIST, _COEFFICIENT),
    Row("V8", "disentanglement, F of links, IRC", ("previous_link_f",), "disentanglement", None,
        {"link_f": (">=", 63.5)}),
    Row("V9", "false positives of did-it-help after a dip", "56-62 %"),
    Row("V10", "width of the spread at 8 turns, raw / shrunk, EU", "+.51 / -.35", "spread_width", _EU,
        {"pooled_error_8": ("<=", 0.10)}),
    Row("V10", "the same, manufacturing", ("raw_8", "shrunk_8"), "spread_width", None,
        {"pooled_error_8": ("<=", 0.10)}),
    Row("V11", "off-deck, half diverted, manufacturing", "-", "off_deck", None,
        {"detected_50": (">=", 0.75), "false_alarms": ("<=", 0.05)}),
    Row("V12", "request detection, accuracy", "-", "loops", None, {"accuracy_request": (">=", 0.838)}),
    Row("V13", "expert finding, R@5 over most active", "1"),
    Row("V14", "forecast of people and measure pooled", "Brier of either"),
    Row("V15", "incremental = batch, tables equal", "-", "incremental", None,
        {"n_added_again": ("==", 0), "share_tables_equal": ("==", 1)}),
)  # fmt: skip


def met(figures: Figures, key: str, mark: Mark) -> bool:
    """Whether a figure is there, is a number, and is what is asked for.

    Example:
        >>> met({"auc": 0.83}, "auc", (">=", 0.82)), met({}, "auc", (">=", 0.82))
        (True, False)
    """
    found = figures.get(key)
    return isinstance(found, int | float) and _COMPARED[mark[0]](found, mark[1])


def lines(found: Mapping[Row, Figures | None]) -> list[str]:
    """The whole table as text, a line for each row of `ROWS`.

    Args:
        found: The figures of what was run; None where data are absent.
    """
    told = [("test", "what", "baseline", "figures", "pass", "")]
    for row in ROWS:
        figures, asked = found.get(row), row.asked or {}
        baseline = row.baseline if isinstance(row.baseline, str) else _numbers(figures, row.baseline)
        marks = ", ".join(f"{mark[0]} {mark[1]:g}" for mark in asked.values() if mark)
        told.append(
            (row.test, row.what, baseline, _numbers(figures, tuple(asked)), marks or "-", verdict(row, figures))
        )
    widths = [max(len(line[at]) for line in told) for at in range(len(told[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in told]


def verdict(row: Row, figures: Figures | None) -> str:
    """What came of a row: met, MISSED with the figures that were, or why there is none."""
    if not row.module:
        return NOT_BUILT
    if figures is None:
        return ABSENT
    marks = {key: mark for key, mark in (row.asked or {}).items() if mark}
    if not marks:
        return "no mark"
    missed = [key for key, mark in marks.items() if not met(figures, key, mark)]
    return f"MISSED {', '.join(missed)}" if missed else "met"


def _numbers(figures: Figures | None, keys: tuple[str, ...]) -> str:
    if figures is None or not keys:
        return "-"
    held = [figures.get(key, "?") for key in keys]
    return " / ".join(f"{one:.4g}" if isinstance(one, float) else str(one) for one in held)
