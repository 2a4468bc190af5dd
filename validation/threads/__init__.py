"""Are threads right? With headers hidden, is the parent found; with headers, is every reference honoured.

`precision` and `recall`: of the parents that are found in mail whose References and In-Reply-To were taken away, how
many are what these named, and of those that they named, how many are found; of mails that the shipped model did not
learn from. `subject_precision` and `subject_recall` are those of the plain rule, the latest mail before of the same
subject. `ece`: by how much the probabilities are wrong, on average.

`header_precision` and `header_recall`: with headers, over pairs of mails that these connect, against the standard
library's parser and networkx. `n_apart`: mails that are not in the conversation of the mail they name, though they do
not begin another talk, as `n_branched` do. `n_circles`: of what answers what, in either cell.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import networkx as nx
import numpy as np

from honeycell.cell import Cell, create_cell
from honeycell.ids import id_of
from validation.threads.hidden import Head, by_subject, hide, mails

__all__ = ["DATA", "PASS", "ece", "hidden_cell", "main", "named_parents"]

DATA = "mail/openbmc"
PASS = {
    "precision": (">=", 0.92), "recall": (">=", 0.80), "header_precision": (">=", 0.99), "header_recall": (">=", 0.99),
    "n_apart": ("==", 0), "n_circles": ("==", 0),
}  # fmt: skip


def main(path: Path) -> dict[str, float | int]:
    """The figures.

    Args:
        path: A folder of mail: mbox files (packed or not), maildirs or single mails.
    """
    heads = list({head.message_id: head for head in mails(path)}.values())
    truth = named_parents(heads)
    learnt = _learnt_from()
    asked = {head.message_id for head in heads if id_of(head.message_id) >> 31 not in learnt}
    with hidden_cell(path) as cell:
        found, sure = _repaired(cell)
        n_circles = _circles(cell)
    true = {one: parent for one, parent in truth.items() if one in asked}
    plain = by_subject(heads)
    figures: dict[str, float | int] = {}
    for name, every in (("", found), ("subject_", plain)):
        given = {one: parent for one, parent in every.items() if one in asked}
        right = sum(true.get(one) == parent for one, parent in given.items())
        figures |= {f"{name}precision": right / max(len(given), 1), f"{name}recall": right / max(len(true), 1)}
    judged = [(sure[one], truth.get(one) == parent) for one, parent in found.items() if one in asked]
    figures |= {"ece": ece(judged), "n_asked": len(asked), "n_true_parents": len(true), "n_found": len(judged)}
    return figures | _with_headers(path, heads, truth, n_circles)


def named_parents(heads: Iterable[Head]) -> dict[str, str]:
    """What each mail names as its parent: the last that it names of those that are there."""
    heads = list(heads)
    there = {head.message_id for head in heads}
    last = {head.message_id: [one for one in head.named if one in there and one != head.message_id] for head in heads}
    return {one: named[-1] for one, named in last.items() if named}


def ece(judged: Iterable[tuple[float, bool]], n_bins: int = 10) -> float:
    """The mean distance between how sure and how often right, over bins of how sure."""
    pairs = np.array([(sure, right) for sure, right in judged]).reshape(-1, 2)
    bins = np.minimum((pairs[:, 0] * n_bins).astype(int), n_bins - 1)
    apart = [abs((pairs[bins == one, 0] - pairs[bins == one, 1]).sum()) for one in range(n_bins)]
    return float(sum(apart) / max(len(pairs), 1))


@contextmanager
def hidden_cell(path: Path) -> Iterator[Cell]:
    """A cell of the same mail without the headers that name other mails."""
    with tempfile.TemporaryDirectory() as folder, create_cell(Path(folder) / "cell") as cell:
        hide(path, Path(folder) / "mail")
        cell.import_paths([Path(folder) / "mail"])
        cell.refresh()
        yield cell


def _learnt_from() -> set[int]:
    """The first 32 bits of the ids of all mails of the months that the shipped model was made from."""
    from importlib.resources import files

    with np.load(str(files("honeycell.conversations.repair").joinpath("model.npz"))) as held:
        return set(held["learnt"].tolist())


def _repaired(cell: Cell) -> tuple[dict[str, str], dict[str, float]]:
    said = cell.engine.table("interactions").select("interaction_id", "message_id").distinct()
    links = cell.engine.table("repaired").join(said, "interaction_id")
    named = said.select(parent_id="interaction_id", parent="message_id")
    rows = cell.engine.to_arrow(links.join(named, "parent_id").select("message_id", "parent", "probability"))
    held = rows.to_pylist()
    return {row["message_id"]: row["parent"] for row in held}, {row["message_id"]: row["probability"] for row in held}


def _circles(cell: Cell) -> int:
    names = ("interaction_id", "parent_id")
    graph = nx.DiGraph()
    for table in ("replies", "repaired"):
        rows = cell.engine.to_arrow(cell.engine.table(table).select(*names))
        graph.add_edges_from(zip(*(rows[name].to_pylist() for name in names), strict=True))
    return sum(len(part) > 1 for part in nx.strongly_connected_components(graph))


def _with_headers(path: Path, heads: list[Head], truth: Mapping[str, str], n_circles: int) -> dict[str, float | int]:
    expected = _connected(heads)
    with tempfile.TemporaryDirectory() as folder, create_cell(Path(folder) / "cell") as cell:
        cell.import_paths([path])
        cell.refresh()
        said = cell.engine.table("interactions").filter(lambda row: row.message_id.notnull() & (row.channel == "mail"))
        threads, ancestors = cell.engine.table("threads"), cell.engine.table("ancestors")
        rows = said.join(threads, "interaction_id").select("message_id", "conversation_id", "ancestor_id")
        rows = rows.left_join(ancestors.rename(header_id="strand_id"), "ancestor_id")
        held = cell.engine.to_arrow(
            rows.select("message_id", "conversation_id", "ancestor_id", "header_id")
        ).to_pylist()
        n_circles += _circles(cell)
        leaving = cell.engine.table("branched").join(said, "interaction_id").select("message_id")
        branched = set(cell.engine.to_arrow(leaving)["message_id"].to_pylist())
    named = {row["message_id"]: row["header_id"] or row["ancestor_id"] for row in held}
    shown = {row["message_id"]: row["conversation_id"] for row in held}
    known = sorted(set(expected) & set(named))
    both = _n_pairs((expected[one], named[one]) for one in known)
    return {
        "header_precision": both / max(_n_pairs(named[one] for one in known), 1),
        "header_recall": both / max(_n_pairs(expected[one] for one in known), 1),
        "n_apart": sum(
            shown.get(one, 0) != shown.get(parent, 0) for one, parent in truth.items() if one in shown.keys() - branched
        ),
        "n_branched": len(branched),
        "n_circles": n_circles,
        "n_mails": len(known),
        "n_not_compared": len(set(expected) ^ set(named)),
        "n_conversations": len({shown[one] for one in known}),
    }


def _n_pairs(labels: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def _connected(heads: list[Head]) -> dict[str, int]:
    graph = nx.Graph()
    for head in heads:
        graph.add_node(head.message_id)
        graph.add_edges_from((head.message_id, one) for one in head.named)
    present = {head.message_id for head in heads}
    parts = enumerate(nx.connected_components(graph))
    return {one: number for number, part in parts for one in part if one in present}
