"""The demo's hall at Mosquitto."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fakes.broker_hall import BrokerHall
from fakes.mosquitto import Mosquitto


class MosquittoHall(BrokerHall):
    """`broker` is the Mosquitto."""

    def __init__(self, folder: Path, *more: Any, **options: Any) -> None:
        super().__init__(folder, *more, broker=Mosquitto, **options)
