"""What starting costs: which modules are loaded, and how long the first help page takes."""

import resource
import subprocess
import sys

import pytest

HEAVY = (
    "ibis",
    "pyarrow",
    "duckdb",
    "pandas",
    "deltalake",
    "numpy",
    "scipy",
    "sqlglot",
    "rich",
    "icalendar",
    "sqlalchemy",
)
LOADED = f"""
import sys
loaded = sorted({{name.split('.')[0] for name in sys.modules}} & set({HEAVY!r}))
print('loaded:', *loaded)
"""


def loaded_by(code: str) -> list[str]:
    result = subprocess.run([sys.executable, "-c", code + LOADED], capture_output=True, text=True, check=True)
    return result.stdout.splitlines()[-1].split()[1:]


@pytest.mark.parametrize(
    "code",
    [
        "import honeycell",
        "import honeycell.errors",
        "import honeycell.cli",
        "from honeycell.cli import main; assert main(['--help']) == 0",
        "from honeycell.cli import main; assert main(['import', '--help']) == 0",
        "from honeycell.cli import main; assert main(['show', '--help']) == 0",
        "from honeycell.cli import main; assert main(['shwo']) == 2",
    ],
)
def test_starting_loads_no_engine_and_no_arrow(code: str) -> None:
    assert loaded_by(code) == []


def test_the_front_door_loads_no_engine_before_a_cell_is_opened() -> None:
    assert set(loaded_by("import honeycell.cell")) <= {"pyarrow", "numpy"}


def test_a_loaded_engine_is_noticed() -> None:
    assert "pyarrow" in loaded_by("import pyarrow")


def test_help_takes_less_than_a_fifth_of_a_second() -> None:
    command = [sys.executable, "-c", "import sys; from honeycell.cli import main; sys.exit(main(['--help']))"]

    def cpu_seconds() -> float:
        # What the work itself costs: on a busy machine the clock on the wall measures the others.
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    seconds = []
    for _ in range(7):
        before = cpu_seconds()
        subprocess.run(command, capture_output=True, check=True)
        seconds.append(cpu_seconds() - before)
    assert min(seconds) < 0.2
