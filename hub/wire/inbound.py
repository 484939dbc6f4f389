"""Messages of devices, checked: what cannot be read is counted and, if possible, answered."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from hub.config import HallConfig
from hub.devices import Device, Devices
from protocol import caller, machine, pad, panel, topics
from protocol.codec import decode, peek
from protocol.envelope import Ack, Desc, Evt, State, Tele
from protocol.errors import ProtocolError, UnknownKind
from protocol.fields import ID, INT, POSITIVE, fits

log = logging.getLogger(__name__)

EVENTS: dict[str, dict[str, Any]] = {
    "ticket_machine": machine.EVENTS,
    "caller": caller.EVENTS,
    "rating_pad": pad.EVENTS,
    "display": panel.EVENTS,
}


# What only the device itself can send now: its state and description are kept by the broker.
SPOKEN = ("evt", "ack", "tele")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that cannot be taken; answered, so that it is not sent for ever."""

    kind: str
    boot: int
    n: int
    why: str


@dataclass(frozen=True, slots=True)
class Received:
    """One readable message; exactly one of its parts is set."""

    device_id: str
    event: Evt | None = None
    refusal: Refusal | None = None
    ack: tuple[str, str] | None = None
    birth: bool = False
    rebooted: bool = False


class Inbound:
    """Reads topics and payloads; state, telemetry and want-acks end in the device table."""

    def __init__(self, config: HallConfig, devices: Devices) -> None:
        self._devices = devices
        self._roles = {device.id: device.role for device in config.devices()}

    def read(self, topic: str, payload: bytes, now_ms: int) -> Received | None:
        """The message for the hub's consumer, or None when there is nothing for it to do."""
        try:
            _, device_id, leaf = topics.parse(topic)
        except ProtocolError as error:
            self._count(error, topic)
            return None
        device = self._devices.heard(device_id, now_ms)
        try:
            if device is None:
                return _refused(device_id, payload, "UNKNOWN_DEVICE") if leaf == "evt" else None
            if leaf in SPOKEN:
                device.spoke_ms = now_ms
            return self._read(device, leaf, payload)
        except UnknownKind as error:
            self._count(error, topic)
            return _refused(device_id, payload, "UNKNOWN_KIND")
        except ProtocolError as error:
            self._count(error, topic)
            return _refused(device_id, payload, "BAD_MESSAGE") if leaf == "evt" else None

    def _read(self, device: Device, leaf: str, payload: bytes) -> Received | None:
        if leaf == "evt":
            event = decode(Evt, payload, EVENTS[self._roles[device.id]])
            return Received(device.id, event=event)
        if leaf == "ack":
            return self._ack(device, decode(Ack, payload))
        if leaf == "state":
            state = decode(State, payload)
            rebooted = self._devices.state(device, state)
            return (
                Received(device.id, birth=True, rebooted=rebooted) if state.s == "ready" else None
            )
        if leaf == "desc":
            device.desc = decode(Desc, payload)
        elif leaf == "tele":
            device.tele = decode(Tele, payload)
        return None

    def _ack(self, device: Device, ack: Ack) -> Received | None:
        if ack.id is not None:
            return Received(device.id, ack=(ack.id, ack.st))
        if ack.rev is not None and ack.st == "done":
            device.shown_rev = tuple(ack.rev)
        return None

    def _count(self, error: ProtocolError, topic: str) -> None:
        self._devices.counters["bad-" + error.code.removeprefix("bad-")] += 1
        # The error names fields and types, never a value.
        log.warning("%s: %s: %s", topic[:90], error.code, error)


def _refused(device_id: str, payload: bytes, why: str) -> Received | None:
    """An answer for an event whose boot, n and kind can still be read; None when they cannot."""
    try:
        plain = peek(payload)
    except ProtocolError:
        return None
    kind, boot, n = (plain.get(name, "") for name in ("k", "boot", "n"))
    if fits(ID, kind) and fits(INT, boot) and fits(POSITIVE, n):
        return Received(device_id, refusal=Refusal(kind, boot, n, why))
    return None
