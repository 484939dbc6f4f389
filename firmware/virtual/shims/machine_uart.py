"""`machine.UART`: the socket itself, which asyncio polls in C: a Python stream burns a core."""

import socket

import wires

_SNDBUF = 7  # Linux: SO_SNDBUF
# The kernel raises it to its least, about 4 KiB; a UART's transmit ring is smaller still.
_BUFFER_BYTES = 256

_uarts = {}


def UART(id, baudrate=9600, **pins_and_format):  # noqa: N802  the name of the class on a board
    """A non-blocking socket, as shallow as the kernel allows."""
    kept = _uarts.get(id)
    if kept and kept[0] == baudrate:
        return kept[1]
    if kept:
        kept[1].close()
    s = wires.connect(b"uart %d %d\n" % (id, baudrate))
    s.setsockopt(socket.SOL_SOCKET, _SNDBUF, _BUFFER_BYTES)
    s.setblocking(False)
    _uarts[id] = (baudrate, s)
    return s
