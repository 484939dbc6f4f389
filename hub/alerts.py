"""What the manager is told of, in words: the log, status.json and the console say the same."""

from __future__ import annotations

from dataclasses import dataclass

from hub.config import HallConfig
from hub.core.fold_hall import POST_LATE
from hub.core.hours import NO_WINDOW, PAST_CLOSING
from hub.core.lease import USED_UP
from hub.core.merge import LATE_PAPER, UNKNOWN_PAPER

# Of a device, not of the core: its app does not run (docs/flashing.md).
SAFE_MODE = "safe-mode"
_ROLES = {
    "ticket_machine": ("取号机", "ticket machine"),
    "caller": ("叫号器", "caller"),
    "rating_pad": ("评价器", "rating pad"),
    "display": ("显示屏", "display"),
}


_OF_PAPERS = {
    USED_UP: ("{}类的断网备用号今天已发完", "no offline numbers of {} are left today"),
    UNKNOWN_PAPER: (
        "断网号{}无登记或业务已停办,未能入队,请核对纸票",
        "paper {} of a machine without the hub fits no lease or service: not in the queue",
    ),
    LATE_PAPER: (
        "{}的断网号今天才交回,当天未能叫号",
        "papers of {} were handed in today only, and not called then",
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One alert in both languages."""

    zh: str
    en: str


def words(config: HallConfig, alert: str) -> Said:
    """An alert (`what:subject`; a service, a window or a device) as a person reads it."""
    what, _, subject = alert.partition(":")
    if what == SAFE_MODE:
        return _safe_mode(config, subject)
    service = config.services.get(subject)
    zh, en = (subject, subject) if service is None else (service.zh, service.en)
    if what == POST_LATE:
        minutes = config.policy.post_open_ms // 60_000
        return Said(
            f"{subject}号窗口开班{minutes}分钟仍未开放",
            f"window {subject} is not open {minutes} min into the session",
        )
    if what == NO_WINDOW:
        return Said(
            f"{zh}没有窗口办理,已请读者到服务台",
            f"no window serves {en}: visitors are sent to the staff",
        )
    if what in _OF_PAPERS:
        zh, en = _OF_PAPERS[what]
        return Said(zh.format(subject), en.format(subject))
    if what == PAST_CLOSING:
        return Said(
            f"{zh}今天办不完,已停止取号", f"no more numbers for {en}: it would end too late"
        )
    return Said(alert, alert)


def _safe_mode(config: HallConfig, device_id: str) -> Said:
    device = config.device(device_id)
    zh, en = _ROLES[device.role]
    place, at = ("", "") if device.window is None else (f"{device.window}号窗口", " at window ")
    return Said(
        f"{place}{zh} {device_id} 处于安全模式,没有工作",
        f"{en} {device_id}{at}{device.window or ''} is in safe mode and does not work",
    )
