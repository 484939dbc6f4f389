"""`hallkit board`: one virtual board at a port, for mpremote and flash.sh, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from firmware.build import ROLES
from firmware.virtual.board import VirtualBoard
from firmware.virtual.errors import VirtualError
from firmware.virtual.hardware import BOARDS, OF_ROLE


def main(arguments: Sequence[str], prog: str) -> int:
    """Exit code 0 once the board was told to stop, 1 when it ended by itself."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    roles = [role.replace("_", "-") for role in ROLES]
    parser.add_argument("device", choices=roles, help="what hangs on its pins")
    parser.add_argument("--id", help="its serial number; by default the device's name")
    parser.add_argument("--link", type=Path, metavar="PATH", help="its port: a link to a pty")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="keep its flash and log here")
    parser.add_argument("--blank", action="store_true", help="erase its flash first")
    parser.add_argument("--board", choices=sorted(BOARDS), help="what it says it is")
    options = parser.parse_args(arguments)
    serial = options.id or options.device
    folder = options.data or Path("var/boards") / serial
    role = options.device.replace("-", "_")
    hardware = BOARDS[options.board] if options.board else OF_ROLE[role]
    link = options.link or folder / "port"
    link.parent.mkdir(parents=True, exist_ok=True)
    board = VirtualBoard(
        role,
        {"id": serial},
        folder,
        heap=hardware.heap,
        port=link,
        hardware=hardware,
        flash="blank" if options.blank else "kept",
    )
    try:
        return asyncio.run(_run(board))
    except VirtualError as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return 1


async def _run(board: VirtualBoard) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await board.start()
    print(f"{board.name}: {board.hardware.machine} at {board.port}", flush=True)
    stopping = asyncio.create_task(stop.wait())
    off = asyncio.create_task(board.wait_off())
    await asyncio.wait((stopping, off), return_when=asyncio.FIRST_COMPLETED)
    for task in (stopping, off):
        task.cancel()
    ended = not board.is_running
    await board.kill()
    if ended:
        print(f"{board.name} has lost its power\n{board.log_tail()}", file=sys.stderr)
    return int(ended)
