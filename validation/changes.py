"""Are changes of level found where they were planted, seldom where there is none, and better than saying nothing?

`main(path)` takes a folder of mbox files, a cell, or a network as `validation.persistence` reads it. Planted series are
real ones, weekly contact days and exposure, of which a known part is thinned to a half or a quarter; the earlier half
of the weeks chose the threshold, the later half is reported. F1 and covering are those of van den Burg & Williams
(2020), section 4.1: week 0 counts as a change that everybody knows, an answer within 5 places is right, no answer is
counted twice. The same series with their weeks shuffled, each with its exposure, have no change left in them: what is
found there is false. The simulator has a season, holidays and overdispersion; beside what is recovered within two weeks
stands what one would recover who is told that there is exactly one change: more is not in the series.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from honeycell.cell import Cell, create_cell, open_cell
from honeycell.readings.changes import online
from honeycell.readings.changes.exposure import exposure, monday
from honeycell.readings.changes.points import SHOWN, Weeks, courses_of, weeks
from honeycell.readings.contacts import Sides
from honeycell.readings.covered import covered
from honeycell.readings.held import held
from honeycell.readings.traces import EVER, read
from honeycell.steps import Tables
from validation import persistence

__all__ = ["DATA", "PASS", "covering", "f1", "main", "simulated", "weekly"]

DATA = "mail/openbmc"
PASS = {
    "f1_margin": (">", 0), "false_alarms": ("<=", 1), "false_alarms_shuffled": ("<=", 1),
    "recovered_of_most": (">=", 0.9),
}  # fmt: skip

Floats = NDArray[np.float64]
FACTORS = (0.5, 0.25)
MARGIN, NEAR = 5, 2
"""Places within which an answer counts: as published, and as asked of the simulator."""
LEAST_DAYS, EDGE = 20, 8


@dataclass(frozen=True)
class Series:
    """Weekly contact days with what there was to expect, and where a change was planted; 0 for nowhere."""

    y: Floats
    active: Floats
    planted: int


@dataclass(frozen=True)
class Answer:
    """A change as it was found."""

    place: int
    noticed: int | None
    """Weeks that had been seen when it was first likely."""
    likelihood: float


def main(path: Path) -> dict[str, float | int]:
    """Figures on the later half of the series at `path`, and on the simulator."""
    y, active = _real(path)
    half = y.shape[1] // 2
    dice = np.random.default_rng(20201)
    test = [*_planted(y[:, half:], active[half:], dice)]
    figures: dict[str, float | int] = {"n_series": len(test), "n_weeks": y.shape[1] - half}
    figures |= _scored(test, "")
    figures |= _scored([*_planted(*_shuffled(y[:, half:], active[half:], dice), dice)], "_shuffled")
    figures |= {"false_alarms_shuffled": _false(_unplanted(*_shuffled(y, active, dice)))}
    figures |= recovery(np.random.default_rng(20202))
    return figures


def tune(path: Path) -> None:
    """F1 on the earlier half by threshold, for the constant `SHOWN`."""
    y, active = _real(path)
    half = y.shape[1] // 2
    for least in (0.4, 0.5, 0.66, 0.8, 0.9, 0.95, 0.99):
        dice = np.random.default_rng(20203)
        early = [*_planted(y[:, :half], active[:half], dice)]
        shuffled = [*_planted(*_shuffled(y[:, :half], active[:half], dice), dice)]
        false = _false(_unplanted(*_shuffled(y[:, :half], active[:half], dice)), least)
        print(least, json.dumps(_scored(early, "", least) | _scored(shuffled, "_shuffled", least)), round(false, 2))


def recovery(dice: np.random.Generator, n: int = 200) -> dict[str, float | int]:
    """What is found of changes planted in the simulator, and what is found in it where there are none."""
    found: dict[str, float | int] = {}
    right: list[tuple[float, bool]] = []
    for factor, name in ((0.25, "recovered"), (0.5, "recovered_half")):
        series = [*simulated(dice, n, factor)]
        answers = [*zip(series, _answers(series), strict=True)]
        near = [[one for one in got if abs(one.place - each.planted) <= NEAR] for each, got in answers]
        most = [abs(place - each.planted) <= NEAR for each, place in zip(series, _told(series), strict=True)]
        delays = [
            one.noticed - each.planted
            for (each, _), got in zip(answers, near, strict=True)
            for one in got
            if one.noticed is not None
        ]
        right += [(one.likelihood, abs(one.place - each.planted) <= 4) for each, got in answers for one in got]
        found |= {
            name: float(np.mean([bool(got) for got in near])), f"{name}_at_most": float(np.mean(most)),
            f"{name}_of_most": float(np.mean([bool(got) for got in near]) / np.mean(most)),
            f"{name}_delay_weeks": float(np.median(delays)),
        }  # fmt: skip
    for name, least, below in (("likely", 0.66, 0.9), ("very_likely", 0.9, 2.0)):
        held = [(likelihood, is_right) for likelihood, is_right in right if least <= likelihood < below]
        found |= {f"said_{name}": float(np.mean([one for one, _ in held])), f"n_{name}": len(held),
                  f"right_{name}": float(np.mean([is_right for _, is_right in held]))}  # fmt: skip
    return found | {"false_alarms": _false([*simulated(dice, n, 1.0)])}


def _told(series: Sequence[Series]) -> list[int]:
    """Where the change is most likely, for one who is told that there is exactly one."""
    y, relative = np.array([one.y for one in series]), np.array([one.active / one.active.mean() for one in series])
    found = []
    for start in range(0, len(series), 25):
        part = slice(start, start + 25)
        runs = online.filtered(y[part], relative[part], np.ones(y[part].shape, bool))
        inside = np.arange(online.LEAST_WEEKS, y.shape[1] - online.LEAST_WEEKS + 1)
        for at, best in enumerate(runs.evidence[:, :, -1].argmax(1)):
            marginal = runs.marginal[at, best]
            found.append(int(inside[np.argmax(marginal[0, inside] + marginal[inside, -1])]))
    return found


def simulated(dice: np.random.Generator, n: int, factor: float, n_weeks: int = 130) -> Iterator[Series]:
    """Relationships of 1 to 5 contact days a week; half of the changes go up, half down.

    The exposure has a yearly season, a fortnight off at the end of the year, and noise.
    """
    week = np.arange(n_weeks)
    for number in range(n):
        season = 1 + 0.25 * np.sin(2 * np.pi * (week + dice.integers(52)) / 52)
        season[week % 52 >= 50] *= 0.2
        active = dice.poisson(200 * season).astype(float)
        rate = dice.uniform(1, 5) * active / 200
        size = dice.choice([2.0, 5.0, 50.0])
        planted = int(dice.integers(26, n_weeks - 26)) if factor != 1.0 else 0
        rate[slice(planted, None) if number % 2 else slice(0, planted)] *= factor
        y = dice.poisson(rate * dice.gamma(size, 1 / size, n_weeks))
        yield Series(np.minimum(y, 7).astype(float), active, planted)


def f1(truth: Sequence[int], answers: Sequence[int], margin: int = MARGIN) -> float:
    """F1 of van den Burg & Williams (2020) for one annotator.

    Example:
        >>> f1([50], []), f1([50], [53]), f1([50], [20])
        (0.6666666666666666, 1.0, 0.5)
    """
    said, left = {0, *answers}, {0, *answers}
    right = 0
    for one in sorted({0, *truth}):
        near = sorted(left & set(range(one - margin, one + margin + 1)), key=lambda place: abs(place - one))
        right += bool(near)
        left -= set(near[:1])
    precision, recall = right / len(said), right / len({0, *truth})
    return 2 * precision * recall / (precision + recall) if right else 0.0


def covering(truth: Sequence[int], answers: Sequence[int], n: int) -> float:
    """Covering of the true segments by those answered (van den Burg & Williams 2020, eq. 8).

    Example:
        >>> covering([50], [50], 100), covering([50], [], 100)
        (1.0, 0.5)
    """
    cut, given = ([*zip([0, *sorted(places)], [*sorted(places), n], strict=True)] for places in (truth, answers))
    total = 0.0
    for start, end in cut:
        best = max(max(0, min(end, b) - max(start, a)) / (max(end, b) - min(start, a)) for a, b in given)
        total += (end - start) * best
    return total / n


def _scored(series: Sequence[Series], name: str, least: float = SHOWN) -> dict[str, float]:
    """Mean F1 and covering, ours and those of saying nothing."""
    answers = [[one.place for one in got] for got in _answers(series, least)]
    both = [*zip(series, answers, strict=True)]
    ours = float(np.mean([f1([one.planted], got) for one, got in both]))
    nothing = float(np.mean([f1([one.planted], []) for one in series]))
    return {
        f"f1{name}": ours, f"f1_nothing{name}": nothing, f"f1_margin{name}": ours - nothing,
        f"covering{name}": float(np.mean([covering([one.planted], got, len(one.y)) for one, got in both])),
        f"covering_nothing{name}": float(np.mean([covering([one.planted], [], len(one.y)) for one in series])),
    }  # fmt: skip


def _false(series: Sequence[Series], least: float = SHOWN) -> float:
    """Changes found per 50 relationships and quarter, where there are none."""
    n_weeks = sum(len(one.y) for one in series)
    return sum(map(len, _answers(series, least))) / n_weeks * 13 * 50


def _answers(series: Sequence[Series], least: float = SHOWN) -> list[list[Answer]]:
    """The changes found in series of one length."""
    week = np.arange(len(series[0].y))
    relative = np.array([one.active / one.active.mean() for one in series])
    whole = Weeks(week, np.array([one.y for one in series]), relative, np.ones(relative.shape, bool))
    on = EVER + timedelta(int(monday(week)[-1]) + 6)
    return [
        [
            Answer(_place(one.on), None if one.noticed_on is None else _place(one.noticed_on) + 1, one.likelihood)
            for one in course.points
        ]
        for course in courses_of(whole, on, least)
    ]


def _place(day: date) -> int:
    return ((day - EVER).days + 3) // 7


def _planted(y: Floats, active: Floats, dice: np.random.Generator) -> Iterator[Series]:
    """Each series with enough in it, thinned by each factor before a random week and after one."""
    n_weeks = y.shape[1]
    for row in y[y.sum(1) >= LEAST_DAYS]:
        for factor in FACTORS:
            for before in (True, False):
                planted = int(dice.integers(EDGE, n_weeks - EDGE))
                part = slice(0, planted) if before else slice(planted, n_weeks)
                thinned = row.copy()
                thinned[part] = dice.binomial(row[part].astype(int), factor)
                yield Series(thinned, active, planted)


def _unplanted(y: Floats, active: Floats) -> list[Series]:
    return [Series(row, active, 0) for row in y[y.sum(1) >= LEAST_DAYS]]


def _shuffled(y: Floats, active: Floats, dice: np.random.Generator) -> tuple[Floats, Floats]:
    order = dice.permutation(y.shape[1])
    return y[:, order], active[order]


def _real(path: Path) -> tuple[Floats, Floats]:
    """Contact days of relationships in each observed week, and the exposure."""
    if path.is_file():
        return _network(path)
    if (path / "cell.toml").exists():
        with open_cell(path) as cell:
            return weekly(cell)
    with tempfile.TemporaryDirectory(prefix="honeycell-validation-") as folder, create_cell(Path(folder)) as cell:
        cell.import_paths([path])
        cell.refresh()
        return weekly(cell)


def weekly(cell: Cell) -> tuple[Floats, Floats]:
    """Contact days of the relationships of organisations of a cell in each observed week, and the exposure."""
    t = Tables(cell.engine)
    cover = covered(t)
    on = cover.end
    assert on is not None
    traces = read(t, on, days_from=EVER, turns_from=on)
    expected = exposure(t, cover, on)
    whole = weeks(held(traces, Sides(level="organisation"), 90).contacts, expected, on)
    return whole.y, expected.active[expected.observed][-len(whole.week) :]


def _network(path: Path) -> tuple[Floats, Floats]:
    """Pairs of persons; whoever sent anything on a day was active on it."""
    sender, receiver, second = persistence.read_rows(path)
    days = persistence._contacts(sender, receiver, second)
    sent = np.unique(sender.astype(np.int64) << 32 | second // 86_400)
    sent_week = ((sent & 0xFFFFFFFF) + 3) // 7
    first, n_weeks = int(sent_week.min()), int(np.ptp(sent_week)) + 1
    active = np.bincount(sent_week - first, minlength=n_weeks).astype(float)
    _, key = np.unique(days.pair, return_inverse=True)
    y = np.bincount(key * n_weeks + (days.day + 3) // 7 - first, minlength=(key.max() + 1) * n_weeks)
    inside = active >= 0.1 * np.median(active)
    return y.reshape(-1, n_weeks)[:, inside].astype(float), active[inside]


if __name__ == "__main__":
    tune(Path(sys.argv[1]))
