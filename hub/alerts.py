"""What the manager is told of, in words: the log, status.json and the console say the same."""

from __future__ import annotations

from dataclasses import dataclass

from hub.config import HallConfig
from hub.core.fold_hall import POST_LATE
from hub.core.hours import NO_WINDOW, PAST_CLOSING


@dataclass(frozen=True, slots=True)
class Said:
    """One alert in both languages."""

    zh: str
    en: str


def words(config: HallConfig, alert: str) -> Said:
    """An alert of the core (`what:subject`) as a person reads it."""
    what, _, subject = alert.partition(":")
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
    if what == PAST_CLOSING:
        return Said(
            f"{zh}今天办不完,已停止取号", f"no more numbers for {en}: it would end too late"
        )
    return Said(alert, alert)
