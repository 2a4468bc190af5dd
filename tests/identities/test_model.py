"""The probabilistic model: what it compares, whom it brings together, and that it scores as Splink does."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from honeycell.engine import Engine
from honeycell.identities import model
from honeycell.identities.folding import full_names
from honeycell.identities.frequencies import counted
from honeycell.identities.levels import COMPARISONS
from honeycell.identities.traits import traits_of
from honeycell.steps import Tables

if TYPE_CHECKING:
    import ibis.expr.types as ir

START = datetime(2020, 1, 1)
FREE = ("gmail.com", "gmx.de")
Written = tuple[str, str]
"""Name and address."""
PEOPLE: tuple[Written, ...] = (
    ("Ana Silva", "ana.silva@acme.example"),
    ("Silva Ana", "anas@gmx.de"),
    ("Ana Maria Silva", "ana@silva.example"),
    ("A. Silva", "asilva@gmail.com"),
    ("", "asilva@widgets.example"),
    ("Anna Silva", "asilva2@acme.example"),
    ("Robert Quist", "rob@quist.example"),
    ("Bob Quist", "bob.quist@acme.example"),
    ("Bob", "bquist@gmail.com"),
    ("", "quist@widgets.example"),
    ("Aleksey Orlow", "orlow77@gmail.com"),
    ("Alexei Orlov", "quic_orlow77@acme.example"),
    ("Jürgen Müller", "jm@acme.example"),
    ("Jurgen Mueller", "grumpycat9@gmail.com"),
    ("", "grumpycat9@widgets.example"),
    ("Grumpy", "grumpycat@gmx.de"),
    ("root", "root7@widgets.example"),
)


def known(t: Tables, people: Iterable[Written], days: int = 0) -> tuple[ir.Table, ir.Table, ir.Table]:
    """Traits, profiles and frequencies of handles; each in use for so many days, one after the other."""
    rows = []
    for number, (name, address) in enumerate(people):
        local, _, host = address.partition("@")
        first = START + timedelta(days=days * number)
        rows.append(
            {"handle": f"mailto:{address}", "display_name": name, "n": 1, "n_authored": 1, "local": local, "host": host,
             "place": None if host in FREE else host, "first_at": first, "last_at": first + timedelta(days=days)}
        )  # fmt: skip
    kept = t.keep(pa.Table.from_pylist(rows))
    every = kept.mutate(place=kept.place.cast("string"))
    traits = t.keep(traits_of(t, every, full_names(every)))
    return traits, every, t.keep(counted(traits))


def compared(t: Tables, people: Iterable[Written], days: int = 0) -> tuple[ir.Table, ir.Table]:
    """The pairs that are worth comparing, and the handles as the model sees them."""
    traits, profiles, frequencies = known(t, people, days)
    return model.candidates(t, traits, frequencies), t.keep(model.named(traits, profiles, frequencies))


def scored(engine: Engine, people: Iterable[Written], days: int = 0) -> dict[frozenset[str], dict[str, object]]:
    """What the model says of the pairs that it finds worth comparing."""
    t = Tables(engine)
    rows = t.arrow(model.score(t, *compared(t, people, days))).to_pylist()
    return {frozenset(row[side].removeprefix("mailto:") for side in ("handle_a", "handle_b")): row for row in rows}


def both(engine: Engine, one: Written, other: Written) -> dict[str, object]:
    """The features and so on of two, whether or not they are worth comparing."""
    t = Tables(engine)
    _pairs, handles = compared(t, (one, other))
    ends = sorted(f"mailto:{address}" for _name, address in (one, other))
    pairs = t.keep(pa.table({"handle_a": ends[:1], "handle_b": ends[1:]}))
    (row,) = t.arrow(model.score(t, pairs, handles)).to_pylist()
    return row


@pytest.mark.parametrize(
    ("one", "other", "features"),
    [
        (("Ana Silva", "x1@acme.example"), ("Ana Silva", "y2@gmail.com"), "name=rare login=other place=one-free"),
        (("Ana Silva", "ana.silva@acme.example"), ("Ana Silva", "asilva@acme.example"), "name=rare place=small"),
        (("Ming Yang", "a1@x.example"), ("Yang Ming", "b2@y.example"), "name=order login=other place=other"),
        (("王小明", "a1@x.example"), ("Xiaoming Wang", "b2@y.example"), "name=order login=other place=other"),
        (("Aleksey Orlow", "a1@x.example"), ("Alexei Orlov", "b2@y.example"), "name=sound login=other place=other"),
        (("Ana Maria Silva", "a1@x.example"), ("Ana Silva", "b2@y.example"), "name=between login=other place=other"),
        (("Bob Quist", "a1@x.example"), ("Robert Quist", "b2@y.example"), "name=short login=other place=other"),
        (("Ana Silverton", "a1@x.example"), ("Ana Silvertom", "b2@y.example"), "name=letter login=other place=other"),
        (("A. Silva", "a1@x.example"), ("Ana Silva", "b2@y.example"), "name=initial login=other place=other"),
        (("Bob", "a1@x.example"), ("Bob", "b2@y.example"), "name=single login=other place=other"),
        (("Bob", "a1@x.example"), ("Bob Quist", "b2@y.example"), "name=word login=other place=other"),
        (("Ana Silva", "a1@x.example"), ("Olga Silva", "b2@y.example"), "name=family login=other place=other"),
        (("Ana Silva", "a1@x.example"), ("Olga Berg", "b2@y.example"), "name=other login=other place=other"),
        (("", "grumpycat9@x.example"), ("Ana Silva", "grumpycat9@gmail.com"), "login=long place=one-free"),
        (("", "gcat@x.example"), ("", "gcat@y.example"), "login=same place=other"),
        (("", "bob@x.example"), ("", "bob@y.example"), "login=common place=other"),
        (("", "asilva@gmx.de"), ("Ana Silva", "x1@gmail.com"), "login=spells place=both-free"),
        (("", "mail@anasilva.example"), ("Ana Silva", "x1@gmail.com"), "login=domain place=one-free"),
        (("", "quic_gcatnip@x.example"), ("", "gcatnip@y.example"), "login=within place=other"),
        (("", "silva@x.example"), ("Ana Silva", "x1@y.example"), "login=half place=other"),
        (("Gcat", "gcat@x.example"), ("Gcat", "gcat@gmail.com"), "login=same place=one-free"),
        (("", "x1@gmail.com"), ("Support Team", "y2@gmail.com"), "login=other place=free"),
    ],
)
def test_how_two_handles_compare(engine: Engine, one: Written, other: Written, features: str) -> None:
    assert both(engine, one, other)["features"] == features


def test_the_evidence_reads_as_words(engine: Engine) -> None:
    row = both(engine, ("Bob Quist", "a1@x.example"), ("Robert Quist", "b2@gmail.com"))
    assert row["evidence"] == (
        "the same surname, given names that are forms of one name, different logins,"
        " one at an organisation, one at a provider of mail"
    )


def test_time_counts_where_both_are_in_use_for_more_than_a_day(engine: Engine) -> None:
    people = [("Ana Silva", f"a{n}@firm{n}.example") for n in range(3)]
    found = scored(engine, people, days=200)
    ends = [address for _name, address in people]
    assert "time=follows" in found[frozenset(ends[:2])]["features"]
    assert "time=apart" in found[frozenset((ends[0], ends[2]))]["features"]
    assert not any("time" in row["features"] for row in scored(engine, people).values())


def test_a_common_name_weighs_less_than_a_rare_one(engine: Engine) -> None:
    crowd = [(f"{given}{n} Wang", f"p{n}{given}@f{n}.example") for n in range(90) for given in ("Wei", "Li")]
    crowd = [(name.replace(str(n), "abcdefghij"[n // 10] + "klmnopqrst"[n % 10]), address)
             for (name, address), n in zip(crowd, sorted([*range(90)] * 2), strict=True)]  # fmt: skip
    weis = [(f"Wei {family}", f"wei{n}@g{n}.example") for n, family in enumerate(
        "".join(letters) + "ova" for letters in itertools.islice(itertools.permutations("bdfgk"), 90))]  # fmt: skip
    pairs = [("Wei Wang", "w1@x.example"), ("Wei Wang", "w2@y.example"), ("Odalis Quist", "o1@x.example"),
             ("Odalis Quist", "o2@y.example")]  # fmt: skip
    found = scored(engine, [*crowd, *weis, *pairs])
    common, rare = (
        found[frozenset(ends)] for ends in (("w1@x.example", "w2@y.example"), ("o1@x.example", "o2@y.example"))
    )
    assert common["features"].startswith("name=common")
    assert rare["features"].startswith("name=rare")
    assert common["probability"] < 0.9 < 0.99 < rare["probability"]


def test_a_name_of_many_handles_is_common_however_rare_its_parts(engine: Engine) -> None:
    found = scored(engine, [("Odalis Quist", f"o{n}@firm{n}.example") for n in range(17)])
    assert {row["features"].split()[0] for row in found.values()} == {"name=common"}


def test_who_is_worth_comparing(engine: Engine) -> None:
    ends = set(scored(engine, PEOPLE))
    assert frozenset(("ana.silva@acme.example", "anas@gmx.de")) in ends
    assert frozenset(("asilva@gmail.com", "asilva@widgets.example")) in ends
    assert frozenset(("rob@quist.example", "bob.quist@acme.example")) in ends
    assert frozenset(("orlow77@gmail.com", "quic_orlow77@acme.example")) in ends
    assert frozenset(("grumpycat9@widgets.example", "grumpycat@gmx.de")) in ends
    assert not any("root7@widgets.example" in pair for pair in ends)


@pytest.mark.parametrize("name", ["Alex", "root", "Support Team", "", "nan"])
def test_a_name_of_nobody_or_one_word_brings_nobody_together(engine: Engine, name: str) -> None:
    assert scored(engine, [(name, f"{local}{n}@firm{n}.example") for n, local in enumerate(("ab", "cd", "ef"))]) == {}


def test_a_name_that_too_many_share_is_left_out(engine: Engine) -> None:
    people = [("Wei Yang", f"y{n}@firm{n}.example") for n in range(model.MOST_BEARERS + 1)]
    assert scored(engine, people) == {}
    assert len(scored(engine, people[1:])) == 30 * 29 / 2


def test_a_score_is_of_the_pair_whoever_else_there_is(engine: Engine) -> None:
    strangers = [(f"Olga Berg{letter}", f"o{n}@firm{n}.example") for n, letter in enumerate("abcdefghijklmnop")]
    alone, among = scored(engine, PEOPLE), scored(engine, [*strangers, *PEOPLE])
    assert {pair: among[pair] for pair in alone} == alone


def test_the_order_of_the_two_does_not_matter(engine: Engine) -> None:
    t = Tables(engine)
    pairs, handles = compared(t, PEOPLE)
    turned = pairs.select(handle_a="handle_b", handle_b="handle_a")
    rows = {tuple(sorted((row.pop("handle_a"), row.pop("handle_b")))): row for one in (pairs, turned)
            for row in t.arrow(model.score(t, one, handles)).to_pylist()}  # fmt: skip
    there = {
        (row.pop("handle_a"), row.pop("handle_b")): row for row in t.arrow(model.score(t, pairs, handles)).to_pylist()
    }
    assert rows == there


def test_scores_are_those_of_splink(engine: Engine) -> None:
    from validation.identity.training import as_splink

    t = Tables(engine)
    _pairs, handles = compared(t, PEOPLE, days=40)
    keys = [f"mailto:{address}" for _name, address in PEOPLE]
    ends = list(itertools.combinations(sorted(keys), 2))
    pairs = t.keep(pa.table({"handle_a": [a for a, _b in ends], "handle_b": [b for _a, b in ends]}))
    ours = {
        (row["handle_a"], row["handle_b"]): row["probability"]
        for row in t.arrow(model.score(t, pairs, handles)).to_pylist()
    }
    linker = as_splink(t.arrow(handles), model.parameters())
    theirs = linker.inference.predict().as_pandas_dataframe()
    said = {
        tuple(sorted(two)): p
        for *two, p in theirs[["handle_l", "handle_r", "match_probability"]].itertuples(index=False)
    }
    assert said.keys() == ours.keys()
    assert all(said[pair] == pytest.approx(p, abs=1e-6) for pair, p in ours.items())


def test_every_level_has_chances_and_a_name_that_can_be_read_back() -> None:
    numbers = model.parameters()
    assert numbers["comparisons"].keys() == {one.name for one in COMPARISONS}
    for comparison in COMPARISONS:
        chances = numbers["comparisons"][comparison.name]
        assert list(chances) == [level.name for level in comparison.known]
        assert all(0 < m <= 1 and 0 < u <= 1 for m, u in chances.values())
        names = [level.name for level in comparison.levels]
        assert len(set(names)) == len(names)
        assert not any(" " in name or "=" in name for name in names)
    assert 0 < numbers["prior"] < numbers["thresholds"]["asked"] < numbers["thresholds"]["linked"] < 1
