"""From a mailbox to an answer: `honeycell import` beside `notmuch new` and `mu index`.

All three read the same made-up mail: Honeycell the mbox, the other two the same messages as a Maildir, which is
what they can read. All build an index of words; Honeycell also keeps the texts and derives persons, conversations,
ties and readings (`import` refreshes).
CPU is that of the process and all its children; memory is the largest sum of
resident memory over the process tree, sampled ten times a second (shared pages are counted once for each process).

    python -m benchmarks.whole_way [--mails 100000]
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.mails import write_mbox
from benchmarks.measure import OUT, Figures, publish

HONEYCELL = Path(sys.executable).parent / "honeycell"
EIGHTH = "import + refresh + index takes at most an eighth of the CPU of the faster peer"
QUARTER = "import + refresh + index takes at most a quarter of it"
BOUNDED = "memory stays under 1 GB"


def main() -> None:
    """Make the mail, run the contenders one after another and publish their figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=100_000)
    n = parser.parse_args().mails
    mbox, maildir = OUT / f"mails-{n}.mbox", OUT / f"mails-{n}"
    OUT.mkdir(exist_ok=True)
    if not mbox.exists():
        write_mbox(mbox, n)
    with tempfile.TemporaryDirectory(prefix="honeycell-bench-") as folder:
        ours = _honeycell(Path(folder), mbox)
        peers = [_peer(name, Path(folder), mbox, maildir) for name in ("notmuch", "mu") if shutil.which(name)]
    rows = [
        {
            "what": f.name, "cpu s": f.cpu_seconds, "wall s": f.wall_seconds, "peak MiB": f.peak_mib,
            "mails per cpu s": round(n / f.cpu_seconds), "of our cpu": f.cpu_seconds / ours.cpu_seconds,
        }
        for f in (ours, *peers)
    ]  # fmt: skip
    targets = {BOUNDED: (ours.peak_mib < 1000, f"{ours.peak_mib:,.0f} MiB")}
    if peers:
        share = ours.cpu_seconds / min(peer.cpu_seconds for peer in peers)
        targets |= {EIGHTH: (share <= 1 / 8, f"{share:.3f}"), QUARTER: (share <= 1 / 4, f"{share:.3f}")}
    else:
        print("  neither notmuch nor mu is installed (packages notmuch and maildir-utils): nothing to compare with")
    size = mbox.stat().st_size / 1e9
    publish("whole_way", f"{n:,} mails, {size:.2f} GB: from the archive to the readings", rows, targets)


def _honeycell(folder: Path, mbox: Path) -> Figures:
    cell = str(folder / "cell")
    return run_command("honeycell import", [str(HONEYCELL), "--cell", cell, "import", str(mbox)], {})


def _peer(name: str, folder: Path, mbox: Path, maildir: Path) -> Figures:
    write_maildir(mbox, maildir)
    if name == "notmuch":
        config = notmuch(folder, maildir)
        return run_command("notmuch new", ["notmuch", f"--config={config}", "new", "--quiet"], {})
    home = folder / "mu"
    subprocess.run(
        ["mu", "init", f"--muhome={home}", f"--maildir={maildir.resolve()}"], check=True, stdout=subprocess.DEVNULL
    )
    return run_command("mu index", ["mu", "index", f"--muhome={home}", "--quiet"], {})


def notmuch(folder: Path, maildir: Path) -> Path:
    """A configuration by which notmuch keeps an index of a Maildir below a folder; the file it is in."""
    config, home = folder / "notmuch-config", folder / "notmuch"
    home.mkdir()
    (home / "mail").symlink_to(maildir.resolve())
    config.write_text(
        f"[database]\npath={home}\nmail_root={home}\n[user]\nprimary_email=me@example.com\n[new]\ntags=new\n"
    )
    return config


def run_command(name: str, command: Sequence[str], environment: Mapping[str, str]) -> Figures:
    """Run a command to its end, with these variables beside those of this process, and measure it."""
    before, wall = _children_cpu(), time.perf_counter()
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, env={**os.environ, **environment})
        peak = _Peak(process.pid)
        peak.start()
        status = process.wait()
        peak.join()
    if status:
        raise RuntimeError(f"{name} ended with {status}")
    return Figures(name, time.perf_counter() - wall, _children_cpu() - before, peak.bytes / 1024**2)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Peak(threading.Thread):
    """Watches the resident memory of a process tree while it lives."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.bytes = 0

    def run(self) -> None:
        while (now := _resident(self._pid)) > 0:
            self.bytes = max(self.bytes, now)
            time.sleep(0.1)


def _resident(root: int) -> int:
    """Resident bytes of a process and its descendants; 0 when it is gone."""
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
        total += pages * resource.getpagesize()
    return total


def write_maildir(mbox: Path, maildir: Path) -> None:
    """Write each message of an mbox into a file of its own, unless it was done before."""
    if maildir.exists():
        return
    partial = maildir.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for name in ("cur", "new", "tmp"):
        (partial / name).mkdir(parents=True)
    mail: list[bytes] = []
    n = 0
    with mbox.open("rb") as lines:
        for line in lines:
            if line.startswith(b"From ") and (not mail or mail[-1] == b"\n"):
                n = _write_mail(partial, mail, n)
                mail = []
            else:
                mail.append(line)
    _write_mail(partial, mail, n)
    partial.rename(maildir)


def _write_mail(maildir: Path, mail: list[bytes], n: int) -> int:
    if not mail:
        return n
    (maildir / "cur" / f"{n}.host:2,S").write_bytes(b"".join(mail))
    return n + 1


if __name__ == "__main__":
    main()
