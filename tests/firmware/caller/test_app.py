"""The caller's real firmware on a virtual board: what the clerk presses, reads and hears."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from fakes.desk import desk

SERVING = {
    "st": "serving",
    "leg": 12,
    "ticket": "A012",
    "ver": 3,
    "waiting": 7,
    "lit": ["next", "done"],
}


@contextlib.asynccontextmanager
async def clerk_at(folder, **want):
    """A caller that shows `want`."""
    async with desk("caller", folder) as at:
        at.hub.state("online", 5)
        at.want("caller", [5, 1], **{**SERVING, **want})
        await at.heard("ack", rev=[5, 1])
        yield at


def run(scenario):
    asyncio.run(asyncio.wait_for(scenario, 60))


def test_a_want_reaches_digits_and_lamps_before_it_is_acknowledged(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path) as at:
            assert at.parts.digits.text == "A012 7"
            assert at.parts.lamps.lit == {"next", "done"}
            assert at.parts.digits.bad == 0

    run(scenario())


def test_a_press_is_an_event_and_its_answer_gives_the_picture_back(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path) as at:
            shown = []
            at.parts.digits.on_change = shown.append
            at.parts.keys.press("next")
            evt = await at.heard("evt", k="press")
            expected = {"key": "next", "long": False, "again": False, "leg": 12, "ver": 3}
            assert evt["d"] == {**expected, "target": None}
            await at.until(lambda: shown == ["----  "])
            at.parts.keys.press("done")
            await at.until(lambda: len(at.parts.buzzer.beeps) == 1)
            at.want("caller", [5, 2], **{**SERVING, "ticket": "C003", "leg": 13, "ver": 4})
            at.hub.evtack(evt)
            await at.until(lambda: at.parts.digits.text == "C003 7")
            assert [message["d"]["key"] for message in at.hub.all("evt", k="press")] == ["next"]

    run(scenario())


def test_a_called_number_blinks_and_so_does_a_suggested_key(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path, st="called", blink=["noshow"]) as at:
            await at.until(lambda: at.parts.digits.blinking)
            assert at.parts.digits.reading == "A012 7"
            await at.parts.lamps.until("noshow", "blink")
            assert at.parts.lamps.state("next") == "on"
            assert at.parts.lamps.state("recall") == "off"

    run(scenario())


def test_a_refusal_is_read_and_heard_as_two_low_beeps_and_then_the_number_is_back(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path) as at:
            at.parts.keys.press("noshow")
            evt = await at.heard("evt", k="press")
            at.hub.evtack(evt, ok=False, why="CONFIRM_NOSHOW")
            await at.until(lambda: at.parts.digits.text == "E-06  ")
            await at.until(lambda: len(at.parts.buzzer.beeps) == 2)
            assert all(tone.hz < 1000 for tone in at.parts.buzzer.beeps)
            await at.parts.lamps.until("noshow", "blink")
            await at.until(lambda: at.parts.digits.text == "A012 7")
            await at.parts.keys.press("noshow")
            again = await at.heard("evt", 2, k="press")
            assert (again["d"]["key"], again["d"]["again"]) == ("noshow", True)

    run(scenario())


def test_a_held_transfer_is_long_and_a_short_one_is_not(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path) as at:
            at.parts.keys.press("transfer")
            short = await at.heard("evt", k="press")
            at.hub.evtack(short)
            await at.until(lambda: at.parts.digits.text == "A012 7")
            at.parts.keys.hold("transfer", 1.3)
            held = await at.heard("evt", 2, k="press")
            assert [short["d"]["long"], held["d"]["long"]] == [False, True]

    run(scenario())


def test_a_short_transfer_chooses_the_window_first(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path, targets=[3, 16], choose_ms=30_000) as at:
            for key, shows in (("transfer", "t  3  "), ("next", "t 16  "), ("recall", "t  3  ")):
                await at.parts.keys.press(key)
                await at.until(lambda shows=shows: at.parts.digits.text == shows)
            assert at.parts.lamps.state("done") == "on"
            await at.parts.keys.press("next")
            await at.until(lambda: at.parts.digits.text == "t 16  ")
            await at.parts.keys.press("done")
            evt = await at.heard("evt", k="press")
            assert (evt["d"]["key"], evt["d"]["target"]) == ("transfer", 16)
            assert len(at.hub.all("evt", k="press")) == 1

    run(scenario())


def test_a_bouncing_key_is_one_press(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path) as at:
            at.parts.keys.bounce = True
            for count in (1, 2, 3):
                await at.parts.keys.press("next")
                at.hub.evtack(await at.heard("evt", count, k="press"))
                await at.until(lambda: at.parts.digits.text == "A012 7")
            await asyncio.sleep(0.3)
            assert len(at.hub.all("evt", k="press")) == 3

    run(scenario())


def test_an_arrival_is_one_short_beep_and_acknowledged(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path, st="idle", ticket=None, leg=None) as at:
            assert at.parts.digits.text == "     7"
            at.cmd("c1", "beep")
            ack = await at.heard("ack", id="c1")
            assert ack["st"] == "done"
            await at.until(lambda: len(at.parts.buzzer.beeps) == 1)
            assert at.parts.buzzer.beeps[0].hz > 1000

    run(scenario())


def test_a_press_survives_the_hubs_absence(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path) as at:
            at.hub.state("offline", 5)
            await at.until(lambda: at.parts.digits.text == "----  ")
            await at.until(lambda: not at.parts.lamps.lit)
            await at.parts.keys.press("done")
            evt = await at.heard("evt", k="press")
            at.hub.state("online", 6)
            at.want("caller", [6, 1], **SERVING)
            again = await at.heard("evt", 2, k="press")
            assert (again["boot"], again["n"], again["d"]) == (evt["boot"], evt["n"], evt["d"])
            at.hub.evtack(again)
            await at.until(lambda: at.parts.digits.text == "A012 7")

    run(scenario())


def test_a_broker_out_of_reach_has_its_own_number(tmp_path):
    async def scenario():
        async with clerk_at(tmp_path) as at:
            at.broker.stop(kill=True)
            await at.until(lambda: at.parts.digits.text == "----L2")

    run(scenario())


def test_a_module_that_does_not_answer_is_a_fault(tmp_path):
    async def scenario():
        async with desk("caller", tmp_path) as at:
            await at.board.stop()
            at.parts.digits.unplug()
            await at.board.start()
            fault = await at.heard("evt", k="fault")
            assert (fault["d"]["what"], fault["d"]["on"]) == ("digits-absent", True)

    run(scenario())


def test_a_wrong_pin_in_the_configuration_stands_on_the_digits(tmp_path):
    async def scenario():
        async with desk("caller", tmp_path, {"key_nxt": 3}) as at:
            await at.until(lambda: at.parts.digits.text == "ConF  ")
            await at.until(lambda: "pins.key_nxt" in at.board.log_tail())

    run(scenario())


def cpu_s(pid):
    """Seconds of processor time of a process (proc(5): utime and stime in 1/100 s)."""
    stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / 100


@pytest.mark.parametrize("state", ["serving", "called"])
def test_a_board_nobody_touches_takes_at_most_three_percent_of_a_core(tmp_path, state):
    async def scenario():
        async with clerk_at(tmp_path, st=state) as at:
            await asyncio.sleep(1)
            before_s = cpu_s(at.board.pid)
            await asyncio.sleep(4)
            assert (cpu_s(at.board.pid) - before_s) / 4 <= 0.03

    run(scenario())
