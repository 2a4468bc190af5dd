"""What a subject says of where a mail belongs: whether it answers, what it is about, which part of a series it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["passing_on", "read"]

_ANSWERING = (
    "re", "aw", "antw", "antwort", "sv", "svar", "vs", "vast", "r", "rif", "res", "resp", "odp", "ynt", "bls", "atb",
    "ang", "va", "vá", "rép", "réf", "на", "отв", "ответ", "відп", "απ", "σχετ", "رد", "إجابة", "השב", "תגובה", "re",
    "回复", "回覆", "答复", "答覆", "回信", "返信", "回答", "답장", "회신", "ตอบ", "ตอบกลับ", "trả lời",
)  # fmt: skip
_PASSING_ON = (
    "fw", "fwd", "wg", "wtr", "tr", "vl", "vb", "rv", "enc", "pd", "i", "ilt", "továbbítás", "doorst", "vid", "yml",
    "пересл", "πρθ", "إعادة توجيه", "הועבר", "转发", "轉寄", "轉發", "転送", "전달", "chuyển tiếp",
)  # fmt: skip
"""What mail programs of many languages put before the subject of an answer, and of a mail passed on."""

_BRACKETS = r"\[[^\[\]]*\]|【[^【】]*】"
_COUNT = r"\s*(?:\[\d+\]|\(\d+\)|\^?\d{1,2})?\s*[:：]"
_BEFORE = rf"(?i)^(?:\s|{_BRACKETS}|(?:{'|'.join((*_ANSWERING, *_PASSING_ON))}){_COUNT})+"
_ANSWER = rf"(?i)^(?:\s|{_BRACKETS}|(?:{'|'.join(_PASSING_ON)}){_COUNT})*(?:{'|'.join(_ANSWERING)}){_COUNT}"
_FORWARD = rf"(?i)^(?:\s|{_BRACKETS})*(?:{'|'.join(_PASSING_ON)}){_COUNT}"
_WAS = r"(?i)[\[(]?\b(?:was|war|zuvor|était|fue|era|eerder|ранее|原|旧)\s*[:：]\s*(.+?)[\])]?\s*$"
_FURTHER = r"\s(?:-|–|—)\s[^-–—]*$"
_SERIES = r"\[[^\[\]]*?\b0*(\d{1,3})/0*(\d{1,3})\b[^\[\]]*\]"
_VERSION = r"(?i)\[[^\[\]]*?\bv(\d{1,2})\b[^\[\]]*\]"
_NO_LETTERS = r"[\s\p{P}\p{S}\p{Z}]+"


def passing_on(subject: ir.StringValue) -> ir.BooleanValue:
    """Whether a subject begins as that of a mail which is passed on."""
    return subject.re_search(_FORWARD)


def read(mails: ir.Table) -> ir.Table:
    """Mails with what their subjects say.

    Args:
        mails: Any columns, `subject` among them.

    Returns:
        The same and `answers` (the subject begins as one of an answer, or says what it was before), `about` (in
        small letters without signs and without what mail programs and lists put before it), `was` (what it says it
        was about before, or goes on from: "budget" of "budget - results"), `number`, `total` and `version` of a
        series. Texts are empty and numbers null where it says nothing of that.
    """
    said = mails.mutate(_subject=_.subject.fill_null(""))
    named = said.mutate(
        answers=_._subject.re_search(_ANSWER) | _._subject.re_search(_WAS),
        about=_about(_._subject.re_replace(_WAS, "")),
        number=_integer(_._subject, _SERIES, 1),
        total=_integer(_._subject, _SERIES, 2),
        version=_integer(_._subject, _VERSION, 1),
    )
    further = _about(_._subject.re_replace(_FURTHER, ""))
    before = ibis.cases((_._subject.re_search(_WAS), _about(_._subject.re_extract(_WAS, 1))), else_=further)
    named = named.mutate(was=before)
    return named.mutate(was=(_.was == _.about).ifelse("", _.was)).drop("_subject")


def _about(subject: ir.Value) -> ir.Value:
    return subject.re_replace(_BEFORE, "").re_replace(_NO_LETTERS, " ").lower().strip()


def _integer(subject: ir.Value, pattern: str, group: int) -> ir.Value:
    return subject.re_extract(pattern, group).nullif("").cast("int64")
