"""Every module says what is public, in order, and documents it."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "honeycell"
MODULES = sorted(SOURCE.rglob("*.py"))
DRAWERS = {"utils", "helpers", "misc", "common", "core", "base", "manager", "impl", "aux", "con", "nul", "prn"}


def order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions; the order that ruff keeps."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def defined(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names


def faults_of_exports(text: str) -> list[str]:
    tree = ast.parse(text)
    names = exported(tree)
    only_words = all(isinstance(node, ast.Expr | ast.Assign) for node in tree.body)
    if names is None:
        return (
            []
            if only_words and not any(isinstance(n, ast.Assign) and not private(n) for n in tree.body)
            else ["no __all__"]
        )
    faults = [] if names == sorted(names, key=order) else [f"not sorted: {sorted(names, key=order)}"]
    faults += [f"{name} is listed twice" for name in set(names) if names.count(name) > 1]
    return faults + [f"{name} does not exist" for name in names if name not in defined(tree)]


def private(node: ast.Assign) -> bool:
    return all(isinstance(target, ast.Name) and target.id.startswith("_") for target in node.targets)


def faults_of_documentation(text: str) -> list[str]:
    tree = ast.parse(text)
    faults = [] if ast.get_docstring(tree) else ["the module has no docstring"]
    public = set(exported(tree) or [])
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name not in public:
            continue
        parts: list[tuple[str, ast.FunctionDef | ast.ClassDef]] = [(node.name, node)]
        if isinstance(node, ast.ClassDef):
            methods = [child for child in node.body if isinstance(child, ast.FunctionDef)]
            parts += [(f"{node.name}.{m.name}", m) for m in methods if not m.name.startswith("_")]
        for name, part in parts:
            first = (ast.get_docstring(part) or "").split("\n")[0].rstrip(".")
            if not first:
                faults.append(f"{name} has no docstring")
            elif first.replace(" ", "").lower() == part.name.replace("_", "").lower():
                faults.append(f"the docstring of {name} repeats its name")
    return faults


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_module_lists_and_documents_what_is_public(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        pytest.fail(f"{path} is empty: a folder that holds nothing needs no package")
    assert faults_of_exports(text) + faults_of_documentation(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('"""M."""\ndef f(): ...\n', "no __all__"),
        ('"""M."""\n__all__ = ["b", "a"]\ndef a(): ...\ndef b(): ...\n', "not sorted: ['a', 'b']"),
        ('"""M."""\n__all__ = ["gone"]\n', "gone does not exist"),
    ],
)
def test_a_fault_in_the_list_is_found(text: str, fault: str) -> None:
    assert fault in faults_of_exports(text)


def test_missing_words_are_found() -> None:
    text = (
        '__all__ = ["Word", "read_mail"]\n'
        'class Word:\n    """A word."""\n    def say(self): ...\n'
        'def read_mail():\n    """Read mail."""\n'
    )
    assert faults_of_documentation(text) == [
        "the module has no docstring",
        "Word.say has no docstring",
        "the docstring of read_mail repeats its name",
    ]


def test_no_module_is_a_drawer() -> None:
    names = {path.stem.strip("_") for path in MODULES} | {path.parent.name for path in MODULES}
    assert names & DRAWERS == set()
    assert all(name == name.lower() for name in names)
