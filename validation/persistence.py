"""Does the hazard behind Vitality foretell who speaks again? Forward in time, refitted on the past only.

Reads rows `from to unix_seconds` (blanks or commas), the manufacturing CSV (`Sender;Recipient;EventDate`), plain or
.xz/.gz, or a cell. Rows with one sender and one second are one message to many; more than ten persons named is a
broadcast and no contact. `--fit` fits the coefficients that the package ships instead, on the first four fifths of
each path named, and writes them to `honeycell/readings/coefficients.py`.

The features first chosen beat volume on the manufacturing mail by 0.0142. Seven additions were tried on that same
mail; `log_interactions`, the best of them, was kept (0.0155). So the margin there is not an independent figure.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from honeycell.readings import bgnbd, persistence

__all__ = ["DATA", "PASS", "fit_shipped", "main"]

DATA = "networks/manufacturing/communication.csv.xz"
PASS = {"auc": (">=", 0.81), "margin": (">=", 0.015), "ece_worst_cut": ("<=", 0.11)}

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BROADCAST = 10
"""Persons named beyond which a message is a broadcast."""


@dataclass(frozen=True)
class Contacts:
    """Contact days: pair (smaller, larger), day, and messages on that day."""

    a: Ints
    b: Ints
    day: Ints
    n: Ints


@dataclass(frozen=True)
class Cut:
    """All pairs in the window before one cut-off: what is known of each, and whether they spoke after."""

    day: int
    pair: Ints
    n_days: Floats
    age: Floats
    silence: Floats
    overlap: Floats
    n_messages: Floats
    median_gap: float
    met: Floats


def main(path: Path) -> dict[str, float | int | str]:
    """Figures for one network: `auc`, `baseline_auc` (volume), `ece`, and what they rest on."""
    contacts = _contacts(*_read(path))
    span = int(contacts.day.max() - contacts.day.min())
    window, horizon = (180, 90) if span >= 500 else (90, 30)
    end = _end(contacts.day)
    days = range(int(contacts.day.min()) + window, end - horizon + 1, horizon)
    cuts = [_cut(contacts, day, window, horizon) for day in days]
    figures = [_forward(cuts, at, horizon) for at in range(1, len(cuts)) if len(cuts[at].met) >= 50]
    if not figures:
        raise SystemExit(f"{path}: {span} days are too few to look ahead {horizon} days from two cut-offs")
    chance = np.concatenate([f[0] for f in figures])
    met = np.concatenate([f[1] for f in figures])
    volume = np.concatenate([f[2] for f in figures])
    often = np.concatenate([f[3] for f in figures]) >= 5
    eces = [_ece(f[0], f[1]) for f in figures]
    auc, baseline = _auc(chance, met), _auc(volume, met)
    return {
        "auc": auc,
        "baseline_auc": baseline,
        "margin": auc - baseline,
        "auc_often": _auc(chance[often], met[often]),
        "baseline_auc_often": _auc(volume[often], met[often]),
        "auc_worst_cut": min(_auc(f[0], f[1]) for f in figures),
        "ece": float(np.mean(eces)),
        "ece_worst_cut": max(eces),
        "base_rate": float(met.mean()),
        "n": len(met),
        "n_cuts": len(figures),
        "window_days": window,
        "horizon_days": horizon,
    }


def _forward(cuts: list[Cut], at: int, horizon: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Predictions at one cut-off from the cut-offs whose outcome was known by then."""
    test = cuts[at]
    past = [cut for cut in cuts[:at] if cut.day + horizon <= test.day]
    hazard = _fit(past, horizon)
    chance = persistence.predict(_rows(test, hazard), hazard.coefficients)
    return chance, test.met, test.n_messages, test.n_messages


def _fit(past: list[Cut], horizon: int) -> persistence.Hazard:
    repeats = np.concatenate([cut.n_days - 1 for cut in past])
    between = np.concatenate([cut.age - cut.silence for cut in past])
    age = np.concatenate([cut.age for cut in past])
    model = bgnbd.fit(repeats, between, age)
    hazard = persistence.Hazard(np.zeros(0), np.zeros((0, 0)), model, horizon)
    rows = np.concatenate([_rows(cut, hazard) for cut in past])
    met, pair = np.concatenate([cut.met for cut in past]), np.concatenate([cut.pair for cut in past])
    return persistence.Hazard(*persistence.fit(rows, met, pair), model, horizon)


def _rows(cut: Cut, hazard: persistence.Hazard) -> Floats:
    return persistence.features(
        cut.n_days, cut.age, cut.silence, cut.overlap, cut.n_messages,
        median_gap=cut.median_gap, bgnbd=hazard.bgnbd, horizon=hazard.horizon_days,
    )  # fmt: skip


