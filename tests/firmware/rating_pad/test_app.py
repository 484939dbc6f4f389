"""The rating pad's real firmware on a virtual board: what a visitor presses, sees and hears."""

from __future__ import annotations

import asyncio
import contextlib

from fakes.desk import desk

ALL = {"5", "4", "3", "2", "1"}


@contextlib.asynccontextmanager
async def pad(folder):
    """A pad at a window, with nothing to rate yet."""
    async with desk("rating_pad", folder) as at:
        at.hub.state("online", 5)
        at.want("pad", [5, 1], win=4)
        await at.heard("ack", rev=[5, 1])
        yield at


async def opened(at, leg, open_ms=30_000):
    at.cmd(f"o{leg}", "rate-open", leg=leg, open_ms=open_ms)
    ack = await at.heard("ack", id=f"o{leg}")
    assert ack["st"] == "done"
    assert at.parts.lamps.lit == ALL


def run(scenario):
    asyncio.run(asyncio.wait_for(scenario, 60))


def test_a_rating_is_one_event_and_all_lamps_answer_alike(tmp_path):
    async def scenario():
        async with pad(tmp_path) as at:
            assert at.parts.lamps.lit == set()
            await opened(at, 12)
            changes = len(at.parts.lamps.changes)
            await at.parts.keys.press("4")
            rated = await at.heard("evt", k="rate")
            assert rated["d"] == {"leg": 12, "level": 4}
            at.hub.evtack(rated)
            await at.until(lambda: not at.parts.lamps.lit)
            await asyncio.sleep(1)
            assert at.parts.lamps.lit == set()
            answer = at.parts.lamps.changes[changes:]
            per_lamp = [[lit for name, lit, _ in answer if name == lamp] for lamp in sorted(ALL)]
            assert per_lamp == [[False, True, False, True, False]] * 5
            assert len(at.parts.buzzer.beeps) == 1

    run(scenario())


def test_two_keys_at_once_are_none_and_one_alone_still_counts(tmp_path):
    async def scenario():
        async with pad(tmp_path) as at:
            await opened(at, 12)
            await asyncio.gather(at.parts.keys.press("5"), at.parts.keys.press("4"))
            await at.until(lambda: len(at.parts.buzzer.beeps) == 2)
            assert at.hub.all("evt", k="rate") == []
            assert at.parts.lamps.lit == ALL
            await at.parts.keys.press("5")
            rated = await at.heard("evt", k="rate")
            assert rated["d"] == {"leg": 12, "level": 5}

    run(scenario())


def test_it_closes_in_time_and_when_told(tmp_path):
    async def scenario():
        async with pad(tmp_path) as at:
            await opened(at, 12, open_ms=400)
            await at.until(lambda: not at.parts.lamps.lit)
            await opened(at, 13)
            at.cmd("x13", "rate-close", leg=13)
            await at.heard("ack", id="x13")
            assert at.parts.lamps.lit == set()
            await at.parts.keys.press("5")
            await asyncio.sleep(0.3)
            assert at.hub.all("evt", k="rate") == []

    run(scenario())


def test_a_rating_waits_in_the_outbox_while_the_broker_is_away(tmp_path):
    async def scenario():
        async with pad(tmp_path) as at:
            await opened(at, 12)
            at.broker.stop(kill=True)
            await at.parts.keys.press("3")
            await at.until(lambda: not at.parts.lamps.lit)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(at.broker.start)
            rated = await at.heard("evt", k="rate")
            assert rated["d"] == {"leg": 12, "level": 3}
            at.hub.evtack(rated)
            await asyncio.sleep(0.3)
            assert at.board.is_running and not at.board.resets, at.board.log_tail()

    run(scenario())


def test_a_wrong_pin_in_the_configuration_lights_the_outer_lamps(tmp_path):
    async def scenario():
        async with desk("rating_pad", tmp_path, {"buzzer": 16}) as at:
            # A real board's pins keep their levels at the prompt; a virtual one goes dark.
            await at.until(
                lambda: (
                    {name for name, is_lit, _ in at.parts.lamps.changes if is_lit} == {"5", "1"}
                )
            )
            await at.until(lambda: "is used twice" in at.board.log_tail())

    run(scenario())
