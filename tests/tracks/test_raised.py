"""Ideas of one conversation: who brought a phrase up, and who took it up."""

from datetime import date, datetime, timedelta

from honeycell.readings.state import Party
from honeycell.tracks import Conversation, Flag, Message, raised

START = datetime(2026, 3, 2, 9)
PEOPLE = {name: Party("person", number, name, name.title()) for number, name in enumerate(("ana", "bo", "cy"))}


def talk(*said: tuple[str, str], flags: tuple[Flag, ...] = ()) -> Conversation:
    messages = tuple(
        Message(
            number, START + timedelta(hours=number), "message", "mail", PEOPLE[name], name, None, None, words, 9,
            None, None,
        )
        for number, (name, words) in enumerate(said)
    )  # fmt: skip
    return Conversation(7, "Rosters", ("mail",), None, date(2026, 4, 1), len(said), 0, (), messages, flags, None)


def counting(common: dict[str, int]):
    """How many of a thousand messages have each phrase: two, where nothing else is said."""
    return lambda phrases: (1000, [common.get(one.lower(), 2) for one in phrases])


SAID = (
    ("ana", "Could we try a mirror roster in March?"),
    ("bo", "A mirror roster is fine. Let me know about the keys."),
    ("cy", "The roster again. Let me know about the keys."),
    ("cy", "Our mirror roster will be ready."),
)
USUAL = {one: 900 for one in ("a", "the", "let", "me", "know", "about", "is", "we", "in", "our", "will", "be", "keys")}


def test_what_another_says_after_is_an_idea_and_what_all_say_everywhere_is_not() -> None:
    [idea] = raised(talk(*SAID), counting(USUAL))
    assert (idea.phrase, idea.person.name, idea.at) == ("mirror roster", "Ana", START)
    assert [(one.person.name, one.interaction_id) for one in idea.taken] == [("Bo", 1), ("Cy", 3)]
    assert ([one.interaction_id for one in idea.uses], idea.state) == ([0, 1, 3], None)


def test_a_phrase_that_is_common_elsewhere_is_no_idea_of_this_conversation() -> None:
    assert raised(talk(*SAID), counting(USUAL | {"mirror roster": 40})) == ()


def test_the_state_is_that_of_the_loop_it_stands_in() -> None:
    flag = Flag(1, 0, "request", "other", None, START, None, "late", "Could we try a Mirror  roster in March?", 0.9)
    [idea] = raised(talk(*SAID, flags=(flag,)), counting(USUAL))
    assert (idea.loop, idea.state) == ("request", "late")


def test_without_an_index_nobody_knows_what_is_common() -> None:
    assert [one.phrase for one in raised(talk(*SAID), lambda phrases: None)] == ["me know about the keys"]


def test_one_person_alone_takes_nothing_up() -> None:
    assert raised(talk(*(("ana", words) for _name, words in SAID)), counting({})) == ()
    assert raised(talk(), counting({})) == ()
