"""A cell with a made-up log of many interactions: the same for the same number and seed.

200,000 people in 5,000 organisations whose sizes follow a power law, three years, pairs whose activity follows a
power law, offsets with summer time; the largest organisation is ours. Of every hundred interactions about:

- 87 are mails in threads of four on average in which replies name what they answer; one thread in twelve is on a list
  of one of the 300 largest organisations, open to guests, and a few machines write to everybody;
- 4 are chat messages between colleagues, whose accounts a directory names;
- 3 are meetings of two or three;
- 5 are documents of deals between two organisations: an order with a day it is due, its shipment, its invoice with a
  day it is due, its payment. Some come late, some never.

Mails and chat messages are of one to four invented sentences; some ask for something or promise something. The rows go
through the engine's own writer; what no derived table reads is left out.

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
from numpy.typing import NDArray

from honeycell.cell import create_cell
from honeycell.engine import Writer, open_engine
from honeycell.tables import TABLES

__all__ = ["People", "make_cell"]

Ints = NDArray[np.int64]
START = int(datetime(2022, 1, 3, tzinfo=UTC).timestamp())
SECONDS = 3 * 365 * 86_400
PEOPLE, ORGANISATIONS, A_THREAD, A_CHUNK = 200_000, 5_000, 4, 500_000
SPACES, CHATTING = 300, 4
"""Lists, one each for the largest organisations; and of how many organisations one has a chat."""
INTERACTIONS_A_DEAL, DEALS_A_CUSTOMER = 70, 40
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
    before || place || after AS message_id,
    CASE WHEN place > 0 THEN before || (CASE medium WHEN 'slack' THEN 0 ELSE place - 1 END) || after END AS in_reply_to,
    CASE medium WHEN 'mail' THEN [(before || p || after) FOR p IN range(place)] END AS ancestors,
    CASE medium WHEN 'slack' THEN 'D' || pair || '/' || thread WHEN 'calendar' THEN message_id END AS conversation_key,
    'mailto:list' || list_of || '@o' || list_of || '.example' AS list,
    make_timestamp(second * 1000000) AS occurred_at
  FROM (
    SELECT *, CASE medium WHEN 'slack' THEN 'slack:T1/D' || pair || '/' ELSE '' END || 't' || thread || '.' AS before,
      CASE medium WHEN 'slack' THEN '' ELSE '@mail.example' END AS after
    FROM given))
"""
_INTERACTIONS = """
SELECT interaction_id, copy_hash, CASE medium WHEN 'calendar' THEN 'meeting' ELSE 'message' END AS kind,
  medium AS channel, CASE WHEN in_space THEN list END AS space, conversation_key,
  CASE WHEN medium <> 'slack' THEN CASE WHEN place > 0 THEN 'Re: ' ELSE '' END || 'Matter ' || thread END AS subject,
  occurred_at, CAST(occurred_at + to_minutes(utc_offset) AS DATE) AS occurred_on,
  utc_offset::SMALLINT AS utc_offset_minutes,
  CASE medium WHEN 'calendar' THEN 30.0 + 15 * (second % 4) END AS duration_minutes, message_id, in_reply_to,
  ancestors AS "references", substr(sha256('body' || message_id), 1, 16) AS body_hash,
  CASE WHEN machine THEN 'template' ELSE substr(sha256('body' || message_id), 17, 16) END AS template_hash,
  2000 + second % 9000 AS n_bytes, batch
FROM events
"""
_PARTICIPANTS = """
SELECT interaction_id, copy_hash, role, handle, display_name, batch FROM (
  SELECT interaction_id, copy_hash, batch, CASE medium WHEN 'calendar' THEN 'organiser' ELSE 'from' END AS role,
    CASE WHEN machine THEN 'mailto:news@o' || list_of || '.example' WHEN medium = 'slack' THEN w.account
      ELSE w.handle END AS handle,
    CASE WHEN machine THEN NULL ELSE w.name END AS display_name
  FROM events JOIN people w ON w.number = writer
  UNION ALL SELECT interaction_id, copy_hash, batch, CASE medium WHEN 'calendar' THEN 'attendee' ELSE 'to' END,
    CASE medium WHEN 'slack' THEN p.account ELSE p.handle END, p.name
  FROM events JOIN people p ON p.number = reader WHERE NOT in_space
  UNION ALL SELECT interaction_id, copy_hash, batch, 'to', list, NULL FROM events WHERE in_space
  UNION ALL SELECT interaction_id, copy_hash, batch, CASE medium WHEN 'calendar' THEN 'attendee' ELSE 'cc' END,
    p.handle, p.name
  FROM events JOIN people p ON p.number = third WHERE third NOT IN (writer, reader) AND medium <> 'slack')
"""
_TEXTS = """
SELECT interaction_id, copy_hash, a.sentence || CASE WHEN c.sentence <> '' THEN ' ' || c.sentence ELSE '' END ||
  CASE WHEN said % 3 = 0 THEN ' ' || b.sentence ELSE '' END AS body, batch
FROM events JOIN sentences a ON a.number = said % 40000 JOIN sentences b ON b.number = said // 40000 % 40000
  JOIN asides c ON c.number = said // 7 % 1000
WHERE medium <> 'calendar' AND NOT machine
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
_MESSAGES = (
    ("interactions", _INTERACTIONS), ("participants", _PARTICIPANTS), ("texts", _TEXTS), ("headers", _HEADERS),
    ("sightings", _SIGHTINGS),
)  # fmt: skip
"""What is written of a part of the messages and meetings."""

_DOCUMENTS = """
CREATE OR REPLACE TEMP TABLE documents AS SELECT
  (('0x' || substr(sha256(message_id), 1, 16))::UBIGINT >> 1)::BIGINT AS interaction_id,
  substr(sha256('copy' || message_id), 1, 16) AS copy_hash, *, make_timestamp(second * 1000000) AS occurred_at
