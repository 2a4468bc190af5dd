"""Where decisions are kept: `decisions.sqlite` in the cell's folder, or a database server.

One table `decisions` with what every decision has, and one for each kind with its own columns, under the same
`decision_id`. Nothing here changes or removes a row, and on SQLite triggers refuse it to everybody. Erasing a person,
the one reason to rewrite a row, will have to take the triggers away, write, and put them back in one transaction,
then compact the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from honeycell.decisions.kinds import KINDS
from honeycell.errors import HoneycellError

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["UNDO", "Store", "find_store", "open_store", "tables"]

UNDO = "undo"
"""The kind of a decision that takes another one back; it has no table of its own."""
_FILE = "decisions.sqlite"
_PATIENCE_SECONDS = 30
"""How long to wait while another process writes."""


@dataclass(frozen=True)
class Store:
    """The decisions of one cell; may be used by several threads and processes at once."""

    where: str
    """The file, or the address without its password."""
    engine: sa.Engine

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One short transaction: everything in it is kept, or nothing.

        Raises:
            HoneycellError: The database cannot be read or written (`decisions-unavailable`); the cause is SQLAlchemy's.
        """
        import sqlalchemy as sa

        try:
            with self.engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise _unavailable(self.where, error) from error

    def close(self) -> None:
        """Give up all connections; the next use opens new ones."""
        self.engine.dispose()


def find_store(folder: Path) -> Store | None:
    """The decisions of a cell; None, and no file made, where nothing was ever decided.

    Raises:
        HoneycellError: They are there and cannot be opened (`decisions-unavailable`).
    """
    return open_store(folder) if (folder / _FILE).exists() else None


def open_store(folder: Path, url: str | None = None) -> Store:
    """The decisions of a cell; tables that are not there yet are made.

    Args:
        folder: The cell's folder, in which `decisions.sqlite` is kept.
        url: SQLAlchemy URL of another database to keep them in.

    Raises:
        HoneycellError: The database cannot be opened (`decisions-unavailable`).
    """
    import sqlalchemy as sa

    # Never the URL as it was given: one that cannot be parsed may still hold a password.
    where = "the URL of the decisions" if url else str(folder / _FILE)
    try:
        address = sa.make_url(url) if url else sa.URL.create("sqlite", database=where)
        where = address.render_as_string(hide_password=True) if url else where
        lite = address.get_backend_name() == "sqlite"
        engine = sa.create_engine(address, connect_args={"timeout": _PATIENCE_SECONDS} if lite else {})
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        raise _unavailable(where, error) from error
    if lite:
        sa.event.listen(engine, "connect", _prepare)
    store = Store(where, engine)
    with store.transaction() as connection:
        there = set(sa.inspect(connection).get_table_names())
        if lite and there and "decisions" not in there:
            raise _unavailable(where, ValueError("this is a database of something else"))
        if not {table.name for table in tables().values()} <= there:
            if lite:
                # Python's driver begins no transaction before CREATE, so two processes could make the same table.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            tables()["decisions"].metadata.create_all(connection)
    return store


@cache
def tables() -> dict[str, sa.Table]:
    """`decisions` and the table of every kind, by name."""
    import sqlalchemy as sa

    forms = {"DATE": sa.Date}
    metadata = sa.MetaData()
    decisions = sa.Table(
        "decisions", metadata,
        sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("undoes", sa.ForeignKey("decisions.decision_id"), index=True),
        sa.CheckConstraint("undoes < decision_id"),
        sa.CheckConstraint(f"(kind = '{UNDO}') = (undoes IS NOT NULL)"),
    )  # fmt: skip
    for kind in KINDS.values():
        own = [sa.Column(c.name, forms.get(c.form, sa.Text), nullable=c.optional) for c in kind.columns]
        sa.Table(
            kind.name,
            metadata,
            sa.Column("decision_id", sa.ForeignKey(decisions.c.decision_id), primary_key=True),
            *own,
        )
    for table in metadata.tables.values():
        for verb in ("UPDATE", "DELETE"):
            refusal = sa.DDL(  # type: ignore[no-untyped-call]
                f"CREATE TRIGGER {table.name}_never_{verb.lower()} BEFORE {verb} ON {table.name} "
                "BEGIN SELECT RAISE(ABORT, 'decisions are never changed: undo takes one back'); END"
            )
            sa.event.listen(table, "after_create", refusal.execute_if(dialect="sqlite"))
    return dict(metadata.tables)


def _prepare(connection: sa.engine.interfaces.DBAPIConnection, _: object) -> None:
    """Readers that do not wait for a writer, and references that hold: SQLite has neither unless asked."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _unavailable(where: str, error: Exception) -> HoneycellError:
    return HoneycellError(
        "decisions-unavailable",
        f"the decisions cannot be read or written: {getattr(error, 'orig', None) or error}",
        where,
        "let this user write the file and its folder, or the server's tables; a damaged file comes from your backup",
    )
