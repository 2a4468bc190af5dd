"""Who is who among a million made-up handles, on two cores; and beside gambit-disambig on 1,256 of them.

People have names by a law under which a few names are common and most are rare, so that homonyms occur as they do in
life; they move between employers, keep free mail and chat accounts, and their names come with typing errors, turned
round, as a first name alone, or not at all. Everything is made up, and the same for each run. gambit-disambig (AGPL, a
peer here and no dependency) runs if `--install-gambit` has put it into an environment of its own.

    python -m benchmarks.identities [--handles 1000000] [--memory 3000] [--aliases 1256] [--install-gambit]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import in_own_process, publish, report, stopwatch

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

FREE = ("gmail.com", "outlook.com", "yahoo.com", "gmx.de", "163.com", "icloud.com")
ROLES = ("sales", "info", "support", "billing", "office")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ei", "ou")
_CONSONANTS = (*"bdfghjklmnprstvz", "sh", "br", "kl", "st")
_PIECE = 500_000
"""Rows of the log that are appended at once."""


def main() -> None:
    """Resolve, compare, or be the process that resolves."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--handles", type=int, default=1_000_000)
    arguments.add_argument("--memory", type=int, default=3_000, help="MiB from which on the engine spills to disk")
    arguments.add_argument("--aliases", type=int, default=1_256, help="on how many gambit-disambig is compared")
    arguments.add_argument("--install-gambit", action="store_true", help="into benchmarks/out/gambit")
    arguments.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.install_gambit:
        _install()
    elif chosen.run:
        _resolve(chosen.handles)
    else:
        os.environ["HONEYCELL_MEMORY"] = str(chosen.memory)
        _compare(chosen.handles, chosen.aliases)


def _install() -> None:
    from validation.identity.contenders import GAMBIT

    uv, environment = Path(sys.executable).with_name("uv"), GAMBIT.parents[1]
    for command in (
        ["venv", "--quiet", "--clear", "--python", sys.executable, environment],
        ["pip", "install", "--quiet", "--python", GAMBIT, "gambit-disambig"],
    ):
        subprocess.run([uv, *command], check=True)


def _compare(n_handles: int, n_aliases: int) -> None:
    from validation.identity.contenders import GAMBIT, ask
    from validation.identity.figures import agreement

    took = in_own_process("identities", "benchmarks.identities", "--run", "--handles", str(n_handles))
    measured = {"wall s": took.wall_seconds, "cpu s": took.cpu_seconds, "peak MiB": round(took.peak_mib)}
    rows: list[dict[str, Any]] = [
        {"contender": "honeycell", "handles": took.facts["handles"], **measured, **took.facts}
    ]
    targets = {}
    shown, truth = _aliases(n_aliases)
    seconds = {}
    for contender in ("honeycell", "same name", *(["gambit"] if GAMBIT.exists() else [])):
        answer = ask(contender, shown)
        seconds[contender] = answer.seconds
        found = agreement(truth, answer.owner)
        row = {"contender": contender, "handles": len(shown), "wall s": answer.seconds}
        rows.append(row | {key: round(found[key], 4) for key in ("precision", "recall")})
    if "gambit" in seconds:
        times = seconds["gambit"] / seconds["honeycell"]
        targets["50 times gambit-disambig"] = (times >= 50, f"{times:.0f} times on {len(shown):,} aliases")
    else:
        print("gambit-disambig: not run: python -m benchmarks.identities --install-gambit")
    title = f"Who is who ({len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f})"
    publish("identities", title, rows, targets)


