"""One virtual board: the MicroPython process, its flash image and its peripherals."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from firmware.virtual import images
from firmware.virtual.bench import Bench
from firmware.virtual.console import Console
from firmware.virtual.errors import BoardFailed
from firmware.virtual.hardware import OF_ROLE, PICO_W, Hardware

PWRON_RESET, WDT_RESET, SOFT_RESET = 1, 3, 5
# What machine.reset() and machine.soft_reset() leave behind in shims/machine.py.
_HARD_EXIT = 100
_RESET_EXITS = {_HARD_EXIT: SOFT_RESET, 101: SOFT_RESET}
_KILLED = -signal.SIGKILL
# A board needs about this long from reset to main.py; it also keeps a reset loop from
# eating a core.
_REBOOT_S = 0.1
# A process starts in 0.05 s; on a machine with a hundred of them it may take longer.
_START_S_MAX = 20
_LOG_TAIL_BYTES = 2000
# What our firmware may take; its chip has more (hardware.py). The shims take 12 KB, and 64-bit
# objects about 1.4 times what a board's do: so 160k is about 105 KB of a Pico W.
HEAP = "160k"
# What works without the hub needs more, and through many failures some room (docs/heap.md). Its
# chips, ESP32-S3 and RP2350, have twice as much as a Pico W.
HEAPS = {"ticket_machine": "208k"}
# asyncio first: it takes from a board's heap too, and so is no shim's.
_BOOT = (
    "import asyncio, gc, sys; gc.collect(); before = gc.mem_alloc(); "
    "sys.path[:] = [sys.argv[1], '.frozen']; import bootstrap; bootstrap.boot(before)"
)


class VirtualBoard:
    """A board of a role with its reference wiring in `parts`; `tree` runs other firmware.

    `port` gives it a console there, for mpremote; `hardware` is what it says it is. `flash` is
    "staged", "blank", or "kept" (what an earlier board left in `workdir`, else blank); `more` are
    files on a staged one besides, path → text.
    """

    def __init__(
        self,
        role: str,
        config: dict[str, Any],
        workdir: Path,
        speed: float = 1.0,
        heap: str | None = None,
        *,
        tree: Path | None = None,
        port: Path | None = None,
        hardware: Hardware | None = None,
        flash: str = "staged",
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.role = role
        self.config = config
        self.workdir = workdir
        self.heap = heap or HEAPS.get(role, HEAP)
        self.log_path = workdir / "board.log"
        self.flash_path = workdir / "flash.img"
        self.bench = Bench()
        self.parts: Any = None
        if tree is None:
            module = importlib.import_module(f"firmware.virtual.parts.{role}")
            self.parts = module.Parts(self.bench, speed)
        self.resets = 0  # by machine.reset(), machine.soft_reset() or the watchdog
        self.exit_code: int | None = None  # of a process that ended without asking for a reset
        self.hardware = hardware or OF_ROLE.get(role, PICO_W)
        self.port = port
        self._tree = tree
        self._flash_with = flash
        self._more = more or {}
        self._flashed = False
        self._console: Console | None = None
        self._asked: int | None = None  # the exit code of a reset asked for with a console
        self._process: asyncio.subprocess.Process | None = None
        self._running: asyncio.Task[None] | None = None
        self._socket_dir: str | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._cause = PWRON_RESET
        self._bitten = False
        self.bench.on_fed(self._fed)
        self.bench.on_booted(self._booted)
        self.bench.on_reset(self._reset)

    @property
    def name(self) -> str:
        """The device's id, or its role."""
        return str(self.config.get("id", self.role))

    @property
    def pid(self) -> int | None:
        """The process that runs now, None while off."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        """Whether the board has power: also while it resets, not after its main.py ended."""
        return self._running is not None and not self._running.done()

    async def start(self) -> None:
        """Power on, and wait until the interpreter runs; the first start writes the flash."""
        if self.is_running:
            raise BoardFailed(self.name, "is running already", "")
        await self.stop()  # what a program that ended by itself left behind
        if not self._flashed:
            await asyncio.to_thread(self._flash)
            self._flashed = True
        self._cause = PWRON_RESET
        self.exit_code = None
        # A Unix socket's path holds 107 bytes, which a test's directory may well exceed.
        self._socket_dir = tempfile.mkdtemp(prefix="vboard-")
        shims = await asyncio.to_thread(images.shims)
        await self.bench.open(Path(self._socket_dir) / "s")
        self._running = asyncio.create_task(self._run(shims), name=f"board {self.name}")
        connected = asyncio.create_task(self.bench.connected.wait())
        await asyncio.wait(
            (connected, self._running),
            timeout=_START_S_MAX,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if not connected.done():
            connected.cancel()
            await self.kill()
            raise BoardFailed(self.name, "did not start", self.log_tail())

    async def stop(self) -> None:
        """Power off by SIGTERM; the flash image stays."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """Pull the plug (SIGKILL); the flash image stays."""
        await self._end(signal.SIGKILL)

    async def wait_off(self) -> int | None:
        """Wait until the board's program has ended by itself; its exit code."""
        if self._running:
            await asyncio.shield(self._running)
        return self.exit_code

    def log_tail(self) -> str:
        """The last lines the board printed."""
        if not self.log_path.exists():
            return ""
        with self.log_path.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _LOG_TAIL_BYTES))
            return log.read().decode(errors="replace")

    def _flash(self) -> None:
        self.workdir.mkdir(parents=True, exist_ok=True)
        if self._flash_with != "staged":
            if self._flash_with == "blank" or not self.flash_path.exists():
                with tempfile.TemporaryDirectory() as nothing:
                    images.tree_image(Path(nothing), self.flash_path)
            return
        if self._tree is None:
            shutil.copyfile(images.role_image(self.role), self.flash_path)
        else:
            images.tree_image(self._tree, self.flash_path)
        images.add_config(self.flash_path, self.config)
        for path, text in self._more.items():
            images.add_file(self.flash_path, path, text)

    async def _run(self, shims: Path) -> None:
        """Run the program, again after each reset, until it ends or is ended."""
        ident = hashlib.sha256(self.name.encode()).hexdigest()[:16]
        port = images.MICROPYTHON_WITH_CONSOLE if self.port else images.MICROPYTHON
        head = [*port, "-X", f"heapsize={self.heap}"]
        tail = ["-c", _BOOT, str(shims), str(self.flash_path), f"{self._socket_dir}/s", ident]
        with self.log_path.open("ab") as log:
            if self.port:
                self._console = Console(self.port, log)
                self._console.plug()
                head.append("-i")
            try:
                while True:
                    self._asked = None
                    await self._run_once([*head, *tail, str(self._cause)], log)
                    if self.exit_code is not None:
                        return
                    self.resets += 1
                    await asyncio.sleep(_REBOOT_S)
            finally:
                self.bench.spare_power()

    async def _run_once(self, command: list[str], log: IO[bytes]) -> None:
        """One run of the interpreter; leaves the next reset cause, or an exit code."""
        console = self._console
        stdin, stdout = asyncio.subprocess.DEVNULL, log.fileno()
        if console:
            stdin = stdout = console.terminal()
            command += ["main" if console.runs_main else "boot", *self.hardware.arguments()]
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=stdin, stdout=stdout, stderr=stdout
        )
        if console:
            os.close(stdout)
            console.started(self._process.pid)
        code = await self._process.wait()
        self._process = None
        await self.bench.ended()
        code = code if self._asked is None else self._asked
        bitten, self._bitten = self._bitten, False
        is_off = self._running is None  # stopped or killed, whatever it was about to do
        # A soft reset ends the interpreter only: the port stays, and a watchdog goes on.
        soft = bool(console) and not (is_off or bitten or code in (_HARD_EXIT, _KILLED))
        if not soft:
            self._unwatch()
        if is_off:
            self.exit_code = code
        elif bitten:
            self._cause = WDT_RESET
        elif soft or code in _RESET_EXITS:
            self._cause = _RESET_EXITS.get(code, SOFT_RESET)
        else:
            self.exit_code = code
        if console:
            console.ended(soft=soft)
            if self.exit_code is not None:
                console.unplug()
            elif not soft:
                console.plug()

    async def _end(self, how: signal.Signals) -> None:
        self._unwatch()
        running, self._running = self._running, None
        if running:
            if self._process:
                with contextlib.suppress(ProcessLookupError):
                    self._process.send_signal(how)
            else:
                running.cancel()  # between two runs
            await asyncio.gather(running, return_exceptions=True)
        await self.bench.close()
        if self._console:
            self._console.close()
            self._console = None
        if self._socket_dir:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
            self._socket_dir = None

    def _booted(self, _: int) -> None:
        if self._console:
            self._console.booted()

    def _reset(self, exit_code: int) -> None:
        self._asked = exit_code

    def _fed(self, timeout_ms: int) -> None:
        self._unwatch()
        loop = asyncio.get_running_loop()
        self._watchdog = loop.call_later(timeout_ms / 1000, self._bite)

    def _bite(self) -> None:
        if self._process:
            self._bitten = True
            self._process.kill()

    def _unwatch(self) -> None:
        if self._watchdog:
            self._watchdog.cancel()
            self._watchdog = None
