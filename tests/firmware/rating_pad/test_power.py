"""A rating given while the hub is away outlives the power, wherever in its write that fails."""

from __future__ import annotations

import asyncio

import pytest

from fakes.desk import desk
from fakes.hub_peer import hub_ms

# A rating takes a handful of flash programs; after so many the power fails in the next one.
PROGRAMS = (0, 1, 2)
LIVE_MS = 600_000


async def given(at, programs):
    """Open a rating, lose the broker, press 4, and lose the power: in a write, or when thanked."""
    at.hub.state("online", 5)
    at.want("pad", [5, 1], win=4)
    await at.heard("ack", rev=[5, 1])
    body = {"leg": 12, "open_ms": LIVE_MS}
    message = {"v": 1, "id": "r-1", "k": "rate-open", "d": body}
    now = hub_ms()
    at.hub.publish(at.hub.topic("cmd"), {**message, "exp": now + LIVE_MS, "now": now})
    await at.heard("ack", id="r-1")
    at.broker.stop(kill=True)
    if programs is not None:
        at.board.bench.cut_power(programs)
    await at.parts.keys.down("4")
    if programs is None:
        await at.until(lambda: at.parts.buzzer.hz or at.parts.buzzer.beeps)
        await at.board.kill()
    else:
        await at.board.wait_off()
    await at.parts.keys.up("4")


@pytest.mark.parametrize("programs", [*PROGRAMS, None])
def test_a_rating_is_kept_whole_or_not_at_all(programs, tmp_path):
    async def scenario():
        async with desk("rating_pad", tmp_path) as at:
            await given(at, programs)
            at.broker.start()
            await at.board.start()
            await at.heard("state", 2, s="ready")
            at.hub.state("online", 5)  # a live word, and so the hub's time
            if programs is None:
                rate = await at.heard("evt", k="rate")
                assert (rate["boot"], rate["d"]) == (1, {"leg": 12, "level": 4})
                at.hub.evtack(rate)
            await asyncio.sleep(0.5)
            for evt in at.hub.all("evt", k="rate"):
                assert evt["d"] == {"leg": 12, "level": 4}
            assert len({(e["boot"], e["n"]) for e in at.hub.all("evt", k="rate")}) <= 1

    asyncio.run(scenario())
