"""Waits at the broker until a device says that it is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiomqtt

from firmware.flasher.errors import NotReady
from firmware.flasher.settings import HUB_USER, Settings
from protocol import codec, topics
from protocol.envelope import State
from protocol.errors import ProtocolError

# Wi-Fi takes some seconds, a wrong password up to 20; after that nothing changes by itself.
READY_S = 40.0
_RETAINED_S = 0.3


def reset_and_wait(settings: Settings, device_id: str, reset: Callable[[], None]) -> str:
    """Reset the board, then wait for a birth newer than the one the broker holds; says what."""
    return asyncio.run(_wait(settings, device_id, reset))


async def _wait(settings: Settings, device_id: str, reset: Callable[[], None]) -> str:
    host, port = settings.broker
    done = False
    heard = f"no word of it for {READY_S:.0f} s"
    try:
        async with (
            asyncio.timeout(READY_S),
            aiomqtt.Client(
                host, port, username=HUB_USER, password=settings.passwords[HUB_USER]
            ) as client,
        ):
            await client.subscribe(topics.dev(settings.hall.site, device_id, "state"), qos=1)
            before = await _retained(client)
            await asyncio.to_thread(reset)
            done = True
            async for message in client.messages:
                state = _state(message)
                if state is None or state.boot <= before:
                    continue
                heard = f"its last word was {state.s}"
                if state.s == "ready":
                    return f"ready: boot {state.boot}, firmware {state.fw}"
    except TimeoutError:
        pass  # told below
    except (aiomqtt.MqttError, OSError) as error:
        heard = f"no broker at {host}:{port}: {error}"
    if not done:
        await asyncio.to_thread(reset)
    raise NotReady(device_id, heard)


async def _retained(client: aiomqtt.Client) -> int:
    """The boot number of the birth that the broker holds, -1 if none."""
    try:
        async with asyncio.timeout(_RETAINED_S):
            message = await anext(aiter(client.messages))
            state = _state(message)
    except TimeoutError:
        return -1
    return -1 if state is None else state.boot


def _state(message: aiomqtt.Message) -> State | None:
    try:
        state: State = codec.decode(State, bytes(message.payload))
        return state
    except ProtocolError:
        return None  # somebody else's fault; a real birth may follow
