"""The words of messages that are shown to people: own words only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.zones import zones_of

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["QUOTED", "TITLE", "asking", "cut", "said"]

QUOTED = r"(?m)^[ \t]*>.*$"
"""A line marked as quoted."""
_QUESTION = r"(?m)[?？؟]([\s)\]\"'”’»*_]|$)"
"""A question mark at the end of a word: those of addresses of pages stand inside."""
_LIKELY = 0.5

TITLE = 60
"""Characters of a title that is made of first words."""


def said(t: Tables, interaction_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """What the author of each message says, and how long the whole text is; without those that have no text."""
    if not interaction_ids:
        return {}
    wanted = pa.table({"interaction_id": pa.array(interaction_ids, pa.int64())})
    rows = t.arrow(
        log.texts(t).semi_join(t.keep(wanted), "interaction_id").select("interaction_id", "body")
    ).to_pylist()
    bodies = {row["interaction_id"]: row["body"] for row in rows if row["body"]}
    found = {}
    for (one, body), zones in zip(bodies.items(), zones_of(list(bodies.values())), strict=True):
        own = (body[zone.start : zone.end].strip("\n").rstrip() for zone in zones if zone.kind == "own")
        found[one] = ("\n\n".join(part for part in own if part), len(body))
    return found


def asking(t: Tables, interaction_ids: Sequence[int]) -> frozenset[int]:
    """Those of the messages that ask: own words with a question mark, or a question or request that was found there.

    Texts are read in the engine first; zoned are those that have a question mark outside quoted lines.
    """
    if not interaction_ids:
        return frozenset()
    wanted = t.keep(pa.table({"interaction_id": pa.array(interaction_ids, pa.int64())}))
    marked = log.texts(t).semi_join(wanted, "interaction_id").filter(_.body.re_replace(QUOTED, "").re_search(_QUESTION))
    candidates = t.arrow(marked.select("interaction_id"))["interaction_id"].to_pylist()
    found = {one for one, (words, _n) in said(t, candidates).items() if re.search(_QUESTION, words)}
    loops = t["loops"].filter(_.type.isin(("question", "request")) & (_.probability >= _LIKELY))
    found.update(
        t.arrow(loops.semi_join(wanted, "interaction_id").select("interaction_id"))["interaction_id"].to_pylist()
    )
    return frozenset(found)


def cut(words: str, length: int) -> str:
    """Words on one line, cut at the end of one of them.

    Example:
        >>> cut("Before we take all six depots at once", 20)
        'Before we take all…'
    """
    line = " ".join(words.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
