"""An import adds what is new, once, whatever the order, and accounts for every record."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
from worlds import SOURCE, day, log_state, write_lines

from honeycell import log
from honeycell.engine import Engine, open_engine
from honeycell.errors import NotFoundError
from honeycell.progress import Progress
from honeycell.sources import interaction_id
from honeycell.steps import Tables
from honeycell.tables import TABLES


def mail(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{number}@example.com", "body": f"words {number}", "at": day(number % 300),
        "from": [f"p{number % 7}@example.com"], "to": [f"p{number % 5}@example.com"], **more,
    }  # fmt: skip


def bring(engine: Engine, *paths: Path, **more: Any) -> log.ImportResult:
    result = log.import_paths(engine, paths, source=SOURCE, **more)
    assert result.n_records == result.added + result.duplicate + sum(result.skipped.values())
    return result


def test_the_same_archive_twice_adds_nothing(engine: Engine, tmp_path: Path) -> None:
    archive = write_lines(tmp_path / "in" / "a.jsonl", *(mail(n) for n in range(50)), {"skip": "no-date"})
    first = bring(engine, archive)
    assert (first.import_id, first.added, first.duplicate, first.skipped) == (1, 50, 0, {"no-date": 1})
    before = log_state(engine)
    second = bring(engine, archive)
    assert (second.import_id, second.added, second.duplicate, second.skipped) == (2, 0, 50, {"no-date": 1})
    assert log_state(engine) == before
    lines = engine.to_arrow(log.imports(Tables(engine))).to_pylist()
    assert [(line["import_id"], line["n_added"], line["n_skipped"]) for line in lines] == [(1, 50, 1), (2, 0, 1)]


def test_a_copy_in_another_archive_is_a_sighting_only(engine: Engine, tmp_path: Path) -> None:
    bring(engine, write_lines(tmp_path / "in" / "ana.jsonl", *(mail(n) for n in range(10))))
    result = bring(engine, write_lines(tmp_path / "in" / "bo.jsonl", *(mail(n) for n in range(5, 15))))
    assert (result.added, result.duplicate) == (5, 5)
    state = log_state(engine)
    assert (len(state["interactions"]), len(state["sightings"]), state["variants"]) == (15, 20, [])


def test_copies_inside_one_file_are_counted_each(engine: Engine, tmp_path: Path) -> None:
    result = bring(engine, write_lines(tmp_path / "in" / "a.jsonl", mail(1), mail(1), mail(1), mail(2)))
    assert (result.added, result.duplicate) == (2, 2)
    state = log_state(engine)
    assert (len(state["interactions"]), len(state["texts"]), len(state["participants"])) == (2, 2, 4)


AWKWARD = [
    mail(1, body="one"), mail(1, body="two"), mail(1, body="three"),  # one Message-ID, three bodies
    mail(1, body="two", cc=["late@example.com"]),  # a differing copy of one of them
    mail(2, name="Ana"), mail(2, name="Ana S"), mail(2), mail(2),  # differing copies
    mail(3), {"skip": "no-date"}, {"skip": "no-date", "other": 1},
    mail(4, at=None),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_imports_changes_nothing(tmp_path: Path, seed: int) -> None:
    files = [write_lines(tmp_path / "in" / f"{n}.jsonl", record) for n, record in enumerate(AWKWARD)]
    states = []
    for name, order in (("straight", files), ("shuffled", random.Random(seed).sample(files, len(files)))):
        (tmp_path / name).mkdir()
        engine = open_engine(tmp_path / name)
        cut = 1 + seed * 2
        for start in range(0, len(order), cut) if name == "shuffled" else [0]:
            bring(engine, *(order[start : start + cut] if name == "shuffled" else order))
        states.append(log_state(engine))
        engine.close()
    assert states[0] == states[1]


def test_the_smallest_body_keeps_the_id_and_the_others_say_why_not(engine: Engine, tmp_path: Path) -> None:
    for number, record in enumerate(AWKWARD[:4]):
        bring(engine, write_lines(tmp_path / "in" / f"{number}.jsonl", record))
    t = Tables(engine)
    rows = engine.to_arrow(log.interactions(t).order_by("body_hash")).to_pylist()
    plain = interaction_id("1@example.com")
    assert [row["interaction_id"] == plain for row in rows] == [True, False, False]
    assert [row["interaction_id"] for row in rows[1:]] == [
        interaction_id("1@example.com" + row["body_hash"]) for row in rows[1:]
    ]
    headers = engine.to_arrow(log.headers(t)).to_pylist()
    assert sorted(row["interaction_id"] for row in headers if row["value"] == "message-id-reused") == sorted(
        row["interaction_id"] for row in rows[1:]
    )
    for name in ("texts", "participants", "sightings"):
        held = engine.to_arrow(t[name].interaction_id.nunique()).as_py()
        assert held == 3, name


def test_every_key_of_the_log_is_unique_after_awkward_imports(engine: Engine, tmp_path: Path) -> None:
    for number in range(3):
        bring(engine, write_lines(tmp_path / "in" / f"{number}.jsonl", *AWKWARD[number:], *AWKWARD))
    for name in ("interactions", "participants", "texts", "headers", "sightings", "variants", "skipped"):
        table = engine.table(name)
        n_keys = engine.to_arrow(table.select(*TABLES[name].key).distinct().count()).as_py()
        assert n_keys == engine.to_arrow(table.count()).as_py(), name


def test_a_dry_run_counts_and_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    a = write_lines(tmp_path / "in" / "a.jsonl", *AWKWARD)
    b = write_lines(tmp_path / "in" / "b.jsonl", mail(3), mail(9))
    bring(engine, a)
    before, number = log_state(engine), engine.snapshot.number
    foretold = bring(engine, b, dry_run=True)
    assert (foretold.import_id, foretold.added, foretold.duplicate) == (0, 1, 1)
    assert log_state(engine) == before
    assert engine.snapshot.number == number
    done = bring(engine, b)
    assert (done.added, done.duplicate) == (foretold.added, foretold.duplicate)


def test_folders_are_walked_once_and_strangers_in_them_only_warn(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    write_lines(folder / "sub" / "a.jsonl", mail(1))
    write_lines(folder / ".hidden" / "b.jsonl", mail(2))
    write_lines(folder / ".c.jsonl", mail(3))
    (folder / "empty.jsonl").touch()
    (folder / "sub" / "loop").symlink_to(folder)
    result = bring(engine, folder)
    assert (result.added, result.failures) == (1, ())
    assert [warning.code for warning in result.warnings] == ["empty-file"]
    located = engine.to_arrow(engine.table("sightings").locator)[0].as_py()
    assert located.startswith("archive/sub/a.jsonl#0-")


def test_a_file_that_nothing_recognises_fails_when_it_is_named(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    stranger = tmp_path / "in" / "stranger.bin"
    stranger.write_bytes(bytes(range(256)))
    named = log.import_paths(engine, [stranger])
    assert [failure.code for failure in named.failures] == ["source-not-recognised"]
    below = log.import_paths(engine, [tmp_path / "in"])
    assert ([w.code for w in below.warnings], below.failures) == (["source-not-recognised"], ())


def test_a_path_that_is_not_there_is_said_before_anything_is_read(engine: Engine, tmp_path: Path) -> None:
    good = write_lines(tmp_path / "in" / "a.jsonl", mail(1))
    with pytest.raises(NotFoundError) as caught:
        log.import_paths(engine, [good, tmp_path / "nowhere"], source=SOURCE)
    assert caught.value.code == "file-not-found"
    assert log_state(engine)["interactions"] == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_fails_and_the_rest_goes_on(engine: Engine, tmp_path: Path) -> None:
    write_lines(tmp_path / "in" / "a.jsonl", mail(1))
    closed = tmp_path / "in" / "closed"
    closed.mkdir(mode=0)
    result = bring(engine, tmp_path / "in")
    assert ([failure.code for failure in result.failures], result.added) == (["file-not-readable"], 1)


def test_damage_keeps_what_came_before_it_and_is_listed(engine: Engine, tmp_path: Path) -> None:
    broken = write_lines(tmp_path / "in" / "a.jsonl", mail(1), mail(2))
    broken.write_text(broken.read_text() + "!\n")
    write_lines(tmp_path / "in" / "b.jsonl", mail(3))
    result = bring(engine, tmp_path / "in")
    assert (result.added, result.skipped) == (3, {"corrupt-file": 1})
    assert [failure.code for failure in result.failures] == ["corrupt-file"]
    listed = engine.to_arrow(log.skipped(Tables(engine), result.import_id)).to_pylist()
    assert [(row["locator"], row["reason"]) for row in listed] == [("in/a.jsonl", "corrupt-file")]


def test_progress_ends_at_the_total(engine: Engine, tmp_path: Path) -> None:
    seen: list[Progress] = []
    bring(engine, write_lines(tmp_path / "in" / "a.jsonl", *(mail(n) for n in range(200))), progress=seen.append)
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert seen[-1].done == seen[-1].total == (tmp_path / "in" / "a.jsonl").stat().st_size


def test_large_input_is_read_in_other_processes_with_the_same_result(tmp_path: Path) -> None:
    records = [mail(n, body=f"{n} " + "long words " * 700) for n in range(700)] + AWKWARD
    big = write_lines(tmp_path / "in" / "big.jsonl", *records)
    assert big.stat().st_size > 4 * 1024**2
    (tmp_path / "one").mkdir()
    engine = open_engine(tmp_path / "one")
    result = bring(engine, big)
    assert (result.n_records, result.failures) == (len(records), ())
    assert result.skipped == {"no-date": 2}
    engine.close()


def test_an_unknown_import_number_is_said(engine: Engine) -> None:
    with pytest.raises(NotFoundError) as caught:
        log.skipped(Tables(engine), 7)
    assert caught.value.code == "no-such-import"


def test_an_edited_chat_message_stays_one_interaction(engine: Engine, tmp_path: Path) -> None:
    for number, words in enumerate(("first", "first, edited")):
        bring(engine, write_lines(tmp_path / "in" / f"{number}.jsonl", mail(1, channel="zulip", body=words)))
    assert engine.to_arrow(log.interactions(Tables(engine)).count()).as_py() == 1
    assert len(log_state(engine)["variants"]) == 2
