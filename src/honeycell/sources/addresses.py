"""Address header fields to handles: display names, groups, comments, and what real mail makes of them."""

from __future__ import annotations

import re
from functools import lru_cache

from honeycell.sources.encoded_words import decode_words

__all__ = ["addresses"]

MAX_CHARACTERS = 200_000
"""Of one field; the rest of a longer one is not read."""

_PIECE = re.compile(
    r"\"(?:[^\"\\]|\\.)*\"|\((?:[^()\\]|\\.|\([^()]*\))*\)|<[^<>]*>|[^,;\"(<]+|[\"(<]|(?P<end>[,;])", re.S
)
_GROUP = re.compile(r"\s*(?:\"(?:[^\"\\]|\\.)*\"|[^\"<>@:,;])*:")
_COMMENT = re.compile(r"\((?:[^()\\]|\\.|\([^()]*\))*\)")
_SIMPLE = re.compile(r"(?:\"([^\"\\]*)\"|([^\"\\<>@,;:()=]*?))\s*<([\w.+=/&'%#!~^*{}|$-]+@[\w.-]+)>", re.A)
_BARE = re.compile(r"[\w.+=/&'%#!~^*{}|$-]+@[\w.-]+", re.A)
_DISGUISED = re.compile(r"([\w.+-]+) (?:at|\(at\)|\[at\]) ([\w-]+(?:\.[\w-]+)+)")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"?", re.S)
_ESCAPED = re.compile(r"\\(.)", re.S)


def addresses(value: str) -> tuple[tuple[str, str | None], ...]:
    """Handles and display names of an address field, in order, each handle once.

    Groups are dissolved into their members; a name with an unquoted comma stays one name; an archive's
    `ana at example.com (Ana)` is read as the address it disguises. Items without an address are left out.

    Args:
        value: The field, unfolded, without raw 8-bit bytes.

    Example:
        >>> addresses('"Silva, Ana" <Ana@Example.com>, team: bo@example.com;')
        (('mailto:ana@example.com', 'Silva, Ana'), ('mailto:bo@example.com', None))
    """
    found: dict[str, str | None] = {}
    for piece in _pieces(value[:MAX_CHARACTERS]):
        mailbox = _mailbox(piece)
        if mailbox is not None and found.get(mailbox[0]) is None:
            found[mailbox[0]] = mailbox[1]
    return tuple(found.items())


def _pieces(value: str) -> list[str]:
    """The field cut at its commas, groups dissolved."""
    if '"' in value or "(" in value:
        pieces, current = [], ""
        for match in _PIECE.finditer(value):
            if match.group("end"):
                pieces.append(current)
                current = ""
            else:
                current += match.group()
        pieces.append(current)
    else:
        pieces = value.replace(";", ",").split(",")
    if len(pieces) == 1 and ":" not in value:
        return pieces
    joined: list[str] = []
    surname = ""
    for written in pieces:
        piece = written
        if ":" in piece:
            group = _GROUP.match(piece)
            piece = piece[group.end() :] if group else piece
        if not piece.strip():
            continue
        if "@" not in piece and "<" not in piece and '"' not in piece and "=?" not in piece:
            # Silva, Ana <ana@example.com>: the comma belongs to the name.
            surname = f"{surname}, {piece.strip()}" if surname else piece.strip()
            continue
        if surname and "<" in piece and not piece.strip().startswith(("<", '"')):
            piece = f"{surname}, {piece.strip()}"
        elif surname:
            joined.extend(surname.split(", "))
        surname = ""
        joined.append(piece)
    if surname:
        joined.extend(surname.split(", "))
    return joined


@lru_cache(maxsize=65_536)
def _mailbox(piece: str) -> tuple[str, str | None] | None:
    """Handle and display name of one mailbox."""
    piece = piece.strip()
    simple = _SIMPLE.fullmatch(piece)
    if simple:
        quoted, plain, address = simple.groups()
        return _named(address, quoted if quoted is not None else plain)
    if _BARE.fullmatch(piece):
        return "mailto:" + piece.lower(), None
    start = piece.rfind("<")
    if start >= 0:
        stop = piece.find(">", start)
        address = piece[start + 1 : stop if stop >= 0 else len(piece)]
        name = piece[:start]
        # A comment is no part of a name, but better than no name.
        outside = _COMMENT.sub("", name) if '"' not in name else name
        after = piece[stop + 1 :] if stop >= 0 else ""
        name = outside if outside.strip() else (name.strip() or after.strip()).strip("()")
    else:
        comments = _COMMENT.findall(piece)
        address, name = _COMMENT.sub("", piece), comments[-1][1:-1] if comments else ""
    address = _address(address)
    return None if address is None else _named(address, name)


def _address(written: str) -> str | None:
    """The address without white space, comments, route and quotes; None where none is (a bare name is no address)."""
    if "=?" in written:
        written = decode_words(written)
    written = _COMMENT.sub("", written).strip()
    disguised = _DISGUISED.fullmatch(written)
    if disguised:
        return "@".join(disguised.groups())
    if written[:7].lower() == "mailto:":
        written = written[7:]
    if written.startswith("@") and ":" in written:
        written = written[written.rfind(":") + 1 :]
    local, _at, domain = written.rpartition("@")
    local = local.strip()
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = _ESCAPED.sub(r"\1", local[1:-1])
    local, domain = "".join(local.split()), "".join(domain.split()).strip(".")
    return f"{local}@{domain}" if local and domain else None


def _named(address: str, name: str) -> tuple[str, str | None]:
    """Handle and display name; a name that repeats the address is none."""
    name = name.strip()
    if '"' in name:
        name = _QUOTED.sub(lambda quoted: _ESCAPED.sub(r"\1", quoted[1]), name)
    elif "\\" in name:
        name = _ESCAPED.sub(r"\1", name)
    if "=?" in name:
        name = decode_words(name)
    name = " ".join(name.split())
    if len(name) > 1 and name[0] == name[-1] == "'":
        name = name[1:-1].strip()
    address = address.lower()
    return "mailto:" + address, name if name and name.lower() != address else None
