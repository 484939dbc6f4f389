"""The configuration of one hall, and the questions that the hub's parts ask of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hub.config.calendar import Calendar
from hub.config.errors import UnknownDevice
from hub.config.keys import WEEKDAYS, parse
from hub.config.menu import Menu, make_menu
from hub.config.model import (
    Board,
    Campus,
    Department,
    Device,
    Hall,
    Policy,
    Season,
    Service,
    Session,
    TicketMachine,
    Window,
    Zone,
)
from hub.config.rules import make_rules
from hub.config.schema_rules import RULES
from hub.core.rules import Rules


@dataclass(frozen=True)
class HallConfig:
    """A checked hall, in which every reference resolves; lookups of else raise KeyError."""

    path: Path
    hall: Hall
    campus: Campus
    seasons: tuple[Season, ...]
    sessions: tuple[Session, ...]
    special_days: Mapping[dt.date, str]
    departments: Mapping[str, Department]
    services: Mapping[str, Service]
    zones: Mapping[str, Zone]
    boards: Mapping[str, Board]
    windows: Mapping[int, Window]
    ticket_machines: Mapping[str, TicketMachine]
    posts: Mapping[int, str]
    policy: Policy

    @property
    def site(self) -> str:
        """The hall's name in topics."""
        return self.hall.site

    @cached_property
    def time_zone(self) -> zoneinfo.ZoneInfo:
        """The hall's local time."""
        return zoneinfo.ZoneInfo(self.hall.time_zone)

    @cached_property
    def calendar(self) -> Calendar:
        """When the hall serves."""
        return Calendar(self.time_zone, self.seasons, self.sessions, self.special_days)

    def session_at(self, local: dt.datetime) -> Session | None:
        """The session that holds this local time (aware, or naive local), or None."""
        return self.calendar.session_at(local)

    def devices(self) -> tuple[Device, ...]:
        """Every device of the hall: ticket machines, boards, then each window's."""
        return tuple(self._devices.values())

    def device(self, device_id: str) -> Device:
        """What this id stands for; raises UnknownDevice."""
        try:
            return self._devices[device_id]
        except KeyError:
            raise UnknownDevice(device_id) from None

    @cached_property
    def _devices(self) -> dict[str, Device]:
        found = [Device(m.id, "ticket_machine", m.zone) for m in self.ticket_machines.values()]
        found += [
            Device(board.id, "display", board.zone, None, board.panel, board.voice)
            for board in self.boards.values()
        ]
        for window in self.windows.values():
            at = (window.zone, window.number)
            found.append(Device(window.caller, "caller", *at))
            if window.pad:
                found.append(Device(window.pad, "rating_pad", *at))
            if window.bar:
                found.append(Device(window.bar, "display", *at, "64x16"))
        return {device.id: device for device in found}

    def voice(self, zone_id: str) -> str:
        """Device id of the zone's one voice."""
        self.zones[zone_id]
        return next(b.id for b in self.boards.values() if b.zone == zone_id and b.voice)

    def zone_boards(self, zone_id: str) -> tuple[str, ...]:
        """Device ids of the zone's boards, the one with the voice first."""
        boards = [board for board in self.boards.values() if board.zone == zone_id]
        return tuple(b.id for b in sorted(boards, key=lambda board: not board.voice))

    def primary_services(self, number: int) -> tuple[str, ...]:
        """Services that a window takes first: its own, and its primary departments'."""
        letters = self.windows[number].primary
        return tuple(
            service.id
            for service in self.services.values()
            if (number in service.windows if service.windows else service.department in letters)
        )

    def secondary_services(self, number: int) -> tuple[str, ...]:
        """Services that a window helps out with."""
        letters = self.windows[number].secondary
        return tuple(
            service.id
            for service in self.services.values()
            if not service.windows and service.department in letters
        )

    def service_windows(self, service_id: str) -> tuple[int, ...]:
        """Windows to send a visitor to; helping ones only where no other serves it."""
        service = self.services[service_id]
        if service.windows:
            return tuple(sorted(service.windows))
        of = service.department
        first = tuple(n for n in sorted(self.windows) if of in self.windows[n].primary)
        return first or tuple(n for n in sorted(self.windows) if of in self.windows[n].secondary)

    def service_floor(self, service_id: str) -> int:
        """The floor of the service's first window."""
        first = self.windows[self.service_windows(service_id)[0]]
        return self.zones[first.zone].floor

    def machine_departments(self, machine_id: str) -> tuple[Department, ...]:
        """The departments that a ticket machine offers, in menu order."""
        letters = self.ticket_machines[machine_id].departments
        return tuple(d for d in self.departments.values() if not letters or d.letter in letters)

    def menu(self, letter: str) -> Menu:
        """One department's page of the ticket machines."""
        return make_menu(self, self.departments[letter])

    def to_rules(self) -> Rules:
        """The hall as the queue's core takes it."""
        return make_rules(self)

    def scaled(self, speed: float) -> HallConfig:
        """The same hall with people's and rules' durations divided; networks' are kept."""
        if not speed >= 1:
            raise ValueError(f"speed must be 1 or more, not {speed}")
        divided = {
            key.attribute: max(1, round(getattr(self.policy, key.attribute) / speed))
            for key in RULES.keys
            if key.scales and getattr(self.policy, key.attribute)
        }
        services = {
            id_: dataclasses.replace(service, mean_ms=max(1, round(service.mean_ms / speed)))
            for id_, service in self.services.items()
        }
        return dataclasses.replace(
            self, policy=dataclasses.replace(self.policy, **divided), services=services
        )

    def open_all_day(self) -> HallConfig:
        """The same hall with one session a day, midnight to midnight, for demo and tests."""
        whole_year = Season("all-year", (1, 1), (12, 31))
        session = Session(whole_year.id, WEEKDAYS, 0, 24 * 60)
        return dataclasses.replace(
            self, seasons=(whole_year,), sessions=(session,), special_days={}
        )


def default_policy() -> Policy:
    """The rules' numbers as they are when a hall's file says nothing about them."""
    return Policy(**{key.attribute: parse(key, key.default) for key in RULES.keys})
