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
from honeycell.ids import id_of
from honeycell.log.changes import changes_since
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES

START = datetime(2024, 1, 1)
DERIVED = (
    "names", "profiles", "traits", "frequencies", "links", "handles", "persons", "affiliations", "organisations"
)  # fmt: skip
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
                "interaction_id": id_of(name),
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
        {"kind": "message", "channel": "mail", "message_id": str(i), "occurred_at": row["occurred_at"],
         "interaction_id": i, "copy_hash": c, "batch": batch}
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


def writers(domain: str, n: int = 3) -> list[Rows]:
    return [mail(f"w{i}@{domain}", "someone@example.org") for i in range(n)]


NO_FULL_NAMES = ("Ana", "nan", "Sales Team", "", "A. S.", "Dev Support", "x@example.org")
LOOK_ALIKES = [
    mail(f"{name} <{login}{i}@plain{i}.example.net>") for i, name in enumerate(NO_FULL_NAMES) for login in ("ax", "by")
]
ONE_PERSON = [
    mail("Ana Silva <ana@ibex.com>", "ben@ibex.com"),
    mail('"SILVA, Ána M. (Ibex Inc)" <asilva@gmail.com>', "ben@ibex.com", day=3),
]
LISTED = [mail("'Cleo Marsh' via Dev <cleo@yak.com>"), mail("dot@yak.com <dot@yak.com>", day=1)]
OWN_COPIES = [mail("Eve Moran <eve@yak.com>", "Eve Moran <eve.moran@gmail.com>", day=day) for day in range(0, 40, 8)]
TWO_EMPLOYERS = [
    *(mail(f"Fay Ortiz <fay@{domain}>", day=day) for domain in ("bigone.com", "bigtwo.com") for day in (0, 40, 90)),
    *writers("bigone.com"),
    *writers("bigtwo.com"),
]
MOVED = [
    mail(f"Gus Weber <gus@{domain}>", day=day)
    for domain, day in (("bigone.com", 0), ("bigone.com", 90), ("bigtwo.com", 100), ("bigtwo.com", 300))
]
COLLEAGUES = [mail(f"Wei Zhang <{login}@elk.com>", day=day) for login in ("wzhang", "wz2") for day in (0, 60)]
THIRD = [mail("Wei Zhang <wei@gmail.com>", day=5)]
COMMON = [
    *(mail(f"John Smith <john@firm{i}.com>", day=day) for i in range(6) for day in (0, 20)),
    mail("John Smith <js@us.firm1.com>", day=1),
]
ACCOUNTS = [
    mail("Hal Indar <slack:T/U1>", "Hal Indar <slack:T/U2>"),
    mail("Hal <hal@gnu-like.com>", "ivo@gnu-like.com", day=1),
]
OFFICES = [
    mail("kim@owl.com", "sales@owl.com", "no-reply@owl.com", "linux-foo@vger.kernel.org",
         "Widget Mailing List <widgets@owl.com>", "sales-emea@owl.com", "hr.patel@owl.com", "help@lists.owlhost.org"),
    *(mail(f"{name} <desk@owl.com>", day=day) for day, name in enumerate(
        ("Lea Falk", "Moe Okoro", "Nia Young", "Oda Park", "Pia Roth"))),
]  # fmt: skip
DOMAINS = [mail("q@us.acme.com", "r@acme.com", "s@yahoo.com", "t@acme.net", "u@users.noreply.github.com", day=2)]
FILED = [mail("Vic Lund <vic@gmail.com>", "a@initech.com", "b@initech.de", "c@globex.com", "d@globex.com")]
BOTH_SPELLINGS = [mail(f"Xia Rolf <{login}@elk.com>", day=day) for login in ("xrolf", "xia.rolf") for day in (0, 60)]
CAMEO = [
    *(mail("Yan Duval <yan@bigone.com>", day=day) for day in (0, 200)),
    mail("Yan Duval <yan@bigtwo.com>", day=100),
]
DIRECTORY = [
    file_row("account", handle="slack:T/U1", display_name="hal", address="Hal@Gnu-Like.com"),
    file_row("domain", organisation="Initech Group", domain="initech.com"),
    file_row("domain", organisation="Initech Group", domain="initech.de"),
    file_row("domain", organisation="Ourselves", domain="ibex.com", source="cell"),
    file_row("affiliation", handle="mailto:vic@gmail.com", organisation="Globex", from_on=date(2020, 1, 1)),
    file_row("affiliation", handle="mailto:vic@gmail.com", organisation="Hooli", from_on=date(2018, 1, 1),
             to_on=date(2019, 12, 31)),
]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """One cell with all the cases of this file, which share no name and no domain that matters."""
    mails = [
        *LOOK_ALIKES, *ONE_PERSON, *LISTED, *OWN_COPIES, *TWO_EMPLOYERS, *MOVED, *COLLEAGUES, *THIRD, *COMMON,
        *ACCOUNTS, *OFFICES, *DOMAINS, *FILED, *BOTH_SPELLINGS, *CAMEO,
    ]  # fmt: skip
    return cell(tmp_path_factory.mktemp("world"), mails, directory=DIRECTORY)


