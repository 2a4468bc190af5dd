"""Every reading is declared whole, and its sentence, its smallest group and its page follow from the declaration."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

import honeycell.readings
from honeycell.readings.budget.declarations import PARTS
from honeycell.readings.declarations import DECLARATIONS
from honeycell.readings.declared import ANYBODY, GROUP, NETWORK, SPACE, Declaration
from honeycell.readings.network.state import READINGS
from honeycell.readings.sentences import no_value
from honeycell.readings.spaces import peer_share
from honeycell.tracks import BESIDE

ROOT = Path(honeycell.readings.__file__).parent
DOCS = Path(__file__).parents[2] / "docs"
EVERY = dict.fromkeys((*DECLARATIONS, *peer_share.PEER_SHARE.declared, *READINGS, *PARTS, *BESIDE.values()))
YEAR = re.compile(r"\b(1[5-9]|20)\d\d\b")


def faults(one: Declaration) -> set[str]:
    """The fields of a declaration that say nothing, or not enough."""
    words = {"question", "unit", "observation", "formula", "reference", "template", "evidence"}
    found = {field for field in words if not getattr(one, field).strip()}
    found |= {"formula"} if not YEAR.search(one.formula) else set()
    found |= {"question"} if not one.question.endswith("?") else set()
    found |= {"levels"} if not one.levels else set()
    found |= {"range"} if one.highest is not None and one.highest <= one.lowest else set()
    found |= {"name"} if not one.name.isidentifier() or not one.name.islower() else set()
    found |= {"template"} if not slots(one.template) else set()
    groups = {SPACE, NETWORK, "organisation"}.isdisjoint(one.levels)
    found |= {"smallest_group"} if one.smallest_group != (ANYBODY if groups else GROUP) else set()
    return found


def slots(template: str) -> set[str]:
    return {name for _words, name, _form, _how in Formatter().parse(template) if name}


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_a_reading_is_declared_whole(one: Declaration) -> None:
    assert faults(one) == set()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"formula": ""}, "formula"),
        ({"formula": "the share of it (somebody, some time)"}, "formula"),
        ({"template": "It is as it is."}, "template"),
        ({"evidence": " "}, "evidence"),
        ({"reference": ""}, "reference"),
        ({"smallest_group": GROUP}, "smallest_group"),
        ({"levels": (SPACE,)}, "smallest_group"),
        ({"highest": 0.0}, "range"),
    ],
)
def test_what_is_missing_is_found(change: dict[str, object], fault: str) -> None:
    assert faults(replace(DECLARATIONS[0], **change)) == {fault}


def test_every_reading_stands_on_a_page_with_a_picture() -> None:
    pages = {path.name: path.read_text("utf-8") for path in (DOCS / "readings").glob("*.md")}
    made = "".join(pages.values())
    assert {one.name for one in EVERY if f"<!-- made: reading {one.name} -->" not in made} == set()
    drawn = {one.name: pages.get(f"{one.name}.md", "") for one in EVERY if one in DECLARATIONS}
    assert {name for name, page in drawn.items() if "](../images/readings/" not in page} == set()
    shown = set(re.findall(r"images/readings/(\w+)\.png", made))
    assert {path.stem for path in (DOCS / "images" / "readings").iterdir()} == shown


def filled() -> Iterator[tuple[str, set[str]]]:
    """The template of every call `NAME.template.format(...)` of the package, and which slots the call fills."""
    for path in sorted((*ROOT.rglob("*.py"), *ROOT.with_name("tracks").rglob("*.py"))):
        name = ".".join(("honeycell", *path.relative_to(ROOT.parent).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Attribute(value=ast.Name(id=of), attr="template"), attr="format")
                ):
                    declared = getattr(importlib.import_module(name), of)
                    yield declared.template, {str(keyword.arg) for keyword in node.keywords}


def test_sentences_are_the_templates_with_their_slots_filled() -> None:
    said = dict(filled())
    assert {one.name for one in EVERY if one.template not in said} == set()
    assert {template for template, names in said.items() if names != slots(template)} == set()


@pytest.mark.parametrize(
    ("n", "besides", "said"),
    [
        (0, "", "no things in this window; it takes at least 4 things."),
        (1, "2 pairs", "1 thing in this window; it takes at least 4 things and 2 pairs."),
        (4, "2 pairs", "4 things in this window would be enough, but it also takes 2 pairs."),
    ],
)
def test_what_is_missing_is_said_and_no_more(n: int, besides: str, said: str) -> None:
    declared = replace(DECLARATIONS[0], minimum=4, observation="things")
    assert no_value(declared, "too_little_data", n, besides) == f"Too little to say: {said}"
