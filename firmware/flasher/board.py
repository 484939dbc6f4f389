"""One board at its port: ask, write, reset and follow it, through mpremote's own transport."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from firmware.flasher import onboard
from firmware.flasher.errors import BoardSaid, CableLost
from firmware.flasher.ports import Port

# mpremote as a library and not as a command: one session holds from the survey to the reset, so
# nothing resets the board between two steps; errors come as exceptions with the board's own
# traceback; and a write costs no start of Python. All its use of it is in this file.

# Longer than the longest silence: erasing blocks, or hashing the font, on a slow flash.
_SILENCE_S = 8.0
# A board that has just been plugged in may still be starting, or compiling its sources.
_ANSWER_S = 15.0
# Of that, for each step of one try.
_STEP_S = 5.0
# A reset board is back on USB within about 3 s; a hub in between makes it longer.
_BACK_S = 15.0
_RETRY_S = 0.2
# Of source text that the board parses at once; four characters a byte at worst.
_CHUNK_BYTES = 768
_RESET_MS = 150
_RESET_MARK = "flasher_was_here"


@dataclass(frozen=True)
class Survey:
    """What a board is and holds; `files`: path → (bytes, SHA-256).

    `is_torn`: it has a device.json, which cannot be read; then `config` is None as on a blank one.
    """

    machine: str
    version: tuple[int, ...]
    mpy: int
    block_bytes: int
    free_bytes: int
    config: dict[str, Any] | None
    files: dict[str, tuple[int, str]]
    is_torn: bool = False

    @property
    def id(self) -> str | None:
        """Which device it is, None if it does not say."""
        found = (self.config or {}).get("id")
        return found if isinstance(found, str) and found else None

    @property
    def version_text(self) -> str:
        """As in 1.29.0."""
        return ".".join(str(part) for part in self.version)


class Board:
    """A context manager that holds the port; the board stays in its raw REPL meanwhile."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self._transport: SerialTransport | None = None
        self._has_tools = False
        self._chip: bytes | None = None  # names of ports change hands when boards reset

    def __enter__(self) -> Board:
        self._connect(time.monotonic() + _ANSWER_S, soft_reset=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def survey(self) -> Survey:
        """Ask what the board is and what it holds."""
        lines = self._exec(onboard.survey()).decode().splitlines()
        facts = json.loads(lines[0])
        files = {path: (size, digest) for path, size, digest in map(json.loads, lines[1:])}
        config = _config(facts["config"])
        return Survey(
            facts["machine"],
            tuple(facts["version"]),
            facts["mpy"],
            facts["block"],
            facts["free"],
            config,
            files,
            config is None and onboard.CONFIG in files,
        )

    def put(self, path: str, data: bytes) -> bool:
        """Write a file aside, check it there, and rename it; False if it came out wrong."""
        self._need_tools()
        parts = path.split("/")
        for depth in range(2, len(parts)):
            self._exec(f"folder({'/'.join(parts[:depth])!r})")
        with self._talking() as transport:
            transport.fs_writefile(path + onboard.DRAFT, data, chunk_size=_CHUNK_BYTES)
        digest = hashlib.sha256(data).hexdigest()
        return self._exec(f"place({path!r}, {digest!r})").strip() == b"1"

    def remove(self, paths: list[str]) -> None:
        """Remove files, and those of our folders that are empty then."""
        self._need_tools()
        for path in paths:
            self._exec(f"gone({path!r})")
        for folder in onboard.FOLDERS:
            if any(path.startswith(folder + "/") for path in paths):
                self._exec(f"empty({folder!r})")

    def rename(self, old: str, new: str) -> None:
        """Rename a file over another."""
        self._exec(f"import os\nos.rename({old!r}, {new!r})")

    def park(self) -> None:
        """Put main.py aside and start the board without it, so that no watchdog runs."""
        self._exec(onboard.park())
        self.reset()
        self._connect(time.monotonic() + _BACK_S, soft_reset=False)

    def reset(self) -> None:
        """A hard reset; the port is free, or gone, afterwards."""
        with self._talking() as transport:
            transport.exec(f"{_RESET_MARK} = 1")
            # The port goes with the board: first its acknowledgement has to get through.
            transport.exec_raw_no_follow(
                f"import machine, time\ntime.sleep_ms({_RESET_MS})\nmachine.reset()"
            )
        time.sleep(2 * _RESET_MS / 1000)
        self._close()

    def _connect(self, deadline_s: float, soft_reset: bool) -> None:
        """Open the port under the name it has now, and interrupt what runs."""
        why: object = None
        while time.monotonic() < deadline_s:
            try:
                # What mpremote prints of a failed try would only puzzle.
                with contextlib.redirect_stdout(io.StringIO()):
                    why = self._enter(soft_reset)
                if why is None:
                    return
            except (TransportError, OSError, struct.error) as error:
                why = error
            self._close()
            time.sleep(_RETRY_S)
        raise CableLost(self.port.name, why)

    def _enter(self, soft_reset: bool) -> str | None:
        """None once our board is in its raw REPL, else why not."""
        device = self.port.device()
        transport = self._transport = SerialTransport(device, timeout=_SILENCE_S)
        if self.port.device() != device:
            return "its port has another name by now"  # this one is perhaps another board's
        transport.enter_raw_repl(soft_reset=soft_reset, timeout_overall=_STEP_S)
        if not transport.eval(f"{_RESET_MARK!r} not in globals()"):
            return "it has not been reset"
        chip = transport.eval("__import__('machine').unique_id()")
        self._chip = self._chip or chip
        return None if chip == self._chip else "another board answers"

    def _close(self) -> None:
        transport, self._transport = self._transport, None
        self._has_tools = False
        if transport is not None:
            try:
                transport.close()
            except OSError:
                transport.serial.close()  # it has vanished: its control lines cannot be set

    def _need_tools(self) -> None:
        if not self._has_tools:
            self._exec(onboard.tools())
            self._has_tools = True

    def _exec(self, program: str) -> bytes:
        with self._talking() as transport:
            printed: bytes = transport.exec(program)
            return printed

    @contextlib.contextmanager
    def _talking(self) -> Iterator[SerialTransport]:
        if self._transport is None:
            raise CableLost(self.port.name, "not connected")
        try:
            yield self._transport
        except TransportExecError as error:
            raise BoardSaid(self.port.name, error.error_output) from error
        # A short read shows as struct.error in mpremote 1.29.
        except (TransportError, OSError, struct.error) as error:
            raise CableLost(self.port.name, error) from error


def _config(text: str | None) -> dict[str, Any] | None:
    """The device.json on the board, None where there is none to be read."""
    try:
        values = json.loads(text or "null")
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
