"""What can be seen on one line alone, as a set of marks, one bit each."""

from __future__ import annotations

import re
from functools import lru_cache

from honeycell.zones.lexicon import Lexicon, lexicon, words_of

__all__ = ["MARKS", "mark", "marks_of", "marks_of_sender"]

MARKS = (
    "quoted", "deeply quoted", "inside a hunk", "diff", "diffstat", "rule", "long rule", "signature rule",
    "salutation", "salutation only", "salutation ends", "comma at the end", "closing only", "closing begins",
    "closing ends", "name", "one word", "dash and name", "sender", "sender only",
    "header from", "header date", "header to", "header subject", "header other", "field", "signed off",
    "attribution", "attribution begins", "attribution ends", "original", "device", "footer", "invitation",
    "link", "address", "telephone", "log", "stack", "code begins", "code ends", "code inside", "columns", "bar",
    "indented", "far indented", "bullet", "number", "postscript", "no words", "one or two words", "few words",
    "ends a sentence", "asks", "exclaims", "colon at the end", "lower case begins", "dots", "markup",
    "bracket begins", "angle begins", "commit", "identifiers", "few signs",
)  # fmt: skip
"""What can be seen on a line, in the order of the bits."""

_BIT = {name: 1 << n for n, name in enumerate(MARKS)}
assert len(MARKS) == 64
(
    _QUOTED, _DEEP, _HUNK, _DIFF, _STAT, _RULE, _LONG_RULE, _DASHES,
    _HAIL, _HAIL_ONLY, _HAIL_ENDS, _COMMA, _BYE_ONLY, _BYE, _BYE_ENDS, _NAME, _ONE, _DASH_NAME, _SENDER, _SENDER_ONLY,
    _FROM, _DATE, _TO, _SUBJECT, _OTHER, _FIELD, _SIGNED_OFF,
    _ATTRIBUTION, _ATTRIBUTION_BEGINS, _ATTRIBUTION_ENDS, _ORIGINAL, _DEVICE, _FOOTER, _INVITATION,
    _LINK, _ADDRESS, _TELEPHONE, _LOG, _STACK, _CODE_BEGINS, _CODE_ENDS, _CODE_INSIDE, _COLUMNS, _BAR,
    _INDENTED, _FAR_INDENTED, _BULLET, _NUMBER, _POSTSCRIPT, _WORDLESS, _TWO, _FEW,
    _SENTENCE, _ASKS, _EXCLAIMS, _COLON, _LOWER, _DOTS, _MARKUP, _BRACKET, _ANGLE, _COMMIT, _IDENTIFIERS, _FEW_SIGNS,
) = (1 << n for n in range(64))  # fmt: skip
_HEADER = {"from": _FROM, "date": _DATE, "to": _TO, "cc": _TO, "subject": _SUBJECT, "other": _OTHER}

