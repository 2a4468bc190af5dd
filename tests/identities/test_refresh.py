"""New handles are resolved against what is known, without looking at everybody, and the result equals a rebuild."""

from __future__ import annotations

import itertools
import random
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from honeycell import identities
from honeycell.decisions.steps import STEPS as DECISIONS
from honeycell.decisions.steps import decided_anew
from honeycell.engine import Engine, open_engine
from honeycell.ids import id_of
from honeycell.log.changes import changes_since
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES

Rows = list[dict[str, Any]]
START = datetime(2024, 1, 1)
GIVEN = ("Ana", "Bob", "Robert", "Wei", "Alexei", "Aleksey")
FAMILY = ("Silva", "Yang", "Quist", "Orlow", "Orlov")
HOSTS = ("gmail.com", "gmx.de", *(f"firm{n}.example" for n in range(9)))
STEPS = (*DECISIONS, *identities.STEPS)


def crowd(dice: random.Random, n: int) -> list[tuple[str, str]]:
    """Handles with their display names: so few names that they crowd at every limit of a group."""
    seats = []
    for number in range(n):
        given, family = dice.choice(GIVEN), dice.choice(FAMILY if dice.random() < 0.7 else FAMILY[:1])
        local = dice.choice(
            [f"{given}.{family}", f"{given[0]}{family}", f"{given[0]}{family}{number}", family, f"x{number}",
             f"{given}.{family}+list", given]
        ).lower()  # fmt: skip
        name = dice.choice(
            [f"{given} {family}", f"{given} {family}", f"{family}, {given}", f"{given[0]}. {family}", given, "",
             f"{given}{family}".lower(), "Support Team"]
        )  # fmt: skip
        seats.append((name, f"mailto:{local}@{dice.choice(HOSTS)}"))
    return seats


def letters(dice: random.Random, seats: list[tuple[str, str]], n: int, first: int) -> list[Rows]:
    """Mails among them, some of two who write to each other again and again."""
    mails = []
    for number in range(first, first + n):
        some = seats[:12] if dice.random() < 0.3 else seats
        written = dict((handle, name) for name, handle in dice.sample(some, dice.randint(2, 3)))
        roles = ("from", "to", dice.choice(("cc", "to", "reply_to")))
        at = START + timedelta(days=dice.randint(0, 900))
        mails.append([
            {"interaction_id": id_of(f"m{number}"), "copy_hash": "0" * 16, "role": role, "handle": handle,
             "display_name": name or None, "occurred_at": at}
            for role, (handle, name) in zip(roles, written.items(), strict=False)
        ])  # fmt: skip
    return mails


def add(engine: Engine, mails: list[Rows], directory: Rows, batch: int) -> None:
    seats = [dict(row, batch=batch) for rows in mails for row in rows]
    interactions = [
        {"kind": "message", "channel": "mail", "message_id": str(rows[0]["interaction_id"]), "batch": batch}
        | {name: rows[0][name] for name in ("interaction_id", "copy_hash", "occurred_at")}
        for rows in mails
    ]
    with engine.writing("log") as writer:
        for name, data in (
            ("interactions", interactions),
            ("participants", [{key: value for key, value in row.items() if key != "occurred_at"} for row in seats]),
            ("directory", [dict(row, batch=batch) for row in directory]),
        ):
            writer.append(name, pa.Table.from_pylist(data, schema=TABLES[name].schema))
        writer.publish()


def refresh(engine: Engine, since: int | None, decided: dict[str, pa.Table]) -> None:
    with engine.writing("derived") as writer, engine.scratch():
        t = Tables(engine)
        changes = None if since is None else changes_since(t, since) | {"decisions": decided_anew(t)}
        derive(engine, writer, STEPS, changes=changes, decided=decided)
        writer.publish()


def derived(engine: Engine) -> dict[str, Rows]:
    tables = {}
    for step in identities.STEPS:
        key = list(TABLES[step.table].key)
        tables[step.table] = engine.to_arrow(engine.table(step.table).order_by(key)).to_pylist()
    return tables


def decisions(dice: random.Random, handles: list[str], n: int) -> dict[str, pa.Table]:
    made: dict[str, Rows] = {"same_person": [], "not_same_person": [], "split": []}
    for number in range(1, n + 1):
        kind = dice.choice(list(made))
        a, b = sorted(dice.sample(handles, 2))
        what = {"handle": a} if kind == "split" else {"handle_a": a, "handle_b": b}
        made[kind].append({"decision_id": number, "decided_at": START, "decided_by": "una", "why": None} | what)
    return {kind: pa.Table.from_pylist(rows, schema=TABLES[kind].schema) for kind, rows in made.items()}


