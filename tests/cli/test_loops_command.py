"""`honeycell list loops` and `honeycell loops audit`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from honeycell.cell import create_cell, open_cell
from honeycell.cli import main

MAIL = (
    "From: {0} <{0}@{0}.example>\nTo: {1} <{1}@{1}.example>\nDate: Tue, 7 May 2024 {2}:00:00 +0000\n"
    "Message-ID: <{2}@x.example>\n{3}Subject: Logs\n\n{4}\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("loops")
    (place / "1.eml").write_text(MAIL.format("ana", "bo", 10, "", "Hi Bo,\n\nplease send me the logs by Friday."))
    reply = "In-Reply-To: <10@x.example>\n"
    (place / "2.eml").write_text(MAIL.format("bo", "ana", 11, reply, "Why do you need the logs of that run?"))
    with create_cell(place / "cell") as cell:
        cell.import_paths([place / "1.eml", place / "2.eml"])
        cell.refresh()
    return place / "cell"


def test_what_is_owed_is_listed_and_audited(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cell", str(folder), "list", "loops", "ana.example~bo.example", "--open", "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["data"]
    assert (row["type"], row["owner"], row["words"]) == ("question", "ana", "Why do you need the logs of that run?")

    with open_cell(folder) as cell:
        rows = cell.loops(as_of=None).to_pylist()
        assert {row["state"] for row in rows} == {"open", "answered"}
        assert not cell.loops_audit()[1].passed

    assert main(["--cell", str(folder), "loops", "audit", "--csv"]) == 0
    sample = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["type"] for row in sample} == {"question", "request"}
    answers = tmp_path / "answers.csv"
    answers.write_text("loop_id,verdict\n" + "".join(f"{row['loop_id']},y\n" for row in sample))
    assert main(["--cell", str(folder), "loops", "audit", "--file", str(answers), "--as", "dee", "--json"]) == 0
    audit = json.loads(capsys.readouterr().out)["data"]["audit"]
    assert (audit["n_judged"], audit["all"]["precision"], audit["passed"]) == (2, 1.0, True)
    # What was audited is listed, and not counted as kept or broken.
    why = ["why", "ana.example~bo.example", "follow-through", "--as-of", "2024-05-20", "--json"]
    assert main(["--cell", str(folder), *why]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["n"] == 0

    answers.write_text("loop_id,verdict\nffffffffffffffff,y\n")
    assert main(["--cell", str(folder), "loops", "audit", "--file", str(answers), "--as", "dee"]) == 2
