"""Learn the numbers of the identity model from public data without labels: `python -m validation.identity.training`.

`python -m validation.identity.training [--data ../shared/data] [--to src/honeycell/identities/model.json]`

Who belongs to whom is not looked at. A name stands beside an address only where somebody wrote it there: in the mails
of openbmc, in the second half of a line of the mailmap (`Proper <proper@> Written <other@>`) and, of a person in the
stackalytics file, beside the first address. Splink estimates:

- `u` from random pairs of a shuffled population, in which nobody occurs twice: one handle for each name, each surname
  with the given name of another handle. Among handles as they are, two of exactly one name are nearly always one
  person's, and their share would say nothing of chance.
- `m` and the share of pairs that are one person's by expectation maximisation, `u` held, over pairs that share a name,
  and over pairs that share a login, each for the comparisons that the other one leaves free.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validation.identity.contenders import written
from validation.identity.truth import read

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from splink import Linker

    from honeycell.identities.levels import Comparison

__all__ = ["as_splink", "learnt", "main", "population"]

_SHUFFLES = 10
_AT_LEAST = 2e-3
"""No level is impossible for one person's handles, however few were seen."""
_ENOUGH = 10
"""A level that fewer random pairs showed weighs no more than the one before it."""
_Numbers = dict[tuple[str, str], tuple[float | None, float | None]]
"""`m` and `u` by comparison and level."""


def main() -> None:
    """Learn, and write the file."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--data", type=Path, default=Path(__file__).parents[3] / "shared" / "data")
    arguments.add_argument("--to", type=Path, default=Path("src/honeycell/identities/model.json"))
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="honeycell-training-") as folder:
        handles, n_of = population(chosen.data, Path(folder))
        shuffled = [_shuffled(handles, Path(folder) / f"shuffled-{seed}", seed) for seed in range(_SHUFFLES)]
    model = learnt(handles, shuffled)
    known = json.loads(chosen.to.read_text()) if chosen.to.exists() else {}
    model["thresholds"] = known.get("thresholds", {"linked": 0.99, "asked": 0.05})
    model["made"] = {"from": n_of, "handles": handles.num_rows} | model["made"]
    chosen.to.write_text(json.dumps(model, indent=1) + "\n")


def population(data: Path, folder: Path) -> tuple[pa.Table, dict[str, int]]:
    """Handles of persons as `model.named` gives them, and how many are from where."""
    from honeycell import identities, log
    from honeycell.cell import create_cell
    from honeycell.identities.model import named
    from honeycell.steps import Tables, derive

    files = {
        "linux-6.12.mailmap": _mailmap(data / "identity" / "linux-6.12.mailmap"),
        "stackalytics-a-k.json": _first_names(data / "identity" / "stackalytics-a-k.json"),
    }
    with create_cell(folder / "cell") as cell:
        cell.import_paths([data / "mail" / "openbmc"])
        engine = cell.engine
        seen = set(engine.to_arrow(engine.table("participants").select("handle").distinct())["handle"].to_pylist())
        n_of = {"openbmc": len(seen)}
        shown: dict[str, str] = {}
        for source, names in files.items():
            fresh = {one: name for one, name in names.items() if f"mailto:{one}" not in seen and one not in shown}
            n_of[source] = len(fresh)
            shown |= fresh
        with engine.writing("log") as writer:
            # Once each, at one time, so that nothing can be learnt from when.
            for table, rows in written((one, name, datetime(2020, 1, 1)) for one, name in shown.items()).items():
                writer.append(table, rows)
            writer.publish()
        with engine.writing("derived") as writer:
            derive(engine, writer, (*log.STEPS, *identities.STEPS), changes=None)
            writer.publish()
        t = Tables(engine)
        return t.arrow(named(t["traits"], t["profiles"], t["frequencies"])), n_of


def _mailmap(path: Path) -> dict[str, str]:
    """Addresses with the names that the file says were written beside them, else none."""
    names: dict[str, str] = {}
    for line in path.read_text("utf-8").splitlines():
        for place, (name, address) in enumerate(re.findall(r"([^<>]*)<([^<>]+)>", line.partition("#")[0])):
            if "@" in address and (place or address not in names):
                names[address.strip().lower()] = name.strip()
    return names


def _first_names(path: Path) -> dict[str, str]:
    """Addresses, of each person the first with the name and the others with none."""
    names, known = {}, set()
    for account in read(path):
        names[account.address] = "" if account.person in known else account.name
        known.add(account.person)
    return names


def _shuffled(handles: pa.Table, folder: Path, seed: int) -> pa.Table:
    """Two handles of which are never one person's: one for each name, with the given name of another.

    Frequent family names swap among themselves, for given names go with the tongue; half lose their name.
    """
    import numpy as np
    import pyarrow as pa

    from honeycell.engine import open_engine
    from honeycell.identities.model import SIDE
    from honeycell.identities.traits import NAME, compared
    from honeycell.steps import Tables

    dice = np.random.default_rng(seed)
    rows = handles.filter(pa.compute.is_valid(handles["name"])).to_pandas()
    rows = rows.sort_values("handle").sample(frac=1, random_state=seed)
    rows["person"] = rows["family"].fillna(rows["sorted_name"]) + " " + rows["given_root"].fillna("")
    rows = rows.drop_duplicates("person").reset_index(drop=True)
    full = rows["name_kind"] == "full"
    for stratum in (full & (rows["n_family"] >= 8), full & (rows["n_family"] < 8)):
        where = np.flatnonzero(stratum)
        rows.loc[where, ["given", "n_given"]] = rows.loc[dice.permutation(where), ["given", "n_given"]].to_numpy()
    rows.loc[full, "name"] = rows["given"].str.capitalize() + " " + rows["family"].str.capitalize()
    folder.mkdir()
    engine = open_engine(folder)
    t = Tables(engine)
    # As if some had written the given name alone, or of it the initial.
    style = dice.random(len(rows))
    rows.loc[full & (style < 0.1), "name"] = rows["given"].str.capitalize()
    initial = rows["given"].str[:1].str.upper() + ". " + rows["family"].str.capitalize()
    rows["name"] = rows["name"].mask(full & (style >= 0.9), initial)
    others = [column for column in SIDE if column not in NAME]
    kept = t.keep(pa.Table.from_pandas(rows[["handle", "name", *others]], preserve_index=False))
    parts = compared(t, kept.select(display_name="name").distinct()).rename(name="display_name")
    whole = t.arrow(kept.left_join(parts, "name").drop("name_right").order_by("handle"))
    engine.close()
    return _without_some_names(whole, dice)


def _without_some_names(handles: pa.Table, dice: np.random.Generator) -> pa.Table:
    """Half of the handles without their name, which `hidden_name` keeps to block by."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from honeycell.identities.traits import NAME

    nameless = pa.array(dice.random(handles.num_rows) < 0.5)
    full = pc.fill_null(pc.equal(handles["name_kind"], "full"), False)
    whole = handles.append_column("hidden_name", pc.if_else(full, handles["sorted_name"], None))
    for column in NAME:
        blank = pa.compute.if_else(nameless, pa.scalar(None, whole[column].type), whole[column])
        whole = whole.set_column(whole.column_names.index(column), column, blank)
    return whole