@pytest.mark.parametrize("seed", [2])
def test_a_crowd_that_arrives_in_pieces_is_the_one_that_came_at_once(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    seats = sorted(set(crowd(dice, 260)), key=lambda seat: seat[1])
    dice.shuffle(seats)
    handles = sorted({handle for _name, handle in seats})
    file = [{"record_hash": "f" * 32, "kind": "account", "source": "test", "locator": "file", "handle": handles[0],
             "address": handles[5].removeprefix("mailto:")}]  # fmt: skip
    with closing(open_engine(tmp_path)) as engine:
        none: dict[str, pa.Table] = {}
        add(engine, letters(dice, seats[:150], 240, 0), [], 1)
        refresh(engine, None, none)
        add(engine, letters(dice, seats[100:], 40, 1_000), file, 2)
        refresh(engine, 1, none)
        decided = decisions(dice, handles, 8)
        add(engine, letters(dice, seats, 25, 2_000), [], 3)
        refresh(engine, 2, decided)
        merged = derived(engine)
        refresh(engine, None, decided)
        rebuilt = derived(engine)
    assert len(rebuilt["links"]) > 100
    assert {row["outcome"] for row in rebuilt["links"]} == {"linked", "not linked", "to be decided"}
    for table, rows in rebuilt.items():
        assert merged[table] == rows, table


def written(seats: list[tuple[str, str]], first: int, day: int = 0) -> list[Rows]:
    """A mail of each to nobody."""
    return [
        [{"interaction_id": id_of(f"m{number}"), "copy_hash": "0" * 16, "role": "from", "handle": f"mailto:{address}",
          "display_name": name or None, "occurred_at": START + timedelta(days=day)}]
        for number, (name, address) in enumerate(seats, first)
    ]  # fmt: skip


def words_of(n: int, ending: str) -> list[str]:
    """Different words."""
    return ["".join(letters) + ending for letters in itertools.islice(itertools.permutations("bdfgkmt", 4), n)]


NAMESAKES = [("Odalis Quist", f"o{n}@firm{n}.example") for n in range(31)]
ONE_WORD = [("odalisq", f"{'odalisq' if n % 2 else 'x'}{n}@firm{n}.example") for n in range(5)]
ACME = [(f"{word} Rask", f"{word}@acme.example") for word in ("ada", "bea", "cleo")]
BOLT = [(f"{word} Dahl", f"{word}@bolt.example") for word in ("dan", "eve", "finn")]
AT_WORK = [("Odalis Quist", "quist@acme.example"), ("Odalis Quist", "odalis@bolt.example")]
AT_HOME = [("Odalis Quist", "oq@gmail.com"), ("Odalis Quist", "quo@gmx.de")]
ALIKE = [("", f"grumpycat9@firm{n}.example") for n in range(9)]
PAIR = [("Ana Silva", "x1@gmail.com"), ("Ana Silva", "y2@gmx.de")]
MANY_ANAS = [(f"Ana {word}", f"a{n}@firm{n}.example") for n, word in enumerate(words_of(60, "ova"))]
MANY_SILVAS = [(f"{word} Silva", f"s{n}@firm{n}.example") for n, word in enumerate(words_of(60, "ira"))]
TAGGED = [("", f"ana+{n:03}@acme.example") for n in range(60)]
CROWD = [(f"{word}a {word}e", f"x{n}@firm{n}.example") for n, word in enumerate(
    word for ending in ("r", "l", "n") for word in words_of(800, ending))]  # fmt: skip
STRANGERS = [("Bo Dahl", "bo.dahl@acme.example"), ("Una Berg", "una@bolt.example"), ("Cy Rask", "cy@core.example")]
LENT = [(name, "o0@firm0.example") for name, _address in STRANGERS]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NAMESAKES[1:], NAMESAKES[:1]),
        (ONE_WORD[1:], ONE_WORD[:1]),
        (ALIKE[1:], ALIKE[:1]),
        (TAGGED[1:], TAGGED[:1]),
        ([*PAIR, *MANY_SILVAS], MANY_ANAS),
        ([*NAMESAKES, *STRANGERS], LENT * 2),
        ([*PAIR, *MANY_ANAS[:5], *MANY_SILVAS[:5], *CROWD[:1_500]], CROWD[1_500:]),
        ([*ACME, *BOLT, *AT_HOME, *AT_WORK, AT_WORK[0]], AT_WORK),
    ],
    ids=["name", "word", "login", "tag", "frequency", "role", "population", "at once"],
)
def test_who_comes_or_goes_changes_what_links_the_others(
    before: list[tuple[str, str]], after: list[tuple[str, str]], tmp_path: Path
) -> None:
    with closing(open_engine(tmp_path)) as engine:
        add(engine, written(before, 0, day=1), [], 1)
        refresh(engine, None, {})
        first = derived(engine)
        add(engine, written(after, 100_000, day=60), [], 2)
        refresh(engine, 1, {})
        merged = derived(engine)
        refresh(engine, None, {})
        rebuilt = derived(engine)
    came = {f"mailto:{address}" for _name, address in after}
    silent = [
        [row for row in tables["links"] if not came & {row["handle_a"], row["handle_b"]}] for tables in (first, rebuilt)
    ]
    assert silent[0] != silent[1]
    for table, rows in rebuilt.items():
        assert merged[table] == rows, table
