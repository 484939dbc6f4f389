"""`hallkit replay`: any moment of the journal again, as people read it, with its digest.

The journal is opened read-only, so a running hub is not disturbed. What is printed depends on
the journal, the hall's file and the options alone: two replays give the same bytes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.config import EXAMPLE, HallConfig, load
from hub.core import Hall, model
from hub.core.model import Leg
from hub.core.order import rank
from hub.log.journal import Journal

# A state's name on paper and screens, Chinese and English.
STATE_NAMES = {
    model.RESERVED: ("出票中", "printing"),
    model.WAITING: ("等候", "waiting"),
    model.CALLED: ("已呼叫", "called"),
    model.SERVING: ("办理中", "serving"),
    model.HELD: ("挂起", "held"),
    model.MISSED: ("过号", "missed"),
    model.DONE: ("办结", "done"),
    model.NO_SHOW: ("未到", "no-show"),
    model.UNSERVED: ("未办", "unserved"),
    model.VOID: ("作废", "void"),
}
WINDOW_NAMES = {
    "closed": ("未开放", "closed"),
    "paused": ("暂停", "paused"),
    "idle": ("空闲", "idle"),
    "called": ("呼叫中", "called"),
    "serving": ("办理中", "serving"),
}


class BadMoment(ValueError):
    """A --day or --until that is no date or time; `text` is what was given."""

    def __init__(self, option: str, text: str, wanted: str) -> None:
        super().__init__(f"{option} {text!r}: must be {wanted}")
        self.text = text


@dataclass(frozen=True, slots=True)
class Replayed:
    """A hall as it was after row `seq` of the journal, the last one up to `at_ms`."""

    hall: Hall
    seq: int
    at_ms: int


def replay(journal: Journal, config: HallConfig, day: str | None, until: str | None) -> Replayed:
    """Fold the journal up to the end of a day, or a local time of it; raises BadMoment.

    `until` is HH:MM[:SS] of `day` (else of the journal's last day), or an ISO time.
    """
    if day is not None:
        _date(day)
    last_day = day or journal.last_day() or ""
    until_ms = None if until is None else _until_ms(until, last_day, config)
    hall = Hall(config.to_rules())
    last_ms = 0

    def stop(row_day: str, at_ms: int) -> bool:
        nonlocal last_ms
        beyond = row_day > last_day or (until_ms is not None and at_ms > until_ms)
        if not beyond:
            last_ms = at_ms
        return beyond

    seq = journal.fold_until(hall, stop)
    return Replayed(hall, seq, last_ms if until_ms is None else until_ms)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadMoment("--day", text, "a date as 2019-05-27") from None


def _until_ms(text: str, day: str, config: HallConfig) -> int:
    try:
        if "-" in text:
            moment = dt.datetime.fromisoformat(text)
        else:
            moment = dt.datetime.combine(_date(day), dt.time.fromisoformat(text))
    except ValueError:
        wanted = "a time as 10:15, 10:15:30 or 2019-05-27T10:15+08:00"
        raise BadMoment("--until", text, wanted) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=config.time_zone)
    return round(moment.timestamp() * 1_000)


def digest(hall: Hall) -> str:
    """SHA-256 of the state's canonical bytes."""
    return hashlib.sha256(hall.digest()).hexdigest()


def lines(replayed: Replayed, config: HallConfig) -> Iterator[str]:
    """The state as text, Chinese first."""
    hall, state = replayed.hall, replayed.hall.state
    show = Clock(config)
    yield f"{show.moment(replayed.at_ms)}  第{replayed.seq}行 row {replayed.seq}"
    day = ("开放", "open") if state.day_open else ("已结束", "closed")
    yield f"营业日 {state.day or '–'} {day[0]} | business day {state.day or '–'}, {day[1]}"
    yield f"摘要 digest {digest(hall)}"
    yield ""
    yield "窗口 | windows"
    for number in sorted(hall.rules.windows):
        yield _window_line(hall, number, show)
    yield ""
    waiting = sorted(state.index.by_state[model.WAITING].values(), key=rank)
    yield f"等候 {len(waiting)} 人, 按顺序 | {len(waiting)} waiting, in order of their keys"
    for leg in waiting:
        yield _leg_line(leg, config, show)
    for name in (model.RESERVED, model.HELD, model.MISSED):
        aside = state.index.by_state[name].values()
        if aside:
            yield f"{STATE_NAMES[name][0]} {len(aside)} | {len(aside)} {STATE_NAMES[name][1]}"
            yield from (_leg_line(leg, config, show) for leg in aside)
    yield ""
    counts = {name: len(state.index.by_state[name]) for name in model.STATES}
    yield "合计 " + " · ".join(f"{STATE_NAMES[name][0]} {counts[name]}" for name in counts)
    yield "in all: " + " · ".join(f"{STATE_NAMES[name][1]} {counts[name]}" for name in counts)
    yield (
        f"预约 {len(state.bookings)}, 未取号 {len(state.index.slots)} | "
        f"{len(state.bookings)} bookings, {len(state.index.slots)} not checked in"
    )
    for lease in state.leases_today():
        yield (
            f"断网备用号 {lease.letter}{lease.first}–{lease.last} {lease.machine}, "
            f"已交回 {len(lease.used)} | leased, {len(lease.used)} handed in"
        )
    if state.breaches:
        yield f"超限插队 {state.breaches} 次 | bound of the order broken {state.breaches} times"


def _window_line(hall: Hall, number: int, show: Clock) -> str:
    window = hall.state.window(number)
    zh, en = WINDOW_NAMES[hall.state.standing(number)]
    if window.leg is None:
        return f"  {number:2}  {zh} {en}"
    leg = hall.legs[window.leg]
    return f"  {number:2}  {zh} {en} {leg.ticket}, {show.time(leg.state_ms)} 起 since"


def _leg_line(leg: Leg, config: HallConfig, show: Clock) -> str:
    booked = f", 预约 booked {show.minute(leg.slot_ms)}" if leg.slot_ms is not None else ""
    credit = f" (+{leg.credit_ms // 60_000} min)" if leg.credit_ms else ""
    return (
        f"  {leg.ticket}  {service_name(config, leg.service)}, "
        f"{show.time(leg.arrived_ms)} 到 arrived{booked}{credit}"
        f"{', 断网取号 without the hub' if leg.offline else ''}"
    )


def service_name(config: HallConfig, service: str) -> str:
    """The service in Chinese and English; its id if the hall has it no more."""
    found = config.services.get(service)
    return service if found is None else f"{found.zh} {found.en}"


class Clock:
    """Times of the journal in the hall's own zone."""

    def __init__(self, config: HallConfig) -> None:
        self._zone = config.time_zone

    def _local(self, at_ms: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(at_ms / 1_000, self._zone)

    def moment(self, at_ms: int) -> str:
        """Date, time and zone."""
        return self._local(at_ms).strftime("%Y-%m-%d %H:%M:%S %Z")

    def time(self, at_ms: int) -> str:
        """HH:MM:SS."""
        return self._local(at_ms).strftime("%H:%M:%S")

    def minute(self, at_ms: int) -> str:
        """HH:MM."""
        return self._local(at_ms).strftime("%H:%M")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that name a moment, shared with `explain`."""
    parser.add_argument("--hall", type=Path, default=EXAMPLE, help="the hall's hall.toml")
    parser.add_argument("--day", metavar="D", help="as 2019-05-27; else the journal's last day")
    parser.add_argument("--until", metavar="T", help="as 10:15:30; else the end of that day")


def text(options: argparse.Namespace) -> str:
    """What `hallkit replay` prints."""
    config = load(options.hall)
    journal = Journal(options.journal, read_only=True)
    try:
        replayed = replay(journal, config, options.day, options.until)
    finally:
        journal.close()
    return "\n".join(lines(replayed, config))
