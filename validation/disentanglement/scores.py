"""How right links and conversations are, as Kummerfeld et al. 2019 count.

Links are pooled over files, a beginning being a link to itself. Conversations are what links connect, among the
annotated lines; one counts as found where exactly its lines were found together, and only those of two or more
lines count. One-to-one is the share of lines shared under the best pairing of conversations; VI is 1 less the
variation of information over log2 of the lines; ARI the adjusted Rand index, without a pairing of files: a
conversation never leaves its file.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["Links", "labels", "of_conversations", "scores"]

Links = frozenset[tuple[int, int]]
"""(line, what it answers)."""
_Ints = NDArray[np.int64]


def labels(links: Links, n_lines: int, first: int) -> _Ints:
    """Which conversation each line from `first` on belongs to: what links connect, earlier lines included."""
    pairs = np.array(sorted(links), np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n_lines, n_lines))
    return connected_components(graph, directed=False)[1][first:].astype(np.int64)


def scores(true: Sequence[Links], found: Sequence[Links], n_lines: Sequence[int], first: int) -> dict[str, float]:
    """Figures in percent over files.

    Args:
        true: The links of each file as annotated.
        found: Those that were found.
        n_lines: Lines of each file.
        first: The first annotated line.

    Returns:
        `link_precision link_recall link_f conversation_f one_to_one vi ari`.
    """
    matched = sum(len(a & b) for a, b in zip(true, found, strict=True))
    precision, recall = matched / sum(map(len, found)), matched / sum(map(len, true))
    gold, auto = ([labels(links, n, first) for links, n in zip(side, n_lines, strict=True)] for side in (true, found))
    return {
        "link_precision": 100 * precision,
        "link_recall": 100 * recall,
        "link_f": 200 * precision * recall / (precision + recall) if matched else 0.0,
        **of_conversations(gold, auto),
    }


def of_conversations(true: Sequence[_Ints], found: Sequence[_Ints]) -> dict[str, float]:
    """Figures in percent over files, from the conversation of each line.

    Returns:
        `conversation_f one_to_one vi ari`.
    """
    tables = [_table(a, b) for a, b in zip(true, found, strict=True)]
    exact = n_true = n_found = 0
    for table in tables:
        of_true, of_found = table.sum(axis=1), table.sum(axis=0)
        same = (table == of_true[:, None]) & (table == of_found) & (table > 1)
        exact, n_true, n_found = exact + same.sum(), n_true + (of_true > 1).sum(), n_found + (of_found > 1).sum()
    n = sum(int(table.sum()) for table in tables)
    paired = sum(int(table[linear_sum_assignment(table, maximize=True)].sum()) for table in tables)
    return {
        "conversation_f": float(200 * exact / max(n_true + n_found, 1)),
        "one_to_one": 100 * paired / n,
        "vi": 100 * _information(tables, n),
        "ari": 100 * _rand(tables, n),
    }


def _table(true: _Ints, found: _Ints) -> _Ints:
    """How many lines each true conversation shares with each that was found."""
    (a, b), (row, column) = zip(*(np.unique(side, return_inverse=True) for side in (true, found)), strict=True)
    table = np.zeros((len(a), len(b)), np.int64)
    np.add.at(table, (row, column), 1)
    return table


def _information(tables: Sequence[_Ints], n: int) -> float:
    """1 - VI / log2 n."""
    cells = np.concatenate([table[table > 0] for table in tables]) / n
    sides = [np.concatenate([table.sum(axis) for table in tables]) / n for axis in (0, 1)]
    joint, *apart = (float(-(p * np.log2(p)).sum()) for p in (cells, *sides))
    return 1 - (2 * joint - sum(apart)) / float(np.log2(n))


def _rand(tables: Sequence[_Ints], n: int) -> float:
    def pairs(counts: _Ints) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both = sum(pairs(table) for table in tables)
    a, b = (sum(pairs(table.sum(axis)) for table in tables) for axis in (0, 1))
    chance = a * b / (n * (n - 1) / 2)
    return (both - chance) / ((a + b) / 2 - chance)
