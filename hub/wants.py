"""What every device is to show, as a pure function of the hall and its configuration."""

from __future__ import annotations

from collections.abc import Sequence

from hub.config import Device, HallConfig, gb18030_base64
from hub.core import Hall
from protocol.caller import CallerWant
from protocol.fields import Message
from protocol.machine import MachineWant
from protocol.pad import PadWant
from protocol.panel import PanelWant

LINE_PX = 16
NOT_OPEN = "未开放"
PAUSED = "暂停服务"
CLOSED_FOR_TODAY = "今天已停止取号 Closed for today"


def want_of(device: Device, config: HallConfig, hall: Hall, now_ms: int) -> tuple[str, Message]:
    """The kind and body of this device's want."""
    if device.role == "ticket_machine":
        return "machine", machine_want(device.id, config, hall)
    if device.role == "display":
        width, height = (int(side) for side in (device.panel or "64x16").split("x"))
        if device.window is None:
            return "panel", board_want(device.zone, width, height // LINE_PX, config, hall)
        return "panel", bar_want(device.window, hall, now_ms)
    assert device.window is not None
    if device.role == "rating_pad":
        return "pad", PadWant(win=device.window)
    return "caller", caller_want(device.window, config, hall, now_ms)


def caller_want(number: int, config: HallConfig, hall: Hall, now_ms: int) -> CallerWant:
    """A caller's digits and lamps."""
    view = hall.window_view(number, now_ms)
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
    )


def bar_want(number: int, hall: Hall, now_ms: int) -> PanelWant:
    """A window's own bar: 64 pixels, four hanzi or eight letters."""
    view = hall.window_view(number, now_ms)
    if view.st == "called":
        return _lines([(f"请{view.ticket}", True)])
    if view.st == "serving":
        long_ticket = len(view.ticket or "") > 4
        return _lines([(view.ticket if long_ticket else f"{view.ticket}办理", False)])
    idle = {"closed": NOT_OPEN, "paused": PAUSED}.get(view.st, f"{number}号窗口")
    return _lines([(idle, False)])


def board_want(zone: str, width: int, rows: int, config: HallConfig, hall: Hall) -> PanelWant:
    """A zone's last calls with their windows, newest on top; before the first, the hall's name."""
    calls = hall.zone_calls(zone)[:rows]
    if not calls:
        return _lines([(config.hall.zh, False), (config.zones[zone].zh, False)][:rows])
    return _lines(
        [
            (board_line(call.ticket, call.window, width), hall.legs[call.leg].state == "CALLED")
            for call in calls
        ]
    )


def board_line(ticket: str, window: int, width: int) -> str:
    """请A012到3号窗口, without 请 where the panel is too narrow for it."""
    line = f"请{ticket}到{window}号窗口"
    return line if text_width(line) <= width else line[1:]


def text_width(text: str) -> int:
    """Pixels of a line in the 16-pixel font: hanzi 16, letters and digits 8."""
    return sum(8 if ord(char) < 128 else 16 for char in text)


def machine_want(machine: str, config: HallConfig, hall: Hall) -> MachineWant:
    """A ticket machine's names and departments, and whether it gives out numbers."""
    is_open = hall.state.day_open
    return MachineWant(
        hall_zh=config.hall.zh,
        hall_en=config.hall.en,
        hall_g=gb18030_base64(config.hall.zh),
        feedback=config.hall.feedback,
        departments=[
            {"letter": department.letter, "zh": department.zh, "en": department.en}
            for department in config.machine_departments(machine)
        ],
        open=is_open,
        notice=None if is_open else CLOSED_FOR_TODAY,
        return_min=max(1, config.policy.return_within_ms // 60_000),
        idle_ms=config.policy.idle_ms,
        wipe_ms=config.policy.wipe_ms,
    )


def _lines(lines: Sequence[tuple[str | None, bool]]) -> PanelWant:
    return PanelWant(lines=[{"t": text, "blink": blink} for text, blink in lines])
