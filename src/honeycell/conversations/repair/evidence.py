"""What speaks for each mail that an orphan may answer, in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _
from numpy.typing import NDArray
from scipy.sparse import csr_array

from honeycell import log
from honeycell.conversations.disentangle.ranker import on_grid
from honeycell.conversations.repair.lines import read
from honeycell.zones import zones_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["OF_MAIL", "OF_PAIR", "Evidence", "evidence"]

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_AT_ONCE = 2_000
"""Orphans whose texts, and those of what they may answer, are in memory together."""
_MOST_CHARACTERS = 30_000
_ATTRIBUTION = 400
"""Characters at the beginning of a quotation among which the date of what is quoted stands."""
_HOUR, _MINUTE = 3_600e6, 60_000_000

OF_PAIR = (
    "hours", "place from the latest", "is the latest", "is the earliest", "brackets equal", "about equal",
    "number equal", "version equal", "total equal", "is the cover", "is the first part", "same author",
    "author in to", "author in cc", "answering author in to", "answering author in cc", "people shared", "answers",
    "quoted in it, of quotation", "quoted in it, of it", "quoted twice, of that", "all in it, of it",
    "most quoted in it", "most of all in it", "quoted author", "quoted time", "begins as",
)  # fmt: skip
OF_MAIL = (
    "answers", "is a part", "quotes", "quotes deep", "names whom it quotes", "candidates", "best of quotation",
    "best of all", "names a candidate", "names the time of one", "quoted author is none",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Orphans and what they may answer: n orphans with at most c candidates each, in the order of time.

    Attributes:
        orphans: Their ids, (n,).
        parents: Ids of the candidates, (n, c).
        known: Where there is a candidate, (n, c).
        pairs: `OF_PAIR` on the grid of `ranker`, (n, c, f).
        own: `OF_MAIL` likewise, (n, m).
    """

    orphans: _Ints
    parents: _Ints
    known: NDArray[np.bool_]
    pairs: _Floats
    own: _Floats


def evidence(t: Tables, pairs: ir.Table) -> Iterator[Evidence]:
    """What speaks for each pair, some orphans after the other.

    Args:
        t: The tables of a cell.
        pairs: `interaction_id parent_id`, as `candidates` finds them; those of strangers are left out.
    """
    found = t.arrow(pairs.select("interaction_id", "parent_id")).sort_by("interaction_id")
    child = found["interaction_id"].to_numpy()
    begins = np.flatnonzero(np.diff(child, prepend=-1))
    for low in range(0, len(begins), _AT_ONCE):
        end = begins[low + _AT_ONCE] if low + _AT_ONCE < len(begins) else len(child)
        yield _evidence(t, child[begins[low] : end], found["parent_id"].to_numpy()[begins[low] : end])


