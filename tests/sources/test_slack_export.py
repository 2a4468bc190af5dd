"""Slack: official exports in every wrapping, and event logs."""

from __future__ import annotations

import json
import tarfile
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from honeycell.sources.slack_export import SOURCE

USERS = [
    {
        "id": "U1",
        "team_id": "T1",
        "name": "ana",
        "real_name": "Ana Silva",
        "tz": "Asia/Tokyo",
        "tz_offset": 0,
        "profile": {"email": "Ana@Example.com"},
    },
    {"id": "U2", "team_id": "T1", "name": "bo", "profile": {"real_name": "Bo Li"}, "tz_offset": -18000},
    {"id": "U3", "team_id": "T1", "name": "cy", "profile": {"display_name": "Cy"}},
    {"id": "U9", "team_id": "T1", "name": "helper", "is_bot": True, "profile": {"email": "bot@example.com"}},
]
CHANNELS = [{"id": "C1", "name": "general", "members": ["U1", "U2", "U3"]}]
TEA = "Tea at <https://example.com|noon> &amp; <#C1>?"
MESSAGES = [
    {"type": "message", "user": "U1", "ts": "1704150000.000100", "text": TEA},
    {
        "type": "message",
        "user": "U2",
        "ts": "1704150060.000200",
        "thread_ts": "1704150000.000100",
        "text": "<@U1> <@U3>: yes",
        "edited": {"user": "U2", "ts": "1704150090.000000"},
    },
    {"type": "message", "subtype": "channel_join", "user": "U3", "ts": "1704150100.000300", "text": "<@U3> has joined"},
    {"type": "message", "subtype": "bot_message", "bot_id": "B7", "username": "ci", "ts": "1704150200.000400",
     "text": "", "attachments": [{"fallback": "Build 7", "title": "Build 7 passed"}]},
    {"type": "message", "user": "U9", "ts": "1704150300.000500", "text": "beep"},
    {"type": "message", "subtype": "tombstone", "user": "U1", "ts": "1704150400.000600", "text": "This was deleted."},
]  # fmt: skip
FILES: dict[str, Any] = {
    "users.json": USERS,
    "channels.json": CHANNELS,
    "dms.json": [{"id": "D1", "members": ["U1", "U2"]}],
    "general/2024-01-01.json": MESSAGES,
    "general/canvas_in_the_conversation.json": [],
    "D1/2024-01-02.json": [{"type": "message", "user": "U1", "ts": "1704200000.000100", "text": "Just you"}],
}


def pack(path: Path, files: dict[str, Any], kind: str, prefix: str = "") -> Path:
    """The files as a folder, zip or tar file."""
    folder = path / "unpacked"
    for name, content in files.items():
        target = folder / prefix / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    if kind == "folder":
        return folder
    packed = path / f"export.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as archive:
            for file in sorted(folder.rglob("*.*")):
                archive.write(file, file.relative_to(folder).as_posix())
    else:
        with tarfile.open(packed, "w:xz") as tar:
            tar.add(folder, ".")
    return packed


def by_time(found: Any) -> list[dict[str, Any]]:
    return sorted(found["interactions"], key=lambda row: row["occurred_at"])


