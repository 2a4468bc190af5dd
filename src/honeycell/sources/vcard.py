"""vCards: which addresses are one person's, and whom that person works for, as an address book says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from honeycell.errors import SourceError
from honeycell.sources.addresses import addresses
from honeycell.sources.archives import is_archive, members, names
from honeycell.sources.compressed import first_bytes
from honeycell.sources.records import Batch, Part, Records, batches_of, short_hash
from honeycell.sources.streams import open_stream
from honeycell.sources.vcard_lines import Property, RawCard, is_card, properties, raw_cards, text, texts

__all__ = ["SOURCE", "VcardSource"]

_SUFFIXES = (".vcf", ".vcard")
_BESIDE = (".jpg", ".jpeg", ".png", ".gif", ".html", ".txt", ".md", ".csv", ".json")
"""Ends of names of what lies beside cards in an archive of an address book."""
_WANTED = frozenset(
    ("FN", "N", "EMAIL", "ORG", "KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS", "X-ABLABEL")
)  # fmt: skip
_OTHERS = re.compile(
    r"\b("
    r"spouse|wife|husband|partner|fiance|fiancee|assistant|secretary|pa|manager|boss|supervisor|"
    r"mother|father|mom|mum|dad|parent|parents|child|children|son|daughter|brother|sister|sibling|"
    r"friend|relative|family|agent|emergency|colleague|coworker|neighbor|neighbour|kin|referrer|carer|"
    r"guardian|ehefrau|ehemann|ehepartner|frau|mann|partnerin|assistent|assistentin|assistenz|"
    r"sekretariat|sekretärin|vorgesetzter|chef|mutter|vater|eltern|kind|kinder|sohn|tochter|bruder|"
    r"schwester|freund|freundin|familie|notfall|kollege|kollegin|conjoint|conjointe|mari|femme|époux|"
    r"épouse|assistante|secrétaire|mère|père|enfant|fils|fille|frère|sœur|ami|amie|famille|urgence|"
    r"cónyuge|esposa|esposo|pareja|asistente|secretaria|jefe|madre|padre|hijo|hija|hermano|hermana|"
    r"amigo|amiga|familia|emergencia|cônjuge|assistente|secretária|chefe|mãe|pai|filho|filha|irmão|"
    r"irmã|família|coniuge|moglie|marito|segretaria|capo|figlio|figlia|fratello|sorella|amico|amica|"
    r"famiglia|echtgenoot|echtgenote|moeder|vader|zoon|dochter|broer|zus|vriend|vriendin"
    r")\b",
    re.I,
)
"""A word of a label that says whose else an address is."""


class VcardSource:
    """Files of vCards, and archives that hold them."""

    name = "vcard"

    def recognises(self, path: Path) -> bool:
        """Whether the file begins with a card, or the archive holds files of cards and only what lies beside such."""
        if not path.is_file():
            return False
        if not is_archive(path):
            return is_card(first_bytes(path, 4096))
        try:
            inside = [name.lower() for name in names(path)]
        except SourceError:
            return False
        return any(map(_is_card_file, inside)) and all(name.endswith((*_SUFFIXES, *_BESIDE)) for name in inside)

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """One part.

        Raises:
            SourceError: The path cannot be looked at (`file-not-readable`).
        """
        try:
            yield Part(self.name, path, locator, n_bytes=path.stat().st_size)
        except OSError as error:
            message = f"{path.name} cannot be opened: {error.strerror or error}"
            raise SourceError("file-not-readable", message, locator, "let this user read it") from error

    def read(self, part: Part) -> Iterator[Batch]:
        """Rows of the directory: the addresses of each card that is one person's, and where that person works.

        Raises:
            SourceError: The file is damaged (`corrupt-file`), or holds no card (`empty-file`).
        """
        records = Records(self.name)
        found = 0

        def add(card: tuple[str, RawCard]) -> int:
            nonlocal found
            found += 1
            _add_card(records, card[1], card[0])
            return card[1].n_bytes

        yield from batches_of(records, _numbered(part), add)
        if not found:
            raise SourceError("empty-file", f"there is no card in {part.path.name}", part.locator, "leave it out")


def _is_card_file(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES)


def _numbered(part: Part) -> Iterator[tuple[str, RawCard]]:
    """Every card with its place."""
    for place, stream in _files(part):
        for number, card in enumerate(raw_cards(stream), 1):
            yield f"{place}#card {number}", card


def _files(part: Part) -> Iterator[tuple[str, IO[bytes]]]:
    if is_archive(part.path):
        for member in members(part.path, _is_card_file):
            yield f"{part.locator}/{member.name}", member.stream
        return
    with closing(open_stream(part.path, part.locator)) as stream:
        yield part.locator, stream


def _add_card(records: Records, card: RawCard, where: str) -> None:
    if not card.whole:
        records.skip(where, "bad-card", "the card has no end", card.content_hash)
        return
    every = list(properties(card.lines, _WANTED))
    name = _person(every)
    if not name:
        detail = "the card of a group, an organisation or nobody by name"
        records.skip(where, "not-a-person", detail, card.content_hash)
        return
    own = _own_addresses(every)
    if not own:
        records.skip(where, "no-address", f"the card of “{name[:200]}” has no mail address", card.content_hash)
        return
    common = {"display_name": name, "source": records.source, "locator": where}
    first, *others = own
    for address in others or (None,):
        digest = short_hash("card", first, name, address or "")
        record = digest + short_hash(digest)
        records.add("directory", record_hash=record, kind="card", handle=first, address=address, **common)
    for organisation in dict.fromkeys(texts(line.value)[0] for line in every if line.name == "ORG"):
        for address in own if organisation else ():
            digest = short_hash("card affiliation", address, name, organisation)
            records.add(
                "directory", record_hash=digest + short_hash(digest), kind="affiliation", handle=address,
                organisation=organisation, **common,
            )  # fmt: skip


def _person(every: list[Property]) -> str:
    """The full name of the person a card is of; empty where it is of none, or of more than one."""
    said = {line.name: text(line.value) for line in reversed(every) if text(line.value)}
    kind = (said.get("KIND") or said.get("X-ADDRESSBOOKSERVER-KIND") or "individual").lower()
    if kind != "individual" or said.get("X-ABSHOWAS", "").lower() == "company":
        return ""
    family, given, further = next(([*texts(line.value), "", ""][:3] for line in every if line.name == "N"), [""] * 3)
    parts = " ".join(part for part in (given, further, family) if part)
    name = said.get("FN") or parts
    organisations = {texts(line.value)[0].lower() for line in every if line.name == "ORG"}
    return "" if "@" in name or (name.lower() in organisations and not (given and family)) else name


def _own_addresses(every: list[Property]) -> list[str]:
    """The handles of a card in order of letters, without those that it says are somebody else's."""
    labels = {line.group: text(line.value) for line in every if line.name == "X-ABLABEL" and line.group}
    found: set[str] = set()
    for line in every:
        if line.name != "EMAIL":
            continue
        label = " ".join((labels.get(line.group, ""), *line.parameters.get("TYPE", ())))
        if not _OTHERS.search(label.replace("_", " ")):
            found.update(handle for handle, _name in addresses(text(line.value)))
    return sorted(found)


SOURCE = VcardSource()
