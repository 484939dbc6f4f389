"""The MQTT client against a broker that says exactly what the test tells it to."""
# runs on CPython and MicroPython

import asyncio
import unittest

from common.errors import ConnectRefused, LinkLost, MalformedPacket, SubscribeRefused
from common.mqtt import WINDOW, Client
from fakes.wire import CONNACK_KEPT, CONNACK_NEW, FakeWire


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
        self.client = self.make()

    def make(self, **options):
        client = Client("c1", **options)
        client.on_message = lambda topic, payload, retained: self.got.append(
            (topic, bytes(payload), retained)
        )
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
                await self.client.disconnect()

        asyncio.run(whole())


class ConnectTest(MqttTest):
    def test_connects_and_subscribes(self):
        async def scenario():
            wire = await self.connected(b"\x90\x03\x00\x01\x01")
            await self.client.subscribe(["a/b"])
            self.assertEqual(wire.sent[1], b"\x82\x08\x00\x01\x00\x03a/b\x01")

        self.run_scenario(scenario())

    def test_a_kept_session_is_accepted(self):
        async def scenario():
            wire = FakeWire(CONNACK_KEPT)
            self.client.open_wire = wire.open
            self.assertIs(await self.client.connect("10.0.0.2", 1883), True)

        self.run_scenario(scenario())

    def test_a_refusal_carries_its_code_and_closes_the_socket(self):
        async def scenario():
            wire = FakeWire(b"\x20\x02\x00\x05")
            self.client.open_wire = wire.open
            with self.assertRaises(ConnectRefused) as caught:
                await self.client.connect("10.0.0.2", 1883)
            self.assertEqual(caught.exception.code, 5)
            self.assertTrue(wire.closed)

        self.run_scenario(scenario())

    def test_a_refused_subscription_is_an_error(self):
        async def scenario():
            await self.connected(b"\x90\x04\x00\x01\x01\x80")
            with self.assertRaises(SubscribeRefused) as caught:
                await self.client.subscribe(["a/b", "not/ours"])
            self.assertEqual(caught.exception.code, 0x80)

        self.run_scenario(scenario())

    def test_a_broker_that_closes_before_connack_is_a_lost_link(self):
        async def scenario():
            wire = FakeWire()
            wire.end()
            self.client.open_wire = wire.open
            with self.assertRaises(LinkLost):
                await self.client.connect("10.0.0.2", 1883)
            self.assertTrue(wire.closed)

        self.run_scenario(scenario())

    def test_goodbye_is_said_before_the_socket_closes(self):
        async def scenario():
            wire = await self.connected()
            await self.client.disconnect()
            self.assertEqual(wire.sent[-1], b"\xe0\x00")
            self.assertTrue(wire.closed)

        self.run_scenario(scenario())


class LossTest(MqttTest):
    def test_end_of_stream_is_a_lost_link(self):
        async def scenario():
            wire = await self.connected()
            wire.end()
            self.assertEqual((await self.client.lost()).why, "closed by the broker")
            self.assertTrue(wire.closed)
            self.assertFalse(self.client.connected)

        self.run_scenario(scenario())

    def test_end_inside_a_packet_is_a_lost_link(self):
        async def scenario():
            wire = await self.connected()
            wire.say(incoming()[:4])
            await settle()
            wire.end()
            error = await self.client.lost()
            self.assertEqual(error.size, 4)

        self.run_scenario(scenario())

    def test_a_reset_while_sending_is_a_lost_link(self):
        async def scenario():
            wire = await self.connected()
            wire.break_off(104)
            self.client.publish_now("a/b", b"hi")
            self.assertEqual((await self.client.lost()).why, "errno 104")

        self.run_scenario(scenario())

    def test_a_malformed_packet_ends_the_connection(self):
        async def scenario():
            wire = await self.connected()
            wire.say(b"\xf0\x00")
            self.assertIs(type(await self.client.lost()), MalformedPacket)

        self.run_scenario(scenario())

    def test_silence_after_a_ping_is_a_lost_link(self):
        async def scenario():
            self.client = self.make(keepalive_s=1)
            wire = await self.connected()
            self.assertEqual((await self.client.lost()).why, "no answer to a ping")
            self.assertEqual(wire.sent[1:], [b"\xc0\x00"])

        self.run_scenario(scenario())

    def test_a_publish_that_waits_is_told_of_the_loss(self):
        async def scenario():
            wire = await self.connected()
            waiting = asyncio.create_task(self.client.publish("a/b", b"hi"))
            await settle()
            wire.end()
            await self.client.lost()
            with self.assertRaises(LinkLost):
                await waiting

        self.run_scenario(scenario())


