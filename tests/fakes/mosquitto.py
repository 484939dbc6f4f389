"""A real Mosquitto 2 on a free loopback port, set up by the hub's own files."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from fakes.nats import Nats, free_port
from hub.wire.broker import HUB_USER
from hub.wire.mosquitto import write_files

WHERE = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")


class MosquittoMissing(Exception):
    """The tests of the second broker need the program; the message says how to get it."""


def find_mosquitto() -> str:
    """The program; Debian keeps it where a user's PATH does not look."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path=":".join(WHERE))
    if found is None:
        raise MosquittoMissing("mosquitto 2 is not installed: apt-get install mosquitto")
    return found


class Configured(Nats):
    """Mosquitto with a configuration that is there already, listening on `port`."""

    def __init__(self, conf: Path, port: int) -> None:
        self.port = port
        self._config = conf
        self._log = conf.with_name("mosquitto.log")
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            # Started by root it would become a user who may not read what we wrote.
            with conf.open("a", encoding="utf-8") as file:
                file.write("user root\n")

    def _command(self) -> list[str]:
        return [find_mosquitto(), "-c", str(self._config)]


class Mosquitto(Configured):
    """As Nats: `with Mosquitto(folder, ["caller-4"]) as broker:` serves on `broker.port`."""

    def __init__(self, folder: Path, users: list[str], site: str = "lobby") -> None:
        port = free_port()
        passwords = dict.fromkeys([HUB_USER, *users], self.password)
        super().__init__(write_files(folder, site, port, passwords), port)
