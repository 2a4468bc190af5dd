from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from letters import START, TABLES_MADE, add, cell, made, mail, refresh

from honeycell.engine import open_engine
from honeycell.ids import id_of, written_id
from honeycell.tables import TABLES


def decided(**kinds: list[tuple[str, ...]]) -> dict[str, pa.Table]:
    """Decisions as they stand: for each kind, the names of the interactions in its columns."""
    tables = {}
    for kind, rows in kinds.items():
        schema = TABLES[kind].schema
        own = [name for name in schema.names if name.startswith("interaction")]
        common = {"decided_at": START, "decided_by": "dee", "why": None}
        tables[kind] = pa.Table.from_pylist(
            [
                {"decision_id": n, **common, **dict(zip(own, (written_id(id_of(name)) for name in row), strict=True))}
                for n, row in enumerate(rows, 1)
            ],
            schema=schema,
        )
    return tables


def groups(found: Mapping[str, list[dict[str, Any]]], *names: str) -> set[frozenset[str]]:
    called, sets = {id_of(name): name for name in names}, dict[int, set[str]]()
    for row in found["threads"]:
        sets.setdefault(row["conversation_id"], set()).add(called[row["interaction_id"]])
    return {frozenset(one) for one in sets.values()}


def said(*parts: str) -> set[frozenset[str]]:
    return {frozenset(part.split()) for part in parts}


def talks() -> list[dict[str, Any]]:
    return [
        mail("a", "Heating"),
        mail("b", "Re: Heating", hour=1, by="ben", references=["a"]),
        mail("c", "Re: Heating", hour=2, by="cy", references=["a", "b"]),
        mail("x", "Roof", hour=-5, by="dan"),
        mail("y", "Re: Roof", hour=3, by="eva", references=["x"]),
    ]


def test_people_join_conversations_under_the_name_of_the_earlier(tmp_path: Path) -> None:
    found = cell(tmp_path, talks(), decided=[decided(join_with=[("b", "y")])])
    assert groups(found, *"abcxy") == said("a b c x y")
    assert {row["conversation_id"] for row in found["threads"]} == {id_of("x")}
    [row] = found["conversations"]
    assert (row["n_interactions"], row["subject"], row["root_missing"]) == (5, "Roof", False)


def test_what_is_no_part_of_it_leaves_with_what_answers_it(tmp_path: Path) -> None:
    found = cell(tmp_path, talks(), decided=[decided(not_part_of=[("b",)])])
    assert groups(found, *"abcxy") == said("a", "b c", "x y")
    reasons = {row["interaction_id"]: row["reason"] for row in found["threads"]}
    assert reasons[id_of("b")] == "decision"
    [left] = [row for row in found["conversations"] if row["conversation_id"] == id_of("b")]
    assert (left["subject"], left["n_interactions"], left["root_missing"]) == ("Re: Heating", 2, False)


def test_what_is_part_of_another_moves_there(tmp_path: Path) -> None:
    found = cell(tmp_path, talks(), decided=[decided(part_of=[("c", "x")])])
    assert groups(found, *"abcxy") == said("a b", "c x y")


def test_undoing_restores_every_table(tmp_path: Path) -> None:
    before = cell(tmp_path / "before", talks())
    stand = decided(join_with=[("a", "x")], not_part_of=[("b",)], part_of=[("y", "c")])
    changed = cell(tmp_path / "changed", talks(), decided=[None, stand])
    assert groups(changed, *"abcxy") == said("a x", "b c y")
    assert cell(tmp_path / "after", talks(), decided=[None, stand, {}]) == before


def test_a_mail_that_was_joined_by_its_words_stays_out_when_people_say_so(tmp_path: Path) -> None:
    text = "We need new pumps for the south wing.\n"
    rows = [mail("a", "Heating", text), mail("b", "Re: Heating", f"> {text}Yes.\n", hour=1, by="ben", to="ana")]
    assert groups(cell(tmp_path / "joined", rows), "a", "b") == said("a b")
    assert groups(cell(tmp_path / "apart", rows, decided=[decided(not_part_of=[("b",)])]), "a", "b") == said("a", "b")


def test_a_new_subject_under_an_old_reference_begins_another_conversation(tmp_path: Path) -> None:
    rows = [
        *talks()[:3],
        mail("t", "Tea (was: Re: Heating)", hour=4, by="dan", references=["a", "b"]),
        mail("u", "Re: Tea (was: Re: Heating)", hour=5, by="ana", references=["a", "b", "t"]),
        mail("n", "Parking in June", "Who has a car?\n", hour=90, by="eva", references=["a"]),
        mail("m", "Parking in June", "Nobody?\n", hour=95, by="eva", references=["a"]),
    ]
    found = cell(tmp_path, rows)
    assert groups(found, *"abctunm") == said("a b c", "t u", "n m")
    assert {row["interaction_id"] for row in found["branched"]} == {id_of(name) for name in "tnm"}


def test_a_mail_that_names_nothing_begins_another_conversation_where_it_says_so(tmp_path: Path) -> None:
    text = "We need new pumps for the south wing.\n"
    rows = [
        mail("a", "Heating", text),
        mail("b", "Pumps (was: Re: Heating)", f"> {text}Yes.\n", hour=1, by="ben", to="ana"),
    ]
    found = cell(tmp_path, rows)
    assert [row["parent_id"] for row in found["repaired"]] == [id_of("a")]
    assert groups(found, "a", "b") == said("a", "b")