def _resolve(n_handles: int) -> None:
    from honeycell import identities
    from honeycell.engine import open_engine
    from honeycell.steps import derive
    from honeycell.tables import TABLES

    world = made_up(n_handles)
    with tempfile.TemporaryDirectory(prefix="honeycell-bench-") as folder:
        engine = open_engine(Path(folder))
        with engine.writing("log") as writer:
            for table, columns in _log(world).items():
                for start in range(0, columns.num_rows, _PIECE):
                    writer.append(table, _typed(columns.slice(start, _PIECE), TABLES[table].schema))
            writer.publish()
        with stopwatch() as watch, engine.writing("derived") as writer:
            derive(engine, writer, identities.STEPS, changes=None)
            writer.publish()
        owned = engine.table("handles").filter(lambda row: row.person_id.notnull())
        found = engine.to_arrow(owned.select("handle", "person_id"))
        n_pairs = engine.to_arrow(engine.table("links").count()).as_py() if "links" in TABLES else None
        engine.close()
    report(watch, handles=world.num_rows, pairs=n_pairs, **_agreement(world, found))


def made_up(n_handles: int, seed: int = 3) -> pa.Table:
    """Handles with the person behind each.

    Args:
        n_handles: About how many; doubles go, so a few less come.
        seed: Of everything random.

    Returns:
        `person handle name first_day last_day account`: `name` as it is shown, null where none is; days since
        2016-01-01; `account` the mail address that a file gives for a chat account. `person` is -1 for role mailboxes.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    dice = np.random.default_rng(seed)
    n_people = int(n_handles / 2.2)
    given, family = _words(dice, 4_000, 2), _words(dice, 120_000, 3)
    # Zipf's law with a flat head: the commonest family name is borne by one in 150, most by a handful.
    of_given = given[_zipf(dice, len(given), n_people, 0.9, 8)]
    of_family = family[_zipf(dice, len(family), n_people, 0.8, 20)]
    n_firms = max(20, n_people // 25)
    firms = np.array([f"{word}.example" for word in _words(dice, n_firms, 4)])
    blocks = []
    joined = dice.integers(0, 2_400, n_people)
    for move in range(3):
        here = np.flatnonzero(dice.random(n_people) < (0.9, 0.35, 0.12)[move])
        stay = dice.integers(200, 1_200, n_people)
        firm = firms[_zipf(dice, n_firms, n_people, 0.7, 10)]
        blocks.append((here, firm[here], dice.integers(0, 4, len(here)), joined[here], (joined + stay)[here]))
        joined = joined + stay + dice.integers(0, 90, n_people)
    free = np.flatnonzero(dice.random(n_people) < 0.6)
    start = dice.integers(0, 2_000, len(free))
    blocks.append((free, np.array(FREE)[dice.integers(0, len(FREE), len(free))], dice.integers(0, 5, len(free)),
                   start, start + dice.integers(30, 1_600, len(free))))  # fmt: skip
    people, hosts, styles, first, last = (np.concatenate(column) for column in zip(*blocks, strict=True))
    local = _locals(of_given[people], of_family[people], styles, dice)
    mail = _unique(pc.binary_join_element_wise(local, pa.array(hosts), "@"))
    address = pc.binary_join_element_wise("mailto", mail, ":")
    names = _shown(of_given[people], of_family[people], dice)
    tables = [pa.table({"person": people, "handle": address, "name": names, "first_day": first, "last_day": last,
                        "account": pa.nulls(len(people), pa.string())})]  # fmt: skip
    chat = np.flatnonzero(dice.random(len(people)) < 0.12)
    with_file = pa.array(dice.random(len(chat)) < 0.5)
    tables.append(pa.table({
        "person": people[chat],
        "handle": pa.array([f"slack:T1/U{number:07d}" for number in people[chat]]),
        "name": names.take(pa.array(chat)), "first_day": first[chat], "last_day": last[chat],
        "account": pc.if_else(with_file, mail.take(pa.array(chat)), None),
    }))  # fmt: skip
    roles = np.repeat(np.arange(n_firms // 3), 2)
    offices = pa.array(np.array(ROLES)[dice.integers(0, len(ROLES), len(roles))])
    role = pc.binary_join_element_wise("mailto", pc.binary_join_element_wise(offices, pa.array(firms[roles]), "@"), ":")
    day, nothing = np.zeros(len(roles), np.int64), pa.nulls(len(roles), pa.string())
    columns = {"person": day - 1, "handle": role, "name": nothing, "first_day": day, "last_day": day + 1_500}
    tables.append(pa.table(columns | {"account": nothing}))
    whole = pa.concat_tables(tables).combine_chunks()
    _values, place = np.unique(whole["handle"].to_numpy(zero_copy_only=False), return_index=True)
    return whole.take(pa.array(np.sort(place)))


def _words(dice: np.random.Generator, n: int, n_syllables: int) -> np.ndarray[Any, Any]:
    """Different made-up words."""
    import numpy as np

    parts = [np.array(_CONSONANTS)[dice.integers(0, len(_CONSONANTS), 3 * n)] for _ in range(n_syllables)]
    vowels = [np.array(_VOWELS)[dice.integers(0, len(_VOWELS), 3 * n)] for _ in range(n_syllables)]
    syllables = [one for pair in zip(parts, vowels, strict=True) for one in pair]
    words = list(dict.fromkeys("".join(letters) for letters in zip(*syllables, strict=True)))
    while len(words) < n:
        words += [f"{word}n" for word in words[: n - len(words)]]
    return np.array(words[:n])


def _zipf(dice: np.random.Generator, n: int, size: int, exponent: float, head: int) -> np.ndarray[Any, Any]:
    import numpy as np

    weights = 1 / (np.arange(n) + head) ** exponent
    return np.searchsorted(np.cumsum(weights) / weights.sum(), dice.random(size)).clip(0, n - 1)


def _locals(given: Any, family: Any, styles: Any, dice: np.random.Generator) -> pa.Array:
    """`ana.silva`, `asilva`, `ana`, `silvaa`, `ana.silva87`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    given, family, style = pa.array(given), pa.array(family), pa.array(styles)
    g = pc.utf8_slice_codeunits(given, 0, 1)
    dotted = pc.binary_join_element_wise(given, family, ".")
    digits = pc.cast(pa.array(dice.integers(1, 99, len(given))), pa.string())
    numbered = pc.binary_join_element_wise(dotted, digits, "")
    initial, turned = pc.binary_join_element_wise(g, family, ""), pc.binary_join_element_wise(family, g, "")
    return pc.choose(style, dotted, initial, given, turned, numbered)


