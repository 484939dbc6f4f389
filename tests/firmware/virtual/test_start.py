"""How a device starts when something is wrong: crashes, a hang, keys held, a torn file."""

from __future__ import annotations

import asyncio
import json
import time

from fakes.desk import Desk, desk
from firmware.build import ROLES
from firmware.virtual import images
from firmware.virtual.models.lamps import Lamps

# What a planted boot.py does to the app's tasks, which are all started by one gather().
CRASHES = """
import asyncio
def gather(*tasks):
    raise ValueError("planted")
asyncio.gather = gather
"""
HANGS = """
import asyncio, machine
gather, WDT = asyncio.gather, machine.WDT
async def hang():
    await asyncio.sleep(0.2)
    while True:
        pass
asyncio.gather = lambda *tasks: gather(*tasks, hang())
machine.WDT = lambda timeout: WDT(timeout=timeout // 8)
"""
# In each half second of the slowest pattern at most one edge; safe mode has five.
FAST_EDGES = 4
PATIENCE_S = 60
COPY = images.CONFIG_PATH + ".bak"


def run(scenario) -> None:
    asyncio.run(asyncio.wait_for(scenario, PATIENCE_S))


def edges_in_half_a_second(lamp: Lamps) -> int:
    now = time.monotonic()
    return sum(now - at < 0.5 for _, _, at in lamp.changes)


def blinks(lamp: Lamps) -> int:
    """How often the lamp lit between its last two long pauses, 0 before they were seen."""
    lit = [at for _, on, at in lamp.changes if on]
    after_pause = [n for n in range(1, len(lit)) if lit[n] - lit[n - 1] > 0.8]
    return after_pause[-1] - after_pause[-2] if len(after_pause) > 1 else 0


async def is_in_safe_mode(at: Desk) -> dict:
    """Its birth says so, its lamp blinks fast, and wants are refused; returns the birth's desc."""
    desc = await at.heard("desc", caps=["safe-mode"])
    await at.until(lambda: edges_in_half_a_second(at.parts.status) >= FAST_EDGES)
    at.want("caller", [5, 1], st="idle", ver=1)
    await at.heard("ack", st="error")
    return desc


def test_three_crashes_lead_to_safe_mode_which_tells_the_last_one(tmp_path):
    async def scenario():
        async with desk("caller", tmp_path, more={"/boot.py": CRASHES}) as at:
            desc = await is_in_safe_mode(at)
            assert "ValueError: planted" in desc["crash"]
            assert at.board.resets == 3

    run(scenario())


def test_a_program_that_hangs_is_reset_and_after_three_times_not_started_again(tmp_path):
    async def scenario():
        async with desk("rating_pad", tmp_path, more={"/boot.py": HANGS}) as at:
            await at.until(lambda: at.board.resets == 3)
            desc = await is_in_safe_mode(at)
            assert "watchdog" in desc["crash"]
            assert at.board.resets == 3

    run(scenario())


def test_power_that_comes_and_goes_is_no_crash(tmp_path):
    async def scenario():
        async with desk("rating_pad", tmp_path) as at:
            for turn in range(4):
                await at.heard("state", turn + 1, s="ready")
                await at.board.kill()
                await at.board.start()
            await at.heard("state", 5, s="ready")
            assert not at.hub.all("desc", caps=["safe-mode"])

    run(scenario())


def test_one_key_held_at_power_on_is_safe_mode(tmp_path):
    async def scenario():
        async with desk("caller", tmp_path, held=[6]) as at:
            assert (await is_in_safe_mode(at))["reset"] == "power-on reset"
            assert at.parts.lamps.lit == set()

    run(scenario())


def test_two_keys_held_at_power_on_show_every_lamp_and_segment_then_it_works(tmp_path):
    async def scenario():
        async with desk("caller", tmp_path, held=[6, 7]) as at:
            await at.until(lambda: at.parts.digits.text == "888888")
            await at.until(lambda: len(at.parts.lamps.lit) == 6)
            await at.until(lambda: at.parts.buzzer.beeps)
            await at.heard("state", s="ready")
            assert at.board.resets == 1

    run(scenario())


def test_the_self_test_of_a_machine_is_on_panel_and_paper(tmp_path):
    async def scenario():
        async with desk("ticket_machine", tmp_path, held=[14, 21]) as at:
            await at.until(lambda: "测试" in at.parts.panel.shown)
            await at.until(lambda: any("测试" in str(each) for each in at.parts.printer.tickets))

    run(scenario())


def test_a_configuration_that_is_torn_is_read_from_its_copy_and_told(tmp_path):
    async def scenario():
        async with desk("caller", tmp_path) as at:
            await at.heard("desc")
            await at.board.kill()
            images.add_file(at.board.flash_path, COPY, json.dumps(at.board.config))
            images.add_file(at.board.flash_path, images.CONFIG_PATH, '{"v": 1, "id')
            await at.board.start()
            await at.heard("state", 2, s="ready")
            assert "its copy is used" in (await at.heard("desc", 2))["crash"]
            await at.board.kill()
            images.add_file(at.board.flash_path, COPY, "{}")
            await at.board.start()
            await at.until(lambda: edges_in_half_a_second(at.parts.status) >= FAST_EDGES)
            assert "ConfigError" in at.board.log_tail()
            assert at.board.resets == 0

    run(scenario())


def test_the_status_lamp_of_every_device_counts_what_is_missing(tmp_path):
    async def one(role):
        folder = tmp_path / role
        folder.mkdir()
        async with desk(role, folder) as at:
            await at.until(lambda: blinks(at.parts.status) == 4)  # a broker, and no hub

    async def scenario():
        await asyncio.gather(*(one(role) for role in ROLES))

    run(scenario())


def test_the_status_lamp_is_steady_when_ready_and_blinks_for_wifi_and_broker(tmp_path):
    async def scenario():
        async with desk("caller", tmp_path) as at:
            at.hub.state("online", 5)
            at.want("caller", [5, 1], st="idle", ver=1)
            await at.heard("ack", rev=[5, 1])
            await at.until(lambda: at.parts.status.state("status") == "on")
            at.broker.stop()
            await at.until(lambda: blinks(at.parts.status) == 2)
            at.board.bench.wifi(False)
            await at.until(lambda: blinks(at.parts.status) == 1)

    run(scenario())
