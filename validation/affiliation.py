"""For whom did a person stand on a day? Against two hand-kept files of who worked where until when.

`main(path)` takes the folder with `openbmc-truth.tsv`, `stackalytics-a-k.json` and `company-names-mapping.txt`.

- `mails_`: the dated mails of `mail/openbmc`, beside that folder, by authors of whom the table says where they worked
  on that day. Their organisation is asked for at the date of each mail.
- `hidden_`: persons whose companies have end dates. An address at a company writes every other week while its owner
  was there, another one all the time. A third of the addresses never write: asked for is the company at a quarter, a
  half and three quarters of each spell, through one of the others.

The truth is *known* when the file names a company for the day, other than "independent". *Evidence* exists when an
address of the person, used within half a year, lies at an organisation that is not merely their own domain
(`mails_`), or an address at the company itself is known to be theirs (`mails_strict_`, `hidden_`): what the log never
shows, nobody can answer. `HONEYCELL_PAIRS=FILE.tsv` appends every answer that is not right.
"""

from __future__ import annotations

import csv
import json
import os
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from honeycell import identities, log
from honeycell.cell import create_cell
from honeycell.engine import open_engine
from honeycell.identities import affiliated
from honeycell.sources import short_hash
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES
from validation.identity.contenders import persons_of, written

__all__ = ["DATA", "PASS", "main"]

DATA = "identity"
PASS = {
    "mails_share_right": (">=", 0.97),
    "mails_strict_share_right": (">=", 0.97),
    "hidden_share_right": (">=", 0.97),
}

_RENAMED = {"meta platforms": "fb", "free electrons": "bootlin"}
"""Companies under the label that their domain had or got."""
_LEGAL = r"\b(inc|llc|ltd|limited|corporation|corp|co|gmbh|ag|b\.?v|bvba|incorporated|company|sas|plc|s\.?a)\b\.?"
_FIRST, _LAST = date(2010, 1, 1), date(2021, 1, 1)
_Figures = dict[str, float | int]


class Spell(NamedTuple):
    """A person at a company; `until` is exclusive."""

    company: str
    since: date
    until: date


def main(path: Path) -> _Figures:
    """Shares of right answers, where the truth is known and evidence exists, and how many answers there are.

    Returns:
        For each part `share_right n n_persons` (answers judged) and `n_no_evidence n_not_known`. Of `hidden_` also
        `n_not_linked` (the address at the company was not linked to the one asked through) and, though no address at
        the right company was to be seen, `n_provisional_anyway` (answered with a domain of one person, said to be
        perhaps no organisation), `n_answered_anyway` (with another), and of these `n_wrong_anyway`.
    """
    canonical = _canonical(path / "company-names-mapping.txt")
    return _of_mails(path, canonical) | _of_hidden(path / "stackalytics-a-k.json")


def _canonical(path: Path) -> dict[str, str]:
    pairs = (line.rpartition(" -> ") for line in path.read_text("utf-8").splitlines() if " -> " in line)
    return {spelling.strip().lower(): name.strip().lower() for spelling, _arrow, name in pairs}


def _spellings(company: str, canonical: Mapping[str, str]) -> set[str]:
    """What a company may be called: by the mapping, without its legal form, in short, by its initials."""
    bare = " ".join(re.findall(r"[\w&]+", re.sub(_LEGAL, " ", company.lower()))).removeprefix("the ")
    named = {company.lower(), bare, canonical.get(company.lower(), ""), canonical.get(bare, ""), _RENAMED.get(bare, "")}
    initials = {"".join(word[0] for word in re.findall(r"\w+", name)) for name in (company.lower(), bare)}
    short = initials | {name.partition(" ")[0] for name in named}
    return {re.sub(r"\W+", "", name) for name in named | short} - {"", "the"}


