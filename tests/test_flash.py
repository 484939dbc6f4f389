"""flash.sh on virtual boards: what it writes, leaves alone, refuses and mends."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fakes.flash_hall import ROOT, FlashHall, Run, cut_while_writing
from firmware.flasher import onboard
from firmware.flasher.board import Board, Survey
from firmware.flasher.ports import Port
from firmware.virtual.board import VirtualBoard
from firmware.virtual.hardware import PICO, PICO_W, Hardware

CALLER = ("--id", "caller-19", "--no-wait", "--json")
PATIENCE_S = 300


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


def results(run: Run) -> dict[str, dict[str, Any]]:
    """Id → what --all --json tells of it."""
    assert run.code == 0, run.output
    return {result["id"]: result for result in map(json.loads, run.output.splitlines())}


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
            lines = together.output.splitlines()
            for name in ("caller-19", "pad-19"):
                mine = [line for line in lines if line.startswith(name)]
                assert f"{name}: parking" in mine  # one line for each change of step
                assert [line.split("/")[0] for line in mine].count(f"{name}: copying 0") == 1
                assert mine[-1].startswith(f"{name}: done, the hub was not asked: ")
            last = lines[lines.index("2 of 3 boards done") :]
            assert last[1:] == [
                f"{bar.port}: this board has no id yet",
                "  Say which device it becomes: add --id",
                f"  Alone: ./flash.sh --port {bar.port} --id ID",
            ]
            assert (await ask(bar)).files == {}
            # And three that hold another version: every file of each is replaced.
            assert (await hall.flash(bar, "--id", "bar-19", "--no-wait", "--json")).code == 0
            words = (*folder, "--all", "--no-wait", "--json")
            updated = results(await hall.flash(None, *words, "--py"))
            assert updated.keys() == {"caller-19", "pad-19", "bar-19"}
            assert all(min(result["copied"], result["deleted"]) > 5 for result in updated.values())
            again = results(await hall.flash(None, *words, "--py"))
            assert [result["copied"] for result in again.values()] == [0, 0, 0]

    asyncio.run(scenario())


@pytest.mark.parametrize("what", ["wrong board", "unplugged"])
def test_what_is_wrong_with_one_of_three_is_no_matter_to_the_others(tmp_path, what):
    async def scenario():
        hardware = PICO if what == "wrong board" else PICO_W
        async with hall_with_board(tmp_path, hardware) as (hall, bad):
            good = [await hall.blank_board("caller", name) for name in ("b2", "b3")]
            ids = ("caller-19", "caller-18", "caller-17")
            for board, name in zip((bad, *good), ids, strict=True):
                await put(board, **{"__cfg__device.json": json.dumps({"id": name}).encode()})
            words = ("--ports", str(tmp_path / "boards"), "--all", "--no-wait")
            process = await hall.start_flash(None, *words)
            if what == "unplugged":
                await cut_while_writing(bad, 40, process)
            output = (await process.communicate())[0].decode()
            lines = output.splitlines()
            assert process.returncode == (5 if what == "wrong board" else 6), output
            assert len([line for line in lines if ": done, the hub was not asked: " in line]) == 2
            says = "this is a " if what == "wrong board" else f"the board at {bad.port} does not"
            assert any(line.startswith(f"caller-19: FAILED: {says}") for line in lines), output
            last = lines[lines.index("2 of 3 boards done") :]
            assert last[1].startswith(f"caller-19: {says}")
            assert last[3] == f"  Alone: ./flash.sh --port {bad.port}"
            if what == "unplugged":
                assert "the same command again" in last[2]
                await bad.kill()
                await bad.start()
                again = results(await hall.flash(None, *words, "--json"))
                assert [again[name]["copied"] > 0 for name in ids] == [True, False, False]

    asyncio.run(scenario())


def test_a_torn_configuration_is_a_board_without_id_until_it_is_named(tmp_path):
    async def scenario():
        async with hall_with_board(tmp_path) as (hall, board):
            for torn in (b'{"id": "caller-19", "si', b"\xff\xfe", b"x" * 9_000, b"[]"):
                await put(board, **{"__cfg__device.json": torn})
                run = await hall.flash(board, "--no-wait")
                assert run.code == 4
                assert "its device.json cannot be read. Say which device it becomes" in run.output
            folder = ("--ports", str(tmp_path / "boards"))
            assert "device.json unreadable" in (await hall.flash(None, *folder, "--list")).output
            run = await hall.flash(board, "--id", "caller-19", "--no-wait")
            assert run.code == 0, run.output
            assert "its device.json cannot be read: written anew" in run.output
            held = await ask(board)
            assert held.id == "caller-19"
            assert held.files[onboard.CONFIG] == held.files[onboard.CONFIG_COPY]

    asyncio.run(scenario())


def test_a_torn_copy_of_the_configuration_is_mended_too(tmp_path):
    async def scenario():
        async with hall_with_board(tmp_path) as (hall, board):
            await hall.flash(board, *CALLER)
            await put(board, **{"__cfg__device.json.bak": b"{"})
            assert (await hall.flash(board, "--no-wait", "--json")).result["copied"] == 0
            files = (await ask(board)).files
            assert files[onboard.CONFIG] == files[onboard.CONFIG_COPY]

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
