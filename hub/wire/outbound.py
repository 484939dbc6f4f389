"""Messages to devices: answers, commands, and the retained wants with their revisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from hub.config import Device, HallConfig
from hub.core import Hall, WindowView
from hub.wire.inbound import Refusal
from hub.wire.mqtt import Packet
from hub.wire.outbox import Command
from hub.wire.wants import facts_of, want_of
from protocol import topics
from protocol.codec import encode
from protocol.envelope import Cmd, Evt, EvtAck, HubState, Want
from protocol.limits import RESEND_MS


class Outbound:
    """Builds packets; knows what each device shows, so that only changes are published."""

    def __init__(self, config: HallConfig, hall: Hall, epoch: int) -> None:
        self.config = config
        self.hall = hall
        self.epoch = epoch
        self._near: list[str] = []  # devices whose wants show the last that happened
        self._shown: dict[str, object] = {}
        self._revs: dict[str, int] = {}
        self._published_ms: dict[str, int] = {}
        self._repeated_ms: dict[str, int] = {}

    def _topic(self, device: str, leaf: str) -> str:
        return topics.dev(self.config.site, device, leaf)

    def answer(self, device: str, event: Evt, answer: dict[str, Any], now_ms: int) -> Packet:
        """The EvtAck of an event whose answer is durable."""
        ack = EvtAck(k=event.k, boot=event.boot, n=event.n, now=now_ms, **answer)
        return Packet(self._topic(device, "evtack"), encode(ack))

    def refusal(self, device: str, refusal: Refusal, now_ms: int) -> Packet:
        """The EvtAck of an event that could not be read."""
        ack = EvtAck(
            k=refusal.kind, boot=refusal.boot, n=refusal.n, ok=False, why=refusal.why, now=now_ms
        )
        return Packet(self._topic(device, "evtack"), encode(ack))

    def command(self, command: Command, now_ms: int) -> Packet:
        """A command that acts once."""
        cmd = Cmd(
            id=command.id, k=command.kind, exp=command.expires_ms, now=now_ms, d=command.body
        )
        return Packet(self._topic(command.device, "cmd"), encode(cmd))

    def wants_near(self, windows: Collection[int | None], now_ms: int) -> list[Packet]:
        """What changed at these windows, displays first; None: at what belongs to no window."""
        near = [device for device in self.config.devices() if device.window in windows]
        near.sort(key=lambda device: device.role != "display")
        self._near = [device.id for device in near]
        return self._changed_wants(near, now_ms)

    def other_wants(self, now_ms: int) -> list[Packet]:
        """What changed anywhere else since `wants_near` of the same moment; or everywhere."""
        near, self._near = self._near, []
        others = [device for device in self.config.devices() if device.id not in near]
        return self._changed_wants(others, now_ms)

    def _changed_wants(self, devices: Iterable[Device], now_ms: int) -> list[Packet]:
        """The wants of these devices that differ from what was published last."""
        views: dict[int, WindowView] = {}

        def view_of(number: int) -> WindowView:
            if number not in views:
                views[number] = self.hall.window_view(number, now_ms)
            return views[number]

        found = []
        for device in devices:
            facts = facts_of(device, self.config, self.hall, now_ms, view_of)
            if device.id in self._shown and self._shown[device.id] == facts:
                continue
            self._shown[device.id] = facts
            self._revs[device.id] = self._revs.get(device.id, 0) + 1
            self._published_ms[device.id] = self._repeated_ms[device.id] = now_ms
            found.append(self._want(device, now_ms))
        return found

    def unshown_wants(self, shown: Mapping[str, tuple[int, ...]], now_ms: int) -> list[Packet]:
        """Once more the wants that devices do not show, by the revs that they acknowledged last.

        A device that subscribes to a retained message while it is published may get neither the
        kept one nor the new one (seen with nats-server), and one that ran out of memory lost its
        want; so the hub's own word goes with it.
        """
        found = []
        for device, rev in shown.items():
            last = self._revs.get(device)
            if last is None or rev == (self.epoch, last):
                continue
            if now_ms - self._repeated_ms[device] >= RESEND_MS:
                self._repeated_ms[device] = now_ms
                found.append(self._want(self.config.device(device), now_ms))
        return [self.online(now_ms), *found] if found else []

    def online(self, now_ms: int) -> Packet:
        """The hub's own word that it is there."""
        state = HubState(s="online", epoch=self.epoch, now=now_ms)
        return Packet(topics.hub_state(self.config.site), encode(state), retain=True)

    def _want(self, device: Device, now_ms: int) -> Packet:
        kind, body = want_of(device, self.config, self._shown[device.id])
        want = Want(k=kind, rev=[self.epoch, self._revs[device.id]], now=now_ms, d=body)
        return Packet(self._topic(device.id, "want"), encode(want), retain=True)

    def last_want(self, device: str) -> tuple[tuple[int, int], int]:
        """(rev, hub ms) of the want that was published last."""
        return (self.epoch, self._revs.get(device, 0)), self._published_ms.get(device, 0)

    def all_again(self, now_ms: int) -> list[Packet]:
        """Every want and menu, whatever was published before."""
        self._shown.clear()
        return [*self.menus(), *self._changed_wants(self.config.devices(), now_ms)]

    def menus(self) -> list[Packet]:
        """Each machine's departments; a menu changes only with the hub's epoch."""
        return [
            Packet(
                self._topic(machine, f"menu/{department.letter}"),
                encode(self.config.menu(department.letter).message([self.epoch, 1])),
                retain=True,
            )
            for machine in self.config.ticket_machines
            for department in self.config.machine_departments(machine)
        ]