def _of_mails(path: Path, canonical: Mapping[str, str]) -> _Figures:
    with (path / "openbmc-truth.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        spells = {row["email"].lower(): _gitdm(row["gitdm_affiliations"]) for row in rows if row["gitdm_affiliations"]}
    with tempfile.TemporaryDirectory() as folder, create_cell(Path(folder) / "cell") as cell:
        cell.import_paths([path.resolve().parent / "mail" / "openbmc"])
        cell.refresh()
        t = Tables(cell.engine)
        mails = log.interactions(t).select("interaction_id", "occurred_on")
        author = log.participants(t).filter(lambda row: row.role == "from").select("interaction_id", "handle")
        asked = author.inner_join(mails, "interaction_id").inner_join(
            t["handles"].select("handle", "person_id"), "handle"
        )
        asked = asked.select("handle", "occurred_on", "person_id").filter(lambda row: row.occurred_on.notnull())
        said = _answers(t, asked, "occurred_on")
        shown = _shown(t)
    judged: Counter[tuple[str, str]] = Counter()
    strict: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, ...]] = Counter()
    for address, day, names, provisional in said:
        truth = {spell.company for spell in spells.get(address, ()) if spell.since <= day < spell.until}
        truth = {company for company in truth if "independent" not in company.lower()}
        if address not in spells or not truth:
            judged["not_known" if address in spells else "not_in_file", address] += 1
        elif not names or provisional:
            judged["no_evidence", address] += 1
        else:
            called = set().union(*(_spellings(company, canonical) for company in truth))
            right = bool(names & called)
            judged["right" if right else "wrong", address] += 1
            if called & shown[address]:
                strict["right" if right else "wrong", address] += 1
            if not right:
                wrong[address, " or ".join(sorted(truth)), " ".join(sorted(names))] += 1
    _write("mails", wrong)
    figures = {f"mails_{key}": value for key, value in _shares(judged).items()}
    kept = ("share_right", "n", "n_persons", "n_persons_wrong")
    return figures | {f"mails_strict_{key}": value for key, value in _shares(strict).items() if key in kept}


def _shown(t: Tables) -> dict[str, set[str]]:
    """What every organisation is called that the log ever shows the owner of an address at."""
    known, held = t["organisations"], t["handles"].select("handle", "person_id")
    rows = t["affiliations"].select("person_id", "organisation_id").inner_join(held, "person_id")
    found: dict[str, set[str]] = defaultdict(set)
    for row in t.arrow(rows.inner_join(known, "organisation_id").select("handle", "name", "domains")).to_pylist():
        found[row["handle"].removeprefix("mailto:")] |= _called(row)
    return found


def _called(organisation: Mapping[str, Any]) -> set[str]:
    """Its name and the labels of its domains."""
    labels = {domain.partition(".")[0] for domain in organisation["domains"]}
    return {re.sub(r"\W+", "", name.lower()) for name in {organisation["name"]} | labels}


def _gitdm(text: str) -> list[Spell]:
    """`Acme Inc. until 2013-03-01; Bolt from 2013-03-01`."""
    spells = []
    for part in text.split("; "):
        found = re.fullmatch(r"(.+?)(?: from (\S+))?(?: until (\S+))?", part)
        assert found is not None
        company, since, until = found.groups()
        spells.append(
            Spell(company, date.fromisoformat(since or "1970-01-01"), date.fromisoformat(until or "9999-12-31"))
        )
    return spells


def _answers(t: Tables, asked: Any, on: str) -> list[tuple[str, date, set[str], bool]]:
    """Handle, day, what its organisation is called (name and labels of its domains), and whether it is provisional."""
    found = t.keep(affiliated(t, t.keep(asked), "person_id", on))
    known = {row["organisation_id"]: row for row in t.arrow(t["organisations"]).to_pylist()}
    answers = []
    for row in t.arrow(found).to_pylist():
        one = known.get(row["organisation_id"])
        names = _called(one) if one else set()
        address = row["handle"].removeprefix("mailto:")
        answers.append((address, row[on], names, bool(one and one["provisional"])))
    return answers


def _shares(judged: Counter[tuple[str, str]]) -> _Figures:
    by_kind: Counter[str] = Counter()
    for (kind, _who), n in judged.items():
        by_kind[kind] += n
    n = by_kind["right"] + by_kind["wrong"]
    return {
        "share_right": by_kind["right"] / n if n else 1.0,
        "n": n,
        "n_persons": len({who for kind, who in judged if kind in ("right", "wrong")}),
        "n_persons_wrong": len({who for kind, who in judged if kind == "wrong"}),
        "n_no_evidence": by_kind["no_evidence"],
        "n_not_known": by_kind["not_known"],
    }


def _write(part: str, wrong: Counter[tuple[str, ...]]) -> None:
    if target := os.environ.get("HONEYCELL_PAIRS"):
        with Path(target).open("a", encoding="utf-8", newline="") as page:
            csv.writer(page, delimiter="\t").writerows([part, n, *what] for what, n in wrong.most_common())


