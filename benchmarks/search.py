"""How long a search takes: `Cell.search` beside `notmuch search` on the same short mails, and on ten times as many.

Short made-up mails (10 to 60 words of a vocabulary of 50,000 with frequencies after Zipf, 4,000 people, three years).
The same 350 queries go to each: a rare, a middling and a common word, two words, a phrase, a word in a month, a word
from an address. notmuch is asked for the five latest threads by its command, whose start is among its time; how long
`notmuch --version` takes is said beside it. Ours are asked of an open cell, and give people, organisations, promises
and five messages with their words.

    python -m benchmarks.search [--messages 1000000] [--beside 100000]
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median

from benchmarks.measure import OUT, publish
from benchmarks.whole_way import notmuch, run_command, write_maildir

VOCABULARY, PEOPLE, DAYS, A_KIND = 50_000, 4_000, 3 * 365, 50
START = datetime(2023, 1, 2, 8, 0, tzinfo=UTC)
HONEYCELL = Path(sys.executable).parent / "honeycell"
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
HALF = "median below that of notmuch, 99th percentile below 0.5 s"


def main() -> None:
    """Make the mail, index it, ask, and publish the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--beside", type=int, default=100_000)
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ask:
        print(json.dumps(_asked(asked.ask)))
        return
    rows = []
    with tempfile.TemporaryDirectory(prefix="honeycell-bench-") as scratch:
        folder = Path(scratch)
        for n in sorted({asked.beside, asked.messages}):
            rows += _ours(folder / f"cell-{n}", _mbox(n), n)
            if n == asked.beside and shutil.which("notmuch"):
                rows += _notmuch(folder, _mbox(n), n)
    by_name = {(row["what"], row["messages"]): row for row in rows}
    targets = {}
    theirs = by_name.get(("notmuch search", asked.beside))
    if theirs:
        ours = by_name["Cell.search", asked.beside]
        met = ours["median ms"] <= theirs["median ms"] and ours["99 % ms"] < 500
        targets[HALF] = (met, f"{ours['median ms']} and {theirs['median ms']} ms; {ours['99 % ms']} ms")
    publish("search", f"{A_KIND * 7} queries over short mails", rows, targets)


def _ours(cell: Path, mbox: Path, n: int) -> list[dict[str, object]]:
    made = run_command("honeycell import", [str(HONEYCELL), "-q", "--cell", str(cell), "import", str(mbox)], {})
    command = [sys.executable, "-m", "benchmarks.search", "--ask", str(cell)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    size = sum(file.stat().st_size for file in (cell / "search").rglob("*") if file.is_file())
    index = {"index MB": round(size / 1e6), "import cpu s": round(made.cpu_seconds), "peak MiB": round(made.peak_mib)}
    return [
        _row("Cell.search", n, found["whole"]) | index | {"found": found["found"]},
        _row("of it the index", n, found["index"]),
        _row("of it, latest in the log", n, found["rest"]),
    ]


def _asked(folder: Path) -> dict[str, object]:
    """Seconds of each query in an open cell: all of it, and what the index takes of it."""
    from honeycell import search
    from honeycell.cell import open_cell
    from honeycell.search.filters import all_of, meaning
    from honeycell.search.index import open_index
    from honeycell.steps import Tables

    whole, index, found = [], [], 0
    with open_cell(folder) as cell:
        path = search.index_folder(folder, cell.engine.snapshot.marks)
        assert path is not None
        cell.search("warm")
        searcher = open_index(path).searcher()
        for query, _theirs in queries():
            began = time.perf_counter()
            found += cell.search(query).messages.total
            whole.append(time.perf_counter() - began)
            parts = [(meaning(Tables(cell.engine), searcher, part), False) for part in search.parsed(query)]
            began = time.perf_counter()
            searcher.search(all_of(parts), 5, order_by_field="at")
            index.append(time.perf_counter() - began)
    rest = [all_of_it - one for all_of_it, one in zip(whole, index, strict=True)]
    return {"whole": whole, "index": index, "rest": rest, "found": found}


def _notmuch(folder: Path, mbox: Path, n: int) -> list[dict[str, object]]:
    maildir = mbox.with_suffix("")
    write_maildir(mbox, maildir)
    config = notmuch(folder, maildir)
    made = run_command("notmuch new", ["notmuch", f"--config={config}", "new", "--quiet"], {})

    def timed(*words: str) -> Callable[[], float]:
        def call() -> float:
            began = time.perf_counter()
            subprocess.run(["notmuch", f"--config={config}", *words], check=True, stdout=subprocess.DEVNULL)
            return time.perf_counter() - began

        return call

    seconds = [timed("search", "--limit=5", "--format=json", theirs)() for _ours, theirs in queries()]
    count = ["notmuch", f"--config={config}", "count", "--exclude=false"]
    found = sum(int(subprocess.check_output([*count, theirs])) for _ours, theirs in queries())
    size = sum(file.stat().st_size for file in (folder / "notmuch" / ".notmuch").rglob("*") if file.is_file())
    index = {"index MB": round(size / 1e6), "import cpu s": round(made.cpu_seconds), "peak MiB": round(made.peak_mib)}
    return [
        _row("notmuch search", n, seconds) | index | {"found": found},
        _row("notmuch --version", n, [timed("--version")() for _ in range(50)]),
    ]


def _row(what: str, n: int, seconds: list[float]) -> dict[str, object]:
    ordered = sorted(seconds)
    return {
        "what": what, "messages": n, "median ms": round(1000 * median(ordered), 1),
        "99 % ms": round(1000 * ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], 1),
    }  # fmt: skip


