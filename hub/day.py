"""The business day: when it opens and closes, and the key that lives no longer than it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from hub.alerts import words
from hub.campus.errors import BadIdentity
from hub.campus.identity import Identity
from hub.campus.keyfiles import delete, open_day_key
from hub.clock import Clock
from hub.config import HallConfig
from hub.core import Hall, commands

log = logging.getLogger(__name__)

# How often the calendar is looked at.
LOOK_S = 1.0
_OFFLINE_NAME = re.compile(r"[0-9a-f]{32}\Z")

Ask = Callable[[Sequence[commands.Command]], Awaitable[object]]


def command_due(config: HallConfig, hall: Hall, now_ms: int) -> commands.Command | None:
    """OpenDay or CloseDay when its time has come; also for a day that the hub slept through."""
    today = config.calendar.business_day(now_ms)
    spans = config.calendar.spans(today)
    state = hall.state
    if state.day != today.isoformat():
        if state.day_open:
            return commands.CloseDay()  # slept through; today's is opened after it
        if spans and now_ms >= spans[0][0] - config.policy.issue_before_ms:
            return commands.OpenDay(today.isoformat(), config.calendar.hours(today))
        return None
    if state.day_open and (not spans or now_ms >= spans[-1][1] + config.policy.close_after_ms):
        return commands.CloseDay()
    hours = config.calendar.hours(today)
    if state.day_open and hours != state.sessions:
        # The hall's file was changed since the day was opened.
        return commands.OpenDay(state.day, hours)
    return None


class DayKeeper:
    """Sends the day's commands; its key is made before the day opens and deleted at its close."""

    def __init__(
        self, config: HallConfig, hall: Hall, clock: Clock, campus_key: bytes, day_key_file: Path
    ) -> None:
        self._config = config
        self._hall = hall
        self._clock = clock
        self._file = day_key_file
        day = hall.state.day or config.calendar.business_day(clock.now_ms()).isoformat()
        held = day_key_file.exists() and day_key_file.read_bytes()
        key = open_day_key(day_key_file, dt.date.fromisoformat(day))
        # A key made anew finds nobody whose booking was hashed with the lost one.
        self.key_is_new = held != day_key_file.read_bytes()
        self._identity = Identity(campus_key, key)
        self._alerts: set[str] = set()
        self.on_new_day: Callable[[], None] = lambda: None

    def holder(self, how: str, raw: str) -> str | None:
        """The day's hash of a card, ID number or code; None for nobody and for what is none."""
        if how == "none":
            return None
        try:
            return self._identity.holder_hashes(how, raw).day
        except BadIdentity:
            return None

    def alias(self, how: str, raw: str) -> str | None:
        """The day's hash of a visitor as machines without a hub name them; None for nobody."""
        try:
            return self._identity.alias(how, raw)
        except BadIdentity:
            return None

    def offline_name(self, holder: str) -> str | None:
        """The day's hash of the name that such a machine gave a card; None for nobody."""
        return self._identity.offline_hash(holder) if _OFFLINE_NAME.match(holder) else None

    def lease_key(self) -> str:
        """Key L of the day, in hex."""
        return self._identity.lease_key().hex()

    def booking_holder(self, campus_hash: str) -> str:
        """The day's hash of a booking's holder."""
        return self._identity.day_hash(campus_hash)

    async def look(self, ask: Ask) -> None:
        """Open or close the day if that is due, or close yesterday's and open today's."""
        for _ in range(2):
            await self._look_once(ask)

    async def _look_once(self, ask: Ask) -> None:
        command = command_due(self._config, self._hall, self._clock.now_ms())
        self._say_alerts()
        if isinstance(command, commands.OpenDay) and command.day == self._hall.state.day:
            await ask([command])
        elif isinstance(command, commands.OpenDay):
            key = open_day_key(self._file, dt.date.fromisoformat(command.day))
            self._identity.new_day(key)
            await ask([command])
            self.on_new_day()
        elif command is not None:
            await ask([command])
        state = self._hall.state
        if state.day is not None and not state.day_open and self._file.exists():
            delete(self._file)  # whoever closed the day
        if command is not None:
            log.info("day: %s", command)

    def _say_alerts(self) -> None:
        """What the manager must know, once."""
        alerts = dict(self._hall.state.alerts)
        for alert in sorted(alerts.keys() - self._alerts):
            said = words(self._config, alert)
            log.warning("告警 %s | alert: %s: %s", said.zh, alert, said.en)
        self._alerts = set(alerts)

    async def run(self, ask: Ask) -> None:
        """Look for ever."""
        while True:
            await self.look(ask)
            await asyncio.sleep(LOOK_S)