def _of_hidden(path: Path) -> _Figures:
    page = json.loads(path.read_text("utf-8"))
    company_of = {d: company["company_name"] for company in page["companies"] for d in company["domains"] if d}
    mails: list[tuple[str, str, datetime]] = []
    questions = []
    for user in page["users"]:
        spells, visible = _spells(user["companies"]), [one for one in user["emails"] if "@" in one and not _hidden(one)]
        at = {one: _company(one.lower(), company_of) for one in visible}
        for address, company in at.items():
            for spell in spells:
                if company is None or company == spell.company:
                    mails += [(address.lower(), user.get("user_name") or "", when) for when in _fortnights(spell)]
        wrote = {address for address in visible if at[address] in {None, *(spell.company for spell in spells)}}
        if len(user["emails"]) > 1 and wrote:
            through = min(wrote, key=lambda one: (at[one] is not None, one)).lower()
            for spell in spells:
                days = [spell.since + (spell.until - spell.since) * quarter / 4 for quarter in (1, 2, 3)]
                there = [one.lower() for one in wrote if at[one] == spell.company]
                questions += [(through, day, spell.company, there) for day in days]
    directory = [
        {"record_hash": short_hash("domain", domain) * 2, "kind": "domain", "organisation": company, "domain": domain,
         "source": "validation", "locator": domain, "batch": 1}
        for domain, company in company_of.items()
    ]  # fmt: skip
    tables = written(mails) | {"directory": pa.Table.from_pylist(directory, schema=TABLES["directory"].schema)}
    said: dict[tuple[str, date], tuple[set[str], bool]] = {}
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder))
        with engine.writing("log") as writer:
            for name, rows in tables.items():
                writer.append(name, rows)
            writer.publish()
        with engine.writing("derived") as writer:
            derive(engine, writer, identities.STEPS, changes=None)
            writer.publish()
        t = Tables(engine)
        asked = t.keep(
            pa.table({"handle": [f"mailto:{q[0]}" for q in questions], "day": [q[1] for q in questions]}).cast(_ASKED)
        )
        asked = asked.distinct().inner_join(t["handles"].select("handle", "person_id"), "handle")
        for address, day, names, provisional in _answers(t, asked.select("handle", "day", "person_id"), "day"):
            said[address, day] = (names, provisional)
        persons = persons_of(engine)["owner"]
        engine.close()
    judged: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, ...]] = Counter()
    for address, day, company, there in questions:
        names, provisional = said.get((address, day), (set(), False))
        right = re.sub(r"\W+", "", company.lower()) in names
        if company == "*independent":
            kind = "not_known"
        elif not there:
            kind = "no_evidence"
            judged["provisional_anyway", address] += provisional
            judged["answered_anyway", address] += bool(names) and not provisional
            judged["wrong_anyway", address] += bool(names) and not provisional and not right
        elif persons.get(address, "") not in {persons.get(one) for one in there}:
            kind = "not_linked"
        else:
            kind = "right" if right else "wrong"
        judged[kind, address] += 1
        if kind == "wrong":
            wrong[address, company, " ".join(sorted(names))] += 1
    _write("hidden", wrong)
    kinds = ("not_linked", "provisional_anyway", "answered_anyway", "wrong_anyway")
    anyway = {f"n_{kind}": sum(n for (one, _who), n in judged.items() if one == kind) for kind in kinds}
    return {f"hidden_{key}": value for key, value in (_shares(judged) | anyway).items()}


_ASKED = pa.schema([("handle", pa.string()), ("day", pa.date32())])


def _hidden(address: str) -> bool:
    return sha256(address.encode()).digest()[0] < 256 // 3


def _company(address: str, company_of: Mapping[str, str]) -> str | None:
    labels = address.rpartition("@")[2].split(".")
    return next((company_of[d] for n in range(len(labels)) if (d := ".".join(labels[n:])) in company_of), None)


def _spells(companies: list[dict[str, str | None]]) -> list[Spell]:
    spells, since = [], _FIRST
    for one in companies:
        ended = one["end_date"]
        until = datetime.strptime(ended, "%Y-%b-%d").date() if ended else _LAST
        if spells and spells[-1].company == one["company_name"]:
            since = spells.pop().since
        if since < until:
            spells.append(Spell(str(one["company_name"]), since, until))
        since = max(since, until)
    return spells


def _fortnights(spell: Spell) -> list[datetime]:
    n_days = (spell.until - spell.since).days
    return [datetime.combine(spell.since + timedelta(days=day), time(9)) for day in range(0, n_days, 14)]
