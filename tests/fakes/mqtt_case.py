"""The MQTT client's test case: a client, a broker in memory, and a clock that the test sets."""

import asyncio
import unittest

from common.mqtt import Client
from fakes.wire import CONNACK_NEW, FakeWire


def puback(packet_id):
    return b"\x40\x02" + bytes((0, packet_id))


def incoming(payload=b"hi", packet_id=9):
    return (
        b"\x32" + bytes((7 + len(payload),)) + b"\x00\x03a/b\x00" + bytes((packet_id,)) + payload
    )


async def settle():
    """Let every task run as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


class MqttTest(unittest.TestCase):
    def setUp(self):
        self.got = []
        self.now_ms = 1000
        self.client = self.make()

    def tearDown(self):
        self.client = self.got = None  # a runner keeps its cases

    def make(self, **options):
        client = Client("c1", **options)
        client.on_message = lambda topic, payload, retained, size: self.got.append(
            (topic, size if payload is None else bytes(payload), retained)
        )
        client.on_room = lambda: None
        client.now_ms = lambda: self.now_ms
        return client

    async def connected(self, *answers):
        wire = FakeWire(CONNACK_NEW, *answers)
        self.client.open_wire = wire.open
        await self.client.connect("10.0.0.2", 1883)
        return wire

    def run_scenario(self, scenario):
        """Run a coroutine and put the client away, whatever happened."""

        async def whole():
            try:
                await asyncio.wait_for(scenario, 5)
            finally:
                self.client.close()

        asyncio.run(whole())
