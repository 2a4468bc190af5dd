from __future__ import annotations

import hashlib
import itertools
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honeycell import identities
from honeycell.engine import Engine, open_engine
from honeycell.identities import affiliated
from honeycell.log.changes import changes_since
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES

START = datetime(2024, 1, 1)
DERIVED = ("names", "handles", "persons", "affiliations", "organisations")
Rows = list[dict[str, Any]]


def mail(sender: str, *to: str, day: float = 0, copy: str = "0", key: str | None = None) -> Rows:
    """Participants of one mail; `Ana Silva <ana@example.com>` or a bare address or handle."""
    seats = [("from", sender), *(("to", one) for one in to)]
    name = key or f"{seats} {day}"
    rows = []
    for role, written in seats:
        display, _, address = written.rpartition(" <")
        address = address.rstrip(">")
        rows.append(
            {
                "interaction_id": hashlib.sha256(name.encode()).hexdigest()[:32],
                "copy_hash": copy * 16,
                "role": role,
                "handle": address if ":" in address else f"mailto:{address.lower()}",
                "display_name": display or None,
                "occurred_at": START + timedelta(days=day),
            }
        )
    return rows


def file_row(kind: str, **columns: Any) -> dict[str, Any]:
    text = repr((kind, sorted(columns.items())))
    return {"record_hash": hashlib.sha256(text.encode()).hexdigest()[:32], "kind": kind, "source": "test",
            "locator": "file", **columns}  # fmt: skip


def add(engine: Engine, mails: list[Rows], directory: Rows, batch: int) -> None:
    seats = [dict(row, batch=batch) for rows in mails for row in rows]
    said = {(row["interaction_id"], row["copy_hash"]): row for row in seats}
    interactions = [
        {"kind": "message", "channel": "mail", "message_id": i, "occurred_at": row["occurred_at"], "interaction_id": i,
         "copy_hash": c, "batch": batch}
        for (i, c), row in said.items()
    ]  # fmt: skip
    with engine.writing("log") as writer:
        held = engine.to_arrow(engine.table("interactions").select("interaction_id", "copy_hash")).to_pylist()
        every = {(row["interaction_id"], row["copy_hash"]) for row in (*held, *interactions)}
        known = engine.to_arrow(engine.table("variants").select("interaction_id", "copy_hash")).to_pylist()
        several = {i for i, _ in every if sum(i == j for j, _ in every) > 1}
        fresh = {pair for pair in every if pair[0] in several} - {(r["interaction_id"], r["copy_hash"]) for r in known}
        for name, data in (
            ("interactions", interactions),
            ("participants", [{k: v for k, v in row.items() if k != "occurred_at"} for row in seats]),
            ("variants", [{"interaction_id": i, "copy_hash": c, "batch": batch} for i, c in sorted(fresh)]),
            ("directory", [dict(row, batch=batch) for row in directory]),
        ):
            writer.append(name, pa.Table.from_pylist(data, schema=TABLES[name].schema))
        writer.publish()


def refresh(engine: Engine, since: int | None) -> None:
    with engine.writing("derived") as writer, engine.scratch():
        changes = None if since is None else changes_since(Tables(engine), since)
        derive(engine, writer, identities.STEPS, changes=changes)
        writer.publish()


def derived(engine: Engine) -> dict[str, Rows]:
    return {
        name: sorted(
            engine.to_arrow(engine.table(name)).to_pylist(), key=lambda row: str([row[k] for k in TABLES[name].key])
        )
        for name in DERIVED
    }


def cell(folder: Path, *batches: list[Rows], directory: Rows | None = None) -> dict[str, Rows]:
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(folder)
    try:
        for number, mails in enumerate(batches, 1):
            add(engine, mails, directory or [] if number == 1 else [], number)
            refresh(engine, None if number == 1 else number - 1)
        return derived(engine)
    finally:
        engine.close()