_DIGIT = re.compile(r"\d")
_DIFF_HEAD = (
    "diff ", "index ", "--- ", "+++ ", "@@ ", "Index: ", "new file mode", "deleted file mode", "similarity index",
    "rename from", "rename to", "old mode", "new mode", "Binary files", "GIT binary patch", "Modified: ",
)  # fmt: skip
_STAT_LINE = re.compile(r".*\|\s+(?:\d+ [-+]*$|\d+$|Bin )|\d+ files? changed|(?:create|delete) mode \d")
_LOG_LINE = re.compile(
    r"\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d|\.\.\. \d+ more$|Caused by: |\[?\d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d [\d:]{8}"
    r"|at [\w.$<>/]+\(|\[[\w.-]+\] |,----|`----|#v[+-]|```|-*8<|#\d+ +0x|Traceback \(|File \"|\[ *\d+\.\d+\]"
    r"|(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|FAILED)\b|[\w./-]+:\d+:(?:\d+:)? |\w+(?:\.\w+)+(?:Exception|Error)\b"
    r"|make(?:\[\d+\])?: |configure: |gcc |npm "
)
_PROMPT_LINE = re.compile(r"[$#%] \S|\S+@\S+[:~ ][^@]*[$#] |>>> \S|[A-Z]:\\|\./\w")
_STACK_LINE = re.compile(
    r"at [\w.$<>/]+\([^)]*\)$|\.\.\. \d+ more$|Caused by: |File \"[^\"]+\", line \d|Traceback \(most recent"
    r"|#\d+ +0x[0-9a-f]+ "
)
_CODE_HEAD = (
    "//", "/*", "*/", "#include", "#define", "#if", "#endif", "</", "<?", "<!", "def ", "import ", "return ", "if (",
    "for (", "while (", "static ", "void ", "int ", "struct ", "public ", "private ", "class ", "SELECT ", "INSERT ",
    "function ", "var ", "const ", "let ", "sudo ", "cd ", "make ", "./", "}", "{",
)  # fmt: skip
_PHONE = re.compile(r"\d[\d ()./-]{6,}\d")
_AT = re.compile(r"\w@\w|\w ?\(at\) ?\w")
_BULLET_HEAD = re.compile(r"(?:[-*•·‣o] |\(?(?:\d{1,2}|[a-zA-Z])[.)] )")
_COMMIT_HEAD = re.compile(r"From [0-9a-f]{40} \w{3} ")
_NAME_LINE = re.compile(r"[^\W\d_][\w.'’-]*,?(?: [^\W\d_][\w.'’-]*){0,3}[.!]?$")
_FOUR_DIGITS = re.compile(r"\d{1,4}[.:/年-]\d")
_GAP = re.compile(r"\S(?:   +|\t+)\S")


def mark(name: str) -> int:
    """The bit of a mark."""
    return _BIT[name]


_KNOWN_LENGTH = 120
"""Lines up to this long are remembered: people greet, sign and are signed for in the same words again and again."""


def marks_of(line: str) -> int:
    """What is seen on a line that is neither blank nor quoted.

    Example:
        >>> [name for name in MARKS if marks_of("Best regards,") & mark(name)]
        ['comma at the end', 'closing only', 'one or two words']
    """
    return _known(line) if len(line) <= _KNOWN_LENGTH else _seen(line)


def marks_of_sender(line: str, names: frozenset[str]) -> int:
    """How far a line is the name or address of who wrote the message.

    Args:
        line: The line.
        names: The words of their names and addresses, in lower case.
    """
    if len(line) > 80:
        return 0
    lower = line.lower()
    for name in names:
        if name in lower:
            break
    else:
        return 0
    words = words_of(lower)
    if names.isdisjoint(words):
        return 0
    return _SENDER_ONLY if len(words) <= 4 and names.issuperset(word for word in words if len(word) > 1) else _SENDER


