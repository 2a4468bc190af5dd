"""What is said as of a day is what a cell says that holds nothing later, for every reading that is built."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from validation.as_of import Said, early_cell, everything, same

from honeycell.cell import create_cell
from honeycell.readings import NAMES

START, DAY = datetime(2024, 1, 1, 9), date(2024, 6, 12)
HOSTS = ["ana@alder.example", "bo@alder.example", "cy@alder.example", "di@alder.example"]
GUESTS = ["dee@birch.example", "eve@birch.example", "fay@birch.example", "gus@birch.example", "hal@cedar.example",
          "ivy@cedar.example"]  # fmt: skip
VALUED = {"vitality", "attention", "responsiveness", "reciprocity", "redundancy", "multiplexity", "repetition"}
"""Readings for which this small world is large enough; of the others status and sentence are compared."""
LIST = "talk@lists.elm.example"
TOLD = [
    "Could you send me the drawing of pump AX-4471 by Friday?", "I will send the amber girder plan tomorrow.",
    "Which quiet lantern test do you mean for order 88123?", "The copper heron survey is done.",
]  # fmt: skip


def _mail(number: int, at: datetime, author: str, to: str, text: str, answers: int | None = None) -> str:
    listed = f"List-Id: <talk.lists.elm.example>\nList-Post: <mailto:{LIST}>\n" if LIST in to else ""
    reference = f"In-Reply-To: <{answers}@x>\n" if answers is not None else ""
    return (
        f"From x {at:%a %b %d %H:%M:%S %Y}\nFrom: {author.partition('@')[0].title()} Wood <{author}>\nTo: {to}\n"
        f"Message-ID: <{number}@x>\n{reference}Date: {at:%a, %d %b %Y %H:%M:%S} +0000\n"
        f"Subject: Matter {number // 10}\n{listed}\n{text}\n\n"
    )


def _mails() -> str:
    """Nine months: on the list a talk each third day; one direct each day, the same again and again; all answered."""
    made = []
    for day in range(270):
        at, number = START + timedelta(day), 100 * day
        host, guest = HOSTS[day % 7 % 4], GUESTS[day % 5 % 4]
        asks, answers = (guest, host) if day % 3 else (host, guest)
        made.append(_mail(number, at, asks, answers, TOLD[day % 4]))
        made.append(_mail(number + 1, at + timedelta(hours=2), answers, asks, f"Here it is, {day}.", number))
        if day % 3 == 0:
            began, helps = GUESTS[day % 6], GUESTS[(day + 1) % 6] if day % 2 else HOSTS[day % 4]
            made.append(_mail(number + 10, at, began, LIST, f"Does talk {day} work for you?"))
            reply = at + timedelta(hours=1)
            made.append(_mail(number + 11, reply, helps, f"{began}, {LIST}", TOLD[day // 3 % 4], number + 10))
    return "".join(made)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Said]:
    """All that is said by the whole cell, and by the one that holds nothing after `DAY`."""
    folder = tmp_path_factory.mktemp("as-of")
    (folder / "all.mbox").write_text(_mails(), encoding="utf-8")
    with create_cell(folder / "cell", "Alder", ["alder.example"]) as cell:
        cell.import_paths([folder / "all.mbox"])
        cell.refresh()
        with early_cell(cell, folder / "early", DAY) as early:
            assert early.engine.to_arrow(early.engine.table("interactions").occurred_on.max()).as_py() == DAY
            names = ["alder~birch"]
            return everything(cell, DAY, names=names), everything(early, DAY, names=names)


@pytest.mark.parametrize("name", NAMES)
def test_a_reading_is_what_it_was_on_that_day(told: tuple[Said, Said], name: str) -> None:
    whole, cut = ({key: value for key, value in said.items() if _is_of(key, name)} for said in told)
    assert whole
    assert name not in VALUED or any(key[-1] in (name, "value") and value is not None for key, value in whole.items())
    assert [(key, whole.get(key), cut.get(key)) for key in whole.keys() | cut.keys()
            if not same(whole.get(key), cut.get(key))] == []  # fmt: skip


def test_everything_else_that_is_said_is_what_was_said_on_that_day(told: tuple[Said, Said]) -> None:
    whole, cut = told
    assert {key[2] for key in whole if key[0] == "state"} >= {"lede", "changes", "ledgers", "people", "conversations"}
    assert [(key, whole.get(key), cut.get(key)) for key in whole.keys() | cut.keys()
            if not same(whole.get(key), cut.get(key))] == []  # fmt: skip


def _is_of(key: tuple[str, ...], name: str) -> bool:
    return any(part == name or part in (f"{name}_low", f"{name}_high", f"{name}_n", f"{name}_status") for part in key)