def test_two_addresses_with_one_full_name_are_one_person_named_as_they_write(world: dict[str, Rows]) -> None:
    handles = {row["handle"]: row for row in world["handles"]}
    ana, other = handles["mailto:ana@ibex.com"], handles["mailto:asilva@gmail.com"]
    assert ana["person_id"] == other["person_id"] == ana["handle_id"]
    assert other["reason"] == "the same full name “ana silva”"
    assert 0 < other["probability"] < 1
    person = next(row for row in world["persons"] if row["person_id"] == ana["handle_id"])
    assert (person["name"], person["slug"], person["n_handles"]) == ("Ana Silva", "ana-silva", 2)


@pytest.mark.parametrize("number", range(len(NO_FULL_NAMES)), ids=[name or "empty" for name in NO_FULL_NAMES])
def test_what_is_not_a_full_name_links_nobody(world: dict[str, Rows], number: int) -> None:
    host = f"plain{number}.example.net"
    assert not together(world, f"ax{number}@{host}", f"by{number}@{host}")


def test_what_a_list_adds_to_a_name_and_the_address_itself_are_no_names(world: dict[str, Rows]) -> None:
    names = {row["handle"]: row["display_name"] for row in world["names"]}
    assert (names["mailto:cleo@yak.com"], names["mailto:dot@yak.com"]) == ("Cleo Marsh", "")


def test_copying_ones_own_other_address_does_not_part_a_person(world: dict[str, Rows]) -> None:
    assert together(world, "eve@yak.com", "eve.moran@gmail.com")


def test_namesakes_who_write_from_two_employers_during_the_same_months_are_two_persons(world: dict[str, Rows]) -> None:
    assert not together(world, "fay@bigone.com", "fay@bigtwo.com")
    slugs = sorted(row["slug"] for row in world["persons"] if row["name"] == "Fay Ortiz")
    assert slugs[0] == "fay-ortiz"
    assert slugs[1].startswith("fay-ortiz-")


def test_a_mail_from_another_employer_in_the_midst_of_the_years_at_one_is_a_namesakes(world: dict[str, Rows]) -> None:
    assert not together(world, "yan@bigone.com", "yan@bigtwo.com")


def test_two_spellings_of_the_name_at_one_host_are_one_mailbox(world: dict[str, Rows]) -> None:
    assert together(world, "xrolf@elk.com", "xia.rolf@elk.com")


def test_who_changes_employer_stays_one_person(world: dict[str, Rows]) -> None:
    assert together(world, "gus@bigone.com", "gus@bigtwo.com")
    gus = next(row["person_id"] for row in world["handles"] if row["handle"] == "mailto:gus@bigone.com")
    spans = sorted((row["from_on"], row["to_on"]) for row in world["affiliations"] if row["person_id"] == gus)
    assert spans == [(date(2024, 1, 1), date(2024, 3, 31)), (date(2024, 4, 10), date(2024, 10, 27))]


