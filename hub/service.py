"""The hub's one consumer: takes what came, decides, commits, and only then lets it be seen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hub.alarms import CallWatch, SafeModeWatch
from hub.bridge import Bridge, Identify, Reply
from hub.clock import Clock, local_day
from hub.config import HallConfig
from hub.core import Hall, Refused, commands
from hub.core.events import DayOpened, Event
from hub.devices import Devices
from hub.log.dawn import note_of
from hub.log.journal import Entry, Journal, Origin, Unwritable
from hub.log.restart import restored
from hub.log.storage import NO_ROOM, Storage
from hub.offline import Names, Offline
from hub.outcomes import Outcomes
from hub.reactions import Reactions
from hub.wire.inbound import Inbound
from hub.wire.mqtt import Packet, Wire
from hub.wire.outbound import Outbound
from hub.wire.outbox import Command, Outbox
from protocol.envelope import Evt

log = logging.getLogger(__name__)

# What one commit may hold: far above a burst of all windows, small enough to answer in one breath.
MAX_BATCH = 64
# Messages waiting to be taken; beyond it reading stops and TCP holds the rest back.
MAX_INBOX = 4096
# Turns of the loop from a publish to its bytes: the burst's task, the packet's, then the writer.
TURNS_TO_SEND = 4
# Nothing is due: any time so late that an event comes first.
FAR_MS = 3_600_000
# The longest the hub sleeps without looking at its timers.
IDLE_MS = 500


@dataclass(frozen=True, slots=True)
class Ask:
    """Core commands of the hub's own parts (campus, day, manager), committed together.

    `waits`: until the disk has room again; a person would rather be refused.
    """

    commands: Sequence[commands.Command]
    done: asyncio.Future[list[str | None]]
    note: tuple[str, dict[str, object]] | None = None
    waits: bool = True


class Service:
    """One running hall; `run` serves until cancelled."""

    def __init__(
        self,
        config: HallConfig,
        found: tuple[Hall, Outcomes],
        journal: Journal,
        identify: Identify,
        clock: Clock,
        after_epoch: int = 0,
        names: Names | None = None,
    ) -> None:
        """`found`: what `hub.log.restart` made of the journal; `after_epoch`: see Journal.start.

        `names`: of cards on papers without a hub; None: none is recognised.
        """
        self.config = config
        self.hall, self.outcomes = found
        self.journal = journal
        self.clock = clock
        self.epoch = journal.start(self._day(), clock.now_ms(), after_epoch)
        ids = [device.id for device in config.devices()]
        contacts = journal.contacts(config.ticket_machines)
        silent_lost_ms = config.policy.silent_lost_ms
        self.devices = Devices(ids, journal.boots(ids), contacts, silent_lost_ms)
        all_devices = self.devices.all
        offline = Offline(config, self.hall, names, lambda one: all_devices[one].contact_ms)
        self.bridge = Bridge(config, self.hall, identify, self._on_fault, offline)
        self.reactions = Reactions(config, self.hall)
        self.outbox = Outbox(self._on_command_end)
        self.inbound = Inbound(config, self.devices)
        self.outbound = Outbound(config, self.hall, self.epoch)
        self.calls = CallWatch(config, self.hall, self.devices, self.outbound)
        self.safe_modes = SafeModeWatch(config, self.devices)
        self.on_outcome: Callable[[], None] = lambda: None
        self.wire: Wire | None = None
        self._inbox: asyncio.Queue[tuple[str, bytes] | Ask] = asyncio.Queue(MAX_INBOX)
        self._follow_ups: list[commands.Command] = []
        self._taken_up: list[commands.Command] = []  # those of this turn
        self._entries: list[Entry] = []
        self._events: list[Event] = []
        self._packets: list[Packet] = []
        self._acted: set[int | None] = set()  # windows at which somebody pressed
        self._look_ms = 0  # when time alone may next change what is shown
        self._repeat_ms = 0  # when wants that nobody acknowledged are looked for
        self._to_send: list[Command] = []
        self._settled: list[tuple[Ask, list[str | None]]] = []
        self.storage = Storage(journal)
        self._undecided: list[tuple[str, Evt]] = []  # this turn's events, should it not be stored
        self._held: list[Ask] = []  # wait for room; each comes from a task that waits for it

    async def on_message(self, topic: str, payload: bytes) -> None:
        """The wire's callback: only enqueues."""
        await self._inbox.put((topic, payload))

    async def on_connected(self) -> None:
        """The wire's callback: the broker may have forgotten all, so everything is shown again."""
        self.devices.away()
        if self.wire is not None:
            self.wire.send(self.outbound.all_again(self.clock.now_ms()))

    async def ask(
        self,
        asked: Sequence[commands.Command],
        note: tuple[str, dict[str, object]] | None = None,
        waits: bool = True,
    ) -> list[str | None]:
        """Have commands decided and committed; for each the reason of its refusal, or None."""
        done: asyncio.Future[list[str | None]] = asyncio.get_running_loop().create_future()
        await self._inbox.put(Ask(asked, done, note, waits))
        return await done

    async def ask_for_manager(self, asked: Sequence[commands.Command]) -> list[str | None]:
        """As `ask`, but on a full disk refused at once: an act must not come hours later."""
        return await self.ask(asked, waits=False)

    async def run(self) -> None:
        """Serve for ever; an error of the journal ends the hub: its state may be ahead of it.

        But not a full disk: what could not be stored is undone, and the hall stays as it was.
        """
        self.resume(self.clock.now_ms())
        while True:
            items = await self._next_items()
            now_ms = self.clock.now_ms()
            self._turn(items, now_ms)
            while self._follow_ups and not self.storage.full:
                self._turn([], now_ms)
            # What stands near the press leaves the socket before the rest is even looked at.
            for _ in range(TURNS_TO_SEND):
                await asyncio.sleep(0)
            self._show_rest(now_ms)

    def resume(self, now_ms: int) -> None:
        """Take up what the journal says is to be asked or spoken, under the ids that it had."""
        self._command(commands.ResumeVoices(), now_ms)
        reactions = self.reactions
        for command in [*reactions.resume(now_ms), *reactions.to_speak(now_ms, self.outbox)]:
            self._to_send += self.outbox.add(command, now_ms)

    async def _next_items(self) -> list[tuple[str, bytes] | Ask]:
        """Whatever waits, or nothing when a timer is due first."""
        now_ms = self.clock.now_ms()
        due_ms = self.hall.next_due_ms(now_ms)
        wait_ms = IDLE_MS if due_ms is None else min(IDLE_MS, max(1, due_ms - now_ms))
        if self.storage.full:
            wait_ms = IDLE_MS  # what is due has to wait too
        items: list[tuple[str, bytes] | Ask] = []
        try:
            # Not wait_for: racing a message it may swallow a cancellation, or lose the message.
            async with asyncio.timeout(wait_ms / 1000):
                items.append(await self._inbox.get())
        except TimeoutError:
            return items
        while len(items) < MAX_BATCH and not self._inbox.empty():
            items.append(self._inbox.get_nowait())
        return items

    def _turn(self, items: Sequence[tuple[str, bytes] | Ask], now_ms: int) -> None:
        """One round: decide all, commit once, then let the world see it."""
        self._remind(now_ms)
        if self.storage.full:
            if not self.storage.recovered(self._day(), now_ms):
                self._turn_without_room(items, now_ms)
                return
            self._command(commands.ResumeVoices(), now_ms)
        # Time first: a command must not see a state that time has already ended.
        self._tick(now_ms)
        held, self._held, self._undecided = self._held, [], []
        items = [*held, *items]
        self._taken_up, self._follow_ups = self._follow_ups, []
        for command in self._taken_up:
            self._command(command, now_ms)
        for item in items:
            if isinstance(item, Ask):
                self._asked(item, now_ms)
            else:
                self._message(*item, now_ms)
        self._commit(now_ms)
        self._show(now_ms)

    def _undo(self, error: Unwritable, now_ms: int) -> None:
        """Nothing of this turn was stored: it never happened, and whoever asked is told so."""
        self.storage.failed(error, now_ms)
        self.hall.state = restored(self.journal, self.config)[0].state
        self._follow_ups = self._taken_up + self._follow_ups
        for ask, _ in self._settled:
            self._hold(ask)
        self._settled, self._events, self._packets = [], [], []
        for device_id, event in self._undecided:
            self._event(device_id, event, now_ms)

    def _turn_without_room(self, items: Sequence[tuple[str, bytes] | Ask], now_ms: int) -> None:
        """A round in which nothing is decided: pictures stay, people are told why."""
        for item in items:
            if isinstance(item, Ask):
                self._hold(item)
            else:
                self._message(*item, now_ms)
        self._show(now_ms)

    def _hold(self, ask: Ask) -> None:
        if ask.waits:
            self._held.append(ask)
        elif not ask.done.cancelled():
            ask.done.set_result([NO_ROOM] * len(ask.commands))

    def _commit(self, now_ms: int) -> None:
        entries, self._entries = self._entries, []
        try:
            self.journal.append(entries)
        except Unwritable as error:
            self._undo(error, now_ms)
            return
        for entry in entries:
            for event in entry.events:
                self.outcomes.apply(entry.day, event)
            if entry.note is not None:
                self.outcomes.note(*entry.note)
        if entries and self.outcomes.pending():
            self.on_outcome()
        settled, self._settled = self._settled, []
        for ask, reasons in settled:
            if not ask.done.cancelled():
                ask.done.set_result(reasons)

    def _show(self, now_ms: int) -> None:
        """The window at which somebody pressed, then answers, then what acts once."""
        events, self._events = self._events, []
        self._follow_ups += self.reactions.unrated_offline(events)
        if events:
            reactions = self.reactions
            due = [
                *reactions.taken_back(events, now_ms, self.outbox),
                *reactions.after(events, now_ms),
                *reactions.to_speak(now_ms, self.outbox),
            ]
            for command in due:
                self._to_send += self.outbox.add(command, now_ms)
        packets, self._packets = self._packets, []
        acted, self._acted = self._acted, set()
        if events:
            self._look_ms = now_ms
            packets = self.outbound.wants_near(acted, now_ms) + packets
        self._send(packets)
        to_send, self._to_send = self._to_send, []
        self._send([self.outbound.command(command, now_ms) for command in to_send])

    def _show_rest(self, now_ms: int) -> None:
        """Every other device, when something happened or time alone changes what is lit."""
        if now_ms < self._look_ms:
            return
        self._send(self.outbound.other_wants(now_ms))
        due_ms = self.hall.next_due_ms(now_ms)
        self._look_ms = now_ms + FAR_MS if due_ms is None else due_ms

    def _send(self, packets: list[Packet]) -> None:
        if self.wire is not None and packets:
            self.wire.send(packets)

    def _message(self, topic: str, payload: bytes, now_ms: int) -> None:
        """Take one message off the wire; whatever is wrong with it is counted, never raised."""
        message = self.inbound.read(topic, payload, now_ms)
        if message is None:
            return
        if message.refusal is not None:
            self._packets.append(self.outbound.refusal(message.device_id, message.refusal, now_ms))
        elif message.birth:
            self._born(message.device_id, message.rebooted, now_ms)
        elif message.ack is not None:
            self.outbox.acked(message.device_id, *message.ack)
        elif message.event is not None:
            self._event(message.device_id, message.event, now_ms)

    def _born(self, device: str, rebooted: bool, now_ms: int) -> None:
        self._to_send += self.outbox.born(device, now_ms)
        if rebooted and self.config.device(device).role == "ticket_machine":
            booted = commands.MachineBooted(device)
            if self.storage.full:
                self._follow_ups.append(booted)
            else:
                self._command(booted, now_ms)

    def _event(self, device_id: str, event: Evt, now_ms: int) -> None:
        """Answer an event once; a repeat gets the stored answer."""
        answer = self._known_answer(device_id, event)
        if answer is None and self.storage.full and event.k != "fault":
            answer = self.storage.refusal(device_id, event)
            if answer is None:
                return
        if answer is None:
            self._undecided.append((device_id, event))
            reply = self.bridge.answer(self.config.device(device_id), event, now_ms)
            answer = reply.answer
            if not reply.question:
                self._remember(device_id, event, reply, now_ms)
        answer = self.bridge.offline.with_key(event.k, answer)
        self._packets.append(self.outbound.answer(device_id, event, answer, now_ms))
        self._acted.add(self.config.device(device_id).window)

    def _known_answer(self, device_id: str, event: Evt) -> dict[str, object] | None:
        name = (device_id, event.boot, event.n)
        for entry in self._entries:
            origin = entry.origin
            if origin is not None and (origin.device, origin.boot, origin.n) == name:
                return dict(origin.answer)
        refused = self.storage.refused_before(name)
        if refused is not None:
            return refused
        return self.journal.answer_of(*name)

    def _remember(self, device_id: str, event: Evt, reply: Reply, now_ms: int) -> None:
        origin = Origin(device_id, event.boot, event.n, reply.answer)
        self._entries.append(Entry(self._day(), now_ms, tuple(reply.events), origin))
        self._events += reply.events

    def _asked(self, ask: Ask, now_ms: int) -> None:
        reasons = [self._command(command, now_ms) for command in ask.commands]
        if ask.note is not None:
            self._entries.append(Entry(self._day(), now_ms, note=ask.note))
        self._settled.append((ask, reasons))

    def _command(self, command: commands.Command, now_ms: int) -> str | None:
        """Apply a command of the hub's own; returns the reason of a refusal."""
        day = self._day()
        try:
            events = self.bridge.apply(command, now_ms)
        except Refused as refusal:
            return refusal.reason
        # What an opening day ends of the one before belongs to that one.
        opened = next((n for n, event in enumerate(events) if isinstance(event, DayOpened)), 0)
        self._happened(events[:opened], now_ms, day)
        # Outcomes that are committed with the opening are not known to be pending yet.
        since = self.outcomes.since or (day if self._entries else "")
        self._happened(events[opened:], now_ms)
        if any(isinstance(event, DayOpened) for event in events):
            note = note_of(self.hall, self.outcomes.cursor, since)
            self._entries.append(Entry(self._day(), now_ms, note=note))
        return None

    def _tick(self, now_ms: int) -> None:
        """What time alone has caused; nothing, until something happens or it is looked again."""
        if now_ms < self._look_ms:
            return
        due = self.hall.due(now_ms)
        for event in due:
            self.hall.apply(event)
        self._happened(due, now_ms)

    def _remind(self, now_ms: int) -> None:
        """What is sent again, or missed, by time alone."""
        self._to_send += self.outbox.due(now_ms)
        if now_ms >= self._repeat_ms:
            self._repeat_ms = now_ms + IDLE_MS
            shown = {d.id: d.shown_rev for d in self.devices.all.values() if d.alive}
            self._packets += self.outbound.unshown_wants(shown, now_ms)
            self.devices.sweep(now_ms)
            self.calls.look(now_ms)
            self.safe_modes.look(now_ms)

    def _happened(self, events: Sequence[Event], now_ms: int, day: str | None = None) -> None:
        if events:
            self._entries.append(Entry(day or self._day(), now_ms, tuple(events)))
            self._events += events

    def _on_command_end(self, command: Command, result: str) -> None:
        if result != "done":
            self.devices.counters[f"{command.kind}-{result}"] += 1
            log.warning("%s: %s %s", command.device, command.kind, result)
        follow_up = self.reactions.ended(command, result)
        if follow_up is not None:
            self._follow_ups.append(follow_up)

    def _on_fault(self, device: str, what: str, on: bool) -> None:
        self.devices.fault(self.devices.all[device], what, on)

    def _day(self) -> str:
        """The business day of an entry: the open one, else the hall's date."""
        return self.hall.state.day or local_day(self.clock.now_ms(), self.config.time_zone)
