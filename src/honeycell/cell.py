"""One cell opened as one object: the library's front door.

A cell is a folder: the log and the derived tables, the snapshot that names their versions, and `cell.toml`.
`Cell` runs the stages in their order and asks the readings; the command line and the server ask the cell.

Example:
    >>> import tempfile
    >>> from pathlib import Path
    >>> with create_cell(Path(tempfile.mkdtemp()) / "cell", us="Example", domains=["example.com"]) as cell:
    ...     cell.relationships().num_rows
    0
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from honeycell.doctor import Finding, compared_with_rebuild, index_of_words, read_whole
from honeycell.errors import HoneycellError, NotAllowedError, NotFoundError, UsageError
from honeycell.ids import with_written_ids
from honeycell.rules import INDEX, fingerprint
from honeycell.tables import DERIVED, TABLES

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from honeycell.conversations import Grouped
    from honeycell.conversations.loops.audit import Audit
    from honeycell.decisions import Decision, Store
    from honeycell.engine import Engine
    from honeycell.groups import Groups
    from honeycell.log import ImportResult
    from honeycell.progress import Progress
    from honeycell.readings import Evidence, Holder, Party, PartyState, RelationshipState, Watched, Whose
    from honeycell.readings.budget import AttentionState
    from honeycell.readings.network import NetworkState
    from honeycell.readings.spaces import SpaceState
    from honeycell.search import Found
    from honeycell.steps import Step, Tables
    from honeycell.tracks import Conversation, Ideas, Tracks

__all__ = ["Cell", "Decided", "RefreshResult", "create_cell", "open_cell"]

Reporter: TypeAlias = "Callable[[Progress], None] | None"
"""What a long work reports its progress to."""
CELL_FILE = "cell.toml"
_DECIDED_AT = "decided_at"
"""The mark that tells the last decision that was derived from another one of its number."""
_LARGE_CHANGE = 0.2
"""Share of the log above which a rebuild is cheaper than a refresh."""


@dataclass(frozen=True)
class RefreshResult:
    """What a refresh did."""

    rebuilt: bool
    """Everything was computed, not only what changed."""
    tables: tuple[str, ...]
    """Derived tables whose rows changed (all of them after a rebuild)."""
    seconds: float


@dataclass(frozen=True)
class Decided:
    """What a decision changed: who held the handles concerned, and who holds them now; so with conversations."""

    decision_id: int
    before: tuple[Holder, ...]
    after: tuple[Holder, ...]
    refreshed: RefreshResult
    conversations_before: tuple[Grouped, ...] = ()
    conversations_after: tuple[Grouped, ...] = ()
    group: str = "priorities"
    """The commands it was made with, where it was neither of people nor of conversations."""


def create_cell(folder: Path, us: str | None = None, domains: Sequence[str] = ()) -> Cell:
    """Make a new cell in a folder, for the organisation `us` with its mail domains, and open it.

    Raises:
        UsageError: There is a cell in this folder (`cell-exists`), or domains without a name (`wrong-use`).
        NotAllowedError: The folder cannot be written (`file-not-writable`).
    """
    if (folder / CELL_FILE).exists():
        raise UsageError("cell-exists", "there is a cell in this folder already", str(folder), "choose another folder")
    if domains and not us:
        raise UsageError("wrong-use", "domains need a name", "--domain", "say whose they are with --us NAME")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "locks").mkdir(exist_ok=True)
        (folder / CELL_FILE).write_text("# A Honeycell cell. The tables are beside this file.\nlayout = 1\n")
    except OSError as error:
        raise NotAllowedError(
            "file-not-writable", f"the folder cannot be written: {error.strerror}", str(folder), "choose another folder"
        ) from error
    cell = open_cell(folder)
    if us:
        from honeycell.log import declare_us

        declare_us(cell.engine, us, domains)
    return cell


def open_cell(folder: Path, viewer: str | None = None) -> Cell:
    """Open the cell in a folder at its published state.

    Args:
        folder: The folder.
        viewer: Who asks, as @slug or address: they see what they may. The owner of the cell by default, who sees all.

    Raises:
        NotFoundError: There is no cell in this folder (`no-cell`).
    """
    if not (folder / CELL_FILE).exists():
        raise NotFoundError(
            "no-cell",
            "there is no cell here",
            str(folder),
            "make one with `honeycell init DIR`, or name it with --cell",
        )
    from honeycell.engine import open_engine

    return Cell(folder, open_engine(folder), viewer)


class Cell:
    """One organisation's Honeycell; made by `create_cell` and `open_cell`."""

    def __init__(self, folder: Path, engine: Engine, viewer: str | None = None) -> None:
        self.folder = folder
        self.engine = engine
        self.viewer = viewer
        """Who asks, as @slug or address; None for the owner of the cell."""

    def __enter__(self) -> Cell:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the engine."""
        self.engine.close()

    # --- writing -----------------------------------------------------------------------------------------

    def import_paths(
        self,
        paths: Sequence[Path],
        source: str | None = None,
        *,
        dry_run: bool = False,
        progress: Reporter = None,
    ) -> ImportResult:
        """Read files and folders into the log; the derived tables follow with `refresh`.

        Raises:
            NotFoundError: A path does not exist (`file-not-found`), or no source has this name.
        """
        from honeycell.log import import_paths

        return import_paths(self.engine, paths, source=source, dry_run=dry_run, progress=progress or _quiet)

    def refresh(self, *, rebuild: bool = False, progress: Reporter = None) -> RefreshResult:
        """Derive what the last imports and decisions changed, or everything, and bring the index of words in step.

        Readers see it at the end, all at once.

        Raises:
            HoneycellError: Decisions are gone that were there, and no rebuild was asked for (`decisions-unavailable`).
        """
        from honeycell import search
        from honeycell.decisions.steps import DECISIONS, decided_anew
        from honeycell.log import changes_since
        from honeycell.progress import Progress
        from honeycell.steps import Tables, derive

        started, steps = time.perf_counter(), _steps()
        report, anyway = progress or _quiet, rebuild
        with self.engine.writing("derived") as writer, self.engine.scratch(), self._decisions() as store:
            marks = self.engine.snapshot.marks
            batch, derived = marks.get("batch", 0), marks.get("derived_batch", -1)
            decided = _state(store, {} if rebuild else marks)
            anew = decided != marks.get(DECISIONS, 0)
            rebuild = rebuild or derived < 0 or marks.get("rules") != fingerprint() or self._mostly_new(derived)
            indexed = search.is_current(self.engine, fingerprint(INDEX))
            if batch == derived and not anew and not rebuild and indexed:
                return RefreshResult(False, (), time.perf_counter() - started)
            seen: list[str] = []

            def done(table: str) -> None:
                seen.append(table)
                report(Progress("refresh", len(seen), len(steps) + 1, "tables", table))

            tables, changes = Tables(self.engine), None
            if not rebuild:
                changes = changes_since(tables, derived) if batch != derived else {}
                changes |= {DECISIONS: decided_anew(tables)} if anew else {}
            changed = derive(self.engine, writer, steps, changes=changes, decided=_standing(store, decided), done=done)
            search.update(self.engine, writer, fingerprint(INDEX), rebuild=anyway)
            done("index of words")
            writer.mark("derived_batch", batch)
            writer.mark(DECISIONS, decided)
            writer.mark(_DECIDED_AT, _moment(store, decided))
            writer.mark("rules", fingerprint())
            writer.publish()
            names = tuple(table.name for table in DERIVED if rebuild or table.name in changed)
        return RefreshResult(rebuild, names, time.perf_counter() - started)

    def _mostly_new(self, derived: int) -> bool:
        interactions = self.engine.table("interactions")
        counts = interactions.aggregate(n=interactions.count(), n_new=(interactions.batch > derived).sum())
        row = self.engine.to_arrow(counts).to_pylist()[0]
        return bool((row["n_new"] or 0) > _LARGE_CHANGE * max(row["n"], 1))

    # --- deciding who is who -----------------------------------------------------------------------------

    def merge(self, a: str, b: str, *, by: str, why: str | None = None, progress: Reporter = None) -> Decided:
        """Decide that two handles or persons are one person, and derive what follows.

        Args:
            a: An address, a handle, or a person (`@slug`), who is meant by the address they first used.
            b: The other.
            by: Who decides.
            why: The reason in words.
            progress: Told how far the refresh is.

        Raises:
            NotFoundError: No person answers to one of the two (`no-such-party`).
            UsageError: More than one do (`ambiguous-name`), or both are the same (`bad-decision`).
        """
        return self._decide("same_person", {"handle_a": a, "handle_b": b}, by, why, progress)

    def apart(self, a: str, b: str, *, by: str, why: str | None = None, progress: Reporter = None) -> Decided:
        """Decide that two handles or persons are not one person; as `merge`."""
        return self._decide("not_same_person", {"handle_a": a, "handle_b": b}, by, why, progress)

    def split(self, handle: str, *, by: str, why: str | None = None, progress: Reporter = None) -> Decided:
        """Decide that a handle stands alone, and derive what follows; as `merge`.

        Raises:
            UsageError: It is a person with several handles (`ambiguous-name`): say which of them leaves.
        """
        return self._decide("split", {"handle": handle}, by, why, progress)

    def undo(self, decision_id: int, *, by: str, why: str | None = None, progress: Reporter = None) -> Decided:
        """Take a decision back, and derive what follows: everything is as if it had never been made.

        Raises:
            NotFoundError: There is no such decision (`no-such-decision`).
            UsageError: It is taken back already (`already-undone`).
        """
        from honeycell.decisions import undo

        made = {decision.decision_id: decision for decision in self.decisions()}
        first = made.get(decision_id)
        while first is not None and first.undoes is not None:
            first = made.get(first.undoes)
        what = (first.what if first else {}).items()
        handles = [str(value) for name, value in what if name.startswith("handle")]
        said = [int(str(value), 16) for name, value in what if name.startswith("interaction")]
        return self._then(handles, lambda store: undo(store, decision_id, by=by, why=why), progress, said)

    # --- deciding what belongs together ------------------------------------------------------------------

    def join(self, a: str, b: str, *, by: str, why: str | None = None, progress: Reporter = None) -> Decided:
        """Decide that the conversations of two interactions are one, and derive what follows.

        Args:
            a: The id of an interaction or conversation, six digits or more, or a Message-ID.
            b: The other.
            by: Who decides.
            why: The reason in words.
            progress: Told how far the refresh is.

        Raises:
            NotFoundError: Nothing has this id (`no-such-conversation`).
            UsageError: Several ids begin so (`ambiguous-name`), or both are the same (`bad-decision`).
        """
        return self._regroup("join_with", (a, b), by, why, progress)

    def part(
        self, a: str, into: str | None = None, *, by: str, why: str | None = None, progress: Reporter = None
    ) -> Decided:
        """Decide that an interaction leaves its conversation, with what answers it, for another one; as `join`."""
        if into is None:
            return self._regroup("not_part_of", (a,), by, why, progress)
        return self._regroup("part_of", (a, into), by, why, progress)

    # --- deciding what attention is meant for ------------------------------------------------------------

    def declare_priorities(
        self, shares: Mapping[str, float], *, of: str | None = None, from_on: date | None = None, by: str,
        why: str | None = None, progress: Reporter = None,
    ) -> Decided:  # fmt: skip
        """Declare which share of its outward attention an organisation means to give to whom.

        Args:
            shares: Organisations as typed, with shares that sum to 1; `others` is everybody else.
            of: Whose attention; ours by default.
            from_on: The first day on which they hold; since ever by default.
            by: Who decides.
            why: The reason in words.
            progress: Told how far the refresh is.

        Raises:
            NotFoundError: No organisation answers to a name (`no-such-party`).
            UsageError: The shares make no sense (`bad-decision`), or it is not said whose they are (`wrong-use`).
        """
        from honeycell.decisions import decide
        from honeycell.readings import budget

        with self._asked() as tables:
            what = budget.as_decided(tables, _ours_or(tables, of), shares)

        def act(store: Store) -> int:
            return decide(store, "priorities", by=by, why=why, from_on=from_on, **what)

        return self._then([], act, progress)

    def agree_floor(
        self, reading: str, least: str, *, from_on: date | None = None, by: str, why: str | None = None,
        progress: Reporter = None,
    ) -> Decided:  # fmt: skip
        """Agree on a value of a reading that no pair is meant to lie under.

        Args:
            reading: Its name as typed.
            least: The value in its unit, or a share in per cent.
            from_on: The first day on which it holds; since ever by default.
            by: Who decides.
            why: The reason in words.
            progress: Told how far the refresh is.

        Raises:
            NotFoundError: No reading is called so (`no-such-reading`).
            UsageError: Pairs have no value in it, or it never lies there (`bad-decision`).
        """
        from honeycell.decisions import decide
        from honeycell.readings import floors

        what = floors.as_decided(reading, least)

        def act(store: Store) -> int:
            return decide(store, "floors", by=by, why=why, from_on=from_on, **what)

        return replace(self._then([], act, progress), group="floors")

    def _regroup(self, kind: str, named: Sequence[str], by: str, why: str | None, progress: Reporter) -> Decided:
        from honeycell.conversations import find_interaction
        from honeycell.decisions import KINDS, decide
        from honeycell.ids import written_id

        with self._asked() as tables:
            said = [find_interaction(tables, text) for text in named]
        what = {column.name: written_id(one) for column, one in zip(KINDS[kind].columns, said, strict=True)}
        return self._then([], lambda store: decide(store, kind, by=by, why=why, **what), progress, said)

    def decisions(self) -> list[Decision]:
        """Every decision and every undo, the newest first."""
        from honeycell.decisions import history

        with self._decisions() as store:
            _state(store, self.engine.snapshot.marks)
            return [] if store is None else history(store)

    def _decide(self, kind: str, named: dict[str, str], by: str, why: str | None, progress: Reporter) -> Decided:
        from honeycell import readings
        from honeycell.decisions import decide

        with self._asked() as tables:
            find = readings.only_handle if kind == "split" else readings.handle_of_person
            what = {column: find(tables, text) for column, text in named.items()}
        return self._then(list(what.values()), lambda store: decide(store, kind, by=by, why=why, **what), progress)

    def _then(
        self, handles: Sequence[str], decide: Callable[[Store], int], progress: Reporter, said: Sequence[int] = ()
    ) -> Decided:
        """Write a decision, refresh, and see who holds these handles and those beside them before and after.

        Likewise the conversations that these interactions, and the first of each, are in.
        """
        from honeycell import conversations, readings
        from honeycell.decisions import open_store

        with self._asked() as tables:
            before = readings.holders(tables, handles)
            apart = conversations.grouped(tables, said) if said else ()
        with self._decisions() as known:
            _state(known, self.engine.snapshot.marks)
        with closing(open_store(self.folder)) as store:
            number = decide(store)
        refreshed = self.refresh(progress=progress)
        with self._asked() as tables:
            after = readings.holders(tables, [*handles, *(one for holder in before for one in holder.handles)])
            firsts = [one.first_interaction_id for one in apart]
            together = conversations.grouped(tables, [*said, *firsts]) if said else ()
        return Decided(number, before, after, refreshed, apart, together)

    # --- asking ------------------------------------------------------------------------------------------

    @property
    def as_of(self) -> date | None:
        """The end of the latest coverage: the day as of which the cell answers; None while it is empty."""
        from honeycell.log import coverage_end
        from honeycell.steps import Tables

        end: date | None = coverage_end(Tables(self.engine))
        return end

    def imports(self) -> pa.Table:
        """What came in: one row for each import, newest last."""
        return self.engine.to_arrow(self.engine.table("imports").order_by("import_id"))

    def skipped(self, import_id: int | None = None) -> pa.Table:
        """Records that could not be used, with the reason and where they stand.

        Raises:
            NotFoundError: No import has this number (`no-such-import`).
        """
        from honeycell.log import skipped
        from honeycell.steps import Tables

        return self.engine.to_arrow(skipped(Tables(self.engine), import_id))

    def relationships(self, *, as_of: date | None = None, window_days: int = 90) -> pa.Table:
        """Every relationship between two organisations, by contact days."""
        from honeycell import readings

        with self._asked() as tables:
            return readings.relationships(tables, as_of=as_of, window_days=window_days)

    def dormant(self, name: str | None = None, *, as_of: date | None = None) -> pa.Table:
        """What was strong and has gone quiet, of relationships or of one person's contacts: the strongest first.

        Raises:
            NotAllowedError: It is not for the viewer (`not-for-you`).
            NotFoundError: Nobody answers to the name.
            UsageError: The name is ambiguous, or of an organisation.
        """
        from honeycell import readings

        with self._asked() as tables:
            person = readings.find_party(tables, name) if name else None
            if person is not None and person.kind != "person":
                raise UsageError(
                    "wrong-use", f"“{name}” is an organisation; what is dormant is listed of one person or of all",
                    person.slug, "name a @person, or nobody for what is dormant between organisations",
                )  # fmt: skip
            return readings.dormant(tables, person, as_of)

    def changes(
        self, *, as_of: date | None = None, window_days: int = 90, progress: Reporter = None
    ) -> tuple[int, tuple[Watched, ...]]:
        """What changed between organisations of late, of how many that were watched."""
        from honeycell import readings
        from honeycell.progress import Progress

        def tell(done: int, total: int) -> None:
            (progress or _quiet)(Progress("changes", done, total, "relationships"))

        with self._asked() as tables:
            return readings.watched(tables, as_of=as_of, window_days=window_days, tell=tell)

    def organisations(self) -> pa.Table:
        """Every organisation, by name."""
        from honeycell import readings

        with self._asked() as tables:
            return readings.organisations(tables)

    def people(self) -> pa.Table:
        """Every person, by name; never by a reading."""
        from honeycell import readings

        with self._asked() as tables:
            return readings.people(tables)

    def actors(self, ids: Sequence[int]) -> dict[int, Party]:
        """Who acts in ties, by id: persons, and role mailboxes."""
        from honeycell import readings

        with self._asked() as tables:
            return readings.actors(tables, ids)

    def people_queue(self, limit: int | None = None) -> pa.Table:
        """Pairs of persons of whom nobody knows whether they are one, those first that change most."""
        from honeycell import readings

        with self._asked() as tables:
            return readings.undecided(tables, limit)

    def people_why(self, address: str) -> Whose:
        """Whose an address is, and why.

        Raises:
            NotFoundError: Nobody answers to it.
            UsageError: More than one do.
        """
        from honeycell import readings

        with self._asked() as tables:
            return readings.whose(tables, address)

    def conversations(self, name: str | None = None, *, as_of: date | None = None, window_days: int = 90) -> pa.Table:
        """Every conversation, or those of the relationship `A~B` in a window; latest first.

        Raises:
            NotFoundError: No party answers to the name.
            UsageError: The name is ambiguous or not of the form `A~B`.
        """
        from honeycell import readings, tracks

        with self._asked() as tables:
            if name is None:
                return readings.conversations(tables)
            a, b = readings.find_relationship(tables, name)
            between = tracks.conversations_between(tables, a, b, as_of=as_of, window_days=window_days)
            return readings.conversations(tables, between)

    def loops(self, name: str | None = None, *, open_only: bool = False, as_of: date | None = None) -> pa.Table:
        """What is owed: all of it, between `A~B`, or by and to one party; what presses most first.

        Raises:
            NotFoundError: No party answers to the name.
            UsageError: The name is ambiguous or not of the form `A~B`.
        """
        from honeycell import readings

        with self._asked() as tables:
            return readings.owed(tables, name, open_only=open_only, as_of=as_of or self.as_of)

    def groups(self, space: str | None = None, *, as_of: date | None = None) -> tuple[Groups, pa.Table]:
        """The groups in a list, stream or channel as of the last whole week, and the same with names as a table.

        Args:
            space: Its name or a part of it; may be left out where there is only one.
            as_of: The last day; by default, and at the latest, the last covered one.

        Raises:
            NotFoundError: There is none (`no-such-space`).
            UsageError: More than one answer to the name (`ambiguous-name`), or none is named (`wrong-use`).
            NotAllowedError: Nobody looks for groups there (`protected-space`).
        """
        from datetime import date

        from honeycell import readings
        from honeycell.groups import groups
        from honeycell.log import find_space

        with self._asked() as tables:
            # Where no day is known nothing was said either.
            end = self.as_of or date(2000, 1, 1)
            found = groups(tables, find_space(tables, space), min(as_of or end, end))
            return found, readings.people_in_groups(tables, found)

    def loops_audit(self) -> tuple[pa.Table, Audit]:
        """The sample of loops found in texts by which they are audited, and what its judgements say.

        Whether that is enough is `passed` of the second; Follow-through counts none of them either way.
        """
        from honeycell import readings
        from honeycell.conversations.loops.audit import KIND, audit

        with self._asked() as tables, self._decisions() as store:
            judged = _standing(store, _state(store, self.engine.snapshot.marks)).get(KIND)
            rows = readings.to_judge(tables, judged)
        return rows, audit(rows)

    def judge_loops(self, verdicts: Iterable[tuple[int, str]], *, by: str) -> None:
        """Keep judgements of loops of the audit's sample: `loop_id`, and yes, no or unsure."""
        from honeycell.conversations.loops.audit import KIND
        from honeycell.decisions import decide, open_store
        from honeycell.ids import written_id

        rows = {row["loop_id"]: row for row in self.loops_audit()[0].to_pylist()}
        with closing(open_store(self.folder)) as store:
            for loop_id, verdict in verdicts:
                row = rows[loop_id]
                decide(
                    store, KIND, by=by, interaction=written_id(row["interaction_id"]), type=row["type"],
                    starts=str(row["starts"]), verdict=verdict,
                )  # fmt: skip

    def tracks(
        self, name: str, *, as_of: date | None = None, window_days: int = 365, limit: int | None = None
    ) -> Tracks:
        """The conversations of the relationship `A~B` on one time axis.

        Args:
            name: The relationship.
            as_of: The last day; by default the last covered one.
            window_days: Days on the axis.
            limit: How many lanes, the most urgent first; None for all.

        Raises:
            NotFoundError: No party answers to the name.
            UsageError: The name is ambiguous or not of the form `A~B`.
        """
        from honeycell import readings, tracks

        with self._asked() as tables:
            a, b = readings.find_relationship(tables, name)
            return tracks.tracks(tables, a, b, as_of=as_of, window_days=window_days, limit=limit)

    def ideas(
        self, name: str | None = None, *, space: str | None = None, as_of: date | None = None, progress: Reporter = None
    ) -> Ideas:
        """Phrases that were new and went from person to person: in the cell, in `A~B`, or in a space.

        Every message is read for it, which takes a second for a thousand of them. What it finds is kept for the
        reading Idea flow, which has nothing to go by before.

        Args:
            name: The relationship, or None.
            space: The list, stream or channel, or None.
            as_of: The day: nothing later is read; by default the last covered one.
            progress: Told how far it is.

        Raises:
            NotFoundError: No party or space answers to the name.
            UsageError: The name is ambiguous or not of the form `A~B`, or both are asked for (`wrong-use`).
        """
        from honeycell import readings, tracks
        from honeycell.log import find_space

        if name is not None and space is not None:
            raise UsageError("wrong-use", "a relationship and a space were named", name, "name one of them")
        with self._asked() as tables:
            where = None if space is None else find_space(tables, space)
            sides = None if name is None else readings.find_relationship(tables, name)
            report = progress or _quiet
            return tracks.ideas(tables, as_of=as_of, space=where, sides=sides, scope=name or where, progress=report)

    def conversation(self, name: str) -> Conversation:
        """One conversation with all its messages.

        Args:
            name: Its id, or that of one of its interactions; the first six digits or more will do.

        Raises:
            NotFoundError: There is none (`no-such-conversation`).
            UsageError: More than one begin so (`ambiguous-name`).
        """
        from honeycell import search, tracks

        path = search.index_folder(self.folder, self.engine.snapshot.marks)
        with self._asked() as tables:
            found = tracks.conversation(tables, tracks.find_conversation(tables, name))
        return replace(found, ideas=tracks.raised(found, lambda phrases: search.n_messages(path, phrases)))

    def show(self, name: str, *, as_of: date | None = None, window_days: int = 90) -> RelationshipState:
        """The state of the relationship `A~B`.

        Raises:
            NotFoundError: No party or relationship answers to the name.
            UsageError: The name is ambiguous or not of the form `A~B`.
        """
        from honeycell import readings, tracks

        with self._asked() as tables:
            a, b = readings.find_relationship(tables, name)
            state = readings.relationship(tables, a, b, as_of=as_of, window_days=window_days)
            return replace(state, beside=tracks.beside(tables, a, b, as_of))

    def show_party(self, name: str, *, as_of: date | None = None, window_days: int = 90) -> PartyState:
        """One organisation or person and its relationships.

        Raises:
            NotFoundError: No party answers to the name.
            UsageError: The name is ambiguous.
        """
        from honeycell import readings

        with self._asked() as tables:
            party = readings.find_party(tables, name)
            return readings.party_state(tables, party, as_of=as_of, window_days=window_days)

    def why(self, name: str, reading: str, *, as_of: date | None = None, window_days: int = 90) -> Evidence:
        """The interactions behind one reading of `A~B`; recomputing from them gives the number shown.

        Raises:
            NotFoundError: No party, relationship or reading answers to the name.
        """
        from honeycell import readings, tracks

        with self._asked() as tables:
            a, b = readings.find_relationship(tables, name)
            if (beside := reading.strip().lower()) in tracks.BESIDE:
                return tracks.why_beside(tables, a, b, beside, as_of)
            return readings.why(tables, a, b, reading, as_of=as_of, window_days=window_days)

    def space(self, name: str | None = None, *, as_of: date | None = None, window_days: int = 365) -> SpaceState:
        """How the people of a list, stream or channel talk with each other.

        Args:
            name: Its name or a part of it; may be left out where there is only one.
            as_of: The day; by default the last covered one.
            window_days: Days to look back.

        Raises:
            NotFoundError: There is none (`no-such-space`).
            UsageError: More than one answer to the name (`ambiguous-name`), or none is named (`wrong-use`).
            NotAllowedError: Nobody looks at who talks with whom there (`protected-space`).
        """
        from honeycell.log import find_space
        from honeycell.readings.spaces import space_state

        with self._asked() as tables:
            return space_state(tables, find_space(tables, name), as_of, window_days)

    def why_space(
        self, name: str | None, reading: str, *, as_of: date | None = None, window_days: int = 365
    ) -> Evidence:
        """The messages behind one reading of a space; recomputing from them gives the number shown.

        Raises:
            NotFoundError: No space or reading answers to the name.
        """
        from honeycell.log import find_space
        from honeycell.readings.spaces import space_why

        with self._asked() as tables:
            return space_why(tables, find_space(tables, name), reading, as_of, window_days)

    def network(self, *, as_of: date | None = None, window_days: int = 365) -> NetworkState:
        """How organisations and people of the whole cell hang together."""
        from honeycell.readings.network import network_state

        with self._asked() as tables:
            return network_state(tables, as_of, window_days)

    def why_network(self, reading: str, *, as_of: date | None = None, window_days: int = 365) -> Evidence:
        """The messages behind one reading of the network; recomputing from them gives the number shown.

        Raises:
            NotFoundError: The network has no reading of this name (`no-such-reading`).
        """
        from honeycell.readings.network import network_why

        with self._asked() as tables:
            return network_why(tables, reading, as_of, window_days)

    def attention(self, name: str | None = None, *, as_of: date | None = None, window_days: int = 90) -> AttentionState:
        """To whom a person, or the people of an organisation, give their attention, beside what was declared.

        Args:
            name: The organisation, or the person as @slug; ours by default.
            as_of: The day; by default the last covered one.
            window_days: Days to look back.

        Raises:
            NotFoundError: No party answers to the name.
            NotAllowedError: It is not for the viewer (`not-for-you`).
            UsageError: The name is ambiguous, or left out where the cell belongs to nobody (`wrong-use`).
        """
        from honeycell.readings import budget

        with self._asked() as tables:
            party = _ours_or(tables, name)
            return budget.attention_state(tables, party, as_of=as_of, window_days=window_days)

    def why_attention(
        self, name: str | None, reading: str, *, as_of: date | None = None, window_days: int = 90
    ) -> Evidence:
        """The interactions behind one reading of `attention`; recomputing from them gives the number shown.

        Raises:
            NotFoundError: No party or reading answers to the name.
            NotAllowedError: It is not for the viewer (`not-for-you`).
        """
        from honeycell.readings import budget

        with self._asked() as tables:
            party = _ours_or(tables, name)
            return budget.attention_why(tables, party, reading, as_of=as_of, window_days=window_days)

    def floors(self) -> pa.Table:
        """The floors that stand: values of readings that no pair is meant to lie under, the latest first."""
        from honeycell.readings import floors

        with self._asked() as tables:
            return floors.agreed(tables)

    def priorities(self) -> pa.Table:
        """The priorities that stand: to whom organisations mean to give their attention, the latest first."""
        from honeycell.readings import budget

        with self._asked() as tables:
            return budget.declared(tables)

    def search(self, query: str, *, limit: int = 5) -> Found:
        """People, organisations, promises and messages that fulfil a query (`honeycell.search.FILTERS`).

        Args:
            query: Words, "phrases" and filters.
            limit: Rows of each of the four; the totals count all.

        Raises:
            UsageError: The query cannot be understood.
            NotFoundError: A filter names somebody or a space that is not there, or nothing was imported (`cell-empty`).
        """
        from honeycell import search

        with self._asked() as tables:
            path = search.index_folder(self.folder, self.engine.snapshot.marks)
            if path is None:
                _check_imported(tables)
            return search.search(tables, path, query, limit)

    def export(self, table: str) -> pa.RecordBatchReader:
        """Any table of the model as a stream of record batches.

        Raises:
            NotFoundError: No table has this name (`no-such-table`).
        """
        if table not in TABLES:
            raise NotFoundError(
                "no-such-table", f"no table is called “{table}”", table, "one of: " + ", ".join(sorted(TABLES))
            )
        import pyarrow as pa

        from honeycell.viewers import exported

        with self._seen() as tables:
            exported(tables, table)

        def rows() -> Iterator[pa.RecordBatch]:
            with self._seen() as tables:
                for batch in self.engine.to_batches(exported(tables, table)):
                    yield with_written_ids(batch)

        return pa.RecordBatchReader.from_batches(with_written_ids(TABLES[table].schema.empty_table()).schema, rows())

    def doctor(self, *, progress: Reporter = None) -> tuple[Finding, ...]:
        """Whether the cell is whole: tables and decisions can be read, and the derived ones equal a rebuild."""
        from honeycell.progress import Progress

        report = progress or _quiet
        names = [name for name in TABLES if name in self.engine.snapshot.tables]
        findings = {name: read_whole(self.engine, name) for name in names}
        findings["decisions"], decided = self._decisions_found()
        # A damaged derived table is a finding; a damaged log, or decisions, leave nothing to compare with.
        truths = (*(name for name in names if TABLES[name].layer == "log"), "decisions")
        if all(findings[name].ok for name in truths):
            with tempfile.TemporaryDirectory(prefix="honeycell-doctor-") as scratch:
                whole = {name for name, finding in findings.items() if finding.ok}
                compared = compared_with_rebuild(self.engine, Path(scratch), whole, _steps(), decided, report)
            findings.update(compared)
        if "index" in self.engine.snapshot.marks and findings["interactions"].ok:
            findings["index of words"] = index_of_words(self.engine)
        report(Progress("doctor", len(findings), len(findings), "tables", ""))
        return tuple(findings.values())

    def _decisions_found(self) -> tuple[Finding, dict[str, pa.Table]]:
        """What is to be said of the decisions, and those that stood when the tables were derived."""
        from honeycell.decisions import check

        marks, decided = self.engine.snapshot.marks, dict[str, "pa.Table"]()
        try:
            with self._decisions() as store:
                n, faults = _state(store, marks), [] if store is None else check(store)
                decided = decided if faults else _standing(store, marks.get("decisions", 0))
        except HoneycellError as error:
            n, faults = 0, [error.message]
        return Finding("decisions", not faults, "; ".join(faults) or f"{n:,} made"), decided

    @contextmanager
    def _decisions(self) -> Iterator[Store | None]:
        """The store of the decisions, which is made by the first one; None before."""
        from honeycell.decisions import find_store

        store = find_store(self.folder)
        try:
            yield store
        finally:
            if store is not None:
                store.close()

    @contextmanager
    def _asked(self) -> Iterator[Tables]:
        """The tables for one question; what the answer needed in between goes when it is given."""
        marks = self.engine.snapshot.marks
        if marks.get("import", 0) and marks.get("rules") != fingerprint():
            raise UsageError(
                "not-derived",
                "what was imported has not been worked out by the rules of this Honeycell",
                str(self.folder),
                "run `honeycell refresh`",
            )
        with self._seen() as tables:
            yield tables

    @contextmanager
    def _seen(self) -> Iterator[Tables]:
        """The tables as whoever asks may see them, whatever rules they were made by."""
        from honeycell.steps import Tables

        with self.engine.scratch():
            tables = Tables(self.engine)
            yield tables if self.viewer is None else _seen_by(tables, self.viewer)