@pytest.mark.parametrize("kind", ["folder", "zip", "tar.xz"])
@pytest.mark.parametrize("prefix", ["", "ours"])
def test_an_export_reads_the_same_however_it_is_packed(tmp_path: Path, read_all: Any, kind: str, prefix: str) -> None:
    path = pack(tmp_path, FILES, kind, prefix)
    assert SOURCE.recognises(path)
    found = read_all(SOURCE, path)
    assert not found.failures
    assert found.n_records == 7
    tea, yes, build, beep, just_you = by_time(found)
    assert found.text(tea) == "Tea at noon (https://example.com) & #general?"
    assert found.people(tea) == {("from", "slack:T1/U1")}
    assert found.people(yes) == {("from", "slack:T1/U2"), ("to", "slack:T1/U1"), ("to", "slack:T1/U3")}
    assert found.text(yes) == "@Ana Silva @Cy: yes"
    assert yes["in_reply_to"] == tea["message_id"] == "slack:T1/C1/1704150000.000100"
    assert yes["conversation_key"] == tea["conversation_key"] != beep["conversation_key"]
    assert {row["space"] for row in (tea, yes, build, beep)} == {"slack:T1/general"}
    assert found.people(build) == {("from", "slack:T1/B7")}
    assert found.text(build) == "Build 7 passed"
    assert [bool(found.of("headers", row)) for row in (tea, build, beep)] == [False, True, True]
    assert just_you["space"] is None
    assert found.people(just_you) == {("from", "slack:T1/U1"), ("to", "slack:T1/U2")}
    assert sorted(found.reasons()) == ["deleted", "not-a-message"]


def test_days_follow_the_clock_of_the_author(tmp_path: Path, read_all: Any) -> None:
    tea, yes, build, *_ = by_time(read_all(SOURCE, pack(tmp_path, FILES, "folder")))
    assert tea["occurred_at"] == datetime(2024, 1, 1, 23, 0, 0, 100)
    assert (tea["occurred_on"], tea["utc_offset_minutes"]) == (date(2024, 1, 2), 540)
    assert (yes["occurred_on"], yes["utc_offset_minutes"]) == (date(2024, 1, 1), -300)
    assert (build["occurred_on"], build["utc_offset_minutes"]) == (date(2024, 1, 1), None)


def test_profiles_say_which_address_is_the_same_person(tmp_path: Path, read_all: Any) -> None:
    [row] = read_all(SOURCE, pack(tmp_path, FILES, "zip"))["directory"]
    assert (row["kind"], row["handle"], row["address"]) == ("account", "slack:T1/U1", "mailto:ana@example.com")
    assert row["display_name"] == "Ana Silva"


def test_of_two_exports_the_later_edit_sorts_first(tmp_path: Path, read_all: Any) -> None:
    def edited(name: str, stamp: str, text: str) -> dict[str, Any]:
        message = {"type": "message", "user": "U1", "ts": "1704150000.000100", "text": text}
        message |= {"edited": {"user": "U1", "ts": stamp}} if stamp else {}
        (tmp_path / name).mkdir()
        path = pack(tmp_path / name, {**FILES, "general/2024-01-01.json": [message]}, "folder")
        found = read_all(SOURCE, path)
        row: dict[str, Any] = by_time(found)[0]
        return row | {"text": found.text(row)}

    copies = [edited("b", "1704150050.0", "b"), edited("a", "", "a"), edited("c", "1704150900.0", "c")]
    assert len({row["interaction_id"] for row in copies}) == 1
    assert [row["text"] for row in sorted(copies, key=lambda row: row["copy_hash"])] == ["c", "b", "a"]


LOG = [
    {"type": "message", "channel": "C1", "user": "U1", "ts": "1704150000.000100", "text": "first wrods", "team": "T1"},
    {"type": "message", "channel": "C1", "user": "U2", "ts": "1704150010.000100", "text": "a secret", "team": "T1"},
    {"type": "message", "channel": "C1", "user": "U2", "ts": "1704150020.000100", "text": "stays", "team": "T1"},
]
LATER = [
    {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "event_ts": stamp,
        "ts": stamp,
        "message": {"type": "message", "user": "U1", "ts": "1704150000.000100", "text": text},
        "previous_message": {"text": "older words", "user": "U1", "ts": "1704150000.000100"},
    }
    for stamp, text in (("1704240000.000100", "first worsd"), ("1704240009.000100", "first words"))
] + [
    {
        "type": "message",
        "subtype": "message_deleted",
        "channel": "C1",
        "ts": "1704240010.000100",
        "deleted_ts": "1704150010.000100",
        "previous_message": {"text": "a secret", "user": "U2", "ts": "1704150010.000100"},
    }
]
EDN = {
    "users.edn": '({:user/slack-id "U1", :user/name "ana", :user/real-name "Ana \\"A\\" Silva", '
    ':user/admin? false, :user-profile/email "ana@example.com"}\n {:user/slack-id "U2", :user/name "bo"})',
    "channels.edn": '(#:channel{:slack-id "C1", :name "general", :creator [:user/slack-id "U1"]})',
}