def test_what_goes_on_with_a_talk_stays_though_its_subject_is_another(tmp_path: Path) -> None:
    rows = [
        *talks()[:2],
        mail("q", "The pumps", "> Heating\nI mean these.\n", hour=30, by="cy", references=["a"]),
        mail("s", "[PATCH] pumps", "diff", hour=31, by="cy", references=["a"]),
        mail("w", "Cancelled: Heating", "No.\n", hour=32, by="cy", references=["a"]),
    ]
    assert groups(cell(tmp_path, rows), *"abqsw") == said("a b q s w")


def chat(name: str, topic: str, text: str = "Hello.", **columns: Any) -> dict[str, Any]:
    columns = {"subject": topic, "channel": "zulip", "space": "zulip:#site", "conversation_key": topic, **columns}
    row = mail(name, topic, text, hour=columns.pop("hour", 0), by=columns.pop("by", "ana"), **{})
    return {**row, **columns}


def test_a_mail_goes_on_with_the_topic_of_a_chat(tmp_path: Path) -> None:
    rows = [
        chat("c1", "Pumps of the south wing"),
        chat("c2", "Pumps of the south wing", hour=3, by="ben"),
        mail("m", "Pumps of the south wing", hour=30, by="ana", to="ben"),
        mail("far", "Pumps of the south wing", hour=30 * 24, by="ana", to="ben"),
        mail("strange", "Pumps of the south wing", hour=31, by="zoe", to="yan"),
    ]
    found = cell(tmp_path, rows, people=True)
    [joint] = found["joints"]
    assert (joint["interaction_id"], joint["parent_id"], joint["how"]) == (id_of("m"), id_of("c2"), "subject")
    assert groups(found, "c1", "c2", "m", "far", "strange") == said("c1 c2 m", "far", "strange")


def test_a_number_and_an_address_of_a_mail_join_a_chat_with_it(tmp_path: Path) -> None:
    rows = [
        mail("m", "Order AB-20417 is late", to="ben"),
        chat("c1", "suppliers", "What of AB-20417?", hour=2, by="ben"),
        mail("long-id@example.com", "Roof", by="cy", to="dan"),
        chat("c2", "gossip", "see https://lists.example.com/r/long-id@example.com", hour=5, by="eva"),
        chat("c3", "other", "UTF-8 and CVE-1 are no numbers of ours", hour=6),
    ]
    found = cell(tmp_path, rows, people=True)
    assert [(row["how"], row["what"]) for row in sorted(found["joints"], key=lambda row: str(row["how"]))] == [
        ("link", "long-id@example.com"),
        ("number", "AB-20417"),
    ]
    names = ("m", "c1", "long-id@example.com", "c2", "c3")
    assert groups(found, *names) == said("m c1", "long-id@example.com c2", "c3")


def test_a_meeting_belongs_to_the_mail_that_invited_to_it(tmp_path: Path) -> None:
    meeting = mail("uid", "Site visit", hour=40, channel="calendar", kind="meeting", conversation_key="uid@example.com")
    engine = open_engine(tmp_path)
    try:
        add(engine, [mail("m", "Invitation: Site visit"), meeting], 1)
        seen = [
            {"interaction_id": id_of(name), "copy_hash": "0" * 16, "source": "mbox", "locator": where,
             "content_hash": "0" * 32, "batch": 1}
            for name, where in (("m", "a.mbox#0-900"), ("uid", "a.mbox#0-900 event 1"))
        ]  # fmt: skip
        with engine.writing("log") as writer:
            writer.append("sightings", pa.Table.from_pylist(seen, schema=TABLES["sightings"].schema))
            writer.publish()
        refresh(engine, None)
        found = made(engine)
    finally:
        engine.close()
    assert groups(found, "m", "uid") == said("m uid")
    assert [row["how"] for row in found["joints"]] == ["invitation"]


@pytest.mark.parametrize("seed", [1])
def test_imports_and_decisions_in_any_order_give_what_a_rebuild_gives(tmp_path: Path, seed: int) -> None:
    dice, rows = random.Random(seed), list[dict[str, Any]]()
    for n in range(24):
        earlier = [row["message_id"] for row in rows if row["channel"] == "mail"]
        refs = dice.sample(earlier, min(len(earlier), dice.choice((0, 0, 1, 2))))
        subject = dice.choice(
            ("Re: Heating of the wing", "Heating of the wing", "Tea (was: Re: Heating of the wing)", "Roof")
        )
        by, hour = dice.choice(("ana", "ben")), dice.uniform(0, 400)
        if dice.random() < 0.2:
            rows.append(chat(f"m{n}", "Heating of the wing", by=by, occurred_at=START + datetime.timedelta(hours=hour)))
        else:
            rows.append(mail(f"m{n}", subject, "> a line\nyes\n" * (n % 2), hour=hour, by=by, references=refs))
    names = [row["message_id"] for row in rows]

    def some() -> dict[str, pa.Table]:
        return decided(
            join_with=[tuple(dice.sample(names, 2))], part_of=[tuple(dice.sample(names, 2))],
            not_part_of=[(one,) for one in dice.sample(names, 2)],
        )  # fmt: skip

    order = dice.sample(rows, len(rows))
    cuts = [0, *sorted(dice.sample(range(1, len(rows)), 2)), len(rows)]
    stands = [None, some(), some(), last := some()]
    merged = cell(
        tmp_path / "merged", *[order[low:high] for low, high in itertools.pairwise(cuts)], decided=stands, people=True
    )
    rebuilt = cell(tmp_path / "rebuilt", rows, decided=[last], people=True)
    for name in TABLES_MADE:
        assert merged[name] == rebuilt[name], name
