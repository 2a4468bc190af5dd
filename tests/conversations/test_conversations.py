from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from letters import write

from honeycell import conversations
from honeycell.engine import Engine, open_engine
from honeycell.ids import id_of
from honeycell.log.changes import changes_since
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES

START = datetime(2024, 1, 1)
DERIVED = ("ancestors", "answers", "strands", "threads", "conversations")


def mail(
    message_id: str,
    references: Iterable[str] = (),
    *,
    minute: int | None = 0,
    author: str = "ana",
    copy: str = "0",
    **columns: Any,
) -> dict[str, Any]:
    refs = list(references)
    return {
        "interaction_id": id_of(message_id),
        "copy_hash": copy * 16,
        "kind": "message",
        "channel": "mail",
        "subject": f"about {message_id}",
        "occurred_at": None if minute is None else START + timedelta(minutes=minute),
        "message_id": message_id,
        "in_reply_to": refs[-1] if refs else None,
        "references": refs,
        "author": f"mailto:{author}@example.com",
        **columns,
    }


def add(engine: Engine, rows: list[dict[str, Any]], batch: int) -> None:
    facts = [{name: value for name, value in row.items() if name != "author"} for row in rows]
    authors = [
        {
            "interaction_id": row["interaction_id"],
            "copy_hash": row["copy_hash"],
            "role": "from",
            "handle": row["author"],
        }
        for row in rows
    ]
    write(engine, {"interactions": facts, "participants": authors}, batch)


def refresh(engine: Engine, since: int | None) -> None:
    with engine.writing("derived") as writer, engine.scratch():
        changes = None if since is None else changes_since(Tables(engine), since)
        derive(engine, writer, conversations.STEPS, changes=changes)
        writer.publish()


