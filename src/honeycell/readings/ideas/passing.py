"""How phrases are written, and the messages that pass them on in somebody else's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.conversations.ideas import Phrases, passed_in, spelled
from honeycell.readings.arrays import Ints, column, ints
from honeycell.readings.ideas.reading import Read, own
from honeycell.zones import zones_of

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["HOW", "Carried", "carried"]

HOW = ("forwarded", "quoted", "linked")
"""How a message passes a phrase on in somebody else's words: what is certain. Attachments have no hashes in the log."""
_AT_ONCE = 4_000


@dataclass(frozen=True, eq=False)
class Carried:
    """How phrases are written, and k times that a message passed one on.

    Attributes:
        written: Of each phrase and text, as it is written there.
        phrase, source, by: Which phrase, the text it was taken from, and the text that passed it on; (k,).
        how: As its place in `HOW`; (k,).
    """

    written: Mapping[tuple[int, int], str]
    phrase: Ints
    source: Ints
    by: Ints
    how: Ints


def carried(t: Tables, held: Read, found: Phrases) -> Carried:
    """Look for all that passes these phrases on: forwards and quotations later in the conversation, and links."""
    written = _written(t, held, found)
    rows = np.array(sorted({*_quoted(t, held, written), *_linked(t, held, written)}), np.int64).reshape(-1, 4)
    return Carried(written, *rows.T)


def _bodies(t: Tables, held: Read, texts: Ints) -> Iterator[tuple[list[int], list[str]]]:
    """The bodies of some messages, in batches."""
    wanted = t.keep(pa.table({"interaction_id": column(held.ids[texts]), "text": column(texts)}))
    rows = log.texts(t).inner_join(wanted, "interaction_id").select("text", "body")
    for batch in t.batches(rows, _AT_ONCE):
        yield batch.column("text").to_pylist(), batch.column("body").to_pylist()


def _written(t: Tables, held: Read, found: Phrases) -> dict[tuple[int, int], str]:
    by_text: dict[int, list[int]] = defaultdict(list)
    for use, text in enumerate(found.text.tolist()):
        by_text[text].append(use)
    written = {}
    for texts, bodies in _bodies(t, held, np.array(sorted(by_text), np.int64)):
        for text, body, zones in zip(texts, bodies, zones_of(bodies), strict=True):
            words = own(body, zones)
            for use in by_text[text]:
                phrase = int(found.phrase[use])
                place = int(found.word[use] - held.opened[text])
                written[phrase, text] = spelled(words, place, int(found.size[phrase]))
    return written


def _quoted(t: Tables, held: Read, written: Mapping[tuple[int, int], str]) -> Iterator[tuple[int, int, int, int]]:
    """Of each phrase in what a message quotes or forwards, the latest use of it before by somebody else."""
    said, by_talk = held.said, defaultdict[int, list[tuple[int, int]]](list)
    for phrase, text in written:
        by_talk[int(said.conversation[text])].append((phrase, text))
    quoting = np.array([bool(every) for every in held.quoted], bool)
    quoting &= np.isin(said.conversation, np.array(sorted(by_talk), np.int64))
    for texts, bodies in _bodies(t, held, np.flatnonzero(quoting)):
        for text, body in zip(texts, bodies, strict=True):
            uses = [one for one in by_talk[int(said.conversation[text])]
                    if one[1] < text and said.person[one[1]] != said.person[text]]  # fmt: skip
            quoted = "\n".join(body[start:end] for start, end in held.quoted[text])
            there = passed_in(quoted, [written[one] for one in uses]) if uses else ()
            latest = dict(sorted(one for one, is_there in zip(uses, there, strict=True) if is_there))
            for phrase, source in latest.items():
                yield phrase, source, text, HOW.index("forwarded" if held.forwarded[text] else "quoted")


def _linked(t: Tables, held: Read, written: Mapping[tuple[int, int], str]) -> Iterator[tuple[int, int, int, int]]:
    """Messages with a link to a message with a phrase."""
    place = {one: text for text, one in enumerate(held.ids.tolist())}
    rows = t.arrow(t["joints"].filter(_.how == "link").select("interaction_id", "parent_id"))
    by: dict[int, list[int]] = defaultdict(list)
    for one, parent in zip(ints(rows["interaction_id"]).tolist(), ints(rows["parent_id"]).tolist(), strict=True):
        if one in place and parent in place:
            by[place[parent]].append(place[one])
    for phrase, text in written:
        for other in by.get(text, ()):
            yield phrase, text, other, HOW.index("linked")
