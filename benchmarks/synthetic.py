"""A cell with a made-up log of many messages: the same for the same number and seed.

200,000 people in 5,000 organisations whose sizes follow a power law, three years, pairs whose activity follows a
power law, threads of four messages on average in which replies name what they answer; one thread in twelve on a
list, a few machines that write to everybody, offsets with summer time. The rows go through the engine's own writer;
bodies and headers that no derived table of this benchmark reads are left out.

    python -m benchmarks.synthetic FOLDER [--messages 10000000] [--seed 1]
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from honeycell.cell import create_cell
from honeycell.engine import Writer, open_engine
from honeycell.tables import TABLES

__all__ = ["People", "make_cell"]

START = int(datetime(2022, 1, 3, tzinfo=UTC).timestamp())
SECONDS = 3 * 365 * 86_400
PEOPLE, ORGANISATIONS, A_THREAD, A_CHUNK = 200_000, 5_000, 4, 500_000
MESSAGES_A_PAIR = 11
ZONES = np.array([-480, -300, 0, 60, 60, 330, 480])
_SUMMER_TIME = np.array([1, 1, 1, 1, 1, 0, 0])
_SYLLABLES = np.array([c + v for c in "bdfgklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "el", "or")])

_EVENTS = """
CREATE OR REPLACE TEMP TABLE events AS SELECT
  (('0x' || substr(sha256(message_id), 1, 16))::UBIGINT >> 1)::BIGINT AS interaction_id,
  substr(sha256('copy' || message_id), 1, 16) AS copy_hash, *
FROM (
  SELECT *,
    't' || thread || '.' || place || '@mail.example' AS message_id,
    CASE WHEN place > 0 THEN 't' || thread || '.' || (place - 1) || '@mail.example' END AS in_reply_to,
    [('t' || thread || '.' || p || '@mail.example') FOR p IN range(place)] AS ancestors,
    'mailto:list' || list_of || '@o' || list_of || '.example' AS list,
    make_timestamp(second * 1000000) AS occurred_at
  FROM given)
"""
_INTERACTIONS = """
SELECT interaction_id, copy_hash, 'message' AS kind, 'mail' AS channel, CASE WHEN in_space THEN list END AS space,
  NULL::VARCHAR AS conversation_key,
  CASE WHEN place > 0 THEN 'Re: ' ELSE '' END || 'Matter ' || thread AS subject, occurred_at,
  CAST(occurred_at + to_minutes(utc_offset) AS DATE) AS occurred_on, utc_offset::SMALLINT AS utc_offset_minutes,
  NULL::DOUBLE AS duration_minutes, message_id, in_reply_to, ancestors AS "references",
  substr(sha256('body' || message_id), 1, 16) AS body_hash,
  CASE WHEN machine THEN 'template' ELSE substr(sha256('body' || message_id), 17, 16) END AS template_hash,
  2000 + second % 9000 AS n_bytes, batch
FROM events
"""
_PARTICIPANTS = """
SELECT interaction_id, copy_hash, role, handle, display_name, batch FROM (
  SELECT interaction_id, copy_hash, batch, 'from' AS role,
    CASE WHEN machine THEN 'mailto:news@o' || list_of || '.example' ELSE w.handle END AS handle,
    CASE WHEN machine THEN NULL ELSE w.name END AS display_name
  FROM events JOIN people w ON w.number = writer
  UNION ALL SELECT interaction_id, copy_hash, batch, 'to', p.handle, p.name
  FROM events JOIN people p ON p.number = reader WHERE NOT in_space
  UNION ALL SELECT interaction_id, copy_hash, batch, 'to', list, NULL FROM events WHERE in_space
  UNION ALL SELECT interaction_id, copy_hash, batch, 'cc', p.handle, p.name
  FROM events JOIN people p ON p.number = third WHERE third NOT IN (writer, reader))
"""
_HEADERS = """
SELECT interaction_id, copy_hash, CASE WHEN machine THEN 'list-unsubscribe' ELSE 'list-id' END AS name,
  '<list' || list_of || '.example>' AS value, batch
FROM events WHERE machine OR in_space
"""
_SIGHTINGS = """
SELECT interaction_id, copy_hash, 'mbox' AS source, 'made-up.mbox#' || thread || '.' || place AS locator,
  substr(sha256('bytes' || message_id), 1, 32) AS content_hash, batch
