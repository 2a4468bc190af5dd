"""Zulip: is each topic one conversation, and is a quotation with its link a reply to what is quoted?

Takes messages as JSON lines (`id`, `topic`, `content` as HTML), plain or .xz. What is quoted is read here with another
parser than the product's: the last link to a message in the paragraph before a quotation; in what the author wrote, not
in what is quoted. A message answers one other: of several that it quotes, the first one that is there. The counts say
why quotations give no reply, and which topics are more than one conversation.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from honeycell.cell import create_cell
from honeycell.steps import Tables

__all__ = ["DATA", "PASS", "main", "quoted"]

DATA = "chat/zulip-machine-learning.jsonl.xz"
PASS = {
    "precision": (">=", 0.99), "recall": (">=", 0.99), "n_topics_divided": ("==", 0), "n_topics_mixed": ("==", 0),
}  # fmt: skip

_TO_A_MESSAGE = re.compile(r"/near/(\d+)/?$")


def main(path: Path) -> dict[str, float]:
    """Shares of the replies that quotations give, and counts.

    Args:
        path: A file of messages.
    """
    with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as lines:
        said: dict[str, dict[str, Any]] = {str(row["id"]): row for row in map(json.loads, lines)}
    with tempfile.TemporaryDirectory() as scratch, create_cell(Path(scratch) / "cell") as cell:
        cell.import_paths([path])
        cell.refresh()
        t = Tables(cell.engine)
        rows = t.arrow(t["interactions"].select("interaction_id", "message_id")).to_pylist()
        native = {row["interaction_id"]: row["message_id"].rpartition("/")[2] for row in rows}
        replies = t.arrow(t["replies"].select("interaction_id", "parent_id")).to_pylist()
        talks = t.arrow(t["threads"].select("interaction_id", "conversation_id")).to_pylist()
    answered = {native[row["interaction_id"]]: native[row["parent_id"]] for row in replies}
    together = {native[row["interaction_id"]]: row["conversation_id"] for row in talks}
    return _replies(said, answered) | _topics(said, together)


def quoted(content: str) -> list[str]:
    """Ids of the messages that the HTML of a message quotes, in order, repeats among them; "" for those without link.

    Example:
        >>> quoted('<p>Bo <a href="#narrow/channel/1-a/topic/b/near/42">zei</a>:</p><blockquote><p>x</p></blockquote>')
        ['42']
    """
    reader = _Quotations()
    reader.feed(content)
    return reader.found


class _Quotations(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._depth = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            link = _TO_A_MESSAGE.search(self._link)
            if not self._depth:
                self.found.append(link[1] if link else "")
            self._depth, self._link = self._depth + 1, ""
        elif tag == "p":
            self._link = ""
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._depth, self._link = self._depth - 1, ""


def _replies(said: Mapping[str, Mapping[str, Any]], answered: Mapping[str, str]) -> dict[str, float]:
    seen, asked = Counter[str](), dict[str, str]()
    for key, message in said.items():
        every = quoted(message["content"])
        links = [one for one in every if one]
        there = [one for one in links if one in said and one != key]
        seen["n_without_link"] += len(every) - len(links)
        if links:
            seen["n_quoting"] += 1
            seen["n_quotations"] += len(links)
            seen["n_quoting_several"] += len(set(links)) > 1
            seen["n_not_in_the_export"] += not there
        if there:
            asked[key] = there[0]
            seen["n_of_another_topic"] += _topic(said[there[0]]) != _topic(message)
            seen["n_later_than_the_quoting"] += said[there[0]]["ts"] > message["ts"]
    right = sum(answered.get(key) == parent for key, parent in asked.items())
    for key in sorted(asked.keys() | answered.keys(), key=int):
        if answered.get(key) != asked.get(key):
            print(f"{key}: quotes {quoted(said[key]['content'])}, answers {answered.get(key)}", file=sys.stderr)
    return {
        "precision": round(right / max(len(answered), 1), 4), "recall": round(right / max(len(asked), 1), 4),
        "n_replies": len(answered), **seen,
    }  # fmt: skip


def _topics(said: Mapping[str, Mapping[str, Any]], together: Mapping[str, int]) -> dict[str, float]:
    talks, topics = defaultdict[str, set[int]](set), defaultdict[int, set[str]](set)
    for key, message in said.items():
        talks[_topic(message)].add(together[key])
        topics[together[key]].add(_topic(message))
    return {
        "n_messages": len(said), "n_topics": len(talks),
        "n_topics_divided": sum(len(some) > 1 for some in talks.values()),
        "n_topics_mixed": sum(len(some) for some in topics.values() if len(some) > 1),
    }  # fmt: skip


def _topic(message: Mapping[str, Any]) -> str:
    """The topic, whether it is resolved or not, in whatever case it is written."""
    return str(message["topic"]).removeprefix("✔ ").casefold()
