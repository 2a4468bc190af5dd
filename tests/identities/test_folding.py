"""Names as people write them: shown, compared, and taken apart. All names are made up."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from honeycell.engine import open_engine
from honeycell.identities.folding import declared, full_names, name_parts, shown_name
from honeycell.steps import Tables

KEYS = ("full_name", "sorted_name", "loose_name")


@pytest.fixture(scope="module")
def t() -> Iterator[Tables]:
    engine = open_engine(Path(tempfile.mkdtemp()))
    yield Tables(engine)
    engine.close()


def shown(t: Tables, names: list[str], handle: str = "mailto:somebody@example.com") -> list[str]:
    written = t.keep(pa.table({"n": range(len(names)), "display_name": names, "handle": [handle] * len(names)}))
    rows = written.mutate(display_name=shown_name(written.display_name, written.handle)).order_by("n")
    return t.arrow(rows)["display_name"].to_pylist()


def parts(t: Tables, names: list[str]) -> dict[str, dict[str, Any]]:
    """The parts of each distinct name, by the name as it was written."""
    names = list(dict.fromkeys(names))
    table = t.keep(pa.table({"written": names, "display_name": shown(t, names)}))
    return {row["written"]: row for row in t.arrow(name_parts(t, table)).to_pylist()}


ANA = [
    "Ana Silva", "ana silva", "ANA SILVA", " Ana   Silva ", "'Ana Silva'", '"Silva, Ana"', "SILVA Ana", "Ana SILVA",
    "Silva, Ana M. (Acme Ltd)", "Ana M. Silva", "Ána Silva", "“Ana Silva”", "Ana Silva via Dev", "Ana Silva [ACME]",
    "Ana Silva/Unit/ACME", "Ana Silva - ACME", "Ana Silva – Acme Group", "Ana Silva | Acme", "Ana Silva @ ACME",
    "Ana Silva@ACME", "ACME) Ana Silva", "[ACME] Ana Silva", "Dr. Ana Silva", "Prof. Dr. Ana Silva", "Ana Silva, PhD",
    "Ana Silva, Acme Ltd.", "CN=Ana Silva/O=ACME", "Ana 'Nita' Silva", 'Ana "Nita" Silva', "Ana (Nita) Silva",
    "Ana Silva <ana@example.com>", "ana.silva", "Ana_Silva", "Ana\tSilva\r\n", "Ana\u200b Silva\ufeff",
    "Ana Silva (Acme", "Ana Silva on behalf of Acme", "Silva, Ana, Acme", "Ａｎａ Ｓｉｌｖａ", "Ana Silva 王小明",
    "Ана Силва",
]  # fmt: skip


def test_one_name_in_many_dresses_is_compared_as_one(t: Tables) -> None:
    found = parts(t, ANA)
    assert {name: row["full_name"] for name, row in found.items()} == dict.fromkeys(found, "ana silva")
    assert {row["kind"] for row in found.values()} == {"full"}


WAYS = [
    ("full_name", ["Иван Петров", "Ivan Petrov", "ПЕТРОВ Иван", "Петров, Иван"]),
    ("full_name", ["Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"]),
    ("full_name", ["Jean-Luc Moreau", "JEAN LUC MOREAU", "Moreau, Jean-Luc"]),
    ("full_name", ["Ana O'Neil", "Ana O’Neil", "Ana ONeil"]),
    ("full_name", ["王小明", "王 小明", "王小明 (Acme)"]),
    ("full_name", ["Anders Bjørnsen", "Anders Bjornsen"]),
    ("sorted_name", ["Yang Ming", "Ming Yang", "YANG Ming", "Yang, Ming"]),
    ("sorted_name", ["Nagy Ádám", "Adam Nagy", "NAGY Ádám"]),
    ("sorted_name", ["王小明", "Xiaoming Wang", "Wang Xiaoming"]),
    ("sorted_name", ["欧阳小明", "Xiaoming Ouyang"]),
    ("sorted_name", ["김민수", "Minsu Gim"]),
    ("sorted_name", ["タナカ シュウ", "Tanaka Shuu"]),
    ("loose_name", ["Jörg Müller", "Joerg Mueller", "Jorg Muller", "Müller, Jörg"]),
    ("loose_name", ["Юрий Алексеев", "Yuri Alekseev", "Yuriy Alexeev", "Jurij Alekseev"]),
    ("loose_name", ["Алексей Быков", "Alexey Bykov", "Aleksei Bykov"]),
    ("loose_name", ["Philipp Hoffmann", "Philip Hofmann", "Filip Hofman"]),
    ("loose_name", ["Søren Ågård", "Soeren Agard"]),
]


def test_ways_of_writing_one_name_meet_in_a_key(t: Tables) -> None:
    found = parts(t, [name for _key, names in WAYS for name in names])
    for key, names in WAYS:
        met = {name: found[name][key] for name in names}
        assert len(set(met.values())) == 1, met
        assert None not in met.values(), met


def test_a_full_name_keeps_the_order_of_its_words_and_the_characters_of_chinese(t: Tables) -> None:
    found = parts(t, ["Yang Ming", "Ming Yang", "王小明", "王晓明"])
    assert found["Yang Ming"]["full_name"] != found["Ming Yang"]["full_name"]
    assert found["王小明"]["full_name"] != found["王晓明"]["full_name"]
    assert found["王小明"]["sorted_name"] == found["王晓明"]["sorted_name"]


SPLIT = [
    ("Bob Reed", "bob", "reed", "robert"),
    ("Robert Reed", "robert", "reed", "robert"),
    ("Bill Kern", "bill", "kern", "william"),
    ("Саша Орлов", "sasha", "orlov", "alexander"),
    ("Aleksandr Orlov", "aleksandr", "orlov", "alexander"),
    ("Mike Dahl", "mike", "dahl", "michael"),
    ("Nagy Ádám", "adam", "nagy", "adam"),
    ("王小明", "xiaoming", "wang", "xiaoming"),
    ("Ana van der Berg", "ana", "berg", "anna"),
    ("A. Silva", "a", "silva", "a"),
    ("Ana S.", "ana", "s", "anna"),
    ("Ana", None, None, None),
]


def test_a_name_has_a_given_and_a_family_part_and_a_root(t: Tables) -> None:
    found = parts(t, [name for name, *_rest in SPLIT])
    assert {(name, row["given"], row["family"], row["given_root"]) for name, row in found.items()} == set(SPLIT)


def test_initials_are_those_of_the_full_name(t: Tables) -> None:
    found = parts(t, ["A. Silva", "Ana Silva", "Silva Ana", "Ana M. Silva", "Silva A.", "Ana Maria Silva"])
    assert {row["initials"] for row in found.values()} == {"as"}


NOT_FULL = [
        ("initial", ["A. Silva", "A Silva", "A.B. Silva", "Ana S.", "A. de Silva", "A. Silva Costa", "Silva, A.",
                     "А. Петров", "Dr. A. Silva"]),
        ("single", ["Ana", "xyz123", "Иван", "Dr. Silva", "王"]),
        ("placeholder", ["root", "ROOT", "User", "admin", "test", "me", "Unknown Sender", "John Doe",
                         "First Last", "your name", "localhost", "null."]),
        ("role", ["Support Team", "Sales", "Jenkins", "CI bot", "dependabot[bot]", "Équipe Acme", "客服团队",
                  "Team, Support", "Patch Tracker", "Kundenservice Acme"]),
        ("address", ["https://example.com/ana"]),
        ("none", ["", " ", "nan", "(none)", "no name", "''", "ana@example.com", "=?utf-8?q?An=", "=3D?utf-8?q?An?=3D",
                  "\u200b"]),
        ("other", ["Ana Silva 2", "dos Santos", "a story that is far too long for any name"]),
]  # fmt: skip


def test_what_is_no_full_name_has_no_key(t: Tables) -> None:
    found = parts(t, [name for _kind, names in NOT_FULL for name in names])
    expected = {name: kind for kind, names in NOT_FULL for name in names}
    assert {name: row["kind"] for name, row in found.items()} == expected
    assert {row[key] for row in found.values() for key in KEYS} == {None}
    assert {row["given"] for row in found.values() if row["kind"] != "initial"} == {None}


def test_what_looks_like_less_is_a_full_name(t: Tables) -> None:
    names = ["J. Robert Smith", "Md Rahman", "Joan van Dyke", "JP Morgan", "Wei Li", "Thomas Abbot", "Al Reed"]
    assert {row["kind"] for row in parts(t, names).values()} == {"full"}


SHOWN = [
    ("Silva, Ana", "Ana Silva"),
    ('"Silva, Ana" via Dev', "Ana Silva"),
    ("Silva, Ana M. (Acme)", "Ana M. Silva (Acme)"),
    ("van der Berg, Ana", "Ana van der Berg"),
    ("O’Neil,Ana", "Ana O’Neil"),
    ("Петров, Иван", "Иван Петров"),
    ("Silva, Ana (Acme Support)", "Ana Silva (Acme Support)"),
    ("Reed, Jr.", "Reed, Jr."),
    ("Ana Silva, PhD", "Ana Silva, PhD"),
    ("Acme, Ltd.", "Acme, Ltd."),
    ("Ana Silva, Acme", "Ana Silva, Acme"),
    ("Sales, Europe", "Sales, Europe"),
    ("Silva, Ana, Acme", "Silva, Ana, Acme"),
    ("Ana &quot;Nita&quot; Silva", 'Ana "Nita" Silva'),
    ("Ana =?utf-8?q?Sil", "Ana"),
]


def test_a_directory_name_is_shown_given_name_first_where_that_is_safe(t: Tables) -> None:
    assert list(zip((written for written, _as in SHOWN), shown(t, [w for w, _as in SHOWN]), strict=True)) == SHOWN


def test_the_address_itself_is_not_shown_as_a_name(t: Tables) -> None:
    assert shown(t, ["ana@example.com", "ANA@example.com", "u7"], "mailto:ana@example.com") == ["", "", "u7"]
    assert shown(t, ["u7"], "slack:u7") == [""]


def test_a_text_in_the_place_of_a_name_is_not_shown_as_one(t: Tables) -> None:
    assert shown(t, ["Chapter four " * 20, "Ana Silva"]) == ["", "Ana Silva"]


UNITS = [
        ("Ana Silva (Acme)", "Acme"), ("Silva, Ana [Acme Ltd]", "Acme Ltd"), ("Ana Silva/Unit/Acme", "Unit/Acme"),
        ("Ana Silva - Acme", "Acme"), ("Acme) Ana Silva", "Acme"), ("[Acme] Ana Silva", "Acme"),
        ("Ana Silva @ Acme", "Acme"), ("Ana Silva, Acme Ltd", "Acme Ltd"), ("Silva, Ana, Acme", "Acme"),
        ("Ana (Nita) Silva", None), ("Ana Silva (王小明)", None), ("Ana Silva (ana@example.com)", None),
        ("Ana Silva", None), ("Ana-Luisa Silva", None), ("Silva, Ana", None),
]  # fmt: skip


def test_what_stands_beside_the_name_is_the_unit(t: Tables) -> None:
    found = parts(t, [name for name, _employer in UNITS])
    assert {(name, row["unit"]) for name, row in found.items()} == set(UNITS)


def test_every_name_stands_once_in_the_list_of_short_names() -> None:
    lines = (line.replace(":", "").split() for line in declared("short_names"))
    names = Counter(name for line in lines for name in line)
    assert [name for name, n in names.items() if n > 1 or not (name.isascii() and name.isalpha())] == []
    assert len(names) > 1000


def test_the_column_alone_is_that_of_the_parts(t: Tables) -> None:
    names = [*ANA, "王小明", "A. Silva", "Support Team", ""]
    table = t.keep(pa.table({"display_name": names}))
    alone = {row["display_name"]: row["full_name"] for row in t.arrow(full_names(table)).to_pylist()}
    whole = {row["display_name"]: row["full_name"] for row in t.arrow(name_parts(t, table)).to_pylist()}
    assert alone == whole


texts = st.lists(
    st.one_of(st.text(max_size=30), st.text("aÁbЯ王김た'\"(),.-/@ ", max_size=30)), min_size=20, max_size=60
)
words = st.text("abcdefghilmnorstuvwz", min_size=3, max_size=8).map(str.capitalize)
# A case takes a quarter of a second, so a failing one is not made smaller.
few = settings(
    max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@few
@given(texts)
def test_any_text_has_a_kind_and_only_full_names_have_keys(t: Tables, names: list[str]) -> None:
    found = parts(t, names)
    assert set(found) == set(names)
    for row in found.values():
        full = row["kind"] == "full"
        assert [row[key] is not None for key in KEYS] == [full] * 3
        assert (row["given"] is not None) == (row["family"] is not None) == (row["kind"] in ("full", "initial"))
        assert all(row[key].isascii() for key in KEYS[1:] if full)


@few
@given(texts)
def test_a_name_as_compared_is_compared_as_itself(t: Tables, names: list[str]) -> None:
    # Chinese, Japanese and Korean ones lose the space that made them full.
    keys = [
        row["full_name"]
        for row in parts(t, [*names, "Ana Silva"]).values()
        if row["full_name"] and row["full_name"].isascii()
    ]
    assert {name: row["full_name"] for name, row in parts(t, keys).items()} == {key: key for key in keys}


@few
@given(st.lists(words, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_case_order_white_space_and_quotes_do_not_count(t: Tables, name: list[str], chance: Any) -> None:
    mixed = chance.sample(name, len(name))
    dresses = [" ".join(name), " ".join(mixed), " ".join(name).upper(), f"'{'  '.join(mixed).lower()}'"]
    found = {row["sorted_name"] for row in parts(t, dresses).values()}
    assert len(found) == 1
