"""Does prominence tell managers from their people, and are one-sided ties ordered? On mail with the chart beside it.

Takes a folder with `communication.csv` (`Sender;Recipient;EventDate`, plain or packed) and `reportsto.csv`
(`ID,ReportsToID`), laid out like `../shared/data/networks/manufacturing`.

Dominance: of all pairs of somebody and a boss, direct or not, the share in which the boss has more; equals count half.
`pagerank` is that of received messages, `pagerank_fractional` that of received attention, each message one unit,
`degree` counts correspondents. Order: messages to at most ten people, days in UTC; `share_beyond_2` is how many of 100
graphs that are themselves such chance have |z| > 2 (5 % would), `mean_abs_z_reoriented` their mean |z|. `net_sender` is
how often the manager is the one who writes more, among one-sided pairs of a manager and a direct report: near one half,
so that direction is not authority.
"""

from __future__ import annotations

import csv
import gzip
import lzma
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from honeycell.readings.network import prominence
from honeycell.readings.network.hierarchy import SEED
from honeycell.readings.network.order import one_sided, order, reoriented
from validation.persistence import BROADCAST

__all__ = ["DATA", "PASS", "bosses", "mails", "main", "reaching"]

DATA = "networks/manufacturing"
PASS = {"pagerank": (">=", 0.79), "z": (">", 5), "share_beyond_2": ("<=", 0.1)}
_REORIENTED = 100

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def main(path: Path) -> dict[str, float | int]:
    """Figures of dominance and order."""
    sender, receiver, second, names = mails(path)
    n = len(names)
    kept = np.unique(np.column_stack([sender, second, receiver])[sender != receiver], axis=0)
    _, message, size = np.unique(kept[:, :2], axis=0, return_inverse=True, return_counts=True)
    part = 1.0 / size[message.ravel()]
    boss = bosses(path / "reportsto.csv", {name: at for at, name in enumerate(names)})
    pairs = np.array([pair for one in boss for pair in _above(one, boss)])
    ties = np.unique(np.sort(kept[:, [0, 2]], axis=1), axis=0)
    direct = kept[size[message.ravel()] <= BROADCAST]
    figures: dict[str, float | int] = {
        "pagerank": _dominance(prominence(kept[:, 0], kept[:, 2], np.ones(len(kept)), n), pairs),
        "pagerank_fractional": _dominance(prominence(kept[:, 0], kept[:, 2], part, n), pairs),
        "received": _dominance(np.bincount(kept[:, 2], minlength=n).astype(float), pairs),
        "degree": _dominance(np.bincount(ties.ravel(), minlength=n).astype(float), pairs),
        "n_pairs": len(pairs), "n_reporting": len(boss),
    }  # fmt: skip
    return figures | _ordered(direct[:, 0], direct[:, 2], direct[:, 1] // 86400, boss, n)


def reaching(path: Path) -> tuple[float, Floats]:
    """Reaching centrality of the one-sided ties, and that of the same ties pointing either way by chance."""
    sender, receiver, second, names = mails(path)
    kept = np.unique(np.column_stack([sender, second, receiver])[sender != receiver], axis=0)
    _, message, size = np.unique(kept[:, :2], axis=0, return_inverse=True, return_counts=True)
    direct = kept[size[message.ravel()] <= BROADCAST]
    n, tail, head = _arcs(_days(direct[:, 0], direct[:, 2], direct[:, 1] // 86400, len(names)))
    null = order(n, *reoriented(tail, head, seed=SEED))
    return float(order(n, tail[None, :], head[None, :]).reaching[0]), null.reaching


def mails(path: Path) -> tuple[Ints, Ints, Ints, list[str]]:
    """Sender, receiver and second of each row, and the names that their numbers stand for."""
    file = next(iter(sorted(path.glob("communication.csv*"))))
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(file.suffix, open)
    with opener(file, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    senders, receivers = [row["Sender"] for row in rows], [row["Recipient"] for row in rows]
    names, number = np.unique(np.array(senders + receivers), return_inverse=True)
    seconds = [int(datetime.fromisoformat(row["EventDate"]).replace(tzinfo=UTC).timestamp()) for row in rows]
    return number[: len(rows)], number[len(rows) :], np.array(seconds, np.int64), names.tolist()


def _ordered(sender: Ints, receiver: Ints, day: Ints, boss: dict[int, int], n: int) -> dict[str, float | int]:
    days = _days(sender, receiver, day, n)
    n_people, tail, head = _arcs(days)
    own = order(n_people, tail[None, :], head[None, :])
    null = order(n_people, *reoriented(tail, head, seed=SEED))
    by_chance = order(n_people, *reoriented(tail, head, seed=SEED + 1, draws=_REORIENTED))
    z = (by_chance.reaching - null.reaching.mean()) / null.reaching.std()
    managers, reports = np.array(list(boss.values())), np.array(list(boss))
    ways = one_sided(days[managers, reports], days[reports, managers])
    found: dict[str, float | int] = {
        "reaching": float(own.reaching[0]), "reaching_by_chance": float(null.reaching.mean()),
        "reaching_spread": float(null.reaching.std()),
        "z": float((own.reaching[0] - null.reaching.mean()) / null.reaching.std()),
        "flow": float(own.flow[0]), "flow_by_chance": float(null.flow.mean()),
        "flow_z": float((own.flow[0] - null.flow.mean()) / null.flow.std()),
        "krackhardt": float(own.krackhardt[0]), "krackhardt_by_chance": float(null.krackhardt.mean()),
        "mean_abs_z_reoriented": float(np.abs(z).mean()), "share_beyond_2": float((np.abs(z) > 2).mean()),
        "n_people": n_people, "n_arcs": len(tail),
        "net_sender": float((ways > 0).sum() / max((ways != 0).sum(), 1)),
        "n_one_sided_reports": int((ways != 0).sum()),
    }  # fmt: skip
    return found


def _days(sender: Ints, receiver: Ints, day: Ints, n: int) -> Ints:
    """On how many days each of n people wrote to each."""
    days = np.zeros((n, n), np.int64)
    once = np.unique(np.column_stack([sender, receiver, day]), axis=0)
    np.add.at(days, (once[:, 0], once[:, 1]), 1)
    return days


def _arcs(days: Ints) -> tuple[int, Ints, Ints]:
    """How many people have a one-sided tie, and of each tie who writes more and who less."""
    a, b = np.triu_indices(len(days), 1)
    side = one_sided(days[a, b], days[b, a])
    a, b, side = a[side != 0], b[side != 0], side[side != 0]
    people, place = np.unique(np.concatenate([np.where(side > 0, a, b), np.where(side > 0, b, a)]), return_inverse=True)
    return len(people), place[: len(a)], place[len(a) :]


def _dominance(score: Floats, pairs: Ints) -> float:
    above, below = score[pairs[:, 0]], score[pairs[:, 1]]
    return float(((above > below) + 0.5 * (above == below)).mean())


def bosses(path: Path, place: dict[str, int]) -> dict[int, int]:
    """The boss of each person, both among those who mail."""
    with path.open(encoding="utf-8") as file:
        rows = [(row["ID"].strip(), row["ReportsToID"].strip()) for row in csv.DictReader(file)]
    return {place[who]: place[boss] for who, boss in rows if who != boss and who in place and boss in place}


def _above(one: int, boss: dict[int, int]) -> list[tuple[int, int]]:
    """Everybody above a person, each with that person; a chart that goes round ends where it began."""
    found: list[tuple[int, int]] = []
    at = boss.get(one)
    while at is not None and at != one and (at, one) not in found:
        found.append((at, one))
        at = boss.get(at)
    return found
