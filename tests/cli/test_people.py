"""Who is who, decided by a person: the commands, what they print, and that everything can be taken back."""

import csv
import io
import json
import shutil
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from rich.console import Console, Group, RenderableType

from conftest import AS_ANYBODY, honeycell, write_mbox
from honeycell.cell import Decided, RefreshResult, open_cell
from honeycell.cli import decided, main, waiting, whose
from honeycell.cli.answers import Answer, give
from honeycell.cli.options import Call
from honeycell.cli.terminal import THEME
from honeycell.readings.state import Party
from honeycell.readings.whose import Address, Comparison, Holder, Membership, Said, Whose
from honeycell.tables import TABLES

ANA, OTHER, BO = "ana@aster.example", "asilva@letters.example", "bo@bellwether.example"


def mail(number: int, sender: str, receiver: str) -> bytes:
    return (
        f"From: {sender}\nTo: {receiver}\nDate: Mon, {number + 1} Jun 2026 10:00:00 +0000\n"
        f"Message-ID: <{number}@example.com>\nSubject: Plan\n\nHere it is.\n"
    ).encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana writes from two addresses, one without her name; Bo answers both; a role and a list are there too."""
    folder = tmp_path_factory.mktemp("people")
    letters = [
        mail(1, f"Ana Silva <{ANA}>", f"Bo Dahl <{BO}>"),
        mail(2, f"Bo Dahl <{BO}>", f"Ana Silva <{ANA}>"),
        mail(3, f"A. S. <{OTHER}>", f"Bo Dahl <{BO}>"),
        mail(4, f"Bo Dahl <{BO}>", f"A. S. <{OTHER}>"),
        mail(5, f"Bo Dahl <{BO}>", "Office <office@aster.example>"),
        mail(6, f"Ana Silva <{ANA}>", f"Bo Dahl <{BO}>"),
    ]
    done = honeycell("import", str(write_mbox(folder / "a.mbox", letters)), cell=folder / "cell")
    assert done.status == 0, done.stderr
    return folder / "cell"


@pytest.fixture
def run(made: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run a command on a copy of the cell: its status, stdout and stderr."""
    shutil.copytree(made, tmp_path / "cell")
    monkeypatch.setenv("HONEYCELL_CELL", str(tmp_path / "cell"))
    monkeypatch.setenv("LOGNAME", "dee")

    def call(*words: str) -> tuple[int, str, str]:
        status = main(list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return call


def data(run, *words: str):  # type: ignore[no-untyped-def]
    status, out, err = run("people", *words, "--json")
    assert (status, err) == (0, ""), out
    return json.loads(out)["data"]


def everything(folder: Path) -> dict[str, pa.Table]:
    with open_cell(folder) as cell:
        tables = [name for name, table in TABLES.items() if table.layer == "derived"]
        return {
            name: cell.engine.to_arrow(cell.engine.table(name).order_by(list(TABLES[name].schema.names)))
            for name in tables
        }


def plant(folder: Path, *rows: dict[str, object]) -> None:
    """Links as the identities would make them."""
    filled = [
        {"rule": "model", "features": "name=close", "probability": 0.5, "outcome": "to be decided",
         "decided_by": "model", "against": None, "reason": "much alike", **row}
        for row in rows
    ]  # fmt: skip
    with open_cell(folder) as cell, cell.engine.writing("derived") as writer:
        writer.replace("links", pa.Table.from_pylist(filled, TABLES["links"].schema))
        writer.publish()


def test_merging_says_who_has_which_addresses_now_and_undoing_restores_everything(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    before = everything(tmp_path / "cell")
    answer = data(run, "merge", ANA, f"mailto:{OTHER}", "--why", "her card says so")
    assert (answer["decision_id"], answer["changed"]) == (1, True)
    (after,) = answer["after"]
    assert after["person"]["name"] == "Ana Silva"
    assert after["handles"] == [f"mailto:{ANA}", f"mailto:{OTHER}"]
    assert {"same_person", "persons", "pairs"} <= set(answer["tables"])
    assert answer["undo"] == "honeycell people undo 1"
    assert everything(tmp_path / "cell")["persons"].num_rows == 2
    status, out, _ = run("people", "undo", "1")
    assert (status, [line.split("\t")[0] for line in out.splitlines()]) == (
        0,
        ["decision", "changed", "changed", "undo"],
    )
    assert everything(tmp_path / "cell") == before
    told = [(row["decision_id"], row["kind"], row["decided_by"], row["undone_by"]) for row in data(run, "history")]
    assert told == [(2, "undo", "dee", None), (1, "same_person", "dee", 2)]


def test_slugs_ids_and_chat_handles_name_a_person(run) -> None:  # type: ignore[no-untyped-def]
    (person,) = [row for row in json.loads(run("list", "people", "--json")[1])["data"] if row["name"] == "Bo Dahl"]
    for name in ("@bo-dahl", "bo dahl", person["person_id"], f"mailto:{BO.upper()}", f" Bo Dahl <{BO}>", f"<{BO}>"):
        assert data(run, "why", name)["handle"] == f"mailto:{BO}"


def test_ids_and_slugs_of_merged_persons_lead_to_the_whole_person(run) -> None:  # type: ignore[no-untyped-def]
    people = {row["slug"]: row["person_id"] for row in json.loads(run("list", "people", "--json")[1])["data"]}
    assert set(people) == {"ana-silva", "a-s", "bo-dahl"}
    data(run, "merge", "@ana-silva", "@a-s")
    for name in (people["a-s"], people["ana-silva"], "@a-s", f"@a-s-{people['a-s'][:4]}", "@asilva", OTHER):
        status, out, err = run("show", name, "--json")
        assert (status, err) == (0, "")
        assert json.loads(out)["data"]["party"]["slug"] == "ana-silva"
    assert run("show", "@a-s-0000")[0] == 4
    assert run("show", "7" + "f" * 15)[0] == run("show", "f" * 16)[0] == 4


def test_a_split_handle_stands_alone_and_a_person_with_several_must_say_which(run) -> None:  # type: ignore[no-untyped-def]
    data(run, "merge", ANA, OTHER)
    status, _, err = run("people", "split", "@ana-silva")
    assert (status, "ambiguous-name" in err, f"say which one leaves: {ANA}, {OTHER}" in err) == (2, True, True)
    answer = data(run, "split", OTHER)
    assert [one["handles"] for one in answer["after"]] == [[f"mailto:{ANA}"], [f"mailto:{OTHER}"]]


def test_a_decision_that_changes_nothing_says_so_and_is_kept(run) -> None:  # type: ignore[no-untyped-def]
    answer = data(run, "apart", ANA, BO)
    assert (answer["changed"], answer["decision_id"]) == (False, 1)
    assert [row["kind"] for row in data(run, "history")] == ["not_same_person"]


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("merge", "nobody@x.example", ANA), 4, "no-such-party"),
        (("merge", "office@aster.example", ANA), 4, "no-such-party"),
        (("merge", "aster", ANA), 4, "no-such-party"),
        (("merge", "caf\udcff@x.example", ANA), 4, "no-such-party"),
        (("merge", ANA, "@ana-silva"), 2, "bad-decision"),
        (("undo", "7"), 4, "no-such-decision"),
        (("undo", "one"), 2, "wrong-use"),
        (("marry", ANA, BO), 2, "wrong-use"),
        (("why", "nobody@x.example"), 4, "no-such-party"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_is_kept(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, words: tuple[str, ...], status: int, code: str
) -> None:
    ended, out, err = run("people", *words)
    assert (ended, out) == (status, "")
    assert err.splitlines()[-1].strip().startswith(code)
    assert data(run, "history") == []


def test_reading_about_people_makes_no_file(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for words in (("queue",), ("history",), ("why", ANA)):
        assert run("people", *words)[0] == 0
    assert not (tmp_path / "cell" / "decisions.sqlite").exists()


@pytest.mark.skipif(bool(AS_ANYBODY) and not shutil.which("setpriv"), reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_answers_who_is_who(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    data(run, "merge", ANA, OTHER)
    cell = tmp_path / "cell"
    folders = [cell, *(path for path in cell.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        why = honeycell("people", "why", OTHER, "--json", cell=cell, before=AS_ANYBODY)
        queue = honeycell("people", "queue", "--json", cell=cell, before=AS_ANYBODY)
        merge = honeycell("people", "merge", ANA, BO, cell=cell, before=AS_ANYBODY)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert (why.status, queue.status) == (0, 0), why.stderr + queue.stderr
    assert [one["decision_id"] for one in json.loads(why.stdout)["data"]["decisions"]] == [1]
    assert merge.status != 0
    assert "decisions-unavailable" in merge.stderr


def test_the_queue_shows_both_sides_and_what_was_decided_never_comes_back(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    cell = tmp_path / "cell"
    pairs = [
        {"handle_a": f"mailto:{ANA}", "handle_b": f"mailto:{OTHER}", "probability": 0.4},
        {"handle_a": f"mailto:{ANA}", "handle_b": f"mailto:{BO}", "probability": 0.3},
        {"handle_a": f"mailto:{OTHER}", "handle_b": f"mailto:{BO}", "probability": 0.01, "outcome": "not linked"},
    ]
    plant(cell, *pairs)
    second, first = data(run, "queue")
    assert (first["a_name"], first["b_name"], first["probability"]) == ("Ana Silva", "A. S.", 0.4)
    assert (second["b_name"], second["b_organisations"], second["b_n_sent"]) == ("Bo Dahl", ["Bellwether"], 3)
    # Ana has three mails with Bo, A. S. has two: so much would be counted for the wrong person.
    assert (second["weight"], first["weight"]) == (3.0, 2.0)
    assert len(data(run, "queue", "--limit", "1")) == 1
    _, out, _ = run("people", "queue", "--csv")
    assert [row["a_handles"] for row in csv.DictReader(io.StringIO(out))] == [f"mailto:{ANA}"] * 2
    data(run, "apart", OTHER, ANA)
    plant(cell, *pairs)
    assert [row["b_name"] for row in data(run, "queue")] == ["Bo Dahl"]
    data(run, "split", BO)
    plant(cell, *pairs)
    assert data(run, "queue") == []


def test_the_heavier_pair_comes_first(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with open_cell(tmp_path / "cell") as cell, cell.engine.writing("derived") as writer:
        ids = {
            row["handle"]: row["person_id"] for row in cell.engine.to_arrow(cell.engine.table("handles")).to_pylist()
        }
        ana, other, bo = (ids[f"mailto:{one}"] for one in (ANA, OTHER, BO))
        ties = [
            {"a_person_id": min(ana, bo), "b_person_id": max(ana, bo), "w_ab": 5.0, "w_ba": 2.5},
            {"a_person_id": min(other, bo), "b_person_id": max(other, bo), "w_ab": 0.5, "w_ba": 0.25},
        ]
        writer.replace("pairs", pa.Table.from_pylist(ties, TABLES["pairs"].schema))
        writer.publish()
    plant(
        tmp_path / "cell",
        {"handle_a": f"mailto:{ANA}", "handle_b": f"mailto:{OTHER}", "probability": 0.9},
        {"handle_a": f"mailto:{ANA}", "handle_b": f"mailto:{BO}", "probability": 0.1},
    )
    assert [(row["b_name"], row["weight"]) for row in data(run, "queue")] == [("Bo Dahl", 7.5), ("A. S.", 0.75)]


def test_why_tells_the_evidence_the_doubt_and_the_decisions(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    data(run, "merge", ANA, OTHER, "--as", "eva", "--why", "her card")
    plant(
        tmp_path / "cell",
        {"handle_a": f"mailto:{ANA}", "handle_b": f"mailto:{OTHER}", "outcome": "linked", "probability": 1.0,
         "decided_by": "person", "reason": "said by eva: her card"},
        {"handle_a": f"mailto:{ANA}", "handle_b": f"mailto:{BO}"},
    )  # fmt: skip
    found = data(run, "why", OTHER)
    assert found["person"]["slug"] == "ana-silva"
    assert (found["first_on"], found["last_on"]) == ("2026-06-02", "2026-06-07")
    assert [(one["handle"], one["names"], one["n_sent"]) for one in found["addresses"]] == [
        (f"mailto:{ANA}", ["Ana Silva"], 2), (f"mailto:{OTHER}", ["A. S."], 1),
    ]  # fmt: skip
    assert [(one["own"], one["other"], one["decided_by"]) for one in found["linked"]] == [
        (f"mailto:{ANA}", f"mailto:{OTHER}", "person")
    ]
    assert [(one["other"], one["person"]["name"], one["outcome"]) for one in found["others"]] == [
        (f"mailto:{BO}", "Bo Dahl", "to be decided")
    ]
    assert [(one["decision_id"], one["decided_by"], one["why"]) for one in found["decisions"]] == [
        (1, "eva", "her card")
    ]
    _, out, _ = run("people", "why", OTHER)
    assert {line.split("\t")[0] for line in out.splitlines()} == {
        "address", "person", "organisation", "handle", "link", "decision",
    }  # fmt: skip
    _, out, _ = run("people", "why", OTHER, "--csv")
    assert [row["outcome"] for row in csv.DictReader(io.StringIO(out))] == ["linked", "to be decided"]


def test_why_of_a_mailbox_that_is_nobodys_says_what_it_is(run) -> None:  # type: ignore[no-untyped-def]
    found = data(run, "why", "office@aster.example")
    assert (found["kind"], found["person"]) == ("role", None)
    assert [one["organisation"]["name"] for one in found["organisations"]] == ["Aster"]
    status, out, _ = run("people", "why", "office@aster.example", "--csv")
    assert (status, out.splitlines()) == (
        0,
        ['"handle","other","slug","outcome","probability","decided_by","reason","against","rule","features"'],
    )


def drawn(picture: RenderableType, width: int = 110) -> str:
    console = Console(theme=THEME, width=width, file=io.StringIO(), force_terminal=False)
    console.print(picture)
    return " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]


def test_the_queue_is_drawn_with_both_sides_and_what_to_type(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    plant(
        tmp_path / "cell",
        {"handle_a": f"mailto:{ANA}", "handle_b": f"mailto:{OTHER}", "against": "two platforms"},
        {"handle_a": f"mailto:{ANA}", "handle_b": f"mailto:{BO}"},
    )
    with open_cell(tmp_path / "cell") as cell:
        table = cell.people_queue()
    page = drawn(waiting.drawn(table, 1))
    assert "Ana Silva ? Bo Dahl one person: as likely as not (50 %)" in page
    assert "bo@bellwether.example Bellwether · 2 Jun 2026 to 7 Jun 2026 · 3 messages sent" in page
    assert "a wrong answer moves the attention of 3 messages" in page
    assert f"yes honeycell people merge {ANA} {BO} no honeycell people apart {ANA} {BO}" in page
    assert "1 of 2; all with --limit 0" in page
    assert "much alike; against it: two platforms" in drawn(waiting.drawn(table, None))
    assert drawn(waiting.drawn(table.slice(0, 0), None)) == "nothing waits for an answer"


def test_the_page_of_an_address_shows_of_each_other_address_what_tells_most() -> None:
    ana, yang = Party("person", 1, "ana-silva", "Ana Silva"), Party("person", 2, "a-s", "A. S.")
    address = Address("mailto:a@x.example", ("Ana Silva",), date(2026, 1, 5), date(2026, 2, 5), 1200, "itself", 1.0)
    other = {"other": "mailto:b@y.example", "person": yang, "rule": "name", "features": "", "decided_by": "rule"}
    found = Whose(
        "mailto:a@x.example", "person", "itself", ana, address.first_on, address.last_on, (), (address,), (),
        (
            Comparison(own="mailto:a@x.example", outcome="linked", probability=0.97, reason="one name", against=None,
                       **other),  # type: ignore[arg-type]
            Comparison(own="mailto:c@x.example", outcome="not linked", probability=0.02, reason="one name",
                       against="both wrote at two firms at once", **other),  # type: ignore[arg-type]
        ), (),
    )  # fmt: skip
    page = drawn(whose.drawn(found))
    assert "a@x.example is an address of Ana Silva, first seen on 5 Jan 2026." in page
    assert "The only address a@x.example 5 Jan 2026 to 5 Feb 2026 · 1,200 messages sent seen as “Ana Silva”" in page
    assert "b@y.example A. S. @a-s for it, with c@x.example: one name against it: both wrote at two firms" in page
    assert "another address" not in page
    assert "\x1b" not in page


def test_an_address_that_waits_for_an_answer_is_drawn_once_with_what_speaks_against_it() -> None:
    ana, yang = Party("person", 1, "ana-silva", "Ana Silva"), Party("person", 2, "a-s", "A. S.")
    day_one = date(2026, 1, 5)
    own = tuple(Address(f"mailto:{name}@x.example", (), day_one, day_one, 1, "itself", 1.0) for name in "abc")
    other = {"other": "mailto:s@y.example", "person": yang, "rule": "name", "features": "", "decided_by": "rule"}
    found = Whose(
        "mailto:a@x.example", "person", "itself", ana, day_one, day_one,
        (Membership(Party("organisation", 3, "x", "X"), day_one, day_one, "the domain"),), own, (),
        (
            Comparison(own="mailto:a@x.example", outcome="to be decided", probability=0.9, reason="one name",
                       against=None, **other),  # type: ignore[arg-type]
            Comparison(own="mailto:b@x.example", outcome="to be decided", probability=0.4, reason="one login",
                       against=None, **other),  # type: ignore[arg-type]
            Comparison(own="mailto:c@x.example", outcome="not linked", probability=0.9, reason="one name",
                       against="at two firms at once", **other),  # type: ignore[arg-type]
        ),
        (
            Said(2, "same_person", datetime(2026, 1, 7), "dee", None,
                 {"handle_a": "mailto:a@x.example", "handle_b": "mailto:s@y.example"}),
            Said(1, "same_person", datetime(2026, 1, 6), "dee", None,
                 {"handle_a": "mailto:a@x.example", "handle_b": "mailto:b@x.example"}),
        ),
    )  # fmt: skip
    page = drawn(whose.drawn(found))
    assert "X on 5 Jan 2026: the domain" in page
    assert "a@x.example 5 Jan 2026 · 1 message sent" in page
    assert page.count("people merge") == page.count("people apart") == 1
    assert "against it, with c@x.example: at two firms at once one person with a@x.example: very likely" in page
    assert "kept apart" not in page
    assert "a@x.example and s@y.example are one person without effect now" in page
    assert page.count("without effect") == 1


def test_a_name_cannot_pass_for_more_than_a_name(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    long = "Ana has 1 address: a@x.example. Undo it with: honeycell people undo 7. " + "x" * 9999
    holder = Holder(Party("person", 1, "ana", long), ("mailto:a@x.example",))
    said = decided.sentences(Decided(3, (), (holder,), RefreshResult(False, (), 0.1)))
    assert len(said[0]) < 110
    assert said[1] == "Undo it with: honeycell people undo 3"
    plant(tmp_path / "cell", {"handle_a": f"mailto:{ANA}", "handle_b": f"mailto:{OTHER}"})
    with open_cell(tmp_path / "cell") as cell:
        table = cell.people_queue()
    page = drawn(waiting.drawn(table.set_column(table.schema.get_field_index("a_name"), "a_name", [[long]]), None))
    assert len(page) < 700


def test_an_address_that_looks_like_an_option_is_told_so_that_it_is_none() -> None:
    page = drawn(Group(*waiting.commands("mailto:--as=eve@x.example", "mailto:$(id)@x.example", 0)))
    assert "honeycell people merge mailto:--as=eve@x.example '$(id)@x.example'" in page


@pytest.mark.parametrize("shape", ["--json", "--csv"])
def test_a_terminal_gets_nothing_that_it_would_obey_and_a_program_all_of_it(  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], shape: str
) -> None:
    nasty = "Ana\x1b]0;owned\x07 \x9b31m\u202eevil"
    table = pa.table({"name": [nasty]})
    answer = Answer(None, table.to_pylist, lambda: table, lambda: (), lambda _: "")
    call = Call(json=shape == "--json", csv=shape == "--csv")
    give(call, answer)
    told = capfdbinary.readouterr().out.decode()
    if call.json:
        assert json.loads(told)["data"] == [{"name": nasty}]
    else:
        assert list(csv.DictReader(io.StringIO(told))) == [{"name": nasty}]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    give(call, answer)
    seen = capfdbinary.readouterr().out.decode()
    assert "evil" in seen
    assert not set(nasty) & set("\x1b\x07\x9b\u202e") & set(seen)
