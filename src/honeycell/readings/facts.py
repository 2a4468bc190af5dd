"""What the sentences of a single relationship tell beside its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from honeycell.readings import attention, life, redundancy, responsiveness, vitality
from honeycell.readings.arrays import day_number
from honeycell.readings.coefficients import SHIPPED
from honeycell.readings.contacts import given_outward
from honeycell.readings.numbers import Held, overlaps, window_of
from honeycell.readings.sentences import Answers, Rhythm
from honeycell.readings.state import Party

__all__ = ["Losing", "answers", "exposure", "n_evidence", "rhythm", "share_given"]


def rhythm(held: Held, on: date) -> Rhythm:
    """How many pairs there are, how many are more likely than not to go on, and how long it has been."""
    pairs = held.contacts.window(day_number(on), vitality.WINDOW_DAYS)
    gap = held.fitted.median_gap_days
    chance, _ = vitality.pair_chances(pairs, overlaps(held, pairs), gap, SHIPPED)
    between, repeats = float((pairs.last - pairs.first).sum()), float((pairs.n_days - 1).sum())
    return Rhythm(
        len(pairs.key), int((chance >= 0.5).sum()), (between + 2 * gap) / (repeats + 2),
        int(pairs.end - pairs.last.max()),
    )  # fmt: skip


def share_given(held: Held, side: Party, on: date, n_days: int) -> tuple[float, float, float] | None:
    """Share of side a's outward attention that went to side b, with its band; none under 20 contact days."""
    if n_days < attention.SHARE_MINIMUM:
        return None
    total = given_outward(held.traces, side, day_number(on), held.window_days)
    given = float(held.contacts.window(day_number(on), held.window_days).w_ab.sum())
    if total <= 0.0:
        return None
    share = min(1.0, given / total)
    return share, *attention.share_band(share, n_days)


def answers(held: Held, on: date) -> tuple[Answers, Answers | None]:
    """Side b answering side a, and the other way round where there is enough."""
    asked = held.turns.asked(on, held.window_days, colleagues=held.level != "pair")
    found = responsiveness.evaluate(
        asked, 2, mean=held.fitted.share_answered_mean, strength=held.fitted.share_answered_strength,
        shrunk=held.level == "pair",
    )  # fmt: skip
    ever = responsiveness.plateau(asked, 2)
    sides = []
    for at in range(2):
        median = None
        if ever[at] > 0.5:
            mine = asked.group == at
            median = life.median(asked.working_seconds[mine], asked.outcome[mine])
        sides.append(
            Answers(
                float(found.value[at]), float(found.low[at]), float(found.high[at]), int(found.n[at]), float(ever[at]),
                median / 3600.0 if median is not None else None,
            )
        )  # fmt: skip
    return sides[0], sides[1] if sides[1].n >= responsiveness.MINIMUM_TURNS else None


@dataclass(frozen=True)
class Losing:
    """Who carries most, and what goes with them."""

    n_pairs: int
    persons: tuple[int, ...]
    shares: tuple[float, ...]


def exposure(held: Held, on: date) -> Losing:
    """The three persons of either side chosen greedily, and the attention lost with the first one, two, three."""
    pairs = held.contacts.window(day_number(on), redundancy.WINDOW_DAYS)
    found = redundancy.losses(pairs, 1)
    chosen = [int(p) for p in found.persons[0] if p >= 0]
    return Losing(
        len(pairs.key), tuple(int(held.contacts.persons[p]) for p in chosen),
        tuple(float(share) for share in found.share[0][: len(chosen)]),
    )  # fmt: skip


def n_evidence(held: Held, reading: str, on: date) -> int:
    """Rows that `why` lists."""
    if reading == "responsiveness":
        opened = held.turns.opened_by_a(on, held.window_days)
        return len(opened) + sum(held.turns.closed_by(int(at), on) is not None for at in opened)
    pairs = held.contacts.window(day_number(on), window_of(reading, held.window_days))
    return int(pairs.n.sum())