def _seen_by(tables: Tables, viewer: str) -> Tables:
    """The tables as this person sees them."""
    from honeycell.readings import find_party
    from honeycell.viewers import seen_by

    party = find_party(tables, viewer)
    if party.kind != "person":
        raise UsageError("wrong-use", f"“{viewer}” is an organisation, and people ask", viewer, "name a @person")
    return seen_by(tables, party.id)


def _ours_or(tables: Tables, name: str | None) -> Party:
    """The party of this name, else the organisation that the cell belongs to."""
    from honeycell.readings import find_party
    from honeycell.readings.spaces.standing import ANEW, ours

    found = ours(tables) if name is None else find_party(tables, name)
    if found is None:
        _check_imported(tables)
        raise UsageError(
            "wrong-use", "this cell does not say whose it is", "", f"name an organisation or a @person, or {ANEW}"
        )
    return found


def _check_imported(tables: Tables) -> None:
    """Raise `cell-empty` where nothing was imported."""
    from honeycell.readings.covered import answer_day

    answer_day(tables, None)


def _quiet(_: object) -> None:
    """Report progress to nobody."""


def _steps() -> tuple[Step, ...]:
    from honeycell import conversations, identities, log, readings, ties
    from honeycell.decisions import steps as decisions

    return (*decisions.STEPS, *log.STEPS, *identities.STEPS, *conversations.STEPS, *ties.STEPS, *readings.STEPS)


def _state(store: Store | None, marks: Mapping[str, int]) -> int:
    """The number of the last decision; the one that the tables followed last is there still, for none is ever removed.

    An older copy of the file that was decided on has that number too, but with another time.
    """
    from honeycell.decisions import state

    found, derived = 0 if store is None else state(store), marks.get("decisions", 0)
    if found < derived or marks.get(_DECIDED_AT, 0) not in (0, _moment(store, derived)):
        raise HoneycellError(
            "decisions-unavailable",
            f"decision {derived}, which the tables follow, is not there any more",
            "decisions.sqlite",
            "put the file back from your backup, or go on without what is gone: honeycell refresh --rebuild",
        )
    return found


def _moment(store: Store | None, decision_id: int) -> int:
    """When a decision was made, in microseconds since 1970; 0 if there is no such decision."""
    from honeycell.decisions import made_at

    moment = None if store is None else made_at(store, decision_id)
    return 0 if moment is None else (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def _standing(store: Store | None, up_to: int) -> dict[str, pa.Table]:
    from honeycell.decisions import standing

    return {} if store is None else standing(store, up_to=up_to)
