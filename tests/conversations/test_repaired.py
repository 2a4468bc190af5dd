from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from letters import START, TABLES_MADE, cell, mail

from honeycell.conversations.repair.subjects import read
from honeycell.engine import Engine
from honeycell.ids import id_of
from honeycell.steps import Tables


def links(made: dict[str, list[dict[str, Any]]], names: Iterable[str]) -> dict[str, tuple[str, str]]:
    called = {id_of(name): name for name in names}
    return {called[row["interaction_id"]]: (called[row["parent_id"]], row["how"]) for row in made["repaired"]}


PLAN = """The heating of the south wing has to be replaced before October.
Two offers came in, one of them without the pumps.
Who can meet the planner on Thursday morning?
"""
ANSWER = "".join(f"> {line}\n" for line in PLAN.splitlines()) + "I can, at nine.\n"


def talk() -> list[dict[str, Any]]:
    return [
        mail("plan", "Heating of the south wing", PLAN),
        mail("yes", "AW: Heating of the south wing",
             "Am 1. Januar 2024 um 00:00 schrieb Ana <ana@example.com>:\n" + ANSWER, hour=5, by="ben", to="ana"),
        mail("other", "Lunch", "Is there any soup left?\n", hour=6, by="cy"),
        mail("news", "Re: A subject that nobody wrote about", "So it is.\n", hour=7, by="dan"),
    ]  # fmt: skip


def test_an_answer_that_names_nothing_is_joined_to_the_mail_it_quotes(tmp_path: Path) -> None:
    made = cell(tmp_path, talk())
    assert links(made, ("plan", "yes", "other", "news")) == {"yes": ("plan", "quotation")}
    [row] = made["repaired"]
    assert 0.9 < row["probability"] <= 1


def test_an_answer_that_names_its_mail_is_left_alone(tmp_path: Path) -> None:
    rows = talk()
    rows[1] |= {"in_reply_to": "plan", "references": ["plan"]}
    assert cell(tmp_path, rows)["repaired"] == []


def test_the_parts_of_a_series_hang_from_its_cover(tmp_path: Path) -> None:
    rows = [
        mail(f"p{n}", f"[PATCH v2 {n}/3] part {n}", f"diff --git a/{n} b/{n}\n", hour=n / 1000, by="eva")
        for n in range(4)
    ]
    made = cell(tmp_path, rows)
    assert links(made, [f"p{n}" for n in range(4)]) == {f"p{n}": ("p0", "series") for n in (1, 2, 3)}


def test_nothing_goes_in_a_circle_where_clocks_are_wrong(tmp_path: Path) -> None:
    # The answer carries the earlier date, and the mail that it names the same subject.
    rows = talk()[:2]
    rows[0] |= {"subject": "Re: Heating of the south wing", "occurred_at": START + datetime.timedelta(hours=9)}
    rows[1] |= {"in_reply_to": "plan", "references": ["plan"]}
    assert cell(tmp_path, rows)["repaired"] == []


@pytest.mark.parametrize("seed", [1])
def test_archives_in_any_order_give_what_a_rebuild_gives(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    rows = []
    for n in range(24):
        about, hour = dice.choice(("Heating", "Roof", "Budget 2024 - results")), dice.uniform(0, 100 * 24)
        earlier = dice.choice(rows)["message_id"] if rows and dice.random() < 0.3 else None
        text = dice.choice((PLAN, ANSWER, "Short.\n", "On Monday Ana wrote:\n" + ANSWER))
        subject = dice.choice(("", "Re: ", "Fwd: AW: ", f"[PATCH {n % 4}/3] ")) + about
        row = mail(f"m{n}", subject, text, hour=hour, by=dice.choice(("ana", "ben", "cy")),
                   to=dice.choice(("ana", "list")), references=[earlier] if earlier else [])  # fmt: skip
        rows.append(row)
        if dice.random() < 0.15:
            rows.append({**row, "copy_hash": "1" * 16, "subject": "Re: Roof", "text": ANSWER})
            rows[-2]["copy_hash"] = dice.choice(("0" * 16, "2" * 16))
    dice.shuffle(rows)
    cuts = [0, *sorted(dice.sample(range(1, len(rows)), 3)), len(rows)]
    merged = cell(tmp_path / "merged", *[rows[low:high] for low, high in itertools.pairwise(cuts)])
    rebuilt = cell(tmp_path / "rebuilt", rows)
    assert merged["repaired"]
    for name in TABLES_MADE:
        assert merged[name] == rebuilt[name], name


@pytest.mark.parametrize(
    ("subject", "answers", "about", "was"),
    [
        ("Re: [sales] AW: Budget  2024!", True, "budget 2024", ""),
        ("回复：[外部] Re[2]: 预算 表", True, "预算 表", ""),
        ("net: fix the link", False, "net fix the link", ""),
        ("Tea (was: Re: Coffee)", True, "tea", "coffee"),
        ("Re: Tea - results", True, "tea results", "tea"),
        ("", False, "", ""),
    ],
)
def test_subjects_are_read_in_many_languages(engine: Engine, subject: str, answers: bool, about: str, was: str) -> None:
    rows = Tables(engine).keep(pa.table({"subject": [subject]}))
    [found] = engine.to_arrow(read(rows)).to_pylist()
    assert (found["answers"], found["about"], found["was"]) == (answers, about, was)
