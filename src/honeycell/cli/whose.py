"""Whose an address is and why, drawn for somebody who knows nothing of how addresses are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from honeycell.cli.decided import worded
from honeycell.cli.readings import section
from honeycell.cli.relationship import badge
from honeycell.cli.waiting import commands
from honeycell.cli.words import count, day, likelihood, named, plain, shown_handle, some

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.readings.whose import Address, Comparison, Membership, Said, Whose

__all__ = ["drawn", "lines", "table"]

_SHOWN = 12
"""Addresses or comparisons that are drawn of each sort."""
_DECIDED_BY = {
    "rule": "by a rule",
    "model": "by comparing all that is known of both",
    "person": "because a person said so",
}
_KINDS = {
    "role": "is a mailbox that several people share",
    "list": "is not a person’s",
    "automatic": "is written to or from by programs only",
}
_CODES = ("handle", "other", "slug", "outcome", "probability", "decided_by", "reason", "against", "rule", "features")


def drawn(found: Whose) -> RenderableType:
    """The page of `people why`."""
    parts: list[RenderableType] = [Text(), *_head(found), *(_membership(found, one) for one in found.organisations)]
    if found.person is not None:
        parts += section(_titled(found), *_addresses(found))
    told = sorted(found.others, key=_telling)
    waiting: dict[str, Comparison] = {}
    for one in found.others:
        if one.outcome == "to be decided":
            waiting.setdefault(one.other, one)
    apart = {one.other: one for one in told if one.outcome != "to be decided"}
    if waiting:
        asked = [_waiting(one, apart.pop(other, None)) for other, one in waiting.items()]
        parts += section("Waits for an answer", *_listed(asked))
    if apart:
        parts += section("Compared, and kept apart", *_listed([_apart(one) for one in apart.values()]))
    if found.decisions:
        parts += section("What people decided", *(_decision(found, one) for one in found.decisions))
    return Group(*parts, Text())


def _telling(one: Comparison) -> tuple[bool, bool, float]:
    """Of several comparisons with one address the most telling comes last, and so stays: a person's word before all."""
    return one.decided_by == "person", one.against is not None, one.probability


def _head(found: Whose) -> Iterator[RenderableType]:
    handle = shown_handle(found.handle)
    if found.person is None:
        yield Text.assemble((handle, "bold"), f" {_KINDS.get(found.kind, 'is nobody’s own')}: {plain(found.reason)}.")
        return
    since = next((one.first_on for one in found.addresses if one.handle == found.handle), None)
    seen = f", first seen on {day(since)}" if since else ", which only a file names"
    yield Text.assemble(badge(found.person, "ours"), "  ", (named(found.person.name), "bold"),
                        (f"   @{found.person.slug}", "quiet"))  # fmt: skip
    yield Text()
    yield Text(f"{handle} is an address of {named(found.person.name)}{seen}.")


def _titled(found: Whose) -> str:
    return "The only address" if len(found.addresses) == 1 else f"{count(len(found.addresses))} addresses of one person"


def _membership(found: Whose, one: Membership) -> RenderableType:
    until = f" to {day(one.to_on)}" if one.to_on else ""
    span = f" from {day(one.from_on)}{until}" if one.from_on else ""
    span = f" on {day(one.from_on)}" if one.from_on and one.from_on == one.to_on else span
    # Of a mailbox that is nobody's the sentence above says it already.
    reason = f": {plain(one.reason)}" if found.person else ""
    return Text(f"{named(one.organisation.name)}{span}{reason}", "quiet")


def _addresses(found: Whose) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for address in found.addresses[:_SHOWN]:
        used = f"{day(address.first_on)} to {day(address.last_on)}" if address.first_on else "never seen in use"
        used = day(address.first_on) if address.first_on and address.first_on == address.last_on else used
        parts.append(
            Text.assemble("  ", (shown_handle(address.handle), "bold"),
                          (f"   {used} · {some(address.n_sent, 'message')} sent", "quiet"))
        )  # fmt: skip
        parts += [Padding(Text(line), (0, 0, 0, 6)) for line in _evidence(found, address)]
    return [*parts, *_rest(len(found.addresses))]


