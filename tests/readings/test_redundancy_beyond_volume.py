"""What D1 says of relations whose people leave: rows laid out as the public ones, with the answer planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from validation.persistence import read_rows
from validation.redundancy import chart_units, main, unit_contacts

N_UNITS, PER_UNIT, DAYS, LEAVES_ON = 10, 5, 300, 150


def _planted(folder: Path) -> Path:
    """Relations of equal volume, some by one pair and some by all of them; three people of ten leave half way."""
    drawn = np.random.default_rng(5)
    leaves = drawn.random(N_UNITS * PER_UNIT) < 0.3
    rows = []
    for one in range(N_UNITS):
        for other in range(one + 1, N_UNITS):
            wide, start = drawn.random() < 0.5, drawn.integers(PER_UNIT, size=2)
            for day in np.flatnonzero(drawn.random(DAYS) < 0.4):
                place = drawn.integers(PER_UNIT, size=2) if wide or drawn.random() < 0.1 else start
                a, b = one * PER_UNIT + place[0], other * PER_UNIT + place[1]
                if day < LEAVES_ON or not (leaves[a] or leaves[b]):
                    rows.append(f"{a} {b} {day * 86_400 + drawn.integers(86_400)}")
    (folder / "email-temporal.txt").write_text("\n".join(rows) + "\n")
    people = "\n".join(f"{person} {person // PER_UNIT}" for person in range(N_UNITS * PER_UNIT))
    (folder / "email-department-labels.txt").write_text(people + "\n")
    return folder


def test_d1_foretells_what_is_kept_where_people_leave(tmp_path: Path) -> None:
    found = main(_planted(tmp_path))
    assert found["coefficient_low"] > 0
    assert found["auc_margin"] > 0.1


def test_a_message_to_many_is_one_unit_of_attention_and_a_broadcast_none(tmp_path: Path) -> None:
    rows = ["0 1 0", "0 2 0", "1 0 5", *(f"0 {other} 9" for other in range(1, 13))]
    (tmp_path / "temporal.txt").write_text("\n".join(rows))
    (tmp_path / "temporal-Dept1.txt").write_text("1 2 0\n")  # a part of it lies beside the whole
    (tmp_path / "labels.txt").write_text("\n".join(f"{person} {int(person > 0)}" for person in range(13)))
    found = unit_contacts(tmp_path)
    assert found.w_ab.tolist() == [0.5, 0.5]
    assert found.w_ba.tolist() == [1.0, 0.0]
    assert len(read_rows(tmp_path)[0]) == len(rows)


def test_a_unit_is_all_below_one_report_of_the_top() -> None:
    # 0 on top; 1 and 2 below; 3 and 4 below 1, 5 below 4; 6 and 7 go round.
    assert chart_units({1: 0, 2: 0, 3: 1, 4: 1, 5: 4, 6: 7, 7: 6}) == {1: 1, 3: 1, 4: 1, 5: 1}