FROM events
"""


class People:
    """Who there is: handles, names, organisations and offsets, and who writes to whom how often."""

    def __init__(self, n_pairs: int, dice: np.random.Generator) -> None:
        size = (np.arange(ORGANISATIONS) + 1.0) ** -0.7
        self.organisation = dice.choice(ORGANISATIONS, PEOPLE, p=size / size.sum())
        zone = dice.integers(0, len(ZONES), ORGANISATIONS)
        self.offset = ZONES[zone][self.organisation]
        self.summer = _SUMMER_TIME[zone][self.organisation]
        number = np.arange(PEOPLE)
        first = np.char.add(_SYLLABLES[number % 112], _SYLLABLES[number // 112 % 37])
        last = np.char.add(
            np.char.add(_SYLLABLES[number * 7 % 111], _SYLLABLES[number // 111 % 109]),
            _SYLLABLES[number // 12_099 % 53],
        )
        name = np.char.add(np.char.add(np.char.capitalize(first), " "), np.char.capitalize(last))
        address = np.char.add(np.char.add("mailto:p", number.astype(str)), "@o")
        handle = np.char.add(np.char.add(address, self.organisation.astype(str)), ".example")
        self.table = pa.table({"number": number, "handle": handle, "name": name})
        busy = dice.permutation((np.arange(PEOPLE) + 1.0) ** -0.4)
        busy /= busy.sum()
        self.a = dice.choice(PEOPLE, n_pairs, p=busy)
        by_organisation = np.argsort(self.organisation, kind="stable")
        begins = np.searchsorted(self.organisation[by_organisation], np.arange(ORGANISATIONS + 1))
        home = self.organisation[self.a]
        colleague = by_organisation[begins[home] + dice.integers(0, begins[home + 1] - begins[home])]
        self.b = np.where(dice.random(n_pairs) < 0.4, colleague, dice.choice(PEOPLE, n_pairs, p=busy))
        self.b = np.where(self.b == self.a, (self.a + 1) % PEOPLE, self.b)
        self.cumulated = np.cumsum(dice.pareto(1.4, n_pairs) + 1)

    def draw(self, n: int, dice: np.random.Generator) -> np.ndarray:
        """Numbers of `n` pairs, the busy ones more often."""
        return np.searchsorted(self.cumulated, dice.random(n) * self.cumulated[-1])


def events(people: People, first_thread: int, starts: np.ndarray, dice: np.random.Generator) -> pa.Table:
    """The messages of threads that begin at these seconds, as numbers, before they become text."""
    n = len(starts)
    pair = people.draw(n, dice)
    length = dice.geometric(1 / A_THREAD, n)
    thread = np.repeat(np.arange(n), length)
    place = np.arange(len(thread)) - np.repeat(np.cumsum(length) - length, length)
    gap = np.where(place == 0, 0, dice.lognormal(9.5, 1.6, len(thread))).astype(np.int64) + (place > 0)
    at = np.cumsum(gap)
    at += np.repeat(starts - at[np.cumsum(length) - length], length)
    # Mostly in turn; sometimes the same side writes again.
    turn = (place + (dice.random(len(thread)) < 0.15)) % 2 == 0
    a, b = people.a[pair][thread], people.b[pair][thread]
    writer, reader = np.where(turn, a, b), np.where(turn, b, a)
    summer = np.isin((at - START) // 86_400 % 365 // 30, np.arange(3, 10))
    machine = (dice.random(n) < 0.02) & (length == 1)
    in_space = (dice.random(n) < 1 / 12) & ~machine
    third = np.where(dice.random(len(thread)) < 0.15, (reader + 1 + dice.integers(0, 50)) % PEOPLE, writer)
    return pa.table({
        "thread": first_thread + thread, "place": place, "second": at,
        "writer": writer, "reader": reader, "third": third,
        "machine": machine[thread], "in_space": in_space[thread], "list_of": people.organisation[a],
        "utc_offset": people.offset[writer] + 60 * (people.summer[writer] * summer),
    }).filter(pa.array(at < START + SECONDS))  # fmt: skip


def make_cell(folder: Path, messages: int, seed: int = 1) -> int:
    """Make a cell in an empty folder and write its log; the number of messages, which is close to the one asked for."""
    dice = np.random.default_rng(seed)
    people = People(max(messages // MESSAGES_A_PAIR, 100), dice)
    starts = np.sort(START + dice.integers(0, SECONDS, max(messages // A_THREAD, 1)))
    create_cell(folder).close()
    engine, batch, total, first = open_engine(folder), 0, 0, 0
    with duckdb.connect() as maker, engine.writing("log") as writer:
        maker.execute("SET TimeZone='UTC'")
        maker.register("people", people.table)
        for part in np.array_split(starts, max(1, messages // A_CHUNK)):
            batch += 1
            rows = events(people, first, part, dice)
            maker.register("given", rows.append_column("batch", pa.array(np.full(len(rows), batch))))
            maker.execute(_EVENTS)
            for name, sql in (
                ("interactions", _INTERACTIONS), ("participants", _PARTICIPANTS),
                ("headers", _HEADERS), ("sightings", _SIGHTINGS),
            ):  # fmt: skip
                writer.append(name, maker.sql(sql).to_arrow_table())
            total += maker.execute("SELECT count(*) FROM events").fetchall()[0][0]
            first += len(part)
        _append_runs(writer, folder, total, batch)
        writer.mark("batch", batch)
        writer.publish()
    engine.close()
    return total


def _append_runs(writer: Writer, folder: Path, total: int, batch: int) -> None:
    ends = datetime.fromtimestamp(START + SECONDS, UTC).replace(tzinfo=None)
    days = [ends.date() - timedelta(days) for days in range(1, SECONDS // 86_400 + 1)]
    covered = {"source": "mbox", "owner": "made-up.mbox", "share_complete": 1.0, "batch": batch}
    run: dict[str, Any] = {
        "import_id": 1, "started_at": ends, "ended_at": ends, "paths": [str(folder)], "n_records": total,
        "n_added": total, "n_duplicate": 0, "n_skipped": 0, "n_bytes": 0, "batch": batch,
    }  # fmt: skip
    rows = {"coverage": [{**covered, "from_on": day, "to_on": day} for day in days], "imports": [run]}
    for name, found in rows.items():
        writer.append(name, pa.Table.from_pylist(found, TABLES[name].schema))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"{make_cell(asked.folder, asked.messages, asked.seed):,} messages in {asked.folder}")
