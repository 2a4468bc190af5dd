"""One commit of the log: what of some thousands of records is new is appended, all of it or none.

Everything here happens while the log's writer is held, so what is known cannot change meanwhile, and every answer
depends on the set of records only, not on the order in which they come.

*Known sightings* (same source, locator and bytes) are dropped. A *copy* (same interaction, same `copy_hash`) adds
its sighting; a *differing copy* adds its rows too, and `variants` names all copies of that interaction. Of several
mails with *different bodies under one Message-ID* the smallest `body_hash` keeps the id; the others are interactions
of their own. (A meeting or a chat message whose words were edited stays the one it is.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from honeycell.engine.functions import id_of
from honeycell.log.coverage import covered_days
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.engine import Engine, Writer

__all__ = ["REUSED", "Committed", "commit"]

REUSED = "message-id-reused"
"""Value of the header `x-honeycell-id` in an interaction whose native id another body bears."""

_COPY = ["interaction_id", "copy_hash"]
_BODY = ["body_hash", "message_id"]
_SIGHTING = ["source", "locator", "content_hash"]
_INNER = r"[# ](?:damaged )?event .*$"
"""What the locator of a meeting has more than that of the mail which carries it."""
_OF_A_COPY = ("participants", "texts", "headers", "transfers")
_OF_AN_INTERACTION = ("interactions", *_OF_A_COPY, "sightings", "variants")


@dataclass(frozen=True)
class Committed:
    """What a commit made of its records."""

    added: int
    """Interactions and directory records that were new."""
    duplicate: int
    """Records that were copies of what was known."""
    skipped: Mapping[str, int]
    """Records that cannot be used, by reason."""


def commit(engine: Engine, writer: Writer, rows: Mapping[str, pa.Table], *, import_id: int, batch: int) -> Committed:
    """Append what is new among the rows of a source; nothing is published.

    Args:
        engine: The engine whose log is written.
        writer: Its writer of the layer `log`.
        rows: Tables by name as sources make them, without `batch`.
        import_id: The import they came with.
        batch: The number of this commit.
    """
    with engine.scratch():
        chunk = _Chunk(engine, writer, rows, batch)
        added, duplicate = chunk.interactions()
        n_directory = rows["directory"].num_rows if "directory" in rows else 0
        added_directory = chunk.directory()
        skipped = chunk.skipped(import_id)
    return Committed(added + added_directory, duplicate + n_directory - added_directory, skipped)


class _Chunk:
    """The rows of one commit and what the log knows of them."""

    def __init__(self, engine: Engine, writer: Writer, rows: Mapping[str, pa.Table], batch: int) -> None:
        self.engine, self.writer, self.rows, self.batch = engine, writer, rows, batch

    def interactions(self) -> tuple[int, int]:
        """Append sightings, interactions and what belongs to them; how many were new, and how many were copies."""
        if "sightings" not in self.rows:
            return 0, 0
        sightings = self.rows["sightings"].select([*_COPY, *_SIGHTING])
        whole = self._whole(sightings)
        seen = self.keep(sightings.append_column("whole", whole)).distinct()
        known = self.log("sightings")
        known = known.semi_join(seen.select("content_hash").distinct(), "content_hash").select(*_SIGHTING)
        fresh = self.keep(seen.anti_join(known, _SIGHTING))
        found = self.keep(self.rows["interactions"].select([*_COPY, "channel", *_BODY, "occurred_on"]))
        found = self.keep(found.semi_join(fresh, _COPY).distinct(on=_COPY, keep="first"))
        held = self.log("interactions").semi_join(found, "interaction_id")
        held = self.keep(held.select(*_COPY, *_BODY))
        final, held = self._one_body_an_id(found, held)
        # `final`: native_id, copy_hash, interaction_id, occurred_on of every copy in this chunk.
        new = self.keep(final.anti_join(held, _COPY))
        records = fresh.filter(fresh.whole).select(*_COPY).rename(native_id="interaction_id")
        added = new.anti_join(held, "interaction_id").semi_join(records, ["native_id", "copy_hash"])
        n_added = self.count(added.select("interaction_id").distinct())
        self._append_sightings(fresh, final)
        if self.count(new):
            self._append_copies(new)
            self._append_variants(new, held)
        # A meeting inside a mail lies on a day of its own; the archive of the mail need not cover that one.
        days = fresh.filter(fresh.whole).join(found, _COPY).select("source", "locator", "occurred_on")
        self.append("coverage", covered_days(days, self.log("coverage")))
        return n_added, pc.sum(whole).as_py() - n_added

    def _whole(self, rows: pa.Table) -> pa.ChunkedArray:
        """Whether a row is a record of its own, and not a meeting inside a mail that was sighted as well."""
        if "sightings" not in self.rows:
            return pa.chunked_array([[True] * len(rows)], pa.bool_())
        inner = pc.match_substring_regex(rows["locator"], _INNER)
        outer = pc.replace_substring_regex(rows["locator"], _INNER, "")
        known = self.rows["sightings"]["locator"]
        return pc.invert(pc.and_(inner, pc.is_in(outer, value_set=known.combine_chunks())))

    def directory(self) -> int:
        """Append what is new of the directory; how many rows."""
        if "directory" not in self.rows:
            return 0
        rows = self.keep(self.rows["directory"])
        # Two files may bear the same record; which of them is named must not depend on the order of reading.
        first = rows.group_by("record_hash").agg(locator=rows.locator.min())
        rows = rows.semi_join(first, ["record_hash", "locator"]).distinct(on=["record_hash"], keep="first")
        return self.append("directory", rows.anti_join(self.log("directory"), "record_hash"))

    def skipped(self, import_id: int) -> dict[str, int]:
        """Append what could not be used, unless it was met before; how many records that are, by reason."""
        if "skipped" not in self.rows:
            return {}
        import ibis

        key = list(TABLES["skipped"].key)
        rows = self.keep(self.rows["skipped"])
        once = rows.distinct(on=key, keep="first").anti_join(self.log("skipped"), key)
        self.append("skipped", once.mutate(import_id=ibis.literal(import_id, "int64")))
        records = self.rows["skipped"].filter(self._whole(self.rows["skipped"]))
        return dict(Counter(records["reason"].to_pylist()))

    # --- one body an id ------------------------------------------------------------------------------------

    def _one_body_an_id(self, found: ir.Table, held: ir.Table) -> tuple[ir.Table, ir.Table]:
        """The ids that the copies found get, and the copies held after those that lose their id have moved."""
        mails = found.filter(found.channel == "mail")
        bodies = mails.select("interaction_id", *_BODY)
        bodies = self.keep(
            bodies.union(held.semi_join(mails, "interaction_id").select("interaction_id", *_BODY)).distinct()
        )
        least = bodies.group_by("interaction_id").agg(
            least=bodies.body_hash.min(), n=bodies.body_hash.nunique(), native=bodies.message_id.min()
        )
        least = self.keep(least.filter(least.n > 1))
        plain = found.select("copy_hash", "occurred_on", "interaction_id", native_id="interaction_id")
        if not self.count(least):
            return plain, held
        moved = bodies.select("interaction_id", "body_hash").distinct().join(least, "interaction_id")
        moved = moved.filter(moved.body_hash > moved.least)
        native = moved.native.fill_null(moved.interaction_id.cast("string")) + moved.body_hash
        moved = self.keep(moved.select("interaction_id", "body_hash", moved_id=id_of(native)))
        self._move(held, moved)
        final = found.left_join(moved, ["interaction_id", "body_hash"])
        final = final.select(
            "copy_hash",
            "occurred_on",
            interaction_id=final.moved_id.fill_null(final.interaction_id),
            native_id="interaction_id",
        )
        # Moved rows are written, so the log answers for the new ids too.
        final = self.keep(final)
        now = self.log("interactions").semi_join(final, "interaction_id")
        return final, self.keep(now.select(*_COPY, *_BODY))

    def _move(self, held: ir.Table, moved: ir.Table) -> None:
        """Give the rows held under a native id that a smaller body takes over the id of their own body."""
        pairs = held.join(moved, ["interaction_id", "body_hash"]).select("interaction_id", "moved_id").distinct()
        pairs = self.keep(pairs)
        ids = self.engine.to_arrow(pairs)["interaction_id"].to_pylist()
        if not ids:
            return
        for name in _OF_AN_INTERACTION:
            rows = self.log(name).join(pairs, "interaction_id").drop("interaction_id", "batch")
            rows = self.engine.to_arrow(rows.rename(interaction_id="moved_id"))
            if rows.num_rows:
                self.writer.delete_where(name, "interaction_id", ids)
                self._write(name, rows)
            if name == "interactions":
                self._append_reused(rows.select(_COPY))

    def _append_reused(self, copies: pa.Table) -> None:
        n = len(copies)
        said = copies.append_column("name", pa.array(["x-honeycell-id"] * n, pa.string()))
        self._write("headers", said.append_column("value", pa.array([REUSED] * n, pa.string())))

    # --- appending -----------------------------------------------------------------------------------------

    def _append_sightings(self, fresh: ir.Table, final: ir.Table) -> None:
        named = fresh.rename(native_id="interaction_id").join(final, ["native_id", "copy_hash"])
        self.append("sightings", named.select("interaction_id", "copy_hash", *_SIGHTING))

    def _append_copies(self, new: ir.Table) -> None:
        """Append the rows of the copies in `new`, each once, under their final id."""
        names = self.engine.to_arrow(new.select("native_id", "copy_hash", "interaction_id"))
        given = self.rows["interactions"]
        if len(names) == len(given) and bool(pc.all(pc.equal(names["native_id"], names["interaction_id"])).as_py()):
            # Nothing is known, repeated or renamed: the rows go on as they came, bodies uncopied.
            for name in ("interactions", "texts", "transfers"):
                if name in self.rows:
                    self._write(name, self.rows[name])
        else:
            for name in ("interactions", "texts", "transfers"):
                if name in self.rows:
                    self._append_renamed(name, self.keep(self.rows[name]).distinct(on=_COPY, keep="first"), new)
        if "participants" in self.rows:
            seats = self.keep(self.rows["participants"])
            seats = seats.group_by([*_COPY, "role", "handle"]).agg(display_name=seats.display_name.max())
            self._append_renamed("participants", seats, new)
        if "headers" in self.rows:
            self._append_renamed("headers", self.keep(self.rows["headers"]).distinct(), new)
        reused = names.filter(pc.not_equal(names["native_id"], names["interaction_id"]))
        self._append_reused(reused.select(_COPY))

    def _append_renamed(self, name: str, rows: ir.Table, new: ir.Table) -> None:
        ids = new.select("native_id", "copy_hash", final_id="interaction_id")
        named = rows.rename(native_id="interaction_id").join(ids, ["native_id", "copy_hash"])
        self.append(name, named.drop("native_id").rename(interaction_id="final_id"))

    def _append_variants(self, new: ir.Table, held: ir.Table) -> None:
        copies = new.select(*_COPY).union(held.select(*_COPY)).distinct()
        several = copies.group_by("interaction_id").agg(n=copies.copy_hash.nunique())
        copies = copies.semi_join(several.filter(several.n > 1), "interaction_id")
        self.append("variants", copies.anti_join(self.log("variants"), _COPY))

    def append(self, name: str, rows: ir.Table) -> int:
        """Append the rows of an expression; how many they are."""
        names = [column for column in TABLES[name].schema.names if column != "batch"]
        result = self.engine.to_arrow(rows.select(*names))
        self._write(name, result)
        return len(result)

    def _write(self, name: str, rows: pa.Table) -> None:
        batches = pa.array([self.batch] * len(rows), pa.int64())
        self.writer.append(name, rows.append_column("batch", batches))

    # --- asking --------------------------------------------------------------------------------------------

    def keep(self, data: Any) -> ir.Table:
        return self.engine.keep(data)

    def log(self, name: str) -> ir.Table:
        return self.engine.table(name)

    def count(self, rows: ir.Table) -> int:
        return int(self.engine.to_arrow(rows.count()).as_py())
