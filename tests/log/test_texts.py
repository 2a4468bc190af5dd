"""The zones of the texts of the log: as a table, and after a refresh as after a rebuild."""

from __future__ import annotations

from pathlib import Path

from worlds import SOURCE, day, derived_state, refresh, write_lines

from honeycell import log
from honeycell.engine import Engine


def test_a_refresh_gives_the_zones_of_a_rebuild(engine: Engine, tmp_path: Path) -> None:
    def mail(name: str, body: str, **more: object) -> dict[str, object]:
        return {"id": f"{name}@example.com", "body": body, "at": day(1), "from": ["ana@example.com"],
                "to": ["bo@example.com"], **more}  # fmt: skip

    first = [mail("a", "Hi Bo,\n\nshall we meet on Friday?\n\nBest,\nAna")]
    second = [
        mail("b", "Yes.\n\nOn 3 May 2019, Ana <ana@example.com> wrote:\n> shall we meet?"),
        mail("a", "Other words."),
    ]
    for number, records in enumerate((first, second)):
        path = write_lines(tmp_path / "in" / f"{number}.jsonl", *records)
        log.import_paths(engine, [path], source=SOURCE)
        refresh(engine)
    rows = engine.to_arrow(engine.table("zones")).to_pylist()
    assert {row["of"] for row in rows} == {None, "ana@example.com"}
    held = derived_state(engine)
    refresh(engine, rebuild=True)
    assert held["zones"] == derived_state(engine)["zones"]
