"""One TCP connection on a board: non-blocking, NODELAY, reading into preallocated memory."""

import asyncio
import errno
import socket

_IPPROTO_TCP = 6
# rp2 and esp32 have the constant (and rp2's is not 1); the Unix port lacks it and takes Linux's 1.
_TCP_NODELAY = getattr(socket, "TCP_NODELAY", 1)


class Wire:
    """A connected socket: `readinto` and `send_all` wait, `send_now` does not."""

    def __init__(self, sock):
        self._sock = sock
        # MicroPython's own stream does the waiting: boards have no other public way to do it.
        self._stream = asyncio.StreamReader(sock)

    async def readinto(self, view):
        """Bytes read into `view`: 0 at the end, None for nothing yet; OSError when broken."""
        return await self._stream.readinto(view)

    def send_now(self, view) -> int:
        """Hand over as much as the socket takes at once, perhaps 0 bytes; OSError when broken."""
        return self._sock.write(view) or 0

    async def send_all(self, view):
        """Hand over all of `view`, waiting for room (and, the first time, for the connection)."""
        # Not `write`: it tries at once, which lwip answers with an error while still connecting.
        self._stream.out_buf = view
        await self._stream.drain()

    def close(self):
        """Give the socket back; nobody may be waiting on it any more."""
        self._sock.close()


async def open_wire(host, port) -> Wire:
    """Begin to connect; the first `send_all` waits until that is done."""
    # Blocks the whole board while it asks a name server (micropython #18797): give a numeric host.
    address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0][-1]
    sock = socket.socket()
    try:
        sock.setblocking(False)
        # Nagle's algorithm against delayed acknowledgement costs 44 ms on every hop.
        sock.setsockopt(_IPPROTO_TCP, _TCP_NODELAY, 1)
        sock.connect(address)
    except OSError as error:
        if error.errno != errno.EINPROGRESS:
            sock.close()
            raise
    return Wire(sock)
