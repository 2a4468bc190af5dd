"""Is how people spread their attention their own, and do ties show departments best somewhere between all and few?

Takes what `persistence` takes (rows `from to unix_seconds`, the manufacturing CSV, or a cell), or a folder with such a
file and beside it `reportsto.csv` (`ID,ReportsToID`) or rows `person department` in `*labels*`.

Signature (Saramaki and others 2014): the shares of attention that a person gives, the largest first, whoever gets them,
in the first and in the second half of the last two years, the time the product compares people with themselves over;
people with 20 contact days in both. `all_time_*` halves all there is, however long. `own` is the mean Jensen-Shannon
distance between one's halves, `others` that between two people in the same half; `share_of_people` is how many are
nearer to themselves than to others on average, `share_of_comparisons` how often one distance is smaller than another.
`equal_amount_*` is the same with as many contact days drawn from everybody, so that how much is given tells nobody.

Shares: an organisation gives attention to 15 others on days of their own, several messages on some; of 400 such, how
often the interval of a share holds what was planted (`share_inside`). Misallocation: contact days drawn with planted
shares that are 30 % off what was declared, or just as declared; of 200 and 800, how often its interval holds the 30 %
(`moved_inside_N` at N contact days) and how often it is taken for more than chance (`moved_false_N`).

Load: somebody made up answers 80 % of messages within a working day, and 35 % of those that find six or more waiting,
for 500 days; 40 such. `capacity_found` is how many get one, `capacity` its median, `capacity_inside` how often its
interval holds six; `capacity_false` is how many get one of 100 who answer alike whatever waits.

Threshold (De Choudhury and others 2010): everybody's department is guessed as that of most of those with whom they
exchange so many mails a year, the geometric mean of both ways; who has nobody is guessed wrong. `best_at` is where most
are right, `interior` whether that is neither with all ties nor with the strongest.
"""

from __future__ import annotations

import csv
import gzip
import lzma
from datetime import date
from pathlib import Path

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.budget import alignment
from honeycell.readings.budget.load import WAITS_DAYS, Curve, curve, inbound
from validation.hierarchy import mails as read_mails
from validation.persistence import BROADCAST, read_rows

__all__ = ["DATA", "PASS", "PLANTED", "asked", "fitted", "main"]

DATA = "networks/manufacturing"
PASS = {"share_of_people": (">=", 0.80), "interior": ("==", 1), "capacity_false": ("<=", 0.05)}

LEAST_DAYS = 20
THRESHOLDS = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
DAY, YEAR = 86_400, 365 * 86_400
PLANTED = 6
"""Messages that wait when made-up people begin to answer fewer."""
_DRAWS = 20
_SEED = 20261123


def main(path: Path) -> dict[str, float | int]:
    """Figures of the signature, of planted loads, and of the threshold where departments are known."""
    file = next(iter(sorted(path.glob("*communication*.csv*"))), path) if path.is_dir() else path
    giver, taker, second, part = _messages(*read_rows(file))
    recent = second > int(second.max()) - 2 * YEAR
    figures = _signatures(giver[recent], taker[recent], second[recent], part[recent])
    figures |= {f"all_time_{name}": value for name, value in _signatures(giver, taker, second, part).items()}
    figures |= _shares() | _moved() | _loads()
    if path.is_dir() and (label := _departments(path)) is not None:
        figures |= _thresholds(path, label)
    return figures


def _messages(giver: Ints, taker: Ints, second: Ints) -> tuple[Ints, Ints, Ints, Floats]:
    """Directed messages, each one unit shared over those it names; to more than ten nothing."""
    rows = np.unique(np.column_stack([giver, second, taker])[giver != taker], axis=0)
    _, message, size = np.unique(rows[:, :2], axis=0, return_inverse=True, return_counts=True)
    n = size[message.ravel()]
    rows, n = rows[n <= BROADCAST], n[n <= BROADCAST]
    return rows[:, 0], rows[:, 2], rows[:, 1], 1.0 / n


