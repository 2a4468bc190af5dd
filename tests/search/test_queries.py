"""What is typed into the box: parts, dates, and nothing that brings it down."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeycell.errors import UsageError
from honeycell.search.excerpts import excerpt
from honeycell.search.query import FILTERS, parsed, period
from honeycell.search.quotations import without_quotations


def parts(text: str) -> list[tuple[str, str, bool]]:
    return [(part.name, part.value, part.negated) for part in parsed(text)]


def test_words_phrases_and_filters_come_apart() -> None:
    assert parts('fault "night shift" from:@noor -to:us about:"log of faults" -draft deliv*') == [
        ("", "fault", False),
        ("", "night shift", False),
        ("from", "@noor", False),
        ("to", "us", True),
        ("about", "log of faults", False),
        ("", "draft", True),
        ("", "deliv*", False),
    ]


def test_a_colon_inside_a_word_is_no_filter() -> None:
    assert parts("10:30 std::vector http://a.example x: zone:europe") == [
        ("", "10:30", False),
        ("", "std::vector", False),
        ("", "http://a.example", False),
        ("", "x:", False),
        ("", "zone:europe", False),
    ]


def test_a_quotation_mark_that_is_not_closed_ends_with_the_query() -> None:
    assert parts('"night shift') == [("", "night shift", False)]


def test_a_misspelt_filter_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        parsed("form:@noor")
    assert (caught.value.code, caught.value.remedy) == ("bad-query", "did you mean from: ?")


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_nothing_and_too_much_are_told(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed(text)
    assert caught.value.code == "bad-query"


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2024", date(2024, 1, 1), date(2025, 1, 1)),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2024-2-29", date(2024, 2, 29), date(2024, 3, 1)),
        ("2024-12", date(2024, 12, 1), date(2025, 1, 1)),
    ],
)
def test_a_period_is_a_day_a_month_or_a_year(text: str, first: date, end: date) -> None:
    assert period(text) == (first, end)


@pytest.mark.parametrize("text", ["yesterday", "2024-13", "2023-02-29", "0000", "9999", "2024-01-01T10"])
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        period(text)
    assert caught.value.code == "bad-date"


@given(
    st.text()
    | st.lists(st.sampled_from([*(f"{name}:" for name in FILTERS), "-", '"', " ", "a", "*", "2024"])).map("".join)
)
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        found = parsed(text)
    except UsageError:
        return
    assert found
    assert all(part.name in ("", *FILTERS) for part in found)


@given(st.text(), st.lists(st.lists(st.text(min_size=1), min_size=1)))
def test_marks_lie_inside_the_excerpt(text: str, phrases: list[list[str]]) -> None:
    found = excerpt(text, phrases, 80)
    assert len(found.text) <= 82
    assert all(0 <= start < end <= len(found.text) for start, end in found.marks)


def test_an_excerpt_shows_the_first_match_with_what_stands_before_it() -> None:
    text = "Nothing of note happened. " * 20 + "Then the Søndag shift began. " + "Nothing more. " * 20
    found = excerpt(text, [("sondag", "shift")])
    assert [found.text[start:end] for start, end in found.marks] == ["Søndag shift"]
    assert found.text.startswith("…")
    assert found.text.endswith("…")


def test_a_script_without_blanks_is_found_sign_by_sign() -> None:
    found = excerpt("我们明天开会讨论合同", [("开", "会")])
    assert [found.text[start:end] for start, end in found.marks] == ["开会"]


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n\n> Tea?\n>\n> At five?\n\nAt five.", "Yes.\n\n\nAt five."),
        ("> Tea?\nYes.", "Yes."),
        ("Yes.\n\nOn Mon, 3 May 2024 at 10:12, Ana\n<ana@example.com> wrote:\n> Tea?", "Yes."),
        ("These are open:\n> one", "These are open:"),
        ("Yes.\n-- \nBo\nAster", "Yes."),
        ("Yes.\n-----Ursprüngliche Nachricht-----\nTea?", "Yes."),
        ("Yes.\n\nVon: Ana\nGesendet: Montag\nAn: Bo\nBetreff: Tee\n\nTea?", "Yes."),
        ("From: the harbour to the hill\nwe walked.", "From: the harbour to the hill\nwe walked."),
        ("", ""),
    ],
)
def test_what_is_certainly_not_the_authors_is_taken_out(text: str, own: str) -> None:
    assert without_quotations(text).replace("\n\n\n\n", "\n\n\n") == own


@given(st.text(alphabet="a:>|\n -@1"))
def test_taking_quotations_out_invents_nothing(text: str) -> None:
    left = without_quotations(text)
    words = iter(text.split())
    assert all(word in words for word in left.split())