@pytest.mark.parametrize("kind", ["folder", "tar.xz"])
def test_an_event_log_gives_the_words_that_stand_and_none_that_were_deleted(
    tmp_path: Path, read_all: Any, kind: str
) -> None:
    logs = {f"logs/2024-01-0{n}.txt": "\n".join(map(json.dumps, day)) for n, day in ((1, LOG), (2, LATER))}
    path = pack(tmp_path, {**EDN, **logs}, kind, "ours")
    assert SOURCE.recognises(path)
    found = read_all(SOURCE, path)
    assert {found.text(row) for row in by_time(found)} == {"first words", "stays"}
    assert found.n_records == 6
    assert sorted(found.reasons()) == ["deleted", "edited-later", "edited-later", "not-a-message"]
    assert "secret" not in str(dict(found.tables))
    assert found["interactions"][0]["space"] == "slack:T1/general"
    assert {row["display_name"] for row in found["participants"]} == {'Ana "A" Silva', "bo"}


def test_a_damaged_day_does_not_hide_the_others(tmp_path: Path, read_all: Any) -> None:
    damaged = {**FILES, "general/2023-12-31.json": json.dumps(MESSAGES)[:150]}
    found = read_all(SOURCE, pack(tmp_path, damaged, "folder"))
    assert [error.code for error in found.failures] == ["corrupt-file"]
    assert len(found["interactions"]) == 6
    assert len({row["interaction_id"] for row in found["interactions"]}) == 5


def test_records_that_are_no_messages_are_skipped_with_a_reason(tmp_path: Path, read_all: Any) -> None:
    odd = [7, {"type": "message", "user": "U1", "ts": "soon", "text": "x"}, {"type": "message", "ts": "1704150000.1"}]
    odd += [{"type": "message", "user": "U1", "ts": "1704150000.2", "text": "\ud83d half a pair"}]
    found = read_all(SOURCE, pack(tmp_path, {**FILES, "general/2024-01-01.json": odd}, "folder"))
    assert found.reasons() == ["not-json", "no-date", "no-author"]
    assert "\ufffd half a pair" in {row["body"] for row in found["texts"]}


def test_a_zip_whose_members_climb_out_is_read_but_reported(tmp_path: Path, read_all: Any) -> None:
    path = pack(tmp_path, FILES, "zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../general/2024-01-05.json", json.dumps(MESSAGES))
    found = read_all(SOURCE, path)
    assert [error.code for error in found.failures] == ["archive-climbs-out"]
    assert len(found["interactions"]) == 5


def test_other_folders_and_archives_are_not_recognised(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text("[]")
    assert not SOURCE.recognises(tmp_path)
    (tmp_path / "x.zip").write_bytes(b"no zip")
    assert not SOURCE.recognises(tmp_path / "x.zip")


@pytest.mark.corpus
def test_a_real_event_log_is_read_whole(corpus: Any, read_all: Any) -> None:
    found = read_all(SOURCE, corpus("chat/slack-clojurians.tar.xz"))
    assert not found.failures
    assert found.n_records == 11_281 == len(found["interactions"]) + len(found["skipped"])
    assert len({row["interaction_id"] for row in found["interactions"]}) == len(found["interactions"])
    assert sum(1 for row in found["interactions"] if row["in_reply_to"]) > 500
    assert sum(1 for row in found["participants"] if row["role"] == "to") > 1_000
    assert not any("<@" in row["body"] for row in found["texts"])
