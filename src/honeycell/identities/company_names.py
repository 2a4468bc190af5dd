"""Names of organisations as they are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from honeycell.identities.folding import plain

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["company_key"]

_LEGAL = (
    "inc|incorporated|llc|llp|lp|ltd|ltda|limited|corp|corporation|co|company|gmbh|mbh|ag|se|sa|sas|sarl|srl|spa|sl"
    "|bv|bvba|nv|ab|as|asa|oy|oyj|aps|kg|kgaa|ohg|ug|plc|pty|pte|pvt|private|sro|doo|kk|ooo|eireli"
)


def company_key(name: ir.StringColumn) -> ir.StringColumn:
    """The name without what its spellings differ by: `IBM Corp.`, `I.B.M.` and `ibm (R)` are `ibm`.

    Case, diacritics, punctuation, white space, marks, `The` in front and the legal form behind do not count. What
    tells one company of a group from another does: `Samsung SDS` is not `Samsung`. A host stays one: `www.acme.io`
    is `acme.io`.
    """
    bare = plain(name.strip()).re_replace(r"\((r|tm|c)\)|[®™©]", "").re_replace(r"^(https?://)?(www\.)?[#@*/ ]*", "")
    words = bare.re_replace(r"\b(\pL)\.", r"\1").replace("&", " and ").re_replace(r"[^\p{L}\p{N}]+", " ").strip()
    words = words.re_replace(r"^the (.)", r"\1").re_replace(rf"( and)?( ({_LEGAL}))+$", "").replace(" ", "")
    is_host = bare.re_search(r"^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}/?$") & ~bare.re_search(rf"\.({_LEGAL})$")
    return is_host.ifelse(bare.re_replace("/$", ""), (words == "").ifelse(bare, words))
