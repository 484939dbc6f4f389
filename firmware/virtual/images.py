"""Flash images and compiled shims, made once per content and kept in build/."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from firmware.build import ROOT, compile_module, stage
from firmware.shrink.parts import library
from firmware.virtual.errors import ImageFailed

# The file system of a Pico W (ports/rp2/boards/RPI_PICO_W), the smallest of our boards.
FLASH_BYTES = 848 * 1024
# The interpreter is a module of the Python that runs us, so its own script need not be found.
_RUN = "import sys, micropython_unix; sys.exit(micropython_unix.main())"
MICROPYTHON = (sys.executable, "-c", _RUN)
# With a console. At SIGINT the port jumps out of wherever it is; out of a collection, that leaves
# the heap locked for ever. These signals do what a chip's interrupt does: the first lets the next
# bytecode raise KeyboardInterrupt, the second only ends a wait that began in between.
INTERRUPT, NUDGE = signal.SIGUSR1, signal.SIGUSR2
_INTERRUPTIBLE = f"""
import ctypes, micropython_run
libc, port = ctypes.CDLL(None), ctypes.CDLL(micropython_run.__file__)
for number, handler in (
    ({INTERRUPT:d}, port.mp_sched_keyboard_interrupt), ({NUDGE:d}, libc.getpid)
):
    libc.signal(number, ctypes.cast(handler, ctypes.c_void_p))
    libc.siginterrupt(number, 1)
{_RUN}"""
MICROPYTHON_WITH_CONSOLE = (sys.executable, "-c", _INTERRUPTIBLE)
CONFIG_PATH = "/cfg/device.json"

_HERE = Path(__file__).resolve().parent
_BUILD = ROOT / "build"
# Thirteen boards that start together look at the sources once.
_once = threading.RLock()


def role_image(role: str) -> Path:
    """The image of a role's sources as they were when this process first asked."""
    with _once:
        return _role_image(role)


def shims() -> Path:
    """The directory with the shims, compiled: a board's own heap has no room for compiling."""
    with _once:
        return _shims()


def tree_image(tree: Path, target: Path) -> None:
    """An image of any directory, for firmware that is a test's own."""
    _make(target, tree)


def add_config(image: Path, config: dict[str, Any]) -> None:
    """Write the device's configuration onto an image."""
    add_file(image, CONFIG_PATH, json.dumps(config, ensure_ascii=False))


def add_file(image: Path, path: str, text: str) -> None:
    """Write a file onto an image, over one that is there."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=image.parent) as host_file:
        host_file.write(text)
        host_file.flush()
        _mkimage(image, 0, host_file.name, path)


@functools.cache
def _role_image(role: str) -> Path:
    with _locked(f"{role}.lock"):
        manifest = stage(role, _BUILD / "stage" / role)
        digest = _digest(path + entry["sha256"] for path, entry in manifest["files"].items())
        target = _BUILD / "virtual" / f"{role}-{digest}.img"
        if not target.exists():
            _make(target, _BUILD / "stage" / role)
    return target


@functools.cache
def _shims() -> Path:
    sources = [*sorted((_HERE / "shims").glob("*.py")), _HERE / "records.py"]
    whole = {source: source.read_text(encoding="utf-8") for source in sources}
    texts = {
        source: library(source.stem, _shim, [whole[each] for each in sources if each != source])
        for source in sources
    }
    digest = _digest(path.name + text for path, text in texts.items())
    target = _BUILD / "virtual" / f"shims-{digest}"
    with _locked("shims.lock"):
        if not target.exists():
            making = Path(tempfile.mkdtemp(dir=target.parent))
            for source, text in texts.items():
                compile_module(text, source.stem, making / f"{source.stem}.mpy")
            making.rename(target)
    return target


def _shim(name: str) -> Path | None:
    """A shim's source, whose constants may be folded."""
    path = _HERE / "records.py" if name == "records" else _HERE / "shims" / f"{name}.py"
    return path if path.is_file() else None


def _make(target: Path, tree: Path) -> None:
    making = target.with_name(target.name + ".new")
    _mkimage(making, FLASH_BYTES, str(tree), "/")
    making.rename(target)


def _mkimage(image: Path, size_bytes: int, host_path: str, path: str) -> None:
    command = [*MICROPYTHON, str(_HERE / "mkimage.py"), str(shims()), str(image)]
    command += [str(size_bytes), host_path, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ImageFailed(image, done.stdout + done.stderr)


@contextlib.contextmanager
def _locked(name: str) -> Iterator[None]:
    """One maker at a time, among processes too: demo and tests share build/."""
    directory = _BUILD / "virtual"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
