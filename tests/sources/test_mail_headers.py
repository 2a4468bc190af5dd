"""Addresses, dates, encoded words and charsets as real mail writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.header import Header
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeycell.sources.addresses import addresses
from honeycell.sources.charsets import decoded
from honeycell.sources.encoded_words import header_text, repaired
from honeycell.sources.mail_dates import envelope_moment, is_plausible, moment
from honeycell.sources.mail_fields import header_fields


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ana Silva <Ana@Example.com>", [("ana@example.com", "Ana Silva")]),
        ('"Silva, Ana" <ana@example.com>', [("ana@example.com", "Silva, Ana")]),
        ("Silva, Ana <ana@example.com>, bo@example.com", [("ana@example.com", "Silva, Ana"), ("bo@example.com", None)]),
        ("ana@example.com (Ana Silva)", [("ana@example.com", "Ana Silva")]),
        ("<ana@example.com> (Ana)", [("ana@example.com", "Ana")]),
        ("team: ana@example.com, Bo <bo@example.com>;", [("ana@example.com", None), ("bo@example.com", "Bo")]),
        ("undisclosed-recipients:;", []),
        ("Undisclosed recipients: ;, Ana <ana@example.com>", [("ana@example.com", "Ana")]),
        ("ana@example.com; bo@example.com", [("ana@example.com", None), ("bo@example.com", None)]),
        ("=?utf-8?q?J=C3=BCrgen?= <j@example.com>", [("j@example.com", "Jürgen")]),
        ('"=?utf-8?b?SsO8cmdlbg==?=" <j@example.com>', [("j@example.com", "Jürgen")]),
        ("=?utf-8?q?Doe=2C?= Jo <jo@example.com>", [("jo@example.com", "Doe, Jo")]),
        ("ana at example.com (Ana Silva)", [("ana@example.com", "Ana Silva")]),
        ("'Ana Silva' <ana@example.com>", [("ana@example.com", "Ana Silva")]),
        ("ana@example.com <ana@example.com>", [("ana@example.com", None)]),
        (r'"Ana \"the\" Silva" <ana@example.com>', [("ana@example.com", 'Ana "the" Silva')]),
        ("<@relay.example:ana@example.com>", [("ana@example.com", None)]),
        ("<mailto:ana@example.com>", [("ana@example.com", None)]),
        ("Ana (at home) <ana@(really)example.com>", [("ana@example.com", "Ana")]),
        ("ana@example.com, ANA@example.com", [("ana@example.com", None)]),
        ("nobody", []),
        ("", []),
        ('"unbalanced <ana@example.com>', [("ana@example.com", "unbalanced")]),
        ('"quoted local"@example.com', [("quotedlocal@example.com", None)]),
    ],
)
def test_address_fields_are_read_as_people_write_them(written: str, expected: list[tuple[str, str | None]]) -> None:
    assert list(addresses(written)) == [("mailto:" + address, name) for address, name in expected]


@given(st.text(max_size=300))
def test_no_address_field_breaks_the_reader(written: str) -> None:
    for handle, name in addresses(written):
        assert handle.startswith("mailto:")
        assert "@" in handle
        assert name is None or name.strip()


def test_hostile_address_fields_take_linear_time() -> None:
    for piece in ('"', "(", "<", "\\", "(<", ',"', "=?", "a@", "::"):
        assert isinstance(addresses(piece * 60_000), tuple)


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='"\\<>()@,;:?='),
    min_size=1,
    max_size=20,
).filter(lambda name: name[0] != "'")


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_encoded_display_names_come_back(names: list[str]) -> None:
    name = " ".join(names)
    encoded = Header(name, "utf-8", maxlinelen=60).encode().replace("\n", " ")
    assert addresses(f"{encoded} <ana@example.com>")[0][1] == name


@given(
    st.datetimes(datetime(1971, 1, 2), datetime(2090, 1, 1)),
    st.integers(-12 * 4, 14 * 4),
)
def test_dates_round_trip(at: datetime, quarters: int) -> None:
    zoned = at.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * quarters)))
    found = moment(format_datetime(zoned))
    assert found is not None
    assert found.seconds == int(zoned.timestamp())
    assert found.offset_minutes == 15 * quarters
    assert found.day == zoned.date().toordinal() - datetime(1970, 1, 1).toordinal()


@pytest.mark.parametrize(
    ("written", "utc", "offset"),
    [
        ("Fri, 29 Mar 2019 19:37:21 +0530", "2019-03-29T14:07:21", 330),
        ("Fri, 29 Mar 2019 14:07:21 -0000", "2019-03-29T14:07:21", None),
        ("Fri, 29 Mar 2019 14:07:21", "2019-03-29T14:07:21", None),
        ("Fri, 29 Mar 2019 14:07:21 GMT", "2019-03-29T14:07:21", 0),
        ("29 Mar 2019 14:07 +0100", "2019-03-29T13:07:00", 60),
        ("Fri, 29 Mar 2019 09:07:21 EST", "2019-03-29T14:07:21", -300),
        ("Fri Mar 29 14:07:21 2019", "2019-03-29T14:07:21", None),
        ("Friday, 29-Mar-19 14:07:21 GMT", "2019-03-29T14:07:21", 0),
        ("Fri,29 Mar 2019 14:07:21 +0000 (UTC)", "2019-03-29T14:07:21", 0),
        ("29 Mar 2019 (a comment) 14:07:21 +0000", "2019-03-29T14:07:21", 0),
        ("Fri, 29 Mar 2019 14:07:60 +0000", "2019-03-29T14:07:59", 0),
        ("Fri, 29 Mar 2019 14:07:21 +9900", "2019-03-29T14:07:21", None),
    ],
)
def test_dates_are_read_in_the_forms_mail_has(written: str, utc: str, offset: int | None) -> None:
    found = moment(written)
    assert found is not None
    assert datetime.fromtimestamp(found.seconds, UTC).replace(tzinfo=None).isoformat() == utc
    assert found.offset_minutes == offset


@pytest.mark.parametrize(
    "written", ["", "yesterday", "Fri, 31 Feb 2019 14:07:21 +0000", "Fri, 29 Mar 2019", "99:99:99"]
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert moment(written) is None


@given(st.text(max_size=80))
def test_no_date_breaks_the_reader(written: str) -> None:
    found = moment(written)
    assert found is None or isinstance(found.seconds, int)


def test_dates_of_broken_clocks_are_not_plausible() -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    at = {year: int(datetime(year, 6, 1, tzinfo=UTC).timestamp()) for year in (1904, 1970, 1999, 2024, 2106)}
    assert [year for year, seconds in at.items() if is_plausible(seconds, now)] == [1999]


@pytest.mark.parametrize(
    "line",
    [
        b"From ana@example.com Fri Mar 29 14:07:21 2019",
        b"From ana@example.com Fri Mar 29 14:07:21 +0000 2019",
        b"From ana@example.com Fri Mar 29 15:07:21 2019 +0100",
        b"From ana at example.com  Fri Mar 29 14:07:21 2019\r\n",
    ],
)
def test_envelope_dates_are_read(line: bytes) -> None:
    found = envelope_moment(line)
    assert found is not None
    assert found.seconds == 1553868441


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("  plain ", "plain"),
        (" folded\n\tline", "folded line"),
        ("=?iso-8859-1?q?a=E4?=", "aä"),
        ("=?utf-8?b?w6Q=?=\n =?utf-8?b?w7Y=?=", "äö"),
        ("=?utf-8?q?=E4=BD?= =?utf-8?q?=A0?=", "你"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?x-no-such?q?abc?=", "abc"),
        ("=?utf-8*en?q?abc?=", "abc"),
        ("=?utf-8?q?a_b?=", "a b"),
        ("=?utf-8?q?raw blank?=", "raw blank"),
        ("=?broken", "=?broken"),
    ],
)
def test_encoded_words_are_decoded(written: str, expected: str) -> None:
    assert header_text(written) == expected


def test_raw_bytes_in_headers_are_read_as_utf8_or_as_the_body_is() -> None:
    as_read = "Zürich".encode().decode("utf-8", "surrogateescape")
    assert repaired(as_read) == "Zürich"
    as_read = "Привет".encode("koi8-r").decode("utf-8", "surrogateescape")
    assert repaired(as_read, "koi8-r") == "Привет"
    as_read = "Zürich".encode("cp1252").decode("utf-8", "surrogateescape")
    assert header_text(as_read) == "Zürich"


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode("cp1252"), "utf-8", "Grüße"),
        ("“€”".encode("cp1252"), "iso-8859-1", "“€”"),
        ("你好".encode("gb18030"), "gb2312", "你好"),
        ("こんにちは".encode("iso2022_jp"), "ISO-2022-JP", "こんにちは"),
        ("Grüße".encode("utf-7"), "unicode-1-1-utf-7", "Grüße"),
        (b"abc", "no-such-charset", "abc"),
        (b"abc", "unicode_escape", "abc"),
        (b"abc", "zip", "abc"),
        ("grüße, alles gut\xff".encode()[:-1], "utf-8", "grüße, alles gut�"),
    ],
)
def test_bytes_are_decoded_whatever_their_label(data: bytes, label: str, text: str) -> None:
    assert decoded(data, label) == text


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "latin1", "gbk", "utf-7", "utf-16", "iso-2022-jp", "koi8-r", "zip"]),
)
def test_decoding_never_fails_and_is_storable(data: bytes, label: str) -> None:
    decoded(data, label).encode("utf-8")


def test_a_missing_empty_line_begins_the_body() -> None:
    raw = b"From: ana@example.com\nSubject: Tea\nThis is no field\nmore\n"
    fields, start = header_fields(raw)
    assert fields["subject"] == " Tea"
    assert raw[start:] == b"This is no field\nmore\n"


def test_repeated_recipient_fields_are_joined_and_other_fields_count_once() -> None:
    fields, _ = header_fields(b"To: a@example.com\nSubject: 1\nTO: b@example.com\nSubject: 2\n\n")
    assert fields == {"to": " a@example.com,  b@example.com", "subject": " 1"}
