"""The floor under every latency: a bare QoS 1 ping from a board and back, in the same run."""

from __future__ import annotations

import asyncio
import contextlib
import json

import aiomqtt

from firmware.build import LINES, stage
from firmware.virtual.images import MICROPYTHON
from hub.demo.hall import DemoHall
from hub.wire.mqtt import NODELAY
from protocol import topics

PINGS = 200
# Spread over the run, so that the floor is measured under the same load as the presses.
GAP_MS = 50

# The device's side: our own client, nothing around it.
_PING = """
import asyncio, sys, time
sys.path[:] = [".frozen", sys.argv[1]]
from common.mqtt import Client
host, port, user, password, ping, pong, pings, gap_ms = sys.argv[2:10]

async def main():
    client = Client(user, user, password)
    echoed = asyncio.Event()
    client.on_message = lambda *message: echoed.set()
    client.on_room = lambda: None
    await client.connect(host, int(port))
    await client.subscribe([pong])
    took = []
    for _ in range(int(pings)):
        echoed.clear()
        began = time.ticks_us()
        await client.publish(ping, b"{}")
        await asyncio.wait_for(echoed.wait(), 10)
        took.append(time.ticks_diff(time.ticks_us(), began))
        client.look()
        await asyncio.sleep_ms(int(gap_ms))
    print(took)
    client.close()

asyncio.run(main())
"""


async def measure(hall: DemoHall, device: str) -> list[float]:
    """Round trips in ms, under the id of a device that has no board in this run."""
    site = hall.config.site
    ping, pong = topics.dev(site, device, "tele"), topics.dev(site, device, "cmd")
    library = hall.folder / "floor"
    stage("caller", library, LINES)  # a file a module: the ping needs one of them
    command = [*MICROPYTHON, "-X", "heapsize=160k", "-c", _PING, str(library / "lib"), "127.0.0.1"]
    command += [str(hall.port), device, hall.password(device), ping, pong, str(PINGS), str(GAP_MS)]
    async with _echo(hall, ping, pong):
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        try:
            output, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
    try:
        return [took_us / 1000 for took_us in json.loads(output)]
    except ValueError:
        raise RuntimeError(f"the ping failed: {output.decode(errors='replace')}") from None


@contextlib.asynccontextmanager
async def _echo(hall: DemoHall, ping: str, pong: str):  # type: ignore[no-untyped-def]
    async with aiomqtt.Client(
        "127.0.0.1",
        hall.port,
        username="hub",
        password=hall.password("hub"),
        identifier="floor-echo",
        socket_options=NODELAY,
    ) as client:
        await client.subscribe(ping, qos=1)

        async def echo() -> None:
            async for message in client.messages:
                await client.publish(pong, message.payload, qos=1)

        task = asyncio.create_task(echo())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed; 0 of none."""
    ranked = sorted(values)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))], 2) if ranked else 0.0
