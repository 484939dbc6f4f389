"""The hub in the simulation: its production consumer, journal and core, and sudden deaths.

`hub.service.Service` is driven one turn at a time in place of its asyncio loop; it reads a
simulated clock and speaks through a simulated wire. A death may come at any of its steps: before
a turn, before and after each commit, between any two packets. Then only the journal's file lives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fakes.cards import Cards
from hub.clock import Clock
from hub.config import HallConfig
from hub.core import CoreError, Hall, commands
from hub.core.events import Event
from hub.day import command_due
from hub.log.journal import Entry, Journal, JournalError
from hub.log.restart import restored
from hub.outcomes import Outcomes
from hub.service import MAX_BATCH, Ask, Service
from hub.wire.mqtt import Packet
from protocol import topics
from protocol.codec import encode
from protocol.envelope import HubState
from protocol.limits import RESEND_MS
from sim.network import HUB, Network
from sim.seen import Seen
from sim.world import SECOND_MS, World

# The consumer takes what has come by now: longer than the wire's fastest, so batches occur.
TAKE_MS = 4
# How long the hub sleeps at most, beside its core's own timers, which it knows: in production half
# a second. So what must be sent again goes a little later here, and alarms ring later.
OPEN_MS = 2_000
QUIET_MS = 5 * SECOND_MS
DAY_LOOK_MS = 15 * SECOND_MS
AUDITED_ROWS = 10_000
RESTART_MS = (300, 12_000)
RECONNECT_MS = (100, 5_000)


Told = tuple[int, str, str, Event | dict[str, Any]]


class Died(BaseException):
    """The hub's process was killed here; no handler of the product may catch it."""


class MortalJournal(Journal):
    """The production journal, before and after each commit of which the hub may die.

    `rows`: what its lives before have read; a row never changes, and the hub starts hundreds of
    times. `HubNode.compare` reads the file itself.
    """

    def __init__(self, path: Path, point: Callable[[str], None], rows: list[Told]) -> None:
        self._known = rows
        super().__init__(path)
        # Durable against a dead process, which is all that dies here; power is another test's.
        self._db.execute("PRAGMA synchronous=OFF")
        self._point = point

    def _unchecked(self) -> int:
        # Nothing rots here; `compare` checks every row.
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0])

    def told(self, after_seq: int = 0) -> Iterator[Told]:
        """As in production; rows are numbered from 1 on without a gap."""
        self._known += super().told(len(self._known))
        return iter(self._known[after_seq:])

    def append(self, batch: Sequence[Entry]) -> None:
        """As in production, with a point to die at on either side."""
        rows = any(entry.events or entry.origin or entry.note for entry in batch)
        if rows:
            self._point("before commit")
        super().append(batch)
        if rows:
            self._point("after commit")


class Settled:
    """In place of the future by which the hub answers its own parts."""

    def __init__(self, then: Callable[[], object] = lambda: None) -> None:
        self._then = then

    def cancelled(self) -> bool:
        """It never is."""
        return False

    def set_result(self, _: object) -> None:
        """Decided and durable."""
        self._then()


def holder(how: str, raw: str) -> str | None:
    """Stands for the day's hash of a card or code."""
    return None if how == "none" else f"{how}:{raw}"


