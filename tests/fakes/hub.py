"""The example hall's hub in memory: real parts, a clock that is told, a wire that keeps all."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from fakes.cards import Cards
from hub.bridge import Bridge
from hub.clock import Clock
from hub.config import EXAMPLE, HallConfig, load
from hub.core import Hall, commands
from hub.core.events import Event
from hub.log.journal import Journal
from hub.log.restart import restored
from hub.offline import Names, Offline
from hub.service import TURNS_TO_SEND, Service
from hub.wire.mqtt import Packet
from protocol import topics
from protocol.codec import decode, encode
from protocol.envelope import Ack, Cmd, Evt, EvtAck, State, Want
from protocol.fields import Message

DAY = "2026-09-21"
TEN = int(datetime.fromisoformat(DAY + "T10:00+08:00").timestamp() * 1000)
MINUTE = 60_000
MACHINE = "ticket-machine-1"
# In the example hall window 4 takes enrolment-proof, and window 20 seal; 20 alone is in zone 3.
PROOF, SEAL = "enrolment-proof", "seal"


@functools.cache
def example() -> HallConfig:
    """The example hall, open from midnight to midnight."""
    return load(EXAMPLE).open_all_day()


def holder(how: str, raw: str) -> str | None:
    """Stands for the day's hash."""
    return None if how == "none" else f"{how}:{raw}"


def event(kind: str, body: Message, n: int = 1, age_ms: int = 0, boot: int = 1) -> Evt:
    """A device's event."""
    return Evt(k=kind, boot=boot, n=n, t=0, age_ms=age_ms, d=body)


class Desk:
    """Bridge and core without a service: one event in, one reply out."""

    def __init__(self, config: HallConfig | None = None, names: Names | None = None) -> None:
        self.config = config or example()
        self.hall = Hall(self.config.to_rules())
        self.faults: list[tuple[str, str, bool]] = []
        self.now = TEN
        self.bridge = Bridge(
            self.config,
            self.hall,
            holder,
            lambda *fault: self.faults.append(fault),
            Offline(self.config, self.hall, names),
        )
        self.do(commands.OpenDay(DAY))

    def do(self, command: commands.Command) -> list[Event]:
        """A command of the hub's own."""
        return self.bridge.apply(command, self.now)

    def tell(self, device: str, kind: str, body: Message, **more: Any):
        """The reply to a device's event."""
        return self.bridge.answer(self.config.device(device), event(kind, body, **more), self.now)

    def take(self, service: str = PROOF, card: str = "AB") -> int:
        """A printed number; returns its leg."""
        token = f"token-{self.hall.state.last_leg}"
        reserve = commands.Reserve(MACHINE, token, service, holder("card", card), None, token)
        self.do(reserve)
        leg = self.hall.state.last_leg
        self.do(commands.ConfirmPrint(leg, "printed"))
        return leg

    def press(self, window: int, key: str, **more: Any) -> list[Event]:
        """A key of a window's clerk, who sees what stands there; its lock-out is over."""
        self.now += 10_000
        seen = self.hall.window_view(window, self.now)
        fields = {"long": False, "again": False, "leg": seen.leg, "ver": seen.ver, **more}
        return self.do(commands.Press(window, key, **fields))

    def finish(self, window: int = 4, service: str = PROOF, card: str = "AB") -> int:
        """One visitor called, served and gone; returns the leg."""
        leg = self.take(service, card)
        self.press(window, "next")
        self.press(window, "done")
        self.press(window, "done")
        return leg


