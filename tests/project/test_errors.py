"""Every error has a known code, a cause and a remedy in the pages, and one shape in JSON."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from honeycell import errors
from honeycell.errors import CODES, HoneycellError, problem_details

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "honeycell"
PAGE = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
CLASSES = {name for name in errors.__all__ if name.endswith("Error")}


def raised(text: str) -> list[tuple[str | None, int]]:
    """The code and the line of every error that is made; None for a code that is not written out."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in CLASSES:
            first = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "code"), None)
            found += [(code, node.lineno) for code in codes_of(first)]
    return found


def codes_of(node: ast.expr | None) -> list[str | None]:
    if isinstance(node, ast.IfExp):
        return [*codes_of(node.body), *codes_of(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else [None]


def reasons(text: str) -> set[str]:
    """Reasons of `skip(...)`, the second argument."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    skips = (call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "skip")
    return {
        part.value
        for call in skips
        for argument in call.args[1:2]
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_errors_are_made_with_a_known_code(path: Path) -> None:
    unknown = [(code, line) for code, line in raised(path.read_text(encoding="utf-8")) if code not in CODES]
    assert unknown == []


def test_an_unknown_code_is_found() -> None:
    text = "raise NotFoundError('no-such-thing', 'x')\nraise errors.UsageError(code, 'x')\n"
    assert raised(text) == [("no-such-thing", 1), (None, 2)]


@pytest.mark.parametrize("code", sorted(CODES))
def test_code_has_an_entry_with_cause_and_remedy(code: str) -> None:
    entry = re.search(rf"^## {code}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert entry, f"docs/errors.md has no entry for {code}"
    assert "**Cause.**" in entry[1]
    assert "**Remedy.**" in entry[1]
    assert re.search(r"[Ss]tatus \d", entry[1])


def test_the_page_has_no_entry_without_a_code() -> None:
    assert sorted(re.findall(r"^## (.+)$", PAGE, re.MULTILINE)) == sorted(CODES)


def test_every_code_is_used() -> None:
    used = {code for path in SOURCE.rglob("*.py") for code, _ in raised(path.read_text(encoding="utf-8"))}
    assert set(CODES) - used == set()


def test_every_reason_for_skipping_is_explained() -> None:
    found = {reason for path in SOURCE.rglob("*.py") for reason in reasons(path.read_text(encoding="utf-8"))}
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE))
    # A file that cannot be read is listed too, its error as the reason.
    assert found - explained - set(CODES) == set()
    assert reasons("records.skip(where, 'no-date' if x else 'bad-date', 'd')") == {"no-date", "bad-date"}


def test_every_error_has_one_root() -> None:
    kinds = [getattr(errors, name) for name in CLASSES]
    assert all(issubclass(kind, HoneycellError) for kind in kinds)
    assert {kind.exit_status for kind in kinds} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (["frobnicate"], "wrong-use", 2),
        (["list"], "wrong-use", 2),
        (["list", "ties"], "wrong-use", 2),
        (["show", "a~b", "--as-of", "31-12-2026"], "bad-date", 2),
        (["show", "a~b", "--window", "0"], "wrong-use", 2),
        (["show", "a~b"], "no-cell", 4),
        (["list", "people", "--cell", "elsewhere"], "no-cell", 4),
        (["import", "not-there.mbox"], "file-not-found", 4),
        (["doctor"], "no-cell", 4),
    ],
)
def test_json_errors_have_one_shape(words: list[str], code: str, status: int, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; from honeycell.cli import main; sys.exit(main())", *words, "--json"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    problem = json.loads(result.stdout)
    assert list(problem) == list(problem_details(HoneycellError("no-cell", "")))
    assert (problem["code"], result.returncode) == (code, status)
    assert problem["type"] == f"urn:honeycell:error:{code}"
    assert problem["title"] == CODES[code]
    assert problem["remedy"]
    assert result.stderr == ""
    assert list(tmp_path.iterdir()) == []
