"""What every device is to show: the facts it depends on, and the want that they make.

Facts are cheap to take and to compare; only where they changed a want is built and published.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from hub.config import Device, HallConfig, gb18030_base64
from hub.core import Hall, WindowView, model
from protocol.caller import CallerWant
from protocol.fields import Message
from protocol.limits import MAX_TARGETS
from protocol.machine import MachineWant
from protocol.pad import PadWant
from protocol.panel import PanelWant

LINE_PX = 16
NOT_OPEN = "未开放"
PAUSED = "暂停服务"
CLOSED_FOR_TODAY = "今天已停止取号 Closed for today"
# Not strftime's, which speak the language of the box.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

ViewOf = Callable[[int], WindowView]


def facts_of(
    device: Device, config: HallConfig, hall: Hall, now_ms: int, view_of: ViewOf
) -> object:
    """All of the hall's state that this device's want depends on."""
    if device.role == "ticket_machine":
        is_open, notice = issuing(config, hall, now_ms)
        return is_open, notice, renew_at(device.id, config, hall, now_ms)
    if device.window is None:
        return tuple(
            (call.ticket, call.window, hall.legs[call.leg].state == model.CALLED)
            for call in hall.zone_calls(device.zone)
        )
    if device.role == "rating_pad":
        return device.window
    view = view_of(device.window)
    return view if device.role == "caller" else (view.st, view.ticket)


def want_of(device: Device, config: HallConfig, facts: Any) -> tuple[str, Message]:
    """The kind and body of the want that these facts make."""
    if device.role == "ticket_machine":
        return "machine", machine_want(device.id, config, *facts)
    if device.window is None:
        return "panel", board_want(device, config, facts)
    if device.role == "rating_pad":
        return "pad", PadWant(win=facts)
    if device.role == "caller":
        return "caller", caller_want(config, facts)
    return "panel", bar_want(device.window, *facts)


def caller_want(config: HallConfig, view: WindowView) -> CallerWant:
    """A caller's digits and lamps."""
    return CallerWant(
        st=view.st,
        leg=view.leg,
        ticket=view.ticket,
        ver=view.ver,
        waiting=min(view.waiting, 9999),
        lit=list(view.lit),
        blink=list(view.blink),
        pausing=view.pausing,
        confirm_ms=config.policy.confirm_ms,
        choose_ms=config.policy.choose_ms,
        targets=list(view.targets[:MAX_TARGETS]),
    )


def bar_want(number: int, st: str, ticket: str | None) -> PanelWant:
    """A window's own bar: 64 pixels, four hanzi or eight letters."""
    if st == "called":
        return _lines([(f"请{ticket}", True)])
    if st == "serving":
        # Five characters leave no room for two hanzi.
        return _lines([(f"{ticket}办理" if len(ticket or "") < 5 else ticket, False)])
    idle = {"closed": NOT_OPEN, "paused": PAUSED}.get(st, f"{number}号窗口")
    return _lines([(idle, False)])


def board_want(
    device: Device, config: HallConfig, calls: Sequence[tuple[str, int, bool]]
) -> PanelWant:
    """A zone's last calls with their windows, newest on top; before the first, the hall's name."""
    width, height = (int(side) for side in str(device.panel).split("x"))
    rows = height // LINE_PX
    if not calls:
        return _lines([(config.hall.zh, False), (config.zones[device.zone].zh, False)][:rows])
    return _lines(
        [(board_line(ticket, window, width), blink) for ticket, window, blink in calls[:rows]]
    )


def board_line(ticket: str, window: int, width: int) -> str:
    """请A012到3号窗口, without 请 where the panel is too narrow for it."""
    line = f"请{ticket}到{window}号窗口"
    return line if text_width(line) <= width else line[1:]


def text_width(text: str) -> int:
    """Pixels of a line in the 16-pixel font: hanzi 16, letters and digits 8."""
    return sum(8 if ord(char) < 128 else 16 for char in text)


def issuing(config: HallConfig, hall: Hall, now_ms: int) -> tuple[bool, str | None]:
    """Whether the machines serve visitors, and what they say if no numbers are given out now.

    After the last session they still take back who missed a call, while anybody is in the hall.
    """
    state = hall.state
    over = bool(state.sessions) and now_ms >= state.sessions[-1][1]
    if state.day_open and not over:
        return True, None
    opens_ms = config.calendar.next_opens(now_ms, config.policy.issue_before_ms)
    if opens_ms is None:
        notice = CLOSED_FOR_TODAY
    else:
        at = datetime.fromtimestamp(opens_ms / 1000, config.time_zone)
        date_zh, date_en = f"{at.month}月{at.day}日", f"{at.day} {MONTHS[at.month - 1]}"
        stopped = state.day == config.calendar.business_day(now_ms).isoformat()
        zh = f"{date_zh}{at:%H:%M}起"
        zh = f"今天已停止取号,{zh}" if stopped else f"{zh}取号"
        notice = f"{zh} Opens {date_en} {at:%H:%M}"
    return state.day_open and any(state.index.by_state[name] for name in model.LIVE), notice


def renew_at(machine: str, config: HallConfig, hall: Hall, now_ms: int) -> int:
    """At how many leased numbers left the machine asks for more; 0: it would be refused."""
    state = hall.state
    over = bool(state.sessions) and now_ms >= state.sessions[-1][1]
    if not state.day_open or over or machine in state.revoked:
        return 0
    return config.policy.offline_renew_at


def machine_want(
    machine: str, config: HallConfig, is_open: bool, notice: str | None, renew: int
) -> MachineWant:
    """A ticket machine's names and departments, and whether it serves visitors."""
    return MachineWant(
        hall_zh=config.hall.zh,
        hall_en=config.hall.en,
        hall_g=gb18030_base64(config.hall.zh),
        feedback=config.hall.feedback,
        letters="".join(d.letter for d in config.machine_departments(machine)),
        open=is_open,
        notice=notice,
        renew_at=renew,
        return_min=max(1, config.policy.return_within_ms // 60_000),
        idle_ms=config.policy.idle_ms,
        wipe_ms=config.policy.wipe_ms,
    )


def _lines(lines: Sequence[tuple[str | None, bool]]) -> PanelWant:
    return PanelWant(lines=[{"t": text, "blink": blink} for text, blink in lines])