def _signatures(giver: Ints, taker: Ints, second: Ints, part: Floats) -> dict[str, float | int]:
    middle = (int(second.min()) + int(second.max())) // 2
    late = (second > middle).astype(np.int64)
    # A row for each contact day: somebody gave somebody attention on it.
    days, place = np.unique(np.column_stack([giver, late, taker, second // DAY]), axis=0, return_inverse=True)
    w = np.bincount(place.ravel(), part)
    held = np.array([np.bincount(days[days[:, 1] == half, 0], minlength=giver.max() + 1) for half in (0, 1)])
    people = np.flatnonzero(held.min(axis=0) >= LEAST_DAYS)
    rows = [[np.flatnonzero((days[:, 0] == one) & (days[:, 1] == half)) for one in people] for half in (0, 1)]
    own, others = _distances([[_signature(days[at, 2], w[at]) for at in half] for half in rows])
    figures: dict[str, float | int] = {"n_people": len(people), **_compared(own, others)}
    least, drawn = int(held[:, people].min()), np.random.default_rng(_SEED)
    again = []
    for _ in range(_DRAWS):
        chosen = [[drawn.permutation(at)[:least] for at in half] for half in rows]
        again.append(_compared(*_distances([[_signature(days[at, 2], w[at]) for at in half] for half in chosen])))
    means = {name: float(np.mean([one[name] for one in again])) for name in again[0]}
    return figures | {f"equal_amount_{name}": value for name, value in means.items()}


def _signature(taker: Ints, w: Floats) -> Floats:
    _, at = np.unique(taker, return_inverse=True)
    given = np.sort(np.bincount(at, w))[::-1]
    shares: Floats = given / given.sum()
    return shares


def _distances(halves: list[list[Floats]]) -> tuple[Floats, Floats]:
    """(people,) between one's halves, and (people, people) the mean over both halves between two."""
    longest = max(len(one) for half in halves for one in half)
    first, second = (np.array([np.pad(one, (0, longest - len(one))) for one in half]) for half in halves)
    between = np.array([[_apart(half[at], half) for at in range(len(half))] for half in (first, second)])
    others: Floats = between.mean(axis=0)
    return np.array([float(_apart(a, b[None, :])[0]) for a, b in zip(first, second, strict=True)]), others


def _apart(one: Floats, all_of: Floats) -> Floats:
    """Jensen-Shannon distance to each row: the root of the divergence in bits, 0 to 1."""
    middle = (one + all_of) / 2
    parts = [
        np.where(p > 0, p * np.log2(np.where(p > 0, p, 1.0) / np.where(middle > 0, middle, 1.0)), 0.0).sum(axis=1)
        for p in (np.broadcast_to(one, all_of.shape), all_of)
    ]
    distance: Floats = np.sqrt(np.maximum((parts[0] + parts[1]) / 2, 0.0))
    return distance


def _compared(own: Floats, others: Floats) -> dict[str, float]:
    else_than = ~np.eye(len(own), dtype=bool)
    nearer = np.array([float((own[at] < others[at][else_than[at]]).mean()) for at in range(len(own))])
    mean = np.array([float(others[at][else_than[at]].mean()) for at in range(len(own))])
    return {
        "own": float(own.mean()), "others": float(mean.mean()), "share_of_people": float((own < mean).mean()),
        "share_of_comparisons": float(nearer.mean()), "spread_of_comparisons": float(nearer.std()),
    }  # fmt: skip


def asked(seed: int, drops: bool, days: int = 500) -> tuple[Ints, Ints]:
    """When somebody was asked and when they answered, in microseconds from a Monday of 1970 on.

    Args:
        seed: Another person.
        drops: Whether they answer less once six others wait.
        days: For how long.
    """
    draw, waiting = np.random.default_rng(seed), list[float]()
    opened, closed = list[float](), list[float]()
    for day in (day for day in range(days) if day % 7 < 5):
        for at in np.sort(draw.uniform(9.0, 17.0, draw.poisson(draw.gamma(1.5, 2.0)))) / 24 + day:
            waiting = [end for end in waiting if end > at]
            chance = 0.35 if drops and len(waiting) >= PLANTED else 0.8
            end = float(at + (draw.uniform(0.05, 0.3) if draw.random() < chance else draw.uniform(3.5, 9.0)))
            waiting.append(min(end, float(at) + WAITS_DAYS))
            opened.append(float(at))
            closed.append(end)
    first, last = ((np.array(column) + 4) * DAY * 1_000_000 for column in (opened, closed))
    return first.astype(np.int64), last.astype(np.int64)


def fitted(opened: Ints, closed: Ints) -> Curve:
    """The load curve of somebody who is in no meetings."""
    nothing = np.zeros(len(opened), np.int64)
    return curve(inbound(opened, closed, nothing > 0, nothing, date(1971, 6, 1)))


def _shares() -> dict[str, float]:
    drawn, held, n = np.random.default_rng(_SEED), 0, 0
    for _ in range(400):
        days, messages = drawn.beta(0.6, 2.0, 15) * 0.8, drawn.gamma(1.0, 1.5, 15)
        planted = days * (1 + messages) / (days * (1 + messages)).sum()
        seen = drawn.random((15, 65)) < days[:, None]
        w = (seen * (1 + drawn.poisson(messages[:, None], (15, 65)))).sum(axis=1)
        low, high = alignment.share_bands(w / w.sum(), int(seen.sum()))
        enough = seen.sum(axis=1) >= 5
        held += int(((low <= planted) & (planted <= high))[enough].sum())
        n += int(enough.sum())
    return {"share_inside": held / n}


def _moved() -> dict[str, float]:
    drawn, who, figures = np.random.default_rng(_SEED), np.arange(4), dict[str, float]()
    declared, planted = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.2, 0.25, 0.15, 0.4])
    gap = float(alignment.misallocation(planted, declared))
    for n in (80, 300):
        bands = [alignment.misallocation_band(one / n, declared, n, who) for one in drawn.multinomial(n, planted, 200)]
        chance = alignment.by_chance(declared, n, who)
        alike = alignment.misallocation(drawn.multinomial(n, declared, 800) / n, declared)
        figures[f"moved_inside_{n}"] = float(np.mean([low <= gap <= high for low, high in bands]))
        figures[f"moved_false_{n}"] = float((alike > chance).mean())
    return figures


def _loads() -> dict[str, float]:
    found = [one for one in (fitted(*asked(seed, True)) for seed in range(40)) if one.capacity is not None]
    inside = [(one.low or 0.0) <= PLANTED <= (one.high or np.inf) for one in found]
    flat = [fitted(*asked(seed, False)).capacity is not None for seed in range(100, 200)]
    return {
        "capacity_found": len(found) / 40, "capacity": float(np.median([one.capacity or 0 for one in found])),
        "capacity_inside": float(np.mean(inside)), "capacity_false": float(np.mean(flat)),
    }  # fmt: skip


def _departments(path: Path) -> dict[str, str] | None:
    """Whom each person reports to, or the department that a file gives; None where nothing says so."""
    if (path / "reportsto.csv").exists():
        with (path / "reportsto.csv").open(encoding="utf-8") as file:
            return {row["ID"].strip(): row["ReportsToID"].strip() for row in csv.DictReader(file)}
    files = sorted(path.glob("*labels*"))
    if not files:
        return None
    opener = {".gz": gzip.open, ".xz": lzma.open}.get(files[0].suffix, open)
    with opener(files[0], "rt", encoding="utf-8") as file:
        return {line.split()[0]: line.split()[1] for line in file if line.strip() and not line.startswith("#")}


def _thresholds(path: Path, label: dict[str, str]) -> dict[str, float | int]:
    giver, taker, second, names = _named(path)
    department = np.array([list(dict.fromkeys(label.values())).index(label[n]) if n in label else -1 for n in names])
    kept = giver != taker
    n = len(names)
    mails = np.bincount(giver[kept] * n + taker[kept], minlength=n * n).reshape(n, n).astype(float)
    a_year = np.sqrt(mails * mails.T) * YEAR / float(second.max() - second.min())
    known = department >= 0
    right = [_right(a_year > 0 if at == 0 else a_year >= at, department, known) for at in THRESHOLDS]
    best = int(np.argmax(right))
    return {
        "n_guessed": int(known.sum()), **{f"right_{at:g}": value for at, value in zip(THRESHOLDS, right, strict=True)},
        "best_at": THRESHOLDS[best], "better_than_all_ties": right[best] / right[0] - 1.0,
        "interior": int(0 < best < len(right) - 1 and right[best] > max(right[0], right[-1])),
    }  # fmt: skip


def _right(tied: np.ndarray, department: Ints, known: np.ndarray) -> float:
    """The share of people whose department is that of most they are tied to; equals share what is right."""
    votes = np.zeros((len(department), int(department.max()) + 1))
    for at in np.flatnonzero(known):
        votes[:, department[at]] += tied[:, at]
    most = votes.max(axis=1)
    among = (votes == most[:, None]) & (most > 0)[:, None]
    share = among[np.arange(len(department)), np.maximum(department, 0)] / np.maximum(among.sum(axis=1), 1)
    return float(share[known].mean())


def _named(path: Path) -> tuple[Ints, Ints, Ints, list[str]]:
    """Sender, receiver and second of each row, and the names that their numbers stand for."""
    if sorted(path.glob("communication.csv*")):
        return read_mails(path)
    [file] = sorted(path.glob("*temporal*"))
    opener = {".gz": gzip.open, ".xz": lzma.open}.get(file.suffix, open)
    with opener(file, "rt", encoding="utf-8") as lines:
        rows = np.loadtxt(lines, dtype=np.int64, comments="#", ndmin=2)
    names, number = np.unique(rows[:, :2].T.ravel(), return_inverse=True)
    return number[: len(rows)], number[len(rows) :], rows[:, 2], [str(name) for name in names.tolist()]
