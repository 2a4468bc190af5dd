"""Does the hazard behind Vitality foretell who speaks again? Forward in time, refitted on the past only.

Reads rows `from to unix_seconds` (blanks or commas), the manufacturing CSV (`Sender;Recipient;EventDate`), plain or
.xz/.gz, a cell, or a folder of mbox files. Rows with one sender and one second are one message to many; more than ten
persons named is a broadcast and no contact. `--fit` fits the coefficients that the package ships instead, on the first
four fifths of each path named, and writes them to `honeycell/readings/coefficients.py`.

At each cut-off BG/NBD and the logistic are fitted on the cut-offs whose horizon was over by then and on nothing else;
a cell fits the logistic alone, on the shipped BG/NBD. The features first chosen beat volume on the manufacturing mail
by 0.0142. Seven additions were tried on that same mail; `log_interactions`, the best of them, was kept. So the margin
there is not an independent figure.
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
from honeycell.readings.calibration import (
    MONTHS_BACK,
    ContactDays,
    Cut,
    calibration_error,
    contact_days,
    cut,
    fitted_hazard,
    with_steps,
)
from honeycell.readings.coefficients import SHIPPED
from validation.cells import is_mail, opened

__all__ = ["DATA", "PASS", "auc", "feed_end", "fit_shipped", "foretold", "main", "read_rows"]

DATA = "networks/manufacturing/communication.csv.xz"
PASS = {"auc": (">=", 0.81), "auc_often": (">=", 0.75), "margin": (">=", 0.015), "ece_worst_cut": ("<=", 0.11)}

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BROADCAST = 10
"""Persons named beyond which a message is a broadcast."""


MONTH = 30
"""Days between cut-offs."""


def main(path: Path) -> dict[str, float | int | str]:
    """Figures for one network: of the fit on its own past, recalibrated, and beside it of what it is compared with.

    `auc`, `ece` and the like are of the recalibrated fit, as a cell uses it; `own_` of the same before it is
    recalibrated, `shipped_` of all that the package ships, `baseline_` of volume. `unseen` are the
    cut-offs that `--fit` never looks at.
    """
    tried = _tried(_contacts(*read_rows(path)))
    cuts, tested, forward = tried.cuts, tried.tested, tried.forward
    met, volume = (np.concatenate([getattr(cuts[at], name) for at in tested]) for name in ("met", "n_interactions"))
    often = volume >= 5
    unseen = [at for at in tested if cuts[at].day >= tried.first + FIT_SHARE * (tried.end - tried.first)]
    figures: dict[str, float | int | str] = {}
    for place, kind in enumerate(("", "own_", "shipped_")):
        chances = [one[place] for one in forward]
        errors = [calibration_error(chance, cuts[at].met) for chance, at in zip(chances, tested, strict=True)]
        chance = np.concatenate(chances)
        figures |= {
            f"{kind}auc": auc(chance, met),
            f"{kind}auc_often": auc(chance[often], met[often]),
            f"{kind}auc_worst_cut": min(auc(chance, cuts[at].met) for chance, at in zip(chances, tested, strict=True)),
            f"{kind}ece": float(np.mean(errors)),
            f"{kind}ece_worst_cut": max(errors),
        }
        if unseen:
            late, met_late = (np.concatenate(parts) for parts in (
                [chance for chance, at in zip(chances, tested, strict=True) if at in unseen],
                [cuts[at].met for at in unseen],
            ))  # fmt: skip
            figures |= {
                f"{kind}auc_unseen": auc(late, met_late),
                f"{kind}ece_unseen": float(np.mean(errors[-len(unseen) :])),
            }
    baseline, baseline_often = auc(volume, met), auc(volume[often], met[often])
    return figures | {
        "baseline_auc": baseline,
        "baseline_auc_often": baseline_often,
        "margin": float(figures["auc"]) - baseline,
        "own_margin": float(figures["own_auc"]) - baseline,
        "base_rate": float(met.mean()),
        "n": len(met),
        "n_cuts": len(tested),
        "window_days": tried.window,
        "horizon_days": tried.horizon,
    }


def foretold(path: Path) -> tuple[Floats, Floats, int]:
    """Of each pair at each cut-off: the recalibrated chance, and whether it met; and within how many days."""
    tried = _tried(_contacts(*read_rows(path)))
    met = np.concatenate([tried.cuts[at].met for at in tried.tested])
    return np.concatenate([chances for chances, _own, _shipped in tried.forward]), met, tried.horizon


@dataclass(frozen=True)
class Tried:
    """What was foretold at the cut-offs of a network."""

    cuts: list[Cut]
    tested: list[int]
    """Places of the cut-offs that are looked at."""
    forward: list[tuple[Floats, Floats, Floats]]
    """Of each of them, as `_forward` gives it."""
    first: int
    """The first day, and the last one on which the feed was alive."""
    end: int
    window: int
    horizon: int


def _tried(contacts: ContactDays) -> Tried:
    first, span = int(contacts.day.min()), int(contacts.day.max() - contacts.day.min())
    window, horizon = (180, 90) if span >= 500 else (90, 30)
    end = feed_end(contacts.day)
    cuts = [cut(contacts, day, window, horizon) for day in range(first + window, end - horizon + 1, MONTH)]
    tested = [at for at in range(1, len(cuts)) if at % (horizon // MONTH) == 0 and len(cuts[at].met) >= 50]
    if not tested:
        raise SystemExit(f"{span} days are too few to look ahead {horizon} days from two cut-offs")
    forward, model = [], None
    for at in tested:
        past = [one for one in cuts[:at] if one.day + horizon <= cuts[at].day][-MONTHS_BACK:]
        own = _fit(past, horizon, model)
        model = own.bgnbd
        forward.append(_forward(cuts[at], with_steps(own, past)))
    return Tried(cuts, tested, forward, first, end, window, horizon)


def _forward(test: Cut, own: persistence.Hazard) -> tuple[Floats, Floats, Floats]:
    """Chances at one cut-off: of its past's own fit, recalibrated; of the same before; of the shipped coefficients."""
    chance, shipped = (
        persistence.predict(test.rows(hazard.bgnbd, own.horizon_days), hazard.coefficients) for hazard in (own, SHIPPED)
    )
    return persistence.recalibrated(chance, own), chance, shipped


