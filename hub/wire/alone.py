"""Makes sure that no other hub serves the same hall at the broker, before ours says a word."""

from __future__ import annotations

import asyncio
import logging
import secrets

import aiomqtt

from hub.wire.mqtt import NODELAY, Address
from protocol import topics
from protocol.codec import decode, encode
from protocol.envelope import Evt, HubState
from protocol.errors import ProtocolError

log = logging.getLogger(__name__)

# A hub answers in milliseconds; and one that was too slow ends when it finds a newer one.
ANSWER_S = 2.0
CONNECT_S = 3.0
# An id that no hall's file names: a hub refuses its event, and so says that it is alive.
NOBODY = "is-a-hub-here"


class AnotherHub(Exception):
    """A living hub serves this hall; `epoch` is its."""

    def __init__(self, address: Address, site: str, epoch: int) -> None:
        super().__init__(f"{address!r}: another hub serves hall {site} (epoch {epoch}): stop it")
        self.epoch = epoch


async def last_epoch(address: Address, site: str) -> int:
    """The epoch of the hub that was there last, 0: none or not known; raises AnotherHub.

    A retained "online" alone proves nothing: a broker that ended together with its hub has never
    published the will. So whoever is said to be online is asked.
    """
    try:
        async with aiomqtt.Client(
            address.host,
            address.port,
            username=address.user,
            password=address.password,
            identifier=f"hub-{site}-{secrets.token_hex(3)}",
            timeout=CONNECT_S,
            socket_options=NODELAY,
        ) as client:
            state = await _last_word(client, site)
            if state is None:
                return 0
            if state.s == "online" and await _answers(client, site):
                raise AnotherHub(address, site, state.epoch)
            return int(state.epoch)
    except aiomqtt.MqttError as error:
        # It may come later; a hub that finds a newer one there will end itself then.
        log.warning("nobody can be asked whether another hub is there: %s", error)
        return 0


async def _last_word(client: aiomqtt.Client, site: str) -> HubState | None:
    topic = topics.hub_state(site)
    await client.subscribe(topic, qos=1)
    payload = await _next(client, topic, CONNECT_S / 3)
    try:
        return None if payload is None else decode(HubState, payload)
    except ProtocolError:
        return None


async def _answers(client: aiomqtt.Client, site: str) -> bool:
    await client.unsubscribe(topics.hub_state(site))
    answer = topics.dev(site, NOBODY, "evtack")
    await client.subscribe(answer, qos=1)
    asked = Evt(k="hello", boot=0, n=1, t=0, d={})
    await client.publish(topics.dev(site, NOBODY, "evt"), encode(asked), qos=1)
    # Nothing else counts: the will of a hub that has just died may come between.
    return await _next(client, answer, ANSWER_S) is not None


async def _next(client: aiomqtt.Client, topic: str, wait_s: float) -> bytes | None:
    try:
        async with asyncio.timeout(wait_s):
            async for message in client.messages:
                if str(message.topic) == topic:
                    return bytes(message.payload)
    except TimeoutError:
        pass
    return None
