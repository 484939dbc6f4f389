"""The status file: every counter, every device, and nothing about a person."""

from __future__ import annotations

import json
from pathlib import Path

from fakes.hub import MACHINE, PROOF, Hub
from hub.status import STATUS, status_of, write_status
from protocol.envelope import Fault, Tele
from protocol.machine import Identify, Reserve

CARD = "62E3086C"


def test_counters_and_devices_are_told_and_people_are_not(tmp_path: Path) -> None:
    with Hub(tmp_path / "journal.sqlite") as hub:
        hub.wire.connects, hub.wire.unsent = 1, 4
        hub.born(MACHINE, boot=7, role="ticket-machine")
        hub.tell(MACHINE, "identify", Identify(s="s", how="card", id=CARD), boot=7)
        hub.tell(MACHINE, "reserve", Reserve(s="s", service=PROOF, how="card", id=CARD), boot=7)
        hub.tell(MACHINE, "fault", Fault(what="printer-paper", on=True), boot=7)
        hub.hear(MACHINE, "tele", Tele(bad=3, paper="out"))
        hub.hear(MACHINE, "evt", b"\xff")
        write_status(tmp_path, hub.service, None)
        told = json.loads((tmp_path / STATUS).read_text(encoding="utf-8"))
        assert told == status_of(hub.service, None)
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
