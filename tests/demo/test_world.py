"""The simulated world: the same every time, readable by the sources, and true to what it says was planted."""

from __future__ import annotations

import csv
import hashlib
import json
import lzma
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from honeycell.demo import World, import_order, write_world
from honeycell.sources import recognise

SCALE = 0.05
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return write_world(tmp_path_factory.mktemp("world"), scale=SCALE)


def table(world: World, name: str) -> Rows:
    with (world.folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def truth(world: World) -> Callable[[str], Rows]:
    return lambda name: table(world, name)


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> World:
    return write_world(tmp_path_factory.mktemp("larger"), scale=0.2, seed=3)


@pytest.fixture(scope="module")
def planted(world: World) -> dict:
    return json.loads((world.folder / "truth" / "world.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def read(world: World) -> dict[str, list[dict]]:
    """Everything the sources read, table by table; `archive` is the named path a row came from."""
    tables: dict[str, list[dict]] = defaultdict(list)
    for path in files(world):
        source = recognise(path)
        assert source is not None, path
        for part in source.parts(path, path.name):
            for batch in source.read(part):
                for name, table in batch.tables.items():
                    tables[name] += [{**row, "archive": path, "source": source.name} for row in table.to_pylist()]
    return tables


def files(world: World) -> Iterator[Path]:
    for path in import_order(world):
        inner = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        yield from inner


def digest(folder: Path) -> str:
    """A hash over names and contents; what is compressed counts unpacked, as packers differ."""
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            raw = file.read_bytes()
            total.update(str(file.relative_to(folder)).encode())
            total.update(lzma.decompress(raw) if file.suffix == ".xz" else raw)
    return total.hexdigest()


def answered_to(message: dict[str, str]) -> list[str]:
    return [person for person in (*message["to"].split(";"), *message["cc"].split(";")) if person]


def between(messages: Rows, one: str, other: str) -> list[str]:
    """When one of the two wrote to the other."""
    pair = {one, other}
    return [m["at"] for m in messages if m["author"] in pair and pair & {*answered_to(m)} - {m["author"]}]


def test_the_same_seed_gives_the_same_files_wherever_it_runs(tmp_path: Path) -> None:
    write_world(tmp_path / "here", scale=0.02)
    code = "import sys; from pathlib import Path; from honeycell.demo import write_world; "
    code += "write_world(Path(sys.argv[1]), scale=0.02)"
    elsewhere = {**os.environ, "PYTHONHASHSEED": "3", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONUTF8": "0"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], check=True, env=elsewhere)
    assert digest(tmp_path / "here") == digest(tmp_path / "there")
    write_world(tmp_path / "other", scale=0.02, seed=8)
    assert digest(tmp_path / "here") != digest(tmp_path / "other")


def test_an_earlier_world_is_replaced_and_other_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "mine.txt").write_text("mine")
    write_world(tmp_path, scale=0.02, seed=8)
    assert (tmp_path / "mail" / "mine.txt").exists()
    write_world(tmp_path, scale=0.02)
    write_world(tmp_path / "fresh", scale=0.02)
    fresh = {str(file.relative_to(tmp_path / "fresh")) for file in (tmp_path / "fresh").rglob("*")}
    again = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*")}
    assert {name for name in again if not name.startswith("fresh")} == fresh


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    world = write_world(tmp_path, scale=0.02, progress=lambda *report: told.append(report))
    mails = [(done, total) for what, done, total in told if what == "mail"]
    assert mails[-1][0] == mails[-1][1] >= world.n_mails
    assert [done for done, _ in mails] == sorted(done for done, _ in mails)


def test_every_file_is_read_by_its_source_without_a_skipped_record(world: World, read: dict[str, list[dict]]) -> None:
    assert read["skipped"] == []
    sources = {path.suffix: recognise(path) for path in files(world)}
    names = {suffix: source.name for suffix, source in sources.items() if source}
    assert names == {".mbox": "mbox", ".xz": "mbox", ".zip": "slack_export", ".ics": "ics", ".csv": "ledger_csv"}
    first = recognise(import_order(world)[0])
    assert first is not None
    assert first.name == "affiliations_csv"


def test_the_truth_is_not_imported(world: World) -> None:
    assert not any("truth" in path.relative_to(world.folder).parts for path in files(world))


def test_the_counts_are_what_the_sources_find(world: World, read: dict[str, list[dict]]) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for row in read["interactions"]:
        found[row["channel"] + "/" + row["kind"]].add(row["interaction_id"])
    bots = {r["interaction_id"] for r in read["participants"] if r["role"] == "from" and "B0" in r["handle"]}
    assert len(found["mail/message"]) == world.n_mails
    assert len(found["slack/message"] - bots) == world.n_chats
    assert len(found["calendar/meeting"]) == world.n_meetings
    assert sum(len(ids) for name, ids in found.items() if name.startswith("ledger/")) == world.n_documents


def test_a_mail_in_two_mailboxes_is_the_same_mail_twice(read: dict[str, list[dict]]) -> None:
    copies: dict[str, set[str]] = defaultdict(set)
    archives: dict[str, set[Path]] = defaultdict(set)
    for row in read["interactions"]:
        if row["channel"] == "mail" and row["kind"] == "message" and "lists" not in row["archive"].parts:
            copies[row["interaction_id"]].add(row["copy_hash"])
            archives[row["interaction_id"]].add(row["archive"])
    assert sum(len(held) > 1 for held in archives.values()) > len(archives) / 10
    assert all(len(hashes) == 1 for hashes in copies.values())


def test_every_address_belongs_to_somebody_known(truth: Callable[[str], Rows], read: dict[str, list[dict]]) -> None:
    known = {row["handle"] for row in truth("handles")}
    written = {r["handle"] for r in read["participants"] if r["source"] != "ledger_csv" and "B0" not in r["handle"]}
    assert written <= known
    assert len(written) > 200


def test_the_texts_are_what_was_written(truth: Callable[[str], Rows], read: dict[str, list[dict]]) -> None:
    ids = {r["interaction_id"]: r["message_id"] for r in read["interactions"]}
    bodies = {ids[r["interaction_id"]]: " ".join(r["body"].split()) for r in read["texts"]}
    asked = [row for row in truth("loops") if row["native_id"] in bodies]
    assert len(asked) > 500
    assert {row["language"] for row in asked} == {"en", "de", "fr", "nl"}
    assert all(row["sentence"] in bodies[row["native_id"]] for row in asked)


def test_a_body_line_that_looks_like_a_separator_comes_back(read: dict[str, list[dict]]) -> None:
    lines = {line for row in read["texts"] for line in row["body"].splitlines() if "From here on" in line}
    assert "From here on nothing changes for you." in lines
    assert not any(line.startswith(">From") for line in lines)


def test_nothing_passes_between_two_whose_tie_died(truth: Callable[[str], Rows]) -> None:
    messages = truth("messages")
    dead = [row for row in truth("ties") if row["fate"] in ("dead", "departed")]
    before = 0
    for tie in dead:
        when = between(messages, tie["a_person"], tie["b_person"])
        before += len(when)
        assert all(at[:10] < tie["ends_on"] for at in when), tie
    assert before > 10
    assert {tie["fate"] for tie in dead} == {"dead", "departed"}


def test_nobody_meets_or_is_read_meeting_after_the_end(
    truth: Callable[[str], Rows], read: dict[str, list[dict]]
) -> None:
    person = {row["handle"]: row["person"] for row in truth("handles")}
    on = {r["interaction_id"]: r["occurred_on"].isoformat() for r in read["interactions"] if r["kind"] == "meeting"}
    met: dict[str, set[str]] = defaultdict(set)
    for row in read["participants"]:
        if row["interaction_id"] in on:
            met[row["interaction_id"]].add(person[row["handle"]])
    ends = {(t["a_person"], t["b_person"]): t["ends_on"] for t in truth("ties") if t["ends_on"]}
    for meeting, people in met.items():
        for (a, b), end in ends.items():
            assert not ({a, b} <= people and on[meeting] > end)


def test_a_paused_tie_is_silent_and_comes_back(larger: World) -> None:
    paused = [row for row in table(larger, "ties") if row["fate"] == "paused"]
    messages = table(larger, "messages")
    assert len(paused) >= 3
    back = 0
    for tie in paused:
        when = [at[:10] for at in between(messages, tie["a_person"], tie["b_person"])]
        assert not any(tie["pause_from_on"] <= day < tie["pause_to_on"] for day in when)
        back += any(day >= tie["pause_to_on"] for day in when)
    assert back >= len(paused) / 2


def test_one_mailbox_has_no_archive_for_two_months(world: World, planted: dict, truth: Callable[[str], Rows]) -> None:
    gap = planted["mailbox_gap"]
    months = {file.name.partition(".")[0] for file in (world.folder / "mail" / gap["archive"]).iterdir()}
    assert not months & set(gap["months"])
    assert {"2025-10", "2026-01"} <= months
    assert len(months) == 22
    lost = [row for row in truth("lost") if row["why"] == "gap"]
    assert lost
    assert {row["at"][:7] for row in lost} <= set(gap["months"])
    assert all(gap["person"] in (row["author"], *answered_to(row)) for row in lost)


def test_everything_hangs_on_one_pair(truth: Callable[[str], Rows], planted: dict) -> None:
    [top] = [one for one in planted["relationships"] if one["share_top_pair"]]
    ties = {
        frozenset((t["a_person"], t["b_person"])) for t in truth("ties") if t["organisations"] == top["organisations"]
    }
    count = Counter(
        frozenset((m["author"], m["to"])) for m in truth("messages") if frozenset((m["author"], m["to"])) in ties
    )
    assert abs(count.most_common(1)[0][1] / count.total() - top["share_top_pair"]) < 0.15


def test_the_subgroup_moves_to_its_own_channel_from_the_day_on(truth: Callable[[str], Rows], planted: dict) -> None:
    side = planted["side_channel"]
    messages = truth("messages")
    apart = [m for m in messages if m["kind"] == "chat" and m["space"] == side["side"]]
    assert apart
    assert all(m["at"] >= side["from"] and m["author"] in side["people"] for m in apart)
    assert any(
        m["space"] == side["space"] and m["at"] < side["from"] and m["author"] in side["people"] for m in messages
    )


def test_who_moves_writes_from_the_new_address_from_the_day_on(
    truth: Callable[[str], Rows], read: dict[str, list[dict]]
) -> None:
    used = {row["handle"]: row for row in truth("handles")}
    on = {r["interaction_id"]: r["occurred_on"].isoformat() for r in read["interactions"] if r["channel"] == "mail"}
    moved = 0
    for row in read["participants"]:
        handle = used.get(row["handle"])
        if handle is None or row["role"] != "from" or row["interaction_id"] not in on:
            continue
        # The sender's own date may be a day off the simulator's, which counts in UTC.
        if handle["to_on"] or handle["from_on"]:
            moved += 1
            day = on[row["interaction_id"]]
            assert not handle["to_on"] or day <= handle["to_on"] or day[:7] <= handle["to_on"][:7]
            assert not handle["from_on"] or day >= handle["from_on"] or day[:7] >= handle["from_on"][:7]
    assert moved > 20


def test_one_relationship_grows_and_another_declines(larger: World) -> None:
    organisation = {row["person"]: row["organisation"] for row in table(larger, "people")}
    years: Counter[tuple[str, bool]] = Counter()
    for message in table(larger, "messages"):
        if message["kind"] == "talk":
            for name in {organisation[message["author"]], organisation[message["to"]]} - {"vantry"}:
                years[name, message["at"] >= "2025-10-01"] += 1
    assert years["brightwater", True] > 1.3 * years["brightwater", False]
    assert years["orlova", True] < 0.75 * years["orlova", False]


def test_promises_are_kept_at_the_planted_rate(truth: Callable[[str], Rows], planted: dict) -> None:
    ours = {row["person"]: row["organisation"] == "vantry" for row in truth("people")}
    promises = [r for r in truth("loops") if r["kind"] == "promise" and r["due_on"] < "2026-08-31" and ours[r["owner"]]]
    kept = sum(bool(row["closed_at"]) and row["closed_at"][:10] <= row["due_on"] for row in promises)
    rate = planted["replies"]["promises_kept_by_us"]
    assert len(promises) > 30
    # Four standard errors.
    assert abs(kept / len(promises) - rate) < 4 * (rate * (1 - rate) / len(promises)) ** 0.5


def test_loops_open_before_they_close_and_name_messages_that_exist(truth: Callable[[str], Rows]) -> None:
    ids = {row["native_id"] for row in truth("messages")}
    loops = truth("loops")
    assert {row["kind"] for row in loops} == {"question", "request", "promise"}
    for row in loops:
        assert row["native_id"] in ids
        assert not row["closed_by"] or (row["closed_by"] in ids and row["closed_at"] > row["opened_at"])
        assert (row["kind"] == "promise") == bool(row["due_on"])


def test_ideas_are_taken_up_only_after_they_were_heard(truth: Callable[[str], Rows]) -> None:
    at = {row["native_id"]: row["at"] for row in truth("messages")}
    first: dict[str, str] = {}
    taken = 0
    for row in truth("ideas"):
        first.setdefault(row["phrase"], row["first_used_at"])
        assert row["first_used_at"] >= first[row["phrase"]]
        if row["exposed_by"] and row["exposed_by"] in at:
            taken += 1
            assert at[row["exposed_by"]] <= row["first_used_at"]
    assert len(first) > 10
    assert taken > 20


def test_machines_bear_the_signs_they_are_said_to(read: dict[str, list[dict]]) -> None:
    senders = {r["interaction_id"]: r["handle"] for r in read["participants"] if r["role"] == "from"}
    signs: dict[str, set[str]] = defaultdict(set)
    for row in read["headers"]:
        signs[senders.get(row["interaction_id"], "")].add(row["name"])
    assert {"list-unsubscribe", "precedence"} <= signs["mailto:news@quillfeather.example"]
    assert "auto-submitted" in signs["mailto:alerts@vantry-labs.example"]
    assert not signs["mailto:timesheets@vantry.example"] & {"auto-submitted", "precedence", "list-unsubscribe"}


def test_the_list_rewrites_the_sender_of_one_domain(read: dict[str, list[dict]]) -> None:
    posts = {
        r["interaction_id"] for r in read["interactions"] if "lists" in r["archive"].parts and r["kind"] == "message"
    }
    true_senders = {
        r["value"] for r in read["headers"] if r["interaction_id"] in posts and r["name"] == "x-original-from"
    }
    assert true_senders
    assert all("@aldermoor-rail.example" in value for value in true_senders)
