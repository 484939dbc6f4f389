"""The model of the keys: levels as a finger and a contact make them."""

from __future__ import annotations

import asyncio
import itertools

from fakes.bench import FakeBench
from firmware.virtual.models.keys import Keys


def test_keys_are_up_before_anybody_touches_them():
    bench = FakeBench()
    Keys(bench, {"next": 6, "done": 9})
    assert bench.driven == [(6, 1), (9, 1)]


def test_a_press_pulls_one_pin_low_and_lets_it_go():
    async def scenario():
        bench = FakeBench()
        keys = Keys(bench, {"next": 6, "done": 9})
        await keys.press("done")
        assert bench.driven[2:] == [(9, 0), (9, 1)]

    asyncio.run(scenario())


def test_a_held_key_stays_low_as_long_as_asked():
    async def scenario():
        bench = FakeBench()
        keys = Keys(bench, {"next": 6})
        began_s = asyncio.get_running_loop().time()
        await keys.hold("next", 0.15)
        assert (6, 0) in bench.driven
        assert bench.driven[-1] == (6, 1)
        assert asyncio.get_running_loop().time() - began_s >= 0.15

    asyncio.run(scenario())


def test_a_bouncing_contact_gives_several_edges_and_settles():
    async def scenario():
        bench = FakeBench()
        keys = Keys(bench, {"next": 6}, bounce=True)
        await keys.press("next")
        levels = [level for _, level in bench.driven]
        falls = sum(before > after for before, after in itertools.pairwise(levels))
        assert falls >= 5
        assert levels[-1] == 1

    asyncio.run(scenario())
