"""What do the cases of talon and email_reply_parser ask of zones, and is it so?

Takes a folder with `email_reply_parser/emails` and `talon/fixtures` as in those projects' tests. What they expect of
each file is written down here as numbers of its lines, blank ones not counted, from 1. `said`: only these are the
reply, what people say at its end aside; `unquoted`: only these are not quoted; `signed`: only these are a closing,
signature or footer. Every case that is not met stands in `UNMET` with the reason; anything else is `n_unexpected`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from honeycell.sources.eml import SOURCE
from honeycell.sources.html_text import html_text
from honeycell.zones import zones
from validation.zones.annotations import lines_of

__all__ = ["DATA", "PASS", "UNMET", "main"]

DATA = "zones"
PASS = {"n_unexpected": ("==", 0)}

_ERP = {
    "correct_sig": "1", "email_1_1": "1-4", "email_1_2": "1 8-24", "email_1_3": "1-2", "email_1_4": "1",
    "email_1_5": "1-12", "email_1_6": "1", "email_1_7": "1", "email_1_8": "11 15", "email_2_1": "1", "email_2_2": "1",
    "email_2_3": "1", "email_BlackBerry": "1", "email_bullets": "1-5", "email_iPhone": "1",
    "email_long_quote": "1-3 7", "email_multi_word_sent_from_my_mobile_device": "1", "email_one_is_not_on": "1-3",
    "email_sent_from_my_not_signature": "1-2", "email_sig_delimiter_in_middle_of_line": "1-4", "greedy_on": "1-4",
    "pathological": "1-2",
}  # fmt: skip
_TALON_UNQUOTED = {
    "standard_replies/android.eml": "1", "standard_replies/aol.eml": "1", "standard_replies/apple_mail.eml": "1",
    "standard_replies/apple_mail_2.eml": "1", "standard_replies/comcast.eml": "1", "standard_replies/gmail.eml": "1",
    "standard_replies/hotmail.eml": "1", "standard_replies/iphone.eml": "1-2", "standard_replies/outlook.eml": "1",
    "standard_replies/sparrow.eml": "1-4", "standard_replies/thunderbird.eml": "3", "standard_replies/yahoo.eml": "1",
    "html_replies/gmail.html": "1-3", "html_replies/hotmail.html": "1-3", "html_replies/mail_ru.html": "1-3",
    "html_replies/ms_outlook_2003.html": "1-3", "html_replies/ms_outlook_2007.html": "1-3",
    "html_replies/ms_outlook_2010.html": "1-3", "html_replies/thunderbird.html": "1-3",
    "html_replies/windows_mail.html": "1-3", "html_replies/yandex_ru.html": "1-3",
    "reply-quotations-share-block.eml": "1-2", "reply-separated-by-hr.html": "1-2", "OLK_SRC_BODY_SECTION.html": "1",
}  # fmt: skip
_TALON_SIGNED = {
    "camel_case_body": "", "jeff_body": "3-4", "johndoeexamplecom_body": "19-23", "long_body": "4-7",
    "short_url_body": "3-4", "sparse_body": "4-12",
}  # fmt: skip
_SAID, _SIGNED = {"salutation", "own", "code"}, {"signature", "disclaimer", "closing"}

UNMET: dict[str, str] = {
    "talon/standard_replies/outlook.eml": "its last line is the footer of the message quoted above; a footer below a "
    "message that is passed on whole is taken for one of the list, below everything",
    "talon/reply-separated-by-hr.html": "the ruled line of HTML that parts the quotation is not kept in the text, so "
    "the name below it, of whoever is quoted, reads as the author's",
    "talon/johndoeexamplecom_body": "the first line of the signature, a name with two titles below a paragraph of "
    "advertising, is taken for text",
    "talon/sparse_body": "every line of the signature is a paragraph of its own; nine short paragraphs are more often "
    "text",
}
"""Cases that are not met, and why."""


def main(path: Path) -> dict[str, float | int]:
    """How many cases there are, are met, and are not without a reason in `UNMET`."""
    figures = {"n_cases": 0, "n_met": 0, "n_unmet": 0, "n_unexpected": 0}
    for name, text, sender, ask, numbers in _cases(path):
        wrong = _wrong(text, sender, ask, _numbers(numbers))
        figures["n_cases"] += 1
        figures["n_unmet" if wrong else "n_met"] += 1
        if bool(wrong) != (name in UNMET):
            figures["n_unexpected"] += 1
            print(f"{name}: {ask} {numbers}: {'; '.join(wrong) or 'met, but listed'}", file=sys.stderr)
    figures["share_met"] = round(figures["n_met"] / max(figures["n_cases"], 1), 4)
    return dict(figures)


def _cases(path: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, text, sender, what is asked and of which lines."""
    for name, numbers in _ERP.items():
        text = (path / "email_reply_parser" / "emails" / f"{name}.txt").read_text("utf-8").replace("\r\n", "\n")
        yield f"email_reply_parser/{name}", text, "", "said", numbers
    fixtures = path / "talon" / "fixtures"
    for name, numbers in _TALON_UNQUOTED.items():
        file = fixtures / name
        text = _mail(file) if file.suffix == ".eml" else html_text(file.read_text("utf-8"))
        yield f"talon/{name}", text, "", "unquoted", numbers
    for name, numbers in _TALON_SIGNED.items():
        file = fixtures / "signature" / "emails" / "stripped" / name
        sender = file.with_name(name.replace("_body", "_sender")).read_text("utf-8")
        yield f"talon/{name}", file.read_text("utf-8").replace("#sig#", ""), sender, "signed", numbers


def _mail(file: Path) -> str:
    """The text of a mail as the source reads it."""
    batches = (batch for part in SOURCE.parts(file, file.name) for batch in SOURCE.read(part))
    rows = [row for batch in batches if "texts" in batch.tables for row in batch.tables["texts"].to_pylist()]
    return str(rows[0]["body"])


def _numbers(said: str) -> set[int]:
    ends = [part.partition("-")[::2] for part in said.split()]
    return {number for first, last in ends for number in range(int(first), int(last or first) + 1)}


def _wrong(text: str, sender: str, ask: str, wanted: set[int]) -> list[str]:
    """The lines that lie in a wrong zone, as `number kind`."""
    found, wrong = zones(text, sender_names=[sender]), []
    for number, (start, end) in enumerate(lines_of(text), start=1):
        kind = max(found, key=lambda zone: min(zone.end, end) - max(zone.start, start)).kind
        if ask == "unquoted":
            right = (kind != "quotation") == (number in wanted)
        elif ask == "signed":
            right = (kind in _SIGNED) == (number in wanted)
        else:
            right = kind in _SAID | {"closing"} if number in wanted else kind not in _SAID
        if not right:
            wrong.append(f"{number} {kind}")
    return wrong
