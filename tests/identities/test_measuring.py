"""The measuring of identities: what the figures say of groupings whose agreement is plain to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.identities import made_up
from validation.affiliation import _gitdm, _spellings
from validation.identity.figures import agreement, false_and_missed, ranking
from validation.identity.truth import corpus_of, read, seen

TRUTH = {"a": "x", "b": "x", "c": "x", "d": "y"}


def test_pairs_and_groups_are_counted_apart() -> None:
    found = agreement(TRUTH, {"a": "1", "b": "1", "c": "2", "d": "2"})
    assert (found["precision"], found["recall"]) == (1 / 2, 1 / 3)
    assert found["bcubed_precision"] == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert found["bcubed_recall"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)


def test_an_address_of_nobody_is_alone() -> None:
    assert agreement(TRUTH, {})["n_found_pairs"] == 0
    assert next(false_and_missed(TRUTH, {"a": "1", "d": "1"})) == ("false", "a", "d")


def test_a_queue_is_judged_by_the_missed_pairs_it_shows_first() -> None:
    pairs = [("a", "d", 0.9, "to be decided"), ("a", "b", 0.8, "to be decided"), ("b", "c", 0.99, "linked")]
    found = ranking(TRUTH, {"b": "1", "c": "1"}, pairs)
    assert found["n_queued"] == 2
    # Two true pairs are not linked; one is queued, in the second place.
    assert found["queue_average_precision"] == (1 / 2) / 2
    assert found["queue_recall_at_10"] == 1 / 2


def test_a_mailmap_names_one_person_in_two_entries(tmp_path: Path) -> None:
    page = tmp_path / "some.mailmap"
    page.write_text(
        "# kept by hand\nAna Silva <a@x.example> Annie <b@x.example>\nAna Silva <c@x.example>\n"
        "<d@x.example> <e@x.example>\n"
    )
    accounts = read(page)
    assert [(one.person, one.address, one.name) for one in accounts] == [
        ("Ana Silva", "a@x.example", "Ana Silva"),
        ("Ana Silva", "b@x.example", "Ana Silva"),
        ("Ana Silva", "c@x.example", "Ana Silva"),
        ("d@x.example", "d@x.example", ""),
        ("d@x.example", "e@x.example", ""),
    ]
    assert set(seen(accounts, "hidden").values()) == {""}
    assert corpus_of(page) is None


def test_spells_and_spellings_of_companies() -> None:
    spells = _gitdm("Acme Inc. until 2013-03-01; Bolt Machines Corporation from 2013-03-01 until 2015-01-01")
    assert [(one.company, str(one.since), str(one.until)) for one in spells] == [
        ("Acme Inc.", "1970-01-01", "2013-03-01"),
        ("Bolt Machines Corporation", "2013-03-01", "2015-01-01"),
    ]
    assert {"bm", "bolt", "boltmachines"} <= _spellings("Bolt Machines Corporation", {})
    assert "crate" in _spellings("Crate Labs Ltd", {"crate labs": "crate"})


def test_the_made_up_world_is_the_same_each_time_and_has_homonyms() -> None:
    world = made_up(60_000)
    assert world.equals(made_up(60_000))
    assert len(set(world["handle"].to_pylist())) == world.num_rows
    bearers: dict[str, set[int]] = {}
    for name, person in zip(world["name"].to_pylist(), world["person"].to_pylist(), strict=True):
        if name and " " in name:
            bearers.setdefault(name, set()).add(person)
    assert max(map(len, bearers.values())) >= 3
