"""A role mailbox acts for its organisation, and is nobody."""

from __future__ import annotations

from pathlib import Path

from honeycell.cell import Cell, create_cell
from honeycell.tables import DERIVED


def mail(folder: Path, number: int, sender: str, to: str, day: int) -> None:
    (folder / f"{number}.eml").write_text(
        f"From: {sender}\nTo: {to}\nDate: {day} Jan 2025 10:00:00 +0100\nMessage-ID: <{number}@mail.example>\n"
        f"Subject: Order {number}\n\nHere is what you asked for, number {number}.\n"
    )


def talk(folder: Path, first: int, theirs: str, days: tuple[int, ...]) -> Path:
    folder.mkdir()
    for at, day in enumerate(days):
        pair = ("Ana Alva <ana@aster.example>", theirs)
        mail(folder, first + at, *(pair if at % 2 else pair[::-1]), day)
    return folder


def derived(cell: Cell) -> dict[str, list[dict[str, object]]]:
    return {
        table.name: cell.engine.to_arrow(cell.engine.table(table.name).order_by(list(table.key))).to_pylist()
        for table in DERIVED
    }


def test_a_role_mailbox_is_in_touch_for_its_organisation(tmp_path: Path) -> None:
    mails = talk(tmp_path / "mails", 0, "Birk Support <support@birk.example>", (1, 2, 5, 9, 12, 20))
    with create_cell(tmp_path / "cell") as cell:
        cell.import_paths([mails])
        cell.refresh()
        state = cell.show("aster~birk", window_days=30)
        attention = next(reading for reading in state.readings if reading.reading == "attention")
        assert attention.n == 6
        assert {(one.person.kind, one.person.name) for one in state.people} == {
            ("person", "Ana Alva"), ("mailbox", "support@birk.example"),
        }  # fmt: skip
        assert cell.people()["name"].to_pylist() == ["Ana Alva"]
        birk = cell.organisations().to_pylist()[1]
        assert (birk["slug"], birk["n_persons"]) == ("birk", 0)
        evidence = cell.why("aster~birk", "attention", window_days=30).evidence
        actors = cell.actors(sorted({row.from_person_id for row in evidence}))
        assert {party.name for party in actors.values()} == {"Ana Alva", "support@birk.example"}


def test_a_mailbox_that_proves_to_be_shared_keeps_its_talks(tmp_path: Path) -> None:
    first = talk(tmp_path / "first", 0, "Desk <desk7@birk.example>", (1, 2, 5, 9))
    others = talk(tmp_path / "others", 1_000, "Guy Noor <guy@core.example>", tuple(range(1, 29)) * 2)
    later = tmp_path / "later"
    later.mkdir()
    names = ("Bo Dahl", "Cy Rask", "Di Holm", "Eli Lund", "Flo Berg")
    for number, name in enumerate(names * 2):
        mail(later, 100 + number, f"{name} <desk7@birk.example>", "ana@aster.example", 10 + number)
    with create_cell(tmp_path / "cell") as cell:
        cell.import_paths([first, others])
        cell.refresh()
        assert cell.people()["name"].to_pylist() == ["Ana Alva", "Desk", "Guy Noor"]
        cell.import_paths([later])
        assert not cell.refresh().rebuilt
        assert cell.people()["name"].to_pylist() == ["Ana Alva", "Guy Noor"]
        assert {one.person.kind for one in cell.show("aster~birk", window_days=30).people} == {"person", "mailbox"}
        refreshed = derived(cell)
        cell.refresh(rebuild=True)
        assert refreshed == derived(cell)