def derived(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    return {
        name: sorted(
            engine.to_arrow(engine.table(name)).to_pylist(), key=lambda row: str([row[k] for k in TABLES[name].key])
        )
        for name in DERIVED
    }


def cell(folder: Path, *batches: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(folder)
    try:
        for number, rows in enumerate(batches, 1):
            add(engine, rows, number)
            refresh(engine, None if number == 1 else number - 1)
        return derived(engine)
    finally:
        engine.close()


def groups(tables: dict[str, list[dict[str, Any]]]) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for row in tables["threads"]:
        found.setdefault(row["conversation_id"], set()).add(row["interaction_id"])
    return {frozenset(members) for members in found.values()}


def test_replies_join_the_mail_they_answer(tmp_path: Path) -> None:
    tables = cell(tmp_path, [mail("a"), mail("b", ["a"], minute=5, author="ben"), mail("c", minute=9)])
    assert groups(tables) == {frozenset({id_of("a"), id_of("b")}), frozenset({id_of("c")})}
    first = next(row for row in tables["conversations"] if row["n_interactions"] == 2)
    assert first["conversation_id"] == id_of("a")
    assert (first["n_authors"], first["subject"], first["root_missing"]) == (2, "about a", False)
    assert first["last_at"] - first["first_at"] == timedelta(minutes=5)
    assert {row["reason"] for row in tables["threads"]} == {"header", "alone"}


def test_replies_to_a_missing_mail_belong_together_and_say_that_the_root_is_missing(tmp_path: Path) -> None:
    tables = cell(tmp_path, [mail("b", ["gone"], minute=1), mail("c", ["gone"], minute=2)])
    assert [row["n_interactions"] for row in tables["conversations"]] == [2]
    assert tables["conversations"][0]["conversation_id"] == id_of("gone")
    assert tables["conversations"][0]["root_missing"]


def test_a_missing_mail_in_the_middle_of_a_chain_connects(tmp_path: Path) -> None:
    # d knows only its missing parent, which c names in the middle of its chain.
    tables = cell(tmp_path, [mail("c", ["a", "gone", "b"], minute=1), mail("d", ["gone"], minute=2)])
    assert [row["conversation_id"] for row in tables["conversations"]] == [id_of("a")]


def test_the_same_subject_alone_does_not_connect(tmp_path: Path) -> None:
    tables = cell(tmp_path, [mail("a", subject="Re: budget"), mail("b", subject="Re: budget", author="ben")])
    assert len(tables["conversations"]) == 2


def test_a_late_mail_joins_two_conversations_under_the_name_of_the_earlier(tmp_path: Path) -> None:
    tables = cell(
        tmp_path,
        [mail("a", minute=1), mail("b", ["a"], minute=2), mail("x", minute=0), mail("y", ["x"], minute=3)],
        [mail("z", ["a", "x"], minute=9)],
    )
    assert [(r["conversation_id"], r["n_interactions"]) for r in tables["conversations"]] == [(id_of("x"), 5)]


def test_topics_and_threads_are_conversations_and_an_unanswered_message_stands_alone(tmp_path: Path) -> None:
    def said(name: str, key: str, channel: str, space: str) -> dict[str, Any]:
        return mail(name, channel=channel, space=space, conversation_key=key)

    tables = cell(
        tmp_path,
        [
            said("s1", "C1/1", "slack", "slack:T/C1"),
            said("s2", "C1/2", "slack", "slack:T/C1"),
            said("s3", "C1/2", "slack", "slack:T/C1"),
            said("z1", "intro", "zulip", "zulip:#a"),
            said("z2", "intro", "zulip", "zulip:#b"),
            said("k1", "uid@cal", "calendar", "x"),
            said("k2", "uid@cal", "calendar", "y"),
        ],
        [said("s4", "C1/1", "slack", "slack:T/C1")],
    )
    names = {id_of(name): name for name in ("s1", "s2", "s3", "s4", "z1", "z2", "k1", "k2")}
    found = {frozenset(names[i] for i in members) for members in groups(tables)}
    assert found == {frozenset(g) for g in (("s1", "s4"), ("s2", "s3"), ("z1",), ("z2",), ("k1", "k2"))}
    reasons = {names[row["interaction_id"]]: row["reason"] for row in tables["threads"]}
    assert reasons["s1"] == reasons["s3"] == reasons["k1"] == "native thread"
    assert reasons["z1"] == "topic"


def test_a_chat_message_nobody_joined_is_alone(tmp_path: Path) -> None:
    tables = cell(tmp_path, [mail("s1", channel="slack", space="slack:T/C1", conversation_key="C1/1")])
    assert tables["threads"][0]["reason"] == "alone"
    assert not tables["conversations"][0]["root_missing"] or tables["conversations"][0]["n_interactions"] == 1


def test_mail_without_a_message_id_is_alone(tmp_path: Path) -> None:
    tables = cell(tmp_path, [{**mail("a"), "message_id": None}, {**mail("b"), "message_id": None}])
    assert len(tables["conversations"]) == 2


IDS = [f"m{n}" for n in range(9)]


@st.composite
def logs(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for name in draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=9, unique=True)):
        chosen = draw(st.lists(st.sampled_from(IDS), max_size=3))
        row = mail(
            name,
            chosen,
            minute=draw(st.sampled_from([None, 0, 1, 2])),
            author=draw(st.sampled_from(["ana", "ben"])),
        )
        if draw(st.booleans()) and draw(st.booleans()):
            row |= {"channel": "slack", "space": "slack:T/C", "conversation_key": draw(st.sampled_from("pq"))}
        rows.append(row)
        if draw(st.integers(0, 7)) == 0:
            rows.append({**row, "copy_hash": "1" * 16, "subject": "another copy", "author": "mailto:cy@example.com",
                         "references": chosen[:1], "in_reply_to": None})  # fmt: skip
    return rows


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=logs(), data=st.data())
def test_merging_batches_in_any_order_gives_what_a_rebuild_gives(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cell")
    order = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(order) - 1)), max_size=2)))
    edges = [0, *[cut for cut in cuts if cut < len(order)], len(order)]
    batches = [order[a:b] for a, b in itertools.pairwise(edges)]
    merged, rebuilt = cell(folder / "merged", *batches), cell(folder / "rebuilt", rows)
    for name in DERIVED:
        assert merged[name] == rebuilt[name], name
    # An independent implementation finds the same groups.
    graph = nx.Graph()
    shown = {}
    for row in sorted(rows, key=lambda row: row["copy_hash"], reverse=True):
        shown[row["interaction_id"]] = row
    for row in shown.values():
        key = row.get("conversation_key")
        node = ("key", key) if key else row["message_id"]
        graph.add_edge(("interaction", row["interaction_id"]), node)
        if not key:
            graph.add_edges_from((node, parent) for parent in row["references"])
            if row["in_reply_to"]:
                graph.add_edge(node, row["in_reply_to"])
    keys = [row.get("conversation_key") for row in shown.values()]
    for row in merged["answers"]:
        child, parent = (shown[row[name]].get("conversation_key") for name in ("interaction_id", "parent_id"))
        if keys.count(child) == 1:
            graph.add_edge(("key", child), ("key", parent))
    expected = {
        frozenset(node[1] for node in part if isinstance(node, tuple) and node[0] == "interaction")
        for part in nx.connected_components(graph)
    }
    assert groups(merged) == expected - {frozenset()}