def _seen(line: str) -> int:
    said, known = line.strip(), lexicon()
    head, tail, size = said[0], said[-1], len(said)
    lower = said.lower()
    if "\u0307" in lower:
        # What Python makes of a Turkish capital I with its dot.
        lower = lower.replace("\u0307", "")
    words = words_of(lower)
    n_words = len(words)
    seen = 0
    if line[0] in " \t":
        seen = _FAR_INDENTED if line[0] == "\t" or line[:4] == "    " else _INDENTED
    if not words:
        return seen | _without_words(line, said)
    if size <= 12:
        seen |= _FEW_SIGNS
    if head.islower():
        seen |= _LOWER
    elif not head.isalnum():
        seen |= _begun(said, head)
    if n_words <= 2:
        seen |= _TWO if n_words == 2 else _TWO | _ONE
    elif n_words <= 5:
        seen |= _FEW
    seen |= _ENDINGS.get(tail, 0)
    numbers = _DIGIT.search(said) is not None
    if n_words <= 16:
        seen |= _addressing(lower, words, tail, known)
    if n_words <= 4 and size <= 40 and _NAME_LINE.match(said):
        seen |= _NAME
    if ("@" in said and _AT.search(said)) or " <at> " in said:
        seen |= _ADDRESS
    if "://" in said or "www." in lower:
        seen |= _LINK
    if ":" in said or "：" in said:
        seen |= _fielded(said, lower, known)
    if "|" in said:
        seen |= _BAR
        if _STAT_LINE.match(said):
            seen |= _STAT
    if head == "F" and _COMMIT_HEAD.match(said):
        return _OTHER | _COMMIT
    seen |= _attributing(said, lower, words, tail, numbers, known)
    if (head in "-_=*<[" or n_words <= 6) and known.originals.found(lower, words):
        seen |= _ORIGINAL
    if n_words <= 16 and ", " not in said and known.devices.found(lower, words):
        seen |= _DEVICE
    if known.footers.found(lower, words):
        seen |= _FOOTER
    if known.invitations.found(lower, words):
        seen |= _INVITATION
    if numbers:
        seen |= _NUMBER
        if size <= 100 and _PHONE.search(said):
            seen |= _TELEPHONE
        if said[:1].isdigit() and "changed" in words and _STAT_LINE.match(said):
            seen |= _STAT
    if said.startswith(_DIFF_HEAD) and line[0] == head:
        seen |= _DIFF
    if _LOG_LINE.match(said) or _PROMPT_LINE.match(said):
        seen |= _LOG | (_STACK if _STACK_LINE.match(said) else 0)
    if "_" in said or "::" in said or "0x" in said or (said.count("/") > 1 and "://" not in said):
        seen |= _IDENTIFIERS
    if said.startswith(_CODE_HEAD):
        seen |= _CODE_BEGINS
    if _is_code_inside(said):
        seen |= _CODE_INSIDE
    if "   " in said or "\t" in said:
        seen |= _COLUMNS
    if words[0] in ("ps", "p") and lower.startswith(("ps", "p.s", "p. s")) and not lower[2:3].isalpha():
        seen |= _POSTSCRIPT
    return seen


_ENDINGS = {
    ".": _SENTENCE, "。": _SENTENCE, "।": _SENTENCE, "?": _ASKS, "？": _ASKS, "؟": _ASKS, "!": _EXCLAIMS,
    "！": _EXCLAIMS, ",": _COMMA, "，": _COMMA, "、": _COMMA, "،": _COMMA, ":": _COLON, "：": _COLON,
    "{": _CODE_ENDS, "}": _CODE_ENDS, ";": _CODE_ENDS, "\\": _CODE_ENDS, ">": _CODE_ENDS,
}  # fmt: skip


def _is_code_inside(said: str) -> bool:
    """Whether a line has signs that prose has not: `f(x)`, `a=1`, `a[0]`, `a->b`, `</p>`."""
    for sign in "(=[":
        at = said.find(sign)
        if 0 < at < len(said) - 1 and said[at - 1].isalnum() and not said[at + 1].isspace():
            return True
    return "()" in said or "->" in said or "::" in said or "&&" in said or "</" in said or "==" in said


def _without_words(line: str, said: str) -> int:
    """What is seen on a line without a letter."""
    if _DIGIT.search(said):
        return _WORDLESS | _NUMBER | (_TELEPHONE if _PHONE.search(said) else 0)
    if line in ("-- ", "--", "---", "--\xa0", "— "):
        return _WORDLESS | _RULE | _DASHES
    if len(said) >= 3 and len(set(said.replace(" ", ""))) <= 4:
        return _WORDLESS | _RULE | (_LONG_RULE if len(said) >= 10 else 0) | (_DOTS if said[:1] in ".…" else 0)
    return _WORDLESS | (_DOTS if said[:1] in ".…" else 0)


