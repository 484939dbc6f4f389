"""`hallkit board` from the outside: a port to talk to, a flash that stays."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 60


@contextlib.contextmanager
def board(folder: Path, *words: str) -> Iterator[Path]:
    link = folder / "links/port"
    command = [sys.executable, "-m", "hub", "board", "caller", "--id", "b1"]
    command += ["--link", str(link), "--data", str(folder / "b1"), *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert "b1: Raspberry Pi Pico" in process.stdout.readline()  # printed once it runs
            yield link
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
    assert not link.is_symlink()  # no port is left that could soon be another's


def ask(link: Path, expression: str) -> str:
    command = [sys.executable, "-m", "mpremote", "connect", str(link), "eval", expression]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    return done.stdout.strip()


def test_its_flash_stays_until_it_is_erased(tmp_path):
    with board(tmp_path) as link:
        ask(link, "open('kept', 'w').close()")
    with board(tmp_path) as link:
        assert ask(link, "__import__('os').listdir()") == "['kept']"
    with board(tmp_path, "--blank", "--board", "pico-2-w") as link:
        assert ask(link, "__import__('os').listdir()") == "[]"
        assert "Pico 2 W" in ask(link, "__import__('sys').implementation._machine")
