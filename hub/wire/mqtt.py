"""The hub's end of the broker: bytes in, bytes out, will, reconnection."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import aiomqtt

from protocol import topics
from protocol.codec import decode, encode
from protocol.envelope import HubState
from protocol.errors import ProtocolError

log = logging.getLogger(__name__)

KEEPALIVE_S = 15
# A call that is open when the broker dies holds up the next connection for this long.
CALL_TIMEOUT_S = 3.0
# Short at first, for a broker of our own is back within a second; all its other clients wait
# longer. A connection that held for less than the longest wait is as good as none.
BACKOFF_S = (0.2, 5.0)
# A broker that stays away is in the log once, and then so often.
SAY_S = 60.0
# Its errors reach us as exceptions as well; here they would be in the log at each try.
_silent = logging.getLogger(f"{__name__}.client")
_silent.setLevel(logging.CRITICAL)
# Without it each QoS 1 hop waits for the peer's delayed ACK: 44 ms instead of 2 (measured).
NODELAY = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)
# What SUBACK says of a subscription that the user may not have.
NOT_GRANTED = 0x80
# All that a hall of 600 devices shows, published at once after a restart.
MAX_PUBLISHING = 2048


class Superseded(Exception):
    """A hub with a newer epoch has taken the hall over; `epoch` is its."""

    def __init__(self, site: str, epoch: int) -> None:
        super().__init__(f"another hub has taken over hall {site} (epoch {epoch}): this one ends")
        self.epoch = epoch


class AddressError(Exception):
    """The broker's address cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the broker listens and who we are there; the password stays out of logs."""

    host: str
    port: int
    user: str
    password: str

    def __repr__(self) -> str:
        return f"mqtt://{self.user}@{self.host}:{self.port}"

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read `mqtt://user:password@host:port`; only loopback until there is TLS."""
        try:
            parts = urlsplit(url)
            port = parts.port or 1883
        except ValueError as error:
            raise AddressError(f"--broker: {error}") from None
        if parts.scheme != "mqtt" or not parts.hostname:
            raise AddressError(
                f"--broker: want mqtt://user:password@host:port, got {parts.scheme}://…"
            )
        if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise AddressError(
                f"--broker: {parts.hostname} is not loopback; without TLS the hub refuses it"
            )
        return cls(
            parts.hostname,
            port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


@dataclass(frozen=True, slots=True)
class Packet:
    """One publish: all of ours but telemetry are QoS 1."""

    topic: str
    payload: bytes
    retain: bool = False


class Wire:
    """One connection at a time to the broker, made again for ever with jittered backoff.

    `on_message(topic, payload)` must only enqueue; `on_connected()` follows the subscriptions.
    """

    def __init__(
        self,
        address: Address,
        site: str,
        epoch: int,
        now_ms: Callable[[], int],
        on_message: Callable[[str, bytes], Awaitable[None]],
        on_connected: Callable[[], Coroutine[None, None, None]],
    ) -> None:
        self.address = address
        self.site = site
        self.epoch = epoch
        self.connects = 0
        self.unsent = 0
        self._now_ms = now_ms
        self._on_message = on_message
        self._on_connected = on_connected
        self._client: aiomqtt.Client | None = None
        self._publishing: set[asyncio.Task[None]] = set()
        self._is_missed = False  # the log says that the broker is not there
        self._must_repeat = False  # a want may be among what was forgotten
        self._open = 0  # packets that were sent and not yet acknowledged or given up
        self._newest: asyncio.Task[None] | None = None
        self._last_burst: asyncio.Task[None] | None = None

    def _state(self, word: str) -> bytes:
        return encode(HubState(s=word, epoch=self.epoch, now=self._now_ms()))

    async def run(self) -> None:
        """Connect, subscribe, read; on any loss wait a little and begin anew.

        Raises Superseded when another hub says that it is the hall's now.
        """
        wait_s = BACKOFF_S[0]
        said_s = -SAY_S
        while True:
            began_s = time.monotonic()
            try:
                async with self._new_client() as client:
                    await self._session(client)
            except aiomqtt.MqttError as error:
                lost_s = time.monotonic()
                if self._client is not None and lost_s - began_s > BACKOFF_S[1]:
                    wait_s = BACKOFF_S[0]
                if lost_s - said_s >= SAY_S:
                    said_s = lost_s
                    self._is_missed = True
                    log.warning(
                        "no broker at %r (%s): tried again until it is there", self.address, error
                    )
            finally:
                self._client = None
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))
            wait_s = min(wait_s * 2, BACKOFF_S[1])

    def _new_client(self) -> aiomqtt.Client:
        client = aiomqtt.Client(
            self.address.host,
            self.address.port,
            username=self.address.user,
            password=self.address.password,
            identifier=f"hub-{self.site}",
            logger=_silent,
            keepalive=KEEPALIVE_S,
            timeout=CALL_TIMEOUT_S,
            clean_session=True,
            will=aiomqtt.Will(topics.hub_state(self.site), self._state("offline"), 1, retain=True),
            socket_options=NODELAY,
            max_concurrent_outgoing_calls=MAX_PUBLISHING,
        )
        # A restart publishes every want at once: many open calls are no reason for a warning.
        client.pending_calls_threshold = MAX_PUBLISHING
        return client

    async def _session(self, client: aiomqtt.Client) -> None:
        for leaf in topics.DEVICE_WRITES:
            topic = topics.dev(self.site, "+", leaf)
            granted = await client.subscribe(topic, qos=0 if leaf == "tele" else 1)
            if any(getattr(code, "value", code) >= NOT_GRANTED for code in granted):
                # Somebody else's broker, with somebody else's permissions.
                raise aiomqtt.MqttError(f"user {self.address.user!r} may not read {topic}")
        about_us = topics.hub_state(self.site)
        await client.subscribe(about_us, qos=1)
        self._client = client
        self.connects += 1
        await self._on_connected()
        await client.publish(about_us, self._state("online"), qos=1, retain=True)
        if self._is_missed:
            self._is_missed = False
            log.info("the broker is there again")
        _unless_cancelled()
        async for message in client.messages:
            if str(message.topic) == about_us:
                await self._hear_of_hub(client, bytes(message.payload))
            else:
                await self._on_message(str(message.topic), bytes(message.payload))
            _unless_cancelled()

    async def _hear_of_hub(self, client: aiomqtt.Client, payload: bytes) -> None:
        try:
            state = decode(HubState, payload)
        except ProtocolError as error:
            log.warning("the hub's own state cannot be read: %s", error)
            return
        if state.epoch > self.epoch:
            raise Superseded(self.site, state.epoch)
        if state.s == "offline" and self._client is client:
            # The will of a connection of ours that the broker has only now found dead.
            await client.publish(
                topics.hub_state(self.site), self._state("online"), qos=1, retain=True
            )

    def send(self, packets: list[Packet]) -> None:
        """Hand packets to the broker in order without waiting for its PUBACKs.

        What cannot be sent now is counted and forgotten: commands are repeated by their outbox, a
        device asks again for its answer, and all is shown again as soon as that is possible.
        """
        room = 0 if self._client is None else MAX_PUBLISHING - self._open
        fitting, left = packets[:room], packets[room:]
        self.unsent += len(left)
        if self._client is not None and left:
            self._must_repeat = True
        if self._client is not None and fitting:
            self._open += len(fitting)
            self._start(self._burst(self._last_burst, self._client, fitting))
            self._last_burst = self._newest

    async def _burst(
        self, before: asyncio.Task[None] | None, client: aiomqtt.Client, packets: list[Packet]
    ) -> None:
        """Publish in the order of `send`; a retained picture goes ahead of what follows it.

        A broker may deliver a burst only when it has stored the last retained packet of it
        (NATS: 2 ms later, measured), and people look at the first.
        """
        if before is not None:
            await before
        if packets[0].retain and len(packets) > 1:
            await self._publish(client, packets[0])
            packets = packets[1:]
        for packet in packets:
            self._start(self._publish(client, packet))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        self._newest = asyncio.create_task(work)
        self._publishing.add(self._newest)
        self._newest.add_done_callback(self._publishing.discard)

    async def _publish(self, client: aiomqtt.Client, packet: Packet) -> None:
        try:
            await client.publish(packet.topic, packet.payload, qos=1, retain=packet.retain)
        except aiomqtt.MqttError:
            self.unsent += 1
        self._open -= 1
        if self._must_repeat and not self._open:
            self._must_repeat = False
            await self._on_connected()

    async def goodbye(self) -> None:
        """Say offline before a planned end: a clean DISCONNECT sends no will."""
        # Taken away first: nothing may follow the last word.
        client, self._client = self._client, None
        if client is None:
            return
        with contextlib.suppress(aiomqtt.MqttError):  # the broker is gone: its will says it
            await client.publish(
                topics.hub_state(self.site), self._state("offline"), qos=1, retain=True
            )


def _unless_cancelled() -> None:
    """End a task that was told to end: the client's calls use wait_for, which may swallow it."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
