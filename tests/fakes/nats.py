"""A real nats-server with its MQTT listener on a free loopback port, set up as the hub does."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from hub.wire.broker import HUB_USER, find_server, nats_config

START_TIMEOUT_S = 10


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Nats:
    """`with Nats(folder, ["caller-4"]) as broker:` serves MQTT on `broker.port`.

    The users are the devices (with a device's permissions) and the hub; all have `password`.
    """

    password = "loopback-test"

    def __init__(self, folder: Path, users: list[str], site: str = "lobby") -> None:
        self.port = free_port()
        self.site = site
        self._folder = folder
        self._log = folder / "nats.log"
        self._process: subprocess.Popen[bytes] | None = None
        passwords = dict.fromkeys([HUB_USER, *users], self.password)
        self._config = folder / "nats.conf"
        self._config.write_text(nats_config(site, self.port, folder / "nats", passwords))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The server's process, for signals."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start, perhaps again with the same port and store, and wait for the listener."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the broker did not start: " + self._log.read_text()[-500:])
            time.sleep(0.02)

    def _command(self) -> list[str]:
        return [find_server(), "-c", str(self._config)]

    def stop(self, kill: bool = False) -> None:
        """End the server; `kill` gives it no chance to say goodbye."""
        process, self._process = self._process, None
        if process is not None:
            if kill:
                process.kill()
            else:
                process.terminate()
            process.wait(START_TIMEOUT_S)