def _evidence(found: Whose, address: Address) -> list[str]:
    """Why an address belongs with the others: its surest link, one to the address that was asked for first."""
    names = ", ".join(f"“{named(name)}”" for name in address.names[:3])
    said = [f"seen as {names}" + (f" and {len(address.names) - 3} more" if len(address.names) > 3 else "")] * bool(
        names
    )
    links = [one for one in found.linked if address.handle in (one.own, one.other)]
    if links:
        best = max(
            links, key=lambda one: (one.decided_by == "person", one.probability, found.handle in (one.own, one.other))
        )
        other = best.other if best.own == address.handle else best.own
        return [
            *said,
            f"with {shown_handle(other)}: {plain(best.reason)}",
            f"one person: {likelihood(best.probability)}, linked {_DECIDED_BY.get(best.decided_by, best.decided_by)}",
        ]
    if len(found.addresses) > 1 and address.probability < 1:
        return [*said, f"{plain(address.reason)}: {likelihood(address.probability)}"]
    return said


def _listed(blocks: Sequence[Sequence[RenderableType]]) -> list[RenderableType]:
    return [part for block in blocks[:_SHOWN] for part in block] + _rest(len(blocks))


def _rest(n: int) -> list[RenderableType]:
    return [Text(f"  {count(_SHOWN)} of {count(n)}; all with --json", "quiet")] if n > _SHOWN else []


def _other(one: Comparison) -> Text:
    name = f"   {named(one.person.name)} @{one.person.slug}" if one.person else ""
    return Text.assemble("  ", (shown_handle(one.other), "bold"), (name, "theirs"))


def _waiting(one: Comparison, besides: Comparison | None) -> list[RenderableType]:
    """The surest question about an address, and what speaks against another address of the person being its owner's."""
    against = [f"against it: {plain(one.against)}"] * bool(one.against)
    if besides is not None and besides.against:
        against.append(f"against it, with {shown_handle(besides.own)}: {plain(besides.against)}")
    said = [plain(one.reason), *against, f"one person with {shown_handle(one.own)}: {likelihood(one.probability)}"]
    return [_other(one), *(Padding(Text(line), (0, 0, 0, 6)) for line in said), *commands(one.own, one.other, 6)]


def _apart(one: Comparison) -> list[RenderableType]:
    against = one.against or (
        "another address of the two persons speaks against it"
        if one.outcome == "linked"
        else "too little speaks for it"
    )
    lines = [f"for it, with {shown_handle(one.own)}: {plain(one.reason)}", f"against it: {plain(against)}"]
    if one.decided_by == "person" and one.reason == one.against:
        lines = [f"not {shown_handle(one.own)}: {plain(against)}"]
    return [_other(one), *(Padding(Text(line), (0, 0, 0, 6)) for line in lines)]


def _decision(found: Whose, one: Said) -> RenderableType:
    own = {address.handle for address in found.addresses}
    together = {one.what.get("handle_a"), one.what.get("handle_b")} <= own
    idle = one.kind == ("not_same_person" if together else "same_person")
    who = f"{day(one.decided_at)}, {named(one.decided_by)}" + (f": {plain(one.why)}" if one.why else "")
    undo = f"honeycell people undo {one.decision_id}"
    now = "   without effect now" if idle else ""
    return Text.assemble(f"  {worded(one.kind, one.what)}", (now, "quiet"), (f"\n      {who}\n      {undo}", "quiet"))


def lines(found: Whose) -> Iterator[Sequence[object]]:
    """The same for a program: rows whose first word says what they are."""
    yield ("address", found.handle, found.kind, found.reason)
    if found.person is not None:
        yield ("person", found.person.slug, found.person.name, found.first_on, found.last_on)
    for member in found.organisations:
        yield ("organisation", member.organisation.slug, member.organisation.name, member.from_on, member.to_on,
               member.reason)  # fmt: skip
    for one in found.addresses:
        yield ("handle", one.handle, one.first_on, one.last_on, one.n_sent, one.probability, one.reason)
    for row in _comparisons(found):
        yield ("link", *row)
    for said in found.decisions:
        yield ("decision", said.decision_id, said.decided_at, said.decided_by, worded(said.kind, said.what), said.why)


def table(found: Whose) -> pa.Table:
    """Every comparison as a row: `handle other slug outcome probability decided_by reason against rule features`."""
    import pyarrow as pa

    kinds = {"probability": pa.float64()}
    columns = list(zip(*_comparisons(found), strict=True)) or [()] * len(_CODES)
    return pa.table(
        {name: pa.array(column, kinds.get(name, pa.string())) for name, column in zip(_CODES, columns, strict=True)}
    )


def _comparisons(found: Whose) -> list[tuple[object, ...]]:
    return [
        (one.own, one.other, one.person and one.person.slug, one.outcome, one.probability, one.decided_by, one.reason,
         one.against, one.rule, one.features)
        for one in (*found.linked, *found.others)
    ]  # fmt: skip
