"""Hubs that die at a step of their event loop, one after another, forked from one process.

Reads a JSON line for each hub: {"at": step or 0, "log": file, "arguments": those of hallkit};
answers "pid N" at once and "ended CODE STEPS" when that one is over. The hub is the production
one, started as from the command line; the counting is done here, around the loop's callbacks.
"""

from __future__ import annotations

import asyncio.events
import json
import mmap
import os
import signal
import struct
import sys
from pathlib import Path
from typing import Any

from hub.__main__ import main
from hub.wire.broker import die_with_parent

COUNT = struct.Struct("q")


def count_steps(at: int, done: mmap.mmap) -> None:
    """Every callback of the event loop is a step; before step `at` the process ends by SIGKILL."""
    run = asyncio.events.Handle._run
    steps = 0

    def counted(handle: asyncio.events.Handle) -> Any:
        nonlocal steps
        steps += 1
        COUNT.pack_into(done, 0, steps)
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(handle)

    asyncio.events.Handle._run = counted  # type: ignore[method-assign]


def be_hub(order: dict[str, Any], done: mmap.mmap) -> None:
    """The child: never returns."""
    die_with_parent()
    with Path(order["log"]).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    count_steps(order["at"], done)
    os._exit(main(order["arguments"]))


def serve() -> None:
    """One hub at a time, until stdin ends."""
    done = mmap.mmap(-1, COUNT.size)
    for line in sys.stdin:
        COUNT.pack_into(done, 0, 0)
        pid = os.fork()
        if pid == 0:
            be_hub(json.loads(line), done)
        print(f"pid {pid}", flush=True)
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        print(f"ended {code} {COUNT.unpack_from(done, 0)[0]}", flush=True)


if __name__ == "__main__":
    serve()
