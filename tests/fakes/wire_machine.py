"""A ticket machine that is only a client of the broker: real events with its credentials."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator
from typing import Any

import aiomqtt

from hub.demo.hall import DemoHall
from hub.wire.mqtt import NODELAY
from protocol import machine, topics
from protocol.codec import decode, encode
from protocol.envelope import Evt, EvtAck

PATIENCE_S = 60


class Refusal(Exception):
    """The hub's answer was no; `why` is the reason's code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class WireMachine:
    """Asks the hub for numbers without screen, card reader or paper."""

    def __init__(self, client: aiomqtt.Client, site: str, device: str) -> None:
        self._client = client
        self._evt = topics.dev(site, device, "evt")
        self._boot = int(time.time())
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[EvtAck]] = {}

    async def take(self, service: str) -> str:
        """A visitor with a card of their own takes a number, paper and all; the ticket."""
        number = next(self._numbers)
        card = f"{number:010X}"
        reserve = machine.Reserve(s=f"s-{number}", service=service, how="card", id=card)
        reserved = await self.ask("reserve", reserve)
        await self.ask("printed", machine.Printed(leg=reserved.leg, result="printed"))
        return str(reserved.ticket)

    async def ask(self, kind: str, body: Any) -> Any:
        """The body of the hub's answer; raises Refusal."""
        n = next(self._numbers)
        answer = self._answers[n] = asyncio.get_running_loop().create_future()
        event = Evt(k=kind, boot=self._boot, n=n, t=0, d=body)
        await self._client.publish(self._evt, encode(event), qos=1)
        async with asyncio.timeout(PATIENCE_S):
            ack = await answer
        if not ack.ok:
            raise Refusal(ack.why)
        return ack.d

    async def listen(self) -> None:
        """Take answers until cancelled."""
        async for message in self._client.messages:
            ack = decode(EvtAck, bytes(message.payload), machine.ANSWERS)
            waiting = self._answers.pop(ack.n, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(ack)


@contextlib.asynccontextmanager
async def wire_machine(hall: DemoHall, device: str) -> AsyncIterator[WireMachine]:
    """A connected machine under the id of one that has no board in this hall."""
    async with aiomqtt.Client(
        "127.0.0.1",
        hall.port,
        username=device,
        password=hall.password(device),
        identifier=device,
        socket_options=NODELAY,
    ) as client:
        await client.subscribe(topics.dev(hall.config.site, device, "evtack"), qos=1)
        made = WireMachine(client, hall.config.site, device)
        listening = asyncio.create_task(made.listen())
        try:
            yield made
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
