"""A virtual board from outside: power, resets, flash, pins, SPI, UARTs, and what it costs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from firmware.virtual.board import VirtualBoard
from firmware.virtual.errors import BoardFailed, NoPower

PROBE = Path(__file__).parent / "probe"
# Long enough for a loaded machine; nothing here waits for it when all is well.
PATIENCE_S = 60


@contextlib.asynccontextmanager
async def running(probe: str, tmp_path: Path) -> AsyncIterator[VirtualBoard]:
    board = VirtualBoard("probe", {"id": "probe-1", "probe": probe}, tmp_path, tree=PROBE)
    try:
        async with asyncio.timeout(2 * PATIENCE_S):
            yield board
    finally:
        await board.stop()


async def until(fact: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not fact():  # noqa: ASYNC110  the facts are of many kinds, some in files
            await asyncio.sleep(0.002)


def test_chip_select_and_spi_keep_their_order(tmp_path):
    async def scenario():
        seen = []
        async with running("wires", tmp_path) as board:
            board.bench.on_level(17, seen.append)
            board.bench.on_spi(0, seen.append)
            await board.start()
            await until(lambda: board.bench.level(16))
            # A killed board's outputs fall; CS was high.
            await board.kill()
        frames = [0, bytes((0, 0xA0)), 1, 0, bytes((1, 0xA1)), 1, 0, bytes((2, 0xA2)), 1]
        assert seen[:10] == [1, *frames]
        assert b"".join(seen[10:-1]) == bytes(70_000)
        assert seen[-1] == 0

    asyncio.run(scenario())


def test_tones_and_released_lines_are_told(tmp_path):
    async def scenario():
        tones, line = [], []
        async with running("wires", tmp_path) as board:
            board.bench.on_pwm(22, tones.append)
            board.bench.on_level(15, line.append)
            await board.start()
            await until(lambda: board.bench.level(16))
        assert tones == [2700, 0]
        # Open-drain: released, low, released; and the pull-up holds it when the power goes.
        assert line == [1, 0, 1]

    asyncio.run(scenario())


def test_a_level_driven_before_the_start_is_what_the_pin_reads(tmp_path):
    async def scenario():
        async with running("keys", tmp_path) as board:
            board.bench.drive(7, 1)
            await board.start()
            await until(lambda: "at start" in board.log_tail())
            # Pin 6 is driven by nobody: its pull-up counts.
            assert "at start 1 1" in board.log_tail()

    asyncio.run(scenario())


def test_a_pressed_key_interrupts_and_no_edge_is_lost(tmp_path):
    async def scenario():
        levels = []
        async with running("keys", tmp_path) as board:
            board.bench.on_level(16, levels.append)
            await board.start()
            await until(lambda: "at start" in board.log_tail())
            for count in range(len(levels), len(levels) + 20):
                board.bench.drive(6, 0)
                board.bench.drive(6, 1)
                await until(lambda expected=count + 1: len(levels) == expected)
            for _ in range(10):  # faster than the board looks
                board.bench.drive(6, 0)
                board.bench.drive(6, 1)
            await until(lambda: len(levels) == 1 + 20 + 10)

    asyncio.run(scenario())


def test_a_uart_echoes_at_its_baud_rate(tmp_path):
    async def scenario():
        async with running("echo", tmp_path) as board:
            port = board.bench.uart(1)
            back = bytearray()
            port.on_bytes(back.extend)
            await board.start()
            await until(lambda: port.baudrate)

            async def echo_s(count: int) -> float:
                back.clear()
                at_s = time.monotonic()
                port.send(bytes(i % 251 for i in range(count)))
                await until(lambda: len(back) == count)
                assert bytes(back) == bytes(i % 251 for i in range(count))
                return time.monotonic() - at_s

            short_s, long_s = await echo_s(40), await echo_s(400)
            # 400 bytes at 9600 baud need 0.417 s; never less, and in proportion to 40.
            assert long_s >= 0.4
            assert 4 < long_s / short_s < 14

    asyncio.run(scenario())


def test_bytes_for_a_board_without_power_are_lost(tmp_path):
    async def scenario():
        async with running("echo", tmp_path) as board:
            port = board.bench.uart(1)
            port.send(b"nobody")
            assert port.lost_bytes == 6
            await board.start()
            await until(lambda: port.baudrate)
            await board.kill()
            port.send(b"again")
            assert port.lost_bytes == 11

    asyncio.run(scenario())


def test_reset_restarts_and_files_survive_reset_and_kill(tmp_path):
    async def scenario():
        async with running("count", tmp_path) as board:
            await board.start()
            await until(lambda: board.bench.level(17))
            assert board.resets == 2
            first = board.pid
            await board.kill()
            assert board.pid is None
            assert board.bench.level(17) == 0
            await board.start()
            await until(lambda: board.bench.level(17))
            assert board.pid != first
            lines = board.log_tail().splitlines()
            assert [line.split()[1] for line in lines] == ["1", "2", "3", "4"]
            assert [line.split()[3] for line in lines] == ["1", "5", "5", "1"]
            assert len({line.split()[4] for line in lines}) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("programs", [0, 3, 7])
def test_a_power_cut_in_a_flash_program_leaves_whole_files(tmp_path, programs):
    async def scenario():
        async with running("save", tmp_path) as board:
            await board.start()
            await until(lambda: board.bench.level(16))
            board.bench.cut_power(programs)
            assert await board.wait_off() == -9
            await board.start()
            await until(lambda: board.bench.level(16))
            for line in board.log_tail().splitlines():
                assert line.endswith((" 600", " absent")), line

    asyncio.run(scenario())


def test_a_power_cut_ordered_before_the_start_comes_with_the_first_write(tmp_path):
    async def scenario():
        async with running("save", tmp_path) as board:
            await board.start()
            await until(lambda: board.bench.level(16))
            await board.kill()
            board.bench.cut_power(0)
            written = board.flash_path.read_bytes()
            await board.start()
            assert await board.wait_off() == -9
            assert written != board.flash_path.read_bytes()
            await board.start()  # the order was for one start
            await until(lambda: board.bench.level(16))

    asyncio.run(scenario())


def test_the_heap_is_as_small_as_asked(tmp_path):
    async def scenario():
        async with running("greedy", tmp_path) as board:
            await board.start()
            assert await board.wait_off() == 0
            assert board.log_tail() == "no room\n"

    asyncio.run(scenario())


def test_the_live_heap_counts_what_the_firmware_holds(tmp_path):
    async def scenario():
        async with running("hoard", tmp_path) as board:
            with pytest.raises(NoPower):
                await board.bench.live_heap_bytes()
            await board.start()
            await until(lambda: board.bench.level(16))
            before = await board.bench.live_heap_bytes()
            board.bench.drive(6, 0)
            await until(lambda: not board.bench.level(16))
            after = await board.bench.live_heap_bytes()
            assert 19_000 < after - before < 21_000
            assert before < 40_000

    asyncio.run(scenario())


def test_who_gives_up_waiting_for_the_live_heap_keeps_nobody_from_asking(tmp_path):
    async def scenario():
        async with running("hoard", tmp_path) as board:
            await board.start()
            await until(lambda: board.bench.level(16))
            impatient = asyncio.create_task(board.bench.live_heap_bytes())
            await asyncio.sleep(0)
            impatient.cancel()
            assert await board.bench.live_heap_bytes() > 0
            assert board.is_running

    asyncio.run(scenario())


def test_a_board_sees_no_file_of_its_host(tmp_path):
    async def scenario():
        async with running("host_files", tmp_path) as board:
            await board.start()
            assert await board.wait_off() == 0
            assert "saw" not in board.log_tail()

    asyncio.run(scenario())


def test_a_hanging_board_is_reset_by_its_watchdog(tmp_path):
    async def scenario():
        async with running("hang", tmp_path) as board:
            await board.start()
            await until(lambda: board.bench.level(16))
            assert board.resets == 1
            await asyncio.sleep(0.6)
            assert board.resets == 1  # fed in time since

    asyncio.run(scenario())


def test_the_access_point_goes_and_comes_back(tmp_path):
    async def scenario():
        async with running("wifi", tmp_path) as board:
            await board.start()
            await until(lambda: board.bench.level(16))
            board.bench.wifi(False)
            await until(lambda: not board.bench.level(16))
            board.bench.wifi(True)
            await until(lambda: board.bench.level(16))

    asyncio.run(scenario())


def test_an_idle_board_sleeps(tmp_path):
    def cpu_s(pid: int) -> float:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def scenario():
        async with running("idle", tmp_path) as board:
            await board.start()
            await until(lambda: board.bench.level(16))
            before_s, at_s = cpu_s(board.pid), time.monotonic()
            await asyncio.sleep(2)
            # A polled stream takes all of a core; 3 % is the target.
            assert cpu_s(board.pid) - before_s < 0.1 * (time.monotonic() - at_s)

    asyncio.run(scenario())


def test_a_crash_is_logged_and_not_restarted(tmp_path):
    async def scenario():
        async with running("crash", tmp_path) as board:
            await board.start()
            assert await board.wait_off() == 1
            assert "ValueError: planted" in board.log_tail()
            assert board.resets == 0
            assert not board.is_running

    asyncio.run(scenario())


def test_a_board_that_cannot_start_says_why(tmp_path):
    async def scenario():
        async with running("idle", tmp_path) as board:
            board.heap = "8k"
            with pytest.raises(BoardFailed, match="MemoryError"):
                await board.start()

    asyncio.run(scenario())


def test_a_failing_model_keeps_no_other_from_its_bytes(tmp_path):
    async def scenario():
        failures, heard = [], []

        def broken(level):
            raise RuntimeError("planted")

        asyncio.get_running_loop().set_exception_handler(lambda _, what: failures.append(what))
        async with running("idle", tmp_path) as board:
            board.bench.on_level(16, broken)
            board.bench.on_level(16, heard.append)
            await board.start()
            await until(lambda: heard)
        assert heard == [1, 0]
        assert [str(what["exception"]) for what in failures] == ["planted", "planted"]

    asyncio.run(scenario())
