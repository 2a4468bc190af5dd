"""What the readings of ideas say, and the messages that they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import numpy as np

from honeycell.readings.arrays import Ints
from honeycell.readings.ideas.flows import Flows
from honeycell.readings.ideas.passing import HOW
from honeycell.readings.ideas.reading import EPOCH
from honeycell.readings.sentences import amount, day
from honeycell.readings.state import EvidenceRow

__all__ = ["NOT_READ", "example", "handed_on", "likelier", "rows_of", "times"]

NOT_READ = (
    "The texts have not been read for it since the last import or decision: `honeycell ideas` reads them, which takes a"
    " second for a thousand messages; with --as-of as they were on another day."
)


def times(n: int, thing: str = "time") -> str:
    """A count with its noun.

    Example:
        >>> times(1), times(1200, "phrase")
        ('1 time', '1,200 phrases')
    """
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def likelier(
    value: float, low: float | None, high: float | None, null: float | None, elsewhere: float | None, n_parts: int
) -> str:
    """How much likelier whoever had read a phrase took it up, and what it is compared with."""
    alike = "colleagues who wrote in the same week" + (", as much and of the same things" if n_parts > 1 else "")
    around = (
        f"at least {amount(low)}" if high is None and low is not None else f"{amount(low or 0)}–{amount(high or 0)}"
    )
    lot = f"; with readers drawn by lot {null:.2f}" if null is not None else ""
    there = "" if elsewhere is None else f"; {amount(elsewhere)} where nobody had just said it in that conversation"
    return f"whoever had read one was {amount(value)} times as likely to take it up as {alike} ({around}{lot}{there})"


def handed_on(how: Ints, where: str) -> str:
    """How often phrases were passed on as they stood, which is certain; empty for never."""
    counts = np.bincount(how, minlength=len(HOW))
    ways = [f"{word} {times(int(n))}" for word, n in zip(HOW, counts, strict=True) if n]
    return f"Besides, phrases were passed on {where} as they stood: {', '.join(ways)}." if ways else ""


def example(flows: Flows, rows: Ints, called: Callable[[Sequence[int]], tuple[str, ...]], across: str) -> str:
    """The phrase that was taken up most often, of those that may be shown; empty where there is none."""
    phrases, n = np.unique(flows.phrase[rows], return_counts=True)
    open_ = flows.words[phrases] != ""
    if not open_.any():
        return ""
    phrases, n = phrases[open_], n[open_]
    best = int(np.lexsort((flows.first_at[phrases], n))[-1])
    one, total = int(phrases[best]), int((flows.phrase == phrases[best]).sum())
    (who,), at = called([int(flows.first_by[one])]), EPOCH + timedelta(microseconds=int(flows.first_at[one]))
    people = "person" if total == 1 else "people"
    of_them = f"{int(n[best]):,} of them " if n[best] < total else "all " if total > 1 else ""
    return (
        f"“{flows.words[one]}” first appeared with {who} on {day(at.date())}; {total:,} {people} took it up,"
        f" {of_them}{across}."
    )


def rows_of(flows: Flows, rows: Ints, passed: Ints, sides: Mapping[int, str]) -> tuple[EvidenceRow, ...]:
    """The first uses, the times that they were taken up, and those that they were passed on; oldest first.

    Args:
        flows: All of them.
        rows: Which times somebody took a phrase up.
        passed: Which times one was passed on.
        sides: How the organisations are called: `a`, `b`; others are not called.
    """
    found = []

    def add(kind: str, at: int, interaction: int, by: tuple[int, int], of: int, phrase: int, **more: int) -> None:
        detail: dict[str, str | float | int | None] = {
            "phrase": phrase, "words": str(flows.words[phrase]) or "not shown", "side": sides.get(of), **more,
        }  # fmt: skip
        found.append(EvidenceRow(interaction, EPOCH + timedelta(microseconds=at), *by, 1.0, kind, detail))

    for one in np.unique(np.concatenate([flows.phrase[rows], flows.passed[passed]])).tolist():
        by = int(flows.first_by[one])
        add("first use", int(flows.first_at[one]), int(flows.first_id[one]), (by, by), int(flows.first_of[one]), one)
    for row in rows.tolist():
        phrase, n = int(flows.phrase[row]), int(flows.n[row])
        facts = {"had_read": int(flows.seen[row]), "n_alike": n, "n_had_read": int(flows.n_seen[row])} if n else {}
        persons = int(flows.first_by[phrase]), int(flows.taken_by[row])
        add("taken up", int(flows.taken_at[row]), int(flows.taken_id[row]), persons, int(flows.taken_of[row]),
            phrase, **facts)  # fmt: skip
    for row in passed.tolist():
        add(HOW[int(flows.how[row])], int(flows.passed_at[row]), int(flows.passed_id[row]),
            (int(flows.whose[row]), int(flows.passed_by[row])), int(flows.passed_of[row]),
            int(flows.passed[row]))  # fmt: skip
    return tuple(sorted(found, key=lambda row: (row.occurred_at, row.interaction_id, str(row.detail["phrase"]))))
