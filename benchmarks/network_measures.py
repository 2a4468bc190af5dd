"""Measures of where people lie in a network: Honeycell beside vivainsights, on the same made-up list of ties.

vivainsights (Microsoft, MIT) has them by igraph (GPL): a peer here and no dependency. It runs if
`python -m benchmarks.network_measures --install-vivainsights` has put it into an environment of its own. One call of it
gives all of them (`network_p2p`), with betweenness and places to draw; it is asked for random places, as those it takes
by itself had not come after ten minutes. So that betweenness does not count against it alone, igraph is timed for each
measure too, as vivainsights calls it. Its table of a person query is made before the clock starts; ours begins with the
names of the people.

Ours has no betweenness: it is no reading (`science.md` 8), and neither networkit nor rustworkx, whose licences would
do, works it out faster than igraph.

    python -m benchmarks.network_measures [--people 10000] [--ties 100000] [--repeat 3]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import OUT, Figures, in_own_process, publish, report, stopwatch

PEER = OUT / "vivainsights"
"""An environment with vivainsights in it."""
TOLERANCE = {"degree": 0.0, "closeness": 1e-12, "eigenvector": 1e-9, "pagerank": 1e-9}
"""How far two values may be apart, as a part of the larger, or of the largest of all (eigenvector)."""
TIMES = 20


def ties(people: int, n: int, seed: int = 1) -> tuple[Any, Any]:
    """Who is tied to whom, by number; the busy ones have more ties."""
    import numpy as np

    dice = np.random.default_rng(seed)
    busy = dice.permutation((np.arange(people) + 1.0) ** -0.4)
    one, other = dice.choice(people, (2, 2 * n), p=busy / busy.sum())
    distinct = dice.permutation(np.unique((one * people + other)[one != other]))[:n]
    return np.divmod(distinct, people)


def _honeycell(people: int, n: int, to: Path) -> None:
    import numpy as np
    import pyarrow as pa

    from honeycell.readings.arrays import numbered
    from honeycell.readings.network.centrality import closeness, degree, eigenvector
    from honeycell.readings.network.prominence import prominence

    one, other = (pa.chunked_array([[f"p{number}" for number in side]]) for side in ties(people, n))
    few = np.arange(4)
    for measure in (closeness, eigenvector):
        measure(few, (few + 1) % 4, 4)
    prominence(few, (few + 1) % 4, np.ones(4), 4)
    seconds: dict[str, float] = {}
    with stopwatch() as watch:
        names, (tail, head) = numbered(one, other)
        found = {
            name: _timed(seconds, name, measure)
            for name, measure in (
                ("degree", lambda: degree(tail, head, len(names))),
                ("closeness", lambda: closeness(tail, head, len(names))),
                ("eigenvector", lambda: eigenvector(tail, head, len(names))),
                ("pagerank", lambda: prominence(tail, head, np.ones(len(tail)), len(names))),
            )
        }
    _keep(to, list(names), found)
    report(watch, seconds=seconds, values=str(to))


def _vivainsights(people: int, n: int, to: Path) -> None:
    """The one call that gives the measures as a table."""
    import vivainsights  # type: ignore[import-not-found,unused-ignore]

    data = _person_query(people, n)
    with stopwatch() as watch:
        table = vivainsights.network_p2p(data, centrality="pagerank", layout="random", return_type="data")
    found = {name: table[name].to_numpy() for name in TOLERANCE}
    _keep(to, table["name"].tolist(), found)
    report(watch, values=str(to), versions=_versions())


def _igraph(people: int, n: int, to: Path) -> None:
    """The same measures, one after the other, as `vivainsights.network_summary` asks igraph for them."""
    import igraph  # type: ignore[import-not-found,unused-ignore]

    rows = _person_query(people, n).iloc[:, :2]
    seconds: dict[str, float] = {}
    with stopwatch() as watch:
        graph = igraph.Graph.TupleList(rows.itertuples(index=False), directed=True)
        calls = (graph.degree, graph.closeness, graph.evcent, graph.pagerank)
        found = {name: _timed(seconds, name, call) for name, call in zip(TOLERANCE, calls, strict=True)}
    _keep(to, graph.vs["name"], found)
    report(watch, seconds=seconds, values=str(to), versions=_versions())


def _person_query(people: int, n: int) -> Any:
    import pandas as pd  # type: ignore[import-untyped,unused-ignore]

    one, other = ([f"p{number}" for number in side] for side in ties(people, n))
    return pd.DataFrame({
        "PrimaryCollaborator_PersonId": one, "SecondaryCollaborator_PersonId": other,
        "PrimaryCollaborator_Organization": "All", "SecondaryCollaborator_Organization": "All",
    })  # fmt: skip


def _timed(seconds: dict[str, float], name: str, call: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    found = call()
    seconds[name] = time.perf_counter() - begun
    return found


def _keep(to: Path, names: list[str], found: dict[str, Any]) -> None:
    import numpy as np

    order = np.argsort(names)
    columns: dict[str, Any] = {name: np.asarray(values, float)[order] for name, values in found.items()}
    np.savez(to, names=np.array(names, str)[order], **columns)


def _versions() -> dict[str, str]:
    import importlib.metadata

    return {package: importlib.metadata.version(package) for package in ("vivainsights", "igraph")}


def _apart(one: Path, other: Path) -> dict[str, float]:
    """How far the values of two contenders are apart at most."""
    import numpy as np

    ours, theirs = np.load(one), np.load(other)
    if not np.array_equal(ours["names"], theirs["names"]):
        raise RuntimeError("the two are not about the same people")
    found = {}
    for name in TOLERANCE:
        a, b = ours[name], theirs[name]
        scale = np.maximum(np.abs(a), np.abs(b)) if name != "eigenvector" else np.max(np.abs(b))
        found[name] = float(np.max(np.abs(a - b) / scale))
    return found


_CONTENDERS: dict[str, Callable[[int, int, Path], None]] = {
    "honeycell": _honeycell,
    "vivainsights": _vivainsights,
    "igraph": _igraph,
}


def main() -> None:
    """Compare, or be one of the contenders."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--people", type=int, default=10_000)
    arguments.add_argument("--ties", type=int, default=100_000)
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--install-vivainsights", action="store_true", help="into benchmarks/out/vivainsights")
    arguments.add_argument("--run", choices=_CONTENDERS, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.run:
        _CONTENDERS[chosen.run](chosen.people, chosen.ties, OUT / f"network-{chosen.run}.npz")
    elif chosen.install_vivainsights:
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, PEER], check=True)
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", PEER / "bin" / "python", "vivainsights"], check=True
        )
    else:
        _compare(chosen.people, chosen.ties, chosen.repeat)


