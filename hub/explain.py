"""`hallkit explain A012`: why a ticket is where it is, in sentences, Chinese first.

The facts come from the core; this module only says them, for the command line and the console.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.act import NAMES
from hub.clock import Clock as WallClock
from hub.config import HallConfig, load
from hub.core import Explanation, model
from hub.core import explain as facts
from hub.core.explain import Before
from hub.core.model import Leg
from hub.log.journal import JOURNAL, Journal
from hub.replay import STATE_NAMES, Clock, Replayed, replay, service_name

# Before this many the tickets are named one by one; the rest is only counted.
NAMED_MAX = 20


class NoTicket(LookupError):
    """The day knows no such ticket."""

    def __init__(self, ticket: str, day: str | None) -> None:
        super().__init__(f"{ticket}: no such ticket on {day or 'any day'}")
        self.ticket = ticket


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages."""

    zh: str
    en: str


def sentences(told: Explanation, config: HallConfig) -> Iterator[Said]:
    """What there is to say of a ticket's place, and then what managers did to it."""
    show = Clock(config)
    yield from _place(told, config, show)
    if told.leg.offline:
        yield from _offline(told, show)
    yield from (_act(act, show) for act in told.acts)


def _place(told: Explanation, config: HallConfig, show: Clock) -> Iterator[Said]:
    """The number of people before it first, or where it is if it does not wait."""
    leg = told.leg
    if leg.state not in (model.WAITING, model.RESERVED):
        yield _state(leg, show)
        return
    if not told.windows:
        yield Said("本厅已无此业务", "the hall has this service no more")
        return
    yield _ahead(told, config, show)
    if told.at_window is not None:
        yield Said(
            f"正在另一窗口办理({told.at_window}号), 办完才会叫到本号",
            f"its visitor is at window {told.at_window} with another number",
        )
    if told.callable_ms is not None:
        at = show.minute(told.callable_ms)
        yield Said(f"预约未到时间, {at} 起可叫号", f"booked: not called before {at}")
    if told.equal_ms is not None:
        minutes = config.policy.secondary_after_ms // 60_000
        at = show.minute(told.equal_ms)
        yield Said(
            f"现由协办窗口办理, 等满{minutes}分钟({at})后与该窗口业务同等",
            f"only helping windows call it: equal to their own after {minutes} min, at {at}",
        )
    if told.elsewhere:
        names, count = _names(told.elsewhere), len(told.elsewhere)
        yield Said(
            f"另有{count}位正在另一窗口办理, 暂时跳过: {names}",
            f"{count} more are at another window now and passed over: {names}",
        )
    if told.held:
        names, count = _names(told.held), len(told.held)
        yield Said(
            f"另有{count}位挂起, 回来后排在前面: {names}",
            f"{count} more are on hold and come back before it: {names}",
        )
    if not told.open:
        yield Said("现在没有开放的窗口", "no window for it is open now")
    else:
        numbers = ", ".join(str(number) for number in told.windows)
        yield Said(f"可由 {numbers} 号窗口叫号", f"called by window {numbers}")


def _offline(told: Explanation, show: Clock) -> Iterator[Said]:
    """What there is to say of a paper that its machine gave out without the hub."""
    leg = told.leg
    at = show.minute(leg.arrived_ms)
    yield Said(
        f"断网时由 {leg.machine} 取号, 按 {at} 到达排队",
        f"given out by {leg.machine} without the hub: queued by its arrival, {at}",
    )
    if leg.claimed:
        yield Said("读者称有预约, 待核", "the visitor speaks of a booking: to be checked")
    if told.twin is not None:
        ticket = told.twin.ticket
        yield Said(f"同一张卡已有 {ticket}", f"the same card had {ticket} for it already")


def _ahead(told: Explanation, config: HallConfig, show: Clock) -> Said:
    if not told.before:
        return Said("前面没有人", "nobody ahead")
    parts = list(_reasons(told.before, config, show))
    zh = ", ".join(part.zh for part in parts)
    en = ", ".join(part.en for part in parts)
    count = len(told.before)
    return Said(f"前面{count}位: {zh}", f"{count} ahead: {en}")


