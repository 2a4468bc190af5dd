"""What mailing lists do to mail: the space a post was said in, and the author behind a rewritten From."""

from __future__ import annotations

import re
from functools import lru_cache

from honeycell.sources.addresses import addresses
from honeycell.sources.encoded_words import repaired

__all__ = ["Participants", "author_behind", "space_of", "without_tag"]

Participants = list[tuple[str, str, str | None]]
"""Role, handle and display name."""

_LIST_ID = re.compile(r"<\s*([^<>\s]+)\s*>\s*(?:\([^()]*\)\s*)?$")
_MAILTO = re.compile(r"<\s*mailto:([^?>\s]+@[^?>\s]+)", re.I)
_ADDRESS = re.compile(r"[^\s<>,;:]+@[^\s<>,;:]+")
_VIA = re.compile(r"(.*?)\s+via\s+\S.*", re.S | re.I)
_TAG = re.compile(r"^(mailto:[^@+]*(?:bounce|return|owner)[^@+]*)[+=][^@]*(@.*)$")


@lru_cache(maxsize=4096)
def _list_id(value: str) -> str | None:
    match = _LIST_ID.search(value.strip())
    name = match.group(1) if match else value.strip()
    return name.lower() if name and not any(blank in name for blank in " \t\n<>") else None


@lru_cache(maxsize=4096)
def _posting_address(value: str) -> str | None:
    match = _MAILTO.search(value) or _ADDRESS.search(value)
    return match.group(match.lastindex or 0).lower() if match else None


def space_of(fields: dict[str, str]) -> str | None:
    """The handle of the list a mail was posted to, or None.

    Example:
        >>> space_of({"list-id": " Talk <talk.lists.example.com>"})
        'list:talk.lists.example.com'
        >>> space_of({"x-mailing-list": " talk@lists.example.com"})
        'list:talk.lists.example.com'
    """
    if "list-id" in fields:
        name = _list_id(fields["list-id"])
        if name:
            return "list:" + name.replace("@", ".")
    for field in ("list-post", "x-beenthere", "x-mailing-list", "mailing-list"):
        if field in fields:
            address = _posting_address(fields[field])
            if address:
                return "list:" + address.replace("@", ".")
    return None


def without_tag(handle: str) -> str:
    """A bounce address without the reader's address in it, so that copies of one post agree; others as they are.

    Example:
        >>> without_tag("mailto:talk-bounces+ana=example.org@lists.example.com")
        'mailto:talk-bounces@lists.example.com'
    """
    return _TAG.sub(r"\1\2", handle)


def author_behind(found: Participants, fields: dict[str, str], space: str | None) -> Participants:
    """The participants with the true author in role `from` where a list has put itself there.

    A From is rewritten if its name reads "Ana via Talk" and its address is the list's own; the author then
    stands in X-Original-From, X-Original-Sender or Reply-To. The rewritten address stays as `sender`.
    """
    if not found:
        return found
    role, rewritten, display = found[0]
    if role != "from" or display is None or " via " not in display.lower():
        return found
    match = _VIA.fullmatch(display)
    if match is None or not _is_of_list(rewritten, found, fields, space):
        return found
    name = match.group(1).strip().strip("'\"").strip() or None
    candidates: list[tuple[str, str | None]] = []
    for field in ("x-original-from", "x-original-sender", "reply-to"):
        value = fields.get(field, "").replace("\n", " ")
        candidates += addresses(value if value.isascii() else repaired(value))
    authors = [(handle, named) for handle, named in candidates if not _is_of_list(handle, [], fields, space)]
    authors = [(handle, named) for handle, named in authors if handle != rewritten]
    if not authors:
        return found
    same_name = [author for author in authors if name and author[1] and author[1].lower() == name.lower()]
    handle, named = (same_name or authors)[0]
    if named is None or _VIA.fullmatch(named):
        named = name
    return _distinct([(role, handle, named), ("sender", rewritten, display), *found[1:]])


def _is_of_list(handle: str, found: Participants, fields: dict[str, str], space: str | None) -> bool:
    """Whether an address is the list's own."""
    address = handle.removeprefix("mailto:")
    if space is not None and "list:" + address.replace("@", ".") == space:
        return True
    for field in ("list-post", "x-beenthere", "x-mailing-list", "mailing-list"):
        if field in fields and _posting_address(fields[field]) == address:
            return True
    return any(other == handle and role in ("to", "cc") for role, other, _ in found)


def _distinct(found: Participants) -> Participants:
    """Each handle once in a role."""
    once: dict[tuple[str, str], str | None] = {}
    for role, handle, name in found:
        if once.get((role, handle)) is None:
            once[role, handle] = name
    return [(role, handle, name) for (role, handle), name in once.items()]
