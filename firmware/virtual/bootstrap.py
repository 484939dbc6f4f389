"""Gives a process of the MicroPython Unix port the world of a board, then boots it.

micropython -X heapsize=160k bootstrap.py FLASH SOCKET SHIMS UNIQUE_ID RESET_CAUSE
micropython -X heapsize=160k -i bootstrap.py … main|boot MACHINE PLATFORM VERSION

The second form has a console: after main.py, or without it after boot.py, a REPL follows.
"""

import asyncio
import gc
import os
import sys

import micropython
import vfs

micropython.kbd_intr(-1)  # nobody interrupts a chip before its boot.py
_flash_path, _socket_path, _shims, _ident, _cause = sys.argv[1:6]
_console = sys.argv[6:]


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


def _run_as_port(*names):
    """What a port does with boot.py and main.py; an error ends both and leaves the REPL."""
    try:
        for name in names:
            _run(name)
    except SystemExit:
        machine.soft_reset()
    except BaseException as error:  # noqa: BLE001  KeyboardInterrupt too
        sys.print_exception(error)


def _become(name, platform, version):
    """Let `import sys` tell of another machine: its own module cannot be written to."""
    from collections import namedtuple

    class Sys:
        pass

    for key in dir(sys):
        if not key.startswith("__"):
            setattr(Sys, key, getattr(sys, key))
    known = sys.implementation
    fields = namedtuple("implementation", ("name", "version", "_machine", "_mpy"))
    version = tuple(int(part) for part in version.split(".")) + ("",)
    Sys.implementation = fields(known.name, version, name, known._mpy)
    Sys.platform = platform
    sys.modules["sys"] = Sys


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

machine.set_up(bytes.fromhex(_ident), int(_cause), bool(_console))
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

micropython.kbd_intr(3)
if _console:
    _become(*_console[1:])
    wires.send(records.BOOTED, 0, 0)
    _run_as_port(*("boot.py", "main.py")[: 2 if _console[0] == "main" else 1])
else:
    _run("boot.py")
    _run("main.py")
