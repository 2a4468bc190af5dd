"""How loops close within and across conversations."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from honeycell import conversations, log
from honeycell.engine import open_engine
from honeycell.log import import_paths
from honeycell.log.changes import changes_since
from honeycell.steps import Changes, Tables, derive
from honeycell.tables import TABLES

START = datetime(2024, 5, 7, 9, tzinfo=UTC)
PEOPLE = {"ana": "Ana Silva", "bo": "Bo Lind", "cy": "Cy Moon"}
ASKS = "Hi Bo,\n\nwhy do we need the second lock here?\n"
WANTS = "Hi Bo,\n\nplease send me the logs of the failed run by Friday.\n"
PROMISES = "I'll fix this in the next version.\n"


def mail(
    number: int, author: str, text: str, answers: int | None = None, to: str = "ana bo", subject: str = "Locks"
) -> EmailMessage:
    one = EmailMessage()
    one["Message-ID"] = f"<{number}@example.com>"
    one["From"] = f"{PEOPLE[author]} <{author}@example.com>"
    one["To"] = ", ".join(f"{PEOPLE[who]} <{who}@example.com>" for who in to.split() if who != author)
    one["Date"] = format_datetime(START + timedelta(hours=number))
    one["Subject"] = subject
    if answers is not None:
        one["In-Reply-To"] = one["References"] = f"<{answers}@example.com>"
    one.set_content(text)
    return one


class Box:
    """A log, and the tables that loops are made of; the other stages are left out, for they take their time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.n = folder, 0
        (folder / "cell").mkdir()
        self.engine = open_engine(folder / "cell")

    def add(self, *mails: EmailMessage) -> None:
        self.n += 1
        place = self.folder / f"in{self.n}"
        place.mkdir()
        for number, one in enumerate(mails):
            (place / f"{number}.eml").write_bytes(bytes(one))
        import_paths(self.engine, [place])
        self._derive(changes_since(Tables(self.engine), self.n - 1) if self.n > 1 else None)

    def _derive(self, changes: Changes | None) -> None:
        with self.engine.writing("derived") as writer, self.engine.scratch():
            derive(self.engine, writer, (*log.STEPS, *conversations.STEPS), changes=changes)
            writer.mark("derived_batch", self.n)
            writer.publish()

    def rows(self, name: str) -> list[dict[str, Any]]:
        return self.engine.to_arrow(self.engine.table(name).select(*TABLES[name].schema.names)).to_pylist()

    def loops(self) -> list[dict[str, Any]]:
        return sorted(self.rows("loops"), key=lambda row: (row["opened_at"], row["starts"]))

    def brief(self) -> list[tuple[str, str, str | None]]:
        who = {f"mailto:{name}@example.com": name for name in PEOPLE}
        return [(row["type"], row["outcome"], who.get(row["owner_handle"])) for row in self.loops()]

    def check_rebuild(self) -> None:
        """A rebuild gives the same rows."""
        before = {name: sorted(map(repr, self.rows(name))) for name in ("cues", "loops")}
        self._derive(None)
        assert before == {name: sorted(map(repr, self.rows(name))) for name in before}


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    made = Box(tmp_path)
    yield made
    made.engine.close()


def test_a_question_is_answered_by_who_answers_that_message(box: Box) -> None:
    box.add(mail(0, "ana", ASKS))
    assert box.brief() == [("question", "open", "bo")]
    box.add(mail(1, "bo", "It guards the queue.\n", 0))
    [row] = box.loops()
    assert (row["outcome"], row["closed_at"]) == ("answered", datetime(2024, 5, 7, 10))
    assert row["counterpart_handle"] == "mailto:ana@example.com"
    box.check_rebuild()


def test_a_request_stays_open_until_it_is_done_and_gives_way_to_a_promise(box: Box) -> None:
    box.add(mail(0, "ana", WANTS), mail(1, "cy", "Me too.\n", 0, "ana bo"))
    assert box.brief() == [("request", "open", "bo")]
    assert box.loops()[0]["due_on"].isoformat() == "2024-05-10"
    box.add(mail(2, "bo", "I'll send them tomorrow.\n", 0))
    assert box.brief() == [("request", "superseded", "bo"), ("promise", "open", "bo")]
    assert box.loops()[1]["due_on"].isoformat() == "2024-05-08"
    box.add(mail(3, "bo", "Here are the logs.\n", 2))
    assert box.brief() == [("request", "superseded", "bo"), ("promise", "done", "bo")]


