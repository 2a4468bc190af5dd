"""How two groupings of the same addresses agree: over pairs, over addresses, and in a ranking of open pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

__all__ = ["FIRST", "agreement", "false_and_missed", "pairs_of", "ranking"]

FIRST = (10, 100)
"""How far down the queue a patient person reads."""


def pairs_of(owner: Mapping[str, object]) -> set[tuple[str, str]]:
    """The pairs of keys that have one value.

    Example:
        >>> sorted(pairs_of({"a": 1, "b": 1, "c": 2}))
        [('a', 'b')]
    """
    members = defaultdict(list)
    for key, who in owner.items():
        members[who].append(key)
    return {pair for keys in members.values() for pair in combinations(sorted(keys), 2)}


def agreement(truth: Mapping[str, str], found: Mapping[str, str]) -> dict[str, float | int]:
    """Precision, recall and F1 over pairs and, for each address in turn, over its own group (B-cubed).

    Args:
        truth: The person of each address.
        found: The person found for it; an address without one is alone.

    Returns:
        `precision recall f1` and `bcubed_...`, `n_true_pairs n_found_pairs n_true_found`. B-cubed is that of Bagga
        and Baldwin (1998).

    Example:
        >>> agreement({"a": "x", "b": "x", "c": "y"}, {"a": "1", "b": "1", "c": "1"})["precision"]
        0.3333333333333333
    """
    given = {address: found.get(address) or ("alone", address) for address in truth}
    true_pairs, found_pairs = pairs_of(truth), pairs_of(given)
    both = len(true_pairs & found_pairs)
    figures: dict[str, float | int] = _with_f1("", _share(both, len(found_pairs)), _share(both, len(true_pairs)))
    cells = Counter((truth[address], given[address]) for address in truth)
    sizes, found_sizes = Counter(truth.values()), Counter(given.values())
    squares = [(n * n, sizes[who], found_sizes[one]) for (who, one), n in cells.items()]
    n = max(len(truth), 1)
    figures |= _with_f1(
        "bcubed_",
        sum(square / n_found for square, _n_true, n_found in squares) / n,
        sum(square / n_true for square, n_true, _n_found in squares) / n,
    )
    return figures | {"n_true_pairs": len(true_pairs), "n_found_pairs": len(found_pairs), "n_true_found": both}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _with_f1(prefix: str, precision: float, recall: float) -> dict[str, float]:
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {f"{prefix}precision": precision, f"{prefix}recall": recall, f"{prefix}f1": f1}


def false_and_missed(truth: Mapping[str, str], found: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """`("false" or "missed", address, address)`, in order."""
    true_pairs = pairs_of(truth)
    found_pairs = pairs_of({address: found.get(address) or ("alone", address) for address in truth})
    yield from (("false", *pair) for pair in sorted(found_pairs - true_pairs))
    yield from (("missed", *pair) for pair in sorted(true_pairs - found_pairs))


def ranking(
    truth: Mapping[str, str], found: Mapping[str, str], pairs: Sequence[tuple[str, str, float, str]]
) -> dict[str, float | int]:
    """How well the pairs that are still open are ranked: what a person who reads from the top finds.

    Args:
        truth: The person of each address.
        found: The person found for it.
        pairs: `address, address, probability, outcome`, of which those neither linked nor ruled out count.

    Returns:
        Nothing where there are no pairs at all. Else `n_queued`; `queue_average_precision` (the mean, over the true
        pairs that are not linked yet, of the precision down to each; 0 for those that are not queued) and
        `queue_recall_at_K` among those same pairs.

    Example:
        >>> open_pairs = [("a", "b", 0.8, "to be decided"), ("a", "c", 0.7, "to be decided")]
        >>> ranking({"a": "x", "b": "x", "c": "y"}, {}, open_pairs)["queue_average_precision"]
        1.0
    """
    if not pairs:
        return {}
    known = [pair for pair in pairs if pair[0] in truth and pair[1] in truth and "deci" in pair[3]]
    known.sort(key=lambda pair: (-pair[2], pair[0], pair[1]))
    hits = [truth[one] == truth[other] for one, other, _probability, _outcome in known]
    linked = pairs_of({address: found.get(address) or ("alone", address) for address in truth})
    n_missed = len(pairs_of(truth) - linked)
    so_far, precisions = 0, []
    for place, hit in enumerate(hits, 1):
        so_far += hit
        if hit:
            precisions.append(so_far / place)
    return {
        "n_queued": len(known),
        "queue_average_precision": sum(precisions) / n_missed if n_missed else 1.0,
        **{f"queue_recall_at_{k}": _share(sum(hits[:k]), n_missed) for k in FIRST},
    }
