"""What Honeycell says of people: no feelings, no marks, no verdicts."""

import ast
import re
from pathlib import Path

import pytest

from honeycell.readings.unmeasured import UNMEASURED

SOURCE = Path(__file__).parents[2] / "src" / "honeycell"
SAID = sorted([*(SOURCE / "cli").rglob("*.py"), *(SOURCE / "readings").rglob("*.py"), SOURCE / "cell.py"])
BLANK = SOURCE / "readings" / "unmeasured.py"
"""The one place that names what is left blank."""
NEVER = re.compile(
    r"\b(scor(e|es|ing)|sentiments?|emotions?|feelings?|moods?|churn|personality|loyalty|warmth|health|likes you)\b",
    re.IGNORECASE,
)


def said(text: str) -> list[str]:
    tree = ast.parse(text)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node.value for node in strings if id(node) not in prose and NEVER.search(node.value)]


@pytest.mark.parametrize(
    "path", [path for path in SAID if path != BLANK], ids=lambda path: str(path.relative_to(SOURCE))
)
def test_nothing_is_said_of_feelings_and_nothing_is_marked(path: Path) -> None:
    assert said(path.read_text(encoding="utf-8")) == []


def test_what_is_left_blank_is_named_only_to_say_so() -> None:
    name, sentence = UNMEASURED
    assert sentence.startswith(f"{name.capitalize()} is not measured: no ")
    assert set(said(BLANK.read_text(encoding="utf-8"))) == set(UNMEASURED)


def test_a_forbidden_word_is_found() -> None:
    assert said('print("health score 7")') == ["health score 7"]