def _compare(people: int, n: int, repeat: int) -> None:
    OUT.mkdir(exist_ok=True)
    theirs = PEER / "bin" / "python"
    found: dict[str, Figures] = {}
    for name in _CONTENDERS:
        python = sys.executable if name == "honeycell" else str(theirs)
        if not Path(python).exists():
            print(f"{name}: not run: --install-vivainsights")
            continue
        arguments = ("--run", name, "--people", str(people), "--ties", str(n))
        found[name] = in_own_process(
            name,
            "benchmarks.network_measures",
            *arguments,
            python=python,
            repeat=1 if name == "vivainsights" else repeat,
        )
    rows = [
        {
            "contender": f.name, "wall s": f.wall_seconds, "CPU s": f.cpu_seconds, "peak MiB": f.peak_mib,
            **{f"{name} s": round(taken, 4) for name, taken in f.facts.get("seconds", {}).items()},
        }
        for f in found.values()
    ]  # fmt: skip
    targets, versions = {}, ""
    ours = found["honeycell"]
    for name in found.keys() - {"honeycell"}:
        versions = ", ".join(f"{package} {version}" for package, version in found[name].facts["versions"].items())
        apart = _apart(Path(ours.facts["values"]), Path(found[name].facts["values"]))
        ratio = found[name].wall_seconds / ours.wall_seconds
        targets[f"{TIMES} times {name}"] = (ratio >= TIMES, f"{ratio:.0f} times by the wall")
        targets[f"values equal to those of {name}"] = (
            all(far <= TOLERANCE[measure] for measure, far in apart.items()),
            ", ".join(f"{measure} {far:.0e} apart" for measure, far in apart.items()),
        )
    title = f"Measures of a network of {people:,} people and {n:,} ties ({versions or 'no peer'})"
    publish("network_measures", title, rows, targets)


if __name__ == "__main__":
    main()
