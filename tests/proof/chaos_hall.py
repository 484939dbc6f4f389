"""Chaos' hall: hub, broker, campus server and virtual boards, with a fault proxy on every link."""

from __future__ import annotations

import hashlib
import secrets
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fakes.broker_hall import BrokerHall
from fakes.fault_proxy import FaultProxy
from fakes.mosquitto import Mosquitto
from fakes.nats import Nats
from fakes.tuned_hall import tuned_hall
from hub.campus import campus_hash
from hub.config import Device
from proof.chaos_hub import BACKOFF_S, KEEPALIVE_S

HERE = Path(__file__).resolve().parent
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
# Real seconds: the least that the hall's file takes. Then hall seconds, divided by SPEED.
RULES = {
    "press_stale_s": 2,
    "print_timeout_s": 5,
    "start_after_s": 100,
    "rating_s": 40,
}
# The boards' own waits, so that 50 s hold many outages.
LINK = {
    "keepalive_s": KEEPALIVE_S,
    "low_ms": int(BACKOFF_S[0] * 1000),
    "high_ms": int(BACKOFF_S[1] * 1000),
}


class ChaosHall(BrokerHall):
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
        super().__init__(folder, windows, SPEED, self._file(folder), broker=BROKERS[broker])
        self.mutation = mutation
        machines = [d.id for d in self.devices() if d.role == "ticket_machine"]
        self.booked = {machine: self._book(machine) for machine in machines}
        self.control = folder / "control"
        self.control.mkdir(parents=True, exist_ok=True)
        self.campus_port = 0
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

    async def start_around(self) -> None:
        """A proxy for each half of the devices and one for the hub, besides."""
        await super().start_around()
        self.campus_port = int(self.campus_url.rpartition(":")[2])
        for name in ("odd", "even", "hub"):
            self.links[name] = await FaultProxy(self.broker.port).__aenter__()
        self.port = self.links["hub"].port

    async def __aexit__(self, *_: object) -> None:
        for link in self.links.values():
            link.heal()
        await super().__aexit__()
        for link in self.links.values():
            await link.__aexit__()

    def devices(self) -> list[Device]:
        """All ticket machines, and what stands at the open windows and in their zones."""
        machines = [self.config.device(name) for name in list(self.config.ticket_machines)]
        others = [d for d in super().devices() if d.role != "ticket_machine"]
        return [*machines[: self.machines], *others]

    def link_of(self, device: str) -> str:
        """Which proxy the device hangs at; the boards of one window at different ones."""
        return ("even", "odd")[int(hashlib.sha256(device.encode()).hexdigest(), 16) % 2]

    def device_config(self, device: Device) -> dict[str, object]:
        """As flashed, with its proxy as the broker."""
        config: dict[str, Any] = super().device_config(device)
        config["broker"]["port"] = self.links[self.link_of(device.id)].port
        return config | {"link": LINK}

    def hub_command(self) -> list[str]:
        """The hub that can be told where to die."""
        return [sys.executable, str(HERE / "chaos_hub.py"), str(self.control), self.mutation]

    def hub_is_up(self) -> bool:
        """It has an epoch; or it has died again before that."""
        assert self.hub is not None
        return super().hub_is_up() or self.hub.returncode == -signal.SIGKILL

    async def campus_back(self) -> None:
        """The campus server listens again where it did."""
        await self.campus.start(port=self.campus_port)
