"""Chaos' hall: hub, broker, campus server and virtual boards, with a fault proxy on every link."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from fakes.fault_proxy import FaultProxy
from fakes.mosquitto import Mosquitto
from fakes.nats import Nats
from fakes.tuned_hall import tuned_hall
from hub.broker import die_with_parent
from hub.campus import campus_hash
from hub.campus.keyfiles import create
from hub.config import Device
from hub.demo.hall import DemoHall, HallFailed, tail
from proof.chaos_hub import BACKOFF_S, KEEPALIVE_S

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BROKERS = {"nats": Nats, "mosquitto": Mosquitto}
SPEED = 10.0
WINDOWS = (4, 9, 18, 19, 20)
# One for each window, so that every window has work.
SERVICES = ("enrolment-proof", "household-proof", "visa", "grant-entry", "seal")
# Booked visitors for each ticket machine; the others walk in.
BOOKED = 30
# Their slots begin a little before they come, and stay good for 6 minutes at SPEED.
SLOT_BEFORE_S = 20
MACHINES = 9
START_TIMEOUT_S = 30.0
# Real seconds: the least that the hall's file takes, and for the voice, which counts while the hub
# is away, longer than any outage. Then hall seconds, divided by SPEED.
RULES = {
    "press_stale_s": 2,
    "print_timeout_s": 5,
    "speak_timeout_s": 120,
    "start_after_s": 100,
    "rating_s": 40,
}
# The boards' own waits, so that 50 s hold many outages.
LINK = {
    "keepalive_s": KEEPALIVE_S,
    "low_ms": int(BACKOFF_S[0] * 1000),
    "high_ms": int(BACKOFF_S[1] * 1000),
}


class ChaosHall(DemoHall):
    """The demo's hall at a broker of its own; `links` by name, `hub_link` among them.

    The devices hang at two proxies, so that one half may be cut off while the other is not.
    """

    def __init__(
        self, folder: Path, broker: str, mutation: str = "-", *, small: bool = False
    ) -> None:
        """`small`: two windows and two machines, for a run beside others."""
        self.machines = 2 if small else MACHINES
        self.services = SERVICES[-2:] if small else SERVICES
        windows = WINDOWS[-2:] if small else WINDOWS
        super().__init__(folder, windows, SPEED, self._file(folder))
        self.mutation = mutation
        machines = [d.id for d in self.devices() if d.role == "ticket_machine"]
        self.booked = {machine: self._book(machine) for machine in machines}
        self.control = folder / "control"
        self.control.mkdir(parents=True, exist_ok=True)
        self.campus_port = 0
        users = [device.id for device in self.config.devices()]
        (folder / broker).mkdir()
        self.broker: Nats = BROKERS[broker](folder / broker, users, self.config.site)
        self.links: dict[str, FaultProxy] = {}
        self.unexpected: list[str] = []  # ends of the hub that no fault was

    @staticmethod
    def _file(folder: Path) -> Path:
        file = tuned_hall(folder, RULES)
        text = file.read_text(encoding="utf-8")
        more = "".join(
            f'[[ticket_machine]]\nid = "ticket-machine-{number}"\nzone = "floor-1"\n\n'
            for number in range(4, MACHINES + 1)
        )
        text = text.replace("poll_s = 1\n", f"poll_s = {SPEED:.0f}\n")
        text = text.replace("[[department]]", more + "[[department]]", 1)
        file.write_text(text, encoding="utf-8")
        return file

    def _book(self, machine: str) -> list[tuple[str, str]]:
        """Cards and services of the booked visitors of one machine, made at the campus server."""
        key = bytes.fromhex(self.campus_key)
        slot = datetime.now(self.config.time_zone) - timedelta(seconds=SLOT_BEFORE_S)
        booked = [
            (secrets.token_hex(5).upper(), self.services[n % len(self.services)])
            for n in range(BOOKED)
        ]
        self.campus.store.put(
            [
                {
                    "id": f"{machine}-{n}",
                    "service": service,
                    "slot": slot.isoformat(),
                    "holders": [campus_hash(key, "card", card)],
                    "state": "booked",
                }
                for n, (card, service) in enumerate(booked)
            ]
        )
        return booked

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        campus = self.config.campus
        create(self.data / campus.token_file, self.campus_token)
        create(self.data / campus.key_file, self.campus_key)
        try:
            await asyncio.to_thread(self.broker.start)
            for name in ("odd", "even", "hub"):
                self.links[name] = await FaultProxy(self.broker.port).__aenter__()
            self.campus_url = await self.campus.start()
            self.campus_port = int(self.campus_url.rpartition(":")[2])
            await self.start_hub()
            await self.start_boards(self.devices())
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(board.kill() for board in self.boards.values()))
        await self.stop_hub()
        await self.campus.stop()
        for link in self.links.values():
            link.heal()
            await link.__aexit__()
        await asyncio.to_thread(self.broker.stop)

    def devices(self) -> list[Device]:
        """All ticket machines, and what stands at the open windows and in their zones."""
        machines = [self.config.device(name) for name in list(self.config.ticket_machines)]
        others = [d for d in super().devices() if d.role != "ticket_machine"]
        return [*machines[: self.machines], *others]

    def link_of(self, device: str) -> str:
        """Which proxy the device hangs at; the boards of one window at different ones."""
        return ("even", "odd")[int(hashlib.sha256(device.encode()).hexdigest(), 16) % 2]

    def password(self, user: str) -> str:
        """All have the same one here."""
        del user
        return self.broker.password

    def device_config(self, device: Device) -> dict[str, object]:
        """As flashed, with its proxy as the broker."""
        config: dict[str, Any] = super().device_config(device)
        config["broker"]["port"] = self.links[self.link_of(device.id)].port
        return config | {"link": LINK}

    async def start_hub(self) -> None:
        """Start it, and wait until it has an epoch; it may die again before that."""
        address = f"mqtt://hub:{self.broker.password}@127.0.0.1:{self.links['hub'].port}"
        command = [sys.executable, str(HERE / "chaos_hub.py"), str(self.control), self.mutation]
        command += ["run", str(self.file), "--data", str(self.data), "--broker", address]
        command += ["--speed", str(self.speed), "--open-all-day", "--campus", self.campus_url]
        began = self._epochs()
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        with self.hub_log.open("ab") as log:
            self.hub = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=env,
                preexec_fn=die_with_parent,
            )
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while self._epochs() == began:
            if self.hub.returncode == -signal.SIGKILL:
                return
            if self.hub.returncode is not None or time.monotonic() > deadline_s:
                raise HallFailed(f"the hub did not start:\n{tail(self.hub_log)}")
            await asyncio.sleep(0.02)

    def _epochs(self) -> int:
        text = self.hub_log.read_text(encoding="utf-8") if self.hub_log.exists() else ""
        return text.count(f"hall {self.config.site}: epoch")

    async def kill_hub(self) -> None:
        """SIGKILL; also one that died by itself is started again by the next start_hub."""
        assert self.hub is not None
        if self.hub.returncode is None:
            self.hub.kill()
        await self.hub.wait()

    async def campus_back(self) -> None:
        """The campus server listens again where it did."""
        await self.campus.start(port=self.campus_port)
