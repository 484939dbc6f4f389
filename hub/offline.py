"""Numbers in advance and the papers given from them: between the wire and the core.

A card has two names in the journal, both hashed with the day key D: the usual one, by which its
bookings are found, and its alias, which is made of what a machine without a hub can compute with
the lease's key L. Whoever shows the card online is looked for under both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from hub.config import HallConfig
from hub.core import Hall, commands, lease
from protocol import machine


class Names(Protocol):
    """What only the holder of the day's keys can say."""

    def alias(self, how: str, raw: str) -> str | None:
        """The name of a card on papers without a hub; None for what is no card."""
        ...

    def offline_name(self, holder: str) -> str | None:
        """The journal's name for what a machine made of a card; None for nobody."""
        ...

    def lease_key(self) -> str:
        """Key L of the day, in hex."""
        ...


class NoNames:
    """A hub without keys: cards of papers without a hub are not recognised."""

    def alias(self, how: str, raw: str) -> str | None:
        """No card has one."""
        return None

    def offline_name(self, holder: str) -> str | None:
        """Nobody is known."""
        return None

    def lease_key(self) -> str:
        """None, as after the day's end."""
        return ""


class Offline:
    """Turns the events `lease` and `offline` into commands, and leases into answers.

    `heard(machine)`: when the machine was last heard before it was away; None: nobody knows.
    """

    def __init__(
        self,
        config: HallConfig,
        hall: Hall,
        names: Names | None = None,
        heard: Callable[[str], int | None] = lambda _: None,
    ) -> None:
        self._config = config
        self._hall = hall
        self.names: Names = names or NoNames()
        self._heard = heard

    def ask(self, device: str, asked: machine.LeaseAsk) -> commands.AskLease:
        """The command; a department that this machine does not serve is none to the core."""
        served = {department.letter for department in self._config.machine_departments(device)}
        letter = asked.letter if asked.letter in served else ""
        return commands.AskLease(device, letter, asked.left)

    def answer(self, device: str, letter: str, now_ms: int) -> dict[str, Any]:
        """The machine's newest lease as it is journalled: all but the key."""
        held = lease.newest(self._hall.state, device, letter)
        assert held is not None
        from_ms, until_ms = self._hours(now_ms)
        ahead = datetime.fromtimestamp(from_ms / 1000, self._config.time_zone).utcoffset()
        assert ahead is not None
        body = machine.Lease(
            letter=held.letter,
            day=held.day,
            first=held.first,
            last=held.last,
            from_ms=from_ms,
            until_ms=until_ms,
            tz_min=ahead // timedelta(minutes=1),
            key="",
        )
        return {name: value for name, value in body.plain().items() if name != "key"}

    def with_key(self, kind: str, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer as it is sent; L never lies in the journal beside what it has hashed."""
        if kind != "lease" or not answer["ok"]:
            return answer
        return {**answer, "d": {**answer["d"], "key": self.names.lease_key()}}

    def paper(self, device: str, told: machine.Offline) -> commands.MergeOffline:
        """The command that takes a paper into the queue."""
        return commands.MergeOffline(
            machine=device,
            letter=told.letter,
            number=told.number,
            day=told.day,
            service=told.service,
            arrived_ms=told.at,
            token=told.token,
            holder=self.names.offline_name(told.holder),
            booked=told.booked,
            priority=told.priority,
            result=told.result,
            heard_ms=self._heard(device),
        )

    def _hours(self, now_ms: int) -> tuple[int, int]:
        """From when to when numbers are given out that day; without hours, all of the date."""
        sessions = self._hall.state.sessions
        if sessions:
            return sessions[0][0] - self._config.policy.issue_before_ms, sessions[-1][1]
        date = self._config.calendar.business_day(now_ms)
        ends = (date, date + timedelta(days=1))
        midnights = (datetime.combine(day, time(), self._config.time_zone) for day in ends)
        from_ms, until_ms = (int(at.timestamp() * 1000) for at in midnights)
        return from_ms, until_ms
