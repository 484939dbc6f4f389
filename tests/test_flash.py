"""flash.sh on virtual boards: what it writes, leaves alone, refuses and mends."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.flash_hall import ROOT, FlashHall, cut_while_writing
from firmware.flasher import onboard
from firmware.flasher.board import Board, Survey
from firmware.flasher.ports import Port
from firmware.virtual.board import VirtualBoard
from firmware.virtual.hardware import PICO, PICO_W, Hardware

CALLER = ("--id", "caller-19", "--no-wait", "--json")
PATIENCE_S = 90


@contextlib.asynccontextmanager
async def hall_with_board(
    folder: Path, hardware: Hardware | None = None, hub: bool = False
) -> AsyncIterator[tuple[FlashHall, VirtualBoard]]:
    async with asyncio.timeout(PATIENCE_S), FlashHall(folder, hub) as hall:
        yield hall, await hall.blank_board("caller", "b1", hardware)


async def ask(board: VirtualBoard) -> Survey:
    def survey() -> Survey:
        with Board(Port(str(board.port))) as there:
            return there.survey()

    return await asyncio.to_thread(survey)


async def put(board: VirtualBoard, **files: bytes) -> None:
    def write() -> None:
        with Board(Port(str(board.port))) as there:
            for path, data in files.items():
                assert there.put(path.replace("__", "/"), data)

    await asyncio.to_thread(write)


async def until_parked(board: VirtualBoard) -> None:
    """A soft reset when flash.sh connects, a hard one when main.py is parked; then it writes."""
    while board.resets < 2 or not board.bench.connected.is_set():  # noqa: ASYNC110  two facts
        await asyncio.sleep(0.005)


async def mpremote(board: VirtualBoard, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mpremote", "connect", str(board.port), *words),
        stdout=subprocess.PIPE,
    )
    return (await process.communicate())[0].decode()


def test_a_fresh_board_becomes_ready_and_a_second_run_copies_nothing(tmp_path):
    async def scenario():
        async with hall_with_board(tmp_path, hub=True) as (hall, board):
            first = await hall.flash(board, "--id", "caller-19")
            assert first.code == 0, first.output
            assert "ready: boot " in first.output
            second = await hall.flash(board, "--id", "caller-19", "--json")
            assert second.result["copied"] == second.result["deleted"] == 0
            assert second.result["ready"]
            held = await ask(board)
            assert held.config is not None and held.config["id"] == "caller-19"
            assert held.config["boot0"] > 0
            assert {onboard.CONFIG, onboard.MAIN} <= set(held.files)
            assert "device.json.bak" in await mpremote(board, "fs", "tree")

    asyncio.run(scenario())


def test_only_what_differs_is_touched(tmp_path):
    async def scenario():
        async with hall_with_board(tmp_path) as (hall, board):
            first = (await hall.flash(board, *CALLER)).result
            assert first["copied"] > 5
            config = await ask(board)
            await put(
                board,
                __lib__common__net_mpy=b"",  # a name that is nobody's
                __lib__common__link=b"left by an older version",
                __lib__theirs__x=b"not ours",
                __boot=b"print('theirs')",
            )
            run = (await hall.flash(board, *CALLER)).result
            assert (run["copied"], run["deleted"]) == (0, 2)
            tree = await mpremote(board, "fs", "tree")
            assert "theirs" in tree and "boot" in tree and "net_mpy" not in tree
            after = await ask(board)
            assert after.config == config.config  # its boot number too
            await put(board, **{"__lib__caller__app.mpy": b"torn"})
            run = (await hall.flash(board, *CALLER)).result
            assert (run["copied"], run["deleted"]) == (1, 0)
            entry = (ROOT / "build/flash/caller/lib/caller/app.mpy").read_bytes()
            digest = hashlib.sha256(entry).hexdigest()
            assert (await ask(board)).files["/lib/caller/app.mpy"][1] == digest

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("hardware", "words", "code", "says"),
    [
        (PICO, (), 5, "needs a Pico W"),
        (Hardware(PICO_W.machine, "rp2", "1.22.2"), (), 5, "1.22.2 is too old"),
        (PICO_W, ("display",), 3, "is a caller in the hall, not a display"),
        (PICO_W, ("--id", "caller-99"), 3, "no device caller-99"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(
    tmp_path, hardware, words, code, says
):
    async def scenario():
        async with hall_with_board(tmp_path, hardware) as (hall, board):
            run = await hall.flash(board, *CALLER, *words)
            assert run.code == code
            assert says in run.output
            assert (await ask(board)).files == {}

    asyncio.run(scenario())


def test_a_full_board_and_another_devices_board_are_refused(tmp_path):
    async def scenario():
        async with hall_with_board(tmp_path) as (hall, board):
            filler = (
                "f = open('/filler', 'wb')\nfor _ in range(101): f.write(bytes(8192))\nf.close()"
            )
            await mpremote(board, "exec", filler)
            run = await hall.flash(board, *CALLER)
            assert run.code == 5 and "KiB short" in run.output
            assert (await ask(board)).files == {}
            await put(board, **{"__cfg__device.json": b'{"id": "caller-04"}'})
            run = await hall.flash(board, *CALLER)
            assert run.code == 5 and "this board is caller-04" in run.output
            run = await hall.flash(board, *CALLER, "--dry-run", "--replace")
            assert run.code == 5 and "KiB short" in run.output

    asyncio.run(scenario())


# More points of its course: tests/proof/flash.py --cuts.
def test_a_killed_run_is_mended_by_the_next(tmp_path):
    async def scenario():
        async with hall_with_board(tmp_path) as (hall, board):
            process = await hall.start_flash(board, *CALLER)
            await until_parked(board)
            await asyncio.sleep(0.2)
            process.kill()
            await process.wait()
            assert (await hall.flash(board, *CALLER)).result["copied"] > 0
            assert (await ask(board)).files.keys() >= {onboard.MAIN, onboard.CONFIG}

    asyncio.run(scenario())


def test_power_lost_in_the_middle_of_a_write_is_mended(tmp_path):
    async def scenario():
        async with hall_with_board(tmp_path) as (hall, board):
            process = await hall.start_flash(board, *CALLER)
            await cut_while_writing(board, 40, process)
            output, _ = await process.communicate()
            assert process.returncode == 6 and b"run the same command again" in output
            await board.start()
            assert (await hall.flash(board, *CALLER)).result["copied"] > 0

    asyncio.run(scenario())


def test_three_boards_at_once_and_a_list_of_them(tmp_path):
    async def scenario():
        async with hall_with_board(tmp_path) as (hall, caller):
            pad = await hall.blank_board("rating_pad", "b2")
            bar = await hall.blank_board("display", "b3")
            folder = ("--ports", str(tmp_path / "boards"))
            await asyncio.gather(
                put(caller, **{"__cfg__device.json": b'{"id": "caller-19"}'}),
                put(pad, **{"__cfg__device.json": b'{"id": "pad-19"}'}),
            )
            listed = (await hall.flash(None, *folder, "--list")).output
            assert "caller-19" in listed and "pad-19" in listed and "blank" in listed
            together = await hall.flash(None, *folder, "--all", "--no-wait")
            assert together.code == 4  # one has no id yet; the others are done all the same
            assert together.output.count(" verified, ") == 2
            assert "say which device it becomes with --id" in together.output
            assert (await ask(bar)).files == {}

    asyncio.run(scenario())


def test_sources_in_place_of_compiled_modules(tmp_path):
    async def scenario():
        async with hall_with_board(tmp_path) as (hall, board):
            await put(board, **{"__lib__common__link.mpy": b"would be found after link.py"})
            assert (await hall.flash(board, *CALLER, "--py")).result["deleted"] == 1
            files = (await ask(board)).files
            assert "/lib/common/link.py" in files
            assert not any(path.endswith(".mpy") for path in files)

    asyncio.run(scenario())


def test_the_steps_for_the_base_image_need_no_board(tmp_path):
    async def scenario():
        run = await FlashHall(tmp_path).flash(None, "firmware")
        assert run.code == 0
        assert "BOOTSEL" in run.output and "esptool" in run.output

    asyncio.run(scenario())


def test_missing_settings_are_shown_as_they_should_be(tmp_path):
    async def scenario():
        run = await FlashHall(tmp_path).flash(None, "--id", "caller-19")
        assert run.code == 3
        assert "[[wifi]]" in run.output

    asyncio.run(scenario())
