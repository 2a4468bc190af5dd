"""Search over real cells: what is found, what is said when nothing is, and an index that is in step with the log."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import tantivy
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from honeycell import search
from honeycell.cell import Cell, create_cell, open_cell
from honeycell.errors import HoneycellError
from honeycell.rules import INDEX, fingerprint
from honeycell.search.index import NO_DAY, NO_MOMENT, open_index
from honeycell.tables import TABLES

ANA, TOM = "Ana Silva <ana@aster.example>", "Tom Reed <tom@aster.example>"
NOOR, BO = "Noor Albrecht <noor@bellwether.example>", "Bo Dahl <bo@bellwether.example>"
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def mail(n: int, writer: str, to: str, subject: str, body: str, **fields: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = writer, to, subject
    made["Date"], made["Message-ID"] = format_datetime(START + timedelta(days=n)), f"<{n}@aster.example>"
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made.as_bytes()


MAILS = [
    mail(0, ANA, NOOR, "Delivery in March", "The pallets arrive on Thursday.\n\nSee https://aster.example/plan\n"),
    mail(
        1, NOOR, ANA, "Re: Delivery in March",
        "Thursday suits the night shift.\n\nOn 5 Jan 2026 at 9:00 Ana wrote:\n> The pallets arrive on Thursday.\n",
        In_Reply_To="<0@aster.example>",
    ),
    mail(2, TOM, BO, "Søndag", "Overtime on Søndag is paid double.\n-- \nTom Reed\nForklifts\n"),
    mail(40, BO, f"{TOM}, {ANA}", "合同", "我们明天开会讨论合同。\n"),
    mail(41, "Depot <depot@lists.aster.example>", NOOR, "Rota", "The rota of the night shift.\n",
         List_Id="<depot.lists.aster.example>", List_Post="<mailto:depot@lists.aster.example>"),
    mail(3, TOM, ANA, "Plan", "I will send you the drawings by Friday.\n"),
]  # fmt: skip


def write(path: Path, mails: list[bytes]) -> Path:
    path.write_bytes(b"".join(b"From - Mon Jan  5 09:00:00 2026\n" + one + b"\n" for one in mails))
    return path


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    folder = tmp_path_factory.mktemp("search")
    with create_cell(folder / "cell", us="Aster", domains=["aster.example"]) as made:
        made.import_paths([write(folder / "archive.mbox", MAILS)])
        made.refresh()
        yield made


def subjects(cell: Cell, query: str) -> set[str]:
    found = cell.search(query, limit=50).messages
    assert found.total == len(found.rows)
    return {one.subject.text for one in found.rows}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("pallets", {"Delivery in March"}),
        ("thursday", {"Delivery in March", "Re: Delivery in March"}),
        ("forklifts", set()),
        ('"night shift"', {"Re: Delivery in March", "Rota"}),
        ('"shift night"', set()),
        ("night -rota", {"Re: Delivery in March"}),
        ("pall*", {"Delivery in March"}),
        ('"night shi*"', {"Re: Delivery in March", "Rota"}),
        ("sondag", {"Søndag"}),
        ("SØNDAG", {"Søndag"}),
        ("开会", {"合同"}),
        ("会开", set()),
        ("about:march", {"Delivery in March", "Re: Delivery in March"}),
        ("about:thursday", set()),
        ("from:@noor-albrecht", {"Re: Delivery in March"}),
        ("from:noor@bellwether.example", {"Re: Delivery in March"}),
        ("from:bellwether", {"Re: Delivery in March", "合同"}),
        ("from:us", {"Delivery in March", "Søndag", "Plan"}),
        ("to:us", {"Re: Delivery in March", "合同", "Plan"}),
        ("to:@ana-silva from:@bo-dahl", {"合同"}),
        ("with:@tom-reed", {"Søndag", "合同", "Plan"}),
        ("-from:us -from:bellwether", {"Rota"}),
        ("in:depot", {"Rota"}),
        ("before:2026-01-07", {"Delivery in March", "Re: Delivery in March"}),
        ("after:2026-02", {"合同", "Rota"}),
        ("on:2026-01", {"Delivery in March", "Re: Delivery in March", "Søndag", "Plan"}),
        ("has:link", {"Delivery in March"}),
        ("has:promise", {"Plan"}),
        ("kind:mail kind:message night", {"Re: Delivery in March", "Rota"}),
        ("noor thursday", {"Re: Delivery in March"}),
    ],
)
def test_a_query_finds_what_a_person_would_expect(cell: Cell, query: str, expected: set[str]) -> None:
    assert subjects(cell, query) == expected


def test_a_message_is_shown_with_its_own_words_marked(cell: Cell) -> None:
    (found,) = cell.search("thursday from:@noor-albrecht").messages.rows
    assert found.author is not None
    assert (found.author.name, found.on, found.address) == (
        "Noor Albrecht",
        date(2026, 1, 6),
        "mailto:noor@bellwether.example",
    )
    assert found.words.text == "Thursday suits the night shift."
    assert found.words.marks == ((0, 8),)


def test_people_and_organisations_are_found_by_the_beginnings_of_their_names(cell: Cell) -> None:
    found = cell.search("noor")
    assert [one.slug for one in found.people.rows] == ["noor-albrecht"]
    assert [one.slug for one in cell.search("bellw").organisations.rows] == ["bellwether"]
    assert cell.search("noor in:depot").people.total == 0


def test_a_promise_is_shown_with_who_made_it(cell: Cell) -> None:
    found = cell.search("drawings")
    (promise,) = found.promises.rows
    assert (found.promises.total, promise.owner) == (1, "mailto:tom@aster.example")
    assert promise.words.text == "I will send you the drawings by Friday."
    assert [promise.words.text[start:end] for start, end in promise.words.marks] == ["drawings"]
    assert promise.due_on == date(2026, 1, 9)


def test_the_latest_come_first_and_the_total_counts_all(cell: Cell) -> None:
    found = cell.search("thursday", limit=1).messages
    assert found.total == 2
    assert [one.subject.text for one in found.rows] == ["Re: Delivery in March"]


def test_nothing_found_says_which_part_removes_everything(cell: Cell) -> None:
    found = cell.search("thursday from:us before:2025")
    assert found.messages.total == 0
    assert [(one.part, one.n_alone, one.n_without) for one in found.obstacles] == [
        ("before:2025", 0, 1),
        ("thursday", 2, 0),
        ("from:us", 3, 0),
    ]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("from:nobody-at-all", "no-such-party"),
        ("in:nowhere", "no-such-space"),
        ("kind:smoke", "bad-query"),
        ("has:attachment", "bad-query"),
        ("before:soon", "bad-date"),
        ("...", "bad-query"),
        ("*", "bad-query"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told(cell: Cell, query: str, code: str) -> None:
    with pytest.raises(HoneycellError) as caught:
        cell.search(query)
    assert caught.value.code == code


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(alphabet=st.sampled_from('ab*"-: .\\()[]{}+?^$|/@é会\x00\u200b') | st.characters(), max_size=30))
@example("caf\udcff")
def test_any_query_is_answered_or_refused(cell: Cell, query: str) -> None:
    with contextlib.suppress(HoneycellError):
        cell.search(query)


# --- in step with the log ----------------------------------------------------------------------------------


def documents(cell: Cell) -> dict[Any, set[Any]]:
    """Everything the index holds: the ids of each term, and of each time."""
    path = search.index_folder(cell.folder, cell.engine.snapshot.marks)
    assert path is not None
    index = open_index(path)
    searcher = index.searcher()
    held: dict[Any, set[Any]] = {}
    for field in ("words", "subject", "from", "to", "space", "kind", "has"):
        for term, _n in searcher.terms_with_prefix(field, ""):
            found = searcher.search(tantivy.Query.term_query(index.schema, field, term), 1000)
            ids = searcher.fast_field_values("id", [address for _score, address in found.hits])
            if ids:
                held[field, term] = set(ids)
    everything = [address for _score, address in searcher.search(tantivy.Query.all_query(), 1000).hits]
    columns = [searcher.fast_field_values(name, everything) for name in ("id", "at", "day")]
    held["all"] = set(zip(*columns, strict=True))
    assert len(held["all"]) == len(everything)
    return held


def follow(cell: Cell, *, rebuild: bool = False) -> dict[Any, set[Any]]:
    """Bring the index alone in step with the log, and say what it holds."""
    with cell.engine.writing("derived") as writer:
        search.update(cell.engine, writer, fingerprint(INDEX), rebuild=rebuild)
        writer.publish()
    return documents(cell)


def bring(cell: Cell, mails: list[bytes]) -> None:
    """Import mails from a file of their own."""
    n = len(list(cell.folder.parent.glob("*.mbox")))
    cell.import_paths([write(cell.folder.parent / f"{n}.mbox", mails)])


def test_import_by_import_gives_the_documents_of_a_rebuild(tmp_path: Path) -> None:
    with create_cell(tmp_path / "cell") as cell:
        for one in MAILS:
            bring(cell, [one])
            held = follow(cell)
        assert cell.engine.snapshot.marks["index"] == 1
        assert len(held["all"]) == len(MAILS)
        assert held == follow(cell, rebuild=True)
        assert cell.engine.snapshot.marks["index"] == 2


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_copies_that_differ_give_one_document_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    copies = [
        mail(7, ANA, NOOR, "Gate four", "The gate is open.\n"),
        mail(7, ANA, BO, "Gate five", "The gate is open.\n"),
        mail(7, ANA, BO, "Gate six", "The gate is shut.\n"),
    ]
    with create_cell(tmp_path / "cell") as cell:
        for n in order:
            bring(cell, [copies[n], MAILS[n]])
            held = follow(cell)
        assert len(held["all"]) == len(MAILS[:3]) + 2  # the third has another text: another message of one id
        assert len(held["to", "mailto:noor@bellwether.example"] & held["words", "open"]) == 1
        assert held == follow(cell, rebuild=True)


def test_what_a_killed_writer_left_changes_nothing(tmp_path: Path) -> None:
    killed = (
        "import os, signal, sys; from pathlib import Path; from honeycell import search;"
        "from honeycell.cell import open_cell; from honeycell.rules import INDEX, fingerprint;"
        "engine = open_cell(Path(sys.argv[1])).engine\n"
        "with engine.writing('derived') as writer:\n"
        "    search.update(engine, writer, fingerprint(INDEX), rebuild=sys.argv[2] == 'rebuild')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    with create_cell(tmp_path / "cell") as cell:
        bring(cell, MAILS[:3])
        follow(cell)
        bring(cell, MAILS[3:])
        for how in ("refresh", "rebuild", "refresh"):
            done = subprocess.run([sys.executable, "-c", killed, str(tmp_path / "cell"), how], check=False)
            assert done.returncode == -signal.SIGKILL
        assert not search.is_current(cell.engine, fingerprint(INDEX))
        held = follow(cell)
        assert search.is_current(cell.engine, fingerprint(INDEX))
        assert len(held["all"]) == len(MAILS)
        assert held == follow(cell, rebuild=True)


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_an_index_that_cannot_be_read_is_made_again(tmp_path: Path, harm: str) -> None:
    with create_cell(tmp_path / "cell") as cell:
        bring(cell, MAILS)
        held = follow(cell)
        if harm == "gone":
            shutil.rmtree(tmp_path / "cell" / "search")
        else:
            (tmp_path / "cell" / "search" / "1" / "meta.json").write_text("{")
        assert follow(cell) == held


def test_an_interaction_without_text_or_time_is_found_too(tmp_path: Path) -> None:
    with create_cell(tmp_path / "cell") as cell:
        rows = [
            {
                "interaction_id": n,
                "copy_hash": "0",
                "kind": "message",
                "channel": "slack",
                "subject": "Gate",
                "batch": 1,
            }
            | ({} if at is None else {"occurred_at": at, "occurred_on": at.date()})
            for n, at in enumerate(
                (None, datetime(1969, 12, 30, 23, 59, 59, 900_000), datetime(2026, 1, 5, 9, 0, 0, 1))
            )
        ]
        with cell.engine.writing("log") as writer:
            writer.append("interactions", pa.Table.from_pylist(rows, TABLES["interactions"].schema))
            writer.mark("batch", 1)
            writer.publish()
        held = follow(cell)
    second = int(datetime(2026, 1, 5, 9, 0, tzinfo=UTC).timestamp())
    assert held["all"] == {(0, NO_MOMENT, NO_DAY), (1, -86_401, -2), (2, second, 20_458)}
    assert held["words", "gate"] == {0, 1, 2}


def test_documents_that_are_missing_or_too_many_are_found(tmp_path: Path) -> None:
    with create_cell(tmp_path / "cell") as cell:
        bring(cell, MAILS)
        held = follow(cell)
        bring(cell, [mail(50, TOM, BO, "Later", "Not indexed yet.\n")])
        assert search.compared_with_log(cell.engine) == (0, 0, 6)
        writer = open_index(tmp_path / "cell" / "search" / "1").writer(num_threads=1)
        (gone,) = held["words", "pallets"]
        writer.delete_documents_by_term("id", gone)
        for number in (7, next(iter(held["words", "overtime"]))):
            writer.add_document(tantivy.Document(id=number, at=0, day=0))
        writer.commit()
        writer.wait_merging_threads()
        assert search.compared_with_log(cell.engine) == (1, 2, 7)


def test_a_reader_keeps_its_index_while_another_is_made(tmp_path: Path) -> None:
    with create_cell(tmp_path / "cell") as cell:
        bring(cell, MAILS[:3])
        before = follow(cell)
        with open_cell(tmp_path / "cell") as reader:
            bring(cell, MAILS[3:])
            follow(cell, rebuild=True)
            assert documents(reader) == before
        old = tmp_path / "cell" / "search" / "1"
        os.utime(old, (0, 0))
        follow(cell, rebuild=True)
        assert not old.exists()


def test_a_decision_on_who_is_who_needs_no_new_index(tmp_path: Path) -> None:
    with create_cell(tmp_path / "cell") as cell:
        bring(cell, MAILS)
        cell.refresh()
        before = documents(cell)
        cell.merge("ana@aster.example", "tom@aster.example", by="Mia")
        assert cell.engine.snapshot.marks["index"] == 1
        assert documents(cell) == before
        assert subjects(cell, "from:tom@aster.example") == {"Søndag", "Plan"}
        (both,) = cell.search("reed").people.rows
        assert subjects(cell, f"from:@{both.slug}") == {"Delivery in March", "Søndag", "Plan"}
        shutil.rmtree(tmp_path / "cell" / "search")
        with pytest.raises(HoneycellError) as caught:
            cell.search("night")
        assert caught.value.code == "index-unavailable"
        assert [(one.table, one.ok) for one in cell.doctor()][-1] == ("index of words", False)
        assert cell.refresh().tables == ()
        assert documents(cell) == before
