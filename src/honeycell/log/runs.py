"""What came in, as a person asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from honeycell.errors import NotFoundError

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["imports", "skipped"]


def imports(t: Tables) -> ir.Table:
    """Every import that came to its end, the first one first; the columns of `imports`."""
    return t["imports"].order_by("import_id")


def skipped(t: Tables, import_id: int | None = None) -> ir.Table:
    """Records that could not be used, of all imports or of the one that met them first.

    Raises:
        NotFoundError: No import has this number (`no-such-import`).
    """
    rows = t["skipped"]
    if import_id is not None:
        if not t.arrow(t["imports"].filter(t["imports"].import_id == import_id).count()).as_py():
            raise NotFoundError(
                "no-such-import", f"no import has the number {import_id}", str(import_id), "see `honeycell imports`"
            )
        rows = rows.filter(rows.import_id == import_id)
    return rows.order_by(["source", "locator", "reason"])
