"""The index of words: one document for each interaction, in a folder of its own beside the tables.

`search/N` is a tantivy index; the snapshot's marks name N, the log commit up to which it was made and the rules it was
made by. A refresh takes the documents of changed interactions out and puts them in again, so that doing it twice, after
a crash in between, changes nothing; a rebuild fills a new folder, which nobody reads before it is published.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import tantivy
from ibis import _

from honeycell import log
from honeycell.search.quotations import without_quotations
from honeycell.steps import Tables

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from honeycell.engine import Engine, Writer

__all__ = [
    "NO_DAY",
    "NO_MOMENT",
    "SCHEMA",
    "UNSPACED",
    "compared_with_log",
    "index_folder",
    "is_current",
    "open_index",
    "spaced",
    "update",
    "words_in",
]

NO_MOMENT, NO_DAY = -(2**40), -(2**24)
"""What stands for an interaction without a plausible time: before every other."""
_AUTHORS = ("from", "organiser", "seller", "payee")
_HEAP_BYTES = 48_000_000
"""Memory that tantivy fills before it writes a segment."""
_ROWS = 2_000
_FACTS = ("interaction_id", "at", "day", "kind", "channel", "space", "subject", "authors", "names", "others", "blind")
_COLUMNS = (*_FACTS, "body")
_KEEP_SECONDS = 600.0
"""How long a replaced index is left for readers that opened an earlier snapshot."""
UNSPACED = re.compile("([\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff])")
"""Signs of scripts that do not part words: each is a word here, and several in a row are a phrase."""

_BUILDER = tantivy.SchemaBuilder()
_BUILDER.add_integer_field("id", indexed=True, fast=True)
_BUILDER.add_integer_field("at", fast=True)
_BUILDER.add_integer_field("day", fast=True)
_BUILDER.add_text_field("words", tokenizer_name="honeycell")
_BUILDER.add_text_field("subject", tokenizer_name="honeycell")
for _name in ("from", "to", "bcc", "space", "kind", "has"):
    _BUILDER.add_text_field(_name, tokenizer_name="raw", index_option="basic")
SCHEMA = _BUILDER.build()
"""`words` are those of the author, the subject and the author's name; `from`, `to` and `bcc` are handles."""

_ANALYSER = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.remove_long(64))
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.ascii_fold())
    .build()
)


def words_in(text: str) -> list[str]:
    """The words of a text as they are indexed: small letters, without accents.

    Example:
        >>> words_in("Night-shift, Sørensen! 東京")
        ['night', 'shift', 'sorensen', '東', '京']
    """
    return list(_ANALYSER.analyze(spaced(text)))


def spaced(text: str) -> str:
    """A text with blanks around each sign of scripts that do not part words."""
    return text if text.isascii() else " ".join(UNSPACED.split(text))


def index_folder(folder: Path, marks: Mapping[str, int]) -> Path | None:
    """Where the index of a cell is, by the marks of its snapshot; None when there is none."""
    return folder / "search" / str(marks["index"]) if "index" in marks else None


def open_index(path: Path) -> tantivy.Index:
    """The index in a folder.

    Raises:
        ValueError: There is none, or it cannot be read.
    """
    index = tantivy.Index.open(str(path))
    index.config_reader("manual")
    index.register_tokenizer("honeycell", _ANALYSER)
    index.reload()
    return index


def is_current(engine: Engine, rules: int) -> bool:
    """Whether the index stands for all of the log, made by these rules, and is there."""
    marks, path = engine.snapshot.marks, index_folder(engine.folder, engine.snapshot.marks)
    made_for = (marks.get("index_batch"), marks.get("index_rules"))
    return path is not None and made_for == (marks.get("batch", 0), rules) and (path / "meta.json").exists()


def update(engine: Engine, writer: Writer, rules: int, *, rebuild: bool = False) -> None:
    """Bring the index in step with the log; the marks are set, and nothing is published.

    Args:
        engine: The engine of the cell.
        writer: Its writer of the layer `derived`: whoever holds it is the only one to write here.
        rules: A number of the code that makes documents; one made by other code is made again.
        rebuild: Make it again in any case.
    """
    marks = engine.snapshot.marks
    batch, number = marks.get("batch", 0), marks.get("index", 0)
    index = None if rebuild or marks.get("index_rules") != rules else _held(engine.folder, marks)
    if index is None:
        number += 1
        path = engine.folder / "search" / str(number)
        shutil.rmtree(path, ignore_errors=True)  # what a process left that was killed
        path.mkdir(parents=True)
        tantivy.Index(SCHEMA, path=str(path))
        _write(engine, open_index(path), None)
    elif marks.get("index_batch") != batch:
        _write(engine, index, marks["index_batch"])
    for name, value in (("index", number), ("index_batch", batch), ("index_rules", rules)):
        writer.mark(name, value)
    _sweep(engine.folder / "search", number)


def _held(folder: Path, marks: Mapping[str, int]) -> tantivy.Index | None:
    """The index that the marks name, if it can be read."""
    path = index_folder(folder, marks)
    try:
        return None if path is None else open_index(path)
    except (ValueError, OSError):
        return None