def _with_hidden_login(handles: pa.Table) -> pa.Table:
    """`hidden_login`, to block by: the logins that are long, of few, and no given name."""
    import pyarrow as pa
    import pyarrow.compute as pc

    telling = pc.and_(
        pc.and_(pc.greater_equal(pc.utf8_length(handles["login"]), 6), pc.less_equal(handles["n_login"], 8)),
        pc.invert(handles["login_is_given"]),
    )
    return handles.append_column("hidden_login", pc.if_else(telling, handles["login"], pa.scalar(None, pa.string())))


def learnt(handles: pa.Table, shuffled: list[pa.Table]) -> dict[str, Any]:
    """The prior and the chances of each level."""
    import numpy as np
    import splink

    from honeycell.identities.levels import COMPARISONS

    chance: dict[tuple[str, str], float] = {}
    for seed, rows in enumerate(shuffled):
        linker = _linker(rows, COMPARISONS, {})
        linker.training.estimate_u_using_random_sampling(max_pairs=2e7, seed=seed + 1, min_count_per_level=None)
        half = 0.5 / (rows.num_rows * (rows.num_rows - 1) / 2)
        for key, (_m, u) in _numbers(linker).items():
            chance[key] = chance.get(key, 0) + (u or half / len(shuffled)) / len(shuffled)
    numbers: _Numbers = {key: (None, u) for key, u in chance.items()}
    name, *others = COMPARISONS
    by_name = _linker(_without_some_names(handles, np.random.default_rng(0)), others, numbers)
    _fit(by_name, "l.hidden_name = r.hidden_name")
    for key, (m, u) in _numbers(by_name).items():
        numbers[key] = (max(m or 0, _AT_LEAST), u)
    by_login = _linker(_with_hidden_login(handles), [name, *others[1:]], numbers, fixed={one.name for one in others})
    login = "l.hidden_login = r.hidden_login"
    same = "l.sorted_name = r.sorted_name and l.name_kind = 'full' and r.name_kind = 'full'"
    by_login.training.estimate_probability_two_random_records_match([same, login], recall=0.7)
    prior = by_login.misc.save_model_to_json()["probability_two_random_records_match"]
    _fit(by_login, login)
    for key, (m, u) in _numbers(by_login).items():
        numbers[key] = (max(m or 0, _AT_LEAST), u)
    n_pairs = sum(rows.num_rows * (rows.num_rows - 1) / 2 for rows in shuffled)
    for one in COMPARISONS:
        for before, level in pairwise(one.known):
            (m_before, u_before), (m, u) = numbers[one.name, before.name], numbers[one.name, level.name]
            if chance[one.name, level.name] * n_pairs < _ENOUGH:
                numbers[one.name, level.name] = (m, max(u, m * u_before / m_before))
    return {
        "prior": _round(prior),
        "comparisons": {
            one.name: {
                level.name: [_round(chance or 0) for chance in numbers[one.name, level.name]] for level in one.known
            }
            for one in COMPARISONS
        },
        "made": {
            "on": datetime.now(UTC).date().isoformat(),
            "splink": splink.__version__,
            "by": "python -m validation.identity.training",
        },
    }


