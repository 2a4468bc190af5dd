"""Groups in a space: planted ones are found and keep their ids, and the command says what may be relied on."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import numpy as np
import pytest
from rich.console import Console
from validation.subgroups.planted import planted
from validation.subgroups.scores import adjusted_rand, normalised_information

from honeycell.cell import Cell, create_cell
from honeycell.cli.groups import drawn
from honeycell.cli.terminal import THEME
from honeycell.errors import HoneycellError
from honeycell.groups import Group, Talk, communities, follow, groups_of, protection, shuffled
from honeycell.groups.following import MEMORY

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TRIOS = (("Ana", "Tom", "Mia"), ("Noor", "Bo", "Cy"), ("Eva", "Finn", "Gil"))
LAST = 39


def posts(space: str) -> Iterator[bytes]:
    """Twelve weeks in which each of nine people writes to the next of their trio, and now and then to another trio."""
    for week in range(12):
        for number, trio in enumerate(TRIOS):
            for place, writer in enumerate(trio):
                other = TRIOS[(number + 1) % 3][0] if week % 4 == 3 else trio[(place + 1) % 3]
                mail = EmailMessage()
                mail["From"], mail["To"] = (
                    f"{name} <{name.lower()}@{name.lower()}.example>" for name in (writer, other)
                )
                mail["Cc"] = f"{space}@lists.example.com"
                mail["List-Id"], mail["List-Post"] = (
                    f"<{space}.lists.example.com>",
                    f"<mailto:{space}@lists.example.com>",
                )
                mail["Subject"], mail["Message-ID"] = (
                    f"Week {week} of {writer}",
                    f"<{space}.{week}.{writer}@example.com>",
                )
                mail["Date"] = format_datetime(MONDAY + timedelta(weeks=week, days=place, minutes=number))
                mail.set_content("The plan stands.")
                yield mail.as_bytes()


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    folder = tmp_path_factory.mktemp("groups")
    mails = [*posts("design"), *posts("works-council")]
    (folder / "mail.mbox").write_bytes(b"".join(b"From - Mon Jan  5 09:00:00 2026\n" + one + b"\n" for one in mails))
    with create_cell(folder / "cell") as made:
        made.import_paths([folder / "mail.mbox"])
        made.refresh()
        yield made


def test_the_groups_of_a_list_are_those_who_write_to_each_other(cell: Cell) -> None:
    found, table = cell.groups("design")
    rows = table.to_pylist()
    assert sorted(row["people"] for row in rows) == [sorted(trio) for trio in TRIOS]
    assert (found.space, found.n_people, found.week_on) == ("list:design.lists.example.com", 9, date(2026, 3, 16))
    for row in rows:
        # In three of the twelve weeks all three write to another trio; the twelfth ends after the last mail.
        assert (row["n_said"], row["n_inside"], row["weekly_said"][-11:]) == (33, 27, [3] * 11)
        assert (round(row["share_inside"], 6), row["n_people"], row["since_on"]) == (
            round(27 / 33, 6),
            3,
            date(2026, 1, 26),
        )
        assert (row["firm"], row["share_again"], row["share_by_chance"] < 0.05) == (True, 1.0, True)
        assert round(row["e_i"], 6) == round((6 - 3) / 9, 6)


def test_a_group_keeps_its_id_from_one_day_to_a_later_one(cell: Cell) -> None:
    early, late = (cell.groups("design", as_of=day)[0].groups for day in (date(2026, 2, 15), date(2026, 3, 22)))
    assert {one.group_id for one in early} == {one.group_id for one in late}
    assert {one.since_on for one in late} == {date(2026, 1, 26)}
    assert cell.groups("design", as_of=date(2026, 1, 20))[0].groups == ()


@pytest.mark.parametrize(
    ("space", "code"),
    [
        ("works-council", "protected-space"),
        (None, "wrong-use"),
        ("lists", "ambiguous-name"),
        ("sales", "no-such-space"),
    ],
)
def test_a_space_that_is_not_told_or_not_looked_at(cell: Cell, space: str | None, code: str) -> None:
    with pytest.raises(HoneycellError) as caught:
        cell.groups(space)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("space", "why"),
    [
        ("slack:T1/hr-berlin", "hr"), ("zulip:acme/Gesamt-Betriebsrat", "betriebsrat"), ("slack:T1/legal", "legal"),
        ("zulip:acme/人事连络", "人事"), ("list:lanceurs-d-alerte.lists.example.fr", "lanceurs d alerte"),
        ("zulip:acme/Nóminas", "nóminas"), ("list:talk.lists.example.hr", None), ("slack:T1/three", None),
        ("zulip:legal-aid/general", None),
    ],
)  # fmt: skip
def test_spaces_that_are_left_alone_are_known_by_their_names(space: str, why: str | None) -> None:
    assert protection(space) == why


def test_planted_groups_are_found_and_those_of_chance_are_no_more_than_hints() -> None:
    world = planted(1, share_inside=0.5)
    firm = [set(one.members) for one in groups_of("planted", world.talk, LAST).groups if one.firm]
    truth = [set(np.flatnonzero(world.group == n).tolist()) for n in range(1, 9)]
    assert len(firm) == 8
    assert all(any(len(one ^ other) <= 1 for other in firm) for one in truth)
    assert not any(one.firm for one in groups_of("planted", shuffled(world.talk, 1), LAST).groups)


def test_the_order_of_messages_within_a_week_changes_nothing() -> None:
    world = planted(2, weeks=20).talk
    order = np.lexsort((np.random.default_rng(0).random(len(world.said)), world.said))
    assert communities(world.only(order)) == communities(world)


def test_what_is_said_to_one_beyond_the_group_is_not_inside() -> None:
    # Five rings of four: everybody writes one message a week, to the next two of the ring.
    pairs = [(one, one - one % 4 + (one + step) % 4) for one in range(20) for step in (1, 2)]
    said = [(week, 20 * week + a, a, b) for week in range(4) for a, b in pairs]
    week, message, a, b = (np.array(part) for part in zip(*said, strict=True))

    def ring(hearer: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Group:
        parts = np.tile(np.arange(20), 4), np.repeat(np.arange(4), 20), message, message, week, a, hearer
        return next(one for one in groups_of("rings", Talk(*parts, np.full(len(a), 0.5)), 3).groups if 0 in one.members)

    first = ring(b)
    assert (first.members, first.said[-4:], first.inside[-4:]) == ((0, 1, 2, 3), (4,) * 4, (4,) * 4)
    assert (first.share_inside, first.e_i) == (1.0, -1.0)
    # Now half of each message of the first is heard by somebody of the next ring.
    first = ring(np.where((a == 0) & (b == 1), 5, b))
    assert (first.members, first.said[-4:], first.inside[-4:]) == ((0, 1, 2, 3), (4,) * 4, (3,) * 4)
    assert (first.share_inside, first.n_ties_inside, first.n_ties_outside) == (0.875, 5, 1)


def test_fewer_than_eight_people_have_no_groups() -> None:
    world = planted(3, sizes=(3, 4), others=0, weeks=30)
    assert groups_of("small", world.talk, 29).groups == ()


def test_a_group_keeps_its_id_while_half_of_it_stays() -> None:
    weeks = [
        (1, [frozenset({1, 2, 3, 4}), frozenset({7, 8, 9})]),
        (2, [frozenset({1, 2, 3, 5}), frozenset({7, 8})]),
        (3, [frozenset({1, 2, 3, 5, 6, 10, 11, 12})]),
        (2 + MEMORY, [frozenset({1, 2, 3, 5}), frozenset({7, 8, 9})]),
    ]
    first, second, third, last = (found for _week, found in follow("here", weeks))
    assert [one.group_id for one in second + third] == [first[0].group_id] * 2
    assert (last[0].group_id, last[0].since, last[0].n_weeks) == (first[0].group_id, 1, 4)
    # Not seen for longer than the memory: another group, though of the same people.
    assert last[1].group_id != first[1].group_id
    assert [one.group_id for _week, found in follow("there", weeks[:1]) for one in found] != [
        one.group_id for one in first
    ]


@pytest.mark.parametrize(("n_others", "same"), [(3, True), (4, False)])
def test_a_group_is_the_same_from_half_of_those_in_either_on(n_others: int, same: bool) -> None:
    weeks = [(1, [frozenset(range(3))]), (2, [frozenset(range(3 + n_others))])]
    (_one, [before]), (_two, [after]) = follow("here", weeks)
    assert (before.group_id == after.group_id) is same


def test_of_two_halves_the_larger_share_keeps_the_id() -> None:
    weeks = [(1, [frozenset(range(7))]), (2, [frozenset(range(4)), frozenset({4, 5, 6})])]
    (_one, [whole]), (_two, [large, small]) = follow("here", weeks)
    assert large.group_id == whole.group_id != small.group_id


def test_agreement_of_divisions() -> None:
    one, other = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    assert adjusted_rand(one, other) == pytest.approx(0.24242424)
    assert normalised_information(one, other) == pytest.approx(0.5158037)


def test_the_command_answers_in_json_and_csv(cell: Cell, capsys: pytest.CaptureFixture[str]) -> None:
    from honeycell.cli import main

    def asked(*words: str) -> tuple[int, str, str]:
        status, told = main(["--cell", str(cell.folder), "list", "groups", *words]), capsys.readouterr()
        return status, told.out, told.err

    status, out, _err = asked("design", "--json")
    rows = json.loads(out)["data"]
    assert (status, len(rows), len(rows[0]["group_id"]), len(rows[0]["weekly_inside"])) == (0, 3, 16, 26)
    assert {row["slugs"] for row in csv.DictReader(asked("design", "--csv")[1].splitlines())} == {
        "ana mia tom", "bo cy noor", "eva finn gil",
    }  # fmt: skip
    assert asked("works-council", "--json")[0] == 3
    status, out, err = asked("design", "--as-of", "2026-01-10")
    assert (status, out.count("\n"), "0 people wrote there in 4 or more" in err) == (0, 1, True)
    # After the end of coverage nothing can be seen: the answer is that of the end.
    late = json.loads(asked("design", "--as-of", "2031-01-01", "--json", "--limit", "1")[1])
    assert (late["as_of"], late["data"]) == ("2026-03-25", rows[:1])


@pytest.mark.parametrize("width", [60, 100])
def test_a_person_sees_who_since_when_and_how_much_stays_inside(cell: Cell, width: int) -> None:
    console = Console(theme=THEME, width=width, file=io.StringIO())
    found, table = cell.groups("design")
    with console.capture() as captured:
        console.print(drawn(found, table.slice(0, 1), None))
    lines = captured.get().splitlines()
    assert (lines[1], lines[2].startswith("3 groups of 3 to 7 people; 9 people write there")) == (
        "design.lists.example.com", True,
    )  # fmt: skip
    assert any(line in ("Ana, Mia, Tom", "Bo, Cy, Noor", "Eva, Finn, Gil") for line in lines)
    assert "82 % of it talk inside this group" in " ".join(captured.get().split())
    assert lines[-1] == "1 of 3; all with --limit 0"
    assert max(map(len, lines)) <= width