def queries() -> Iterator[tuple[str, str]]:
    """Each query as we write it, and as notmuch does."""
    rng = random.Random(2)
    words = _vocabulary()
    for _ in range(A_KIND):
        rare, middle, common = (words[rng.randrange(*span)] for span in ((5_000, 40_000), (200, 2_000), (0, 20)))
        other, number = words[rng.randrange(20, 200)], rng.randrange(PEOPLE)
        month = f"{START.year + rng.randrange(3)}-{rng.randrange(1, 13):02d}"
        yield rare, rare
        yield middle, middle
        yield common, common
        yield f"{middle} {other}", f"{middle} {other}"
        yield f'"{common} {other}"', f'"{common} {other}"'
        yield f"{common} on:{month}", f"{common} date:{month}..{month}"
        yield f"{common} from:{_address(number)}", f"{common} from:{_address(number)}"


def _mbox(n: int) -> Path:
    path = OUT / f"short-{n}.mbox"
    if path.exists():
        return path
    OUT.mkdir(exist_ok=True)
    rng, words = random.Random(1), _vocabulary()
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="ascii") as file:
        for number in range(n):
            said = rng.choices(words, cum_weights=weights, k=rng.randrange(14, 66))
            writer, reader = (int(PEOPLE * rng.random() ** 2) for _ in range(2))
            at = START + timedelta(seconds=rng.randrange(DAYS * 86_400))
            file.write(
                f"From - {at:%a %b %d %H:%M:%S %Y}\nFrom: {_name(writer)} <{_address(writer)}>\n"
                f"To: {_name(reader)} <{_address(reader)}>\nSubject: {' '.join(said[:4])}\n"
                f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\nMessage-ID: <{number}@short.example>\n\n"
                f"{' '.join(said[4:])}.\n\n"
            )
    partial.rename(path)
    return path


def _vocabulary() -> list[str]:
    rng = random.Random(0)
    made: dict[str, None] = {}
    while len(made) < VOCABULARY:
        made["".join(rng.choices(_SYLLABLES, k=rng.choice((2, 3, 3, 4))))] = None
    return list(made)


def _name(number: int) -> str:
    return f"{_SYLLABLES[number % 70]}{_SYLLABLES[number // 70]} {_SYLLABLES[number * 7 % 70]}son".title()


def _address(number: int) -> str:
    return f"person.{number}@firm{number % 120}.example"


if __name__ == "__main__":
    main()
