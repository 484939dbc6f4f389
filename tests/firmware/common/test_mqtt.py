"""The MQTT client against a broker that says exactly what the test tells it to."""
# runs on CPython and MicroPython

import asyncio
import unittest

from common.errors import LinkLost
from common.mqtt import WINDOW
from fakes.mqtt_case import MqttTest, incoming, puback, settle
from fakes.wire import CONNACK_KEPT, CONNACK_NEW, FakeWire


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

            def published():
                return b"".join(wire.sent[1:]).count(b"\x32\x08\x00\x03a/b")

            await settle()
            self.assertEqual(published(), WINDOW)
            self.assertEqual(self.client.send("a/b", b"no room"), 0)
            wire.say(puback(2))
            await settle()
            self.assertEqual(published(), WINDOW + 1)
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
            waiting = asyncio.create_task(self.client.publish("a/b", b"hi"))
            await settle()
            wire.say(puback(77))
            await settle()
            self.assertFalse(waiting.done())
            wire.say(puback(1))
            await waiting

        self.run_scenario(scenario())

    def test_a_slow_socket_gets_the_bytes_in_order(self):
        async def scenario():
            wire = await self.connected()
            wire.accepts = 3
            self.client.send("a/b", b"one")
            await settle()
            self.client.send("a/b", b"two")
            await settle()
            wire.unblock()
            await settle()
            self.assertEqual(
                b"".join(wire.sent[1:]),
                b"\x32\x0a\x00\x03a/b\x00\x01one\x32\x0a\x00\x03a/b\x00\x02two",
            )

        self.run_scenario(scenario())

    def test_what_is_published_at_once_leaves_in_one_send(self):
        async def scenario():
            wire = await self.connected()
            self.client.send("a", b"1", 0)
            self.client.send("a", b"2", 0)
            await settle()
            self.assertEqual(wire.sent[1:], [b"\x30\x04\x00\x01a1\x30\x04\x00\x01a2"])

        self.run_scenario(scenario())

    def test_packet_ids_go_round_and_never_become_0(self):
        async def scenario():
            wire = await self.connected()
            self.client._last_id = 65_534
            self.assertEqual(self.client.send("a", b""), 65_535)
            self.assertEqual(self.client.send("a", b""), 1)
            await settle()
            self.assertEqual(wire.sent[1][-7:], b"\x32\x05\x00\x01a\x00\x01")

        self.run_scenario(scenario())

    def resent(self, connack):
        """What a second connection begins with, after one that was lost with a publish open."""
        self.client = self.make(clean=False)
        sent = []

        async def scenario():
            first = await self.connected()
            self.client.send("a/b", b"hi", 1, True)
            await settle()
            first.end()
            with self.assertRaises(LinkLost):
                await self.client.lost()
            self.client.close()
            second = FakeWire(connack, puback(1))
            self.client.open_wire = second.open
            await self.client.connect("10.0.0.2", 1883)
            await settle()
            self.assertEqual(self.client.send("a/b", b"next"), 2)
            await settle()
            sent.extend(second.sent)

        self.run_scenario(scenario())
        return sent

    def test_a_kept_session_gets_the_same_packet_with_dup(self):
        sent = self.resent(CONNACK_KEPT)
        # Connect flags without 0x02: the session is to be kept (3.1.2.4).
        self.assertEqual(sent[0][9], 0)
        self.assertEqual(sent[1], b"\x3b\x09\x00\x03a/b\x00\x01hi")

    def test_a_new_session_gets_it_as_a_new_publish(self):
        self.assertEqual(self.resent(CONNACK_NEW)[1], b"\x33\x09\x00\x03a/b\x00\x01hi")

    def test_a_clean_session_leaves_what_was_open_to_the_link(self):
        async def scenario():
            first = await self.connected()
            self.client.send("a/b", b"hi")
            first.end()
            with self.assertRaises(LinkLost):
                await self.client.lost()
            self.client.close()
            second = await self.connected()
            await settle()
            self.assertEqual(len(second.sent), 1)

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
            self.client.on_message = lambda *_: self.client.send("c", b"!")
            wire.say(incoming())
            await settle()
            self.assertEqual(wire.sent[1:], [b"\x32\x06\x00\x01c\x00\x01!" + puback(9)])

        self.run_scenario(scenario())

    def test_an_oversized_message_is_acknowledged_and_reported_and_the_link_stays(self):
        async def scenario():
            wire = await self.connected()
            wire.say(b"\x32\x8f\x4e\x00\x03a/b\x00\x05" + b"x" * 9992 + incoming())
            await settle()
            self.assertEqual(b"".join(wire.sent[1:]), puback(5) + puback(9))
            self.assertEqual(self.got, [("a/b", 9992, False), ("a/b", b"hi", False)])
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
