"""Zulip: official exports, and messages as JSON lines."""

from __future__ import annotations

import gzip
import json
import tarfile
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from honeycell.sources.zulip_content import quoted_ids
from honeycell.sources.zulip_export import SOURCE

REALM = {
    "zerver_realm": [{"id": 2, "string_id": "ours", "name": "Our place"}],
    "zerver_userprofile": [
        {"id": 7, "full_name": "Ana Silva", "delivery_email": "Ana@example.com", "email": "user7@z.example.com",
         "is_bot": False, "timezone": "America/New_York"},
        {"id": 8, "full_name": "Bo Li", "delivery_email": None, "email": "user8@z.example.com", "is_bot": False},
        {"id": 9, "full_name": "Cy", "email": "cy@example.org", "is_bot": False, "timezone": ""},
        {"id": 10, "full_name": "Deploys", "email": "deploys-bot@example.org", "is_bot": True},
    ],
    "zerver_userprofile_crossrealm": [{"id": 1, "email": "notification-bot@zulip.com"}],
    "zerver_stream": [{"id": 30, "name": "design"}],
    "zerver_recipient": [
        {"id": 100, "type": 2, "type_id": 30},
        {"id": 101, "type": 1, "type_id": 8},
        {"id": 102, "type": 3, "type_id": 5},
    ],
    "zerver_subscription": [{"recipient": 102, "user_profile": key} for key in (7, 8, 9)]
    + [{"recipient": 100, "user_profile": 7}],
}  # fmt: skip


def message(key: int, sender: int, recipient: int, html: str, **more: Any) -> dict[str, Any]:
    made = {"id": key, "sender": sender, "recipient": recipient, "subject": "Icons", "date_sent": 1704150000.25 + key}
    return {**made, "content": "markdown", "rendered_content": html, "last_edit_time": None, **more}


MESSAGES = [
    message(1, 7, 100, "<p>Round or <strong>square</strong>?</p>"),
    message(
        2,
        8,
        100,
        '<p><span class="user-mention silent" data-user-id="7">Ana Silva</span> '
        '<a href="https://z.example.com/#narrow/stream/30-design/topic/Icons/near/1">said</a>:</p>\n'
        "<blockquote>\n<p>Round or square?</p>\n</blockquote>\n"
        '<p>Ask <span class="user-mention" data-user-id="9">@Cy</span></p>',
        subject="✔ icons",
    ),
    message(3, 7, 101, "<p>Between us</p>", subject=""),
    message(4, 7, 102, "<p>Between three</p>", subject=""),
    message(5, 10, 100, "<p>deployed</p>", subject="deploys"),
    message(6, 1, 100, "<p>Topic resolved</p>"),
    message(7, 9, 100, "", rendered_content=None, content="@**Bo Li|8** look @_**Ana Silva|7**"),
]
FILES = {
    "realm.json": REALM,
    "messages-000001.json": {"zerver_usermessage": [{"id": 1, "message": 1}], "zerver_message": MESSAGES[:4]},
    "messages-000002.json": {"zerver_message": MESSAGES[4:], "zerver_usermessage": []},
    "attachment.json": {"zerver_attachment": []},
}


def pack(path: Path, kind: str) -> Path:
    folder = path / "export"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    if kind == "zip":
        with zipfile.ZipFile(path / "x.zip", "w") as archive:
            for name in FILES:
                archive.write(folder / name, f"zulip-export/{name}")
        return path / "x.zip"
    if kind == "tar.gz":
        with tarfile.open(path / "x.tar.gz", "w:gz") as tar:
            tar.add(folder, "zulip-export")
        return path / "x.tar.gz"
    return folder


@pytest.mark.parametrize("kind", ["folder", "zip", "tar.gz"])
def test_an_export_reads_the_same_however_it_is_packed(tmp_path: Path, read_all: Any, kind: str) -> None:
    path = pack(tmp_path, kind)
    assert SOURCE.recognises(path)
    found = read_all(SOURCE, path)
    assert not found.failures
    first, answer, two, three, deployed, resolved, look = sorted(
        found["interactions"], key=lambda row: row["occurred_at"]
    )
    assert found.text(first) == "Round or square?"
    assert first["space"] == "zulip:ours/design"
    assert first["occurred_at"] == datetime(2024, 1, 1, 23, 0, 1, 250_000)
    assert (first["occurred_on"], first["utc_offset_minutes"]) == (date(2024, 1, 1), -300)
    assert answer["in_reply_to"] == first["message_id"] == "zulip:ours/1"
    assert answer["conversation_key"] == first["conversation_key"]
    assert found.people(answer) == {("from", "zulip:ours/8"), ("to", "zulip:ours/9")}
    assert "> Round or square?" in found.text(answer)
    assert two["space"] is None
    assert found.people(two) == {("from", "zulip:ours/7"), ("to", "zulip:ours/8")}
    assert found.people(three) == {("from", "zulip:ours/7"), ("to", "zulip:ours/8"), ("to", "zulip:ours/9")}
    assert two["conversation_key"] != three["conversation_key"]
    assert [bool(found.of("headers", row)) for row in (first, deployed, resolved)] == [False, True, True]
    assert found.people(look) == {("from", "zulip:ours/9"), ("to", "zulip:ours/8")}
    assert found.text(look) == "@Bo Li look @Ana Silva"
    assert {(row["handle"], row["address"]) for row in found["directory"]} == {
        ("zulip:ours/7", "mailto:ana@example.com"),
        ("zulip:ours/9", "mailto:cy@example.org"),
    }


