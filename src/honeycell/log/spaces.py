"""Which handles are spaces: lists, streams and channels, where many can hear and people talk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from honeycell.errors import NotFoundError, UsageError
from honeycell.log.view import interactions
from honeycell.steps import Changes, Step

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["SPACES", "find_space", "find_spaces", "handles_of", "list_handles"]


def find_space(t: Tables, asked: str | None) -> str:
    """The one space that is meant: by its name or a part of it; without a name the only one there is.

    Raises:
        NotFoundError: There is none (`no-such-space`).
        UsageError: More than one answer to the name (`ambiguous-name`), or there is no name (`wrong-use`).
    """
    from ibis import _

    said = interactions(t, None, ("space",)).filter(_.space.notnull())
    # Where most is said first, so that a message names the spaces that are worth asking for.
    counted = said.group_by("space").agg(n=_.count()).order_by(_.n.desc(), "space")
    known: list[str] = t.arrow(counted)["space"].to_pylist()
    found = find_spaces(asked or "", known) if asked or not known else known
    if len(found) == 1:
        return found[0]
    some = "say which: " + ", ".join(space.partition(":")[2] for space in found[:5])
    if asked is None:
        raise UsageError("wrong-use", "there is more than one list, stream or channel", "", some)
    raise UsageError("ambiguous-name", f"more than one space is called “{asked}”", asked, some)


def find_spaces(asked: str, known: Iterable[str]) -> list[str]:
    """The spaces that a name means: those that are called so, or have a part of that name, or else hold it somewhere.

    Raises:
        NotFoundError: There is none (`no-such-space`).

    Example:
        >>> find_spaces("Design", ["zulip:acme/design", "zulip:acme/design-reviews"])
        ['zulip:acme/design']
    """
    name, spaces = asked.strip().lower(), list(known)
    for fits in _FITS:
        if found := [space for space in spaces if fits(name, space.lower())]:
            return found
    some = ", ".join(space.partition(":")[2] for space in spaces[:5])
    raise NotFoundError(
        "no-such-space",
        f"no list, stream or channel is called “{asked}”" if asked else "there is no list, stream or channel",
        asked,
        f"some that are: {some}" if some else "",
    )


_FITS: tuple[Callable[[str, str], bool], ...] = (
    lambda name, space: name in (space, space.partition(":")[2]),
    lambda name, space: name in re.split(r"[:/@.]", space),
    lambda name, space: name in space,
)


def list_handles(t: Tables) -> ir.Table:
    """The handles of spaces, and the addresses that post to them: one column, `handle`.

    A newsletter bears a List-Id as a list does. Where nothing says how to post, it takes two authors to make a
    space.
    """
    return handles_of(t["spaces"])


def handles_of(spaces: ir.Table) -> ir.Table:
    """`list_handles` of the given rows of `spaces`."""
    known = spaces.group_by("handle").agg(n_authors=spaces.author.nunique(), says_so=(spaces.how != "list-id").max())
    known = known.filter(known.says_so | (known.n_authors > 1)).select("handle")
    # list:talk.lists.example.com is written to at talk@lists.example.com.
    named = known.filter(known.handle.startswith("list:"))
    posting = named.select(handle=named.handle.re_replace(r"^list:([^.@]+)\.", r"mailto:\1@"))
    return known.union(posting, distinct=True)


def _spaces(t: Tables, keys: ir.Table | None) -> ir.Table:
    """A row is its key, and what was seen once stays true: given keys are all there is to know."""
    return _seen(t, t["interactions"], t["headers"], t["participants"]) if keys is None else keys


def _touched(t: Tables, changes: Changes) -> ir.Table:
    said, heads, seats = (
        changes[name].after if name in changes else t[name].limit(0)
        for name in ("interactions", "headers", "participants")
    )
    return _seen(t, said, heads, seats)


def _seen(t: Tables, said: ir.Table, heads: ir.Table, seats: ir.Table) -> ir.Table:
    """Each copy counts by itself, so that no copy can take away what another one showed.

    The rows of a copy are written in one commit, so the rows of the new ones are enough after an import.
    """
    import ibis

    nobody, copy = ibis.literal(""), ["interaction_id", "copy_hash"]
    posts = said.filter(said.space.notnull()).select(*copy, "channel", handle="space")
    chats = posts.filter(posts.channel != "mail").select("handle", how=ibis.literal("native"), author=nobody)
    address = heads.value.lower().re_extract(r"mailto:([^>?,\s]+@[^>?,\s]+)", 1)
    to = heads.filter((heads.name == "list-post") & (address != "")).select(*copy, address=address)
    lists = t.keep(posts.filter(posts.channel == "mail").select(*copy, "handle"))
    posted = lists.semi_join(to, copy).select("handle", how=ibis.literal("list-post"), author=nobody)
    addressed = to.select(
        handle=ibis.literal("mailto:").concat(to.address), how=ibis.literal("list-post"), author=nobody
    )
    silent = lists.anti_join(to, copy)
    by = seats.filter(seats.role == "from").select(*copy, author="handle")
    written = silent.join(by, copy).select("handle", how=ibis.literal("list-id"), author="author")
    return chats.union(posted, addressed, written, distinct=True)


SPACES = Step("spaces", ("interactions", "participants", "headers", "variants"), _spaces, _touched)
