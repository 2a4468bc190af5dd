"""Functions of expressions that every engine brings along under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["MACROS", "all_matches", "id_of", "written_id"]

MACROS = """
CREATE TEMP MACRO honeycell_id(text) AS (('0x' || substr(sha256(text), 1, 16))::UBIGINT >> 1)::BIGINT;
CREATE TEMP MACRO honeycell_written_id(number) AS lower(lpad(to_hex(number), 16, '0'));
"""
"""What DuckDB is told of them when it is opened."""


_id_of = ibis.udf.scalar.builtin(lambda text: text, name="honeycell_id", signature=(("string",), "int64"))
_written_id = ibis.udf.scalar.builtin(
    lambda number: number, name="honeycell_written_id", signature=(("int64",), "string")
)
_all_matches = ibis.udf.scalar.builtin(
    lambda text, pattern, group: [],
    name="regexp_extract_all",
    signature=(("string", "string", "int64"), "array<string>"),
)


def all_matches(text: ir.StringValue, pattern: str) -> ir.ArrayColumn:
    """What the first group of a pattern holds wherever it is found in each text."""
    return _all_matches(text, pattern, 1)


def id_of(text: ir.StringValue) -> ir.IntegerColumn:
    """The id made of each text: the first 63 bits of its sha256, as `honeycell.ids.id_of` makes one."""
    return _id_of(text)


def written_id(number: ir.IntegerValue) -> ir.StringColumn:
    """Each id as it is shown, as `honeycell.ids.written_id` shows one."""
    return _written_id(number)
