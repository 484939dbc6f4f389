"""Checks between tables: references, devices, menus, hours and numbers that must fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from hub.config.calendar import days_of_year, in_season
from hub.config.errors import Problems
from hub.config.hall import HallConfig
from hub.config.model import Department, Service, Session, Window
from protocol.codec import encode
from protocol.errors import ProtocolError, TooLarge
from protocol.limits import MAX_DEPARTMENTS, MAX_SERVICES, MAX_WINDOWS
from protocol.machine import MenuService

LOOPBACK = ("127.0.0.1", "::1", "localhost")
Where = dict[str, str]


def check_unique(problems: Problems, file: str, table: str, names: Sequence[Any]) -> None:
    """Notes every name that stands twice in a table."""
    for name, times in Counter(names).items():
        if name and times > 1:  # an empty one was noted as missing
            problems.add(file, f"{table}.{name}", f"stands {times} times; keep one")


class CrossCheck:
    """One pass over a hall whose tables are right each by itself."""

    def __init__(self, config: HallConfig, problems: Problems, rows: Where) -> None:
        self._config = config
        self._problems = problems
        self._file = config.path.name
        self._rows = rows  # service id → its line in the table of services

    def run(self) -> None:
        """Notes every problem; the hall is not changed."""
        self._departments()
        self._places()
        self._windows()
        self._devices()
        self._voices()
        self._services()
        self._seasons()
        self._sessions()
        self._policy()
        self._campus()

    def menus(self) -> None:
        """Notes menus that the wire refuses; only for a hall without other problems."""
        for department in self._config.departments.values():
            menu = self._config.menu(department.letter)
            if [fields for fields in menu.services if not self._fits(fields)]:
                continue
            try:
                menu.encode_worst()
            except TooLarge as error:
                self._add(
                    f"department.{department.letter}",
                    f"its menu does not fit one message: {error}; shorten names or materials, "
                    "or divide the department",
                )

    def _fits(self, fields: dict[str, Any]) -> bool:
        """Notes a service whose materials are too long; the schema bounds all its other texts."""
        try:
            encode(MenuService(**fields))
        except ProtocolError as error:
            service = self._config.services[fields["id"]]
            self._add_service(service, "bring_zh", f"too long in all: {error}")
            return False
        return True

    def _add(self, key: str, text: str) -> None:
        self._problems.add(self._file, key, text)

    def _add_service(self, service: Service, column: str, text: str) -> None:
        where = self._rows.get(service.id, "")
        self._problems.add(self._config.hall.services, f"{where}.{column}", text)

    def _campus(self) -> None:
        url = urlsplit(self._config.campus.url)
        if url.scheme == "http" and url.hostname not in LOOPBACK:
            # The token and the holders' hashes would be read by anyone on the way.
            self._add("campus.url", "must begin with https:// unless the host is 127.0.0.1")

    def _departments(self) -> None:
        departments = self._config.departments
        check_unique(
            self._problems, self._file, "department.id", [d.id for d in departments.values()]
        )
        if len(departments) > MAX_DEPARTMENTS:
            self._add("department", f"at most {MAX_DEPARTMENTS} fit one message")
        served = {service.department for service in self._config.services.values()}
        for letter in departments:
            if letter not in served:
                self._add(f"department.{letter}", "has no service; add one, or remove it")

    def _letters(self, key: str, letters: Iterable[str]) -> None:
        for letter in letters:
            if letter not in self._config.departments:
                self._add(key, f"unknown department {letter!r}")

    def _zone(self, key: str, zone: str) -> None:
        if zone and zone not in self._config.zones:
            self._add(f"{key}.zone", f"unknown zone {zone!r}")

    def _places(self) -> None:
        for board in self._config.boards.values():
            self._zone(f"board.{board.id}", board.zone)
        for machine in self._config.ticket_machines.values():
            self._zone(f"ticket_machine.{machine.id}", machine.zone)
            self._letters(f"ticket_machine.{machine.id}.departments", machine.departments)
        for number in self._config.posts:
            if number not in self._config.windows:
                self._add(f"posts.{number}", f"unknown window {number}")

    def _windows(self) -> None:
        for window in self._config.windows.values():
            key = f"window.{window.number}"
            self._zone(key, window.zone)
            self._letters(f"{key}.primary", window.primary)
            self._letters(f"{key}.secondary", window.secondary)
            for letter in set(window.primary) & set(window.secondary):
                self._add(f"{key}.secondary", f"department {letter!r} is in primary already")
            self._transfer(window, f"{key}.transfer_service")

    def _transfer(self, window: Window, key: str) -> None:
        service = self._config.services.get(window.transfer_service)
        if service is None:
            if window.transfer_service:
                self._add(key, f"unknown service {window.transfer_service!r}")
            return
        number = window.number
        if service.id not in self._config.primary_services(
            number
        ) and service.id not in self._config.secondary_services(number):
            self._add(key, f"window {number} does not serve {service.id!r}")

    def _devices(self) -> None:
        names = [(f"ticket_machine.{m}.id", m) for m in self._config.ticket_machines]
        names += [(f"board.{b}.id", b) for b in self._config.boards]
        for window in self._config.windows.values():
            for part in ("caller", "pad", "bar"):
                names.append((f"window.{window.number}.{part}", getattr(window, part)))
        first: dict[str, str] = {}
        for key, name in names:
            if name and name in first:
                self._add(key, f"device {name!r} is named already at {first[name]}")
            first.setdefault(name, key)

    def _voices(self) -> None:
        for zone in self._config.zones.values():
            boards = [b for b in self._config.boards.values() if b.zone == zone.id]
            speaking = [board.id for board in boards if board.voice]
            if len(speaking) > 1:
                self._add(
                    f"zone.{zone.id}",
                    f"has {len(speaking)} voices ({', '.join(speaking)}); they would speak over "
                    "each other: set voice = true on one board",
                )
            elif not speaking:
                self._add(f"zone.{zone.id}", "has no voice: set voice = true on one of its boards")

    def _services(self) -> None:
        for service in self._config.services.values():
            of = self._config.departments.get(service.department)
            if of is None:
                if service.department:
                    self._add_service(
                        service, "department", f"unknown department {service.department!r}"
                    )
                continue
            for number in service.windows:
                if number not in self._config.windows:
                    self._add_service(service, "windows", f"unknown window {number}")
            for letter in service.partners:
                if letter not in self._config.departments:
                    self._add_service(service, "partners", f"unknown department {letter!r}")
            self._served(service, of)
        counted = Counter(service.department for service in self._config.services.values())
        for letter, count in counted.items():
            if count > MAX_SERVICES and letter in self._config.departments:
                self._add(f"department.{letter}", f"has {count} services, at most {MAX_SERVICES}")

    def _served(self, service: Service, of: Department) -> None:
        windows = self._config.service_windows(service.id)
        if not windows:
            self._add_service(
                service,
                "windows",
                f"service {service.id!r} has no window: name one here, or name department "
                f"{of.letter} in a window of {self._file}",
            )
        elif len(windows) > MAX_WINDOWS:
            self._add_service(service, "windows", f"has more than {MAX_WINDOWS} windows")

    def _seasons(self) -> None:
        seasons = self._config.seasons
        check_unique(self._problems, self._file, "season", [season.id for season in seasons])
        noted: set[tuple[str, ...]] = set()
        for day in days_of_year():
            here = tuple(season.id for season in seasons if in_season(season, day))
            if len(here) != 1 and here not in noted:
                noted.add(here)
                on = f"{day[0]:02}-{day[1]:02}"
                text = f"{on} is in {' and '.join(here)}" if here else f"{on} is in no season"
                self._add(f"season.{here[-1]}" if here else "season", text)

    def _sessions(self) -> None:
        names = {season.id: season for season in self._config.seasons}
        for index, session in enumerate(self._config.sessions, 1):
            key = f"session.{index}"
            if session.season not in names:
                self._add(f"{key}.season", f"unknown season {session.season!r}")
            if session.closes <= session.opens:
                self._add(f"{key}.closes", "must be later than opens, on the same day")
            for earlier_index, earlier in enumerate(self._config.sessions[: index - 1], 1):
                if _overlap(session, earlier):
                    self._add(key, f"overlaps session.{earlier_index} ({_hours(earlier)})")

    def _policy(self) -> None:
        policy = self._config.policy
        rules = (
            ("online_last", "offline_first", policy.online_last < policy.offline_first),
            ("offline_first", "offline_last", policy.offline_first < policy.offline_last),
            ("offline_last", "online_resume", policy.offline_last < policy.online_resume),
            ("offline_renew_at", "offline_block", policy.offline_renew_at < policy.offline_block),
            ("noshow_free_calls", "calls_max", policy.noshow_free_calls <= policy.calls_max),
        )
        for low, high, holds in rules:
            if not holds:
                self._add(f"rules.{low}", f"must be below {high}")
        if policy.booking_credit_ms > policy.booking_walk_in_ms:
            self._add("rules.booking_credit_min", "must not be above booking_walk_in_min")
        if policy.booking_call_early_ms > policy.booking_early_ms:
            self._add("rules.booking_call_early_min", "must not be above booking_early_min")
        if policy.offline_last - policy.offline_first + 1 < policy.offline_block:
            self._add("rules.offline_block", "does not fit between offline_first and offline_last")


def _overlap(one: Session, other: Session) -> bool:
    same_day = one.season == other.season and set(one.days) & set(other.days)
    return bool(same_day) and one.opens < other.closes and other.opens < one.closes


def _hours(session: Session) -> str:
    times = [f"{minute // 60:02}:{minute % 60:02}" for minute in (session.opens, session.closes)]
    return f"{session.season}, {'–'.join(times)}"
