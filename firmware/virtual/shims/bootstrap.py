"""Gives a process of the MicroPython Unix port the world of a board, then boots it.

micropython -X heapsize=160k -c BOOT SHIMS FLASH SOCKET UNIQUE_ID RESET_CAUSE
micropython -X heapsize=160k -i -c BOOT … main|boot MACHINE PLATFORM VERSION

The second form has a console: after main.py, or without it after boot.py, a REPL follows.
"""

import asyncio
import gc
import os
import sys

import flash
import machine
import micropython
import network
import records
import vfs
import wires

_shards = None


class _Flag:
    """ThreadSafeFlag without its stream, whose polling burns a core; here IRQs come in tasks."""

    def __init__(self):
        self._event = asyncio.Event()
        self.set = self._event.set
        self.clear = self._event.clear

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


def _shatter(block_bytes):
    """Leave the heap without a free hole larger than a block, as months of work might."""
    blocks = []
    try:
        while True:
            blocks.append(bytearray(block_bytes))
    except MemoryError:
        for index in range(0, len(blocks), 2):
            blocks[index] = None
    wires.heap_bytes += sum(len(block) for block in blocks if block)
    return blocks


def _heap(_, block_bytes):
    global _shards
    if block_bytes:
        _shards = _shatter(block_bytes)
    gc.collect()
    units = (gc.mem_alloc() - wires.heap_bytes) // records.HEAP_UNIT_BYTES
    wires.send(records.HEAP, 0, units)


def _set_up(flash_path, socket_path, ident, cause, *console):
    asyncio.ThreadSafeFlag = _Flag
    machine.set_up(bytes.fromhex(ident), int(cause), bool(console))
    network.set_up(bytes.fromhex(ident))
    nor = flash.Flash(flash_path, wires.poll)
    wires.on(records.CUT, lambda _, programs: nor.cut_after(programs))
    wires.on(records.HEAP, _heap)
    wires.start(socket_path, sys.path[0])
    if console:
        import console as repl  # while the host's files can still be seen

        repl.become(*console[1:])
    # Without the umount a board could read, and write, the host's /lib.
    vfs.umount("/")
    flash.mount(nor, "/")
    os.chdir("/")
    sys.path[:] = ["", ".frozen", "/lib"]


def boot(heap_before):
    """Become a board and run its programs; `heap_before` was used before this was loaded."""
    micropython.kbd_intr(-1)  # nobody interrupts a chip before its boot.py
    console = sys.argv[6:]
    _set_up(*sys.argv[2:])
    del sys.argv[1:]
    gc.collect()
    wires.heap_bytes = gc.mem_alloc() - heap_before  # a board has these in its flash
    if console:
        wires.send(records.BOOTED, 0, 0)
        sys.modules["console"].run(
            _run, *("boot.py", "main.py")[: 2 if console[0] == "main" else 1]
        )
    else:
        micropython.kbd_intr(3)
        _run("boot.py")
        _run("main.py")