class PublishTest(MqttTest):
    def test_puback_wakes_the_waiter(self):
        async def scenario():
            wire = await self.connected(puback(1))
            await self.client.publish("a/b", b"hi")
            self.assertEqual(wire.sent[1], b"\x32\x09\x00\x03a/b\x00\x01hi")

        self.run_scenario(scenario())

    def test_no_more_than_the_window_is_in_flight(self):
        async def scenario():
            wire = await self.connected()
            tasks = [
                asyncio.create_task(self.client.publish("a/b", bytes((n,))))
                for n in range(WINDOW + 2)
            ]
            await settle()
            self.assertEqual(len(wire.sent) - 1, WINDOW)
            self.assertIsNone(self.client.try_publish("a/b", b"no room"))
            wire.say(puback(2))
            await settle()
            self.assertEqual(len(wire.sent) - 1, WINDOW + 1)
            for packet_id in (1, 3, 4, 5):
                wire.say(puback(packet_id))
            await settle()
            wire.say(puback(6))
            for task in tasks:
                await task

        self.run_scenario(scenario())

    def test_a_foreign_puback_frees_nothing(self):
        async def scenario():
            wire = await self.connected()
            flight = self.client.try_publish("a/b", b"hi")
            wire.say(puback(77))
            await settle()
            self.assertFalse(flight.acked)

        self.run_scenario(scenario())

    def test_a_slow_socket_gets_the_bytes_in_order(self):
        async def scenario():
            wire = await self.connected()
            wire.accepts = 3
            self.client.try_publish("a/b", b"one")
            self.client.try_publish("a/b", b"two")
            await settle()
            wire.unblock()
            await settle()
            self.assertEqual(
                b"".join(wire.sent[1:]),
                b"\x32\x0a\x00\x03a/b\x00\x01one\x32\x0a\x00\x03a/b\x00\x02two",
            )

        self.run_scenario(scenario())

    def test_a_kept_session_gets_the_same_packet_with_dup(self):
        async def scenario():
            self.client = self.make(clean=False)
            first = await self.connected()
            flight = self.client.try_publish("a/b", b"hi")
            first.end()
            await self.client.lost()
            second = FakeWire(CONNACK_KEPT, puback(1))
            self.client.open_wire = second.open
            await self.client.connect("10.0.0.2", 1883)
            await flight.wait()
            self.assertEqual(second.sent[1], b"\x3a\x09\x00\x03a/b\x00\x01hi")

        self.run_scenario(scenario())


class ReceiveTest(MqttTest):
    def test_a_message_is_delivered_and_acknowledged(self):
        async def scenario():
            wire = await self.connected()
            wire.say(incoming())
            await settle()
            self.assertEqual(self.got, [("a/b", b"hi", False)])
            self.assertEqual(wire.sent[1:], [puback(9)])

        self.run_scenario(scenario())

    def test_the_answer_to_a_message_leaves_with_its_puback_in_one_send(self):
        async def scenario():
            wire = await self.connected()
            self.client.on_message = lambda *_: self.client.try_publish("c", b"!")
            wire.say(incoming())
            await settle()
            self.assertEqual(wire.sent[1:], [b"\x32\x06\x00\x01c\x00\x01!" + puback(9)])

        self.run_scenario(scenario())

    def test_an_oversized_message_is_acknowledged_and_reported_and_the_link_stays(self):
        async def scenario():
            wire = await self.connected()
            reports = []
            self.client.on_oversize = lambda topic, size: reports.append((topic, size))
            wire.say(b"\x32\x8f\x4e\x00\x03a/b\x00\x05" + b"x" * 9992 + incoming())
            await settle()
            self.assertEqual(reports, [("a/b", 9992)])
            self.assertEqual(b"".join(wire.sent[1:]), puback(5) + puback(9))
            self.assertEqual(len(self.got), 1)
            self.assertTrue(self.client.connected)

        self.run_scenario(scenario())

    def test_more_messages_than_the_socket_takes_acknowledgements_for_lose_nothing(self):
        async def scenario():
            wire = await self.connected()
            wire.accepts = 0
            for n in range(1000):
                wire.say(incoming(packet_id=n % 200 + 1))
            await settle()
            self.assertLess(len(self.got), 1000)
            wire.unblock()
            for _ in range(30):
                await settle()
            self.assertEqual(len(self.got), 1000)
            self.assertEqual(len(b"".join(wire.sent[1:])), 4000)

        self.run_scenario(scenario())


if __name__ == "__main__":
    unittest.main()
