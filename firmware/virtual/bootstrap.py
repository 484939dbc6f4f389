"""Gives a process of the MicroPython Unix port the world of a board, then boots it.

micropython -X heapsize=160k bootstrap.py FLASH SOCKET SHIMS UNIQUE_ID RESET_CAUSE
"""

import asyncio
import gc
import os
import sys

import vfs

_flash_path, _socket_path, _shims, _ident, _cause = sys.argv[1:6]


class _Flag:
    """ThreadSafeFlag without its stream, whose polling burns a core; here IRQs come in tasks."""

    def __init__(self):
        self._event = asyncio.Event()

    def set(self):
        self._event.set()

    def clear(self):
        self._event.clear()

    async def wait(self):
        await self._event.wait()
        self._event.clear()


def _run(name):
    try:
        with open(name) as f:
            source = f.read()
    except OSError:
        return
    exec(compile(source, name, "exec"), {"__name__": "__main__"})  # noqa: S102  as a board does


def _heap(_, asked):
    gc.collect()
    units = (gc.mem_alloc() - _shim_bytes) // records.HEAP_UNIT_BYTES
    wires.send(records.HEAP, 0, units)


asyncio.ThreadSafeFlag = _Flag
gc.collect()
_shim_bytes = -gc.mem_alloc()
# The shims must be loaded while the host's files can still be seen.
sys.path[:] = [_shims, ".frozen"]
import flash  # noqa: E402
import machine  # noqa: E402
import network  # noqa: E402
import records  # noqa: E402
import wires  # noqa: E402

machine.set_up(bytes.fromhex(_ident), int(_cause))
network.set_up(bytes.fromhex(_ident))
wires.start(_socket_path)

_nor = flash.Flash(_flash_path)
wires.on(records.CUT, lambda _, programs: _nor.cut_after(programs))
# Without the umount a board could read, and write, the host's /lib.
vfs.umount("/")
flash.mount(_nor, "/")
os.chdir("/")
sys.path[:] = ["", ".frozen", "/lib"]
del sys.argv[1:]
wires.on(records.HEAP, _heap)
gc.collect()
_shim_bytes += gc.mem_alloc()  # a board has these in its flash

_run("boot.py")
_run("main.py")
