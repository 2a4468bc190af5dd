"""A small cell, made once by the command itself."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

ASTER = ("Ana Silva <ana@aster.example>", "Tom Reed <tom@aster.example>", "Mia Kern <mia@aster.example>")
BELLWETHER = ("Noor Albrecht <noor@bellwether.example>", "Bo Dahl <bo@bellwether.example>")


def mails() -> list[bytes]:
    """Thirty weeks of questions and answers between two firms."""
    start = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    written = []
    for week in range(30):
        for n, ours in enumerate(ASTER):
            theirs = BELLWETHER[(week + n) % 2]
            asked = start + timedelta(weeks=week, days=n, minutes=7 * n)
            answered = asked + timedelta(hours=1 + week % 5)
            for number, (writer, reader, at) in enumerate(((ours, theirs, asked), (theirs, ours, answered))):
                mail = EmailMessage()
                mail["From"], mail["To"], mail["Date"] = writer, reader, format_datetime(at)
                mail["Subject"] = ("Re: " if number else "") + f"Delivery in week {week + 1}"
                mail["Message-ID"] = f"<{week}.{n}.{number}@aster.example>"
                if number:
                    mail["In-Reply-To"] = f"<{week}.{n}.0@aster.example>"
                mail.set_content("Thursday works." if number else "Which day works for you?")
                written.append(mail.as_bytes())
    return written


def write_mbox(path: Path, messages: list[bytes]) -> Path:
    path.write_bytes(b"".join(b"From - Mon Jan  5 09:00:00 2026\n" + message + b"\n" for message in messages))
    return path


@dataclass(frozen=True)
class Ended:
    status: int
    stdout: str
    stderr: str


NO_OVERRIDE = "-dac_override,-dac_read_search"
AS_ANYBODY = ("setpriv", f"--bounding-set={NO_OVERRIDE}", f"--inh-caps={NO_OVERRIDE}") if os.geteuid() == 0 else ()
"""What makes the file system's rights hold for the administrator too."""


def honeycell(
    *words: str, cell: Path | None = None, cwd: Path | None = None, before: tuple[str, ...] = (), **variables: str
) -> Ended:
    """Run the command as a person does, in a process of its own; `before` is the command that runs it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HONEYCELL")}
    if cell:
        environment["HONEYCELL_CELL"] = str(cell)
    command = [*before, sys.executable, "-c", "import sys; from honeycell.cli import main; sys.exit(main())", *words]
    environment |= variables
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mbox(tmp_path_factory.mktemp("archive") / "archive.mbox", mails())


@pytest.fixture(scope="session")
def cell(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cell that `honeycell import` made and refreshed."""
    folder = tmp_path_factory.mktemp("cells") / "cell"
    done = honeycell("import", str(archive), cell=folder)
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout == "records\t180\nadded\t180\nduplicate\t0\nskipped\t0\n"
    return folder
