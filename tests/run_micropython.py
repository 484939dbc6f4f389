"""Runs every test file marked for both interpreters under the MicroPython Unix port.

`run_micropython.py [PATH ...]` limits it to files below the paths; exits 1 if any file fails.
"""

import concurrent.futures
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "# runs on CPython and MicroPython"
MARK_LINES = 3

# Room for a test file with its unittest; the boards' limits are proved by the virtual boards.
HEAP = "512k"
TIMEOUT_S = 120
# CI has two cores.
AT_ONCE = 2

# sys.path[0] is where tests/protocol/ would shadow protocol/: so the root goes first, and the
# folder of the test itself last, only so that it can be imported by name.
BOOT = """
import sys
root, folder, name = sys.argv[1:4]
sys.path[0] = root
sys.path[1:1] = [root + "/firmware", root + "/tests/micropython_lib", root + "/tests"]
sys.path.append(folder)
import unittest
sys.exit(unittest.run_module(name))
"""


def marked(root: Path) -> list[Path]:
    """Every test file below `root` that says it runs on both interpreters."""
    found = []
    for path in sorted(root.rglob("test_*.py")):
        with path.open(encoding="utf-8") as file:
            head = [file.readline().rstrip("\n") for _ in range(MARK_LINES)]
        if MARK in head:
            found.append(path)
    return found


def interpreter() -> Path:
    """The Unix port installed beside this Python; exits with a sentence if it is not there."""
    path = Path(sys.executable).parent / "micropython"
    if not path.exists():
        sys.exit(f"no MicroPython beside {sys.executable}: make setup installs it")
    return path


def run(path: Path, root: Path = ROOT) -> tuple[bool, str]:
    """Run one test file; (did it pass, everything it printed)."""
    command = [str(interpreter()), "-X", f"heapsize={HEAP}", "-c", BOOT]
    command += [str(root), str(path.parent), path.stem]
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            cwd=root,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        shown = (late.stdout or b"").decode("utf-8", "replace")
        return False, f"{shown}\nno end after {TIMEOUT_S} s\n"
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")


def main(arguments: list[str]) -> int:
    """Run the marked files below the given paths, or all; 0 if every one passed."""
    paths = [Path(argument).resolve() for argument in arguments] or [ROOT / "tests"]
    files = [file for path in paths for file in (marked(path) if path.is_dir() else [path])]
    if not files:
        print("no test file carries the mark:", MARK)
        return 1
    began = time.monotonic()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for file, (passed, output) in zip(files, pool.map(run, files), strict=True):
            failed += not passed
            name = file.relative_to(ROOT)
            last = output.rstrip().rsplit("\n", 1)[-1]
            print(f"{name}: {last}" if passed else f"{output.rstrip()}\nFAILED {name}")
    print(f"{len(files)} files in {time.monotonic() - began:.1f} s on MicroPython")
    print(f"micropython: {len(files) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
