"""Run every benchmark, each in a process of its own, one after another: `make bench`.

python -m benchmarks [NAME...]
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import OUT

_NO_BENCHMARKS = ("__init__", "__main__", "mails", "measure", "synthetic")


def main() -> int:
    """Run the named benchmarks, or all; 1 when one of them failed. A target that was missed is no failure."""
    here = Path(__file__).parent
    names = sys.argv[1:] or sorted(path.stem for path in here.glob("*.py") if path.stem not in _NO_BENCHMARKS)
    failed = []
    for name in names:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    print("\n== targets")
    for name in names:
        page = OUT / f"{name}.json"
        if name in failed:
            print(f"  FAILED {name}")
        elif page.exists():
            for target, found in json.loads(page.read_text())["targets"].items():
                print(f"  {'met   ' if found['met'] else 'MISSED'} {name}: {target}: {found['found']}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
