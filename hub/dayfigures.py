"""`hallkit figures`: one business day in figures that hide nobody, derived from its events.

A wait runs from the number (or the transfer) to the first call. Whoever was never called, served
by force, started by time alone, or not rated is counted beside the figure that leaves them out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.act import NAMES
from hub.config import EXAMPLE, HallConfig, load
from hub.core import events as ev
from hub.core.fold_lease import DAYS_KEPT
from hub.log.journal import JOURNAL, Journal

# So far back it is looked for papers of a day that were handed in later: a working year.
DAYS_BACK = 260

UNRATED = {
    "no-key": "未按键 no key",
    "offline": "评价器离线 pad offline",
    "next": "已叫下一位 next",
}


class NoDay(LookupError):
    """The journal has nothing of that day."""

    def __init__(self, day: str) -> None:
        super().__init__(f"{day}: 当天无记录 | nothing in the journal of that day")
        self.day = day


@dataclass(slots=True)
class Department:
    """One letter's share of the day; times in seconds."""

    issued: int = 0
    served: int = 0
    waits_s: list[float] = field(default_factory=list)


@dataclass(slots=True)
class DayFigures:
    """A fold of one day's events; `of` makes it."""

    counts: Counter[str] = field(default_factory=Counter)  # legs by what became of them
    waits_s: list[float] = field(default_factory=list)  # number to first call
    unserved_s: list[float] = field(default_factory=list)  # number to the day's end, never called
    services_s: list[float] = field(default_factory=list)  # 到 to 完成, both said by the clerk
    ratings: Counter[int] = field(default_factory=Counter)
    unrated: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    departments: dict[str, Department] = field(default_factory=dict)
    _since_ms: dict[int, int] = field(default_factory=dict)  # legs that were not called yet
    _started_ms: dict[int, int] = field(default_factory=dict)  # by the clerk's own word
    _letters: dict[int, str] = field(default_factory=dict)
    _first: set[int] = field(default_factory=set)  # 优先, by machine or manager

    @classmethod
    def of(cls, events: Iterable[ev.Event]) -> DayFigures:
        """The figures of these events, all of one day."""
        day = cls()
        for event in events:
            day._add(event)
        return day

    @property
    def priority_share(self) -> float:
        """Of all numbers, those with 优先, by whomever."""
        return len(self._first) / max(1, self.counts["issued"])

    @property
    def waiting(self) -> int:
        """How many of the day were never called and have not been given up either."""
        return len(self._since_ms)

    def _add(self, event: ev.Event) -> None:
        if isinstance(event, ev.Managed):
            self.acts[event.act] += 1
        elif isinstance(event, ev.CallDropped):
            self.dropped[event.why] += 1
        elif isinstance(event, ev.BookingMissed | ev.Alerted):
            self.counts[event.kind] += 1
        elif isinstance(event, ev.Strayed):
            self.counts[event.kind] += _is_paper(event)
        elif isinstance(event, ev.LegEvent):
            self._add_leg(event)

    def _add_leg(self, event: ev.LegEvent) -> None:
        leg = event.leg
        if isinstance(event, ev.Reserved):
            self.counts["issued"] += 1
            self.counts["booked"] += event.booking is not None
            self._issued(event, event.at_ms)
        elif isinstance(event, ev.Merged):
            self.counts["issued"] += 1
            self.counts["offline"] += 1
            self.counts["offline_booked"] += event.claimed
            self.counts["offline_twins"] += event.twin is not None
            self._issued(event, event.arrived_ms)
        elif isinstance(event, ev.CheckedIn):
            self.counts["booked"] += 1
        elif isinstance(event, ev.Forwarded):
            self._since_ms[leg] = event.at_ms
            self._letters[leg] = self._letters[event.origin]
        elif isinstance(event, ev.Prioritised):
            self._first.add(leg)
        elif isinstance(event, ev.Called):
            self.counts["breaches"] += event.breach is not None
            since_ms = self._since_ms.pop(leg, None)
            if since_ms is not None:
                self.waits_s.append((event.at_ms - since_ms) / 1_000)
                self._department(leg).waits_s.append(self.waits_s[-1])
        elif isinstance(event, ev.Started):
            self.counts["started_implicit"] += event.implicit
            if not event.implicit:
                self._started_ms[leg] = event.at_ms
        elif isinstance(event, ev.Rated):
            self.ratings[event.level] += 1
        elif isinstance(event, ev.Unrated):
            self.unrated[event.why] += 1
        else:
            self._add_end(event)

    def _issued(self, event: ev.Reserved | ev.Merged, arrived_ms: int) -> None:
        self._since_ms[event.leg] = arrived_ms
        self._letters[event.leg] = event.letter
        self._department(event.leg).issued += 1
        if event.priority:
            self._first.add(event.leg)

    def _add_end(self, event: ev.LegEvent) -> None:
        """What became of a leg at its window, or without one."""
        leg = event.leg
        started_ms = self._started_ms.pop(leg, None)
        if isinstance(event, ev.Finished) and not event.forced:
            self._department(leg).served += 1
            self.counts["served"] += 1
            if started_ms is not None:
                self.services_s.append((event.at_ms - started_ms) / 1_000)
        elif isinstance(event, ev.Finished):
            self.counts["forced"] += 1
        elif isinstance(event, ev.Voided):
            self._since_ms.pop(leg, None)
            self.counts[f"void_{event.why}"] += 1
        elif isinstance(event, ev.Unserved):
            self.counts["unserved"] += 1
            since_ms = self._since_ms.pop(leg, None)
            if since_ms is not None:
                self.unserved_s.append((event.at_ms - since_ms) / 1_000)
        elif isinstance(event, _COUNTED):
            self.counts[event.kind] += 1

    def _department(self, leg: int) -> Department:
        return self.departments.setdefault(self._letters[leg], Department())

    def plain(self) -> dict[str, Any]:
        """All of it for a program; times in seconds, None where there is nothing to measure."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "waiting": self.waiting,
            "priority_share": round(self.priority_share, 4),
            "wait_to_first_call": _spread(self.waits_s),
            "wait_unserved": _spread(self.unserved_s),
            "service": _spread(self.services_s),
            "ratings": {str(level): self.ratings[level] for level in range(5, 0, -1)},
            "unrated": dict(sorted(self.unrated.items())),
            "manager_acts": dict(sorted(self.acts.items())),
            "calls_dropped": dict(sorted(self.dropped.items())),
            "departments": {
                letter: {"issued": one.issued, "served": one.served, "wait": _spread(one.waits_s)}
                for letter, one in sorted(self.departments.items())
            },
        }


_COUNTED = ev.Transferred | ev.Held | ev.Missed | ev.Returned | ev.NoShow | ev.Recalled


def _spread(times_s: Sequence[float]) -> dict[str, Any]:
    """Count, median, ninth tenth and longest, each a time that somebody really had."""
    ordered = sorted(times_s)
    if not ordered:
        return {"n": 0, "p50": None, "p90": None, "max": None}
    p50, p90 = (ordered[min(len(ordered) - 1, int(len(ordered) * q))] for q in (0.5, 0.9))
    return {"n": len(ordered), "p50": round(p50), "p90": round(p90), "max": round(ordered[-1])}


def lines(day: str, figures: DayFigures, config: HallConfig) -> Iterator[str]:
    """The day for people, Chinese first."""
    n = figures.counts
    share = f"{figures.priority_share:.1%}"
    yield f"{config.hall.zh} {day} | {config.hall.en}"
    yield f"取号 {n['issued']}, 预约 {n['booked']}, 优先 {share} | numbers, booked, priority"
    if n["offline"] or n["strayed"] or n["handed_in_late"]:
        yield from _offline(n)
    yield f"首次叫号前等待 wait to the first call: {_minutes(figures.waits_s)}"
    yield f"散场未办 unserved: {n['unserved']}; 仍在等 still waiting: {figures.waiting}"
    yield f"  其中从未叫到者已等 never called, and waited: {_minutes(figures.unserved_s)}"
    yield f"办结 {n['served']}, 转移 {n['transferred']} | served, transferred"
    yield f"  办理时长(到→完成) service times: {_minutes(figures.services_s)}"
    yield f"  未计入 left out: 自动开始 by time {n['started_implicit']}, 强制 forced {n['forced']}"
    yield f"过号 {n['missed']}, 返回 {n['returned']}, 未到 {n['no_show']} | missed, back, no-shows"
    yield f"挂起 {n['held']}, 预约未到 {n['booking_missed']} | on hold, bookings not used"
    void = n["void_no-paper"] + n["void_cancelled"]
    yield f"作废 {void}, 其中退号 {n['void_cancelled']} | void, of these given back"
    yield from _ratings(figures)
    acts = [f"{NAMES[act][0]} {count}" for act, count in sorted(figures.acts.items())]
    yield f"管理员操作 manager's acts: {sum(figures.acts.values())} {', '.join(acts)}".rstrip()
    yield f"超限插队 bound of the order broken: {n['breaches']}"
    for letter, one in sorted(figures.departments.items()):
        yield f"  {letter}: {one.issued} → {one.served}, {_minutes(one.waits_s)}"


def _offline(n: Counter[str]) -> Iterator[str]:
    """Papers that the machines gave out without the hub."""
    yield f"  其中断网取号 of these without the hub: {n['offline']}"
    yield (
        f"  预约待核 {n['offline_booked']}, 同卡重复 {n['offline_twins']} | "
        "bookings to be checked, second numbers of one card"
    )
    if n["handed_in_late"]:
        yield f"  次日后才交回, 未办 handed in on a later day, unserved: {n['handed_in_late']}"
    if n["strayed"]:
        yield f"  当天交回的往日号 papers of earlier days that came: {n['strayed']}"


def _ratings(figures: DayFigures) -> Iterator[str]:
    asked = sum(figures.ratings.values()) + sum(figures.unrated.values())
    rated = " · ".join(f"{level}分 {figures.ratings[level]}" for level in range(5, 0, -1))
    yield f"评价 rated: {sum(figures.ratings.values())}/{asked}  {rated}"
    why = [f"{UNRATED.get(why, why)} {count}" for why, count in sorted(figures.unrated.items())]
    yield f"  未评价 unrated: {sum(figures.unrated.values())} {', '.join(why)}".rstrip()


def _minutes(times_s: Sequence[float]) -> str:
    spread = _spread(times_s)
    if not spread["n"]:
        return "–"
    p50, p90, most = (f"{spread[name] / 60:.1f}" for name in ("p50", "p90", "max"))
    return f"中位 {p50}, 九成 {p90}, 最长 {most} 分 min (n={spread['n']})"


def _handed_in_late(journal: Journal, day: str) -> int:
    """Papers of the day that came on a later one."""
    later = [one for one in journal.days(DAYS_BACK) if one > day][:DAYS_KEPT]
    strayed = (event for event in journal.events(later) if isinstance(event, ev.Strayed))
    return sum(event.day == day and _is_paper(event) for event in strayed)


def _is_paper(event: ev.Strayed) -> bool:
    return event.result != "failed"  # nobody holds one that was not printed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `hallkit figures`."""
    parser.add_argument("--data", type=Path, default=Path("data"), help="the hub's data folder")
    parser.add_argument("--hall", type=Path, default=EXAMPLE, help="the hall's hall.toml")
    parser.add_argument("--day", metavar="D", help="as 2019-05-27; else the journal's last day")
    parser.add_argument("--json", action="store_true", help="for a program; times in seconds")


def text(options: argparse.Namespace) -> str:
    """What `hallkit figures` prints; raises NoDay."""
    journal = Journal(options.data / JOURNAL, read_only=True)
    try:
        day = options.day or journal.last_day() or ""
        events = list(journal.events([day]))
        late = _handed_in_late(journal, day)
    finally:
        journal.close()
    if not events:
        raise NoDay(day)
    figures = DayFigures.of(events)
    if late:
        figures.counts["handed_in_late"] = late
    if options.json:
        return json.dumps({"day": day, **figures.plain()}, ensure_ascii=False)
    return "\n".join(lines(day, figures, load(options.hall)))