def test_what_is_taken_back_is_withdrawn_and_what_is_asked_again_superseded(box: Box) -> None:
    box.add(mail(0, "ana", ASKS), mail(1, "ana", ASKS, 0), mail(2, "ana", "Never mind, I found it.\n", 1))
    assert box.brief() == [("question", "superseded", "bo"), ("question", "withdrawn", "bo")]


def test_who_is_owed_an_answer_and_left_out_of_the_talk_is_dropped(box: Box) -> None:
    box.add(mail(0, "ana", ASKS, to="bo cy"), mail(1, "cy", "It is red here.\n", None, "bo"))
    box.add(mail(2, "cy", "It is green here.\n", 1, "bo ana"))
    assert box.brief() == [("question", "open", "bo")]
    late = mail(3, "cy", PROMISES, 0, "bo")
    late.replace_header("In-Reply-To", "<1@example.com>")
    late.replace_header("References", "<0@example.com> <1@example.com>")
    box.add(late)
    assert box.brief()[0] == ("question", "dropped", "bo")


def test_a_promise_is_kept_by_the_next_version_of_the_patch(box: Box) -> None:
    box.add(
        mail(0, "ana", "Please review.\n\ndiff --git a/a.c b/a.c\n+x\n", None, "bo", "[PATCH 1/2] lock: add one"),
        mail(1, "bo", "> diff --git\n\nPlease rename this function.\n", 0, "ana", "Re: [PATCH 1/2] lock: add one"),
        mail(2, "ana", PROMISES, 1, "bo", "Re: [PATCH 1/2] lock: add one"),
    )  # fmt: skip
    assert box.brief() == [("request", "superseded", "ana"), ("promise", "open", "ana")]
    box.add(mail(3, "ana", "diff --git a/a.c b/a.c\n+y\n", None, "bo", "[PATCH v2 1/2] lock: add one"))
    assert box.brief() == [("request", "superseded", "ana"), ("promise", "done", "ana")]


def test_a_refresh_after_each_mail_in_any_order_equals_a_rebuild(box: Box) -> None:
    said = [
        mail(0, "ana", ASKS, None, "bo cy"), mail(1, "cy", WANTS, 0, "ana bo"), mail(2, "bo", PROMISES, 1, "ana cy"),
        mail(3, "ana", "Any news? Why do we need the second lock here?\n", 0, "bo"), mail(4, "bo", "Done.\n", 3, "cy"),
        mail(5, "cy", WANTS, None, "bo", "Logs"), mail(6, "cy", WANTS, 5, "bo", "Logs"),
        mail(7, "bo", "I'll look at it.\n", 6, "cy", "Re: Logs"), mail(8, "bo", "Attached.\n", 5, "cy", "Re: Logs"),
    ]  # fmt: skip
    random.Random(4).shuffle(said)
    for at in range(0, len(said), 3):
        box.add(*said[at : at + 3])
    assert {outcome for _, outcome, _ in box.brief()} >= {"answered", "done", "superseded"}
    box.check_rebuild()


def test_an_answer_that_leaves_the_conversation_is_one_whenever_it_comes(box: Box) -> None:
    asked, later = mail(0, "ana", ASKS, None, "bo cy"), mail(9, "cy", "Ask Bo.\n", 0, "ana bo", "Re: Locks")
    apart = mail(3, "bo", "Two runs may meet.\n", 0, "ana", "Lunch on Thursday")
    box.add(apart)
    box.add(asked)
    box.add(later)
    conversations_of = {row["interaction_id"]: row["conversation_id"] for row in box.rows("threads")}
    assert len(set(conversations_of.values())) == 2
    (question,) = box.loops()
    assert question["outcome"] == "answered"
    assert question["closed_at"] == (START + timedelta(hours=3)).replace(tzinfo=None)
    assert conversations_of[question["closing_id"]] != question["conversation_id"]
    box.check_rebuild()
