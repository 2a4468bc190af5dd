"""Are conversations right? Header threads against an independent threading of the same mail.

The standard library reads Message-ID, References and In-Reply-To of every file; networkx connects them. Figures
are over pairs of mails in one conversation.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path

import networkx as nx

from honeycell.cell import create_cell

DATA = "mail/notmuch"
PASS = {"precision": (">=", 0.99), "recall": (">=", 0.99)}

_ID = re.compile(r"<([^<>\s]+)>")


def main(path: Path) -> dict[str, float | int]:
    """Precision and recall over pairs of mails in one conversation.

    Args:
        path: A folder of mail: mbox files (packed or not), maildirs or single mails.
    """
    expected = _connected(path)
    found = _threaded(path)
    known = sorted(set(expected) & set(found))
    groups = Counter((expected[one], found[one]) for one in known)
    both = sum(n * (n - 1) // 2 for n in groups.values())
    true_pairs = _n_pairs(expected[one] for one in known)
    found_pairs = _n_pairs(found[one] for one in known)
    return {
        "precision": both / found_pairs if found_pairs else 1.0,
        "recall": both / true_pairs if true_pairs else 1.0,
        "n_mails": len(known),
        "n_not_compared": len(set(expected) ^ set(found)),
        "n_conversations": len({found[one] for one in known}),
        "n_true_pairs": true_pairs,
    }


def _n_pairs(labels: Iterator[int] | Iterator[str]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def _threaded(path: Path) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder, create_cell(Path(folder) / "cell") as cell:
        cell.import_paths([path])
        cell.refresh()
        said = cell.engine.table("interactions").filter(lambda row: row.message_id.notnull() & (row.channel == "mail"))
        threads = cell.engine.table("threads")
        rows = cell.engine.to_arrow(said.join(threads, "interaction_id").select("message_id", "conversation_id"))
        return {row["message_id"]: row["conversation_id"] for row in rows.to_pylist()}


def _connected(path: Path) -> dict[str, int]:
    graph, present = nx.Graph(), set()
    for head in _heads(path):
        own = _ID.findall(head.get("message-id", ""))
        if not own:
            continue
        present.add(own[0])
        graph.add_node(own[0])
        for name in ("references", "in-reply-to"):
            graph.add_edges_from((own[0], parent) for parent in _ID.findall(head.get(name, "")))
    parts = enumerate(nx.connected_components(graph))
    return {one: number for number, part in parts for one in part if one in present}


def _heads(path: Path) -> Iterator[dict[str, str]]:
    """Header fields of every mail below a path, whatever it lies in."""
    import lzma

    parser = BytesHeaderParser(policy=compat32)
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not file.is_file():
            continue
        data = lzma.decompress(file.read_bytes()) if file.suffix == ".xz" else file.read_bytes()
        starts = [match.start() for match in re.finditer(rb"(?m)^From \S.*\d{4}\s*$", data)]
        if not starts or starts[0] > 0:
            starts = [0]
        for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
            head = data[start:end].removeprefix(b"\n")
            head = head.partition(b"\n")[2] if head.startswith(b"From ") else head
            fields = parser.parsebytes(head)
            yield {name.lower(): " ".join(str(value).split()) for name, value in fields.items()}
