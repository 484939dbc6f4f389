"""What a day's beginning says of all before it: the same state again, or a named error."""

from __future__ import annotations

import json

import pytest

from fakes.day import NEXT_DAY, random_day
from fakes.hall import World, small_rules
from hub.core import Hall
from hub.core import commands as cmd
from hub.core.dawn import state_from
from hub.core.errors import BadEvent
from hub.core.model import State, WindowState

LATER = "2019-05-29"


def dawns(seed: int) -> World:
    """A world on the morning after a random day."""
    *_, world = random_day(seed=seed, steps=300)
    if not world.state.day_open:
        world.do(cmd.OpenDay(NEXT_DAY))
    return world


@pytest.mark.parametrize("seed", range(5))
def test_a_hall_that_begins_at_dawn_goes_on_as_the_one_that_was_there(seed):
    world = dawns(seed)
    world.do(cmd.CloseDay())
    world.do(cmd.OpenDay(LATER, ((world.now, world.now + 3_600_000),)))
    later = Hall(small_rules())
    # As it comes out of the journal: JSON has only lists and texts for keys.
    later.begin(json.loads(json.dumps(world.hall.dawn())))
    assert later.state == world.state
    assert later.digest() == world.hall.digest()
    assert later.state.windows and later.state.last_leg and later.state.sessions
    before = len(world.log)
    world.press(1, "pause")
    world.take("loan")
    world.press(1, "next")
    for event in world.log[before:]:
        later.apply(event)
    assert later.digest() == world.hall.digest()


def test_every_shape_of_a_field_is_read_again():
    state = State(day=NEXT_DAY, day_open=True, sessions=((1, 2), (3, 4)))
    state.windows[7] = WindowState(7, ver=3)
    state.boards["floor-1"] = [2, 1]
    hall = Hall(small_rules())
    hall.state = state
    assert state_from(hall.dawn()) == state


@pytest.mark.parametrize(
    "change",
    [
        {"day_open": False},
        {"unknown": 1},
        {"windows": {"one": {}}},
        {"windows": {"1": {"state": "open"}}},
        {"windows": {"1": 5}},
        {"sessions": 5},
    ],
)
def test_what_is_no_dawn_is_refused_by_name(change):
    world = dawns(1)
    with pytest.raises(BadEvent, match=r"^dawn: not"):
        Hall(small_rules()).begin(world.hall.dawn() | change)


def test_a_state_with_people_in_it_is_no_dawn():
    world = World()
    world.take("loan")
    with pytest.raises(BadEvent, match="not the beginning of a day"):
        state_from(world.hall.dawn())
