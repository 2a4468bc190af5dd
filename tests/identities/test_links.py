"""What speaks for two handles being one person's, what against, what comes of it, and what persons make of it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from test_adversarial import Mail, resolved, staff, weekly

from honeycell.decisions import KINDS
from honeycell.tables import TABLES

ONE, OTHER, THIRD = "ana@alder.example", "ana@birch.example", "anas@cedar.example"
SILVAS = [mail for address in (ONE, OTHER, THIRD) for mail in weekly(f"Ana Silva <{address}>", 0, 60)]


def said(*rows: tuple[str, str, str]) -> dict[str, pa.Table]:
    """Decisions in force, in order: `("same_person", one, other)`, or `("split", handle, "")`."""
    tables = {}
    for kind in KINDS:
        found = []
        for number, (named, *addresses) in enumerate(rows, 1):
            handles = sorted(f"mailto:{address}" for address in addresses if address)
            names = ("handle",) if len(handles) == 1 else ("handle_a", "handle_b")
            row = {"decision_id": number, "decided_by": "dee", **dict(zip(names, handles, strict=True))}
            found += [row] if named == kind else []
        tables[kind] = pa.Table.from_pylist(found, schema=TABLES[kind].schema)
    return tables


def test_one_full_name_links_and_says_why(tmp_path: Path) -> None:
    found = resolved(tmp_path, SILVAS)
    link = found.link[ONE, OTHER]
    assert (link["rule"], link["outcome"], link["decided_by"]) == ("name", "linked", "rule")
    assert link["reason"] == "the same full name “ana silva”"
    assert found.together(ONE, OTHER, THIRD)


def test_a_name_that_is_written_now_and_then_links_too(tmp_path: Path) -> None:
    mails = [*weekly("Manoj Kiran <manoj@alder.example>", 0, 40), Mail(50, "Manojkiran Eda <manoj@alder.example>")]
    found = resolved(tmp_path, [*mails, *weekly("Manojkiran Eda <eda@birch.example>", 0, 60)])
    assert found.together("manoj@alder.example", "eda@birch.example")
    assert found.link["eda@birch.example", "manoj@alder.example"]["probability"] == 0.9


def test_what_is_ruled_out_says_what_speaks_against_it(tmp_path: Path) -> None:
    mails = [*staff("acme.example", 0, 300), *staff("bolt.example", 0, 300)]
    mails += weekly("Ana Silva <ana.silva@acme.example>", 0, 300) + weekly("Ana Silva <asilva@bolt.example>", 0, 300)
    link = resolved(tmp_path, mails).link["ana.silva@acme.example", "asilva@bolt.example"]
    assert (link["outcome"], link["against"]) == ("not linked", "at acme.example and at bolt.example at the same time")


def test_a_common_name_waits_for_a_person(tmp_path: Path) -> None:
    addresses = [f"wei.yang@firm{n}.example" for n in range(10)]
    found = resolved(tmp_path, [m for address in addresses for m in weekly(f"Wei Yang <{address}>", 0, 60)])
    assert {link["outcome"] for link in found.link.values()} == {"to be decided"}
    assert len(found.link) == 45


def test_answers_that_are_asked_for_elsewhere_link(tmp_path: Path) -> None:
    mails = [Mail(day, "Ana Silva <ana@alder.example>", reply_to=" <nita77@gmail.com>") for day in range(3)]
    found = resolved(tmp_path, mails)
    assert found.link["ana@alder.example", "nita77@gmail.com"]["rule"] == "reply-to"
    assert found.together("ana@alder.example", "nita77@gmail.com")


@pytest.mark.parametrize("named", ["Bo Falk", "Help Desk"])
def test_answers_that_are_asked_for_at_somebody_elses_link_nobody(tmp_path: Path, named: str) -> None:
    mails = [Mail(day, "Ana Silva <ana@alder.example>", reply_to=f"{named} <x77@gmail.com>") for day in range(3)]
    assert not resolved(tmp_path, mails).together("ana@alder.example", "x77@gmail.com")


def test_answers_that_are_asked_for_at_two_addresses_link_nobody(tmp_path: Path) -> None:
    """Ana's own address may stand beside the other, and no more than that."""
    asked = {
        "ana@alder.example": " <x77@gmail.com>, <y88@gmail.com>",
        "bo@birch.example": " <bo@birch.example>, <z9@gmail.com>",
    }
    mails = [Mail(day, f"Ana <{address}>", reply_to=others) for address, others in asked.items() for day in range(3)]
    found = resolved(tmp_path, mails)
    assert found.apart(("ana@alder.example", "x77@gmail.com", "y88@gmail.com"))
    assert found.together("bo@birch.example", "z9@gmail.com")


def test_thousands_of_tags_at_one_address_are_one_without_thousands_of_pairs_each(tmp_path: Path) -> None:
    addresses = [f"ana+{n:04}@alder.example" for n in range(3_000)]
    found = resolved(tmp_path, [Mail(n / 100, f" <{address}>") for n, address in enumerate(addresses)])
    assert found.together(*addresses)
    assert len(found.link) < 10 * len(addresses)


def test_a_word_for_a_name_links_only_where_an_address_spells_it(tmp_path: Path) -> None:
    mails = [*weekly("qiaomin <chenqiaomin@alder.example>", 0, 40), *weekly("qiaomin <c77@gmail.com>", 0, 40)]
    mails += [*weekly("Barsoom <x1@birch.example>", 0, 40), *weekly("Barsoom <y2@gmail.com>", 0, 40)]
    found = resolved(tmp_path, mails)
    assert found.link["c77@gmail.com", "chenqiaomin@alder.example"]["rule"] == "login"
    assert not found.together("x1@birch.example", "y2@gmail.com")


def test_persons_join_what_no_rule_would_with_all_that_is_theirs(tmp_path: Path) -> None:
    mails = [*SILVAS, *weekly("Bo Falk <bo@dove.example>", 0, 60), *weekly("Bo Falk <bo@elm.example>", 0, 60)]
    found = resolved(tmp_path, mails, said(("same_person", ONE, "bo@dove.example")))
    assert found.together(ONE, OTHER, THIRD, "bo@dove.example", "bo@elm.example")
    assert found.link[ONE, "bo@dove.example"]["decided_by"] == "person"


def test_of_two_whom_a_person_calls_two_the_later_leaves_and_the_rest_stays(tmp_path: Path) -> None:
    later = [Mail(mail.day + 1 if OTHER in mail.sender else mail.day, mail.sender) for mail in SILVAS]
    found = resolved(tmp_path, later, said(("not_same_person", ONE, OTHER)))
    assert found.together(ONE, THIRD)
    assert not found.together(ONE, OTHER)


def test_whoever_is_split_off_stands_alone_until_a_later_word(tmp_path: Path) -> None:
    alone = resolved(tmp_path / "alone", SILVAS, said(("same_person", ONE, OTHER), ("split", OTHER, "")))
    assert alone.together(ONE, THIRD)
    assert not alone.together(ONE, OTHER)
    again = resolved(tmp_path / "again", SILVAS, said(("split", OTHER, ""), ("same_person", ONE, OTHER)))
    assert again.together(ONE, OTHER, THIRD)


def test_of_contradicting_words_the_last_holds(tmp_path: Path) -> None:
    found = resolved(tmp_path, SILVAS, said(("not_same_person", ONE, OTHER), ("same_person", ONE, OTHER)))
    assert found.together(ONE, OTHER, THIRD)
