"""The picture of the flow of ideas: well formed, each in their lane, threads between those who said it."""

import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta

import pytest

from honeycell.charts import DARK, LIGHT, VARIABLES, flow, png
from honeycell.readings.state import Party
from honeycell.tracks import Conversation, Message, Participant, Raised, Take

SVG = "{http://www.w3.org/2000/svg}"
START = datetime(2026, 3, 2, 9)


def talk(n_people: int, n_messages: int, taken: bool = True, hours: float = 5.0) -> Conversation:
    people = [Party("person", n, f"p{n}", f"Person {n}") for n in range(n_people)]
    messages = tuple(
        Message(
            n, START + timedelta(hours=hours * n), "meeting" if n == 5 else "message", "mail", people[n % n_people],
            "x", f"Firm {n % 2}", None, "We try a <mirror> roster & more " * (1 + n % 9), 9, None, None,
        )
        for n in range(n_messages)
    )  # fmt: skip
    seats = tuple(Participant(one, f"Firm {n % 2}", 3) for n, one in enumerate(people))
    takes = tuple(Take(people[n], messages[n].occurred_at, n) for n in (1, 2)) if taken else ()
    uses = (Take(people[0], START, 0), *takes)
    idea = Raised("mirror roster", people[0], START, 0, takes, uses, "promise", "late")
    ideas = (idea,) * 7 if taken else ()
    return Conversation(
        1, "A <talk> & more", ("mail",), None, date(2026, 4, 1), n_messages, 0, seats, messages, (), None, ideas
    )


def drawn(found: Conversation) -> ET.Element:
    return ET.fromstring(flow(found, LIGHT))


def classed(picture: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in picture.iter() if one.attrib.get("class") == name]


def test_each_who_writes_has_a_lane_and_the_first_five_ideas_a_thread() -> None:
    picture = drawn(talk(4, 9))
    assert len(classed(picture, "lane")) == 4
    assert len(classed(picture, "idea")) == 5
    words = [one.text or "" for one in picture.iter(f"{SVG}text")]
    assert {"A <talk> & more", "Person 3", "Firm 1", "mirror roster", "!"} <= set(words)
    assert picture.attrib["aria-label"].startswith("Flow of ideas in “A <talk> & more”")


def test_of_many_people_and_messages_some_are_put_together() -> None:
    picture = drawn(talk(14, 200, hours=0.4))
    assert len(classed(picture, "lane")) == 7
    dots = [one for one in picture.iter(f"{SVG}circle") if one.attrib.get("fill-opacity")]
    assert 7 <= len(dots) < 60


@pytest.mark.parametrize("found", [talk(2, 0, taken=False), talk(1, 1, taken=False), talk(3, 3)])
@pytest.mark.parametrize("paint", [LIGHT, DARK, VARIABLES])
def test_whatever_was_said_all_stands_inside_the_picture(found: Conversation, paint: object) -> None:
    picture = ET.fromstring(flow(found, paint))  # type: ignore[arg-type]
    wide, high = (float(picture.attrib[name]) for name in ("width", "height"))
    for one in picture.iter():
        for name, most in (("x", wide), ("cx", wide), ("y", high), ("cy", high)):
            assert 0 <= float(one.attrib.get(name, 0)) <= most


def test_it_can_be_drawn_as_png() -> None:
    assert png(flow(talk(3, 4), DARK)).startswith(b"\x89PNG")
