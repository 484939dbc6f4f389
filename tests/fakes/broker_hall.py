"""The demo's hall at a broker of its own, which outlives the hub."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from fakes.nats import Nats
from hub.demo.hall import DemoHall


class BrokerHall(DemoHall):
    """As DemoHall; `broker` is a program of the test's."""

    def __init__(self, folder: Path, *more: Any, broker: type[Nats], **options: Any) -> None:
        super().__init__(folder, *more, **options)
        home = folder / "broker-home"
        home.mkdir(parents=True)
        users = [device.id for device in self.config.devices()]
        self.broker = broker(home, users, self.config.site)
        self.port = self.broker.port
        self._epochs = 0

    async def start_around(self) -> None:
        """The broker as well."""
        await asyncio.to_thread(self.broker.start)
        await super().start_around()

    async def __aexit__(self, *_: object) -> None:
        await super().__aexit__()
        await asyncio.to_thread(self.broker.stop)

    def broker_arguments(self) -> list[str]:
        """The hub is a client like others."""
        self._epochs = self._said()
        return ["--broker", f"mqtt://hub:{self.broker.password}@127.0.0.1:{self.port}"]

    def hub_is_up(self) -> bool:
        """The broker listens in any case; the hub says that it has an epoch."""
        return self._said() > self._epochs

    def _said(self) -> int:
        text = self.hub_log.read_text(encoding="utf-8") if self.hub_log.exists() else ""
        return text.count(f"hall {self.config.site}: epoch")

    async def kill_hub(self) -> None:
        """SIGKILL, unless it has died by itself; the broker stays, and publishes the will."""
        assert self.hub is not None
        if self.hub.returncode is None:
            self.hub.kill()
        await self.hub.wait()

    def password(self, user: str) -> str:
        """All have the same one."""
        del user
        return self.broker.password
