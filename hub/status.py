"""How the hub and its devices are, as a file for an engineer: `kill -USR1 PID` writes it anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hub.alerts import words
from hub.core import Hall
from hub.core.model import VOID
from hub.devices import Device
from hub.log.audit import Audit
from hub.log.storage import Storage
from hub.service import Service
from hub.wire.broker import Broker, write_private

STATUS = "status.json"


def status_of(service: Service, broker: Broker | None, audit: Audit) -> dict[str, Any]:
    """Counters by name since the start, and what is known of each device; never a person's data.

    A counter `bad-…` is a message that could not be read, `fault-…` a device's own complaint,
    and `say-error`, `rate-open-expired` … a command that did not end well.
    """
    wire = service.wire
    counters = dict(service.devices.counters)
    counters["outbox-overflow"] = service.outbox.overflows
    counters["broker-connects"] = 0 if wire is None else wire.connects
    counters["broker-unsent"] = 0 if wire is None else wire.unsent
    counters["broker-restarts"] = 0 if broker is None else broker.restarts
    return {
        "now": service.clock.now_ms(),
        "epoch": service.epoch,
        "day": service.hall.state.day,
        "tickets": tickets(service.hall),
        "alerts": _alerts(service),
        "storage": _storage(service.storage),
        "journal": {"checked": audit.checked, "damage": audit.damage},
        "counters": {name: counters[name] for name in sorted(counters)},
        "devices": {device.id: _device(device) for device in service.devices.all.values()},
    }


def write_status(folder: Path, service: Service, broker: Broker | None, audit: Audit) -> None:
    """Write the data folder's status.json, whole or not at all."""
    text = json.dumps(status_of(service, broker, audit), ensure_ascii=False, indent=1)
    write_private(folder / STATUS, text + "\n")


def tickets(hall: Hall) -> dict[str, Any]:
    """The day's numbers, and which share of them are 优先: a key that nobody checks is watched."""
    issued = [leg for leg in hall.legs.values() if leg.origin is None and leg.state != VOID]
    first = sum(leg.priority for leg in issued)
    share = round(first / len(issued), 3) if issued else None
    return {"issued": len(issued), "priority": first, "priority_share": share}


def _alerts(service: Service) -> list[dict[str, Any]]:
    """What the manager must know now, since when (hub ms), in words."""
    found = []
    alerts = service.hall.state.alerts | service.safe_modes.since_ms
    for alert, since_ms in sorted(alerts.items()):
        said = words(service.config, alert)
        found.append({"what": alert, "since": since_ms, "zh": said.zh, "en": said.en})
    return found


def _storage(storage: Storage) -> dict[str, Any]:
    """Whether the journal can be written, and if not, since when (hub ms) and why."""
    if not storage.full:
        return {"ok": True}
    return {
        "ok": False,
        "since": storage.since_ms,
        "why": storage.why,
        "refused": storage.refused,
    }


def _device(device: Device) -> dict[str, Any]:
    return {
        "alive": device.alive,
        "boot": device.session[0],
        "heard": device.heard_ms,
        "shown": list(device.shown_rev),
        "faults": sorted(device.faults),
        "tele": None if device.tele is None else device.tele.plain(),
    }