LINES = [
    {"id": 1, "ts": 1704150000, "topic": "Icons", "sender": "Ana Silva", "content": "<p>Round?</p>"},
    {
        "id": 2,
        "ts": 1704150100,
        "topic": "Icons",
        "sender": "Bo Li",
        "content": '<p><span class="user-mention" data-user-id="7">@Ana Silva</span> no</p>',
    },
    {"id": 3, "ts": 1704150200, "topic": "Icons", "sender": "Notification Bot", "content": "<p>Resolved</p>"},
]


def test_json_lines_are_read_with_names_as_handles(tmp_path: Path, read_all: Any) -> None:
    path = tmp_path / "zulip-design.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join([*map(json.dumps, LINES), "{broken", ""]).encode()))
    assert SOURCE.recognises(path)
    found = read_all(SOURCE, path)
    _, answer, resolved = found["interactions"]
    assert answer["space"] == "zulip:design"
    assert found.people(answer) == {("from", "zulip:bo-li"), ("to", "zulip:ana-silva")}
    assert [row["value"] for row in found.of("headers", resolved)] == ["1"]
    assert found.reasons() == ["not-json"]
    assert found["skipped"][0]["locator"] == "zulip-design.jsonl.gz#record 4"


def test_formulas_and_pictures_are_words(tmp_path: Path, read_all: Any) -> None:
    formula = (
        '<span class="katex"><span class="katex-mathml"><math><semantics><mi>A</mi><annotation encoding="x">A^2'
        '</annotation></semantics></math></span><span class="katex-html"><span>A</span><sup>2</sup></span></span>'
    )
    line = {**LINES[0], "content": f'<p>So {formula} <img alt=":tada:" class="emoji" src="x"></p>'}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(line))
    assert [row["body"] for row in read_all(SOURCE, path)["texts"]] == ["So A^2 :tada:"]


def test_other_json_lines_are_not_recognised(tmp_path: Path) -> None:
    for number, text in enumerate(('{"id": 1}', "[]", "", "nonsense", json.dumps({**LINES[0], "topic": 1})[:40])):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(text)
        assert not SOURCE.recognises(path)
    assert not SOURCE.recognises(tmp_path)


def test_a_cut_export_gives_what_came_before_the_cut(tmp_path: Path, read_all: Any) -> None:
    folder = pack(tmp_path, "folder")
    text = (folder / "messages-000002.json").read_text()
    (folder / "messages-000002.json").write_text(text[: text.index("Topic resolved")])
    found = read_all(SOURCE, folder)
    assert [error.code for error in found.failures] == ["corrupt-file"]
    assert len(found["interactions"]) == 5


@pytest.mark.corpus
def test_a_real_stream_is_read_whole(corpus: Any, read_all: Any) -> None:
    found = read_all(SOURCE, corpus("chat/zulip-machine-learning.jsonl.xz"))
    assert found.n_records == 9_585 == len(found["interactions"])
    assert {row["space"] for row in found["interactions"]} == {"zulip:machine-learning"}
    known = {row["message_id"] for row in found["interactions"]}
    replies = [row["in_reply_to"] for row in found["interactions"] if row["in_reply_to"]]
    assert len(replies) > 1_000
    assert sum(1 for reply in replies if reply in known) > 0.8 * len(replies)
    assert not any("data-user-id" in row["body"] for row in found["texts"])


@pytest.mark.parametrize(
    "content",
    [
        '<p>Li <a href="#narrow/channel/1-a/topic/b/near/42">发言道</a>\uff1a</p>\n<blockquote>\n<p>x</p></blockquote>',
        '<p>Léa <a href="#narrow/stream/1-a/topic/b/near/42" title="t">a dit</a>\xa0:</p><blockquote>x</blockquote>',
        "@_**Bo Li|8** [said](https://z.example.com/#narrow/stream/1-a/topic/b.20.28c.29/near/42):\n```quote\nx\n```\nNo.",
        "Yes.\n@_**李|9** [发言道](https://z.example.com/#narrow/channel/1-a/topic/b/near/42)\uff1a\n````quote\n```\nx\n```\n````",
    ],
)
def test_a_quotation_with_its_link_is_found_in_any_language(content: str) -> None:
    assert quoted_ids(content) == ["42"]


@pytest.mark.parametrize(
    "content",
    [
        '<p>See <a href="#narrow/stream/1-a/topic/b/near/42">there</a>: no.</p>',
        "See [there](https://z.example.com/#narrow/stream/1-a/topic/b/near/42): no.",
        '<p><a href="https://example.com/42">They say</a>:</p>\n<blockquote>\n<p>x</p>\n</blockquote>',
    ],
)
def test_a_link_to_a_message_that_is_not_quoted_is_no_answer(content: str) -> None:
    assert quoted_ids(content) == []
