"""All that was said in a cell, as the science of ideas looks at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from ibis import _
from numpy.typing import NDArray

from honeycell import log
from honeycell.conversations.ideas import Heard, Reader, Said, Words
from honeycell.conversations.repair.subjects import passing_on
from honeycell.groups import protection
from honeycell.progress import Progress
from honeycell.readings.arrays import Bools, Ints, ints
from honeycell.ties.touches import actors as acting
from honeycell.zones import Zone, zones_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["EPOCH", "Read", "own", "read"]

EPOCH = datetime(1970, 1, 1)
_AT_ONCE = 4_000
"""Messages whose texts are in memory together."""
_COLUMNS = ("interaction_id", "person_id", "conversation_id", "organisation_id", "space", "at", "forwarded")


@dataclass(frozen=True, eq=False)
class Read:
    """What persons and role mailboxes said: m messages in order of time; persons, organisations, spaces by number.

    Attributes:
        ids: Of each message, (m,).
        persons: The ids of persons, ascending.
        organisations: The ids of organisations, ascending.
        spaces: The handles of spaces, in order.
        words: The own words of the messages.
        said: Who said them, when, in which conversation.
        heard: Who could hear them.
        unit: The organisation that the author stood for on that day, -1 for none; (m,).
        forwarded: Whether the subject says that a message is passed on, (m,).
        quoted: Where each message quotes, in characters.
        opened: Where the words of each message begin in `words`, (m,).
    """

    ids: Ints
    persons: Ints
    organisations: tuple[int, ...]
    spaces: tuple[str, ...]
    words: Words
    said: Said
    heard: Heard
    unit: Ints
    forwarded: Bools
    quoted: Sequence[tuple[tuple[int, int], ...]]
    opened: Ints


def read(t: Tables, progress: Callable[[Progress], None], on: date | None = None) -> Read:
    """Read every message up to a day in its author's own words."""
    rows = _messages(t, on)
    total, done = t.arrow(rows.count()).as_py(), 0
    reader, quoted = Reader(), list[tuple[tuple[int, int], ...]]()
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    texts = rows.inner_join(log.texts(t).select("interaction_id", "body"), "interaction_id")
    for batch in t.batches(texts.select(*_COLUMNS, "body"), _AT_ONCE):
        for name, values in columns.items():
            values.extend(batch.column(name).to_pylist())
        bodies = batch.column("body").to_pylist()
        zones = zones_of(bodies)
        reader.read(map(own, bodies, zones))
        quoted += [tuple((one.start, one.end) for one in every if one.kind == "quotation") for every in zones]
        done += len(bodies)
        progress(Progress("ideas", done, total, "messages"))
    ids, at = columns["interaction_id"], columns["at"]
    order = sorted(range(len(ids)), key=lambda one: (at[one], ids[one]))
    ordered = {name: [values[one] for one in order] for name, values in columns.items()}
    persons, person = np.unique(np.array(ordered["person_id"], np.int64), return_inverse=True)
    organisations, unit = _numbered(ordered["organisation_id"])
    spaces, space = _numbered(ordered["space"])
    moments = np.array([(one - EPOCH) // timedelta(microseconds=1) for one in ordered["at"]], np.int64)
    talks = np.unique(np.array(ordered["conversation_id"], np.int64), return_inverse=True)[1]
    names = t.arrow(t["persons"].filter(_.name.notnull()).select("name"))["name"].to_pylist()
    words = reader.words(order, names)
    sorted_ids = np.array(ordered["interaction_id"], np.int64)
    return Read(
        sorted_ids, persons, organisations, spaces, words, Said(person, moments, talks),
        Heard(*_directed(t, sorted_ids, persons), space), unit, np.array(ordered["forwarded"], bool),
        [quoted[one] for one in order], np.searchsorted(words.text, np.arange(len(order))),
    )  # fmt: skip


def own(body: str, zones: Sequence[Zone]) -> str:
    """The own words of a message; what stands between them parts paragraphs."""
    return "\n\n".join(body[one.start : one.end].strip("\n") for one in zones if one.kind == "own")


def _messages(t: Tables, on: date | None) -> ir.Table:
    """Messages that no machine sent, of persons and role mailboxes, with whom these stood for on that day.

    What was said in the spaces of works councils and their like is left alone.
    """
    said = log.interactions(t, None, ("interaction_id", "kind", "space", "subject", "occurred_at", "occurred_on"))
    said = said.filter((_.kind == "message") & _.occurred_at.notnull() & _.occurred_on.notnull())
    said = said if on is None else said.filter(_.occurred_on <= on)
    said = said.semi_join(t["classes"].filter(_["class"] != "automatic"), "interaction_id")
    spaces = t.arrow(said.filter(_.space.notnull()).select("space").distinct())["space"].to_pylist()
    closed = [one for one in spaces if protection(one)]
    said = said.filter(_.space.isnull() | ~_.space.isin(closed)) if closed else said
    threads = t["threads"].select("interaction_id", "conversation_id", handle="from_handle")
    said = said.inner_join(threads, "interaction_id").inner_join(acting(t["handles"]), "handle")
    said = said.mutate(at=_.occurred_at, forwarded=passing_on(_.subject.fill_null("")))
    dated = said.select("interaction_id", "person_id", day=_.occurred_on.delta(EPOCH.date(), unit="day"))
    stood = dated.inner_join(t["terms"], "person_id").filter((_.day >= _.from_day) & (_.day < _.to_day))
    return t.keep(said.left_join(stood.select("interaction_id", "organisation_id"), "interaction_id").select(*_COLUMNS))


def _numbered(values: Sequence[Any]) -> tuple[tuple[Any, ...], Ints]:
    """The different values in order, and the place of each, -1 for None."""
    known = sorted({one for one in values if one is not None})
    place = {one: number for number, one in enumerate(known)}
    return tuple(known), np.array([place.get(one, -1) for one in values], np.int64)


def _directed(t: Tables, ids: Ints, persons: Ints) -> tuple[Ints, Ints]:
    """Messages and whom they were directed at, by number."""
    rows = t.arrow(t["touches"].filter(_.kind == "message").select("interaction_id", "to_person_id"))
    order = np.argsort(ids)
    text, is_text = _places(ids[order], ints(rows["interaction_id"]))
    to, is_person = _places(persons, ints(rows["to_person_id"]))
    both = is_text & is_person
    return order[text[both]], to[both]


def _places(table: Ints, keys: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each key stands in a table in order, and whether it does."""
    place = np.searchsorted(table, keys)
    place = np.where(place < len(table), place, 0)
    return place, table[place] == keys if len(table) else np.zeros(len(keys), bool)