def test_a_person_is_called_by_a_full_name_before_another_as_frequent(tmp_path: Path) -> None:
    mails = [mail("A. S. <ana.silva@one.com>", "una@two.com", day=1), mail("Ana Silva <ana.silva@one.com>", day=2)]
    found = cell(tmp_path, mails)["persons"]
    assert {row["name"]: row["slug"] for row in found} == {"Ana Silva": "ana-silva", "una@two.com": "una"}


def test_who_only_listens_is_still_there_for_half_a_year_unless_they_write_from_elsewhere(tmp_path: Path) -> None:
    def written(name: str, address: str, days: tuple[int, ...]) -> list[Rows]:
        return [mail(f"{name} <{address}>", "una@acme.com", day=day) for day in days]

    heard = [mail("una@acme.com", "ana@bolt.com", "bo@bolt.com", "cy@bolt.com", day=day) for day in (100, 150, 400)]
    mails = [*heard, *written("Ana Silva", "ana@bolt.com", (0, 1, 10)), *written("Bo Dahl", "bo@bolt.com", (0, 1, 10))]
    mails += [*written("Bo Dahl", "bodahl@gmail.com", (120,)), *written("Cy Rask", "cy@bolt.com", (0,))]
    tables = cell(tmp_path, mails)
    owner = {row["handle"]: row["person_id"] for row in tables["handles"]}
    until = {row["person_id"]: row["to_on"] for row in tables["affiliations"]}
    last = {name: (until[owner[f"mailto:{name}@bolt.com"]] - START.date()).days for name in ("ana", "bo", "cy")}
    assert last == {"ana": 190, "bo": 10, "cy": 400}


def test_colleagues_of_one_name_are_two_persons_and_a_third_address_joins_neither(world: dict[str, Rows]) -> None:
    logins = ("wzhang@elk.com", "wz2@elk.com", "wei@gmail.com")
    assert {frozenset({login}) for login in logins} <= people(world)


def test_a_common_name_links_only_within_an_organisation(world: dict[str, Rows]) -> None:
    johns = {group for group in people(world) if any(handle.startswith("john@firm") for handle in group)}
    assert frozenset({"john@firm1.com", "js@us.firm1.com"}) in johns
    assert len(johns) == 6


def test_two_accounts_of_one_chat_are_two_persons_and_a_file_ties_an_account_to_an_address(
    world: dict[str, Rows],
) -> None:
    assert together(world, "slack:T/U1", "hal@gnu-like.com")
    assert not together(world, "slack:T/U1", "slack:T/U2")
    organisation = {row["handle"]: row["organisation_id"] for row in world["handles"]}
    assert organisation["slack:T/U1"] == organisation["mailto:hal@gnu-like.com"] is not None


def test_roles_lists_and_machines_are_not_persons(world: dict[str, Rows]) -> None:
    found = kinds(world)
    assert {found[f"{name}@owl.com"] for name in ("sales", "sales-emea", "desk")} == {"role"}
    assert found["no-reply@owl.com"] == "automatic"
    assert found["linux-foo@vger.kernel.org"] == found["widgets@owl.com"] == found["help@lists.owlhost.org"] == "list"
    assert found["kim@owl.com"] == found["hr.patel@owl.com"] == "person"
    assert all((row["person_id"] is None) == (row["kind"] != "person") for row in world["handles"])


def test_organisations_are_registrable_domains_and_free_mail_or_a_host_of_lists_is_none(world: dict[str, Rows]) -> None:
    found = {row["slug"]: row for row in world["organisations"]}
    assert {"acme", "acme-net"} < set(found)
    assert not {"yahoo", "gmail", "github", "owlhost", "kernel"} & set(found)
    assert (found["acme"]["domains"], found["acme"]["n_persons"]) == (["acme.com"], 2)
    assert (found["acme"]["provisional"], found["acme-net"]["provisional"]) == (False, True)