def _cut(contacts: Contacts, day: int, window: int, horizon: int) -> Cut:
    """Days are numbered; a window is (day - window, day], the outcome (day, day + horizon]."""
    inside = (contacts.day > day - window) & (contacts.day <= day)
    ahead = (contacts.day > day) & (contacts.day <= day + horizon)
    key = contacts.a * (1 << 31) + contacts.b
    order = np.lexsort((contacts.day[inside], key[inside]))
    pair, on, n = key[inside][order], contacts.day[inside][order], contacts.n[inside][order]
    pairs, start, n_days = np.unique(pair, return_index=True, return_counts=True)
    first, last = on[start], on[start + n_days - 1]
    gaps = np.diff(on)[np.diff(pair) == 0]
    return Cut(
        day, pairs, n_days.astype(float), (day - first).astype(float), (day - last).astype(float),
        _overlap(pairs // (1 << 31), pairs % (1 << 31)), np.add.reduceat(n, start).astype(float),
        float(np.median(gaps)) if len(gaps) else 7.0, np.isin(pairs, key[ahead]).astype(float),
    )  # fmt: skip


def _overlap(a: Ints, b: Ints) -> Floats:
    from honeycell.readings.contacts import overlap

    return overlap(a, b, np.concatenate([a, b]), np.concatenate([b, a]))


def _auc(score: Floats, met: Floats) -> float:
    """The chance that one who met scores above one who did not (ties count half)."""
    from scipy.stats import rankdata

    n_met = met.sum()
    ranks = rankdata(score)
    return float((ranks[met > 0].sum() - n_met * (n_met + 1) / 2) / (n_met * (len(met) - n_met)))


def _ece(chance: Floats, met: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal size."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(p) * abs(chance[p].mean() - met[p].mean()) for p in parts) / len(met))


def _end(day: Ints) -> int:
    """The last day of the feed: where it falls under a twentieth of its weekly median for good, it has stopped."""
    weeks = (day - day.min()) // 7
    counts = np.bincount(weeks)
    alive = np.flatnonzero(counts >= np.median(counts[counts > 0]) / 20)
    return int(min(day.max(), day.min() + 7 * (alive[-1] + 1)))


def _contacts(sender: Ints, receiver: Ints, second: Ints) -> Contacts:
    keep = sender != receiver
    rows = np.unique(np.column_stack([sender, second, receiver])[keep], axis=0)
    _, message, size = np.unique(rows[:, :2], axis=0, return_inverse=True, return_counts=True)
    rows = rows[size[message.ravel()] <= BROADCAST]
    a, b = np.minimum(rows[:, 0], rows[:, 2]), np.maximum(rows[:, 0], rows[:, 2])
    days, n = np.unique(np.column_stack([a, b, rows[:, 1] // 86400]), axis=0, return_counts=True)
    return Contacts(days[:, 0], days[:, 1], days[:, 2], n)


def _read(path: Path) -> tuple[Ints, Ints, Ints]:
    """Sender, receiver and second of each row, persons numbered."""
    if path.is_dir() and not (path / "cell.toml").exists():
        path = next(iter(sorted(path.glob("*communication*")) or sorted(path.glob("*.txt*"))))
    if (path / "cell.toml").exists():
        return _touches(path)
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(path.suffix, open)
    senders, receivers, seconds = [], [], []
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            cells = line.strip().split(";") if ";" in line else line.replace(",", " ").split()
            if len(cells) < 3 or cells[0].startswith(("#", "%")):
                continue
            try:
                second = _second(cells[2])
            except ValueError:
                continue  # the line that names the columns
            senders.append(cells[0])
            receivers.append(cells[1])
            seconds.append(second)
    _, code = np.unique(np.array(senders + receivers), return_inverse=True)
    return code[: len(senders)].astype(np.int64), code[len(senders) :].astype(np.int64), np.array(seconds, np.int64)


def _touches(cell: Path) -> tuple[Ints, Ints, Ints]:
    """The same of a cell: who addressed whom and when, broadcasts aside."""
    from honeycell.cell import open_cell

    with open_cell(cell) as opened:
        touches = opened.engine.table("touches")
        rows = opened.engine.to_arrow(
            touches.filter(~touches.broadcast).select("from_person_id", "to_person_id", "occurred_at")
        )
    ids = np.array(rows["from_person_id"].to_pylist() + rows["to_person_id"].to_pylist())
    _, code = np.unique(ids, return_inverse=True)
    seconds = rows["occurred_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
    return code[: len(rows)].astype(np.int64), code[len(rows) :].astype(np.int64), seconds


def _second(cell: str) -> int:
    if cell.replace(".", "", 1).isdigit():
        return int(float(cell))
    return int(datetime.fromisoformat(cell).replace(tzinfo=UTC).timestamp())


SHIPPED_WINDOW, SHIPPED_HORIZON, FIT_SHARE = 180, 90, 0.8


def fit_shipped(paths: list[Path]) -> str:
    """The source of the module of shipped coefficients: one hazard over all networks, and what it was fitted on.

    Of each network only the first `FIT_SHARE` of its days is looked at, outcomes included, so that the rest stays
    for validation. Cut-offs are 15 days apart, from day 60 on.
    """
    cuts, networks, said = [], [], []
    for number, path in enumerate(paths):
        contacts = _contacts(*_read(path))
        start = int(contacts.day.min())
        end = start + int((_end(contacts.day) - start) * FIT_SHARE)
        held = [
            _cut(contacts, day, SHIPPED_WINDOW, SHIPPED_HORIZON)
            for day in range(start + 60, end - SHIPPED_HORIZON + 1, 15)
        ]
        # One pair of one network is one cluster.
        cuts += [replace(cut, pair=cut.pair * len(paths) + number) for cut in held]
        networks += [number] * len(held)
        n, met = sum(len(cut.met) for cut in held), sum(float(cut.met.sum()) for cut in held)
        said.append(f"{_name(path)}: {n:,} pairs at {len(held)} cut-offs, of which {met / n:.0%} met again")
    hazard = _fit_levels(cuts, networks, len(paths))
    model = hazard.bgnbd
    lines = [
        '"""Coefficients of the hazard behind Vitality, fitted on public networks; written by',
        "`python -m validation.persistence --fit PATH...`, not by hand.",
        "",
        *(f"- {line}" for line in said),
        "",
        f"The window was {SHIPPED_WINDOW} days, the horizon {SHIPPED_HORIZON}; only the first four fifths of each"
        " network was used.",
        '"""',
        "",
        "import numpy as np",
        "",
        "from honeycell.readings.bgnbd import BgNbd",
        "from honeycell.readings.persistence import Hazard",
        "",
        '__all__ = ["MEDIAN_GAP_DAYS", "SHIPPED"]',
        "",
        f"MEDIAN_GAP_DAYS = {float(np.median([cut.median_gap for cut in cuts]))!r}",
        '"""Of the networks it was fitted on: stands in until a cell has a month of its own."""',
        "",
        "SHIPPED = Hazard(",
        f"    coefficients=np.array({[round(float(value), 8) for value in hazard.coefficients]}),",
        "    covariance=np.array([",
        *(f"        {[round(float(value), 10) for value in row]}," for row in hazard.covariance),
        "    ]),",
        f"    bgnbd=BgNbd(r={model.r:.8f}, alpha={model.alpha:.8f}, a={model.a:.8f}, b={model.b:.8f}),",
        f"    horizon_days={SHIPPED_HORIZON},",
        ")",
        "",
    ]
    return "\n".join(lines)


def _fit_levels(cuts: list[Cut], networks: list[int], n_networks: int) -> persistence.Hazard:
    """One hazard over several networks, each with its own level; the level shipped is their median.

    How much the levels differ says how wrong a level is in a cell that is none of these networks: half their range
    without the farthest one counts as its standard error.
    """
    plain = _fit(cuts, SHIPPED_HORIZON)
    rows = np.concatenate([_rows(cut, plain) for cut in cuts])
    network = np.repeat(networks, [len(cut.met) for cut in cuts])
    levels = (network[:, None] == np.arange(n_networks)[None, :]).astype(float)
    met, pair = np.concatenate([cut.met for cut in cuts]), np.concatenate([cut.pair for cut in cuts])
    beta, covariance = persistence.fit(np.column_stack([levels, rows[:, 1:]]), met, pair)
    found = beta[:n_networks]
    middle = int(np.argsort(found)[n_networks // 2])
    kept = [middle, *range(n_networks, len(beta))]
    near = np.sort(np.abs(found - found[middle]))[: max(2, n_networks - 1)]
    between = covariance[np.ix_(kept, kept)]
    between[0, 0] += (near.max() / 2) ** 2
    print("levels:", {number: round(float(level), 3) for number, level in enumerate(found)})
    coefficients = np.concatenate([[found[middle]], beta[n_networks:]])
    return persistence.Hazard(coefficients, between, plain.bgnbd, SHIPPED_HORIZON)


def _name(path: Path) -> str:
    return (path if path.is_dir() else path.with_suffix("")).name.removesuffix(".txt")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, nargs="+")
    parser.add_argument("--fit", action="store_true")
    asked = parser.parse_args()
    if asked.fit:
        module = Path(persistence.__file__).with_name("coefficients.py")
        module.write_text(fit_shipped(asked.path))
        print(json.dumps({"written": str(module)}))
    else:
        print(json.dumps(main(asked.path[0])))