def _begun(said: str, head: str) -> int:
    """What the sign at the beginning of a line tells."""
    seen = 0
    if head in "*_/":
        seen |= _MARKUP
    elif head in "[(":
        seen |= _BRACKET
    elif head == "<":
        seen |= _ANGLE
    elif head == ".":
        seen |= _DOTS
    if _BULLET_HEAD.match(said):
        seen |= _BULLET
    if head in "-–—~/" and len(said) <= 40:
        rest = said.lstrip("-–—~/ ")
        if rest and _NAME_LINE.match(rest) and len(rest.split()) <= 3:
            seen |= _DASH_NAME
    return seen


def _addressing(lower: str, words: list[str], tail: str, known: Lexicon) -> int:
    """How far a line is what people say first or last."""
    seen, n_words = 0, len(words)
    if n := known.salutations.leading(words):
        seen |= _HAIL
        # A greeting alone, or with a few names and no sentence: "Hi Ana and Bo,"
        if n_words - n <= 3 and (tail in ",!:;-–，！：、،。." or n_words - n <= 2):
            seen |= _HAIL_ONLY
    if n := known.closings.leading(words):
        seen |= _BYE_ONLY if n == n_words else _BYE if n_words - n <= 4 else 0
    if not lower.isascii():
        bare = lower.rstrip(",.!:;。，！：、 　")
        if lower.startswith(known.salutations.unspaced):
            seen |= _HAIL | (_HAIL_ONLY if len(lower) <= 20 else 0)
        if bare.endswith(known.salutations.endings) and len(bare) <= 20:
            seen |= _HAIL_ENDS | _HAIL_ONLY
        if bare in known.closings.unspaced:
            seen |= _BYE_ONLY
        elif bare.endswith(known.closings.unspaced) and len(bare) <= 32:
            seen |= _BYE_ENDS | _BYE_ONLY
    return seen


def _fielded(said: str, lower: str, known: Lexicon) -> int:
    """What stands before the first colon of a line: a field of a header, or of something else."""
    name, _, rest = lower.replace("：", ":", 1).partition(":") if "：" in lower[:24] else lower.partition(":")
    if len(name) > 28:
        return 0
    key = name.strip(" *_\u200f\u200e\xa0\t>")
    field_of = known.headers.get(key)
    if field_of is not None and (rest[:1] in " *\t\xa0_" or not rest.isascii() or rest[:1].isalnum()):
        return _HEADER[field_of]
    if key.endswith("-by") or key in ("fixes", "change-id", "reported-and-tested-by", "bug-id"):
        return _SIGNED_OFF
    if key in ("commit", "author", "revision", "changeset", "log", "modified", "url", "branch", "key", "project"):
        return _COMMIT | _FIELD
    if rest[:1] in (" ", "\t", "") and len(key.split()) <= 3 and rest[:3] != "//":
        return _FIELD
    return 0


def _attributing(said: str, lower: str, words: list[str], tail: str, numbers: bool, known: Lexicon) -> int:
    """How far a line is the one above a quotation: `On Monday Ana wrote:`."""
    writes = not known.writing.isdisjoint(words) or (
        not lower.isascii() and any(word in lower for word in known.writing_unspaced)
    )
    if said.startswith("---") and said.endswith("---"):
        return _ATTRIBUTION_ENDS
    if tail in ":：":
        if writes and len(words) <= 24:
            return _ATTRIBUTION if numbers or "@" in lower or len(words) <= 6 else _ATTRIBUTION_ENDS
        if numbers and ("<" in said or "@" in said) and _FOUR_DIGITS.search(said):
            return _ATTRIBUTION
        if "@" in said:
            return _ATTRIBUTION_ENDS
        return 0
    if numbers and words[0] in known.openers and _FOUR_DIGITS.search(said):
        return _ATTRIBUTION_BEGINS
    if numbers and said[0].isdigit() and _FOUR_DIGITS.match(said) and ("<" in said or writes):
        return _ATTRIBUTION_BEGINS
    if numbers and words[0] in known.openers and len(words) >= 3 and ("," in said or writes):
        return _ATTRIBUTION_BEGINS
    return 0


_known = lru_cache(maxsize=1 << 16)(_seen)
