"""Are spellings of one company compared as one? Against a hand-kept list of spellings and what they stand for.

`main(path)` takes the folder with `company-names-mapping.txt`: `spelling -> company`. Two spellings are a pair where
they are compared as one; the pair is right where both stand for one company, whatever the case, the spaces and the
hyphens of its entry. Left out are spellings that stand for no company (self-employed, not found). The plain rule, the
same but for case and white space, stands beside it. Much of what is missed no folding can find: misspellings, products,
and parts of a company. `HONEYCELL_PAIRS=FILE.tsv` appends every false pair.
"""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from honeycell.engine import open_engine
from honeycell.identities.company_names import company_key
from honeycell.steps import Tables

__all__ = ["DATA", "PASS", "main"]

DATA = "identity"
PASS = {"precision": (">=", 0.99)}
_NO_COMPANY = {"independent", "notfound"}


def main(path: Path) -> dict[str, float | int]:
    """Precision and recall over pairs of spellings, `n` true pairs, `n_spellings`, and `plain_` for the plain rule."""
    lines = (path / "company-names-mapping.txt").read_text("utf-8").splitlines()
    pairs = (line.rpartition(" -> ") for line in lines if " -> " in line and not line.startswith("#"))
    of = {spelling.strip(): re.sub(r"[\W_]+", "", company).lower() for spelling, _arrow, company in pairs}
    of = {spelling: company for spelling, company in of.items() if company not in _NO_COMPANY}
    with TemporaryDirectory() as folder:
        engine = open_engine(Path(folder))
        names = Tables(engine).keep(pa.table({"name": list(of)}))
        rows = engine.to_arrow(names.select("name", key=company_key(names.name))).to_pylist()
        engine.close()
    true = _together(of.items())
    ours = _together((row["name"], row["key"]) for row in rows)
    plain = _together((name, " ".join(name.lower().split())) for name in of)
    if target := os.environ.get("HONEYCELL_PAIRS"):
        with Path(target).open("a", encoding="utf-8", newline="") as page:
            csv.writer(page, delimiter="\t").writerows(sorted(ours - true))
    return {
        "precision": len(ours & true) / max(len(ours), 1),
        "recall": len(ours & true) / max(len(true), 1),
        "plain_precision": len(plain & true) / max(len(plain), 1),
        "plain_recall": len(plain & true) / max(len(true), 1),
        "n": len(true),
        "n_spellings": len(of),
    }


def _together(keyed: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    groups = defaultdict(list)
    for name, key in keyed:
        groups[key].append(name)
    return {pair for names in groups.values() for pair in combinations(sorted(names), 2)}
