"""Phrases: which words make one, which of them are followed, and from whom to whom they go."""

import numpy as np
import pytest

from honeycell.conversations.ideas import (
    NEVER,
    WAYS,
    Heard,
    Phrases,
    Reader,
    Said,
    Spread,
    Words,
    had_read,
    passed_in,
    phrases,
    repeated,
    some,
    spelled,
    spread,
)

DAY = 86_400_000_000
NOUNS = ("pump", "valve", "gate", "ramp", "depot", "tower", "bridge", "signal", "motor", "panel")
VERBS = ("opens", "closes", "holds", "turns", "breaks", "lifts", "drops")


def filler(number: int) -> str:
    """A sentence like no other one near it."""
    noun, verb, other = NOUNS[number % 10], VERBS[number % 7], NOUNS[(number * 3 + 1) % 10]
    return f"The {noun} {verb} when the {other} is {VERBS[number % 5]} again."


def test_words_are_the_same_in_whatever_order_the_texts_came() -> None:
    texts = [filler(number) for number in range(40)] + ["Le pont est ouvert pour les trains et les bus de la ville."]
    reading = np.random.default_rng(3).permutation(len(texts))
    readers = Reader(), Reader()
    readers[0].read(texts)
    readers[1].read(texts[one] for one in reading)
    one, other = (
        reader.words(order, ["Ana Gate"])
        for reader, order in zip(readers, (range(len(texts)), np.argsort(reading).tolist()), strict=True)
    )
    for name in Words.__dataclass_fields__:
        assert np.array_equal(getattr(one, name), getattr(other, name))


def said_in(texts: list[str], people: list[int], talks: list[int], days: list[float]) -> tuple[Words, Said]:
    reader = Reader()
    reader.read(texts)
    at = (np.array(days) * DAY).astype(np.int64)
    return reader.words(range(len(texts)), ["Ana Silva", "Bo Dahl"]), Said(np.array(people), at, np.array(talks))


def found_in(texts: list[str], people: list[int], talks: list[int], days: list[float]) -> tuple[list[str], Phrases]:
    words, said = said_in(texts, people, talks, days)
    found = phrases(words, said, 0)
    opened = np.searchsorted(words.text, np.arange(len(texts)))
    first = np.searchsorted(found.phrase, np.arange(len(found.size)))
    return [
        spelled(texts[found.text[use]], int(found.word[use] - opened[found.text[use]]), int(size))
        for use, size in zip(first, found.size, strict=True)
    ], found


def talk(*uses: tuple[int, int, int, str]) -> tuple[list[str], list[int], list[int], list[float]]:
    """A hundred days of ten people, four messages a day, with sentences put in: day, person, conversation, sentence."""
    rows = [
        (day + n / 4, (day * 4 + n) % 10, 1000 + day * 4 + n, filler(day * 4 + n))
        for day in range(100)
        for n in range(4)
    ]
    rows += [(day + 0.1, person, talk, f"{filler(day)} {sentence}") for day, person, talk, sentence in uses]
    rows.sort()
    return [row[3] for row in rows], [row[1] for row in rows], [row[2] for row in rows], [row[0] for row in rows]


def around(words: str, number: int) -> str:
    """A phrase between other words each time."""
    return f"{NOUNS[number].capitalize()} {words} {VERBS[number]}."


LANTERN = "We could try the {} here."
OFTEN = tuple((1 + n % 4, n, "lantern log") for n in range(1, 13))


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ([(70, 1, 1, "lantern log"), (75, 2, 2, "Lantern logs"), (80, 3, 3, "lantern log")], True),
        ([(70, 1, 1, "lantern log"), (75, 2, 2, "lantern log"), (80, 2, 3, "lantern log")], False),
        ([(20, 1, 1, "lantern log"), (75, 2, 2, "lantern log"), (80, 3, 3, "lantern log")], False),
        ([(70, 1, 1, "lantern log"), (75, 2, 1, "lantern log"), (80, 3, 1, "lantern log")], False),
        ([(70, 1, 1, "lantern, log"), (75, 2, 2, "lantern_log"), (80, 3, 3, "lantern 2 log")], False),
        ([(70, 1, 1, "Silva log"), (75, 2, 2, "Silva log"), (80, 3, 3, "Silva log")], False),
        ([(70, 1, 1, "Lantern Log"), (75, 2, 2, "Lantern Log"), (80, 3, 3, "Lantern Log")], False),
        ([(30 + 5 * n, *use) for n, use in enumerate(OFTEN)], True),
        ([(29 + 5 * n, *use) for n, use in enumerate(OFTEN)], False),
    ],
    ids=["new and shared", "two people", "from the beginning", "one conversation", "parted", "a name", "a title",
         "thirty days on", "a day before"],
)  # fmt: skip
def test_what_is_new_and_shared_by_three_in_two_conversations_is_followed(
    uses: list[tuple[int, int, int, str]], expected: bool
) -> None:
    written, _found = found_in(*talk(*((day, one, at, LANTERN.format(words)) for day, one, at, words in uses)))
    assert any("lantern log" in one.lower() or "silva log" in one.lower() for one in written) is expected


