"""The board's end of the wires connection: one ordered stream of levels, tones and SPI bytes."""

import asyncio
import errno
import gc
import os
import socket
import sys

import records
import vfs

_MSG_DONTWAIT = 0x40  # Linux; the socket blocks for writes, so that no edge is ever dropped

# Heap that the shims take and no board's firmware does.
heap_bytes = 0

_path = b""
_shims = ""
_wires = None
_header = bytearray(records.HEADER_BYTES)
_rest = b""
_handlers = {}
_taking = False


def connect(hello):
    """A new connection to the bench, which begins by saying what it is."""
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # sockaddr_un by hand: getaddrinfo() knows Internet addresses only.
    s.connect(b"\x01\x00" + _path + b"\x00" * (108 - len(_path)))
    s.sendall(hello)
    return s


def start(path, shims):
    """Connect, and take the levels that the bench drives already."""
    global _path, _shims, _wires
    _path = path.encode()
    _shims = shims
    _wires = connect(records.WIRES_HELLO)
    going = []
    on(records.GO, lambda number, value: going.append(value))
    while not going:
        _take(_wires.recv(64))
    # In the queue before main.py runs: asyncio.run() will find it there.
    asyncio.create_task(_listen())


def on(kind, fn):
    """Call `fn(number, value)` for each record of that kind."""
    _handlers[kind] = fn


def send(kind, number, value, data=None):
    """One record, in its order."""
    _header[0] = kind
    _header[1] = number
    _header[2] = value >> 8
    _header[3] = value & 0xFF
    _wires.sendall(_header)
    if data:
        _wires.sendall(data)


def load(name):
    """A shim that is loaded when asked for, from the host, whose files are not seen else."""
    global heap_bytes
    gc.collect()
    heap_bytes -= gc.mem_alloc()
    vfs.mount(vfs.VfsPosix(_shims), "/.shims")
    sys.path.insert(0, "/.shims")
    try:
        return __import__(name)
    finally:
        sys.path.pop(0)
        vfs.umount("/.shims")
        gc.collect()
        heap_bytes += gc.mem_alloc()


def poll():
    """Take what the bench has sent, without waiting."""
    global _taking
    # An interrupt handler that reads a pin must not be interrupted by the next edge.
    if _taking:
        return
    _taking = True
    try:
        while True:
            _take(_wires.recv(64, _MSG_DONTWAIT))
    except OSError as error:
        if error.errno != errno.EAGAIN:
            power_off()  # the bench is gone, and with it whoever would watch this board
    finally:
        _taking = False


def _take(data):
    global _rest
    if not data:
        power_off()  # as above
    data = _rest + data
    at = 0
    while len(data) - at >= records.HEADER_BYTES:
        fn = _handlers.get(data[at])
        if fn:
            fn(data[at + 1], data[at + 2] << 8 | data[at + 3])
        at += records.HEADER_BYTES
    _rest = data[at:]


async def _listen():
    while True:
        yield asyncio.core._io_queue.queue_read(_wires)  # how its own streams wait
        poll()


def reset(code):
    """Tell the host to start this board again, and end."""
    send(records.RESET, 0, code)
    power_off()


def power_off():
    """End at once: no exception handler and no finally clause runs, as when a plug is pulled."""
    os.system("kill -9 $PPID")
    sys.exit(137)
