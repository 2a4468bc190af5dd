from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honeycell import conversations, log
from honeycell.conversations.answers import touched_answers
from honeycell.conversations.disentangle import AFTER, BEFORE
from honeycell.engine import open_engine
from honeycell.ids import id_of
from honeycell.log.changes import changes_since
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES

Said = dict[str, Any]
PEOPLE = ("ann", "bo", "cy")


def said(
    name: str, second: int, who: str, text: str, *, room: str = "C1", thread: str | None = None, copy: str = "0"
) -> Said:
    return {
        "interaction_id": id_of(name), "copy_hash": copy * 16, "kind": "message", "channel": "slack",
        "space": f"slack:T/{room}", "conversation_key": f"{room}/{thread or name}", "message_id": name,
        "in_reply_to": thread, "references": [thread] if thread else None,
        "occurred_at": datetime(2024, 1, 1) + timedelta(seconds=second), "body": text, "role": "from",
        "handle": f"slack:T/{who}", "display_name": who,
    }  # fmt: skip


def derived(folder: Path, batches: Sequence[Sequence[Said]]) -> dict[str, list[Said]]:
    """The tables after a rebuild of the first batch and a refresh for each other."""
    folder.mkdir()
    engine = open_engine(folder)
    copies: dict[int, set[str]] = {}
    for number, rows in enumerate(batches, 1):
        before = {one for one, held in copies.items() if len(held) > 1}
        for row in rows:
            copies.setdefault(row["interaction_id"], set()).add(row["copy_hash"])
        several = [
            {"interaction_id": one, "copy_hash": copy}
            for one, held in copies.items() if len(held) > 1
            for copy in sorted(held) if one not in before or any(copy == row["copy_hash"] for row in rows)
        ]  # fmt: skip
        with engine.writing("log") as writer:
            for name, data in (
                *((name, rows) for name in ("interactions", "participants", "texts")),
                ("variants", several),
            ):
                schema = TABLES[name].schema
                table = pa.Table.from_pylist([{**row, "batch": number} for row in data], schema=schema)
                writer.append(name, table)
            writer.publish()
        with engine.writing("derived") as writer, engine.scratch():
            changes = None if number == 1 else changes_since(Tables(engine), number - 1)
            derive(engine, writer, conversations.STEPS, changes=changes)
            writer.publish()
    found = {
        name: sorted(engine.to_arrow(engine.table(name)).to_pylist(), key=str)
        for name in ("answers", "threads", "conversations")
    }
    engine.close()
    return found


TALK = [
    said("1", 0, "ann", "how do I mount a usb disk?"),
    said("2", 20, "bo", "why does my wifi driver fail to load?"),
    said("3", 80, "cy", "ann: mount it with sudo mount /dev/sdb1 /mnt"),
    said("4", 100, "ann", "cy: thanks, that worked"),
]


def groups(tables: dict[str, list[Said]]) -> dict[str, str]:
    names = {id_of(str(n)): str(n) for n in range(9)}
    slack = {id_of(f"slack\nslack:T/C1\nC1/{n}"): str(n) for n in range(9)}
    return {names[row["interaction_id"]]: slack[row["conversation_id"]] for row in tables["threads"]}


def test_messages_without_threads_make_conversations(tmp_path: Path) -> None:
    tables = derived(tmp_path / "cell", [TALK])
    assert groups(tables) == {"1": "1", "2": "2", "3": "1", "4": "1"}
    assert {row["reason"] for row in tables["threads"]} == {"answer", "alone"}
    assert sorted(row["n_interactions"] for row in tables["conversations"]) == [1, 3]
    assert not any(row["root_missing"] for row in tables["conversations"])
    assert all(0 < row["probability"] <= 1 for row in tables["answers"])


def test_a_thread_stays_a_thread_whatever_its_first_message_says(tmp_path: Path) -> None:
    replied = said("5", 500, "bo", "does it stay mounted?", thread="4")
    tables = derived(tmp_path / "cell", [TALK, [replied]])
    assert groups(tables) == {"1": "1", "2": "2", "3": "1", "4": "4", "5": "4"}
    assert id_of("5") not in {row["interaction_id"] for row in tables["answers"]}


def test_talks_that_a_late_thread_parts_are_counted_apart(tmp_path: Path) -> None:
    further = said("6", 120, "cy", "ann: and do unmount it afterwards")
    answering = said("7", 140, "ann", "cy: I will unmount it")
    thread = said("5", 500, "bo", "does it stay mounted?", thread="3")
    batches = [[*TALK, further, answering], [thread]]
    assert groups(derived(tmp_path / "before", batches[:1]))["7"] == "1"
    tables = derived(tmp_path / "refreshed", batches)
    assert groups(tables)["7"] == "3"
    assert tables == derived(tmp_path / "rebuilt", [[*batches[0], thread]])


def test_mail_and_topics_are_not_guessed_at(tmp_path: Path) -> None:
    others = [
        {**row, "channel": channel} for row, channel in zip(TALK, ("mail", "zulip", "mail", "zulip"), strict=True)
    ]
    assert derived(tmp_path / "cell", [others])["answers"] == []


@st.composite
def talks(draw: st.DrawFn) -> list[Said]:
    rows = []
    for n in range(draw(st.integers(3, 14))):
        to = draw(st.sampled_from(["", "ann: ", "bo: "]))
        words = draw(st.sampled_from(["how do I mount it?", "try sudo", "thanks", "hello", "which driver?"]))
        thread = str(draw(st.integers(0, n - 1))) if n and draw(st.integers(0, 5)) == 0 else None
        room = draw(st.sampled_from(["C1", "C1", "C2"])) if thread is None else "C1"
        rows.append(
            said(str(n), draw(st.integers(0, 900)), draw(st.sampled_from(PEOPLE)), to + words, room=room, thread=thread)
        )
        if draw(st.integers(0, 7)) == 0:
            rows.append({**rows[-1], "copy_hash": draw(st.sampled_from(["!", "1"])) * 16, "body": "ann: edited",
                         "occurred_at": datetime(2024, 1, 1), "space": "slack:T/C1"})  # fmt: skip
    return rows


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=talks(), data=st.data())
def test_refreshing_in_any_order_gives_what_a_rebuild_gives(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Said], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cells")
    order = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order) - 1), min_size=1, max_size=3)))
    batches = [order[low:high] for low, high in itertools.pairwise([0, *cuts, len(order)])]
    assert derived(folder / "refreshed", batches) == derived(folder / "rebuilt", [rows])


def test_a_late_message_touches_those_near_it_alone_and_makes_what_a_rebuild_makes(tmp_path: Path) -> None:
    dice = np.random.default_rng(3)
    words = ("how do I mount it?", "try sudo", "thanks", "hello", "ann: which driver?", "bo: yes", "cy: no")
    rows = [said(str(n), 20 * n, dice.choice(PEOPLE), dice.choice(words)) for n in range(900)]
    late, others = rows[200], rows[:200] + rows[201:]
    assert derived(tmp_path / "refreshed", [others, [late]]) == derived(tmp_path / "rebuilt", [rows])
    engine = open_engine(tmp_path / "refreshed")
    t = Tables(engine)
    with engine.scratch():
        touched = t.arrow(touched_answers(t, changes_since(t, 1)).distinct())["interaction_id"].to_pylist()
        assert t.arrow(log.interactions(t).count()).as_py() == 900
    engine.close()
    place = {row["interaction_id"]: n for n, row in enumerate(rows)}
    assert {place[one] for one in touched} == set(range(200 - AFTER, 200 + BEFORE + 1))