def _fit(linker: Linker, rule: str) -> None:
    linker.training.estimate_parameters_using_expectation_maximisation(rule, fix_u_probabilities=True)


def _round(number: float) -> float:
    return float(f"{number:.4g}")


def as_splink(handles: pa.Table, model: dict[str, Any]) -> Linker:
    """Splink over these handles with the numbers of a model: its `inference.predict()` scores every pair."""
    from honeycell.identities.levels import COMPARISONS

    known: _Numbers = {
        (name, level): (m, u) for name, levels in model["comparisons"].items() for level, (m, u) in levels.items()
    }
    return _linker(handles, COMPARISONS, known, prior=model["prior"])


def _linker(
    rows: pa.Table,
    comparisons: Sequence[Comparison],
    known: _Numbers,
    *,
    fixed: Collection[str] = (),
    prior: float = 1e-4,
) -> Linker:
    from splink import DuckDBAPI, Linker, SettingsCreator

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="handle",
        probability_two_random_records_match=prior,
        comparisons=[_comparison(one, known, one.name in fixed) for one in comparisons],
        blocking_rules_to_generate_predictions=["1=1"],
        max_iterations=100,
    )
    return Linker(DuckDBAPI().register(rows), settings)


def _comparison(one: Comparison, known: _Numbers, fixed: bool) -> dict[str, Any]:
    """A comparison as Splink takes it: each condition asks the whole for its number."""
    sql = outcome_sql(one)
    levels = []
    nothing = [n for n, level in enumerate(one.levels) if not level.known]
    if nothing:
        levels.append({"sql_condition": f"{sql} in ({', '.join(map(str, nothing))})", "is_null_level": True,
                       "label_for_charts": "nothing"})  # fmt: skip
    for n, level in enumerate(one.levels):
        if level.known:
            m, u = known.get((one.name, level.name), (None, None))
            told = {"sql_condition": f"{sql} = {n}", "label_for_charts": level.name, "fix_m_probability": fixed}
            levels.append(told | {key: value for key, value in (("m_probability", m), ("u_probability", u)) if value})
    levels[-1]["sql_condition"] = "ELSE"
    return {"output_column_name": one.name, "comparison_levels": levels}


def outcome_sql(one: Comparison) -> str:
    """How a comparison comes out as SQL of DuckDB, over columns that end in `_l` and `_r`."""
    import ibis
    import sqlglot
    from sqlglot import expressions

    from honeycell.identities.levels import outcome
    from honeycell.identities.model import SIDE

    table = ibis.table({f"{name}_{side}": kind for name, kind in SIDE.items() for side in "ab"}, name="pairs")
    tree = sqlglot.parse_one(ibis.to_sql(table.select(level=outcome(one)), dialect="duckdb"), dialect="duckdb")
    condition = tree.expressions[0].unalias()
    for column in condition.find_all(expressions.Column):
        base, _, side = column.name.rpartition("_")
        column.replace(expressions.column(f"{base}_{'l' if side == 'a' else 'r'}", quoted=True))
    return condition.sql("duckdb")


def _numbers(linker: Linker) -> _Numbers:
    return {
        (one["output_column_name"], level["label_for_charts"]): (level.get("m_probability"), level.get("u_probability"))
        for one in linker.misc.save_model_to_json()["comparisons"]
        for level in one["comparison_levels"]
        if not level.get("is_null_level")
    }


if __name__ == "__main__":
    sys.exit(main())
