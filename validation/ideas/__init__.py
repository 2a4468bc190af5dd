"""Do ideas go where they are said to go? Planted phrases, with and without anybody following anybody; and quotations.

In a simulated world (`validation.ideas.world`): `cascade_recall`, of planted cascades that reached three people or more
in two conversations or more and began after a month, how many are found; `false_edges`, of those who took one up and
were said to have it from somebody, how many had it from somebody else. `lift_null`, the lift with readers drawn by lot,
and `lift_null_off`, how far that is from 1. `fashion_lift` has to be 1 and `influence_lift` 4 (`STRENGTH`); beside them
what comes out unmatched. Names that begin with `cross_` are the same of what went from one organisation to another:
`cross_recall`, of planted times that somebody of another organisation took a cascade up, how many are found.

In the demo's archives, imported: `demo_recall` and `demo_false_edges`, likewise, and `demo_lift_null`.

On mail: `quoted_auc`, of pairs of somebody who took a phrase up and somebody who had used it before, whether the
pair in which the first quotes the second with the phrase in it has the surer way and the later use (quotation and who
answers whom aside); `n_quoted` such pairs, and `n_forwarded` where it was forwarded to them.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from honeycell.cell import Cell, create_cell
from honeycell.conversations.ideas import (
    READ,
    Lift,
    Phrases,
    Reader,
    Said,
    Spread,
    Words,
    compared,
    had_read,
    lift,
    passed_in,
    phrases,
    some,
    spelled,
    spread,
)  # fmt: skip
from honeycell.demo import import_order, write_world
from honeycell.readings.ideas.reading import Read, read
from honeycell.steps import Tables
from validation.ideas.world import KINDS, World, world

__all__ = ["DATA", "PASS", "main", "planted"]

DATA = "mail/openbmc"
PASS = {
    "cascade_recall": (">=", 0.8), "false_edges": ("<=", 0.2), "demo_recall": (">=", 0.8),
    "demo_false_edges": ("<=", 0.2), "lift_null_off": ("<=", 0.1), "quoted_auc": (">=", 0.7),
    "cross_recall": (">=", 0.8), "cross_false_edges": ("<=", 0.2), "cross_null_off": ("<=", 0.1),
}  # fmt: skip
_SEEDS = (11, 12, 13)


def main(path: Path) -> dict[str, float | int]:
    """The figures.

    Args:
        path: A folder of mail.
    """
    worlds = [planted(world(seed, n_people=1200)) for seed in _SEEDS]
    figures: dict[str, float | int] = {name: float(np.mean([one[name] for one in worlds])) for name in worlds[0]}
    figures |= {f"{name}_off": abs(figures[name] - 1) for name in ("lift_null", "cross_null")}
    return figures | _demo() | _quoted(path)


def planted(made: World) -> dict[str, float]:
    """What is found of the phrases of a world, and how well."""
    reader = Reader()
    reader.read(made.texts)
    words = reader.words(range(len(made.texts)))
    found = phrases(words, made.said, int(made.said.at[0]))
    opened = np.searchsorted(words.text, np.arange(len(made.texts)))
    numbers = [_number(one, made.phrases) for one in _written(found, made.texts, opened)]
    late = np.array([_reaches(made, n) for n in range(len(made.phrases))])
    cascades = np.flatnonzero(late & (made.kind == 0))
    went = spread(found, made.said, made.heard)
    figures = {
        "cascade_recall": float(np.isin(cascades, numbers).mean()), "n_cascades": float(len(cascades)),
        "n_unplanted": float(numbers.count(-1)), "false_edges": _false_edges(made, went, numbers),
    }  # fmt: skip
    figures["lift_null"] = _value(lift(words, found, made.said, went, made.unit).null)
    for kind in ("fashion", "influence"):
        mine = np.array([one >= 0 and KINDS[made.kind[one]] == kind for one in numbers])
        part = some(found, made.said, mine[found.phrase])
        said: Lift = lift(words, part, made.said, spread(part, made.said, made.heard), made.unit)
        for name, value in (
            ("lift", said.value),
            ("low", said.low),
            ("high", said.high),
            ("unmatched", said.unmatched),
        ):
            figures[f"{kind}_{name}"] = _value(value)
    return figures | _crossing(made, words, found, went, numbers)


def _crossing(made: World, words: Words, found: Phrases, went: Spread, numbers: list[int]) -> dict[str, float]:
    """What goes from one organisation to another: how much of it is found, from whom, and what reading does."""
    planted_as = np.array([*numbers, -1])
    firm = np.zeros(len(made.used), np.int64)
    firm[made.said.person] = made.unit
    began = firm[went.origin][went.phrase]
    rows = np.flatnonzero(went.adopted() & (firm[went.person] != began))
    known = {(planted_as[went.phrase[row]], went.person[row]) for row in rows.tolist()}
    n_found = n = n_right = n_said = 0
    for number in np.flatnonzero(made.kind == 0).tolist():
        uses = made.used[:, number]
        if _reaches(made, number):
            first = firm[made.said.person[uses[uses >= 0].min()]]
            took = np.flatnonzero((uses >= 0) & (made.source[:, number] >= 0) & (firm != first)).tolist()
            n, n_found = n + len(took), n_found + sum((number, one) in known for one in took)
    for row in rows[had_read(went)[rows]].tolist():
        number = planted_as[went.phrase[row]]
        if number >= 0 and made.kind[number] == 0:
            source = int(made.said.person[_source(went, row)])
            n_said, n_right = n_said + 1, n_right + int(source == made.source[went.person[row], number])
    alike = compared(words, found, made.said, went, made.unit)
    crosses, kind = np.isin(alike.row, rows), np.append(made.kind, -1)[planted_as[went.phrase[alike.row]]]
    by_lot = alike.by_lot[crosses].sum(0)
    sides = alike.had_read * (1 - alike.n_read / alike.n), ~alike.had_read * alike.n_read / alike.n
    lifts = {
        f"cross_{name}": float(sides[0][crosses & (kind == at)].sum() / sides[1][crosses & (kind == at)].sum())
        for at, name in enumerate(KINDS) if at
    }  # fmt: skip
    return {
        "cross_recall": n_found / max(n, 1), "n_cross": float(n), "cross_false_edges": 1 - n_right / max(n_said, 1),
        **lifts, "cross_null": float(by_lot[0] / by_lot[1]),
    }  # fmt: skip


def _value(value: float | None) -> float:
    return float("nan") if value is None else value


def _written(found: Phrases, texts: list[str], opened: np.ndarray) -> list[str]:
    uses = np.searchsorted(found.phrase, np.arange(len(found.size)))
    return [
        spelled(texts[found.text[use]], int(found.word[use] - opened[found.text[use]]), int(size))
        for use, size in zip(uses, found.size, strict=True)
    ]


def _number(written: str, known: list[str]) -> int:
    """Which planted phrase a phrase is, or is a part of, or has in it; -1 for none."""
    said = f" {' '.join(written.lower().replace('-', ' ').split())} "
    folded = (f" {one.lower().replace('-', ' ')} " for one in known)
    return next((number for number, one in enumerate(folded) if one in said or said in one), -1)


def _reaches(made: World, number: int) -> bool:
    """Whether a planted phrase reached three people in two conversations, after a month."""
    uses = made.used[:, number]
    uses = uses[uses >= 0]
    return len(uses) >= 3 and len(set(made.said.conversation[uses].tolist())) >= 2


def _false_edges(made: World, went: Spread, numbers: list[int]) -> float:
    """Of those who took a cascade up after they had read it, how many had it from somebody else than is said."""
    n_right = n = 0
    for row in np.flatnonzero(went.adopted() & had_read(went)).tolist():
        number = numbers[went.phrase[row]]
        if number >= 0 and made.kind[number] == 0:
            n += 1
            n_right += int(made.said.person[_source(went, row)] == made.source[went.person[row], number])
    return 1 - n_right / max(n, 1)


def _source(went: Spread, row: int) -> int:
    """The text in which somebody is said to have read a phrase first."""
    ways = went.seen_at[row][list(READ)]
    return int(went.seen[row][list(READ)][int(ways.argmin())])


def _demo() -> dict[str, float | int]:
    """What is found of the phrases that the simulated archives of `honeycell demo` hold."""
    with tempfile.TemporaryDirectory() as folder:
        made = write_world(Path(folder) / "world", seed=8, scale=0.1)
        with create_cell(Path(folder) / "cell") as cell:
            cell.import_paths(import_order(made))
            cell.refresh()
            held, found, bodies = _held(cell)
            native = _native(cell)
        truth = list(csv.DictReader((Path(folder) / "world" / "truth" / "ideas.csv").open()))
    known = sorted({row["phrase"] for row in truth})
    numbers = [_number(one, known) for one in _written(found, bodies, held.opened)]
    reached = [one for one in known if len({row["person"] for row in truth if row["phrase"] == one}) >= 3]
    went = spread(found, held.said, held.heard)
    by_use = {(row["phrase"], row["native_id"]): row["exposed_by"] for row in truth}
    n = n_right = 0
    for row in np.flatnonzero(went.adopted() & had_read(went)).tolist():
        number = numbers[went.phrase[row]]
        use = number >= 0 and (known[number], native.get(int(held.ids[went.used[row]]), ""))
        if use and use in by_use:
            n += 1
            n_right += by_use[use] == native.get(int(held.ids[_source(went, row)]), "")
    null = lift(held.words, found, held.said, went, held.unit).null
    return {
        "demo_recall": sum(known.index(one) in numbers for one in reached) / len(reached), "n_demo": len(reached),
        "demo_false_edges": 1 - n_right / max(n, 1), "n_demo_edges": n, "demo_lift_null": _value(null),
    }  # fmt: skip


def _held(cell: Cell) -> tuple[Read, Phrases, list[str]]:
    """All that was said in a cell, its phrases, and the own words of each message."""
    from honeycell import log
    from honeycell.readings.ideas.reading import own
    from honeycell.zones import zones_of

    t = Tables(cell.engine)
    held = read(t, lambda step: None)
    rows = t.arrow(log.texts(t).select("interaction_id", "body"))
    bodies = dict(zip(rows["interaction_id"].to_pylist(), rows["body"].to_pylist(), strict=True))
    texts = [bodies[one] for one in held.ids.tolist()]
    return held, phrases(held.words, held.said, int(held.said.at[0])), list(map(own, texts, zones_of(texts)))


def _native(cell: Cell) -> dict[int, str]:
    rows = cell.engine.to_arrow(cell.engine.table("interactions").select("interaction_id", "message_id"))
    return dict(zip(rows["interaction_id"].to_pylist(), rows["message_id"].to_pylist(), strict=True))


def _quoted(path: Path) -> dict[str, float | int]:
    """Whether the edges that are inferred are those of quotations."""
    with tempfile.TemporaryDirectory() as folder, create_cell(Path(folder) / "cell") as cell:
        cell.import_paths([path])
        cell.refresh()
        held, found, own_words = _held(cell)
        t = Tables(cell.engine)
        from honeycell import log

        rows = t.arrow(log.texts(t).select("interaction_id", "body"))
        bodies = dict(zip(rows["interaction_id"].to_pylist(), rows["body"].to_pylist(), strict=True))
        parents = t.arrow(t["replies"].select("interaction_id", "parent_id"))
        answers = dict(zip(parents["interaction_id"].to_pylist(), parents["parent_id"].to_pylist(), strict=True))
    place = {one: number for number, one in enumerate(held.ids.tolist())}
    to = set(zip(held.heard.text.tolist(), held.heard.to.tolist(), strict=True))
    went, scores, truth, n_forwarded = spread(found, held.said, held.heard), [], [], 0
    for row in np.flatnonzero(went.adopted()).tolist():
        used, person = int(went.used[row]), int(went.person[row])
        uses = found.text[slice(*np.searchsorted(found.phrase, (went.phrase[row], went.phrase[row] + 1)))]
        place_of = dict(zip(uses.tolist(), found.word[np.isin(found.phrase, went.phrase[row])].tolist(), strict=True))
        before = [one for one in uses.tolist() if one < used and held.said.person[one] != person]
        parent = place.get(answers.get(int(held.ids[used]), -1), -1)
        if parent not in before or not held.quoted[used]:
            continue
        start = int(place_of[parent] - held.opened[parent])
        phrase = spelled(own_words[parent], start, int(found.size[went.phrase[row]]))
        quoted = "\n".join(bodies[int(held.ids[used])][start:end] for start, end in held.quoted[used])
        if not passed_in(quoted, [phrase])[0]:
            continue
        n_forwarded += bool(held.forwarded[used])
        by_person: dict[int, float] = {}
        for one in before:
            way = 2 if (one, person) in to else 1 if _was_there(held.said, one, person, used) else 0
            score = way + one / len(held.ids)
            author = int(held.said.person[one])
            by_person[author] = max(score, by_person.get(author, 0.0))
        if len(by_person) > 1:
            scores += by_person.values()
            truth += [one == held.said.person[parent] for one in by_person]
    return {"quoted_auc": _auc(np.array(scores), np.array(truth, bool)), "n_quoted": int(sum(truth)),
            "n_pairs": len(truth), "n_forwarded": n_forwarded}  # fmt: skip


def _was_there(said: Said, text: int, person: int, until: int) -> bool:
    """Whether somebody wrote in the conversation of a text, up to another text."""
    there = (said.conversation[: until + 1] == said.conversation[text]) & (said.person[: until + 1] == person)
    return bool(there.any())


def _auc(scores: np.ndarray, truth: np.ndarray) -> float:
    n, n_not = int(truth.sum()), int((~truth).sum())
    return float((rankdata(scores)[truth].sum() - n * (n + 1) / 2) / (n * n_not)) if n and n_not else float("nan")
