"""A MicroPython process with nothing but a link in it (link_agent.py), told what to do."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path

from fakes.nats import Nats

DEVICE = "caller-4"
ROOT = Path(__file__).resolve().parents[2]
KEEPALIVE_S = 2
PATIENCE_S = 60


class Board:
    """One run of link_agent.py; `said` lists what the link told its device."""

    def __init__(self, folder, port, password=Nats.password, keepalive_s=KEEPALIVE_S, heap="160k"):
        self.said = []
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [
                str(Path(sys.executable).parent / "micropython"),
                "-X",
                f"heapsize={heap}",
                str(ROOT / "tests/firmware/common/link_agent.py"),
                *(str(folder), "127.0.0.1", str(port), DEVICE, password, str(keepalive_s)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"MICROPYPATH": f"{ROOT}:{ROOT / 'firmware'}:.frozen"},
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def tell(self, line):
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def wait(self, *facts, count=1, within_s=PATIENCE_S):
        """The `count`th line that begins with these facts; AssertionError if it is not said."""

        def found():
            return [line for line in self.said if line[: len(facts)] == list(facts)]

        with self._changed:
            self._changed.wait_for(lambda: len(found()) >= count, within_s)
        assert len(found()) >= count, f"{facts}: not {count} times in {self.said}"
        return found()[count - 1]

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._listener.join()
        self._process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def power_down(self):
        """End of stdin: the planned way."""
        self._process.stdin.close()
        assert self._process.wait(5) == 0

    def _listen(self):
        for line in self._process.stdout:
            with self._changed:
                try:
                    self.said.append(json.loads(line))
                except ValueError:
                    self.said.append(["text", line.decode().rstrip()])
                self._changed.notify_all()


def make_ready(hub, board, epoch=7):
    """The hub says that it is there, and what the device shows."""
    hub.state("online", epoch)
    hub.want([epoch, 1])
    board.wait("status", "ready")
