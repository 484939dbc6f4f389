"""What the manager is told, word for word."""

from __future__ import annotations

import pytest

from fakes.hub import PROOF, example
from hub.alerts import words


@pytest.mark.parametrize(
    ("alert", "zh", "en"),
    [
        (
            "post-late:3",
            "3号窗口开班10分钟仍未开放",
            "window 3 is not open 10 min into the session",
        ),
        (
            f"no-window:{PROOF}",
            "在读证明没有窗口办理,已请读者到服务台",
            "no window serves Enrolment certificate: visitors are sent to the staff",
        ),
        (
            "past-closing:gone-service",
            "gone-service今天办不完,已停止取号",
            "no more numbers for gone-service: it would end too late",
        ),
        (
            "safe-mode:caller-19",
            "19号窗口叫号器 caller-19 处于安全模式,没有工作",
            "caller caller-19 at window 19 is in safe mode and does not work",
        ),
        (
            "safe-mode:ticket-machine-1",
            "取号机 ticket-machine-1 处于安全模式,没有工作",
            "ticket machine ticket-machine-1 is in safe mode and does not work",
        ),
        ("lease-none:C", "C类的断网备用号今天已发完", "no offline numbers of C are left today"),
        (
            "offline-unknown:C701",
            "断网号C701无登记或业务已停办,未能入队,请核对纸票",
            "paper C701 of a machine without the hub fits no lease or service: not in the queue",
        ),
        (
            "offline-late:2026-11-21",
            "2026-11-21的断网号今天才交回,当天未能叫号",
            "papers of 2026-11-21 were handed in today only, and not called then",
        ),
        ("brand-new:x", "brand-new:x", "brand-new:x"),
    ],
)
def test_an_alert_is_said_in_both_languages(alert: str, zh: str, en: str) -> None:
    said = words(example(), alert)
    assert said.zh == zh and said.en == en
