"""What people write below their messages: whom they write for on free mail, and addresses of theirs."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.identities.company_names import company_key
from honeycell.identities.domains import host, is_free
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["signatures", "signed_addresses", "signed_anew"]

_BLOCK = r"(?s)(?:^|\n)-- ?\n((?:[^\n]{0,80}(?:\n|$)){1,4})$"
"""The last lines, behind the line that parts a signature from the text (RFC 3676, 4.3)."""
_LINES = ("\n-- \n", "\n--\n")
"""The line that parts a signature from the text; its own, for a quoted one has a sign in front."""
_LONGEST = 1_000
"""Characters of a signature: the line and eight more, of 120 each."""
_WROTE = (
    r"(?:wrote|writes|schrieb|schreef|a écrit|ha scritto|escribió|escreveu|skrev|kirjoitti|napisał|написал|写道"
    r"|のメール) ?[:：]"
)
_HEADER = r"[ \t*]*(?:From|Von|De|Da|Van|От|发件人|寄件者|差出人) ?[:：]\*? [^\n]*"
_QUOTED = rf"(?i)\n(?:[^\n]*{_WROTE}[ \t]*\n\s*[^>|\s]|-{{3,}} ?[^\n-]{{3,40}} ?-{{3,}} *\n|{_HEADER}\n)"
"""What stands above another's words where no sign in front marks their lines."""
_GREETING = r"[\s\x{FEFF}]*(?:hi|hello|hey|dear|hallo|lieber?|bonjour|salut|hola|ciao|olá)\b"
_ENDS = rf"(?is)\n(?:[ \t]*[>|]|[_=-]{{5}}|{_HEADER}|[^\n]*{_WROTE}|{_GREETING}).*$"
"""What ends a signature; a greeting opens the message below that is answered."""
_NOWHERE = 2**31
_NOT_MAIL = "xmpp|jabber|sip|skype|msn|icq|irc|matrix|mastodon|fediverse|pgp|gpg|key|cc|to|from|signed|reviewed|acked"
_AT = r"@|[(\[](?i:at)[)\]]"
_AT_END = r"(?:@|(?i:[(\[]at[)\]]) ?)[\w.-]+>?$"
_ADDRESS = (
    r"(?i)^(?:[\p{L} .'’():=-]{0,30}[: =])?<?(?:mailto:)?"
    r"([\w.+-]+)(?:@| ?[(\[]at[)\]] ?)([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})>?$"
)
_READ = ("interactions", "participants", "texts", "variants")


def signatures(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The words of signatures by authors on free mail, as names of organisations are compared.

    Only what stands below a line `-- ` at the end, four lines at most of 80 characters; each line whole and, where it
    has commas or bars, each part of it, and the host of each address.

    Args:
        t: The tables of a cell.
        keys: The interactions wanted, or None for all.

    Returns:
        The rows of `signatures`.
    """
    picked = None if keys is None else log.pick(t, keys)
    by = t.keep(log.authors(t, picked).mutate(host=host(_.handle)))
    hosts = [one for one in t.arrow(by.select("host").distinct())["host"].to_pylist() if one and is_free(one)]
    by = t.keep(by.semi_join(t.keep(pa.table({"host": pa.array(hosts, pa.string())})), "host").drop("host"))
    if not t.arrow(by.count()).as_py():
        return t.keep(TABLES["signatures"].schema.empty_table())
    texts = log.texts(t, by if keys is not None else None).select("interaction_id", "body")
    blocks = texts.semi_join(by, "interaction_id").select("interaction_id", block=_.body.re_extract(_BLOCK, 1))
    lines = t.keep(blocks.filter(_.block != "")).select("interaction_id", line=_.block.split("\n").unnest())
    parts = lines.select("interaction_id", part=_.line.re_replace(r"[,|·•]", "\n").split("\n").unnest())
    written = lines.rename(part="line").union(parts).mutate(part=_.part.strip())
    at = _.part.re_extract(r"^(?:[Mm]ail(?:to)?: ?|<)?[\w.+-]+@([\w.-]+\.[A-Za-z]{2,})>?$", 1).lower()
    words = written.select("interaction_id", words=(at != "").ifelse(at, company_key(_.part)))
    words = words.filter(_.words.re_search(r"\p{L}{2}") & (_.words.length() <= 40)).distinct()
    when = log.interactions(t, picked, log.FACTS).select("interaction_id", on="occurred_on")
    return (
        words.inner_join(by, "interaction_id")
        .inner_join(when, "interaction_id")
        .filter(_.on.notnull())
        .select(*TABLES["signatures"].schema.names)
    )


def signed_addresses(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The mail addresses that authors name in their own signatures.

    A signature is what stands below the first line `-- ` that no quotation precedes: eight lines at most, to the first
    line that begins a quotation or a list's footer. An address counts where it is a line, or a part of one between
    commas or bars, alone or behind words (`private: ana@home.example`), and no name of another net is among them.

    Args:
        t: The tables of a cell.
        keys: The interactions wanted, or None for all.

    Returns:
        The rows of `signed_addresses`, the author's own address among them.
    """
    picked = None if keys is None else log.pick(t, keys)
    # Found by plain search: an expression takes ten times as long to get through a text, and most have none.
    begun = [_.body.contains(line) | _.body.startswith(line.lstrip()) for line in _LINES]
    texts = log.texts(t, picked).filter(reduce(or_, begun)).select("interaction_id", body="\n" + _.body)
    first = ibis.least(*(ibis.coalesce(_.body.find(line).nullif(-1), _NOWHERE) for line in _LINES))
    parted = texts.mutate(first=first).filter(_.first < _NOWHERE)
    lines = _.body.substr(_.first, _LONGEST).split("\n")[2:10]
    parted = parted.mutate(block=("\n" + lines.join("\n")).re_replace(_ENDS, ""))
    addressed = parted.filter(_.block.re_search(_AT))
    above = t.keep(addressed.select("interaction_id", "block", above=_.body.substr(0, _.first)))
    own = above.filter(~_.above.re_search(_QUOTED))
    block = _.block.re_replace(r" ?<mailto:[^>\n]*>", "")
    block = block.re_replace(r"[,|·•;\t]|  +", "\n")
    parts = own.select("interaction_id", part=block.split("\n").unnest()).mutate(part=_.part.strip())
    # Kept, or the engine may apply the expression that reads an address first, which takes long, to every part.
    parts = t.keep(parts.filter(_.part.re_search(_AT_END)).filter(~_.part.re_search(rf"(?i)^({_NOT_MAIL})\b")))
    named = parts.select(
        "interaction_id",
        local=_.part.re_extract(_ADDRESS, 1).lower(),
        host=_.part.re_extract(_ADDRESS, 2).lower(),
    )
    named = t.keep(named.filter(_.local != "").select("interaction_id", address="mailto:" + _.local + "@" + _.host))
    by = log.authors(t, t.keep(named.select("interaction_id").distinct()) if keys is not None else None)
    return named.distinct().inner_join(by, "interaction_id").select(*TABLES["signed_addresses"].schema.names)


def signed_anew(t: Tables, changes: Changes) -> ir.Table:
    """The interactions whose signatures may differ."""
    changed = [changes[name].keys.select("interaction_id") for name in _READ if name in changes]
    return ibis.union(*changed) if len(changed) > 1 else changed[0]