def test_the_longer_phrase_stays_only_where_the_shorter_one_has_no_life_of_its_own() -> None:
    longer = [(70, 1, 1, "lantern log book"), (75, 2, 2, "lantern log book"), (80, 3, 3, "lantern log book")]
    written, _found = found_in(*talk(*((day, one, at, around(words, one)) for day, one, at, words in longer)))
    assert [one for one in written if "lantern" in one] == ["lantern log book"]
    shorter = [*longer, (82, 4, 4, "lantern log"), (84, 5, 5, "lantern log"), (86, 6, 6, "lantern log")]
    written, _found = found_in(*talk(*((day, one, at, around(words, one)) for day, one, at, words in shorter)))
    assert [one for one in written if "lantern" in one] == ["lantern log"]


def test_some_uses_keep_the_phrases_that_three_people_share_in_them() -> None:
    uses = [(70, 1, 1, "lantern log"), (75, 2, 2, "lantern log"), (80, 3, 3, "lantern log"), (81, 4, 4, "lantern log")]
    rows = talk(*((day, one, at, around(words, one)) for day, one, at, words in uses))
    _words, said = said_in(*rows)
    _written, found = found_in(*rows)
    assert len(some(found, said, np.ones(len(found.text), bool)).size) == len(found.size) == 1
    assert len(some(found, said, said.person[found.text] != 1).text) == 3
    assert len(some(found, said, said.person[found.text] < 3).size) == 0


def test_words_are_folded_and_stemmed_where_the_language_is_certain() -> None:
    texts = ["Do you think we can try two-lamp rules?", "Why don't you think of a two lamp rule?", "Straße, STRASSE"]
    words, _said = said_in(texts, [0, 1, 2], [0, 1, 2], [0, 1, 2])
    opened = np.searchsorted(words.text, np.arange(3))
    one, other = words.stem[opened[0] + 6 : opened[0] + 9], words.stem[opened[1] + 6 : opened[1] + 9]
    assert one.tolist() == other.tolist()
    assert words.stem[opened[2]] == words.stem[opened[2] + 2]


def test_a_phrase_is_shown_as_it_was_written_over_lines_and_hyphens() -> None:
    text = "One.\n\nThe two-lamp\nrule, I think - and why_not.\n- a point"
    words, _said = said_in([text], [0], [0], [0])
    place = int(np.flatnonzero(words.stem == words.stem[3])[0])
    assert spelled(text, place, 4) == "The two-lamp rule"


def test_what_two_say_in_one_conversation_is_repeated() -> None:
    texts = ["We need a lantern log now.", "What is a lantern log?", "No idea."]
    words, said = said_in(texts, [0, 1, 0], [0, 0, 0], [0, 1, 2])
    found = repeated(words, said, np.zeros(len(words.plain), bool))
    assert found.text.tolist() == [0, 1]
    assert found.size.tolist() == [3]


def heard(*pairs: tuple[int, int], space: list[int]) -> Heard:
    rows = np.array(pairs, np.int64).reshape(-1, 2)
    return Heard(rows[:, 0], rows[:, 1], np.array(space))


def spread_of(people: list[int], talks: list[int], days: list[float], uses: list[int], who: Heard) -> Spread:
    said = Said(np.array(people), (np.array(days) * DAY).astype(np.int64), np.array(talks))
    found = Phrases(np.zeros(len(uses), np.int64), np.array(uses), np.array(uses), np.array([2]))
    return spread(found, said, who)


def test_a_phrase_is_read_in_a_message_to_oneself_in_ones_conversation_and_in_ones_space() -> None:
    # 0 opens to 1; 2 had written there, 3 joins later; 4 wrote in the space a week before, 5 half a year.
    people = [5, 4, 2, 0, 3, 1]
    days = [0, 193, 199, 200, 201, 202]
    went = spread_of(people, [7, 8, 9, 9, 9, 9], days, [3, 4], heard((3, 1), space=[0, 0, -1, 0, -1, -1]))
    met = {int(one): went.seen_at[row].tolist() for row, one in enumerate(went.person)}
    addressed, there, joined, space = (WAYS.index(way) for way in ("addressed", "conversation", "joined", "space"))
    assert met[1][addressed] == 200 * DAY
    assert met[2][there] == 200 * DAY
    assert met[3][joined] == 201 * DAY - 1
    assert (met[4][space], 5 in met) == (200 * DAY, False)
    assert (met[0][addressed], met[0][there]) == (NEVER, 201 * DAY)
    row = went.person.tolist().index(3)
    assert (went.used[row], went.adopted().tolist().count(True), bool(had_read(went)[row])) == (4, 1, True)


def test_what_is_read_after_its_first_use_was_not_taken_up_from_it() -> None:
    went = spread_of([0, 1, 0], [1, 2, 3], [0, 1, 2], [0, 1, 2], heard((2, 1), space=[-1, -1, -1]))
    row = went.person.tolist().index(1)
    assert went.adopted()[row]
    assert not had_read(went)[row]


def test_quoted_phrases_are_known_however_lines_break() -> None:
    assert passed_in("> > about the two-lamp\n> > Rule again\n", ["two-lamp rule", "lamp post"]) == [True, False]
    assert passed_in("> another\n", ["two-lamp rule"]) == [False]
