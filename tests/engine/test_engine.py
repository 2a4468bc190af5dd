"""The engine: whole snapshots for readers, one writer a layer, replacement by key, recovery after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honeycell.engine import Engine, memory_limit_bytes, open_engine
from honeycell.engine.duck import _compiled
from honeycell.errors import HoneycellError
from honeycell.tables import TABLES


def pairs(rows: dict[tuple[int, int], float]) -> pa.Table:
    """Rows of the table `pairs`, with the value in w_ab."""
    schema = TABLES["pairs"].schema
    columns = {name: [None] * len(rows) for name in schema.names}
    columns |= {
        "a_person_id": [a for a, _ in rows],
        "b_person_id": [b for _, b in rows],
        "w_ab": list(rows.values()),
    }
    return pa.table(columns, schema=schema)


def held(engine: Engine) -> dict[tuple[int, int], float]:
    """What the engine reads of `pairs` now."""
    rows = engine.to_arrow(engine.table("pairs")).to_pylist()
    return {(row["a_person_id"], row["b_person_id"]): row["w_ab"] for row in rows}


def test_a_table_that_was_never_written_is_empty_and_typed(engine: Engine) -> None:
    for name, table in TABLES.items():
        read = engine.to_arrow(engine.table(name))
        assert read.num_rows == 0
        assert read.schema.names == table.schema.names


def test_what_is_not_published_is_rolled_back(engine: Engine) -> None:
    with engine.writing("derived") as writer:
        writer.replace("pairs", pairs({(1, 2): 1.0}))
        writer.publish()
    with engine.writing("derived") as writer:
        writer.replace("pairs", pairs({(1, 3): 2.0}))
        assert held(engine) == {(1, 3): 2.0}
    assert held(engine) == {(1, 2): 1.0}
    with engine.writing("derived") as writer:
        writer.replace_keys("pairs", pairs({(1, 2): 0.0}), pairs({(1, 2): 3.0}))
        writer.publish()
    assert held(engine) == {(1, 2): 3.0}


def test_a_table_that_the_model_has_no_more_is_forgotten(engine: Engine) -> None:
    with engine.writing("derived") as writer:
        writer.replace("pairs", pairs({(1, 2): 1.0}))
        writer.publish()
    file = engine.folder / "snapshot.json"
    page = json.loads(file.read_text())
    page["tables"]["auras"] = page["tables"]["pairs"]
    file.write_text(json.dumps(page))
    with closing(open_engine(engine.folder)) as later:
        assert later.snapshot.of_layer("derived", engine.folder).tables.keys() == {"pairs"}
        with later.writing("derived") as writer:
            writer.replace("pairs", pairs({(1, 3): 2.0}))
            writer.publish()
        assert later.snapshot.tables.keys() == {"pairs"}


keys = st.tuples(st.integers(0, 3), st.integers(4, 7))
changes = st.tuples(st.sets(keys, min_size=1), st.dictionaries(keys, st.floats(0, 9)), st.booleans())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.dictionaries(keys, st.floats(0, 9)), rounds=st.lists(changes, max_size=5))
def test_replacing_keys_equals_replacing_them_in_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory,
    first: dict[tuple[int, int], float],
    rounds: list[tuple[set[tuple[str, str]], dict[tuple[int, int], float], bool]],
) -> None:
    engine = open_engine(tmp_path_factory.mktemp("cell"))
    model = dict(first)
    with engine.writing("derived") as writer:
        writer.replace("pairs", pairs(first))
        writer.publish()
    for gone, wanted, fold in rounds:
        fresh = {key: value for key, value in wanted.items() if key in gone}
        model = {key: value for key, value in model.items() if key not in gone} | fresh
        with engine.writing("derived") as writer:
            if fold:
                writer.most_changes = 0
            writer.replace_keys("pairs", pairs(dict.fromkeys(gone, 0.0)), pairs(fresh))
            writer.publish()
        assert held(engine) == model
    engine.close()


WRITER = """
import sys, time
from pathlib import Path
import pyarrow as pa
from honeycell.engine import open_engine
from honeycell.tables import TABLES
engine = open_engine(Path(sys.argv[1]))
schema = TABLES["imports"].schema
def rows(number):
    return pa.table({n: [number] if n == "import_id" else [None] for n in schema.names}, schema=schema)
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    with engine.writing("log") as writer:
        for _ in range(2):
            writer.append("imports", rows(number))
            print("appended", number, flush=True)
        writer.publish()
        print("published", number, flush=True)
