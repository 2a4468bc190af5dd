"""Who answers: the cell, the plain rule, gambit-disambig; each in a process of its own, so that memory compares.

gambit-disambig (AGPL, a peer here and no dependency) has an environment of its own, without Honeycell: nothing but the
standard library is imported above the functions.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.measure import OUT, in_own_process, report, stopwatch

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["GAMBIT", "Answer", "answer", "ask", "made_up_log", "persons_of", "written"]

GAMBIT = OUT / "gambit" / "bin" / "python"
"""The Python that has gambit-disambig, once it is installed."""


class Answer(NamedTuple):
    """What one contender said, and what it took."""

    owner: dict[str, str]
    """Person of each address that has one."""
    reason: dict[str, str]
    """Why it is theirs."""
    kind: dict[str, str]
    """What each address is that occurs: a person's, a role, a list, automatic."""
    pairs: list[tuple[str, str, float, str]]
    """Pairs looked at: address, address, probability, outcome."""
    seconds: float
    peak_mib: float


def ask(contender: str, shown: dict[str, str], corpus: Path | None = None) -> Answer:
    """The answer of `honeycell`, `same name` or `gambit` for addresses with the names beside them.

    Args:
        contender: Who is asked.
        shown: Names by address; empty for none.
        corpus: Mails to import in place of a made-up log; Honeycell only.
    """
    with tempfile.TemporaryDirectory(prefix="honeycell-validation-") as folder:
        question, said_in = Path(folder, "question.json"), Path(folder, "answer.json")
        question.write_text(json.dumps({"shown": shown, "corpus": corpus and str(corpus)}))
        python = str(GAMBIT) if contender == "gambit" else sys.executable
        took = in_own_process(contender, "validation.identity", contender, str(question), str(said_in), python=python)
        said = json.loads(said_in.read_text())
    pairs = [tuple(pair) for pair in said.get("pairs", ())]
    return Answer(
        said["owner"], said.get("reason", {}), said.get("kind", {}), pairs, took.wall_seconds, round(took.peak_mib)
    )


def answer(contender: str, question: Path, said_in: Path) -> None:
    """In the contender's process: read the question that `ask` wrote, and write the answer."""
    asked = json.loads(question.read_text())
    said_in.write_text(json.dumps(_CONTENDERS[contender](asked["shown"], asked["corpus"])))


def _honeycell(shown: dict[str, str], corpus: str | None) -> dict[str, Any]:
    from honeycell.cell import create_cell

    with tempfile.TemporaryDirectory(prefix="honeycell-validation-") as folder:
        if corpus is not None:
            with create_cell(Path(folder) / "cell") as cell:
                cell.import_paths([Path(corpus)])
                with stopwatch() as watch:
                    cell.refresh()
                said = persons_of(cell.engine)
        else:
            from honeycell import identities
            from honeycell.engine import open_engine
            from honeycell.steps import derive

            engine = open_engine(Path(folder))
            with engine.writing("log") as writer:
                for name, rows in made_up_log(shown).items():
                    writer.append(name, rows)
                writer.publish()
            with stopwatch() as watch:
                with engine.writing("derived") as writer:
                    derive(engine, writer, identities.STEPS, changes=None)
                    writer.publish()
                said = persons_of(engine)
            engine.close()
    report(watch)
    return said


def made_up_log(shown: dict[str, str]) -> dict[str, pa.Table]:
    """A log in which every address writes once: alone, and a minute after the one before.

    So near to one another time tells nothing; the order is that of a hash, so it tells nothing either.
    """
    order = sorted(shown, key=lambda address: hashlib.sha256(address.encode()).digest())
    first = datetime(2020, 1, 1, 12)
    return written((address, shown[address], first + timedelta(minutes=n)) for n, address in enumerate(order))


def written(mails: Iterable[tuple[str, str, datetime]]) -> dict[str, pa.Table]:
    """The rows of `interactions` and `participants` for mails to nobody: address, name and instant of each."""
    import pyarrow as pa

    from honeycell.sources import interaction_id
    from honeycell.tables import TABLES

    addresses, names, instants = (list(column) for column in zip(*mails, strict=True))
    n = len(addresses)
    native = [f"{number}@{address}" for number, address in enumerate(addresses)]
    both = {"interaction_id": [interaction_id(one) for one in native], "copy_hash": ["0" * 16] * n, "batch": [1] * n}
    said = {"kind": ["message"] * n, "channel": ["mail"] * n, "message_id": native, "occurred_at": instants}
    seats = {
        "role": ["from"] * n,
        "handle": [f"mailto:{address}" for address in addresses],
        "display_name": [name or None for name in names],
    }
    return {
        table: pa.table([pa.array(columns.get(field.name, [None] * n)).cast(field.type) for field in schema], schema)
        for table, columns in (("interactions", both | said), ("participants", both | seats))
        for schema in (TABLES[table].schema,)
    }


def persons_of(engine: Any) -> dict[str, Any]:
    """Person, reason and kind of each address of a cell and, where it has a table of links, the pairs it looked at."""
    from honeycell.tables import TABLES

    wanted = ("handle_id", "handle", "kind", "person_id", "reason")
    rows = engine.to_arrow(engine.table("handles").select(*wanted)).to_pylist()
    address = {row["handle_id"]: row["handle"].removeprefix("mailto:") for row in rows}
    address |= {row["handle"]: row["handle"].removeprefix("mailto:") for row in rows}
    owned = {address[row["handle"]]: row for row in rows if row["person_id"] is not None}
    said = {
        "owner": {one: str(row["person_id"]) for one, row in owned.items()},
        "reason": {one: row["reason"] for one, row in owned.items()},
        "kind": {address[row["handle"]]: row["kind"] for row in rows},
    }
    if "links" in TABLES:
        ends = TABLES["links"].key[:2]
        links = engine.to_arrow(engine.table("links").select(*ends, "probability", "outcome"))
        columns = [links[name].to_pylist() for name in (*ends, "probability", "outcome")]
        said["pairs"] = [(address[a], address[b], p, outcome) for a, b, p, outcome in zip(*columns, strict=True)]
    return said


def _same_name(shown: dict[str, str], corpus: str | None) -> dict[str, Any]:
    with stopwatch() as watch:
        owner = {address: name or address for address, name in shown.items()}
    report(watch)
    return {"owner": owner}


def _gambit(shown: dict[str, str], corpus: str | None) -> dict[str, Any]:
    import io
    from contextlib import redirect_stderr

    import gambit  # type: ignore[import-not-found,unused-ignore]
    import pandas as pd

    aliases = pd.DataFrame({"alias_name": list(shown.values()), "alias_email": list(shown)})
    with redirect_stderr(io.StringIO()), stopwatch() as watch:
        found = gambit.disambiguate_aliases(aliases)
    report(watch)
    return {"owner": dict(zip(found["alias_email"], (str(who) for who in found["author_id"]), strict=True))}


_CONTENDERS: dict[str, Callable[[dict[str, str], str | None], dict[str, Any]]] = {
    "honeycell": _honeycell,
    "same name": _same_name,
    "gambit": _gambit,
}
