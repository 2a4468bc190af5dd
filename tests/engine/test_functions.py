"""Functions that every engine brings along: the same as those of Python."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honeycell.engine import Engine
from honeycell.engine.functions import id_of, written_id
from honeycell.ids import id_of as plain_id_of
from honeycell.ids import with_written_ids
from honeycell.ids import written_id as plain_written_id

words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(words, min_size=1, max_size=20))
def test_ids_of_a_column_are_those_of_each_text(engine: Engine, texts: list[str]) -> None:
    rows = engine.keep(pa.table({"text": pa.array(texts, pa.string())}))
    made = rows.mutate(text_id=id_of(rows.text))
    found = engine.to_arrow(made.mutate(shown=written_id(made.text_id)))
    for row in found.to_pylist():
        assert row["text_id"] == plain_id_of(row["text"])
        assert row["shown"] == plain_written_id(row["text_id"])
    shown = with_written_ids(found)
    assert shown["text_id"].to_pylist() == found["shown"].to_pylist()


def test_only_ids_are_written_in_digits_and_a_missing_one_stays_missing() -> None:
    rows = pa.table({"person_id": pa.array([255, None]), "import_id": [1, 2], "n_days": [3, 4]}).slice(0, 2)
    shown = with_written_ids(rows.slice(0, 1)).to_pylist() + with_written_ids(rows.slice(1, 1)).to_pylist()
    assert shown == [
        {"person_id": "00000000000000ff", "import_id": 1, "n_days": 3},
        {"person_id": None, "import_id": 2, "n_days": 4},
    ]
