"""The status file: every counter, every device, and nothing about a person."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from fakes.hub import DAY, MACHINE, MINUTE, PROOF, Hub
from hub.config import EXAMPLE, load
from hub.core import commands
from hub.log.audit import Audit
from hub.service import IDLE_MS
from hub.status import STATUS, status_of, write_status
from protocol.envelope import Desc, Fault, State, Tele
from protocol.machine import Identify, Printed, Reserve

CARD = "62E3086C"
EIGHT = int(datetime.fromisoformat(DAY + "T08:00+08:00").timestamp() * 1000)


def test_a_window_that_is_not_open_in_time_is_an_alert_until_it_is(tmp_path: Path) -> None:
    config = load(EXAMPLE)
    hours = config.calendar.hours(date.fromisoformat(DAY))
    with Hub(tmp_path / "journal.sqlite", config, now=EIGHT - 30 * MINUTE) as hub:
        hub.wire.connects = hub.wire.unsent = 0
        hub.ask(commands.OpenDay(DAY, hours))
        for number in range(1, 20):
            hub.ask(commands.SetWindow(number, "open", "everybody is there"))
        hub.now = EIGHT + 10 * MINUTE - 1
        hub.ask()
        assert status_of(hub.service, None, Audit(hub.journal.path))["alerts"] == []
        hub.now += 1
        hub.ask()
        assert status_of(hub.service, None, Audit(hub.journal.path))["alerts"] == [
            {
                "what": "post-late:20",
                "since": hub.now,
                "zh": "20号窗口开班10分钟仍未开放",
                "en": "window 20 is not open 10 min into the session",
            }
        ]
        hub.ask(commands.SetWindow(20, "open", "the bus was late"))
        assert status_of(hub.service, None, Audit(hub.journal.path))["alerts"] == []


def test_a_device_in_safe_mode_is_an_alert_until_it_returns_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Hub(tmp_path / "journal.sqlite") as hub:
        hub.wire.connects = hub.wire.unsent = 0
        hub.born(MACHINE, boot=7, role="ticket-machine")
        hub.hear(MACHINE, "desc", Desc(caps=["safe-mode"], crash="ValueError: planted"))
        for _ in range(2):
            hub.now += IDLE_MS
            hub.ask()
            (alert,) = status_of(hub.service, None, Audit(hub.journal.path))["alerts"]
            assert alert["what"] == f"safe-mode:{MACHINE}"
            assert "安全模式" in alert["zh"] and "safe mode" in alert["en"]
        assert caplog.text.count("ValueError: planted") == 1
        assert status_of(hub.service, None, Audit(hub.journal.path))["counters"]["safe-mode"] == 1
        hub.hear(MACHINE, "state", State(s="lost", boot=7, conn=1, role="ticket-machine"))
        hub.ask()
        assert status_of(hub.service, None, Audit(hub.journal.path))["alerts"] == [alert]
        hub.born(MACHINE, boot=8, role="ticket-machine")
        hub.hear(MACHINE, "desc", Desc(reset="power-on reset"))
        hub.now += IDLE_MS
        hub.ask()
        assert status_of(hub.service, None, Audit(hub.journal.path))["alerts"] == []


def test_counters_and_devices_are_told_and_people_are_not(tmp_path: Path) -> None:
    with Hub(tmp_path / "journal.sqlite") as hub:
        hub.wire.connects, hub.wire.unsent = 1, 4
        hub.born(MACHINE, boot=7, role="ticket-machine")
        hub.tell(MACHINE, "identify", Identify(s="s", how="card", id=CARD), boot=7)
        hub.tell(MACHINE, "reserve", Reserve(s="s", service=PROOF, how="card", id=CARD), boot=7)
        hub.tell(MACHINE, "fault", Fault(what="printer-paper", on=True), boot=7)
        hub.hear(MACHINE, "tele", Tele(bad=3, paper="out"))
        hub.hear(MACHINE, "evt", b"\xff")
        write_status(tmp_path, hub.service, None, Audit(hub.journal.path))
        told = json.loads((tmp_path / STATUS).read_text(encoding="utf-8"))
        assert told == status_of(hub.service, None, Audit(hub.journal.path))
    assert told["counters"] == {
        "bad-json": 1,
        "broker-connects": 1,
        "broker-restarts": 0,
        "broker-unsent": 4,
        "fault-printer-paper": 1,
        "outbox-overflow": 0,
    }
    machine = told["devices"][MACHINE]
    assert (machine["alive"], machine["boot"], machine["faults"]) == (True, 7, ["printer-paper"])
    assert (machine["tele"]["bad"], machine["tele"]["paper"]) == (3, "out")
    assert told["devices"]["caller-04"]["tele"] is None
    assert CARD not in json.dumps(told)


def test_the_share_of_priority_is_told(tmp_path: Path) -> None:
    with Hub(tmp_path / "journal.sqlite") as hub:
        hub.wire.connects = hub.wire.unsent = 0
        told = {"issued": 0, "priority": 0, "priority_share": None}
        assert status_of(hub.service, None, Audit(hub.journal.path))["tickets"] == told
        for n in range(5):
            fields = {"service": PROOF, "how": "card", "id": f"AB{n}", "priority": n == 0}
            leg = hub.tell(MACHINE, "reserve", Reserve(s=f"s{n}", **fields)).d["leg"]
        # A void number was nobody's.
        hub.tell(MACHINE, "printed", Printed(leg=leg, result="failed"))
        told = {"issued": 4, "priority": 1, "priority_share": 0.25}
        assert status_of(hub.service, None, Audit(hub.journal.path))["tickets"] == told