def test_a_file_names_organisations_gives_them_domains_and_says_which_is_us(world: dict[str, Rows]) -> None:
    found = {row["name"]: row for row in world["organisations"]}
    assert found["Initech Group"]["domains"] == ["initech.com", "initech.de"]
    assert (found["Initech Group"]["slug"], found["Initech Group"]["us"]) == ("initech-group", False)
    assert found["Ourselves"]["us"]
    assert not found["Ourselves"]["provisional"]


def test_a_file_says_where_a_person_works_and_since_when(world: dict[str, Rows]) -> None:
    vic = next(row["person_id"] for row in world["handles"] if row["handle"] == "mailto:vic@gmail.com")
    organisations = {row["organisation_id"]: row for row in world["organisations"]}
    rows = [row for row in world["affiliations"] if row["person_id"] == vic]
    spans = {organisations[row["organisation_id"]]["name"]: (row["from_on"], row["to_on"]) for row in rows}
    assert spans == {"Globex": (date(2020, 1, 1), None), "Hooli": (date(2018, 1, 1), date(2019, 12, 31))}
    # The file's Globex is the one of globex.com, whose label it bears.
    assert next(row for row in organisations.values() if row["name"] == "Globex")["domains"] == ["globex.com"]
    assert {row["confidence"] for row in rows} == {1.0}


def test_a_row_belongs_to_the_organisation_of_its_day_or_the_nearest_within_a_month(engine: Engine) -> None:
    def term(organisation: int, start: date, end: date | None, confidence: float = 0.9, n: int = 1) -> dict[str, Any]:
        return {"person_id": 1, "organisation_id": organisation, "from_on": start, "to_on": end, "n": n,
                "confidence": confidence, "reason": "test"}  # fmt: skip

    rows = [
        term(7, date(2020, 1, 1), date(2020, 6, 30)),
        term(8, date(2020, 6, 1), date(2020, 7, 31), confidence=1.0),
        term(9, date(2020, 8, 10), date(2020, 8, 20)),
    ]
    with engine.writing("derived") as writer:
        writer.replace("affiliations", pa.Table.from_pylist(rows, schema=TABLES["affiliations"].schema))
        writer.publish()
    days = {
        date(2019, 12, 2): 7, date(2019, 12, 1): None, date(2020, 5, 31): 7, date(2020, 6, 1): 8,
        date(2020, 8, 4): 8, date(2020, 8, 5): 8, date(2020, 8, 6): 9, date(2020, 9, 19): 9,
        date(2020, 9, 20): None,
    }  # fmt: skip
    t = Tables(engine)
    asked = t.keep(pa.table({"who": [1] * len(days), "day": pa.array(list(days), pa.date32())}))
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


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_a_mail_whose_id_goes_to_another_body_is_counted_once(engine: Engine) -> None:
    add(engine, [mail("Ana Silva <ana@one.com>", "ben@one.com", key="x"), mail("ana@one.com", day=2)], [], 1)
    refresh(engine, None)
    # A smaller body takes the id: the first mail is written again under an id of its own.
    [first] = [mail("Ana Silva <ana@one.com>", "ben@one.com", key="x")]
    taken, moved = first[0]["interaction_id"], 15
    with engine.writing("log") as writer:
        for name in ("interactions", "participants"):
            writer.delete_where(name, "interaction_id", [taken])
        mark = {"interaction_id": moved, "copy_hash": "0" * 16, "name": "x-honeycell-id",
                "value": "message-id-reused", "batch": 2}  # fmt: skip
        writer.append("headers", pa.Table.from_pylist([mark], schema=TABLES["headers"].schema))
        writer.publish()
    add(engine, [[dict(row, interaction_id=moved) for row in first], mail("ana@one.com", day=1, key="x")], [], 2)
    refresh(engine, 1)
    merged = derived(engine)
    refresh(engine, None)
    assert merged == derived(engine)
    assert sum(row["n"] for row in merged["names"] if row["handle"] == "mailto:ana@one.com") == 3
