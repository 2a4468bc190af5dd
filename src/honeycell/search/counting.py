"""How common words are, by the index: in how many messages they stand one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tantivy import Query

from honeycell.search.index import SCHEMA, open_index, words_in

__all__ = ["n_messages"]


def n_messages(path: Path | None, phrases: Iterable[str]) -> tuple[int, list[int]] | None:
    """How many messages there are, and how many have each phrase in its author's words or the subject.

    Args:
        path: Where the index is, or None.
        phrases: One word or more each.

    Returns:
        None when there is no index.
    """
    if path is None:
        return None
    searcher = open_index(path).searcher()

    def found(words: list[str]) -> int:
        single = len(words) == 1
        query = (
            Query.term_query(SCHEMA, "words", words[0], "basic")
            if single
            else Query.phrase_query(SCHEMA, "words", list(words))
        )
        # The types of tantivy do not know it.
        return int(getattr(searcher.search(query, 1), "count") or 0)  # noqa: B009

    return searcher.num_docs, [found(words) if (words := words_in(one)) else 0 for one in phrases]
