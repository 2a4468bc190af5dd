"""Replies, senders and classes: what a person can check by eye, and refresh equal to rebuild."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worlds import SOURCE, day, derived_state, refresh, write_lines

from honeycell import log
from honeycell.engine import Engine, open_engine
from honeycell.sources import interaction_id
from honeycell.steps import Tables


def mail(name: str, by: str = "ana", to: tuple[str, ...] = ("bo",), **more: Any) -> dict[str, Any]:
    return {
        "id": f"{name}@example.com", "body": f"words of {name}", "at": day(len(name)),
        "from": [f"{by}@example.com"], "to": [f"{person}@example.com" for person in to], **more,
    }  # fmt: skip


Bring = Callable[..., None]


@pytest.fixture
def bring(engine: Engine, tmp_path: Path) -> Bring:
    """`bring(record, ...)` imports the records as one file and refreshes."""
    files = iter(range(100))

    def imported(*records: dict[str, Any]) -> None:
        path = write_lines(tmp_path / "in" / f"{next(files)}.jsonl", *records)
        assert not log.import_paths(engine, [path], source=SOURCE).failures
        refresh(engine)

    return imported


def links(engine: Engine) -> set[tuple[str, str, str]]:
    named = {interaction_id(f"{name}@example.com"): name for name in "abcdefgh"}
    rows = engine.to_arrow(engine.table("replies")).to_pylist()
    return {(named[row["interaction_id"]], named[row["parent_id"]], row["how"]) for row in rows}


def classes(engine: Engine) -> dict[str, tuple[str, str]]:
    t = Tables(engine)
    said = log.interactions(t).select("interaction_id", "message_id").join(t["classes"], "interaction_id")
    return {row["message_id"].split("@")[0]: (row["class"], row["reason"]) for row in engine.to_arrow(said).to_pylist()}


def test_a_reply_follows_in_reply_to_then_the_last_known_reference(engine: Engine, bring: Bring) -> None:
    bring(
        mail("a"),
        mail("b", "bo", answers="a@example.com", references=["x@example.com"]),
        mail("c", "cy", answers="gone@example.com", references=["a@example.com", "b@example.com", "lost@example.com"]),
        mail("d", "di", references=["a@example.com", "d@example.com"]),
        mail("e", "ed", channel="zulip", answers="a@example.com"),
        mail("f", answers="f@example.com"),
    )
    assert links(engine) == {
        ("b", "a", "in-reply-to"), ("c", "b", "references"), ("d", "a", "references"), ("e", "a", "native"),
    }  # fmt: skip


def test_an_answer_is_linked_when_what_it_answers_comes_late(engine: Engine, bring: Bring) -> None:
    bring(mail("c", answers="b@example.com", references=["a@example.com", "b@example.com"]))
    assert links(engine) == set()
    bring(mail("a"))
    assert links(engine) == {("c", "a", "references")}
    bring(mail("b", answers="a@example.com"))
    assert links(engine) == {("c", "b", "in-reply-to"), ("b", "a", "in-reply-to")}


def test_occurrences_of_an_older_version_of_a_series_give_no_attention(engine: Engine, bring: Bring) -> None:
    def meeting(name: str, version: int) -> dict[str, Any]:
        return mail(name, kind="meeting", channel="calendar", series="uid-1", headers={"series": str(version)})

    bring(meeting("a", 0), meeting("b", 0), mail("h"))
    assert {classes(engine)[name][0] for name in "ab"} == {"direct"}
    bring(meeting("c", 10))
    stale = ("automatic", "a later version of its series replaced it")
    assert (classes(engine)["a"], classes(engine)["b"]) == (stale, stale)
    assert classes(engine)["c"][0] == "direct"
    before = derived_state(engine)
    refresh(engine, rebuild=True)
    assert derived_state(engine) == before


def test_an_answer_to_a_reused_id_goes_to_the_one_that_keeps_it(engine: Engine, bring: Bring) -> None:
    bring(mail("b", "bo", answers="a@example.com"))
    for words in ("one", "two", "three"):
        bring(mail("a", body=words))
        assert links(engine) == {("b", "a", "in-reply-to")}


LIST = {"space": "list:talk.example.org", "headers": {"list-post": "<mailto:talk@example.org>", "precedence": "bulk"}}


def test_a_post_in_a_list_is_not_automatic_whatever_the_list_adds(engine: Engine, bring: Bring) -> None:
    bring(
        mail("a", to=("talk",), **LIST, sender=["talk-bounces@example.org"]),
        mail("b", "bo", to=("cy",), cc=["talk@example.org"]),  # the copy from a private mailbox
        mail("c", "cy", sender=["office@example.com"]),
    )
    found = classes(engine)
    assert found["a"] == ("in_space", "said in list:talk.example.org")
    assert found["b"] == ("in_space", "said in mailto:talk@example.org")
    assert found["c"][0] == "direct"
    rows = engine.to_arrow(engine.table("classes")).to_pylist()
    assert [row["delegated"] for row in rows if row["class"] == "direct"] == [True]
    assert sum(row["delegated"] for row in rows) == 1


def test_a_list_known_late_reclassifies_what_was_sent_to_it(engine: Engine, bring: Bring) -> None:
    bring(mail("a", to=("talk",), cc=["talk@example.org"]))
    assert classes(engine)["a"][0] == "direct"
    bring(mail("b", to=("cy",), **LIST))
    assert classes(engine)["a"][0] == "in_space"


def test_a_list_id_alone_makes_a_space_only_with_two_authors(engine: Engine, bring: Bring) -> None:
    bring(mail("a", "news", space="list:news.example.org"))
    assert classes(engine)["a"][0] == "direct"
    bring(mail("b", "bo", space="list:news.example.org"))
    assert classes(engine)["a"][0] == "in_space"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (mail("a", headers={"auto-submitted": "auto-replied"}), "automatic"),
        (mail("a", headers={"auto-submitted": "no"}), "direct"),
        (mail("a", headers={"precedence": "bulk"}), "automatic"),
        (mail("a", headers={"return-path": "<>"}), "automatic"),
        (mail("a", headers={"content-type": "text/calendar"}), "automatic"),
        (mail("a", "no-reply"), "automatic"),
        (mail("a", "shop-noreply"), "automatic"),
        (mail("a", "mailer-daemon"), "automatic"),
        (mail("a", "norman"), "direct"),
        (mail("a", headers={"x-bot": "1"}), "automatic"),
        (mail("a", kind="meeting", channel="calendar", headers={"status": "cancelled"}), "automatic"),
        (mail("a", to=tuple(f"p{n}" for n in range(10))), "direct"),
        (mail("a", to=tuple(f"p{n}" for n in range(11))), "broadcast"),
    ],
)
def test_each_rule_applies_to_its_case(engine: Engine, bring: Bring, record: dict[str, Any], expected: str) -> None:
    bring(record)
    assert classes(engine)["a"][0] == expected


def test_an_answer_makes_a_broadcast_direct_and_a_bulk_mail_too(engine: Engine, bring: Bring) -> None:
    bring(mail("a", to=tuple(f"p{n}" for n in range(11))), mail("b", headers={"precedence": "bulk"}))
    assert (classes(engine)["a"][0], classes(engine)["b"][0]) == ("broadcast", "automatic")
    bring(mail("c", "p1", answers="a@example.com"), mail("d", "bo", answers="b@example.com"))
    assert (classes(engine)["a"][0], classes(engine)["b"][0]) == ("direct", "direct")


def test_a_newsletter_is_one_until_somebody_answers(engine: Engine, bring: Bring) -> None:
    bring(*(mail(name, "news", headers={"list-unsubscribe": "<mailto:x@example.com>"}) for name in "abc"))
    assert classes(engine)["a"] == (
        "automatic", "its sender is a newsletter: it offers to unsubscribe and nobody ever answered it",
    )  # fmt: skip
    bring(mail("d", "bo", answers="b@example.com"))
    assert {classes(engine)[name][0] for name in "abc"} == {"direct"}


def test_a_machine_repeats_itself_and_never_answers(engine: Engine, bring: Bring) -> None:
    bring(*(mail(f"m{n}", "builds", body=f"build {n} passed") for n in range(50)))
    assert classes(engine)["m7"][0] == "automatic"
    bring(mail("a", "builds", answers="other@example.com"), mail("other", "bo"))
    assert classes(engine)["m7"][0] == "direct"


SAID = {
    "list-unsubscribe": "<x>", "precedence": "bulk", "auto-submitted": "auto-replied", "x-bot": "1",
    "list-post": "<mailto:talk@example.org>",
}  # fmt: skip


def world(seed: int, n: int) -> list[dict[str, Any]]:
    """Mails that answer, quote, repeat, bounce and go to lists, some with an id used before."""
    dice = random.Random(seed)
    people = ["ana", "bo", "cy", "di", "no-reply", "news"]
    records = []
    for number in range(n):
        name = f"m{dice.randrange(number + 1) if dice.random() < 0.15 else number}"
        known = [f"m{dice.randrange(n)}@example.com" for _ in range(dice.randrange(4))]
        headers = {header: value for header, value in SAID.items() if dice.random() < 0.08}
        record = mail(name, dice.choice(people), tuple(dice.sample(people, 2)), headers=headers, references=known)
        record["body"] = dice.choice(["one", "two", f"words {number}"])
        record["answers"] = dice.choice([None, *known])
        if dice.random() < 0.3:
            record["space"] = dice.choice(["list:talk.example.org", "list:news.example.org"])
        if dice.random() < 0.1:
            record["cc"] = ["talk@example.org", *(f"p{k}@example.com" for k in range(dice.randrange(13)))]
        records.append(record)
    return records


@pytest.mark.parametrize("seed", range(3))
def test_refresh_in_any_order_equals_rebuild(engine: Engine, bring: Bring, tmp_path: Path, seed: int) -> None:
    records = world(seed, 70)
    random.Random(seed).shuffle(records)
    cuts = sorted(random.Random(seed + 1).sample(range(1, 70), 2))
    for start, stop in zip([0, *cuts], [*cuts, 70], strict=True):
        bring(*records[start:stop])
    (tmp_path / "other").mkdir()
    other = open_engine(tmp_path / "other")
    whole = write_lines(tmp_path / "whole.jsonl", *world(seed, 70))
    log.import_paths(other, [whole], source=SOURCE)
    refresh(other, rebuild=True)
    assert derived_state(engine) == derived_state(other)
    assert all(derived_state(other).values())
    other.close()


@pytest.mark.corpus
def test_openbmc_month_by_month_backwards_equals_rebuild(
    engine: Engine, corpus: Callable[[str], Path], tmp_path: Path
) -> None:
    files = sorted(corpus("mail/openbmc").glob("*.xz"))[1:4]
    for file in reversed(files):
        assert not log.import_paths(engine, [file]).failures
        refresh(engine)
    before = derived_state(engine)
    refresh(engine, rebuild=True)
    assert derived_state(engine) == before
    assert len(before["replies"]) > 300