FROM (
  SELECT *, 'mailto:purchasing@o' || buyer || '.example' AS buys, 'mailto:sales@o' || seller || '.example' AS sells,
    'ledger:' || kind || '/' || deal AS message_id,
    CASE WHEN answers <> '' THEN 'ledger:' || answers || '/' || deal END AS in_reply_to
  FROM given_documents)
"""
_DEALS = (
    ("interactions", """
SELECT interaction_id, copy_hash, kind, 'ledger' AS channel, NULL::VARCHAR AS space,
  buys || '|' || sells || '|' || deal AS conversation_key, kind || ' ' || deal AS subject, occurred_at,
  CAST(occurred_at AS DATE) AS occurred_on, NULL::SMALLINT AS utc_offset_minutes, NULL::DOUBLE AS duration_minutes,
  message_id, in_reply_to, CASE WHEN in_reply_to IS NOT NULL THEN [in_reply_to] END AS "references",
  NULL::VARCHAR AS body_hash, NULL::VARCHAR AS template_hash, 300::BIGINT AS n_bytes, batch FROM documents"""),
    ("participants", """
SELECT interaction_id, copy_hash, CASE WHEN kind = 'payment' THEN 'payer' ELSE 'buyer' END AS role, buys AS handle,
  NULL::VARCHAR AS display_name, batch FROM documents
UNION ALL SELECT interaction_id, copy_hash, CASE WHEN kind = 'payment' THEN 'payee' ELSE 'seller' END, sells,
  NULL, batch FROM documents"""),
    ("transfers", """
SELECT interaction_id, copy_hash, CASE WHEN kind IN ('order', 'shipment') THEN 'goods' ELSE 'money' END AS ledger,
  12.5 * quantity AS amount, 'EUR' AS currency, quantity::DOUBLE AS quantity, deal AS document_number,
  CASE WHEN due > 0 THEN CAST(make_timestamp(due * 1000000) AS DATE) END AS due_on, NULL::DATE AS settled_on, batch
