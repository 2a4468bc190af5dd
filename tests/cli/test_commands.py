"""The commands on a real cell: what they print, in which shape, and how they end."""

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet
import pytest

from conftest import AS_ANYBODY, honeycell, mails, write_mbox
from honeycell.cli import main
from honeycell.cli.commands import COMMANDS
from honeycell.errors import CODES
from honeycell.readings import DECLARATIONS
from honeycell.readings.ways import WAYS
from honeycell.tracks import BESIDE

PAIR = "aster~bellwether"
WHAT_A_READING_HAS = {
    "reading", "value", "unit", "low", "high", "n", "coverage", "window", "reference", "status", "sentence", "spread",
    "n_evidence",
}  # fmt: skip


@pytest.fixture
def run(cell: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run a command on the cell in this process: its status, stdout and stderr."""
    monkeypatch.setenv("HONEYCELL_CELL", str(cell))

    def call(*words: str) -> tuple[int, str, str]:
        status = main(list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return call


def answered(run, *words: str):  # type: ignore[no-untyped-def]
    status, out, err = run(*words, "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert list(answer) == ["as_of", "data", "next"]
    assert answer["next"] is None
    assert date.fromisoformat(answer["as_of"]) == date(2026, 7, 29)
    return answer["data"]


def test_importing_again_adds_nothing(archive: Path, tmp_path: Path) -> None:
    for added, duplicate in ((180, 0), (0, 180)):
        done = honeycell("import", str(archive), "--json", "--no-refresh", cwd=tmp_path)
        data = json.loads(done.stdout)["data"]
        assert (done.status, data["added"], data["duplicate"], data["skipped"]) == (0, added, duplicate, {})
    assert (tmp_path / "cell" / "cell.toml").exists()


@pytest.mark.skipif(
    bool(AS_ANYBODY) and not shutil.which("setpriv"), reason="root may read everything, without setpriv"
)
def test_a_folder_without_permission_does_not_keep_the_rest_out(archive: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0)
    done = honeycell("import", str(locked), str(archive), "--json", "--no-refresh", cwd=tmp_path, before=AS_ANYBODY)
    locked.chmod(0o700)
    data = json.loads(done.stdout)["data"]
    assert (done.status, data["added"]) == (5, 180)
    assert [(failure["code"], failure["where"]) for failure in data["failures"]] == [("file-not-readable", str(locked))]


def test_dry_run_keeps_nothing(archive: Path, tmp_path: Path) -> None:
    done = honeycell("import", str(archive), "--dry-run", cwd=tmp_path)
    assert (done.status, done.stdout.splitlines()[1]) == (0, "added\t180")
    assert json.loads(honeycell("imports", "--json", cwd=tmp_path).stdout)["data"] == []


def test_unreadable_file_ends_with_five_and_the_rest_is_imported(tmp_path: Path) -> None:
    write_mbox(tmp_path / "good.mbox", mails()[:2])
    (tmp_path / "bad.mbox.xz").write_bytes(b"\xfd7zXZ\x00 and then nothing of the kind")
    done = honeycell("import", "good.mbox", "bad.mbox.xz", "--json", "--no-refresh", cwd=tmp_path)
    data = json.loads(done.stdout)["data"]
    assert (done.status, data["added"]) == (5, 2)
    assert [failure["code"] for failure in data["failures"]] == ["corrupt-file"]
    assert "error" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_readable_is_a_problem_under_json(tmp_path: Path) -> None:
    (tmp_path / "bad.mbox").write_bytes(bytes(range(256)) * 40)
    done = honeycell("import", "bad.mbox", "--json", "--no-refresh", cwd=tmp_path)
    problem = json.loads(done.stdout)
    assert (done.status, done.stderr) == (5, "")
    assert problem["code"] in CODES
    assert "bad.mbox" in problem["where"] + problem["detail"]


def test_empty_file_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "empty.mbox").touch()
    done = honeycell("import", "empty.mbox", "--no-refresh", cwd=tmp_path)
    assert done.status == 0
    assert done.stderr.startswith("warning")
    assert "empty-file" in done.stderr


def test_init_makes_a_cell_once(tmp_path: Path) -> None:
    made = honeycell("init", "mine", "--us", "Aster", "--domain", "aster.example", cwd=tmp_path)
    assert (made.status, made.stdout) == (0, "cell\tmine\n")
    again = honeycell("init", "mine", cwd=tmp_path)
    assert (again.status, again.stdout) == (2, "")
    assert "cell-exists" in again.stderr


def test_imports_list_what_came_in(run, archive: Path) -> None:  # type: ignore[no-untyped-def]
    (row,) = answered(run, "imports")
    assert (row["import_id"], row["n_records"], row["n_added"], row["n_skipped"]) == (1, 180, 180, 0)
    assert row["paths"] == [str(archive)]
    assert answered(run, "imports", "--skipped") == []
    assert run("imports", "99")[0] == 4


def test_refresh_has_nothing_to_do_after_an_import(run) -> None:  # type: ignore[no-untyped-def]
    assert run("refresh") == (0, "", "")
    data = answered(run, "refresh")
    assert (data["rebuilt"], data["tables"]) == (False, [])


def test_list_names_both_organisations(run) -> None:  # type: ignore[no-untyped-def]
    assert [row["slug"] for row in answered(run, "list", "organisations")] == ["aster", "bellwether"]
    people = answered(run, "list", "people")
    assert [row["name"] for row in people] == ["Ana Silva", "Bo Dahl", "Mia Kern", "Noor Albrecht", "Tom Reed"]
    (row,) = answered(run, "list", "relationships")
    assert (row["a"], row["b"]) == ("aster", "bellwether")
    assert len(answered(run, "list", "conversations")) == 90
    assert len(answered(run, "list", "conversations", "--limit", "7")) == 7


def test_every_shape_says_the_same(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    expected = [row["name"] for row in answered(run, "list", "people")]
    _, out, _ = run("list", "people", "--csv")
    assert [row["name"] for row in csv.DictReader(io.StringIO(out))] == expected
    _, out, _ = run("list", "people")
    head, *rows = (line.split("\t") for line in out.splitlines())
    assert [row[head.index("name")] for row in rows] == expected
    status, out, err = run("list", "people", "--parquet", str(tmp_path / "people.parquet"))
    assert (status, out, err) == (0, "", f"5 rows in {tmp_path / 'people.parquet'}\n")
    assert pyarrow.parquet.read_table(tmp_path / "people.parquet")["name"].to_pylist() == expected


def test_show_has_the_readings_of_two_organisations_and_those_who_are_in_touch(run) -> None:  # type: ignore[no-untyped-def]
    data = answered(run, "show", PAIR)
    made = [declared.name for declared in DECLARATIONS if "organisation-organisation" in declared.levels]
    assert [r["reading"] for r in data["readings"]] == made
    assert all(set(r) >= WHAT_A_READING_HAS for r in data["readings"])
    built = {r["reading"]: r for r in data["readings"]}
    assert set(built) == set(WAYS)
    assert [r["reading"] for r in data["beside"]] == list(BESIDE)
    assert all(set(r) >= WHAT_A_READING_HAS for r in data["beside"])
    assert built["responsiveness"]["value"] > 0.9
    assert data["n_people"] == [3, 2]
    assert {p["person"]["name"] for p in data["people"]} == {
        "Ana Silva", "Bo Dahl", "Mia Kern", "Noor Albrecht", "Tom Reed",
    }  # fmt: skip


def test_show_in_a_pipe_is_tab_separated(run) -> None:  # type: ignore[no-untyped-def]
    status, out, err = run("show", PAIR)
    rows = [line.split("\t") for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert "\x1b" not in out
    assert rows[0][:3] == ["relationship", "aster", "bellwether"]
    assert {row[1] for row in rows if row[0] == "reading"} == WAYS.keys() | BESIDE.keys()


def test_show_of_one_party_lists_its_relationships(run) -> None:  # type: ignore[no-untyped-def]
    data = answered(run, "show", "bellwether")
    assert data["party"]["slug"] == "bellwether"
    assert [(row["a"], row["b"]) for row in data["relationships"]] == [("bellwether", "aster")]
    assert answered(run, "show", "@ana-silva")["party"]["name"] == "Ana Silva"


def test_show_as_of_an_earlier_day(run) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = run("show", PAIR, "--as-of", "2026-03-01", "--json")
    answer = json.loads(out)
    assert (status, answer["as_of"]) == (0, "2026-03-01")
    assert answer["data"]["last"] <= "2026-03-01"


@pytest.mark.parametrize("reading", ["vitality", "attention", "responsiveness", "redundancy"])
def test_why_gives_the_number_that_show_gives(run, reading: str) -> None:  # type: ignore[no-untyped-def]
    (shown,) = (r for r in answered(run, "show", PAIR)["readings"] if r["reading"] == reading)
    data = answered(run, "why", PAIR, reading)
    assert data["value"] == shown["value"]
    assert data["recomputed"] == pytest.approx(shown["value"], rel=1e-9)
    assert len(data["evidence"]) == shown["n_evidence"] > 0
    assert data["next"] is None
    assert set(data["evidence"][0]) >= {
        "interaction_id", "occurred_at", "from_person_id", "to_person_id", "weight", "role",
    }  # fmt: skip


def test_why_in_a_pipe_is_cut_only_where_a_limit_was_given(run) -> None:  # type: ignore[no-untyped-def]
    every = answered(run, "why", PAIR, "redundancy")["evidence"]
    _, out, _ = run("why", PAIR, "redundancy")
    assert sum(line.startswith("evidence\t") for line in out.splitlines()) == len(every) > 30
    assert answered(run, "why", PAIR, "redundancy", "--limit", "2")["evidence"] == every[-2:]
    _, out, _ = run("attention", "@ana-silva", "--why", "customer_share", "--window", "365", "--limit", "2")
    assert sum(line.startswith("evidence\t") for line in out.splitlines()) == 2


def test_export_writes_any_table(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for name in ("people.csv", "people.parquet"):
        assert run("export", "persons", "--to", str(tmp_path / name))[:2] == (0, "")
    table = pyarrow.parquet.read_table(tmp_path / "people.parquet")
    with (tmp_path / "people.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["name"] for row in rows) == sorted(table["name"].to_pylist())
    _, out, _ = run("export", "organisations", "-q")
    assert {row["domains"] for row in csv.DictReader(io.StringIO(out))} == {"aster.example", "bellwether.example"}


def test_doctor_finds_the_cell_whole(run) -> None:  # type: ignore[no-untyped-def]
    findings = answered(run, "doctor")
    assert [finding for finding in findings if not finding["ok"]] == []
    assert {"interactions", "pairs", "turns"} <= {finding["table"] for finding in findings}


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("show", "astre~bellwether"), 4, "no-such-party"),
        (("show", "nobody"), 4, "no-such-party"),
        (("show", "caf\udcff"), 4, "no-such-party"),
        (("why", PAIR, "vitalty"), 4, "no-such-reading"),
        (("export", "person"), 4, "no-such-table"),
        (("export", "persons", "--to", "people.xlsx"), 2, "wrong-use"),
        (("export", "persons", "--to", "/nowhere/at/all.csv"), 3, "file-not-writable"),
        (("list", "people", "--parquet", "/nowhere/at/all.parquet"), 3, "file-not-writable"),
        (("list", "people", "--json", "--csv"), 2, "wrong-use"),
        (("import", "/nowhere/at/all.mbox"), 4, "file-not-found"),
        (("import", "x.mbox", "--as", "mbux"), 4, "no-such-source"),
    ],
)  # fmt: skip
def test_an_error_says_what_and_what_to_do_and_keeps_stdout_clean(  # type: ignore[no-untyped-def]
    run, words: tuple[str, ...], status: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_mbox(tmp_path / "x.mbox", mails()[:1])
    ended, out, err = run(*words)
    assert ended == status
    if "--json" in words:
        assert json.loads(out)["code"] == code
        return
    assert out == ""
    lines = err.splitlines()
    assert lines[0].startswith("error  ")
    assert lines[-1].strip().startswith(f"{code} · exit {status}")
    assert len(lines) >= 3
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [("attention",), ("network",), ("search", "x")])
def test_a_cell_with_nothing_in_it_says_so(tmp_path: Path, capfd, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    folder = str(tmp_path / "cell")
    assert main(["init", folder, "--us", "Aster"]) == 0
    capfd.readouterr()
    assert main([*words, "--cell", folder, "--json"]) == 4
    told = json.loads(capfd.readouterr().out)
    assert (told["code"], told["title"]) == ("cell-empty", CODES["cell-empty"])
    assert "honeycell import" in told["remedy"]


@pytest.mark.parametrize("words", [("attention",), ("search", "from:us")])
def test_whose_the_cell_is_can_be_said_as_the_remedy_says(run, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    status, _, err = run(*words)
    assert status != 0
    assert "make a new cell with `honeycell init DIR --us NAME` and import again" in err


@pytest.mark.parametrize("group", ["people", "priorities", "loops", "conversations"])
def test_a_group_alone_shows_its_help(run, group: str) -> None:  # type: ignore[no-untyped-def]
    status, _, err = run(group)
    assert status == 2
    assert err == run(group, "--help")[1]


def test_misspelt_names_get_a_suggestion(run) -> None:  # type: ignore[no-untyped-def]
    assert "did you mean show?" in run("shwo")[2]
    assert "aster" in run("show", "astre~bellwether")[2]
    assert "did you mean vitality?" in run("why", PAIR, "vitalty")[2]


def test_options_of_the_cell_stand_before_or_after_the_command(cell: Path) -> None:
    before = honeycell("--cell", str(cell), "list", "organisations", "--csv")
    after = honeycell("list", "organisations", "--csv", "--cell", str(cell))
    assert before == after
    assert before.status == 0


def test_stopping_says_that_the_import_keeps_its_place(capfd, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("honeycell.cell.open_cell", stopped)
    assert main(["import", "somewhere.mbox"]) == 130
    assert "keeps its place" in capfd.readouterr().err


def test_a_fault_of_ours_is_no_traceback_without_v(capfd, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("honeycell.cell.open_cell", broken)
    assert main(["refresh"]) == 1
    out, err = capfd.readouterr()
    assert (out, "Traceback" in err, "ZeroDivisionError: by nought" in err) == ("", False, True)
    assert main(["refresh", "-v"]) == 1
    assert "Traceback" in capfd.readouterr().err


def test_every_command_has_the_sentence_that_the_table_says(capfd) -> None:  # type: ignore[no-untyped-def]
    assert main([]) == 0
    page = " ".join(capfd.readouterr().out.split())
    for name, (_, sentence) in COMMANDS.items():
        assert f"{name} {sentence}" in page
        assert main([name, "--help"]) == 0
        assert sentence in " ".join(capfd.readouterr().out.split())


def test_demo_shows_a_simulated_relationship_and_shows_it_again_at_once(tmp_path: Path) -> None:
    made = honeycell("demo", "--to", "here", "--scale", "0.02", cwd=tmp_path)
    assert made.status == 0, made.stderr
    assert "Vantry Systems ↔ Aldermoor Rail" in made.stdout
    assert "Multiplexity" in made.stdout
    assert "wrote" in made.stderr
    again = honeycell("demo", "--to", "here", "--scale", "0.02", "-q", cwd=tmp_path)
    assert (again.stdout, again.stderr) == (made.stdout, "")
    assert honeycell("demo", "--to", "here", "--scale", "0.03", cwd=tmp_path).status == 2
