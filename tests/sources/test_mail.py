"""One mail to rows: who, when, what, where, and which copies are the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.sources import mail_text, mbox
from honeycell.sources.mail import MailBatch
from honeycell.sources.mail_hashes import mail_body_hash, mail_template_hash, without_list_footers
from honeycell.sources.mail_parts import Irregular
from honeycell.sources.records import interaction_id

Rows = dict[str, list[dict[str, Any]]]

PLAIN = b"""Return-Path: <ana@example.com>
Received: from mx.example.com (mx.example.com [192.0.2.1])
\tby mail.example.org; Fri, 29 Mar 2019 14:08:00 +0000
From: Ana Silva <Ana@Example.com>
To: Bo <bo@example.org>, team: cy@example.org, Di <di@example.org>;
Cc: =?utf-8?q?J=C3=BCrgen?= <j@example.net>
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
Date: Fri, 29 Mar 2019 19:37:21 +0530
Message-ID: <1@example.com>
In-Reply-To: Your message of "Thu, 28 Mar" <0@example.org>
References: <a@example.org> <0@example.org>
 <a@example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Hi Bo,

tea at five=3F
"""


def rows(*raws: bytes, envelope: bytes = b"") -> Rows:
    """The rows of some mails."""
    batch = MailBatch("mbox")
    for number, raw in enumerate(raws):
        batch.add(raw, f"a.mbox#{number}-{len(raw)}", envelope)
    return {name: table.to_pylist() for name, table in batch.take().tables.items()}


def people(found: Rows) -> set[tuple[str, str, str | None]]:
    return {(row["role"], row["handle"].removeprefix("mailto:"), row["display_name"]) for row in found["participants"]}


def mail(body: str = "Yes.", **fields: str) -> bytes:
    """A mail with some fields; underscores stand for hyphens."""
    given = {"From": "ana@example.com", "Date": "Fri, 29 Mar 2019 14:07:21 +0000", "Message-ID": "<1@example.com>"}
    given |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\n" for name, value in given.items() if value)
    return (head + "\n" + body).encode("utf-8", "surrogateescape")


def test_a_mail_gives_one_row_of_everything() -> None:
    found = rows(PLAIN)
    (interaction,) = found["interactions"]
    assert interaction["interaction_id"] == interaction_id("1@example.com")
    assert (interaction["kind"], interaction["channel"], interaction["space"]) == ("message", "mail", None)
    assert interaction["subject"] == "Grüße"
    assert interaction["occurred_at"] == datetime(2019, 3, 29, 14, 7, 21)
    assert interaction["occurred_on"] == date(2019, 3, 29)
    assert interaction["utc_offset_minutes"] == 330
    assert interaction["message_id"] == "1@example.com"
    assert interaction["in_reply_to"] == "0@example.org"
    assert interaction["references"] == ["a@example.org", "0@example.org"]
    assert people(found) == {
        ("from", "ana@example.com", "Ana Silva"), ("to", "bo@example.org", "Bo"), ("to", "cy@example.org", None),
        ("to", "di@example.org", "Di"), ("cc", "j@example.net", "Jürgen"),
    }  # fmt: skip
    assert [row["body"] for row in found["texts"]] == ["Hi Bo,\n\ntea at five?"]
    assert found["sightings"][0]["locator"] == f"a.mbox#0-{len(PLAIN)}"
    assert len(found["sightings"][0]["content_hash"]) == 32
    assert found["headers"] == []


def test_copies_that_took_different_routes_are_the_same_copy() -> None:
    other = PLAIN.replace(b"mx.example.com", b"mx2.example.com").replace(b"14:08:00", b"14:09:11")
    for copy in (other, PLAIN.replace(b"\n", b"\r\n"), PLAIN + b"\n\n"):
        found = rows(PLAIN, copy)
        one, two = found["interactions"]
        assert one == two
        assert found["sightings"][0]["content_hash"] != found["sightings"][1]["content_hash"]


def test_a_copy_with_other_words_or_people_is_another_copy_of_the_same_interaction() -> None:
    changed = [
        PLAIN.replace(b"five", b"six"),
        PLAIN.replace(b"di@", b"do@"),
        PLAIN.replace(b"+0530", b"+0531"),
        PLAIN.replace(b"To:", b"List-Id: <x.example.org>\nTo:"),
    ]
    found = rows(PLAIN, *changed)["interactions"]
    assert len({row["interaction_id"] for row in found}) == 1
    assert len({row["copy_hash"] for row in found}) == 5
    assert [row["body_hash"] == found[0]["body_hash"] for row in found] == [True, False, True, True, True]


def test_footers_of_lists_do_not_change_the_body_hash() -> None:
    text = "Yes.\n\n-- \nAna Silva\nTel 123"
    mailman = (
        text
        + "\n_______________________________________________\nX mailing list\nx@l.example.com\nhttps://l.example.com/listinfo/x\n"
    )
    google = (
        text
        + "\n-- \nYou received this message because you are subscribed to the group “X”.\nTo unsubscribe, go to https://g.example.com"
    )
    vger = text + '\n--\nTo unsubscribe from this list: send the line "unsubscribe x"\nto m@example.com\n'
    both = mailman + google.removeprefix(text)
    assert {mail_body_hash(copy) for copy in (text, mailman, google, vger, both, text.replace(" ", "  "))} == {
        mail_body_hash(text)
    }
    assert without_list_footers(text) == text
    assert without_list_footers("We list receivers.\n-- \nAna") == "We list receivers.\n-- \nAna"
    assert mail_body_hash("No.") != mail_body_hash("Yes.")
    assert mail_body_hash("a\n>From b") == mail_body_hash("a\nFrom b")


def test_templates_agree_where_only_numbers_and_the_addressee_differ() -> None:
    assert mail_template_hash("Dear Ana,\n\ninvoice 17 is due") == mail_template_hash("Dear Bo,\n\ninvoice 23 is due")
    assert mail_template_hash("invoice 17 is due") != mail_template_hash("invoice 17 is paid")


def test_mails_without_an_id_are_told_apart_by_what_they_say() -> None:
    found = rows(*(mail(body, Message_ID="") for body in ("Yes.", "Yes.", "No.")))["interactions"]
    assert found[0]["message_id"] is None
    assert found[0]["interaction_id"] == found[1]["interaction_id"] != found[2]["interaction_id"]


@pytest.mark.parametrize(
    ("written", "native"),
    [
        ("<1@example.com>", "1@example.com"),
        ("1@example.com", "1@example.com"),
        ("<1@example.com> (added by x)", "1@example.com"),
        ("\n <1@example.com>", "1@example.com"),
        ("<a\n b@example.com>", "ab@example.com"),
        ("<>", None),
        ("", None),
    ],
)
def test_message_ids_are_read_without_their_brackets(written: str, native: str | None) -> None:
    raw = b"Message-ID: %b\nFrom: ana@example.com\n\n" % written.encode()
    assert rows(raw)["interactions"][0]["message_id"] == native


@pytest.mark.parametrize(
    ("written", "native"),
    [
        ("<0@example.com>", "0@example.com"),
        ("<0@example.com> from Ana <ana@example.com>", "0@example.com"),
        ("Message from Ana <ana@example.com> of noon <0@example.com>", "0@example.com"),
        ("0@example.com", "0@example.com"),
        ("your mail of yesterday", None),
    ],
)
def test_in_reply_to_is_found_among_words(written: str, native: str | None) -> None:
    assert rows(mail(In_Reply_To=written))["interactions"][0]["in_reply_to"] == native


@pytest.mark.parametrize("written", ["Fri, 1 Jan 1904 00:00:00 +0000", "Fri, 1 Jan 2106 00:00:00 +0000", "soon"])
def test_an_implausible_date_gives_way_to_the_day_of_arrival(written: str) -> None:
    received = "from a by b;\n Sat, 30 Mar 2019 01:02:03 +1100"
    (interaction,) = rows(mail(Date=written, Received=received))["interactions"]
    assert interaction["occurred_at"] == datetime(2019, 3, 29, 14, 2, 3)
    assert interaction["utc_offset_minutes"] is None
    envelope = b"From ana@example.com Fri Mar 29 14:07:21 2019\n"
    (interaction,) = rows(mail(Date=written), envelope=envelope)["interactions"]
    assert interaction["occurred_at"] == datetime(2019, 3, 29, 14, 7, 21)
    found = rows(mail(Date=written))
    assert found["interactions"][0]["occurred_at"] is None
    assert found["interactions"][0]["occurred_on"] is None
    assert ("date", written) in [(row["name"], row["value"]) for row in found["headers"]]


def test_a_date_two_days_ahead_is_believed_but_not_three() -> None:
    ahead = [time.strftime("%d %b %Y %H:%M:%S +0000", time.gmtime(time.time() + 86_400 * n)) for n in (1, 3)]
    found = [rows(mail(Date=written))["interactions"][0]["occurred_at"] for written in ahead]
    assert [at is None for at in found] == [False, True]


def test_the_day_is_that_of_the_sender() -> None:
    (interaction,) = rows(mail(Date="Fri, 29 Mar 2019 23:30:00 -0800"))["interactions"]
    assert interaction["occurred_at"] == datetime(2019, 3, 30, 7, 30)
    assert interaction["occurred_on"] == date(2019, 3, 29)


LIST = {"List_Id": "Talk <Talk.lists.example.com>", "List_Post": "<mailto:talk@lists.example.com>"}


@pytest.mark.parametrize(
    ("fields", "space"),
    [
        (LIST, "list:talk.lists.example.com"),
        ({"List_Post": "<mailto:talk@lists.example.com>"}, "list:talk.lists.example.com"),
        ({"X_Mailing_List": "talk@lists.example.com"}, "list:talk.lists.example.com"),
        ({"X_BeenThere": "talk@lists.example.com"}, "list:talk.lists.example.com"),
        ({"List_Id": "talk.lists.example.com"}, "list:talk.lists.example.com"),
        ({"List_Post": "NO"}, None),
        ({}, None),
    ],
)
def test_the_space_is_the_list(fields: dict[str, str], space: str | None) -> None:
    assert rows(mail(**fields))["interactions"][0]["space"] == space


@pytest.mark.parametrize(
    "fields",
    [
        {"Reply_To": "Ana Silva <ana@example.com>"},
        {"Reply_To": "talk@lists.example.com, Ana Silva <ana@example.com>"},
        {"X_Original_From": "Ana Silva <ana@example.com>", "Reply_To": "talk@lists.example.com"},
        {"Reply_To": "bo@example.com, Ana Silva <ana@example.com>"},
        {"Reply_To": "ana@example.com"},
    ],
)
def test_the_author_behind_a_rewritten_from_is_found(fields: dict[str, str]) -> None:
    found = people(rows(mail(From="'Ana Silva' via Talk <talk@lists.example.com>", **LIST, **fields)))
    assert {person for person in found if person[0] == "from"} == {("from", "ana@example.com", "Ana Silva")}
    assert ("sender", "talk@lists.example.com", "Ana Silva' via Talk") in found or (
        "sender", "talk@lists.example.com", "'Ana Silva' via Talk",
    ) in found  # fmt: skip


def test_a_person_called_via_is_no_list() -> None:
    found = people(rows(mail(From="Ana via Bo <ana@example.com>", Reply_To="bo@example.com", **LIST)))
    assert ("from", "ana@example.com", "Ana via Bo") in found


def test_a_bounce_address_that_names_the_reader_is_cut() -> None:
    sender = "Talk <talk-bounces+bo=example.org@lists.example.com>"
    found = people(rows(mail(Sender=sender, **LIST)))
    assert ("sender", "talk-bounces@lists.example.com", "Talk") in found


def test_headers_that_classify_are_kept_and_tokens_are_not() -> None:
    found = rows(
        mail(
            Precedence="bulk", Auto_Submitted="auto-replied", X_Auto_Response_Suppress="All", Return_Path="<>",
            List_Unsubscribe="<https://l.example.com/leave?who=bo&token=123>,\n <mailto:leave-123@l.example.com>",
            Content_Type="multipart/report; boundary=x", X_Other="no",
        )
    )  # fmt: skip
    assert {(row["name"], row["value"]) for row in found["headers"]} == {
        ("precedence", "bulk"), ("auto-submitted", "auto-replied"), ("x-auto-response-suppress", "All"),
        ("return-path", "<>"), ("list-unsubscribe", "https:l.example.com, mailto:l.example.com"),
        ("content-type", "multipart/report"),
    }  # fmt: skip


def multipart(*parts: str, subtype: str = "mixed") -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    return mail(body, Content_Type=f'multipart/{subtype}; boundary="b"')


TEXT, HTML = "Content-Type: text/plain\n\n{}", "Content-Type: text/html\n\n<p>{}</p>"
NESTED = "Content-Type: message/rfc822\n\nFrom: bo@example.com\nSubject: inner\n\ninner words"
FILE = "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nsecret"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (multipart(TEXT.format("plain"), HTML.format("html"), subtype="alternative"), "plain"),
        (multipart(TEXT.format(" "), HTML.format("html"), subtype="alternative"), "html"),
        (multipart(HTML.format("html"), subtype="alternative"), "html"),
        (multipart(TEXT.format("one"), TEXT.format("two")), "one\ntwo"),
        (multipart(TEXT.format("one"), FILE), "one"),
        (multipart(TEXT.format("one"), NESTED), "one"),
        (multipart(NESTED, NESTED, subtype="digest"), ""),
        (multipart(HTML.format("html"), TEXT.format("footer")), "html\nfooter"),
        (multipart("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="), ""),
        (mail("no boundary", Content_Type="multipart/mixed"), "no boundary"),
        (mail("R3LDvMOfZQ", Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="base64"), "Grüße"),
        (mail("<b>bold</b> word", Content_Type="text/html"), "bold word"),
        (mail("x", Content_Type="application/pdf"), ""),
        (mail("x", Content_Type="text"), "x"),
        (mail("x" * (2**20 + 5)), "x" * 2**20),
        (mail("begin 644 a\n#0V%T\n`\nend", Content_Transfer_Encoding="x-uuencode"), "Cat"),
    ],
)
def test_the_text_is_what_the_author_wrote(raw: bytes, text: str) -> None:
    assert rows(raw)["texts"][0]["body"] == text


def test_a_text_that_is_cut_says_so() -> None:
    found = rows(mail("x" * (2**20 + 5)))
    assert [(row["name"], row["value"]) for row in found["headers"]] == [("truncated", "5 characters")]


def test_deeply_nested_multiparts_end() -> None:
    body = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(400)) + "\nwords"
    raw = b"From: ana@example.com\n" + body.encode()
    assert len(rows(raw)["interactions"]) == 1


def test_quoted_html_keeps_its_quotation_marks() -> None:
    raw = mail("Yes<br>Ana<blockquote>Tea?<blockquote>When?</blockquote></blockquote>", Content_Type="text/html")
    assert rows(raw)["texts"][0]["body"] == "Yes\nAna\n> Tea?\n> > When?"


def test_an_attachment_of_forty_megabytes_is_not_held_as_text() -> None:
    file = "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + ("QUJD" * 19 + "\n") * 550_000
    found = rows(multipart(TEXT.format("see there"), file))
    assert found["texts"][0]["body"] == "see there"
    assert found["interactions"][0]["n_bytes"] > 40_000_000


CALENDAR = (
    "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:u1\n"
    "DTSTART:20190401T090000Z\nDTEND:20190401T093000Z\nSUMMARY:Tea\nORGANIZER:mailto:ana@example.com\n"
    "ATTENDEE:mailto:bo@example.org\nEND:VEVENT\nEND:VCALENDAR"
)


def test_an_invitation_is_a_message_and_a_meeting() -> None:
    for raw in (
        multipart(TEXT.format("Come"), CALENDAR, subtype="alternative"),
        multipart(TEXT.format("Come"), CALENDAR),
    ):
        found = rows(raw)
        assert [row["kind"] for row in found["interactions"]] == ["message", "meeting"]
        assert found["interactions"][1]["duration_minutes"] == 30.0
        assert found["interactions"][1]["space"] is None
        assert ("attendee", "bo@example.org", None) in people(found)
        assert {row["source"] for row in found["sightings"]} == {"mbox"}


def test_what_has_no_field_of_mail_is_skipped() -> None:
    batch = MailBatch("mbox")
    batch.add(b"just some words\n\nand more", "a#0-10")
    found = batch.take()
    assert found.n_records == 1
    assert found.tables["skipped"].to_pylist()[0]["reason"] == "not-a-message"
    assert "interactions" not in found.tables


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    rows(raw, b"From: ana@example.com\n" + raw, b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + raw)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=60).map(
    lambda text: " ".join(text.split())
)


@settings(max_examples=60)
@given(
    subject=WORDS,
    text=WORDS,
    encoding=st.sampled_from(["quoted-printable", "base64", "8bit"]),
    html=st.booleans(),
    files=st.lists(st.binary(max_size=200), max_size=2),
)
def test_both_ways_of_cutting_a_mail_give_the_same_rows(
    subject: str, text: str, encoding: str, html: bool, files: list[bytes]
) -> None:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "Ana <ana@example.com>", subject, "<1@example.com>"
    message.set_content(text, cte=encoding)
    if html:
        message.add_alternative(f"<p>{len(text)}</p>", subtype="html")
    for data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename="a.bin")
    raw = message.as_bytes()
    fast = rows(raw)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mail_text, "root_part", _refuse)
        slow = rows(raw)
    assert fast == slow
    assert " ".join((fast["interactions"][0]["subject"] or "").split()) == subject
    assert " ".join(fast["texts"][0]["body"].split()) == text


@pytest.mark.corpus
def test_both_ways_agree_on_real_mail(corpus: Callable[[str], Path]) -> None:
    path = corpus("mail/openbmc") / "2020-02.mbox.xz"
    (part,) = mbox.SOURCE.parts(path, path.name)
    fast = [batch.tables for batch in mbox.SOURCE.read(part)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mail_text, "root_part", _refuse)
        slow = [batch.tables for batch in mbox.SOURCE.read(part)]
    assert fast == slow


def _refuse(type_field: str, raw: bytes, start: int) -> Any:
    raise Irregular
