"""What belongs to what and since when: decisions, spellings and signatures, and the day they are asked for."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honeycell import identities, log, readings
from honeycell.decisions.steps import DECISIONS, decided_anew
from honeycell.decisions.steps import STEPS as DECIDING
from honeycell.engine import Engine, open_engine
from honeycell.errors import NotFoundError
from honeycell.identities.belonging import Link, above, end, eras, standing
from honeycell.identities.company_names import company_key
from honeycell.ids import id_of, written_id
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES

Rows = list[dict[str, Any]]
Decided = Mapping[str, Rows]
START = date(2024, 1, 1)
STEPS = (*DECIDING, *log.STEPS, *identities.STEPS)
WATCHED = ("signatures", "profiles", "affiliations", "organisations")


def write(engine: Engine, mails: Sequence[tuple[str, str, int, str]], directory: Rows = (), batch: int = 1) -> None:
    """Mails (from, to, day, body) and rows of the directory."""
    tables: dict[str, Rows] = {name: [] for name in ("interactions", "participants", "texts", "directory")}
    for sender, to, day, body in mails:
        one = {"interaction_id": id_of(f"{sender} {to} {day}"), "copy_hash": "0" * 16, "batch": batch}
        on = START + timedelta(day)
        tables["interactions"].append(
            {**one, "kind": "message", "channel": "mail", "occurred_at": datetime(on.year, on.month, on.day, 9),
             "occurred_on": on, "message_id": f"{sender} {to} {day}"}
        )  # fmt: skip
        tables["participants"] += [
            {**one, "role": role, "handle": f"mailto:{address}", "display_name": None}
            for role, address in (("from", sender), ("to", to))
        ]
        tables["texts"].append({**one, "body": body})
    for row in directory:
        digest = f"{id_of(repr(sorted(row.items()))):032x}"
        tables["directory"].append({"record_hash": digest, "source": "test", "locator": "x", "batch": batch, **row})
    with engine.writing("log") as writer:
        for name, rows in tables.items():
            writer.append(name, pa.Table.from_pylist(rows, schema=TABLES[name].schema))
        writer.mark("batch", batch)
        writer.publish()


def refresh(engine: Engine, decided: Decided, since: int | None) -> None:
    common = {"decided_at": datetime(2026, 1, 1), "decided_by": "dee", "from_on": None, "to_on": None}
    numbered = {kind: [common | row for row in rows] for kind, rows in decided.items()}
    given = {kind: pa.Table.from_pylist(rows, schema=TABLES[kind].schema) for kind, rows in numbered.items()}
    with engine.writing("derived") as writer, engine.scratch():
        t = Tables(engine)
        changes = None if since is None else {**log.changes_since(t, since), DECISIONS: decided_anew(t)}
        derive(engine, writer, STEPS, changes=changes, decided=given)
        writer.publish()


def seen(engine: Engine) -> dict[str, Rows]:
    found = {name: engine.to_arrow(engine.table(name)).to_pylist() for name in WATCHED}
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def stays(engine: Engine, address: str) -> set[tuple[str, date, date | None]]:
    """The organisations of whoever writes from an address: name, first and last day."""
    tables = {
        name: engine.to_arrow(engine.table(name)).to_pylist() for name in ("handles", "affiliations", "organisations")
    }
    person = next(row["person_id"] for row in tables["handles"] if row["handle"] == f"mailto:{address}")
    name = {row["organisation_id"]: row["name"] for row in tables["organisations"]}
    rows = [row for row in tables["affiliations"] if row["person_id"] == person]
    return {(name[row["organisation_id"]], row["from_on"], row["to_on"]) for row in rows}


def same(
    number: int, a: str, b: str, role: str, from_on: date | None = None, to_on: date | None = None
) -> dict[str, Any]:
    return {
        "decision_id": number,
        "organisation_a": a,
        "organisation_b": b,
        "role": role,
        "from_on": from_on,
        "to_on": to_on,
    }


def apart(number: int, a: str, b: str) -> dict[str, Any]:
    return {"decision_id": number, "organisation_a": a, "organisation_b": b}


MAILS = [
    (f"{who}@{where}", "bo@bolt.com", day, "Hello")
    for who, where in (("ana", "acme.com"), ("cy", "acme.net"), ("di", "labs.io"), ("ed", "acme.com"))
    for day in (0, 200, 400)
]
FIRST, LAST = START, START + timedelta(400)
CUT = date(2024, 7, 1)


@pytest.fixture
def made(engine: Engine) -> Engine:
    write(engine, MAILS)
    return engine


def test_a_domain_of_an_organisation_brings_its_people(made: Engine) -> None:
    refresh(made, {"same_organisation": [same(1, "acme.net", "Acme.com", "domain")]}, None)
    acme = next(row for row in seen(made)["organisations"] if row["name"] == "Acme")
    assert (acme["domains"], acme["n_persons"], acme["reason"]) == (["acme.com", "acme.net"], 3, "decision 1")
    assert stays(made, "cy@acme.net") == {("Acme", FIRST, LAST)}


@pytest.mark.parametrize("role", ["domain", "merged", "renamed", "spelling"])
def test_ids_slugs_and_domains_of_what_was_joined_lead_to_the_organisation_it_belongs_to(
    made: Engine, role: str
) -> None:
    refresh(made, {}, None)
    before = {tuple(row["domains"]): row for row in seen(made)["organisations"]}
    labs, bolt = before["labs.io",], before["bolt.com",]
    assert (labs["slug"], bolt["slug"]) == ("labs", "bolt")
    refresh(made, {"same_organisation": [same(1, "labs.io", "bolt.com", role)]}, 1)
    t = Tables(made)
    for name in (
        written_id(labs["organisation_id"]),
        "labs",
        "labs-io",
        "labs.io",
        "Bolt",
        written_id(bolt["organisation_id"]),
    ):
        assert readings.find_party(t, name).slug == "bolt"
    for name in ("labs-0000", "nobody", "0" * 16):
        with pytest.raises(NotFoundError):
            readings.find_party(t, name)
    refresh(made, {}, 1)
    assert readings.find_party(Tables(made), "labs").id == labs["organisation_id"]


def test_a_slug_that_another_organisation_bears_now_is_that_ones(engine: Engine) -> None:
    write(engine, [*MAILS, ("fay@labs.com", "bo@bolt.com", 9, "Hello")])
    refresh(engine, {"same_organisation": [same(1, "labs.io", "bolt.com", "merged")]}, None)
    t = Tables(engine)
    assert [readings.find_party(t, name).slug for name in ("labs", "labs-io")] == ["labs", "bolt"]


def test_a_company_that_is_bought_keeps_its_history_on_the_day_it_was_made(made: Engine) -> None:
    refresh(made, {"same_organisation": [same(1, "acme.com", "Bolt", "merged", CUT)]}, None)
    assert stays(made, "ana@acme.com") == {("Acme", FIRST, CUT - timedelta(1)), ("Bolt", CUT, LAST)}
    assert stays(made, "bo@bolt.com") == {("Bolt", FIRST, LAST)}


def test_what_was_bought_and_sold_again_is_its_own_afterwards(made: Engine) -> None:
    last = CUT + timedelta(30)
    refresh(made, {"same_organisation": [same(1, "acme.com", "bolt.com", "merged", CUT, last)]}, None)
    expected = {("Acme", FIRST, CUT - timedelta(1)), ("Bolt", CUT, last), ("Acme", last + timedelta(1), LAST)}
    assert stays(made, "ana@acme.com") == expected


def test_a_renamed_company_is_one_whose_whole_history_bears_the_new_name(made: Engine) -> None:
    refresh(made, {"same_organisation": [same(1, "acme.com", "Zenith Inc.", "renamed", CUT)]}, None)
    assert stays(made, "ana@acme.com") == {("Zenith Inc.", FIRST, LAST)}


def test_a_subsidiary_stays_and_its_people_are_with_the_parent_too_while_it_is_one(made: Engine) -> None:
    rows = [same(1, "labs.io", "acme.com", "subsidiary", CUT), same(2, "acme.com", "bolt.com", "subsidiary")]
    refresh(made, {"same_organisation": rows}, None)
    assert stays(made, "di@labs.io") == {("Labs", FIRST, LAST), ("Acme", CUT, LAST), ("Bolt", CUT, LAST)}
    t = Tables(made)
    who = next(row["person_id"] for row in t.arrow(t["handles"]).to_pylist() if row["handle"] == "mailto:di@labs.io")
    asked = t.keep(pa.table({"who": [who], "day": pa.array([LAST], pa.date32())}))
    [row] = t.arrow(identities.affiliated(t, asked, "who", "day")).to_pylist()
    assert row["organisation_id"] == id_of("labs.io")


def test_a_domain_changes_hands_on_a_day_and_the_rest_of_the_organisation_does_not(engine: Engine) -> None:
    files = [{"kind": "domain", "organisation": "Acme", "domain": domain} for domain in ("acme.com", "acme.net")]
    write(engine, MAILS, files)
    refresh(engine, {"same_organisation": [same(4, "acme.net", "Bolt", "domain", CUT)]}, None)
    assert stays(engine, "cy@acme.net") == {("Acme", FIRST, CUT - timedelta(1)), ("Bolt", CUT, LAST)}
    assert stays(engine, "ana@acme.com") == {("Acme", FIRST, LAST)}


def test_the_later_of_two_decisions_counts(made: Engine) -> None:
    joined, parted = same(1, "acme.net", "acme.com", "domain"), apart(2, "acme.com", "acme.net")
    refresh(made, {"same_organisation": [joined], "not_same_organisation": [parted]}, None)
    assert stays(made, "cy@acme.net") == {("Acme", FIRST, LAST)}
    assert id_of("acme.net") in {row["organisation_id"] for row in seen(made)["organisations"]}
    again = {"same_organisation": [{**joined, "decision_id": 3}], "not_same_organisation": [parted]}
    refresh(made, again, 1)
    assert id_of("acme.net") not in {row["organisation_id"] for row in seen(made)["organisations"]}


def test_a_domain_leaves_what_a_file_gave_it_to(engine: Engine) -> None:
    files = [{"kind": "domain", "organisation": "Acme", "domain": domain} for domain in ("acme.com", "acme.net")]
    write(engine, MAILS, files)
    refresh(engine, {"not_same_organisation": [apart(1, "Acme", "acme.net")]}, None)
    found = {row["organisation_id"]: row["domains"] for row in seen(engine)["organisations"]}
    assert (found[id_of("acme")], found[id_of("acme.net")]) == (["acme.com"], ["acme.net"])


def test_spellings_in_files_are_one_organisation_until_somebody_says_they_are_two(engine: Engine) -> None:
    files = [
        {"kind": "affiliation", "organisation": name, "handle": f"mailto:{who}@acme.com"}
        for who, name in (("ana", "Globex Inc."), ("ed", "GLOBEX (R) Corp"))
    ]
    write(engine, MAILS, files)
    refresh(engine, {}, None)
    assert {row["name"] for row in seen(engine)["organisations"] if "globex" in row["slug"]} == {"GLOBEX (R) Corp"}
    refresh(engine, {"not_same_organisation": [apart(1, "GLOBEX (R) Corp", "Globex Inc.")]}, 1)
    assert sum(row["n_persons"] == 1 for row in seen(engine)["organisations"] if "globex" in row["slug"]) == 2


def test_a_decision_on_a_person_counts_before_a_file_and_the_later_before_the_earlier(engine: Engine) -> None:
    files = [{"kind": "affiliation", "organisation": "Initech", "handle": "mailto:ana@acme.com"}]
    write(engine, MAILS, files)
    told = [
        {"decision_id": number, "handle": "mailto:ana@acme.com", "organisation": name, "from_on": None, "to_on": None}
        for number, name in ((2, "Hooli"), (1, "bolt.com"))
    ]
    refresh(engine, {"affiliation": told}, None)
    t = Tables(engine)
    who = next(row["person_id"] for row in t.arrow(t["handles"]).to_pylist() if row["handle"] == "mailto:ana@acme.com")
    asked = t.keep(pa.table({"who": [who], "day": pa.array([CUT], pa.date32())}))
    [row] = t.arrow(identities.affiliated(t, asked, "who", "day")).to_pylist()
    assert row["organisation_id"] == id_of("hooli")


SIGNED = "Hello\n\nworld\n-- \nAna Silva\nEngineer, Acme Widgets, Inc.\n"


def test_who_signs_on_free_mail_with_a_known_organisation_belongs_to_it_the_surer_the_more_often(
    engine: Engine,
) -> None:
    files = [{"kind": "domain", "organisation": "ACME Widgets", "domain": "acme.com"}]
    mails = [("ana@gmail.com", "bo@bolt.com", day, SIGNED) for day in range(5)]
    mails += [("cy@gmail.com", "bo@bolt.com", day, "-- \nwww.acme.com") for day in (0, 9)]
    mails += [
        ("once@gmail.com", "bo@bolt.com", 0, SIGNED),
        ("quotes@gmail.com", "bo@bolt.com", 3, "> " + SIGNED + "\nYes\n"),
    ]
    mails += [("other@gmail.com", "bo@bolt.com", day, "I was at Acme Widgets\nAcme Widgets") for day in (0, 9)]
    write(engine, [*MAILS, *mails], files)
    refresh(engine, {}, None)
    assert stays(engine, "ana@gmail.com") == {("ACME Widgets", START, START + timedelta(4))}
    rows = [row for row in seen(engine)["affiliations"] if row["reason"] == "a signature"]
    assert sorted((row["n"], row["confidence"]) for row in rows) == [(2, 0.6), (5, 0.7)]
    assert not (stays(engine, "once@gmail.com") | stays(engine, "quotes@gmail.com") | stays(engine, "other@gmail.com"))


def test_a_role_mailbox_belongs_to_its_organisation_and_is_no_person_of_it(engine: Engine) -> None:
    write(engine, [("sales@shop.com", "bo@bolt.com", 0, "Hello")])
    refresh(engine, {}, None)
    shop = next(row for row in seen(engine)["organisations"] if row["name"] == "Shop")
    assert (shop["domains"], shop["n_persons"]) == (["shop.com"], 0)


def test_spellings_of_one_name_are_compared_as_one_and_other_names_are_not(engine: Engine) -> None:
    expected = {
        "IBM Corp.": "ibm", "I.B.M.": "ibm", "ibm (R)": "ibm", "The Ibm Company": "ibm", "Fiat S.p.A.": "fiat",
        "Müller & Söhne GmbH": "mullerandsohne", "Omise Co., Ltd.": "omise", "www.Acme.io/": "acme.io",
        "Globex.Inc": "globex", "爱乐奇": "爱乐奇", "GmbH": "gmbh", "!!": "!!", "Samsung SDS": "samsungsds",
    }  # fmt: skip
    asked = Tables(engine).keep(pa.table({"name": list(expected)}))
    found = engine.to_arrow(asked.select("name", key=company_key(asked.name))).to_pylist()
    assert {row["name"]: row["key"] for row in found} == expected


nodes = st.sampled_from("abcdef")
days = st.dates(date(2020, 1, 1), date(2020, 1, 9))
links = st.lists(st.tuples(nodes, nodes, days, days), max_size=12).map(
    lambda rows: [Link(number, a, b, min(x, y), max(x, y)) for number, (a, b, x, y) in enumerate(rows, 1)]
)


@given(links=links, parted=st.lists(st.tuples(st.integers(1, 13), nodes, nodes), max_size=3))
def test_chains_end_eras_fill_all_time_and_parted_stay_apart(
    links: list[Link], parted: list[tuple[int, str, str]]
) -> None:
    parted = [one for one in parted if one[1] != one[2]]
    chosen = standing(links, parted)
    latest = max(links, key=lambda link: link.number, default=None)
    if latest and latest.a != latest.b and not any(number > latest.number for number, _x, _y in parted):
        assert end(chosen, latest.a) == end(chosen, latest.b)
    for number, x, y in parted:
        if number > len(links):
            assert end(chosen, x) != end(chosen, y)
    found = eras(links, parted)
    for node in {era.node for era in found}:
        own = [era for era in found if era.node == node]
        assert (own[0].since, own[-1].until) == (date.min, date.max)
        assert all(a.until + timedelta(1) == b.since and a.end != b.end for a, b in itertools.pairwise(own))
    assert all(link.a != link.b and link.since <= link.until for link in above(links))


TEXTS = ["acme.com", "acme.net", "labs.io", "bolt.com", "Acme", "Bolt", "Globex"]
ROLES = ["spelling", "domain", "subsidiary", "merged", "renamed"]
BODIES = ["Hello", SIGNED.replace("Acme Widgets", "Globex"), "-- \nana@acme.com"]


@st.composite
def decisions(draw: st.DrawFn) -> dict[str, Rows]:
    made: dict[str, Rows] = {"same_organisation": [], "not_same_organisation": [], "affiliation": []}
    for number in range(1, draw(st.integers(1, 5))):
        a, b = draw(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=2, unique=True))
        kind = draw(st.sampled_from(sorted(made)))
        first = draw(st.sampled_from([None, START, CUT]))
        if kind == "affiliation":
            row = {
                "decision_id": number,
                "handle": "mailto:ana@acme.com",
                "organisation": a,
                "from_on": first,
                "to_on": None,
            }
        else:
            row = (
                apart(number, a, b)
                if kind.startswith("not")
                else same(number, a, b, draw(st.sampled_from(ROLES)), first)
            )
        made[kind].append(row)
    return made


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=decisions(), after=decisions(), bodies=st.lists(st.sampled_from(BODIES), min_size=4, max_size=4))
def test_a_refresh_gives_what_a_rebuild_gives_and_undoing_all_gives_what_was(
    tmp_path_factory: pytest.TempPathFactory, before: Decided, after: Decided, bodies: list[str]
) -> None:
    files = [{"kind": "domain", "organisation": "Globex", "domain": "globex.com"}]
    own = [("ana@gmail.com", "bo@bolt.com", day, body) for day, body in enumerate(bodies)]
    with closing(open_engine(tmp_path_factory.mktemp("cell"))) as engine:
        write(engine, [*MAILS, *own[:2]])
        refresh(engine, before, None)
        write(engine, own[2:], files, 2)
        refresh(engine, after, 1)
        merged = seen(engine)
        refresh(engine, after, None)
        assert merged == seen(engine)
        refresh(engine, before, 2)
        undone = seen(engine)
        refresh(engine, before, None)
        assert undone == seen(engine)
