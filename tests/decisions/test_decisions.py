"""Decisions are kept for ever, in one order; an undo restores exactly what was, whatever came between."""

import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.decisions import KINDS, Store, check, decide, history, open_store, standing, state, undo
from honeycell.decisions.kinds import checked
from honeycell.errors import HoneycellError, UsageError
from honeycell.ids import id_of

ANA, BO, CY = "mailto:ana@example.com", "mailto:bo@example.com", "slack:T1/U2"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(tmp_path)) as opened:
        yield opened


def same(store: Store, a: str = ANA, b: str = BO) -> int:
    return decide(store, "same_person", handle_a=a, handle_b=b, by="dee")


def as_bytes(tables: dict[str, pa.Table]) -> dict[str, bytes]:
    found = {}
    for name, table in tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        found[name] = sink.getvalue().to_pybytes()
    return found


def test_a_decision_stands_with_who_when_and_why(store: Store) -> None:
    before = datetime.now(UTC).replace(tzinfo=None)
    number = decide(
        store, "same_organisation", organisation_a="old.example", organisation_b="New", role="renamed",
        from_on=date(2024, 3, 1), by=" dee ", why=" their letter of March ",
    )  # fmt: skip
    tables = standing(store)
    assert list(tables) == list(KINDS)
    (row,) = tables["same_organisation"].to_pylist()
    moment = row.pop("decided_at")
    assert before <= moment <= datetime.now(UTC).replace(tzinfo=None)
    assert row == {
        "decision_id": number, "decided_by": "dee", "why": "their letter of March", "organisation_a": "old.example",
        "organisation_b": "New", "role": "renamed", "from_on": date(2024, 3, 1), "to_on": None,
    }  # fmt: skip
    assert sum(table.num_rows for table in tables.values()) == 1


def test_every_kind_can_be_decided_and_reads_back(store: Store) -> None:
    value = {"HANDLE": CY, "TEXT": "Acme", "DATE": date(2025, 1, 31), "INTERACTION": "0123456789abcdef",
             "SHARES": '{"acme.example": 0.6, "others": 0.4}', "NUMBER": "0.5"}  # fmt: skip
    other = {"INTERACTION": "0123456789abcdff"}
    for number, kind in enumerate(KINDS.values(), 1):
        what = {column.name: value.get(column.form, column.form.split("|")[0]) for column in kind.columns}
        second = [column for column in kind.columns if column.name.endswith("_b")]
        what |= {column.name: other.get(column.form, f"{what[column.name]}9") for column in second}
        assert decide(store, kind.name, by="dee", **what) == number
        (row,) = standing(store)[kind.name].to_pylist()
        assert {name: row[name] for name in what} == what
        assert history(store)[0].what == what
    assert state(store) == len(KINDS)


def test_both_orders_of_a_pair_are_one_decision(store: Store) -> None:
    same(store, BO, ANA)
    same(store, ANA, BO.upper().replace("MAILTO", "mailto"))
    rows = standing(store)["same_person"].select(["handle_a", "handle_b"]).to_pylist()
    assert rows == [{"handle_a": ANA, "handle_b": BO}] * 2


def test_a_renaming_keeps_its_direction(store: Store) -> None:
    decide(store, "same_organisation", organisation_a="Zeta", organisation_b="Alpha", role="renamed", by="dee")
    assert standing(store)["same_organisation"]["organisation_a"].to_pylist() == ["Zeta"]


def test_an_undo_can_be_undone_and_history_tells(store: Store) -> None:
    first = same(store)
    stood = as_bytes(standing(store))
    back = undo(store, first, by="eva", why="two persons after all")
    assert standing(store)["same_person"].num_rows == 0
    again = undo(store, back, by="dee")
    assert as_bytes(standing(store)) == stood
    told = [(d.decision_id, d.kind, d.decided_by, d.why, d.undoes, d.undone_by) for d in history(store)]
    assert told == [
        (again, "undo", "dee", None, back, None),
        (back, "undo", "eva", "two persons after all", first, again),
        (first, "same_person", "dee", None, None, None),
    ]


def test_what_is_undone_cannot_be_undone_twice(store: Store) -> None:
    first = same(store)
    back = undo(store, first, by="dee")
    with pytest.raises(HoneycellError) as met:
        undo(store, first, by="eva")
    assert (met.value.code, met.value.where) == ("already-undone", f"decision {back}")
    assert state(store) == back