def _reasons(before: Sequence[Before], config: HallConfig, show: Clock) -> Iterator[Said]:
    """The people before, counted by reason; booked ones by slot as well."""
    legs: dict[str, list[Leg]] = {}
    for one in before:
        legs.setdefault(one.why, []).append(one.leg)
    if facts.URGENT in legs:
        n = len(legs[facts.URGENT])
        yield Said(f"{n}位由管理员安排在前", f"{n} put first by the manager")
    if facts.EARLIER in legs:
        n = len(legs[facts.EARLIER])
        yield Said(f"{n}位先到", f"{n} arrived earlier")
    slots: dict[tuple[int, int], int] = {}
    for leg in legs.get(facts.BOOKED, ()):
        assert leg.slot_ms is not None
        place = (leg.slot_ms, leg.credit_ms // 60_000)
        slots[place] = slots.get(place, 0) + 1
    for (slot_ms, minutes), n in sorted(slots.items()):
        at = show.minute(slot_ms)
        yield Said(f"{n}位预约{at}(+{minutes}分钟)", f"{n} booked {at} (+{minutes} min)")
    if facts.PRIORITY in legs:
        n, minutes = len(legs[facts.PRIORITY]), config.policy.credit_priority_ms // 60_000
        yield Said(f"{n}位优先(+{minutes}分钟)", f"{n} with priority (+{minutes} min)")
    if facts.OWN in legs:
        n, minutes = len(legs[facts.OWN]), config.policy.secondary_after_ms // 60_000
        yield Said(
            f"{n}位是该窗口的本职业务(协办等满{minutes}分钟后同等)",
            f"{n} for the window's own services (helped-out ones are equal after {minutes} min)",
        )


def _state(leg: Leg, show: Clock) -> Said:
    """Where a ticket is that does not wait."""
    zh, en = STATE_NAMES[leg.state]
    at = show.time(leg.state_ms)
    where_zh = f", {leg.window}号窗口" if leg.window is not None else ""
    where_en = f", window {leg.window}" if leg.window is not None else ""
    if leg.state == model.HELD and leg.hold_until_ms is not None:
        until = show.minute(leg.hold_until_ms)
        where_zh, where_en = f"{where_zh}, {until} 回到队列", f"{where_en}, back at {until}"
        if leg.hold_reason is not None:
            where_zh, where_en = f"{where_zh}: {leg.hold_reason}", f"{where_en}: {leg.hold_reason}"
    return Said(f"{zh}, {at} 起{where_zh}", f"{en} since {at}{where_en}")


def _act(act: model.Act, show: Clock) -> Said:
    """What a manager did to it, and why."""
    zh, en = NAMES[act.act]
    at = show.minute(act.at_ms)
    to_zh = f"到{act.window}号窗口" if act.window is not None else ""
    to_en = f" to window {act.window}" if act.window is not None else ""
    return Said(
        f"{at} 管理员{zh}{to_zh}, 原因: {act.reason}",
        f"{at} by the manager: {en}{to_en}, because: {act.reason}",
    )


def _names(legs: Sequence[Leg]) -> str:
    more = f" … {len(legs)}" if len(legs) > NAMED_MAX else ""
    return " ".join(leg.ticket for leg in legs[:NAMED_MAX]) + more


def lines(replayed: Replayed, ticket: str, config: HallConfig) -> Iterator[str]:
    """The explanation of a ticket's last leg as text; raises NoTicket."""
    hall, now_ms = replayed.hall, replayed.at_ms
    legs = [leg for leg in hall.legs.values() if leg.ticket == ticket]
    if not legs:
        raise NoTicket(ticket, hall.state.day)
    show, leg = Clock(config), legs[-1]
    told = hall.explain(leg.id, now_ms)
    zh, en = STATE_NAMES[leg.state]
    yield f"{ticket}  {service_name(config, leg.service)}, {zh} {en}, {show.moment(now_ms)}"
    for said in sentences(told, config):
        yield said.zh
        yield f"  {said.en}"
    for one in told.before[:NAMED_MAX]:
        yield f"  {_row(one, show)}"
    if len(told.before) > NAMED_MAX:
        yield f"  … {len(told.before)}"


_WHY = {
    facts.EARLIER: "先到 earlier",
    facts.BOOKED: "预约 booked",
    facts.PRIORITY: "优先 priority",
    facts.URGENT: "管理员 manager",
    facts.OWN: "本职 own service",
}


def _row(one: Before, show: Clock) -> str:
    leg = one.leg
    slot = f" {show.minute(leg.slot_ms)}" if one.why == facts.BOOKED and leg.slot_ms else ""
    return f"{leg.ticket}  {show.time(leg.arrived_ms)} 到 arrived, {_WHY[one.why]}{slot}"


def text(options: argparse.Namespace) -> str:
    """What `hallkit explain` prints."""
    config = load(options.hall)
    journal = Journal(options.data / JOURNAL, read_only=True)
    try:
        replayed = replay(journal, config, options.day, options.until)
    finally:
        journal.close()
    state, now_ms = replayed.hall.state, WallClock().now_ms()
    today = config.calendar.business_day(now_ms).isoformat()
    if options.until is None and state.day_open and state.day == today:
        # The hub serves on: what it would say is of now, not of its last event.
        replayed = Replayed(replayed.hall, replayed.seq, now_ms)
    return "\n".join(lines(replayed, options.ticket.upper(), config))
