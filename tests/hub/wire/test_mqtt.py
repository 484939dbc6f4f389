"""The hub's end of the broker: subscribed, announced, in order, and back after every loss."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from fakes.nats import Nats
from hub.wire.mqtt import MAX_PUBLISHING, Address, AddressError, Packet, Wire
from proof.witness import Peer

STATE = "hall/v1/lobby/hub/state"
EVT = "hall/v1/lobby/dev/caller-04/evt"
CMD = "hall/v1/lobby/dev/caller-04/cmd"
PATIENCE_S = 60


class Ends:
    """A wire with what it heard, and a second client that hears all."""

    def __init__(self, nats: Nats, user: str = "hub") -> None:
        self.nats = nats
        self.heard: list[tuple[str, bytes]] = []
        self.connected = asyncio.Event()
        address = Address("127.0.0.1", nats.port, user, nats.password)
        self.wire = Wire(address, "lobby", 7, lambda: 1000, self._hear, self._connect)

    async def _hear(self, topic: str, payload: bytes) -> None:
        self.heard.append((topic, payload))

    async def _connect(self) -> None:
        self.connected.set()

    def peer(self, user: str = "hub", *topics: str) -> Peer:
        url = f"mqtt://{user}:{self.nats.password}@127.0.0.1:{self.nats.port}"
        return Peer(url, f"{user}-peer", topics)

    async def until(self, met: Callable[[], object]) -> None:
        deadline_s = time.monotonic() + 10
        while not met():
            assert time.monotonic() < deadline_s
            await asyncio.sleep(0.01)

    async def online(self) -> None:
        """Wait until the wire has announced itself, and has nothing more under way."""
        with self.peer("hub", STATE) as peer:
            await self.until(lambda: states(peer)[-1:] == ["online"])


def play(tmp_path: Path, scenario: Callable[[Ends], Awaitable[None]], user: str = "hub") -> None:
    """Run it beside a wire that is connected, or tries to be."""

    async def run(nats: Nats) -> None:
        ends = Ends(nats, user)
        running = asyncio.create_task(ends.wire.run())
        try:
            await scenario(ends)
        finally:
            running.cancel()
            await asyncio.wait([running])

    with Nats(tmp_path, ["caller-04"]) as nats:
        asyncio.run(run(nats))


def states(peer: Peer) -> list[str]:
    return [json.loads(m.payload)["s"] for m in peer.messages if m.topic == STATE]


def test_it_announces_itself_hears_devices_and_says_goodbye(tmp_path: Path) -> None:
    async def scenario(ends: Ends) -> None:
        await ends.connected.wait()
        with ends.peer("hub", STATE) as peer, ends.peer("caller-04") as caller:
            await ends.until(lambda: states(peer)[-1:] == ["online"])
            caller.publish(EVT, b"one")
            await ends.until(lambda: ends.heard)
            await ends.wire.goodbye()
            await ends.until(lambda: states(peer)[-1:] == ["offline"])
            assert json.loads(peer.messages[-1].payload)["epoch"] == 7
        assert ends.heard == [(EVT, b"one")]

    play(tmp_path, scenario)


def test_packets_keep_their_order(tmp_path: Path) -> None:
    async def scenario(ends: Ends) -> None:
        await ends.connected.wait()
        with ends.peer("hub", CMD) as peer:
            ends.wire.send([Packet(CMD, str(n).encode()) for n in range(100)])
            await ends.until(lambda: len(peer.messages) == 100)
            assert [m.payload for m in peer.messages] == [str(n).encode() for n in range(100)]
        assert ends.wire.unsent == 0

    play(tmp_path, scenario)


def test_a_retained_packet_is_there_for_who_comes_later(tmp_path: Path) -> None:
    async def scenario(ends: Ends) -> None:
        await ends.connected.wait()
        ends.wire.send([Packet(CMD, b"gone"), Packet(CMD[:-3] + "want", b"kept", retain=True)])
        await ends.until(lambda: not ends.wire._publishing)
        with ends.peer("hub", "hall/v1/lobby/dev/#") as peer:
            await ends.until(lambda: peer.messages)
            assert [m.payload for m in peer.messages] == [b"kept"]

    play(tmp_path, scenario)


def test_what_cannot_be_sent_is_counted_and_forgotten(tmp_path: Path) -> None:
    async def scenario(ends: Ends) -> None:
        ends.wire.send([Packet(CMD, b"too early")])
        assert ends.wire.unsent == 1
        await ends.online()
        ends.connected.clear()
        ends.wire.send([Packet(CMD, b"x")] * (MAX_PUBLISHING + 5))
        assert ends.wire.unsent == 1 + 5
        # A want may have been among the five.
        await asyncio.wait_for(ends.connected.wait(), 10)

    play(tmp_path, scenario)


def test_a_broker_that_drops_everybody_is_tried_less_and_less_and_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries = []

    async def session(wire: Wire, client: aiomqtt.Client) -> None:
        wire._client = client
        tries.append(client)
        raise aiomqtt.MqttError("dropped")

    async def run() -> None:
        address = Address("127.0.0.1", 1, "hub", "")
        wire = Wire(address, "lobby", 7, lambda: 1000, None, None)  # type: ignore[arg-type]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.2):
                await wire.run()

    there: Any = contextlib.nullcontext
    monkeypatch.setattr(Wire, "_new_client", lambda _: there(object()))
    monkeypatch.setattr(Wire, "_session", session)
    asyncio.run(run())
    assert 2 <= len(tries) <= 4  # after 0.1, 0.3 and 0.7 s at the earliest
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in said] == ["hub.wire.mqtt"]


def test_a_broker_that_was_away_is_found_again(tmp_path: Path) -> None:
    async def scenario(ends: Ends) -> None:
        await ends.online()
        ends.connected.clear()
        ends.nats.stop(kill=True)
        await ends.until(lambda: ends.wire._client is None)
        ends.wire.send([Packet(CMD, b"nobody there")])
        ends.nats.start()
        await asyncio.wait_for(ends.connected.wait(), 10)
        assert (ends.wire.connects, ends.wire.unsent) == (2, 1)
        with ends.peer("caller-04") as caller:
            caller.publish(EVT, b"after")
            await ends.until(lambda: (EVT, b"after") in ends.heard)

    play(tmp_path, scenario)


def test_a_user_who_may_not_hear_the_devices_is_not_silently_deaf(tmp_path, caplog) -> None:
    async def scenario(ends: Ends) -> None:
        await ends.until(lambda: "may not read" in caplog.text)
        assert not ends.connected.is_set()

    play(tmp_path, scenario, user="caller-04")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://hub:p%40ss@127.0.0.1:1884", Address("127.0.0.1", 1884, "hub", "p@ss")),
        ("mqtt://hub@localhost", Address("localhost", 1883, "hub", "")),
        ("mqtt://[::1]", Address("::1", 1883, "", "")),
    ],
)
def test_an_address_is_read(url: str, address: Address) -> None:
    assert Address.parse(url) == address


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mqtt://hub:s3cret@192.168.1.4", "192.168.1.4 is not loopback"),
        ("mqtt://hub:s3cret@broker.hall", "broker.hall is not loopback"),
        ("mqtts://hub:s3cret@127.0.0.1", "want mqtt://"),
        ("mqtt://hub:s3cret@", "want mqtt://"),
        ("127.0.0.1:1883", "want mqtt://"),
        ("mqtt://hub:s3cret@127.0.0.1:99999", "Port out of range"),
        ("mqtt://hub:s3cret@[::1", "Invalid IPv6"),
        ("", "want mqtt://"),
    ],
)
def test_an_address_that_is_refused_says_why_and_no_password(url: str, problem: str) -> None:
    with pytest.raises(AddressError, match=problem) as caught:
        Address.parse(url)
    assert "s3cret" not in str(caught.value)


def test_an_address_hides_its_password() -> None:
    address = Address.parse("mqtt://hub:s3cret@127.0.0.1:1884")
    assert repr(address) == f"{address}" == "mqtt://hub@127.0.0.1:1884"


class Swallowing:
    """A client whose calls lose a cancellation, as asyncio.wait_for may in Python 3.11."""

    def __init__(self) -> None:
        self.publishing = asyncio.Event()
        self.messages = self._silence()

    async def subscribe(self, _topic: str, qos: int) -> tuple[int, ...]:
        return (qos,)

    async def publish(self, *_: object, **__: object) -> None:
        self.publishing.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(PATIENCE_S)

    async def _silence(self):
        await asyncio.Event().wait()
        yield None


def test_a_hub_that_is_told_to_end_while_it_announces_itself_ends() -> None:
    async def connected() -> None:
        """Nothing to show."""

    async def scenario() -> None:
        address = Address("127.0.0.1", 1, "hub", "")
        wire = Wire(address, "lobby", 7, lambda: 1000, lambda *_: connected(), connected)
        client = Swallowing()
        session = asyncio.create_task(wire._session(client))  # type: ignore[arg-type]
        await client.publishing.wait()
        session.cancel()
        done, _ = await asyncio.wait([session], timeout=PATIENCE_S)
        assert done and session.cancelled()

    asyncio.run(scenario())