@pytest.mark.parametrize("number", [0, -1, 2, 10**30])
def test_what_was_never_decided_cannot_be_undone(store: Store, number: int) -> None:
    same(store)
    with pytest.raises(HoneycellError) as met:
        undo(store, number, by="dee")
    assert (met.value.code, met.value.exit_status, met.value.remedy) == ("no-such-decision", 4, "the last is 1")


@pytest.mark.parametrize(
    ("kind", "what", "where"),
    [
        ("merge", {}, "merge"),
        ("undo", {}, "undo"),
        ("same_person", {"handle_a": ANA}, "handle_b"),
        ("same_person", {"handle_a": ANA, "handle_b": "  "}, "handle_b"),
        ("same_person", {"handle_a": ANA, "handle_b": "bo@example.com"}, "bo@example.com"),
        ("same_person", {"handle_a": ANA, "handle_b": "mailto:Ana@Example.com"}, ANA),
        ("same_person", {"handle_a": ANA, "handle_b": BO, "handle_c": CY}, "handle_c"),
        ("split", {"handle": "mailto:"}, "mailto:"),
        ("split", {"handle": "mailto:\udcff@example.com"}, "'mailto:\\udcff@example.com'"),
        ("not_same_organisation", {"organisation_a": "Acme", "organisation_b": "Acme "}, "Acme"),
        ("same_organisation", {"organisation_a": "A", "organisation_b": "B", "role": "friend"}, "friend"),
        ("affiliation", {"handle": ANA, "organisation": "A", "from_on": "2024-01-01"}, "'2024-01-01'"),
        (
            "affiliation",
            {"handle": ANA, "organisation": "A", "from_on": date(2024, 2, 1), "to_on": date(2024, 1, 1)},
            "2024-02-01 to 2024-01-01",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(store: Store, kind: str, what: dict[str, str | date], where: str) -> None:
    with pytest.raises(HoneycellError) as met:
        decide(store, kind, by="dee", **what)
    assert (met.value.code, met.value.where) == ("bad-decision", where)
    assert met.value.remedy
    assert state(store) == 0


def test_nobody_decides_nothing(store: Store) -> None:
    with pytest.raises(HoneycellError, match="`by` is empty"):
        decide(store, "split", handle=ANA, by=" ")


HANDLES = [f"mailto:p{number}@example.com" for number in range(4)]
ACTS = st.lists(
    st.tuples(st.sampled_from([*KINDS, "undo", "undo"]), st.integers(0, 99), st.integers(0, 99)), max_size=25
)


def act(store: Store, made: dict[int, int | None], name: str, x: int, y: int) -> None:
    """One random act, in the store and in the model: the number of each decision and what it undoes."""
    if name != "undo":
        a, b = HANDLES[x % 4], HANDLES[(x + 1 + y % 3) % 4]
        values = {"handle": a, "shares": '{"acme.example": 1}', "least": "2"}
        what = {c.name: values.get(c.name, b if c.name.endswith("_b") else a) for c in KINDS[name].columns}
        what |= {c.name: c.form.partition("|")[0] for c in KINDS[name].columns if "|" in c.form}
        what |= {one: f"{id_of(text):016x}" for one, text in what.items() if one.startswith("interaction")}
        for optional in ("from_on", "to_on"):
            what.pop(optional, None)
        made[decide(store, name, by="dee", why=f"{x}", **what)] = None
    elif made:
        number = 1 + x % len(made)
        if stands(made, number):
            made[undo(store, number, by="eva")] = number
        else:
            with pytest.raises(HoneycellError, match="taken back already"):
                undo(store, number, by="eva")


def stands(made: dict[int, int | None], number: int) -> bool:
    return not any(stands(made, other) for other, undoes in made.items() if undoes == number)


def stored(store: Store) -> list[int]:
    return sorted(number for table in standing(store).values() for number in table["decision_id"].to_pylist())


@settings(max_examples=25, deadline=None)
@given(before=ACTS, after=ACTS, seed=st.integers(0, 2**32))
def test_undoing_all_that_came_after_restores_what_was(before: list, after: list, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(open_store(Path(folder))) as store:
        made: dict[int, int | None] = {}
        for one in before:
            act(store, made, *one)
        then, was = state(store), as_bytes(standing(store))
        for one in after:
            act(store, made, *one)
            assert stored(store) == [n for n, undoes in made.items() if undoes is None and stands(made, n)]
        assert as_bytes(standing(store, up_to=then)) == was
        # An undo, once undone, may bring back a decision that has to be undone in its turn.
        late, dice = [number for number in made if number > then], random.Random(seed)
        while left := [number for number in late if stands(made, number)]:
            number = dice.choice(left)
            made[undo(store, number, by="eva")] = number
        assert as_bytes(standing(store)) == was
        assert {d.decision_id: d.undone_by is None for d in history(store)} == {n: stands(made, n) for n in made}
        assert check(store) == []


def test_many_merges_undone_in_random_order_leave_nothing(store: Store) -> None:
    decide(store, "split", handle=ANA, by="dee")
    was = as_bytes(standing(store))
    numbers = [same(store, f"mailto:x{n}@example.com", f"mailto:y{n % 7}@example.com") for n in range(300)]
    random.Random(3).shuffle(numbers)
    for number in numbers:
        undo(store, number, by="dee")
    assert as_bytes(standing(store)) == was
    assert state(store) == 601


WRITE = """
import sys
from pathlib import Path
from honeycell.decisions import decide, open_store, undo
from honeycell.decisions.kinds import checked
from honeycell.errors import HoneycellError, UsageError

folder, who, n = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
store = open_store(folder)
print("open", flush=True)
sys.stdin.readline()
for number in range(n):
    decide(store, "split", handle=f"mailto:{who}{number}@example.com", by=who)
for number in range(1, n + 1):
    try:
        undo(store, number, by=who)
        print("undid", number)
    except HoneycellError as error:
        assert error.code == "already-undone", error
"""


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    count, each = 2, 150
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(tmp_path), f"p{number}", str(each)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(count)
    ]  # fmt: skip
    # They made the file together; now they begin to write together.
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=240) for process in processes]
    assert [error for _, error in answers] == [""] * count
    undone = [int(line.split()[1]) for output, _ in answers for line in output.splitlines()]
    assert sorted(undone) == list(range(1, each + 1))
    with closing(open_store(tmp_path)) as store:
        told = history(store)
        assert [d.decision_id for d in told] == list(range(count * each + each, 0, -1))
        assert {d.what["handle"] for d in told if d.kind == "split"} == {
            f"mailto:p{number}{n}@example.com" for number in range(count) for n in range(each)
        }
        assert check(store) == []


def test_a_decision_that_the_database_refuses_leaves_nothing_behind(store: Store) -> None:
    with sqlalchemy.create_engine(f"sqlite:///{store.where}").begin() as connection:
        connection.exec_driver_sql("CREATE UNIQUE INDEX once ON split (handle)")
    decide(store, "split", handle=ANA, by="dee")
    with pytest.raises(HoneycellError, match="UNIQUE constraint failed") as met:
        decide(store, "split", handle=ANA, by="dee")
    assert met.value.code == "decisions-unavailable"
    assert state(store) == 1
    assert check(store) == []


def test_a_reader_does_not_wait_for_a_writer(store: Store, tmp_path: Path) -> None:
    same(store)
    with closing(sqlite3.connect(tmp_path / "decisions.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert state(store) == 1
        other.rollback()


@pytest.mark.parametrize("table", ["decisions", *KINDS])
@pytest.mark.parametrize("change", ["UPDATE {} SET decision_id = decision_id + 100", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_rows(tmp_path: Path, table: str, change: str) -> None:
    with closing(open_store(tmp_path)) as store:
        decide(store, "split", handle=ANA, by="dee")
    with closing(sqlite3.connect(tmp_path / "decisions.sqlite")) as other:
        if table not in ("decisions", "split"):
            columns = [c.name for c in KINDS[table].columns]
            marks = ", ".join("?" * (len(columns) + 1))
            other.execute(f"INSERT INTO {table} VALUES ({marks})", [1, *columns])
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            other.execute(change.format(table))


def test_a_store_opens_by_its_url_and_hides_the_password(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    with closing(open_store(tmp_path / "cell", url)) as store:
        assert same(store) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere.sqlite"]
    for bad in ("nothing", "nosuch//dee:secret@db.example", "nosuch://dee:secret@db.example/x"):
        with pytest.raises(HoneycellError) as met:
            open_store(tmp_path, bad)
        assert met.value.code == "decisions-unavailable"
        assert "secret" not in f"{met.value.where}{met.value.message}"


def test_the_tables_can_be_made_on_a_database_server() -> None:
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateTable

    from honeycell.decisions.store import tables

    for table in tables().values():
        made = str(CreateTable(table).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
        assert "SERIAL" not in made
        assert "PRIMARY KEY (decision_id)" in made


def test_a_closed_store_leaves_one_file(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        same(store)
    assert [path.name for path in tmp_path.iterdir()] == ["decisions.sqlite"]


def test_a_file_of_an_earlier_version_gets_the_new_kinds(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        same(store)
    with closing(sqlite3.connect(tmp_path / "decisions.sqlite")) as other:
        other.execute("DROP TABLE split")
    with closing(open_store(tmp_path)) as store:
        assert decide(store, "split", handle=ANA, by="dee") == 2
        assert standing(store)["same_person"].num_rows == 1


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "decisions.sqlite").write_text("once upon a time " * 500)
    with pytest.raises(HoneycellError) as met:
        open_store(tmp_path)
    assert met.value.code == "decisions-unavailable"
    assert met.value.where == str(tmp_path / "decisions.sqlite")


def test_a_database_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "decisions.sqlite")) as file:
        file.execute("CREATE TABLE notes (words)")
    with pytest.raises(HoneycellError, match="this is a database of something else"):
        open_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "decisions.sqlite")) as file:
        assert file.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


@pytest.mark.parametrize("words", ["her\x1b[2J", "her\x9b31m", "her\x07", "\ud800"])
def test_words_that_a_terminal_would_obey_are_refused(store: Store, words: str) -> None:
    for said in ({"by": words}, {"by": "dee", "why": words}):
        with pytest.raises(UsageError, match="holds signs that are no text"):
            decide(store, "split", handle="mailto:ana@example.com", **said)
    assert decide(store, "split", handle="mailto:ana@example.com", by="dee", why="a card\n\tof hers") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(HoneycellError, match="unable to open"):
        open_store(tmp_path)


def tampered(store: Store, *statements: str) -> list[str]:
    """What `check` says after somebody wrote into the file by other means."""
    with sqlalchemy.create_engine(f"sqlite:///{store.where}").begin() as connection:
        for table in ("decisions", *KINDS):
            connection.exec_driver_sql(f"DROP TRIGGER {table}_never_delete")
        for statement in statements:
            connection.exec_driver_sql(statement)
    return check(store)


def test_a_whole_store_is_found_whole_and_a_harmed_one_is_not(store: Store) -> None:
    for _ in range(3):
        same(store)
    undo(store, 2, by="dee")
    assert check(store) == []
    faults = tampered(
        store,
        "DELETE FROM same_person WHERE decision_id IN (1, 2)",
        "DELETE FROM decisions WHERE decision_id = 2",
        "INSERT INTO decisions VALUES (5, 'wish', '2026-01-01 00:00:00.000000', 'dee', NULL, NULL)",
    )
    assert faults == [
        "1 of 5 decisions are missing",
        "decision 4 undoes 2, which does not exist",
        "decision 1 (same_person) has lost what was decided",
        "1 decisions are of kind “wish”, which this version does not know: install a newer one",
    ]


def test_damaged_pages_are_found(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        for _ in range(200):
            same(store)
    path = tmp_path / "decisions.sqlite"
    harmed = bytearray(path.read_bytes())
    harmed[-4096:] = b"\xff" * 4096
    path.write_bytes(harmed)
    with closing(open_store(tmp_path)) as store:
        assert any("damaged" in fault or "cannot be read" in fault for fault in check(store))


def test_importing_decisions_loads_no_database() -> None:
    code = "import sys, honeycell.decisions; sys.exit(bool({'sqlalchemy', 'sqlite3', 'pyarrow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        ('{"acme.example": 0.6}', "sum to 60.0%, not to 100 %"),
        ('{"acme.example": 1.2, "others": -0.2}', "not between 0 and 100 %"),
        ('{"acme.example": 0.5, " acme.example": 0.5}', "stands there twice"),
        ('["acme.example"]', "no shares"),
        ('{"acme.example": "much"}', "no shares"),
        ('{"acme.example": NaN}', "not between 0 and 100 %"),
    ],
)
def test_shares_that_are_none_are_refused(store: Store, shares: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        decide(store, "priorities", by="dee", organisation="aster.example", shares=shares)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_shares_are_kept_to_the_letter_and_sum_to_one(parts: list[int]) -> None:
    given_shares = {f"{number}.example": part / sum(parts) for number, part in enumerate(parts)}
    what = {"organisation": "aster.example", "shares": json.dumps(given_shares), "from_on": None}
    kept = json.loads(str(checked(KINDS["priorities"], what)["shares"]))
    assert kept == given_shares
    assert sum(kept.values()) == pytest.approx(1.0)
