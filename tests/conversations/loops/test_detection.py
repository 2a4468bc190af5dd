"""Which sentences of a message ask, promise or close something."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from honeycell.conversations.loops.cues import found_in
from honeycell.conversations.loops.due import due
from honeycell.conversations.loops.model import chance, weights
from honeycell.conversations.loops.words import Said, language_of, languages

TUESDAY = date(2024, 5, 7)


def found(text: str) -> list[tuple[str, str]]:
    [rows] = found_in([text], [("Ana Silva", "ana@example.com")], [TUESDAY])
    return [(row["type"], text[row["starts"] : row["ends"]]) for row in rows]


def row_of(text: str) -> dict[str, Any]:
    [[row]] = found_in([text], [()], [TUESDAY])
    return row


@pytest.mark.parametrize(
    ("text", "type_", "sentence"),
    [
        ("Hi Bo,\n\nall pass.\nWhy do we need the second lock?\n", "question", "Why do we need the second lock?"),
        ("Hi Bo,\n\nplease send me the logs of the run.\n", "request", "please send me the logs of the run."),
        ("Thanks. I'll fix this in the next version.\n", "promise", "I'll fix this in the next version."),
        ("> Is it in?\n\nDone.\n", "done", "Done."),
        ("Never mind, I found it.\n", "withdrawn", "Never mind, I found it."),
        ("Hallo Bo,\n\nkönntest du bitte die Liste schicken?\n", "request", "könntest du bitte die Liste schicken?"),
        ("Bonjour,\n\npourriez-vous m'envoyer le devis ?\n", "request", "pourriez-vous m'envoyer le devis ?"),
        ("你好，\n\n为什么需要这个选项？\n", "question", "为什么需要这个选项？"),
    ],
)  # fmt: skip
def test_what_somebody_asks_promises_or_reports_is_found_where_it_stands(text: str, type_: str, sentence: str) -> None:
    assert (type_, sentence) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "> Why do we need the second lock here?\n> Please explain.\n\nIt guards the queue.\n",
        "It guards the queue.\n\nOn 3 May 2024, Bo <bo@example.com> wrote:\n\n> Could you send the file?\n",
        "It is at https://example.com/find?name=a&why=b and https://example.com/?\n",
        "The patch is below.\n\n---\n file.c | 2 +-\n\ndiff --git a/file.c b/file.c\n--- a/file.c\n+++ b/file.c\n"
        "@@ -1,2 +1,2 @@\n-int a = b ? 1 : 2; /* why? */\n+int a = b ? 2 : 1; /* please check this? */\n",
        "All is well here.\n\n-- \nAna Silva\nQuestions? Call us: +41 44 123 45 67\n",
        "\tif (ready ? first : second)\n\t\treturn please_wait(now);\n",
        "We will see what comes of it in the end.\n",
        "",
    ],
)
def test_what_others_say_and_code_signatures_and_addresses_open_nothing(text: str) -> None:
    assert [one for one in found(text) if one[0] in ("question", "request", "promise")] == []


def test_a_patch_delivers_and_is_not_read() -> None:
    text = "Add a lock.\n\nShould this be a mutex?\n---\n a.c | 2 +-\n\ndiff --git a/a.c b/a.c\n+please?\n"
    assert ("question", "Should this be a mutex?") in found(text)
    assert len(found(text)) == 1


def test_whom_a_sentence_calls_by_name_is_kept() -> None:
    assert row_of("Hi Bo,\n\nwhy do we need the second lock here?\n")["called"] == "bo"
    assert row_of("Hi all,\n\nwhy do we need the second lock here?\n")["called"] == "*"
    assert row_of("It is late.\nBo, could you send me the logs?\n")["called"] == "bo"


@pytest.mark.parametrize(
    ("sentence", "on", "words"),
    [
        ("I'll send it by Friday.", date(2024, 5, 10), "by Friday"),
        ("I'll send it on Tuesday", date(2024, 5, 14), "on Tuesday"),
        ("I'll send it next Friday", date(2024, 5, 17), "next Friday"),
        ("I'll send it tomorrow", date(2024, 5, 8), "tomorrow"),
        ("I'll send it by the end of the week", date(2024, 5, 10), "end of the week"),
        ("I'll send it next week.", date(2024, 5, 17), "next week"),
        ("I'll send it before 3 March", date(2025, 3, 3), "3 March"),
        ("I'll send it by March 3rd, 2025", date(2025, 3, 3), "March 3rd, 2025"),
        ("I'll send it by 2024-06-01", date(2024, 6, 1), "2024-06-01"),
        ("I'll send it in two weeks", date(2024, 5, 21), "in two weeks"),
        ("I'll send it at the end of the month", date(2024, 5, 31), "end of the month"),
        ("Ich schicke es dir bis Freitag", date(2024, 5, 10), "bis Freitag"),
        ("Ich schicke es dir nächste Woche", date(2024, 5, 17), "nächste Woche"),
        ("Je vous envoie le devis d'ici vendredi", date(2024, 5, 10), "d'ici vendredi"),
        ("Te lo envío antes del 3 de junio", date(2024, 6, 3), "3 de junio"),
        ("Vou enviar o relatório amanhã para vocês", date(2024, 5, 8), "amanhã"),
        ("我会在周五前发给你", date(2024, 5, 10), "周五"),
        ("我会在下周三前发给你", date(2024, 5, 15), "下周三"),
    ],
)
def test_a_day_that_is_named_is_resolved_at_the_clock_of_who_wrote(sentence: str, on: date, words: str) -> None:
    day = due(sentence, language_of([Said.of(sentence)]), TUESDAY)
    assert day is not None
    assert (day.on, sentence[day.starts : day.ends]) == (on, words)


@pytest.mark.parametrize(
    "sentence",
    ["I said so last Friday", "It was due 2024-05-01", "by 31 June", "You may 3 times", "by 5/6/2024", "by 9999-99-99"],
)
def test_past_days_and_what_is_no_day_are_not_due(sentence: str) -> None:
    assert due(sentence, languages()[0], TUESDAY) is None


def test_a_promise_keeps_the_words_that_name_its_day() -> None:
    text = "Thanks for the review.\n\nI'll send the new version by Friday.\n"
    [[row]] = found_in([text], [()], [TUESDAY])
    assert row["due_on"] == date(2024, 5, 10)
    assert text[row["due_starts"] : row["due_ends"]] == "by Friday"


def test_chances_are_thousandths_of_whole_weights() -> None:
    assert all(isinstance(n, int) for held in weights().values() for n in held)
    assert chance("question", ()) == 0.5