def _fit(past: list[Cut], horizon: int, start: bgnbd.BgNbd | None = None) -> persistence.Hazard:
    """BG/NBD and the logistic, both fitted on these cut-offs alone; the search for the former begins at `start`."""
    repeats = np.concatenate([one.n_days - 1 for one in past])
    between = np.concatenate([one.age - one.silence for one in past])
    age = np.concatenate([one.age for one in past])
    return fitted_hazard(past, bgnbd.fit(repeats, between, age, start), horizon)


def auc(score: Floats, met: Floats) -> float:
    """The chance that one who met scores above one who did not (ties count half)."""
    from scipy.stats import rankdata

    n_met = met.sum()
    ranks = rankdata(score)
    return float((ranks[met > 0].sum() - n_met * (n_met + 1) / 2) / (n_met * (len(met) - n_met)))


def feed_end(day: Ints) -> int:
    """The last day of the feed: where it falls under a twentieth of its weekly median for good, it has stopped."""
    weeks = (day - day.min()) // 7
    counts = np.bincount(weeks)
    alive = np.flatnonzero(counts >= np.median(counts[counts > 0]) / 20)
    return int(min(day.max(), day.min() + 7 * (alive[-1] + 1)))


def _contacts(sender: Ints, receiver: Ints, second: Ints) -> ContactDays:
    keep = sender != receiver
    rows = np.unique(np.column_stack([sender, second, receiver])[keep], axis=0)
    _, message, size = np.unique(rows[:, :2], axis=0, return_inverse=True, return_counts=True)
    rows = rows[size[message.ravel()] <= BROADCAST]
    a, b = np.minimum(rows[:, 0], rows[:, 2]), np.maximum(rows[:, 0], rows[:, 2])
    days, n = np.unique(np.column_stack([a, b, rows[:, 1] // 86400]), axis=0, return_counts=True)
    return contact_days(days[:, 0], days[:, 1], days[:, 2], n)


def read_rows(path: Path) -> tuple[Ints, Ints, Ints]:
    """Sender, receiver and second of each row, persons numbered."""
    if is_mail(path):
        return _touches(path)
    if path.is_dir():
        found = (list(path.glob(kind)) for kind in ("*communication*", "*temporal*", "*.txt*"))
        path = min(next(files for files in found if files), key=lambda file: (len(file.name), file.name))
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


def _touches(path: Path) -> tuple[Ints, Ints, Ints]:
    """The same of a cell: who addressed whom and when, broadcasts aside."""
    with opened(path) as cell:
        touches = cell.engine.table("touches")
        rows = cell.engine.to_arrow(
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
        contacts = _contacts(*read_rows(path))
        start = int(contacts.day.min())
        end = start + int((feed_end(contacts.day) - start) * FIT_SHARE)
        held = [
            cut(contacts, day, SHIPPED_WINDOW, SHIPPED_HORIZON)
            for day in range(start + 60, end - SHIPPED_HORIZON + 1, 15)
        ]
        # One pair of one network is one cluster.
        cuts += [replace(one, pair=one.pair * len(paths) + number) for one in held]
        networks += [number] * len(held)
        n, met = sum(len(one.met) for one in held), sum(float(one.met.sum()) for one in held)
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
        f"MEDIAN_GAP_DAYS = {float(np.median([one.median_gap for one in cuts]))!r}",
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
    rows = np.concatenate([one.rows(plain.bgnbd, SHIPPED_HORIZON) for one in cuts])
    network = np.repeat(networks, [len(one.met) for one in cuts])
    levels = (network[:, None] == np.arange(n_networks)[None, :]).astype(float)
    met, pair = np.concatenate([one.met for one in cuts]), np.concatenate([one.pair for one in cuts])
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