class KeptWire:
    """In place of hub.wire.mqtt.Wire: keeps every packet; `on_send` sees them first."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.on_send: Callable[[Sequence[Packet]], None] = lambda packets: None

    def send(self, packets: Sequence[Packet]) -> None:
        """What the service publishes."""
        self.on_send(packets)
        self.packets += packets


class Hub:
    """A service that runs between `with` and its end, on the journal at `path`."""

    def __init__(
        self,
        path: Path,
        config: HallConfig | None = None,
        now: int = TEN,
        cards: Cards | None = None,
    ) -> None:
        """`cards`: real hashes of cards; None: a card is its own name, and unknown offline."""
        self.config = config or example()
        self.now = now
        self.wire = KeptWire()
        self.journal = Journal(path)
        found = self.hall, _ = restored(self.journal, self.config)
        clock = Clock(lambda: self.now, lambda: self.now)
        identify = holder if cards is None else cards.holder
        self.service = Service(self.config, found, self.journal, identify, clock, names=cards)
        self.service.wire = self.wire
        self._runner = asyncio.Runner()
        self._n = 0

    def __enter__(self) -> Self:
        self.running = self._runner.run(self._start())
        if self.hall.state.day is None:
            self.ask(commands.OpenDay(DAY))
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._stop())
        self._runner.close()
        self.journal.close()

    async def _start(self) -> asyncio.Task[None]:
        return asyncio.create_task(self.service.run())

    async def _stop(self) -> None:
        self.running.cancel()
        await asyncio.wait([self.running])

    def ask(self, *asked: commands.Command, note: Any = None) -> list[str | None]:
        """Commands of the hub's own parts; all that came before is settled when this returns."""
        reasons = self._runner.run(self._answered(asked, note))
        # A second one is taken up only after the rest of the hall was shown what the first did.
        self._runner.run(self._answered([]))
        return reasons

    def act(self, command: commands.Command) -> str | None:
        """What a manager's command comes to: the reason of its refusal, or None."""
        (why,) = self._runner.run(self.service.ask_for_manager([command]))
        return why

    def later(self, *asked: commands.Command) -> asyncio.Future[list[str | None]]:
        """Commands whose answer may take its time; the service has looked at them."""

        async def begin() -> asyncio.Future[list[str | None]]:
            asking = asyncio.ensure_future(self.service.ask(asked))
            for _ in range(8):
                await asyncio.sleep(0)
            return asking

        return self._runner.run(begin())

    async def _answered(self, asked: Sequence[commands.Command], note: Any = None) -> Any:
        """What `ask` gives, or the error that ended the service."""
        answer = asyncio.ensure_future(self.service.ask(asked, note))
        await asyncio.wait({answer, self.running}, return_when=asyncio.FIRST_COMPLETED)
        if self.running.done():
            answer.cancel()
            self.running.result()
        return await answer

    def settle(self) -> None:
        """All that came before is settled when this returns, also while nothing can be stored."""
        self._runner.run(self._settle())
        self._runner.run(self._settle())

    async def _settle(self) -> None:
        answer = asyncio.ensure_future(self.service.ask([]))
        while not answer.done() and not self.running.done():
            # A full disk holds the answer back, but by then the service has seen what came before.
            if self.service.storage.full and self.service._inbox.empty():
                for _ in range(TURNS_TO_SEND + 2):
                    await asyncio.sleep(0)
                break
            await asyncio.sleep(0)
        if self.running.done():
            answer.cancel()
            self.running.result()

    def connect(self) -> None:
        """The broker is there (again)."""
        self._runner.run(self.service.on_connected())

    def hear(self, device: str, leaf: str, *payloads: bytes | Message) -> None:
        """Messages of one device, all in the inbox before the service looks."""
        topic = topics.dev(self.config.site, device, leaf)

        async def put() -> None:
            for payload in payloads:
                data = payload if isinstance(payload, bytes) else encode(payload)
                await self.service.on_message(topic, data)

        self._runner.run(put())
        self.settle()

    def end_by(self, device: str, evt: Evt) -> None:
        """An event that ends the service; raises what it ended with."""

        async def last() -> None:
            await self.service.on_message(topics.dev(self.config.site, device, "evt"), encode(evt))
            await self.running

        self._runner.run(last())

    def tell(self, device: str, kind: str, body: Message, **more: Any) -> EvtAck:
        """One event of a device, and its answer."""
        self._n += 1
        self.hear(device, "evt", event(kind, body, **{"n": self._n, **more}))
        return self.answers(device)[-1]

    def born(self, device: str, boot: int, conn: int = 1, role: str = "caller") -> None:
        """A device's birth."""
        self.hear(device, "state", State(s="ready", boot=boot, conn=conn, role=role))

    def ack(self, device: str, command: Cmd, st: str = "done") -> None:
        """A device is through with a command."""
        self.hear(device, "ack", Ack(id=command.id, st=st))

    def _sent(self, cls: type[Message], device: str, leaf: str) -> list[Any]:
        topic = topics.dev(self.config.site, device, leaf)
        return [decode(cls, p.payload) for p in self.wire.packets if p.topic == topic]

    def answers(self, device: str) -> list[EvtAck]:
        """All answers that went to a device."""
        return self._sent(EvtAck, device, "evtack")

    def cmds(self, device: str) -> list[Cmd]:
        """All commands that went to a device."""
        return self._sent(Cmd, device, "cmd")

    def wants(self, device: str) -> list[Want]:
        """All wants that a device was shown."""
        return self._sent(Want, device, "want")

    def kinds(self) -> list[str]:
        """What the journal holds."""
        return [row.kind for row in self.journal.rows()]
