"""Multiparts cut by hand: the same texts as by the standard library, and no opinion on damaged ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.sources import mail_text, mbox
from honeycell.sources.mail_fields import header_fields
from honeycell.sources.mail_parts import Irregular, root_part

ALTERNATIVE = (
    b"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n"
    b"--b\nContent-Type: text/html\n\n<p>Gr&uuml;&szlig;e</p>\n--b--\n"
)
TYPE = ' multipart/alternative;\n boundary="b"'


def test_parts_are_cut_at_their_boundaries() -> None:
    plain, html = root_part(TYPE, ALTERNATIVE, 0).children()
    assert (plain.head.kind, plain.head.charset, plain.data()) == ("text/plain", "utf-8", b"Gr=C3=BC=C3=9Fe")
    assert html.data() == b"<p>Gr&uuml;&szlig;e</p>"
    assert mail_text.mail_text(TYPE, "", "", ALTERNATIVE).text == "Grüße"


@pytest.mark.parametrize(
    "body",
    [
        ALTERNATIVE.removesuffix(b"--b--\n"),
        ALTERNATIVE + b"\n--b\n\nmore\n",
        ALTERNATIVE.replace(b"\n--b\n", b"\n--b \n"),
        ALTERNATIVE.replace(b"\n--b\n", b"\n--bb\n"),
        ALTERNATIVE.replace(b"\n\nGr", b"\nGr"),
        ALTERNATIVE.replace(b"text/html", b"text"),
        ALTERNATIVE.replace(b"text/html", b"text/html\nContent-Type: text/plain"),
        ALTERNATIVE.replace(b"quoted-printable", b"x-uuencode"),
        ALTERNATIVE.replace(b"charset=utf-8", b"charset*=utf-8''utf-8"),
        ALTERNATIVE.replace(b"<p>", b"<p>\r\n--b\r\n"),
        ALTERNATIVE.replace(b"</p>\n", b"</p>\r\n"),
        b"no part at all",
        b"--b--\n",
        b"",
    ],
)
def test_what_leaves_room_for_doubt_is_not_cut(body: bytes) -> None:
    with pytest.raises(Irregular):
        root_part(TYPE, body, 0).children()


@pytest.mark.parametrize(
    "field",
    [
        "multipart/mixed",
        'multipart/mixed; boundary=""',
        'multipart/mixed; boundary="a"; boundary="b"',
        "multipart/mixed; boundary*=us-ascii''b",
        "multipart/mixed; boundary=b (a comment)",
        'multipart/mixed; boundary="b\\"c"',
        'multipart/mixed; boundary="ü"',
    ],
)
def test_a_type_that_leaves_room_for_doubt_is_irregular(field: str) -> None:
    with pytest.raises(Irregular):
        root_part(field, ALTERNATIVE, 0)


LINES = st.lists(
    st.sampled_from([b"", b"a", b"--", b"--b", b"--bb--", b"-- ", b"From a", b"--c--", b"=3D="]), max_size=5
)
HEADS = st.sampled_from(
    [
        b"", b"Content-Type: text/plain", b"Content-Type: text/html; charset=utf-8", b"Content-Type: text/calendar",
        b"CONTENT-TYPE: Text/Plain;\n\tcharset=\"iso-8859-1\"\nContent-Disposition: attachment; filename=\"a.txt\"",
        b"Content-Type: text/plain; name=\"a.txt\"\nContent-Transfer-Encoding: BASE64",
        b"Content-Disposition: inline\nContent-Transfer-Encoding: quoted-printable ", b"Content-Type: text",
        b"Content-Type: message/rfc822", b"Content-ID: <1>\nContent-Type: image/png; name=b.png", b"no field",
    ]
)  # fmt: skip


@st.composite
def multiparts(draw: st.DrawFn, depth: int = 0) -> tuple[bytes, bytes]:
    """Content-Type and body of a made-up multipart, well-formed or nearly so."""
    boundary = draw(st.sampled_from([b"b", b"bb", b"c", b"=_0.1"]))
    subtype = draw(st.sampled_from([b"mixed", b"alternative", b"related", b"digest", b"signed"]))
    pieces = [draw(st.sampled_from([b"", b"", b"preamble\n"]))]
    for _ in range(draw(st.integers(0, 3))):
        if depth < 2 and draw(st.integers(0, 3)) == 0:
            kind, body = draw(multiparts(depth=depth + 1))
            head = b"Content-Type:" + kind
        else:
            head, body = draw(HEADS), b"\n".join(draw(LINES))
        pieces.append(b"--" + boundary + b"\n" + head + b"\n\n"[not head :] + body + b"\n")
    pieces.append(draw(st.sampled_from([b"--%b--\n", b"--%b--", b"--%b--\nepilogue\n", b""])).replace(b"%b", boundary))
    return b" multipart/" + subtype + b'; boundary="' + boundary + b'"', b"".join(pieces)


def both(kind: str, body: bytes) -> tuple[mail_text.MailText, mail_text.MailText] | None:
    """What the two ways find; None where the cutter does not want it."""
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(mail_text, "_of_irregular", _irregular)
            own = mail_text.mail_text(kind, "", "", body)
    except Irregular:
        return None
    return own, mail_text._of_irregular(kind, mail_text.content_type(kind)[1], body)


def _irregular(*_: object) -> mail_text.MailText:
    raise Irregular


@settings(deadline=None)
@given(multiparts())
def test_the_cutter_agrees_with_the_standard_library_on_made_up_mail(made: tuple[bytes, bytes]) -> None:
    kind, body = made
    found = both(kind.decode(), body)
    assert found is None or found[0] == found[1]


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["mail/notmuch", "mail/cpython-email", "mail/parser-eml", "mail/openbmc/2020-02.mbox.xz"]
)
def test_the_cutter_agrees_with_the_standard_library_on_real_mail(corpus: Callable[[str], Path], name: str) -> None:
    n_multiparts = 0
    for raw in _messages(corpus(name)):
        fields, start = header_fields(raw)
        kind = fields.get("content-type", "")
        if mail_text.content_type(kind)[0].startswith("multipart"):
            found = both(kind, raw[start:])
            n_multiparts += found is not None
            assert found is None or found[0] == found[1]
    assert n_multiparts > 5


def _messages(path: Path) -> list[bytes]:
    messages = []
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file() and mbox.SOURCE.recognises(file):
            messages += [mail.raw for part in mbox.SOURCE.parts(file, "a") for mail in mbox._mails(part)]
        elif file.is_file():
            messages.append(file.read_bytes().replace(b"\r\n", b"\n").lstrip(b"\n"))
    return messages
