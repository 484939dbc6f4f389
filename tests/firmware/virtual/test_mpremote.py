"""The real, unmodified mpremote on virtual boards: every command that flashing and repair use."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from firmware.virtual.board import PWRON_RESET, SOFT_RESET, WDT_RESET, VirtualBoard
from firmware.virtual.hardware import PICO_W

PATIENCE_S = 60
# Ends only when it is interrupted; says so with its lamp.
PROGRAM = """
import asyncio, machine
print("started")
machine.Pin(16, machine.Pin.OUT, value=1)
async def run():
    while True:
        await asyncio.sleep(1)
asyncio.run(run())
"""


@contextlib.asynccontextmanager
async def blank_board(folder: Path) -> AsyncIterator[VirtualBoard]:
    board = VirtualBoard("caller", {"id": "b"}, folder, port=folder / "port", flash="blank")
    try:
        async with asyncio.timeout(2 * PATIENCE_S):
            await board.start()
            yield board
    finally:
        await board.kill()


async def mpremote(board: VirtualBoard, *words: str, fails: bool = False) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "mpremote",
        "connect",
        str(board.port),
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output = (await process.communicate())[0].decode()
    assert bool(process.returncode) == fails, output
    return output


async def until(fact) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not fact():  # noqa: ASYNC110  what a board does is seen in files
            await asyncio.sleep(0.01)


def printed(board: VirtualBoard, text: str) -> int:
    return board.log_path.read_text("utf-8", errors="replace").count(text)


async def put(board: VirtualBoard, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    await mpremote(board, "cp", str(folder / name), f":{name}")


def test_a_board_says_what_it_is(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            words = "import sys; print(sys.implementation._machine, sys.platform)"
            assert await mpremote(board, "exec", words) == f"{PICO_W.machine} rp2\n"
            assert await mpremote(board, "eval", "6 * 7") == "42\n"
            assert "ZeroDivisionError" in await mpremote(board, "exec", "1/0", fails=True)

    asyncio.run(scenario())


def test_files_and_folders(tmp_path):
    async def scenario():
        tree = tmp_path / "tree"
        (tree / "lib/a").mkdir(parents=True)
        (tree / "lib/a/b.py").write_text("X = 3\n")
        # Every byte, also those that steer a REPL.
        (tree / "bytes").write_bytes(bytes(range(256)) * 40)
        async with blank_board(tmp_path) as board:
            await mpremote(board, "fs", "cp", "-r", f"{tree}/.", ":")
            assert "Up to date" in await mpremote(board, "fs", "cp", "-r", f"{tree}/.", ":")
            assert "10240 bytes" in await mpremote(board, "fs", "ls", ":")
            assert "b.py" in await mpremote(board, "fs", "tree", ":")
            digest = hashlib.sha256((tree / "bytes").read_bytes()).hexdigest()
            assert digest in await mpremote(board, "fs", "sha256sum", ":bytes")
            await mpremote(board, "fs", "cp", ":bytes", str(tmp_path / "back"))
            assert (tmp_path / "back").read_bytes() == (tree / "bytes").read_bytes()
            assert "VfsLfs2" in await mpremote(board, "df")
            assert await mpremote(board, "exec", "from a import b; print(b.X)") == "3\n"
            await mpremote(board, "fs", "rm", "-r", ":lib")
            assert "b.py" not in await mpremote(board, "fs", "tree", ":")
            await mpremote(board, "fs", "cat", ":nothing", fails=True)

    asyncio.run(scenario())


def test_scripts_mounted_folders_and_packages(tmp_path):
    async def scenario():
        host = tmp_path / "host"
        host.mkdir()
        (host / "script.py").write_text("print('ran', 1 + 1)")
        # Long enough for its length to need a byte of 3, which a REPL takes for Ctrl-C.
        (host / "mounted.py").write_text("Y = 5\n" + "# " + "x" * 0x303 + "\n")
        (host / "package.json").write_text('{"urls": [["pack/p.py", "mounted.py"]]}')
        async with blank_board(tmp_path) as board:
            assert await mpremote(board, "run", str(host / "script.py")) == "ran 2\n"
            words = ("mount", str(host), "exec", "import mounted; print(mounted.Y)")
            assert "5\n" in await mpremote(board, *words)
            await mpremote(board, "mip", "install", str(host / "package.json"))
            assert "5\n" in await mpremote(board, "exec", "from pack import p; print(p.Y)")

    asyncio.run(scenario())


def test_state_lives_on_with_resume_and_dies_with_a_soft_reset(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            await mpremote(board, "exec", "kept = 9")
            assert await mpremote(board, "resume", "eval", "kept") == "9\n"
            await mpremote(board, "resume", "soft-reset")
            await mpremote(board, "resume", "eval", "kept", fails=True)
            cause = ("exec", "import machine; print(machine.reset_cause())")
            assert await mpremote(board, *cause) == f"{SOFT_RESET}\n"

    asyncio.run(scenario())


def test_a_running_program_is_interrupted_and_comes_back_with_a_reset(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            await put(board, tmp_path, "main.py", PROGRAM)
            assert not printed(board, "started")
            await mpremote(board, "reset")
            await until(lambda: printed(board, "started") == 1)
            assert await mpremote(board, "resume", "eval", "1") == "1\n"
            assert board.bench.level(16) == 1  # its pins stay as they were
            await mpremote(board, "eval", "2")  # a soft reset: boot.py only
            assert printed(board, "started") == 1
            await mpremote(board, "reset")
            await until(lambda: printed(board, "started") == 2)

    asyncio.run(scenario())


def test_a_runaway_of_the_repl_is_interrupted(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            await mpremote(board, "exec", "--no-follow", "while True: pass")
            assert await mpremote(board, "eval", "3") == "3\n"

    asyncio.run(scenario())


def test_an_interrupt_in_the_middle_of_a_collection_leaves_the_heap_usable(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            keep = "import gc\nkept = [bytearray(64) for _ in range(600)]\n"
            await mpremote(board, "exec", "--no-follow", keep + "while True: gc.collect()")
            assert await mpremote(board, "resume", "eval", "len(bytearray(9000))") == "9000\n"

    asyncio.run(scenario())


def test_the_port_comes_back_under_another_name_after_a_hard_reset(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            # Held open: a name that is in use cannot be given again.
            before = board.port.readlink()
            held = os.open(before, os.O_RDWR | os.O_NOCTTY)
            await mpremote(board, "reset")
            await until(lambda: board.port.resolve() not in (before, board.port.absolute()))
            os.close(held)
            assert await mpremote(board, "eval", "4") == "4\n"

    asyncio.run(scenario())


def test_boot_runs_first_also_on_the_way_back_to_the_raw_repl(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            await put(board, tmp_path, "boot.py", "print('booting'); booted = 1\n")
            await mpremote(board, "soft-reset")
            assert printed(board, "booting")

    asyncio.run(scenario())


def test_an_error_in_main_leaves_a_board_that_answers(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            await put(board, tmp_path, "main.py", "import nothing_there\n")
            await mpremote(board, "reset")
            await until(lambda: printed(board, "ImportError"))
            assert await mpremote(board, "eval", "5") == "5\n"

    asyncio.run(scenario())


@pytest.mark.parametrize("how", ["machine.reset()", "machine.soft_reset()", "raise SystemExit"])
def test_a_program_that_resets_starts_again(tmp_path, how):
    async def scenario():
        async with blank_board(tmp_path) as board:
            program = f"import machine\nif machine.reset_cause() == {PWRON_RESET}: {how}\n"
            await put(board, tmp_path, "main.py", program + "print('again')\n")
            await board.kill()
            await board.start()
            await until(lambda: printed(board, "again"))

    asyncio.run(scenario())


def test_a_watchdog_survives_an_interrupted_program(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            program = "import machine, time\nprint('cause', machine.reset_cause())\n"
            program += "machine.WDT(timeout=500)\ntime.sleep(60)\n"
            await put(board, tmp_path, "main.py", program)
            await mpremote(board, "reset")
            await until(lambda: printed(board, f"cause {SOFT_RESET}"))
            await mpremote(board, "resume", "eval", "1")
            await until(lambda: printed(board, f"cause {WDT_RESET}"))

    asyncio.run(scenario())


def test_printing_with_nobody_listening_does_not_stop_a_board(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            program = "for i in range(400): print('x' * 60)\nprint('the end')\n"
            await put(board, tmp_path, "main.py", program)
            await mpremote(board, "reset")
            await until(lambda: printed(board, "the end"))
            assert await mpremote(board, "eval", "6") == "6\n"

    asyncio.run(scenario())


def test_a_board_that_is_stopped_stays_off_and_takes_its_port_along(tmp_path):
    async def scenario():
        async with blank_board(tmp_path) as board:
            await board.stop()
            assert not board.is_running and not board.resets
            assert not (tmp_path / "port").is_symlink()
            await board.start()
            assert await mpremote(board, "eval", "7") == "7\n"

    asyncio.run(scenario())
