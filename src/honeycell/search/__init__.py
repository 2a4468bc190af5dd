"""Search: an index of everybody's own words, in step with the log, and what is found by it.

`index` keeps it, `query` takes apart what was typed, `filters` says which messages fulfil each part, `finding` puts the
answer together and `excerpts` marks the matches. Who is who is looked up when somebody asks, never indexed.
"""

from __future__ import annotations

from honeycell.search.counting import n_messages
from honeycell.search.excerpts import Excerpt
from honeycell.search.finding import Found, Message, Obstacle, Promise, search
from honeycell.search.index import compared_with_log, index_folder, is_current, update
from honeycell.search.named import Group
from honeycell.search.query import FILTERS, parsed

__all__ = [
    "FILTERS", "Excerpt", "Found", "Group", "Message", "Obstacle", "Promise", "compared_with_log", "index_folder",
    "is_current", "n_messages", "parsed", "search", "update",
]  # fmt: skip
