"""The demo's hall at Mosquitto, which outlives the hub."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from fakes.mosquitto import Mosquitto
from hub.demo.hall import DemoHall


class MosquittoHall(DemoHall):
    """As DemoHall; `broker` is the Mosquitto."""

    def __init__(self, folder: Path, *more: Any, **options: Any) -> None:
        super().__init__(folder, *more, **options)
        home = folder / "mosquitto-home"
        home.mkdir(parents=True)
        users = [device.id for device in self.config.devices()]
        self.broker = Mosquitto(home, users, self.config.site)
        self.port = self.broker.port
        self._epochs = 0

    async def __aenter__(self) -> Any:
        await asyncio.to_thread(self.broker.start)
        return await super().__aenter__()

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
        """SIGKILL; the broker stays, and publishes the will."""
        assert self.hub is not None
        self.hub.kill()
        await self.hub.wait()

    def password(self, user: str) -> str:
        """All have the same one."""
        del user
        return self.broker.password
