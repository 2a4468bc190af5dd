"""Bytes in, records out: one file per format, no database, no network.

A source is found by its entry point in the group `honeycell.sources`, ours like anyone's. It says whether it
recognises a path, splits the path into parts that can be read independently (and so in other processes), and
reads a part as batches of typed Arrow tables in bounded memory. Every record travels with where it came from:
source, locator (file and byte range or record number) and a hash of its bytes.
"""

from __future__ import annotations

from honeycell.sources.records import Batch, Part, Records, Source, interaction_id, short_hash
from honeycell.sources.registry import recognise, source_named, sources

__all__ = [
    "Batch",
    "Part",
    "Records",
    "Source",
    "interaction_id",
    "recognise",
    "short_hash",
    "source_named",
    "sources",
]