def _unique(mail: pa.Array) -> pa.Array:
    """The second bearer of an address gets a 2 before the at, and so on."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = mail.dictionary_encode().indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    ranked = codes[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    place = np.empty(len(codes), np.int64)
    place[order] = np.arange(len(codes)) - np.repeat(starts, np.diff(np.r_[starts, len(codes)]))
    suffix = pc.if_else(pa.array(place > 0), pc.cast(pa.array(place + 1), pa.string()), "")
    parts = pc.split_pattern(mail, "@")
    local, host = pc.list_element(parts, 0), pc.list_element(parts, 1)
    return pc.binary_join_element_wise(pc.binary_join_element_wise(local, suffix, ""), host, "@")


def _shown(given: Any, family: Any, dice: np.random.Generator) -> pa.Array:
    """The name as it is written: 78 % plain, the rest turned round, mistyped, in capitals, in part or not at all."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    given, family = pc.utf8_capitalize(pa.array(given)), pc.utf8_capitalize(pa.array(family))
    plain = pc.binary_join_element_wise(given, family, " ")
    # A letter of the family name is left out.
    start = pc.binary_join_element_wise(given, pc.utf8_slice_codeunits(family, 0, 3), " ")
    typo = pc.binary_join_element_wise(start, pc.utf8_slice_codeunits(family, 4, 40), "")
    turned = pc.binary_join_element_wise(family, given, ", ")
    which = np.searchsorted(np.cumsum((0.78, 0.07, 0.03, 0.03, 0.03)), dice.random(len(plain)))
    return pc.choose(which, plain, turned, typo, pc.utf8_upper(plain), given, pa.nulls(len(plain), pa.string()))