def people(tables: dict[str, Rows]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in tables["handles"]:
        if row["person_id"]:
            found.setdefault(row["person_id"], set()).add(row["handle"].removeprefix("mailto:"))
    return {frozenset(members) for members in found.values()}


def together(tables: dict[str, Rows], one: str, other: str) -> bool:
    return any({one, other} <= group for group in people(tables))


def kinds(tables: dict[str, Rows]) -> dict[str, str]:
    return {row["handle"].removeprefix("mailto:"): row["kind"] for row in tables["handles"]}


def test_two_addresses_with_one_full_name_are_one_person_named_as_they_write(tmp_path: Path) -> None:
    tables = cell(
        tmp_path,
        [
            mail("Ana Silva <ana@example.com>", "ben@example.org"),
            mail('"SILVA, Ána M. (Example Inc)" <asilva@gmail.com>', "ben@example.org", day=3),
        ],
    )
    assert together(tables, "ana@example.com", "asilva@gmail.com")
    handles = {row["handle"]: row for row in tables["handles"]}
    ana, other = handles["mailto:ana@example.com"], handles["mailto:asilva@gmail.com"]
    assert ana["person_id"] == other["person_id"] == ana["handle_id"]
    assert other["reason"] == "the same full name “ana silva”"
    assert 0 < other["probability"] < 1
    person = next(row for row in tables["persons"] if row["person_id"] == ana["handle_id"])
    assert (person["name"], person["slug"], person["n_handles"]) == ("Ana Silva", "ana-silva", 2)


@pytest.mark.parametrize("name", ["Ana", "nan", "Sales Team", "", "A. S.", "ana@example.com", "Dev Support"])
def test_what_is_not_a_full_name_links_nobody(tmp_path: Path, name: str) -> None:
    tables = cell(tmp_path, [mail(f"{name} <a.x@example.com>"), mail(f"{name} <b.y@example.net>")])
    assert not together(tables, "a.x@example.com", "b.y@example.net")


def test_what_a_list_adds_to_a_name_and_the_address_itself_are_no_names(tmp_path: Path) -> None:
    tables = cell(
        tmp_path, [mail("'Ana Silva' via Dev <ana@example.com>"), mail("ben@example.com <ben@example.com>", day=1)]
    )
    assert {row["display_name"] for row in tables["names"]} == {"Ana Silva", ""}


def test_copying_ones_own_other_address_does_not_part_a_person(tmp_path: Path) -> None:
    tables = cell(tmp_path, [mail("Ana Silva <ana@example.com>", "Ana Silva <ana.silva@gmail.com>", day=d)
                             for d in range(40)])  # fmt: skip
    assert together(tables, "ana@example.com", "ana.silva@gmail.com")


def writers(domain: str, n: int = 3, day: float = 0) -> list[Rows]:
    return [mail(f"w{i}@{domain}", "someone@example.org", day=day) for i in range(n)]


def test_namesakes_who_write_from_two_employers_during_the_same_months_are_two_persons(tmp_path: Path) -> None:
    same = [mail(f"Ana Silva <ana@{d}>", day=n) for d in ("one.com", "two.com") for n in (0, 40, 90)]
    tables = cell(tmp_path, [*same, *writers("one.com"), *writers("two.com")])
    assert not together(tables, "ana@one.com", "ana@two.com")
    assert {row["slug"] for row in tables["persons"] if row["name"] == "Ana Silva"} > {"ana-silva"}


def test_who_changes_employer_stays_one_person(tmp_path: Path) -> None:
    moved = [mail(f"Ana Silva <ana@{d}>", day=n) for d, n in (("one.com", 0), ("one.com", 90), ("two.com", 100))]
    tables = cell(
        tmp_path, [*moved, mail("Ana Silva <ana@two.com>", day=300), *writers("one.com"), *writers("two.com")]
    )
    assert together(tables, "ana@one.com", "ana@two.com")
    spans = {row["organisation_id"]: (row["from_on"], row["to_on"]) for row in tables["affiliations"] if row["n"] == 2}
    assert sorted(spans.values()) == [
        (date(2024, 1, 1), date(2024, 3, 31)), (date(2024, 4, 10), date(2024, 10, 27))
    ]  # fmt: skip


def test_colleagues_of_one_name_are_two_persons(tmp_path: Path) -> None:
    same = [mail(f"Wei Zhang <{login}@one.com>", day=n) for login in ("wzhang", "wei.zhang2") for n in (0, 60)]
    tables = cell(tmp_path, same)
    assert not together(tables, "wzhang@one.com", "wei.zhang2@one.com")


def test_a_third_address_does_not_join_two_who_cannot_be_one(tmp_path: Path) -> None:
    same = [mail(f"Wei Zhang <{login}@one.com>", day=n) for login in ("wzhang", "wei.zhang2") for n in (0, 60)]
    tables = cell(tmp_path, [*same, mail("Wei Zhang <wei@gmail.com>", day=5)])
    assert len(people(tables)) == 3


def test_a_common_name_links_only_within_an_organisation(tmp_path: Path) -> None:
    common = [mail(f"John Smith <john@firm{i}.com>", day=n) for i in range(6) for n in (0, 20)]
    tables = cell(tmp_path, [*common, mail("John Smith <js@us.firm1.com>", day=1)])
    assert together(tables, "john@firm1.com", "js@us.firm1.com")
    assert len(people(tables)) == 6


def test_two_accounts_of_one_chat_are_two_persons_and_a_file_ties_an_account_to_an_address(tmp_path: Path) -> None:
    account = file_row("account", handle="slack:T/U1", display_name="ana", address="Ana@Example.com")
    tables = cell(
        tmp_path,
        [
            mail("Ana Silva <slack:T/U1>", "Ana Silva <slack:T/U2>"),
            mail("Ana <ana@example.com>", "ben@example.com", day=1),
        ],
        directory=[account],
    )
    assert together(tables, "slack:T/U1", "ana@example.com")
    assert not together(tables, "slack:T/U1", "slack:T/U2")
    organisation = {row["handle"]: row["organisation_id"] for row in tables["handles"]}
    assert organisation["slack:T/U1"] == organisation["mailto:ana@example.com"] is not None


def test_roles_lists_and_machines_are_not_persons(tmp_path: Path) -> None:
    crowd = [mail(f"{name} <desk@example.com>", day=i) for i, name in enumerate(
        ("Ana Silva", "Ben Okoro", "Cy Young", "Dee Park", "Eli Roth"))]  # fmt: skip
    tables = cell(
        tmp_path,
        [
            mail("ben@example.com", "sales@example.com", "no-reply@example.com", "linux-foo@vger.kernel.org",
                 "Widget Mailing List <widgets@example.com>", "sales-emea@example.com", "hr.patel@example.com"),
            *crowd,
        ],
    )  # fmt: skip
    found = kinds(tables)
    assert {found[f"{name}@example.com"] for name in ("sales", "sales-emea", "desk")} == {"role"}
    assert found["no-reply@example.com"] == "automatic"
    assert found["linux-foo@vger.kernel.org"] == found["widgets@example.com"] == "list"
    assert found["ben@example.com"] == found["hr.patel@example.com"] == "person"
    assert all((row["person_id"] is None) == (row["kind"] != "person") for row in tables["handles"])


def test_organisations_are_registrable_domains_and_free_mail_is_none(tmp_path: Path) -> None:
    tables = cell(
        tmp_path,
        [mail("ana@us.acme.com", "ben@acme.com", "cy@gmail.com", "dee@acme.net", "eli@users.noreply.github.com",
              "help@lists.example.org")],
    )  # fmt: skip
    found = {row["slug"]: row for row in tables["organisations"]}
    assert set(found) == {"acme", "acme-net"}
    assert found["acme"]["domains"] == ["acme.com"]
    assert found["acme"]["n_persons"] == 2
    assert (found["acme"]["provisional"], found["acme-net"]["provisional"]) == (False, True)


def test_a_file_names_organisations_gives_them_domains_and_says_which_is_us(tmp_path: Path) -> None:
    directory = [
        file_row("domain", organisation="Acme Group", domain="acme.com"),
        file_row("domain", organisation="Acme Group", domain="acme.de"),
        file_row("domain", organisation="Initech", domain="initech.com", source="cell"),
    ]
    tables = cell(tmp_path, [mail("ana@acme.com", "ben@acme.de", "cy@initech.com")], directory=directory)
    found = {row["name"]: row for row in tables["organisations"]}
    assert found["Acme Group"]["domains"] == ["acme.com", "acme.de"]
    assert found["Acme Group"]["slug"] == "acme-group"
    assert [row["us"] for row in (found["Acme Group"], found["Initech"])] == [False, True]
    assert not found["Initech"]["provisional"]


def test_a_file_says_where_a_person_works_and_since_when(tmp_path: Path) -> None:
    directory = [
        file_row("affiliation", handle="mailto:ana@gmail.com", organisation="acme", from_on=date(2020, 1, 1)),
        file_row("affiliation", handle="mailto:ana@gmail.com", organisation="Initech", from_on=date(2018, 1, 1),
                 to_on=date(2019, 12, 31)),
    ]  # fmt: skip
    tables = cell(tmp_path, [mail("Ana Silva <ana@gmail.com>", "ben@acme.com", "cy@acme.com")], directory=directory)
    ana = next(row["person_id"] for row in tables["handles"] if row["handle"] == "mailto:ana@gmail.com")
    names = {row["organisation_id"]: row for row in tables["organisations"]}
    rows = [row for row in tables["affiliations"] if row["person_id"] == ana]
    spans = {names[row["organisation_id"]]["name"]: (row["from_on"], row["to_on"]) for row in rows}
    assert spans == {
        "acme": (date(2020, 1, 1), None),
        "Initech": (date(2018, 1, 1), date(2019, 12, 31)),
    }
    # The file's acme is the acme of acme.com, whose label it bears.
    assert next(row for row in names.values() if row["name"] == "acme")["domains"] == ["acme.com"]
    assert {row["confidence"] for row in rows} == {1.0}


def test_a_row_belongs_to_the_organisation_of_its_day_or_the_nearest_within_half_a_year(engine: Engine) -> None:
    def term(organisation: str, start: date, end: date | None, confidence: float = 0.9, n: int = 1) -> dict[str, Any]:
        return {"person_id": "p", "organisation_id": organisation, "from_on": start, "to_on": end, "n": n,
                "confidence": confidence, "reason": "test"}  # fmt: skip

    rows = [
        term("a", date(2020, 1, 1), date(2020, 6, 30)),
        term("b", date(2020, 6, 1), date(2020, 7, 31), confidence=1.0),
        term("c", date(2020, 8, 10), date(2020, 8, 20)),
    ]
    with engine.writing("derived") as writer:
        writer.replace("affiliations", pa.Table.from_pylist(rows, schema=TABLES["affiliations"].schema))
        writer.publish()
    days = {
        date(2019, 7, 5): "a", date(2019, 7, 4): None, date(2020, 5, 31): "a", date(2020, 6, 1): "b",
        date(2020, 8, 4): "b", date(2020, 8, 5): "b", date(2020, 8, 6): "c", date(2021, 2, 16): "c",
        date(2021, 2, 17): None,
    }  # fmt: skip
    t = Tables(engine)
    asked = t.keep(pa.table({"who": ["p"] * len(days), "day": pa.array(list(days), pa.date32())}))
    found = t.arrow(affiliated(t, asked, "who", "day")).to_pylist()
    assert {row["day"]: row["organisation_id"] for row in found} == days


NAMES = ["Ana Silva", "Silva, Ana", "Wei Zhang", "Ana", ""]
ADDRESSES = ["ana@one.com", "a.silva@two.com", "wei@one.com", "wei+x@one.com", "w@gmail.com", "sales@two.com"]
seats = st.tuples(st.sampled_from(NAMES), st.sampled_from(ADDRESSES)).map(lambda pair: f"{pair[0]} <{pair[1]}>")


@st.composite
def logs(draw: st.DrawFn) -> list[Rows]:
    mails = []
    for number in range(draw(st.integers(1, 8))):
        written = draw(st.lists(seats, min_size=1, max_size=3, unique_by=lambda seat: seat.split("<")[1]))
        day = draw(st.sampled_from([0, 20, 60]))
        mails.append(mail(*written, day=day, key=str(number)))
        if draw(st.integers(0, 4)) == 0:
            mails.append(mail(draw(seats), day=draw(st.sampled_from([0, 9])), copy="1", key=str(number)))
    return mails


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mails=logs(), data=st.data())
def test_merging_batches_in_any_order_gives_what_a_rebuild_gives(
    tmp_path_factory: pytest.TempPathFactory, mails: list[Rows], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cell")
    order = data.draw(st.permutations(mails))
    cut = data.draw(st.integers(1, len(order)))
    edges = sorted({0, cut, len(order)})
    batches = [order[a:b] for a, b in itertools.pairwise(edges)]
    merged, rebuilt = cell(folder / "merged", *batches), cell(folder / "rebuilt", mails)
    for name in DERIVED:
        assert merged[name] == rebuilt[name], name
