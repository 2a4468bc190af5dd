"""What is said of each phrase: as it is written, who, when, for whom, and how it was passed on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.conversations.ideas import NEVER, READ, WAYS, Phrases, Spread, had_read, passed_in, spelled
from honeycell.readings.arrays import Ints, column, ints
from honeycell.readings.parties import actors, parties
from honeycell.tracks.ideas.reading import EPOCH, Read, own
from honeycell.tracks.ideas.views import Adoption, Idea, Passed
from honeycell.zones import zones_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["told"]

_DAY = 86_400_000_000
_AT_ONCE = 4_000


def told(t: Tables, held: Read, found: Phrases, went: Spread, chosen: Sequence[int]) -> tuple[Idea, ...]:
    """The ideas with these numbers, in this order."""
    uses, rows = (np.searchsorted(of, np.arange(len(found.size) + 1)) for of in (found.phrase, went.phrase))
    written = _written(t, held, found, chosen)
    passed = _passed(t, held, found, written)
    users = np.unique(held.said.person[found.text[np.isin(found.phrase, chosen)]])
    names = actors(t, held.persons[users].tolist())
    firms = parties(t, "organisation", held.organisations)
    took, read = went.adopted(), had_read(went)

    def person(number: int) -> Party:
        return names[int(held.persons[number])]

    def firm(text: int) -> str | None:
        return firms[held.organisations[held.unit[text]]].name if held.unit[text] >= 0 else None

    def adoption(row: int) -> Adoption:
        text = int(went.used[row])
        before = np.where(went.seen_at[row] < went.used_at[row], went.seen_at[row], NEVER)
        # What was as good as read goes before what stood in a space.
        read_at = before[list(READ)]
        way = READ[int(read_at.argmin())] if read_at.min() < NEVER else int(before.argmin())
        met = before[way] < NEVER
        source = int(went.seen[row, way])
        return Adoption(
            person(went.person[row]), firm(text), _moment(held, text), int(held.ids[text]), WAYS[way] if met else None,
            person(held.said.person[source]) if met else None, int(held.ids[source]) if met else None,
        )  # fmt: skip

    def idea(phrase: int) -> Idea:
        texts = found.text[uses[phrase] : uses[phrase + 1]]
        part = np.arange(rows[phrase], rows[phrase + 1])
        part = part[took[part]]
        part = part[np.argsort(went.used[part], kind="stable")]
        first, units = int(texts[0]), held.unit[texts]
        theirs = held.unit[went.used[part]]
        days = (went.used_at[part] - held.said.at[first]) / _DAY
        return Idea(
            written[phrase, first], person(held.said.person[first]), firm(first), _moment(held, first),
            int(held.ids[first]), len(texts), len(part), int(read[part].sum()), len(set(units[units >= 0].tolist())),
            int(((theirs >= 0) & (units[0] >= 0) & (theirs != units[0])).sum()),
            float(np.median(days)) if len(days) else None, passed[phrase], tuple(adoption(int(one)) for one in part),
        )  # fmt: skip

    return tuple(idea(phrase) for phrase in chosen)


def _moment(held: Read, text: int) -> datetime:
    return EPOCH + timedelta(microseconds=int(held.said.at[text]))


def _bodies(t: Tables, held: Read, texts: Ints) -> Iterator[tuple[list[int], list[str]]]:
    """The bodies of some messages, in batches."""
    wanted = t.keep(pa.table({"interaction_id": column(held.ids[texts]), "text": column(texts)}))
    rows = log.texts(t).inner_join(wanted, "interaction_id").select("text", "body")
    for batch in t.batches(rows, _AT_ONCE):
        yield batch.column("text").to_pylist(), batch.column("body").to_pylist()


def _written(t: Tables, held: Read, found: Phrases, chosen: Sequence[int]) -> dict[tuple[int, int], str]:
    """How each of these phrases is written in each of its uses."""
    by_text: dict[int, list[int]] = defaultdict(list)
    for use in np.flatnonzero(np.isin(found.phrase, chosen)).tolist():
        by_text[int(found.text[use])].append(use)
    written = {}
    for texts, bodies in _bodies(t, held, np.array(sorted(by_text), np.int64)):
        for text, body, zones in zip(texts, bodies, zones_of(bodies), strict=True):
            words = own(body, zones)
            for use in by_text[text]:
                phrase = int(found.phrase[use])
                place = int(found.word[use] - held.opened[text])
                written[phrase, text] = spelled(words, place, int(found.size[phrase]))
    return written


def _passed(t: Tables, held: Read, found: Phrases, written: Mapping[tuple[int, int], str]) -> dict[int, Passed]:
    """How often each phrase was passed on: forwarded or quoted later in its conversation, or linked to."""
    said, by_talk = held.said, defaultdict[int, list[tuple[int, int]]](list)
    for phrase, text in written:
        by_talk[int(said.conversation[text])].append((phrase, text))
    talks = np.array(sorted(by_talk), np.int64)
    quoting = np.array([bool(every) for every in held.quoted], bool) & np.isin(said.conversation, talks)
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for texts, bodies in _bodies(t, held, np.flatnonzero(quoting)):
        for text, body in zip(texts, bodies, strict=True):
            uses = [one for one in by_talk[int(said.conversation[text])]
                    if one[1] < text and said.person[one[1]] != said.person[text]]  # fmt: skip
            quoted = "\n".join(body[start:end] for start, end in held.quoted[text])
            there = passed_in(quoted, [written[one] for one in uses]) if uses else ()
            for phrase in {one[0] for one, is_there in zip(uses, there, strict=True) if is_there}:
                counts[phrase][0 if held.forwarded[text] else 1] += 1
    for phrase, n in _linked(t, held, written).items():
        counts[phrase][2] = n
    return defaultdict(lambda: Passed(0, 0, 0), {phrase: Passed(*n) for phrase, n in counts.items()})


def _linked(t: Tables, held: Read, written: Mapping[tuple[int, int], str]) -> dict[int, int]:
    """How many messages link to a message with each phrase."""
    links = t.arrow(t["joints"].filter(_.how == "link").select("parent_id"))
    n_links = dict(zip(*np.unique(ints(links["parent_id"]), return_counts=True), strict=True))
    found: dict[int, int] = defaultdict(int)
    for phrase, text in written:
        if n := n_links.get(held.ids[text]):
            found[phrase] += int(n)
    return found
