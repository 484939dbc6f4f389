"""The far end of a virtual board's pins, PWM, SPI, I2C and UARTs, for models of peripherals."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from firmware.virtual import records
from firmware.virtual.errors import BadHello, NoPower, SocketPathTooLong, tell
from firmware.virtual.i2c import I2c
from firmware.virtual.uart import Uart

# sun_path holds 108 bytes with its final NUL (unix(7)).
SOCKET_PATH_BYTES_MAX = 107
# "uart 255 4000000\n" is 17 bytes; a longer first line is not ours.
HELLO_BYTES_MAX = 32


class Bench:
    """One board's far end; callbacks run in the asyncio loop that called `open`."""

    def __init__(self) -> None:
        self._on_level: dict[int, list[Callable[[int], Any]]] = {}
        self._on_pwm: dict[int, list[Callable[[int], Any]]] = {}
        self._on_spi: dict[int, list[Callable[[bytes], Any]]] = {}
        self._on_fed: list[Callable[[int], Any]] = []
        self._on_booted: list[Callable[[int], Any]] = []
        self._on_reset: list[Callable[[int], Any]] = []
        self._uarts: dict[int, Uart] = {}
        self._i2cs: dict[int, I2c] = {}
        self._levels: dict[int, int] = {}  # what the board drives, with the HELD flag
        self._tones: dict[int, int] = {}
        self._driven: dict[int, int] = {}  # what the bench drives; survives a board's restart
        self._wifi = 1
        self._cut: int | None = None  # flash programs until the power fails; survives a reset
        self._wires: asyncio.Transport | None = None
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()
        self._heap_bytes: asyncio.Future[int] | None = None
        self.connected = asyncio.Event()

    # What a model uses

    def on_level(self, pin: int, fn: Callable[[int], Any]) -> None:
        """Call `fn(value)` at each level the board gives that pin; 0 when it loses power."""
        self._on_level.setdefault(pin, []).append(fn)

    def level(self, pin: int) -> int:
        """The level the board gives that pin, 0 if none yet."""
        return self._levels.get(pin, 0) & 1

    def drive(self, pin: int, level: int) -> None:
        """Put a level on one of the board's inputs; kept while the board is off."""
        self._driven[pin] = level
        self._send(records.LEVEL, pin, level)

    def on_pwm(self, pin: int, fn: Callable[[int], Any]) -> None:
        """Call `fn(freq_hz)` when the tone on that pin changes; 0 = silent."""
        self._on_pwm.setdefault(pin, []).append(fn)

    def on_spi(self, bus: int, fn: Callable[[bytes], Any]) -> None:
        """Call `fn(bytes)` for what the board writes, in order with the levels."""
        self._on_spi.setdefault(bus, []).append(fn)

    def on_fed(self, fn: Callable[[int], Any]) -> None:
        """Call `fn(timeout_ms)` each time the board feeds its watchdog."""
        self._on_fed.append(fn)

    def on_booted(self, fn: Callable[[int], Any]) -> None:
        """Call `fn(0)` each time the board is about to run boot.py."""
        self._on_booted.append(fn)

    def on_reset(self, fn: Callable[[int], Any]) -> None:
        """Call `fn(exit_code)` when a board with a console resets itself."""
        self._on_reset.append(fn)

    def uart(self, number: int) -> Uart:
        """The wire of that UART, also before the board opens it."""
        return self._uarts.setdefault(number, Uart(number))

    def i2c(self, number: int) -> I2c:
        """The chips on that bus, also before the board opens it."""
        return self._i2cs.setdefault(number, I2c(number))

    async def live_heap_bytes(self, shatter_bytes: int = 0) -> int:
        """What the firmware's heap holds after a collection, the shims not counted.

        With `shatter_bytes` every free hole larger than that is broken up first, for good.
        """
        if self._wires is None:
            raise NoPower
        if self._heap_bytes is None:
            self._heap_bytes = asyncio.get_running_loop().create_future()
            self._send(records.HEAP, 0, shatter_bytes)
        # Who gives up waiting must not take the answer from others.
        return await asyncio.shield(self._heap_bytes)

    # Faults

    def wifi(self, up: bool) -> None:
        """Take the access point away, or bring it back."""
        self._wifi = int(up)
        self._send(records.WIFI, 0, self._wifi)

    def cut_power(self, programs: int) -> None:
        """Let the power fail half way through a flash program, after that many good ones.

        Counted from now, and anew from each start, until the board is off.
        """
        self._cut = programs
        self._send(records.CUT, 0, programs)

    def spare_power(self) -> None:
        """Forget the order to fail: the board is off."""
        self._cut = None

    # The board's side

    async def open(self, path: Path) -> None:
        """Listen for the board on that Unix socket."""
        name = str(path)
        if len(name.encode()) > SOCKET_PATH_BYTES_MAX:
            raise SocketPathTooLong(name, SOCKET_PATH_BYTES_MAX)
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.setblocking(False)
        self._listener.bind(name)
        self._listener.listen()
        self._accepting = asyncio.create_task(self._accept(self._listener), name=f"bench {name}")

    async def close(self) -> None:
        """Stop listening and cut every connection."""
        if self._accepting:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
            self._accepting = None
        if self._listener:
            self._listener.close()
            self._listener = None
        if self._wires:
            self._wires.abort()
            await self._ended.wait()

    async def ended(self) -> None:
        """Wait until everything a dead board wrote to its wires has been delivered."""
        if self._wires:
            await self._ended.wait()

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setblocking(False)
            try:
                await self._welcome(connection)
            except (ValueError, ConnectionError, BadHello) as error:
                connection.close()
                loop.call_exception_handler(
                    {"message": "a board's connection was refused", "exception": error}
                )

    async def _welcome(self, connection: socket.socket) -> None:
        line = await _first_line(connection)
        if line == records.WIRES_HELLO:
            await self.ended()  # a board that restarts has one picture, not two
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: _Wires(self._powered, self._unpowered, self._record), connection
            )
        elif line.startswith(b"uart "):
            _, number, baudrate = line.split()
            self.uart(int(number)).attach(connection, int(baudrate))
        elif line.startswith(b"i2c "):
            self.i2c(int(line.split()[1])).attach(connection)
        else:
            raise BadHello(line)

    def _powered(self, transport: asyncio.Transport) -> None:
        self._wires = transport
        self._ended.clear()
        for pin, level in self._driven.items():
            self._send(records.LEVEL, pin, level)
        self._send(records.WIFI, 0, self._wifi)
        if self._cut is not None:
            self._send(records.CUT, 0, self._cut)
        self._send(records.GO, 0, 0)
        self.connected.set()

    def _unpowered(self) -> None:
        self._wires = None
        self.connected.clear()
        for uart in self._uarts.values():
            uart.detach()
        for bus in self._i2cs.values():
            bus.detach()
        for pin, hz in list(self._tones.items()):
            if hz:
                self._record(records.PWM, pin, 0)
        for pin, level in list(self._levels.items()):
            # A line with a pull-up stays high, so no chip sees a start condition here.
            if level == 1:
                self._record(records.LEVEL, pin, 0)
        if self._heap_bytes:
            self._heap_bytes.set_exception(NoPower())
            self._heap_bytes = None
        self._ended.set()

    def _record(self, kind: int, number: int, value: int, data: bytes = b"") -> None:
        if kind == records.LEVEL:
            self._levels[number] = value
            tell(self._on_level.get(number, ()), value & 1)
        elif kind == records.SPI:
            tell(self._on_spi.get(number, ()), data)
        elif kind == records.PWM:
            self._tones[number] = value
            tell(self._on_pwm.get(number, ()), value)
        elif kind == records.FED:
            tell(self._on_fed, value)
        elif kind == records.BOOTED:
            tell(self._on_booted, value)
        elif kind == records.RESET:
            tell(self._on_reset, value)
        elif kind == records.HEAP and self._heap_bytes:
            self._heap_bytes.set_result(value * records.HEAP_UNIT_BYTES)
            self._heap_bytes = None

    def _send(self, kind: int, number: int, value: int) -> None:
        if self._wires:
            self._wires.write(bytes((kind, number, value >> 8, value & 0xFF)))


class _Wires(asyncio.Protocol):
    """Splits the wires connection into records."""

    def __init__(
        self,
        powered: Callable[[Any], None],
        unpowered: Callable[[], None],
        record: Callable[..., None],
    ) -> None:
        self._powered = powered
        self._unpowered = unpowered
        self._record = record
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._powered(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._unpowered()

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        at, end = 0, len(data)
        while end - at >= records.HEADER_BYTES:
            kind, number = data[at], data[at + 1]
            value = data[at + 2] << 8 | data[at + 3]
            start = at + records.HEADER_BYTES
            follow_bytes = value if kind == records.SPI else 0
            if end - start < follow_bytes:
                break
            at = start + follow_bytes
            self._record(kind, number, value, data[start:at])
        self._rest = data[at:]


async def _first_line(connection: socket.socket) -> bytes:
    """The line that names a connection; byte by byte, since what follows is not ours to read."""
    loop = asyncio.get_running_loop()
    line = b""
    while not line.endswith(b"\n"):
        byte = await loop.sock_recv(connection, 1)
        if not byte or len(line) >= HELLO_BYTES_MAX:
            raise BadHello(line)
        line += byte
    return line