class HubNode:
    """The hub's machine: starts, serves, dies, starts again on the same journal."""

    def __init__(
        self, world: World, network: Network, config: HallConfig, folder: Path, seen: Seen
    ) -> None:
        self.world = world
        self.network = network
        self.config = config
        self.journal_path = folder / "journal.sqlite"
        self.seen = seen
        self.service: Service | None = None
        self.journal: MortalJournal | None = None
        self.is_connected = False
        self._done = 0  # commits and packets
        self._sent_ms = 0
        self._dice = world.dice("hub")
        self._life = 0
        self._rows: list[Told] = []  # of the journal, as far as they were read
        self._fuse: int | None = None
        self._deadly = ""
        self._inbox: list[tuple[str, bytes] | Ask] = []
        self._turn_asked = False
        self._wake_ms = 0

    # --- Life and death ------------------------------------------------------------------------

    def start(self) -> None:
        """Fold the journal and serve, as `hub.app` does."""
        self._life += 1
        self._fuse = None
        self._turn_asked = False
        self._inbox.clear()
        self.journal = MortalJournal(self.journal_path, self._point, self._rows)
        found = restored(self.journal, self.config)
        clock = Clock(lambda: self.world.now_ms, lambda: self.world.now_ms)
        self.service = Service(self.config, found, self.journal, holder, clock, names=Cards())
        self.service.wire = self  # type: ignore[assignment]
        self.service.bridge.new_token = lambda: f"{self._dice.getrandbits(54):09x}"
        self.service.resume(self.world.now_ms)
        self.world.later(0, self._connect, self._life)
        self.world.later(0, self._look_at_day, self._life)
        self._wake(0)

    def compare(self) -> None:
        """The whole journal again: it makes the state and the debts of the hub that ran."""
        if self.journal is None or self.service is None:
            self.seen.wrong("hub ended", "it does not run when all is over")
            return
        for _ in self.journal.audit(AUDITED_ROWS):
            pass
        hall, outcomes = Hall(self.service.hall.rules), Outcomes(self.config.time_zone)
        for _, day, kind, told in Journal.told(self.journal):
            if isinstance(told, dict):
                outcomes.note(kind, told)
            else:
                outcomes.apply(day, told)
                hall.apply(told)
        if hall.digest() != self.service.hall.digest():
            self.seen.wrong("replay", "the whole journal makes another state")
        if outcomes.pending() != self.service.outcomes.pending():
            self.seen.wrong("replay", "the whole journal makes other pending outcomes")

    def switch_off(self) -> None:
        """For the night, be the day closed or not."""
        if self.service is not None:
            self._dead()
        self._life += 1

    def light_fuse(self) -> None:
        """Die soon, after a number of steps that nobody knows."""
        if self.service is not None and self._fuse is None:
            self._fuse = self._dice.randint(1, 40)
            # Most steps are packets; half of the deaths come where a commit is about to be.
            self._deadly = "commit" if self._dice.random() < 0.5 else ""

    def _point(self, where: str) -> None:
        """A step between which and the next the process may end."""
        if where in ("before commit", "before a packet"):
            self._done += 1
            self._sent_ms = self.world.now_ms
        if self._fuse is not None:
            self._fuse -= 1
            if self._fuse <= 0 and self._deadly in where:
                self.world.fault(f"hub died {where}")
                raise Died(where)

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Died:
            self._dead()
        except (JournalError, CoreError, AssertionError) as error:
            self.seen.wrong("hub ended", f"{type(error).__name__}: {error}")
            self._dead()

    def _dead(self) -> None:
        assert self.journal is not None
        self.journal.close()
        self.service = None
        self.is_connected = False
        self._life += 1
        self.network.detach(HUB)
        self.world.later(self._dice.uniform(*RESTART_MS), self._again, self._life)

    def _again(self, life: int) -> None:
        if life == self._life:
            self.start()

    # --- The wire ------------------------------------------------------------------------------

    def _connect(self, life: int) -> None:
        if life != self._life or self.is_connected:
            return
        assert self.service is not None
        will = topics.hub_state(self.config.site), self._state("offline")
        if not self.network.attach(HUB, self._receive, self._lost, will):
            self.world.later(self._dice.uniform(*RECONNECT_MS), self._connect, life)
            return
        self.is_connected = True
        self._guarded(self._introduce)

    def _introduce(self) -> None:
        assert self.service is not None
        self.send(self.service.outbound.all_again(self.world.now_ms))
        online = self._state("online")
        topic = topics.hub_state(self.config.site)
        self.network.publish(HUB, topic, online, retain=True, sure=True)

    def _state(self, word: str) -> bytes:
        assert self.service is not None
        return encode(HubState(s=word, epoch=self.service.epoch, now=self.world.now_ms))

    def _lost(self) -> None:
        self.is_connected = False
        self.world.later(self._dice.uniform(*RECONNECT_MS), self._connect, self._life)

    def send(self, packets: list[Packet]) -> None:
        """What the service publishes; without a connection it is forgotten, as in production."""
        for packet in packets:
            self._point("before a packet")
            self.network.publish(HUB, packet.topic, packet.payload, packet.retain)

    def _receive(self, topic: str, payload: bytes, _: bool) -> None:
        self._inbox.append((topic, payload))
        self._ask_turn()

    def ask(
        self,
        asked: Sequence[commands.Command],
        then: Callable[[], object] = lambda: None,
        note: tuple[str, dict[str, object]] | None = None,
    ) -> None:
        """Commands of the hub's own parts, if there is a hub; `then()` once they are durable."""
        if self.service is not None:
            self._inbox.append(Ask(asked, Settled(then), note))  # type: ignore[arg-type]
            self._ask_turn()

    # --- The consumer --------------------------------------------------------------------------

    def _ask_turn(self) -> None:
        if not self._turn_asked:
            self._turn_asked = True
            self.world.later(TAKE_MS, self._turn, self._life)

    def _turn(self, life: int) -> None:
        if life == self._life:
            self._turn_asked = False
            items, self._inbox = self._inbox[:MAX_BATCH], self._inbox[MAX_BATCH:]
            self._guarded(lambda: self._serve(items))
            if self._inbox:
                self._ask_turn()

    def _serve(self, items: list[Any]) -> None:
        """One round of `Service.run`."""
        service, now_ms = self.service, self.world.now_ms
        assert service is not None
        self._point("before a turn")
        service._turn(items, now_ms)
        while service._follow_ups:
            service._turn([], now_ms)
        self._point("before the rest is shown")
        service._show_rest(now_ms)
        # A want that is not shown is sent again and again, so after each packet one looks on.
        is_busy = service.outbox._open or now_ms - self._sent_ms < 2 * RESEND_MS
        due_ms = service._look_ms - now_ms
        self._wake(min(due_ms, OPEN_MS if is_busy else QUIET_MS))

    def _wake(self, in_ms: int) -> None:
        """Have a turn then, unless one comes earlier."""
        now_ms = self.world.now_ms
        at_ms = now_ms + max(1, in_ms)
        if not now_ms < self._wake_ms <= at_ms:
            self._wake_ms = at_ms
            self.world.later(at_ms - now_ms, self._woken, self._life, at_ms)

    def _woken(self, life: int, at_ms: int) -> None:
        if life == self._life and at_ms == self._wake_ms and not self._turn_asked:
            before = self._done
            self._turn(life)
            if self._done != before:
                self.world.event("hub timer")

    def _look_at_day(self, life: int) -> None:
        if life != self._life:
            return
        assert self.service is not None
        command = command_due(self.config, self.service.hall, self.world.now_ms)
        if command is not None:
            self.ask([command])
        self.world.later(DAY_LOOK_MS, self._look_at_day, life)
