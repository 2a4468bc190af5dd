"""The labelled sentences, found again in the messages they stand in."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from honeycell.conversations.loops.marks import Candidate, candidates
from honeycell.ids import id_of
from validation.loops.sampling import Message

__all__ = ["Labelled", "labelled", "split"]

_FILE = Path(__file__).with_name("labels.csv")


@dataclass(frozen=True)
class Labelled:
    """One sentence that a person judged."""

    message: Message
    starts: int
    ends: int
    stratum: str
    """`random`, or the type of the cue for which it was drawn."""
    labels: frozenset[str]
    """The types it is of: none, one, or two where either is right."""
    candidate: Candidate | None
    """What is seen of it now; None when no cue is."""


def labelled(said: list[Message]) -> list[Labelled]:
    """Every labelled sentence whose message is among these."""
    by_id = {one.id: one for one in said}
    found = []
    with _FILE.open(newline="") as file:
        for row in csv.DictReader(file):
            if (one := by_id.get(row["message"])) is None:
                continue
            starts, ends = int(row["starts"]), int(row["ends"])
            near = [c for c in candidates(one.text) if c.sentence.starts < ends and starts < c.sentence.ends]
            # Sentences may be parted otherwise than when they were drawn: the one that shares most counts.
            best = max(near, key=lambda c: min(c.sentence.ends, ends) - max(c.sentence.starts, starts), default=None)
            labels = frozenset(row["label"].split())
            found.append(Labelled(one, starts, ends, row["stratum"], labels, best))
    return found


def split(found: list[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Those to learn from, and those held out: halves by conversation."""

    def held_out(one: Labelled) -> bool:
        return bool(id_of(f"loops {one.message.conversation}") & 1)

    return [one for one in found if not held_out(one)], [one for one in found if held_out(one)]