FROM documents"""),
    ("sightings", """
SELECT interaction_id, copy_hash, 'ledger_csv' AS source, 'made-up.csv#' || kind || deal AS locator,
  substr(sha256('bytes' || message_id), 1, 32) AS content_hash, batch FROM documents"""),
)  # fmt: skip
"""What is written of a part of the deals."""


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
        account = np.char.add("slack:T1/U", number.astype(str))
        self.table = pa.table({"number": number, "handle": handle, "name": name, "account": account})
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

    def draw(self, n: int, dice: np.random.Generator) -> Ints:
        """Numbers of `n` pairs, the busy ones more often."""
        found: Ints = np.searchsorted(self.cumulated, dice.random(n) * self.cumulated[-1])
        return found


def events(people: People, first_thread: int, starts: Ints, dice: np.random.Generator) -> pa.Table:
    """The messages and meetings of threads that begin at these seconds, as numbers, before they become text."""
    n = len(starts)
    pair = people.draw(n, dice)
    meeting = dice.random(n) < 0.12
    length = np.where(meeting, 1, dice.geometric(1 / A_THREAD, n))
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
    machine = (dice.random(n) < 0.02) & (length == 1) & ~meeting
    home, other = people.organisation[people.a[pair]], people.organisation[people.b[pair]]
    chat = (home == other) & (home % CHATTING == 0) & ~machine & ~meeting & (dice.random(n) < 0.6)
    in_space = (dice.random(n) < 1 / 12) & ~machine & ~meeting & ~chat
    list_of = np.where(in_space[thread], home[thread] % SPACES, home[thread])
    third = np.where(dice.random(len(thread)) < 0.15, (reader + 1 + dice.integers(0, 50)) % PEOPLE, writer)
    medium = np.where(meeting, "calendar", np.where(chat, "slack", "mail"))
    return pa.table({
        "thread": first_thread + thread, "pair": pair[thread], "place": place, "second": at,
        "writer": writer, "reader": reader, "third": third, "medium": medium[thread],
        "machine": machine[thread], "in_space": in_space[thread], "list_of": list_of,
        "said": dice.integers(0, 1 << 40, len(thread)),
        "utc_offset": people.offset[writer] + 60 * (people.summer[writer] * summer),
    }).filter(pa.array(at < START + SECONDS))  # fmt: skip


def documents(people: People, n: int, dice: np.random.Generator) -> pa.Table:
    """The documents of so many deals: customers stay, some are late or never come."""
    across = np.flatnonzero(people.organisation[people.a] != people.organisation[people.b])
    customers = across[dice.permutation(len(across))[: max(n // DEALS_A_CUSTOMER, 1)]]
    pair = customers[(len(customers) * dice.random(n) ** 2).astype(np.int64)]
    deal, day = np.arange(n), 86_400
    ordered = START + dice.integers(0, SECONDS, n)
    shipped = ordered + (dice.lognormal(2.2, 0.5, n) * day).astype(np.int64)
    paid = shipped + day + (dice.lognormal(3.2, 0.4, n) * day).astype(np.int64)
    delivers, pays = dice.random(n) < 0.95, dice.random(n) < 0.9
    none, everything = np.zeros(n, np.int64), np.ones(n, bool)
    kinds = (
        ("order", "", ordered, ordered + 14 * day, everything), ("shipment", "order", shipped, none, delivers),
        ("invoice", "order", shipped + day, shipped + 31 * day, delivers),
        ("payment", "invoice", paid, none, delivers & pays),
    )  # fmt: skip
    parts = []
    for kind, answers, second, due, there in kinds:
        rows = pa.table({
            "deal": deal, "kind": [kind] * n, "answers": [answers] * n, "second": second, "due": due,
            "buyer": people.organisation[people.a[pair]], "seller": people.organisation[people.b[pair]],
            "quantity": 1 + pair % 100,
        })  # fmt: skip
        parts.append(rows.filter(pa.array(there & (second < START + SECONDS))))
    return pa.concat_tables(parts)


def sentences(dice: np.random.Generator) -> tuple[pa.Table, pa.Table]:
    """Sentences of words as frequent as words are, and what is asked, promised or nothing beside them."""
    number = np.arange(20_000)
    words = np.char.add(_SYLLABLES[number % 112], np.char.add(_SYLLABLES[number // 112 % 112], _SYLLABLES[number % 97]))
    often = (number + 3.0) ** -1.0
    drawn = words[dice.choice(len(words), (40_000, 9), p=often / often.sum())].tolist()
    said = [" ".join(row[: 4 + place % 6]).capitalize() + "." for place, row in enumerate(drawn)]
    kinds = (
        "Could you send me the {} {} by Friday?", "When will the {} {} be there?", "Please check the {} {}.",
        "I will send you the {} {} tomorrow.", "Thank you for the {} {}.",
    )  # fmt: skip
    asides = [kinds[n // 12 % 5].format(*drawn[n][:2]) if n % 12 == 0 else "" for n in range(1_000)]
    return (
        pa.table({"number": np.arange(len(said)), "sentence": said}),
        pa.table({"number": np.arange(len(asides)), "sentence": asides}),
    )


def make_cell(folder: Path, messages: int, seed: int = 1) -> int:
    """Make a cell in an empty folder and write its log; how many interactions, which is close to what was asked."""
    dice = np.random.default_rng(seed)
    people = People(max(messages // MESSAGES_A_PAIR, 100), dice)
    deals = documents(people, messages // INTERACTIONS_A_DEAL, dice)
    # A thread is shorter than four where it is a meeting, or runs past the last day.
    n_threads = max(round((messages - len(deals)) / (0.88 * A_THREAD + 0.12)), 1)
    starts = np.sort(START + dice.integers(0, SECONDS, n_threads))
    create_cell(folder, us="O0", domains=["o0.example"]).close()
    engine, batch, first = open_engine(folder), 1, 0
    with duckdb.connect() as maker, engine.writing("log") as writer:
        maker.execute("SET TimeZone='UTC'")
        maker.register("people", people.table)
        for name, rows in zip(("sentences", "asides"), sentences(dice), strict=True):
            maker.register(name, rows)

        def write(of: str, tables: tuple[tuple[str, str], ...]) -> int:
            for name, sql in tables:
                writer.append(name, maker.sql(sql).to_arrow_table())
            return int(maker.execute(f"SELECT count(*) FROM {of}").fetchall()[0][0])

        maker.register("given_documents", _numbered(deals, batch))
        maker.execute(_DOCUMENTS)
        total = write("documents", _DEALS)
        writer.append("directory", _accounts(people, batch))
        for part in np.array_split(starts, max(1, messages // A_CHUNK)):
            batch += 1
            maker.register("given", _numbered(events(people, first, part, dice), batch))
            maker.execute(_EVENTS)
            total += write("events", _MESSAGES)
            first += len(part)
        _append_runs(writer, folder, total, batch)
        writer.mark("batch", batch)
        writer.publish()
    engine.close()
    return total


def _numbered(rows: pa.Table, batch: int) -> pa.Table:
    return rows.append_column("batch", pa.array(np.full(len(rows), batch)))


def _accounts(people: People, batch: int) -> pa.Table:
    """Whose account in the chat is whose, as an export names them."""
    rows = people.table.filter(pa.array(people.organisation % CHATTING == 0)).to_pylist()
    found = [
        {
            "record_hash": f"{row['number']:032x}", "kind": "account", "handle": row["account"],
            "display_name": row["name"], "address": row["handle"], "source": "slack_export",
            "locator": f"made-up.zip/users.json#record {row['number']}", "batch": batch,
        }
        for row in rows
    ]  # fmt: skip
    return pa.Table.from_pylist(found, TABLES["directory"].schema)


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
    print(f"{make_cell(asked.folder, asked.messages, asked.seed):,} interactions in {asked.folder}")