"""


def start_writer(folder: Path, first: int, end: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(folder), str(first), str(end)],
        stdout=subprocess.PIPE,
        text=True,
    )


def numbers(engine: Engine) -> list[int]:
    engine.reopen()
    return sorted(engine.to_arrow(engine.table("imports").import_id).to_pylist())


def test_a_writer_killed_between_two_appends_leaves_nothing_behind(tmp_path: Path) -> None:
    process = start_writer(tmp_path, 0, 50)
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if line == "appended 2\n":
                process.send_signal(signal.SIGKILL)
                break
    engine = open_engine(tmp_path)
    known = numbers(engine)
    assert known[:4] == [0, 0, 1, 1]
    assert all(known.count(number) == 2 for number in known)
    with start_writer(tmp_path, 100, 101) as again:
        again.communicate()
    assert numbers(engine) == [*known, 100, 100]
    engine.close()


def test_two_writers_at_once_and_a_reader_that_is_never_locked_out_or_shown_half(tmp_path: Path) -> None:
    writers = [start_writer(tmp_path, 0, 8), start_writer(tmp_path, 100, 108)]
    engine = open_engine(tmp_path)
    looks = 0
    while any(writer.poll() is None for writer in writers):
        seen = numbers(engine)
        assert all(seen.count(number) == 2 for number in seen)
        looks += 1
        time.sleep(0.01)
    for writer in writers:
        assert writer.wait() == 0
        assert writer.stdout is not None
        writer.stdout.close()
    assert looks > 5
    assert numbers(engine) == sorted([*range(8), *range(8), *range(100, 108), *range(100, 108)])
    engine.close()


def test_a_damaged_table_is_an_error_with_a_code_and_a_remedy(engine: Engine) -> None:
    with engine.writing("derived") as writer:
        writer.replace("pairs", pairs({(1, 2): 1.0}))
        writer.publish()
    for file in (engine.folder / "derived" / "pairs").glob("*.parquet"):
        file.write_bytes(b"not parquet")
    fresh = open_engine(engine.folder)
    with pytest.raises(HoneycellError) as caught:
        fresh.table("pairs")
    assert caught.value.code == "log-damaged"
    assert "pairs" in caught.value.where
    assert "rebuild" in caught.value.remedy
    fresh.close()


def test_the_memory_limit_comes_from_the_machine_or_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < memory_limit_bytes() <= 0.6 * total
    monkeypatch.setenv("HONEYCELL_MEMORY", "512")
    assert memory_limit_bytes() == 512 * 1024**2


def test_the_spill_folder_comes_with_the_first_spill_and_goes_with_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spilled = tmp_path / "spilled"
    spilled.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spilled))
    monkeypatch.setenv("HONEYCELL_MEMORY", "100")
    engine = open_engine(tmp_path)
    assert engine.to_arrow(engine.table("imports").count()).as_py() == 0
    assert list(spilled.iterdir()) == []
    texts = engine.keep(pa.table({"text": [f"{number:040}" for number in range(1_000_000)]}))
    assert (
        engine.to_arrow(ibis.union(texts, texts.mutate(text=texts.text + "x")).distinct().count()).as_py() == 2_000_000
    )
    assert list(spilled.iterdir()) == [engine._spill]
    engine.close()
    assert list(spilled.iterdir()) == []


def test_what_is_kept_in_a_block_is_let_go_at_its_end(engine: Engine) -> None:
    def held() -> int:
        return len(engine._connection.con.sql("FROM duckdb_tables()").fetchall())

    with engine.scratch():
        numbers = engine.keep(pa.table({"n": [1, 2, 3]}))
        with engine.scratch():
            engine.keep(numbers.filter(numbers.n > 1))
            assert held() == 2
        assert held() == 1
        engine.drop(numbers)
        assert held() == 0
        engine.keep(pa.table({"n": [4]}))
    assert held() == 0


def test_what_is_asked_again_is_not_compiled_again_and_reads_what_is_there_now(engine: Engine) -> None:
    def asked() -> int:
        with engine.scratch():
            kept = engine.keep(pairs({(1, 2): 1.0, (1, 3): 2.0}))
            both = engine.keep(engine.table("pairs").semi_join(kept, ["a_person_id", "b_person_id"]))
            return int(engine.to_arrow(both.w_ab.sum()).as_py())

    for value in (1.0, 5.0, 7.0):
        with engine.writing("derived") as writer:
            writer.replace("pairs", pairs({(1, 2): value, (4, 5): 9.0}))
            writer.publish()
        compiled = _compiled.cache_info().misses
        assert asked() == value
    assert _compiled.cache_info().misses == compiled