def _log(world: pa.Table) -> dict[str, pa.Table]:
    """Every handle writes on its first and on its last day; a file names the addresses of some accounts."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    n = world.num_rows
    days = np.concatenate([world["first_day"].to_numpy(), world["last_day"].to_numpy()])
    # A prime step through 63 bits: ids that differ and lie as far apart as hashes.
    ids = (np.arange(1, 2 * n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(1)).astype(np.int64)
    both = {"interaction_id": ids, "copy_hash": pa.array(["0" * 16] * (2 * n)), "batch": np.ones(2 * n, np.int64)}
    at = (np.datetime64("2016-01-01T09:00:00", "us") + days.astype("timedelta64[D]")).astype("datetime64[us]")
    twice = pa.array(np.r_[np.arange(n), np.arange(n)])
    said = {"kind": pa.array(["message"] * (2 * n)), "channel": pa.array(["mail"] * (2 * n)), "occurred_at": at}
    seats = {"role": pa.array(["from"] * (2 * n)), "handle": world["handle"].take(twice),
             "display_name": world["name"].take(twice)}  # fmt: skip
    accounts = world.filter(pc.is_valid(world["account"]))
    m = accounts.num_rows
    directory = {
        "record_hash": pc.binary_join_element_wise("account", accounts["handle"], " "),
        "kind": pa.array(["account"] * m),
        "handle": accounts["handle"],
        "address": pc.binary_join_element_wise("mailto", accounts["account"], ":"),
        "source": pa.array(["made up"] * m),
        "locator": accounts["handle"],
        "batch": np.ones(m, np.int64),
    }
    return {
        "interactions": pa.table(both | said),
        "participants": pa.table(both | seats),
        "directory": pa.table(directory),
    }


def _typed(columns: pa.Table, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    n, known = columns.num_rows, columns.column_names
    arrays = [columns[one.name].cast(one.type) if one.name in known else pa.nulls(n, one.type) for one in schema]
    return pa.table(arrays, schema)


def _agreement(world: pa.Table, found: pa.Table) -> dict[str, Any]:
    """Precision and recall over pairs, counted from the sizes of groups and of what two groups share."""
    import numpy as np
    import pyarrow.compute as pc

    real = world.filter(pc.greater_equal(world["person"], 0)).select(["handle", "person"])
    both = real.join(found, "handle", join_type="left outer")
    # A handle that belongs to nobody is alone.
    alone = pc.binary_join_element_wise("alone", both["handle"], " ")
    owner = pc.coalesce(pc.cast(both["person_id"], "string"), alone)
    truth = both["person"].to_numpy()
    owners = owner.combine_chunks().dictionary_encode().indices.to_numpy()

    def pairs(labels: Any) -> int:
        sizes = np.unique(labels, return_counts=True)[1]
        return int((sizes * (sizes - 1) // 2).sum())

    shared = pairs(truth * (int(owners.max()) + 1) + owners)
    return {"precision": round(shared / max(pairs(owners), 1), 4), "recall": round(shared / max(pairs(truth), 1), 4),
            "true pairs": pairs(truth)}  # fmt: skip


def _aliases(n: int) -> tuple[dict[str, str], dict[str, str]]:
    """Names and persons of mail addresses, people whole."""
    import pyarrow.compute as pc

    world = made_up(max(4 * n, 4_000))
    mails = world.filter(pc.and_(pc.starts_with(world["handle"], "mailto:"), pc.greater_equal(world["person"], 0)))
    rows = mails.sort_by("person").slice(0, n).to_pylist()
    address = [row["handle"].removeprefix("mailto:") for row in rows]
    names = dict(zip(address, (row["name"] or "" for row in rows), strict=True))
    return names, dict(zip(address, (str(row["person"]) for row in rows), strict=True))


if __name__ == "__main__":
    main()
