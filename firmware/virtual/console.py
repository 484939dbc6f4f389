"""A virtual board's USB port: the pty that mpremote opens, and the terminal behind it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import termios
import tty
from pathlib import Path
from typing import IO

from firmware.virtual import images

_READ_BYTES = 4096
# What a host has sent and the board not read; like a serial driver, we then stop reading.
_INBOX_BYTES_MAX = 16 * 1024
# As the rp2 port: a host that does not read for so long loses what the board prints.
_DEAF_S = 0.5
# A program that catches KeyboardInterrupt and goes on gets what follows after this long; on a busy
# machine any program takes a while to come to its next bytecode.
_INTERRUPT_S = 3.0
_LOOK_S = 0.002
_RAW_BANNER = b"raw REPL; CTRL-B to exit\r\n"
_BANNER_END = b'Type "help()"'
_PROMPT = b">>> "
_CTRL_A, _CTRL_C = b"\x01", b"\x03"
# Index of the local flags in tcgetattr(). The Unix port clears them all for its REPL: a flag
# without effect tells that boot.py or main.py runs, or that it has not got to its prompt yet.
_LFLAG, _BOOTING = 3, termios.NOFLSH


class Console:
    """Keeps `link` pointing to the board's present port; what the board prints goes to `log`."""

    def __init__(self, link: Path, log: IO[bytes]) -> None:
        self.link = link
        self._log = log
        self._host: tuple[int, int] | None = None  # our end and, kept open, mpremote's
        self._board: int | None = None
        self._pid = 0
        self._booted = False
        self._raw = False
        self._returning: bytearray | None = None  # what is printed on the way back to the raw REPL
        self._tail = b""
        self._inbox = bytearray()
        self._outbox = bytearray()
        self._deaf = False
        self._looking: asyncio.TimerHandle | None = None
        self._giving_up: asyncio.TimerHandle | None = None

    @property
    def runs_main(self) -> bool:
        """Whether the next start runs main.py: not after a soft reset in the raw REPL."""
        return self._returning is None

    def plug(self) -> None:
        """Appear as a new port, also after a hard reset; the old one hangs up."""
        self.unplug()
        self._host = os.openpty()
        tty.setraw(self._host[1])
        os.set_blocking(self._host[0], False)
        self._listen_to_host(True)
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._host[1]))
        fresh.replace(self.link)

    def unplug(self) -> None:
        """Vanish, as a pulled cable does."""
        if self._host is None:
            return
        self._listen_to_host(False)
        asyncio.get_running_loop().remove_writer(self._host[0])
        for end in self._host:
            os.close(end)
        self._host = None
        self.link.unlink(missing_ok=True)
        self._inbox.clear()
        self._outbox.clear()
        self._stop_giving_up()

    def terminal(self) -> int:
        """A terminal for the next interpreter; its caller closes it once that has been started."""
        master, slave = os.openpty()
        tty.setraw(slave)
        modes = termios.tcgetattr(slave)
        modes[_LFLAG] |= _BOOTING
        termios.tcsetattr(slave, termios.TCSANOW, modes)
        os.set_blocking(master, False)
        self._board = master
        self._booted = False
        self._tail = b""
        asyncio.get_running_loop().add_reader(master, self._from_board)
        return slave

    def started(self, pid: int) -> None:
        """Remember who is to be interrupted."""
        self._pid = pid

    def booted(self) -> None:
        """boot.py is next: from now on a Ctrl-C may reach the interpreter."""
        self._booted = True
        self._feed()

    def ended(self, *, soft: bool) -> None:
        """The interpreter is gone: soft = it comes back at once and the port stays."""
        if self._board is not None:
            self._from_board()
            self._drop_board()
        if soft:
            self._to_host(b"\r\nMPY: soft reboot\r\n")
        self._returning = bytearray() if soft and self._raw else None
        self._raw = False

    def close(self) -> None:
        """Vanish for good."""
        self._drop_board()
        self.unplug()

    # From the host to the board

    def _listen_to_host(self, wanted: bool) -> None:
        assert self._host is not None
        loop = asyncio.get_running_loop()
        if wanted:
            loop.add_reader(self._host[0], self._from_host)
        else:
            loop.remove_reader(self._host[0])

    def _from_host(self) -> None:
        assert self._host is not None
        with contextlib.suppress(BlockingIOError):
            self._inbox += os.read(self._host[0], _READ_BYTES)
        self._deaf = False
        self._feed()
        if len(self._inbox) >= _INBOX_BYTES_MAX:
            self._listen_to_host(False)

    def _feed(self) -> None:
        """Give the interpreter what it may have now; look again soon for the rest."""
        self._looking = None
        if self._board is None or not self._booted or self._returning is not None:
            return  # called again when the interpreter is there
        if self._inbox and self._interrupting():
            self._look_soon()
            return
        while self._inbox:
            if (part := self._next_part()) is None:
                self._look_soon()
                return
            try:
                count = os.write(self._board, part)
            except BlockingIOError:
                self._look_soon()
                return
            del self._inbox[:count]
        if self._host is not None:
            self._listen_to_host(True)

    def _next_part(self) -> bytes | None:
        """What goes in as bytes; None while a Ctrl-C makes its way, or the prompt does."""
        if not self._takes_interrupts():
            # Its way to the prompt discards what was sent before.
            return None if self._is_booting() else bytes(self._inbox)
        before, ctrl_c, _ = self._inbox.partition(_CTRL_C)
        if before or not ctrl_c:
            return bytes(before)
        del self._inbox[:1]
        os.kill(self._pid, images.INTERRUPT)
        loop = asyncio.get_running_loop()
        self._giving_up = loop.call_later(_INTERRUPT_S, self._stop_giving_up)
        return None

    def _interrupting(self) -> bool:
        if self._giving_up and self._takes_interrupts():
            os.kill(self._pid, images.NUDGE)
        elif self._giving_up and not self._is_booting():
            self._stop_giving_up()
        return self._giving_up is not None

    def _stop_giving_up(self) -> None:
        if self._giving_up:
            self._giving_up.cancel()
            self._giving_up = None

    def _look_soon(self) -> None:
        if self._looking is None:
            self._looking = asyncio.get_running_loop().call_later(_LOOK_S, self._feed)

    def _is_booting(self) -> bool:
        assert self._board is not None
        try:
            return bool(termios.tcgetattr(self._board)[_LFLAG] & _BOOTING)
        except termios.error:
            return False  # it has just ended

    def _takes_interrupts(self) -> bool:
        """Whether a program runs; at the prompt, and after kbd_intr(-1), Ctrl-C is a byte."""
        try:
            status = Path(f"/proc/{self._pid}/status").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            return False  # it has just ended
        caught = int(status.partition("SigCgt:")[2].split()[0], 16)
        return bool(caught >> (signal.SIGINT - 1) & 1)

    # From the board to the host

    def _from_board(self) -> None:
        assert self._board is not None
        try:
            while data := os.read(self._board, _READ_BYTES):
                self._log.write(data)
                self._printed(data)
                if self._outbox:
                    break  # the host is slower: the terminal holds the rest
        except BlockingIOError:
            pass
        except OSError:
            asyncio.get_running_loop().remove_reader(self._board)  # its last byte has been read
        self._log.flush()

    def _printed(self, data: bytes) -> None:
        if self._returning is not None:
            # A board comes out of a soft reset in the mode it went in; the port does not.
            self._returning += data
            if self._returning.endswith(_PROMPT) and self._board is not None:
                self._to_host(bytes(self._returning).rpartition(b"MicroPython ")[0])
                self._returning = None
                os.write(self._board, _CTRL_A)
            return
        self._tail = (self._tail + data)[-_READ_BYTES:]
        raw, friendly = self._tail.rfind(_RAW_BANNER), self._tail.rfind(_BANNER_END)
        if raw != friendly:  # one of them has been seen since the start
            self._raw = raw > friendly
        self._to_host(data)

    def _to_host(self, data: bytes) -> None:
        if self._host is None or self._deaf:
            return
        self._outbox += data
        self._drain()

    def _drain(self) -> None:
        assert self._host is not None
        loop = asyncio.get_running_loop()
        try:
            while self._outbox:
                del self._outbox[: os.write(self._host[0], self._outbox)]
        except BlockingIOError:
            if self._board is not None:
                loop.remove_reader(self._board)
            loop.add_writer(self._host[0], self._drain)
            loop.call_later(_DEAF_S, self._lose, self._host[0], len(self._outbox))
            return
        loop.remove_writer(self._host[0])
        if self._board is not None:
            loop.add_reader(self._board, self._from_board)

    def _lose(self, port: int, waiting_bytes: int) -> None:
        """Nobody has read since: let the board go on, and be silent until somebody writes."""
        if self._host is None or self._host[0] != port or len(self._outbox) < waiting_bytes:
            return
        self._outbox.clear()
        self._deaf = True
        self._drain()

    def _drop_board(self) -> None:
        if self._board is not None:
            asyncio.get_running_loop().remove_reader(self._board)
            os.close(self._board)
            self._board = None
        if self._looking:
            self._looking.cancel()
            self._looking = None
        self._stop_giving_up()
