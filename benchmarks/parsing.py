"""Reading an mbox: Honeycell beside the standard library and perceval, on the same made-up mail.

Honeycell goes the whole way: splitting, fields, addresses, texts, the hashes by which copies are found, Arrow tables.
The standard library (`email.parser.BytesParser`, compat32) reads the same fields into Python objects, with HTML turned
to text by the same parser: no hashes, no Arrow. `fast-mail-parser` (Rust) gives fields and decoded parts, at which
nobody looks. Honeycell and the standard library run once more with the meetings that 3 % of the mails carry, read by
the same calendar reader. perceval (GPL, a peer here and no dependency) gives its own items. It runs if
`python -m benchmarks.parsing --install-perceval` has put it into an environment of its own.

    python -m benchmarks.parsing [--mails 20000] [--repeat 3]
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import OUT, Figures, in_own_process, publish, report, stopwatch

PEER = OUT / "perceval"
"""An environment with perceval in it."""
N_WARM = 200
"""Mails that are read before the clock starts, so that imports do not count."""


def main() -> None:
    """Compare, or be one of the contenders."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--mails", type=int, default=20_000)
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--install-perceval", action="store_true", help="into benchmarks/out/perceval")
    arguments.add_argument("--run", nargs=2, metavar=("CONTENDER", "MBOX"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.run:
        contender, path = chosen.run
        _CONTENDERS[contender](Path(path))
    elif chosen.install_perceval:
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, PEER], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", PEER / "bin" / "python", "perceval"], check=True)
    else:
        _compare(chosen.mails, chosen.repeat)


def _compare(n_mails: int, repeat: int) -> None:
    from benchmarks.mails import write_mbox

    OUT.mkdir(exist_ok=True)
    path = OUT / f"mails-{n_mails}.mbox"
    if not path.exists():
        write_mbox(path, n_mails)
    megabytes = path.stat().st_size / 1e6
    runs: dict[str, list[Figures]] = {}
    # One round after another, so that a busy minute of the machine falls on everybody.
    for _ in range(repeat):
        for name in _CONTENDERS:
            python = str(PEER / "bin" / "python") if name == "perceval" else sys.executable
            if name == "perceval" and not Path(python).exists():
                continue
            runs.setdefault(name, []).append(
                in_own_process(name, "benchmarks.parsing", "--run", name, str(path), python=python)
            )
    middle = {name: sorted(found, key=lambda one: one.cpu_seconds)[len(found) // 2] for name, found in runs.items()}
    walls = {name: sorted(one.wall_seconds for one in found)[len(found) // 2] for name, found in runs.items()}
    honeycell, standard = middle["honeycell"], middle["stdlib"]
    rows = [
        {
            "contender": name,
            "mails": one.facts["n_mails"],
            "cpu s": one.cpu_seconds,
            "wall s": walls[name],
            "mails/cpu s": round(one.facts["n_mails"] / one.cpu_seconds),
            "MB/cpu s": round(megabytes / one.cpu_seconds),
            "times stdlib": round(standard.cpu_seconds / one.cpu_seconds, 2),
            "peak MiB": round(one.peak_mib),
            "addresses": one.facts.get("n_addresses"),
            "characters": one.facts.get("n_characters"),
        }
        for name, one in middle.items()
    ]
    faster = standard.cpu_seconds / honeycell.cpu_seconds
    meetings_too = middle["stdlib + meetings"].cpu_seconds / middle["honeycell + meetings"].cpu_seconds
    both = walls["honeycell"] / walls["honeycell, 2 processes"]
    targets = {
        "6 times the standard library, per core": (faster >= 6, f"{faster:.1f} times"),
        "6 times, with the meetings read on both sides": (meetings_too >= 6, f"{meetings_too:.1f} times"),
        "two processes 1.7 times one (wall)": (both >= 1.7, f"{both:.2f} times"),
    }
    if "perceval" in middle:
        ratio = middle["perceval"].cpu_seconds / honeycell.cpu_seconds
        targets["10 times perceval, per core"] = (ratio >= 10, f"{ratio:.1f} times")
    versions = ", ".join(
        f"{p} {importlib.metadata.version(p)}" for p in ("fast-mail-parser", "icalendar", "selectolax")
    )
    load = os.getloadavg()[0]
    title = f"Reading an mbox of {n_mails:,} mails, {megabytes:,.0f} MB ({versions}; load {load:.1f})"
    publish("parsing", title, rows, targets)


def _of_batches(batches: Iterator[Any]) -> dict[str, int]:
    facts = {"n_mails": 0, "n_addresses": 0, "n_characters": 0}
    for batch in batches:
        _count(facts, batch)
    return facts


def _count(facts: dict[str, int], batch: Any) -> None:
    import pyarrow.compute as pc

    facts["n_mails"] += batch.n_records
    roles = batch.tables["participants"]["role"]
    facts["n_addresses"] += pc.sum(pc.is_in(roles, pc.cast(["from", "to", "cc"], "string"))).as_py()
    facts["n_characters"] += pc.sum(pc.utf8_length(batch.tables["texts"]["body"])).as_py()


def _batches(path: Path) -> Iterator[Any]:
    from honeycell.sources.mbox import SOURCE

    for part in SOURCE.parts(path, path.name):
        yield from SOURCE.read(part)


def _with_meetings(path: Path) -> None:
    _warm(path)
    with stopwatch() as watch:
        facts = _of_batches(_batches(path))
    report(watch, **facts)


def _honeycell(path: Path) -> None:
    _leave_meetings_out()
    _with_meetings(path)


def _leave_meetings_out() -> None:
    """What meetings cost is said apart: their parser takes a millisecond for one."""
    from honeycell.sources import mail

    mail.MailBatch._add_calendars = lambda *_: None  # type: ignore[method-assign]


def _warm(path: Path, *, meetings: bool = True) -> None:
    """Read a few mails, so that what is imported on first use is there."""
    import tempfile

    if not meetings:
        _leave_meetings_out()

    with tempfile.TemporaryDirectory() as folder:
        from benchmarks.mails import write_mbox

        few = Path(folder) / "few.mbox"
        write_mbox(few, N_WARM, seed=2)
        _of_batches(_batches(few))


def _two_processes(path: Path) -> None:
    from concurrent.futures import ProcessPoolExecutor

    from honeycell.sources.mbox import SOURCE

    facts = {"n_mails": 0, "n_addresses": 0, "n_characters": 0}
    cpu_seconds = 0.0
    with ProcessPoolExecutor(2, initializer=_warm_worker, initargs=(path,)) as pool:
        # Both workers are up and warm before the clock starts.
        list(pool.map(time.sleep, [0.5, 0.5]))
        with stopwatch() as watch:
            for found, seconds in pool.map(_read_part, list(SOURCE.parts(path, path.name))):
                cpu_seconds += seconds
                for name, number in found.items():
                    facts[name] += number
    # The operating system tells what children used only when they have ended, warming up included.
    watch.cpu_seconds += cpu_seconds
    report(watch, **facts)


def _warm_worker(path: Path) -> None:
    _warm(path, meetings=False)


def _read_part(part: Any) -> tuple[dict[str, int], float]:
    from honeycell.sources.mbox import SOURCE

    began = time.process_time()
    return _of_batches(SOURCE.read(part)), time.process_time() - began


def _stdlib(path: Path, *, meetings: bool = False) -> None:
    _warm(path)
    with stopwatch() as watch:
        facts = _read_by_stdlib(path, meetings=meetings)
    report(watch, **facts)


def _stdlib_with_meetings(path: Path) -> None:
    _stdlib(path, meetings=True)


def _read_by_stdlib(path: Path, *, meetings: bool = False) -> dict[str, int]:
    """The fields of every message, as a careful user of the standard library reads them."""
    from email.header import decode_header, make_header
    from email.parser import BytesParser
    from email.utils import getaddresses, mktime_tz, parsedate_tz

    from honeycell.sources import Records
    from honeycell.sources.html_text import html_text
    from honeycell.sources.ics import add_calendar

    def text_of(value: Any) -> str:
        return str(make_header(decode_header(value))) if value else ""

    n_mails = n_addresses = n_characters = 0
    parser = BytesParser()
    for raw in _split(path):
        message = parser.parsebytes(raw)
        fields = {"subject": text_of(message["Subject"]), "id": message["Message-ID"]}
        fields["in_reply_to"], fields["references"] = message["In-Reply-To"], (message["References"] or "").split()
        people = []
        for role in ("From", "Sender", "Reply-To", "To", "Cc", "Bcc"):
            for name, address in getaddresses([str(value) for value in message.get_all(role, [])]):
                people.append((role, text_of(name), address.lower()))
        date = parsedate_tz(message["Date"])
        fields["at"] = mktime_tz(date) if date else None
        fields["lists"] = [message[name] for name in ("List-Id", "List-Unsubscribe", "Precedence", "Auto-Submitted")]
        text = None
        for kind in ("plain", "html"):
            for part in message.walk():
                if part.get_content_subtype() == kind and part.get_content_disposition() != "attachment":
                    payload = part.get_payload(decode=True) or b""
                    charset = part.get_content_charset() or "utf-8"
                    text = payload.decode(charset, "replace")
                    text = html_text(text) if kind == "html" else text
                    break
            if text is not None:
                break
        for part in message.walk() if meetings else ():
            if part.get_content_type() == "text/calendar":
                data = part.get_payload(decode=True) or b""
                add_calendar(Records("mbox"), data, locator="", content_hash="", fallback_at=None)
        n_mails += 1
        n_addresses += sum(role in ("From", "To", "Cc") for role, _, _ in people)
        n_characters += len(text or "")
    return {"n_mails": n_mails, "n_addresses": n_addresses, "n_characters": n_characters}


def _fast_mail_parser(path: Path) -> None:
    """Parts and fields as the parser gives them; nobody looks at them."""
    from fast_mail_parser import parse_email  # type: ignore[import-untyped,unused-ignore]

    with stopwatch() as watch:
        n_mails = sum(1 for raw in _split(path) if parse_email(raw) is not None)
    report(watch, n_mails=n_mails)


def _split(path: Path) -> Iterator[bytes]:
    """The messages of an mbox, cut the fastest way that the standard library offers."""
    import mmap

    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = 0
        while start >= 0:
            following = data.find(b"\nFrom ", start)
            record = data[start : following if following >= 0 else len(data)]
            yield record[record.find(b"\n") + 1 :]
            start = following + 1 if following >= 0 else -1


def _perceval(path: Path) -> None:
    """Runs in an environment of its own, in which there is no Honeycell."""
    import tempfile

    from perceval.backends.core.mbox import MBox  # type: ignore[import-not-found,unused-ignore]

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / path.name).symlink_to(path.resolve())
        with stopwatch() as watch:
            n_mails = sum(1 for _ in MBox(uri="made-up", dirpath=folder).fetch())
    report(watch, n_mails=n_mails)


_CONTENDERS: dict[str, Callable[[Path], None]] = {
    "honeycell": _honeycell,
    "honeycell, 2 processes": _two_processes,
    "stdlib": _stdlib,
    "fast-mail-parser alone": _fast_mail_parser,
    "honeycell + meetings": _with_meetings,
    "stdlib + meetings": _stdlib_with_meetings,
    "perceval": _perceval,
}


if __name__ == "__main__":
    main()
