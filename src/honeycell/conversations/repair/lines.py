"""Which lines of a mail stand in another, and how deep it quotes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

__all__ = ["Lines", "read"]

_SIGNS = r"^[>|\s\x{a0}\x{3000}]+"
_SHORTEST, _LONGEST = 4, 80
"""Lines of fewer letters say nothing; a longer one counts no more than one of this length."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The lines of n texts, of l different ones; each weighs its length.

    Attributes:
        by_depth: Which lines each text has at quotation depth 0, 1, and 2 or more, 3 times (n, l).
        every: Which it has at any depth, (n, l).
        weight: Of the lines, (l,).
    """

    by_depth: tuple[csr_array, csr_array, csr_array]
    every: csr_array
    weight: NDArray[np.float64]

    def shared(
        self, one: csr_array, i: NDArray[np.int64], other: csr_array, j: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """The weight of the lines that row i of one and row j of the other both have, (pairs,)."""
        return np.asarray(one[i].multiply(other[j]).tocsr() @ self.weight)

    def weighed(self, one: csr_array) -> NDArray[np.float64]:
        """The weight of all lines of each text, (n,)."""
        return np.asarray(one @ self.weight)


def read(texts: pa.ChunkedArray | pa.Array) -> Lines:
    r"""Cut texts into lines.

    Example:
        >>> import pyarrow as pa
        >>> found = read(pa.array(["How are you?\n", "> How are you?\nFine, thanks"]))
        >>> found.shared(found.by_depth[1], np.array([1]), found.by_depth[0], np.array([0])).tolist()
        [12.0]
    """
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    parts = pc.split_pattern(texts.fill_null(""), "\n")
    owner = pc.list_parent_indices(parts).to_numpy().astype(np.int64)
    lines = pc.list_flatten(parts)
    bare = pc.utf8_rtrim_whitespace(pc.replace_substring_regex(lines, _SIGNS, ""))
    depth = pc.subtract(pc.count_substring(lines, ">"), pc.count_substring(bare, ">"))
    weight = pc.utf8_length(bare).to_numpy(zero_copy_only=False)
    kept = weight >= _SHORTEST
    coded = bare.filter(pa.array(kept)).dictionary_encode()
    column = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    owner, depth = owner[kept], depth.to_numpy(zero_copy_only=False)[kept]
    shape = (len(texts), len(coded.dictionary))
    lengths = np.zeros(shape[1])
    lengths[column] = np.minimum(weight[kept], _LONGEST)

    def which(chosen: NDArray[np.bool_]) -> csr_array:
        ones = np.ones(int(chosen.sum()))
        found = csr_array((ones, (owner[chosen], column[chosen])), shape=shape)
        found.data[:] = 1
        return found

    depths = tuple(which(one) for one in (depth == 0, depth == 1, depth > 1))
    return Lines((depths[0], depths[1], depths[2]), which(np.ones(len(owner), bool)), lengths)