@dataclass(frozen=True, slots=True, eq=False)
class _Mails:
    """n mails in the order of time: what the columns of the log say of each, (n,), and who takes part, (n, people)."""

    ids: _Ints
    at: _Ints
    offset: _Floats
    brackets: NDArray[np.int64]
    about: list[str]
    number: _Floats
    total: _Floats
    version: _Floats
    answers: NDArray[np.bool_]
    author: _Ints
    to: csr_array
    cc: csr_array
    people: csr_array
    handles: list[str]
    names: list[list[str]]
    bodies: list[str]

    @classmethod
    def of(cls, t: Tables, ids: _Ints) -> _Mails:
        from honeycell.conversations.repair.subjects import read as read_subjects

        picked = log.pick(t, t.keep(pa.table({"interaction_id": ids})))
        facts = ("interaction_id", "subject", "occurred_at", "utc_offset_minutes")
        rows = read_subjects(log.interactions(t, picked, facts))
        bodies = log.texts(t, picked).select("interaction_id", body=_.body.substr(0, _MOST_CHARACTERS))
        rows = rows.left_join(bodies, "interaction_id").drop("interaction_id_right").mutate(
            # The subject with its brackets, without what stands before it.
            whole=_.subject.fill_null("").lower().re_replace(r"^.{0,40}?[:：]\s*(\[)", "[").re_replace(r"\s+", ""),
            number_or_0=_.number.fill_null(0),
        )  # fmt: skip
        held = t.arrow(rows).sort_by([("occurred_at", "ascending"), ("number_or_0", "ascending"),
                                      ("interaction_id", "ascending")])  # fmt: skip
        own = held["interaction_id"].to_numpy()
        place = {one: n for n, one in enumerate(own.tolist())}
        wanted = ("interaction_id", "role", "handle", "display_name")
        seats = t.arrow(log.participants(t, picked, ("from", "to", "cc"), wanted))
        seats = seats.sort_by([("interaction_id", "ascending"), ("role", "ascending"), ("handle", "ascending")])
        coded = seats["handle"].combine_chunks().dictionary_encode()
        code = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        row = np.array([place[one] for one in seats["interaction_id"].to_pylist()], np.int64)
        role = np.array(seats["role"].to_pylist())
        shape = (len(own), max(len(coded.dictionary), 1))

        def which(chosen: NDArray[np.bool_]) -> csr_array:
            made = csr_array((np.ones(int(chosen.sum())), (row[chosen], code[chosen])), shape=shape)
            made.data[:] = 1
            return made

        author = np.full(len(own), -1)
        first = np.flatnonzero(role == "from")[::-1]
        author[row[first]] = code[first]
        names: list[list[str]] = [[] for _ in own]
        shown = seats["display_name"].to_pylist()
        for n in first.tolist():
            names[row[n]] = [(shown[n] or "").lower(), coded.dictionary[int(code[n])].as_py().partition(":")[2]]

        def numbers(name: str) -> _Floats:
            return np.asarray(held[name].cast(pa.float64()).fill_null(float("nan")).to_numpy(), np.float64)

        return cls(
            own,
            held["occurred_at"].cast(pa.int64()).to_numpy(),
            numbers("utc_offset_minutes"),
            held["whole"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64),
            held["about"].to_pylist(),
            numbers("number"),
            numbers("total"),
            numbers("version"),
            held["answers"].to_numpy(),
            author,
            which(role == "to"),
            which(role == "cc"),
            which(np.ones(len(role), bool)),
            coded.dictionary.to_pylist(),
            names,
            held["body"].fill_null("").to_pylist(),
        )


def _evidence(t: Tables, child: _Ints, parent: _Ints) -> Evidence:
    mails = _Mails.of(t, np.unique(np.concatenate([child, parent])))
    order = np.argsort(mails.ids)
    i, j = (order[np.searchsorted(mails.ids, ids, sorter=order)] for ids in (child, parent))
    # Who answers writes to somebody who was there; else two strangers have but a subject in common.
    met = np.asarray(mails.people[i].multiply(mails.people[j]).sum(axis=1)).ravel() > 0
    i, j = i[met], j[met]
    sort = np.lexsort((j, i))
    i, j = i[sort], j[sort]
    orphan, group, size = np.unique(i, return_inverse=True, return_counts=True)
    place = np.arange(len(i)) - np.repeat(np.cumsum(size) - size, size)
    of_pair, of_mail = _numbers(mails, i, j, orphan, group, place, size)
    shape = (len(orphan), int(size.max(initial=1)))
    pairs, parents, known = np.zeros((*shape, len(OF_PAIR))), np.zeros(shape, np.int64), np.zeros(shape, bool)
    pairs[group, place], parents[group, place], known[group, place] = of_pair, mails.ids[j], True
    return Evidence(mails.ids[orphan], parents, known, on_grid(pairs), on_grid(of_mail))


