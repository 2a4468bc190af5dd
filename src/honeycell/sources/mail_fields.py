"""The header of a mail: its fields in one pass, and what they say of people, ids and lists.

The same addresses, subjects and list fields come again and again in an archive; what was made of a value is kept.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from honeycell.sources.addresses import addresses
from honeycell.sources.encoded_words import header_text, repaired
from honeycell.sources.mail_lists import Participants, author_behind, without_tag

__all__ = ["Header", "answered_id", "header_fields", "header_rows", "native_id", "participants", "reference_ids"]

MAX_REFERENCES = 500
MAX_VALUE = 1_000
"""Characters of a header row."""

_FIELD_END = re.compile(r"\n(?![ \t])")
_ID = re.compile(r"<([^<>]+)>")
_BLANK = re.compile(r"\s")
_HOST = re.compile(r"(https?|mailto):(?://)?([^\s<>?,]+)")

# Fields whose values are rows of `headers`, as they stand.
_KEPT = (
    "list-id", "list-post", "precedence", "auto-submitted", "x-original-from", "x-auto-response-suppress",
    "x-autoreply", "x-autorespond", "feedback-id",
)  # fmt: skip
_ROLES = (
    ("from", "from"), ("sender", "sender"), ("reply_to", "reply-to"), ("to", "to"), ("cc", "cc"), ("bcc", "bcc"),
)  # fmt: skip
_JOINED = {"from", "to", "cc", "bcc", "references"}
_FIELDS = {
    *(name for _, name in _ROLES), "subject", "date", "message-id", "in-reply-to", "references", "received",
    "content-type", "content-transfer-encoding", "content-disposition", "return-path", "list-unsubscribe",
    "x-beenthere", "x-mailing-list", "mailing-list", "x-original-sender", *_KEPT,
}  # fmt: skip


class _Spellings(dict[str, str]):
    """Field names as written to the names above; an empty string for fields that nobody needs."""

    def __missing__(self, written: str) -> str:
        if len(self) > 10_000:
            self.clear()
        name = written.strip().lower()
        found = self[written] = name if name in _FIELDS else ""
        return found


_SPELLINGS = _Spellings()


class Header(NamedTuple):
    """The fields of a message that the model needs."""

    fields: dict[str, str]
    """Values as written, still folded, by lower-case name; raw 8-bit bytes are surrogate escapes."""
    body_start: int
    """Where the body begins in the message."""


def header_fields(raw: bytes) -> Header:
    r"""The fields of a message that the model needs, and where its body begins.

    Repeated address fields are joined; of other repeated fields the first counts.

    Args:
        raw: The message, lines ended by LF.

    Example:
        >>> header_fields(b"Subject: Tea\n at five\nX-Mailer: none\n\nYes?")
        Header(fields={'subject': ' Tea\n at five'}, body_start=38)
    """
    end = 0 if raw[:1] == b"\n" else raw.find(b"\n\n")
    start = end + 2 if end > 0 else len(raw) if end < 0 else 1
    head = raw[: end if end >= 0 else len(raw)].decode("utf-8", "surrogateescape")
    fields: dict[str, str] = {}
    spellings = _SPELLINGS
    for field in _FIELD_END.split(head):
        written, colon, value = field.partition(":")
        name = spellings[written]
        if name:
            if name not in fields:
                fields[name] = value
            elif name in _JOINED:
                fields[name] += (", " if name != "references" else " ") + value
        elif not colon and field and not field.startswith(("From ", ">From ")):
            # The empty line before the body is missing: what is no field begins the body.
            start = raw.find(field.encode("utf-8", "surrogateescape"))
            break
    return Header(fields, start)


def participants(fields: dict[str, str], charset: str, space: str | None) -> Participants:
    """Role, handle and display name of everyone in the header, each once in a role."""
    found: Participants = []
    for role, name in _ROLES:
        value = fields.get(name)
        if value is not None:
            found += _in_role(role, value if value.isascii() else repaired(value, charset))
    return author_behind(found, fields, space)


@lru_cache(maxsize=65_536)
def _in_role(role: str, value: str) -> tuple[tuple[str, str, str | None], ...]:
    """The people of one field; encoded words are decoded after the cutting, as their commas separate nothing."""
    people = addresses(value.replace("\n", " "))
    if role == "sender":
        people = tuple((without_tag(handle), name) for handle, name in people)
    return tuple([(role, handle, name) for handle, name in people])


def header_rows(
    fields: dict[str, str], kind: str, charset: str, *, unused_date: bool, n_cut: int
) -> list[tuple[str, str]]:
    """Name and value of the fields that are kept for later stages, in a fixed order.

    Args:
        fields: The fields of the message.
        kind: Its media type.
        charset: The charset to try where raw 8-bit bytes are not UTF-8.
        unused_date: Whether its date is not believed.
        n_cut: Characters that were left out of its text.
    """
    rows = [(name, header_text(fields[name], charset)[:MAX_VALUE]) for name in _KEPT if name in fields]
    if "list-unsubscribe" in fields:
        rows.append(("list-unsubscribe", _without_tokens(fields["list-unsubscribe"])))
    if kind in ("text/calendar", "multipart/report"):
        rows.append(("content-type", kind))
    if "return-path" in fields and fields["return-path"].strip() == "<>":
        rows.append(("return-path", "<>"))
    if unused_date and "date" in fields:
        rows.append(("date", header_text(fields["date"], charset)[:MAX_VALUE]))
    if n_cut:
        rows.append(("truncated", f"{n_cut} characters"))
    return rows


@lru_cache(maxsize=1024)
def _without_tokens(value: str) -> str:
    """The hosts of the links by which one leaves a list: the rest of them names the reader of this very copy."""
    places = (f"{scheme}:{_place(rest)}".lower() for scheme, rest in _HOST.findall(value))
    return ", ".join(dict.fromkeys(places))[:MAX_VALUE]


def _place(link: str) -> str:
    """The host of a link or of an address."""
    return link.partition("/")[0].rpartition("@")[2]


def native_id(value: str | None) -> str | None:
    """A Message-ID without angle brackets and white space.

    Example:
        >>> native_id(" <1@example.com> (added by a gateway)")
        '1@example.com'
    """
    if value is None:
        return None
    found = _ID.search(value)
    return _clean(found.group(1) if found else value.strip("<> \t\n")) or None


def answered_id(value: str | None) -> str | None:
    """The id in an In-Reply-To; mail programs used to write sentences around it, ids last.

    Example:
        >>> answered_id("Message from Ana <ana@example.com> of noon <0@example.com>")
        '0@example.com'
    """
    if value is None:
        return None
    found = _ID.findall(value)
    if not found:
        native = value.strip("<> \t\n")
        return _clean(native) if len(native.split()) == 1 else None
    if len(found) > 1 and not value.lstrip().startswith("<"):
        found = [native for native in found if "@" in native][::-1] or found
    return _clean(found[0]) or None


def reference_ids(value: str | None) -> list[str] | None:
    """The ids of the ancestors, oldest first, each once."""
    if value is None:
        return None
    found = _ID.findall(value) if "<" in value else [word for word in value.split() if "@" in word]
    if len(found) > MAX_REFERENCES:
        found = found[:1] + found[1 - MAX_REFERENCES :]
    if not value.isascii() or _BLANK.search("".join(found)):
        found = [native for native in map(_clean, found) if native]
    return list(dict.fromkeys(found)) or None


def _clean(native: str) -> str:
    """An id without the white space of folding, its raw bytes decoded."""
    native = "".join(native.split())
    return native if native.isascii() else repaired(native)
