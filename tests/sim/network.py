"""The broker and every wire to it: messages are lost, doubled, overtaken, late, or cut off.

It is harsher than MQTT, which loses nothing while a connection stands and keeps the order on each.
What it keeps of MQTT: a publish reaches the broker or not, so the retained message of a topic is
always the newest that reached it; a birth is known before anything else of that connection; a will
is told once a connection is given up; who connects anew is given what is retained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.world import SECOND_MS, World

HUB = "hub"
TO_HUB = frozenset({"state", "desc", "evt", "tele", "ack"})
# A ping and a half: then either end knows that the other is gone.
KEEPALIVE_MS = 22_000

Receive = Callable[[str, bytes, bool], None]


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the network is: shares of all messages."""

    lost: float = 0.01
    doubled: float = 0.015
    slow: float = 0.02  # late enough to be overtaken by many, and by a repeat
    slow_ms: int = 4 * SECOND_MS


CALM = Weather(lost=0.0, doubled=0.0, slow=0.0)


@dataclass(slots=True)
class Session:
    """One connection of a client; messages on their way end with it."""

    receive: Receive
    on_lost: Callable[[], None]
    will: tuple[str, bytes] | None


class Network:
    """Publish, attach, cut: who is attached gets what belongs to it."""

    def __init__(self, world: World, weather: Weather) -> None:
        self.world = world
        self.weather = weather
        self.heard: list[tuple[int, str, bytes]] = []  # all that reached the broker
        self.retained: dict[str, bytes] = {}
        self.sessions: dict[str, Session] = {}
        self.cut: set[str] = set()
        self.is_up = True
        self._dice = world.dice("network")

    def attach(
        self,
        name: str,
        receive: Receive,
        on_lost: Callable[[], None],
        will: tuple[str, bytes] | None = None,
    ) -> bool:
        """A client connects and subscribes; False if the broker cannot be reached."""
        if name in self.cut or not self.is_up:
            return False
        before = self.sessions.get(name)
        if before is not None:
            self._end(name, before, told=False)
        session = self.sessions[name] = Session(receive, on_lost, will)
        for topic, payload in self.retained.items():
            if name in self._readers(topic):
                self._send(name, session, topic, payload, retained=True)
        return True

    def detach(self, name: str) -> None:
        """A client's power is gone: the broker sees its socket close, and tells the will."""
        session = self.sessions.get(name)
        if session is not None:
            self._end(name, session, told=False)

    def publish(
        self, name: str, topic: str, payload: bytes, retain: bool = False, sure: bool = False
    ) -> None:
        """A client's publish; `sure`: it waits for the broker's word, as for a birth."""
        if name not in self.sessions or name in self.cut:
            return
        if not sure and self._dice.random() < self.weather.lost:
            self.world.faults["lost"] += 1
            return
        self._take(topic, payload, retain)

    def _take(self, topic: str, payload: bytes, retain: bool) -> None:
        self.heard.append((self.world.now_ms, topic, payload))
        if retain:
            self.retained[topic] = payload
        for name in self._readers(topic):
            session = self.sessions.get(name)
            if session is not None:
                self._send(name, session, topic, payload)

    def _readers(self, topic: str) -> tuple[str, ...]:
        parts = topic.split("/", 5)
        if parts[3] == HUB:
            return tuple(name for name in self.sessions if name != HUB)
        return (HUB,) if parts[5] in TO_HUB else (parts[4],)

    def _send(
        self, name: str, session: Session, topic: str, payload: bytes, retained: bool = False
    ) -> None:
        weather, dice = self.weather, self._dice
        copies = 1
        chance = dice.random()
        # What is retained comes with the subscription, or the connection ends with it.
        if chance < weather.lost and not retained:
            self.world.faults["lost"] += 1
            return
        if chance > 1 - weather.doubled:
            self.world.faults["doubled"] += 1
            copies = 2
        for _ in range(copies):
            delay_ms = 1 + dice.expovariate(0.2)
            if dice.random() < weather.slow:
                self.world.faults["slow"] += 1
                delay_ms += dice.uniform(0, weather.slow_ms)
            self.world.later(delay_ms, self._arrive, name, session, topic, payload, retained)

    def _arrive(
        self, name: str, session: Session, topic: str, payload: bytes, retained: bool
    ) -> None:
        if self.sessions.get(name) is not session or name in self.cut:
            return
        self.world.event("message", name, topic, raw=payload)
        session.receive(topic, payload, retained)

    # --- Faults --------------------------------------------------------------------------------

    def cut_off(self, name: str, for_ms: float) -> None:
        """Nothing passes between this client and the broker for a while."""
        if name in self.cut:
            return
        self.cut.add(name)
        self.world.later(for_ms, self.cut.discard, name)
        session = self.sessions.get(name)
        if session is not None:
            self.world.later(KEEPALIVE_MS, self._give_up, name, session)

    def _give_up(self, name: str, session: Session) -> None:
        """The pings stayed away; if the cut was shorter, the connection has survived it."""
        if name in self.cut and self.sessions.get(name) is session:
            self._end(name, session, told=True)

    def _end(self, name: str, session: Session, *, told: bool) -> None:
        del self.sessions[name]
        if session.will is not None:
            self._take(*session.will, True)
        if told:
            session.on_lost()

    def restart(self, for_ms: float, *, forgets: bool) -> None:
        """The broker is away, then back; it may have lost what it retained."""
        if not self.is_up:
            return
        self.is_up = False
        sessions, self.sessions = self.sessions, {}
        if forgets:
            self.retained.clear()
        for session in sessions.values():
            session.on_lost()
        self.world.later(for_ms, self._back)

    def _back(self) -> None:
        self.is_up = True