def _numbers(
    mails: _Mails, i: _Ints, j: _Ints, orphan: _Ints, group: _Ints, place: _Ints, size: _Ints
) -> tuple[_Floats, _Floats]:
    lines = read(pa.array(mails.bodies))
    flat, deep, deeper = lines.by_depth
    all_i = lines.weighed(lines.every)

    def share(part: _Floats, whole: _Floats) -> _Floats:
        return part / np.maximum(whole, 1)

    answered = lines.shared(deep, i, flat, j)
    both = lines.shared(lines.every, i, lines.every, j)
    of_quotation = share(answered, lines.weighed(deep)[i])
    of_it = share(answered, lines.weighed(flat)[j])
    twice = share(lines.shared(deeper, i, deep, j) + lines.shared(deeper, i, deeper, j), lines.weighed(deeper)[i])
    all_of_it = share(both, all_i[j])

    def most(numbers: _Floats) -> tuple[_Floats, _Floats]:
        best = np.zeros(len(orphan))
        np.maximum.at(best, group, numbers)
        return best, ((numbers >= best[group] - 1e-9) & (numbers > 0)).astype(float)

    best_quoted, is_most_quoted = most(of_quotation)
    best_all, is_most = most(both)
    named, timed, says = _attributed(mails, i, j, orphan, group)
    begins = [mails.about[a].startswith(mails.about[b]) for a, b in zip(i.tolist(), j.tolist(), strict=True)]

    def equal(numbers: _Floats) -> _Floats:
        same = (numbers[i] == numbers[j]) | (np.isnan(numbers[i]) & np.isnan(numbers[j]))
        return np.asarray(same, np.float64)

    def has(people: csr_array, rows: _Ints, who: _Ints) -> _Floats:
        # Sparse rows give nothing where nobody is the author.
        found = np.asarray(people[rows, np.maximum(who, 0)]).ravel()
        return np.where(who >= 0, found, 0.0)

    shared = np.asarray(mails.people[i].multiply(mails.people[j]).sum(axis=1)).ravel()
    count = np.asarray(mails.people.sum(axis=1)).ravel()
    hours = np.log1p(np.maximum(mails.at[i] - mails.at[j], 0) / _HOUR)
    about = np.array([mails.about[a] == mails.about[b] for a, b in zip(i.tolist(), j.tolist(), strict=True)])
    behind = size[group] - 1 - place
    part = (mails.number > 0) & ~mails.answers
    of_pair = np.column_stack([
        hours, np.log1p(behind), behind == 0, place == 0, mails.brackets[i] == mails.brackets[j], about,
        equal(mails.number), equal(mails.version), equal(mails.total), mails.number[j] == 0, mails.number[j] == 1,
        mails.author[i] == mails.author[j], has(mails.to, i, mails.author[j]), has(mails.cc, i, mails.author[j]),
        has(mails.to, j, mails.author[i]), has(mails.cc, j, mails.author[i]),
        shared / np.maximum(count[i] + count[j] - shared, 1), mails.answers[j],
        of_quotation, of_it, twice, all_of_it, is_most_quoted, is_most, named, timed, begins,
    ]).astype(float)  # fmt: skip
    best_named, best_timed = most(named)[0], most(timed)[0]
    of_mail = np.column_stack([
        mails.answers[orphan], part[orphan], lines.weighed(deep)[orphan] > 0, lines.weighed(deeper)[orphan] > 0, says,
        np.log1p(size), best_quoted, share(best_all, all_i[orphan]), best_named, best_timed, says * (1 - best_named),
    ]).astype(float)  # fmt: skip
    return of_pair, of_mail


def _attributed(mails: _Mails, i: _Ints, j: _Ints, orphan: _Ints, group: _Ints) -> tuple[_Floats, _Floats, _Floats]:
    """Of pairs whether the orphan says it quotes that author, and that time; of orphans whether it says whom."""
    texts = [mails.bodies[n] for n in orphan.tolist()]
    whom, where = [], []
    for text, found in zip(texts, zones_of(texts), strict=True):
        quotation = next((zone for zone in found if zone.kind == "quotation"), None)
        whom.append((quotation.of or "").lower() if quotation else "")
        where.append(text[quotation.start : quotation.start + _ATTRIBUTION] if quotation else "")
    named, timed = np.zeros(len(i)), np.zeros(len(i))
    for n, (a, b, k) in enumerate(zip(i.tolist(), j.tolist(), group.tolist(), strict=True)):
        if not where[k]:
            continue
        of = whom[k]
        named[n] = any(of and name and (of in name or name in of) for name in mails.names[b])
        for offset in {mails.offset[b], mails.offset[a], 0.0}:
            if offset == offset and any(clock in where[k] for clock in _clocks(mails.at[b], offset)):
                timed[n] = 1
    return named, timed, np.array([bool(one) for one in whom], float)


def _clocks(at: int, offset: float) -> tuple[str, str]:
    minutes = int(at // _MINUTE + offset) % 1440
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}", f" {(hour - 1) % 12 + 1}:{minute:02}"