def _write(engine: Engine, index: tantivy.Index, since: int | None) -> None:
    """Put in the documents of all interactions, or of those that the log commits after `since` touched."""
    t = Tables(engine)
    writer = index.writer(_HEAP_BYTES, num_threads=1)
    with engine.scratch():
        keys = None
        if since is not None:
            rows = t["interactions"]
            keys = t.keep(rows.filter(rows.batch > since).select("interaction_id").distinct())
            for number in t.arrow(keys)["interaction_id"].to_pylist():
                writer.delete_documents_by_term("id", number)
        for part in _documents(t, keys):
            for batch in engine.to_batches(part, _ROWS):
                _add(writer, batch)
    writer.commit()
    writer.wait_merging_threads()


def _documents(t: Tables, keys: ir.Table | None) -> tuple[ir.Table, ir.Table]:
    """What documents are made of: those of interactions that have a text, and of the others."""
    seats = t.keep(log.participants(t, keys, (), ("interaction_id", "role", "handle", "display_name")))
    wrote = seats.role.isin(_AUTHORS)
    people = seats.group_by("interaction_id").agg(
        authors=seats.handle.group_concat("\n", where=wrote),
        names=seats.display_name.group_concat("\n", where=wrote),
        others=seats.handle.group_concat("\n", where=~wrote & ~seats.role.isin(("sender", "bcc"))),
        blind=seats.handle.group_concat("\n", where=seats.role == "bcc"),
    )
    facts = log.interactions(
        t, keys, ("interaction_id", "kind", "channel", "space", "subject", "occurred_at", "occurred_on")
    )
    facts = t.keep(
        facts.left_join(people, "interaction_id").select(
            "interaction_id", "kind", "channel", "space", "subject", "authors", "names", "others", "blind",
            at=_.occurred_at.truncate("s").epoch_seconds().fill_null(NO_MOMENT),
            day=(_.occurred_on.cast("timestamp").epoch_seconds() // 86400).fill_null(NO_DAY),
        )
    )  # fmt: skip
    texts = log.texts(t, keys).select("interaction_id", "body")
    with_text = facts.inner_join(texts, "interaction_id")
    return with_text, facts.anti_join(texts, "interaction_id").mutate(body=ibis.literal(""))


def _add(writer: tantivy.IndexWriter, batch: pa.RecordBatch) -> None:
    columns = [batch.column(name).to_pylist() for name in _COLUMNS]
    for number, at, day, kind, channel, space, subject, authors, names, others, blind, body in zip(
        *columns, strict=True
    ):
        document = tantivy.Document()
        document.add_integer("id", number)
        document.add_integer("at", at)
        document.add_integer("day", day)
        document.add_text("kind", kind)
        document.add_text("kind", channel)
        if space:
            document.add_text("space", space)
        if subject:
            about = spaced(subject)
            document.add_text("subject", about)
            document.add_text("words", about)
        if body:
            own = without_quotations(body)
            document.add_text("words", spaced(own))
            if "://" in own:
                document.add_text("has", "link")
        if names:
            document.add_text("words", spaced(names))
        for role, handles in (("from", authors), ("to", others), ("bcc", blind)):
            for handle in set(handles.split("\n")) if handles else ():
                document.add_text(role, handle)
        writer.add_document(document)


def _sweep(folder: Path, number: int) -> None:
    """Remove indexes that were replaced long enough ago."""
    limit = time.time() - _KEEP_SECONDS
    for path in folder.iterdir():
        if path.name != str(number) and path.stat().st_mtime < limit:
            shutil.rmtree(path, ignore_errors=True)


def compared_with_log(engine: Engine) -> tuple[int, int, int]:
    """How many interactions of the log the index lacks, how many documents it has too many, and how many it holds.

    What was imported since the index was made is not missing.

    Raises:
        ValueError: There is no index, or it cannot be read.
    """
    import numpy as np

    marks = engine.snapshot.marks
    path = index_folder(engine.folder, marks)
    if path is None:
        raise ValueError("there is none")
    searcher = open_index(path).searcher()
    held = np.sort(np.concatenate([np.empty(0, np.int64), *_ids(searcher)]))
    rows = engine.table("interactions").select("interaction_id", "batch")
    known = np.unique(engine.to_arrow(rows.interaction_id).to_numpy())
    due = np.unique(engine.to_arrow(rows.filter(rows.batch <= marks["index_batch"]).interaction_id).to_numpy())
    repeated = len(held) - len(np.unique(held))
    return len(np.setdiff1d(due, held)), len(np.setdiff1d(held, known)) + repeated, len(held)


def _ids(searcher: tantivy.Searcher) -> Iterator[Any]:
    """The ids of all documents, by parts of the range in which ids lie, each of them some 100,000."""
    n_parts = searcher.num_docs // 100_000 + 1
    for part in range(n_parts):
        low, high = (2**63 * at // n_parts for at in (part, part + 1))
        these = tantivy.Query.range_query(SCHEMA, "id", tantivy.FieldType.Integer, low, high - 1)
        found = searcher.search(these, searcher.num_docs, count=False, order_by_field="id")
        yield [number for number, _address in found.hits]
