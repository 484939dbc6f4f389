"""The MQTT client's connections: how they begin, and all the ways in which they end."""
# runs on CPython and MicroPython

import asyncio
import unittest

from common.errors import LinkLost, MalformedPacket, Refused
from common.mqtt import Client
from common.ticks import TICKS_PERIOD, Counter
from fakes.mqtt_case import MqttTest, incoming, settle
from fakes.wire import CONNACK_KEPT, CONNACK_NEW, FakeWire


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
            with self.assertRaises(Refused) as caught:
                await self.client.connect("10.0.0.2", 1883)
            self.assertEqual(caught.exception.code, 5)
            self.client.close()
            self.assertTrue(wire.closed)
            self.assertEqual(len(wire.sent), 1)

        self.run_scenario(scenario())

    def test_a_refused_subscription_is_an_error(self):
        async def scenario():
            await self.connected(b"\x90\x04\x00\x01\x01\x80")
            with self.assertRaises(Refused) as caught:
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
            self.client.close()
            self.assertTrue(wire.closed)

        self.run_scenario(scenario())

    def test_goodbye_is_said_before_the_socket_closes(self):
        async def scenario():
            wire = await self.connected()
            self.client.close()
            self.assertEqual(wire.sent[-1], b"\xe0\x00")
            self.assertTrue(wire.closed)

        self.run_scenario(scenario())

    def test_connect_says_who_it_is_and_what_is_to_be_said_of_its_death(self):
        async def scenario():
            # Flags 0xEE: user, password, will retained, will QoS 1, will, clean session (3.1.2.3).
            self.client = Client("c1", "u", "pw", 10)
            self.client.on_room = lambda: None
            wire = FakeWire(CONNACK_NEW)
            self.client.open_wire = wire.open
            await self.client.connect("10.0.0.2", 1883, ("a/b", b"gone", 1, True))
            head = b"\x10\x20\x00\x04MQTT\x04\xee\x00\x0a\x00\x02c1"
            self.assertEqual(wire.sent, [head + b"\x00\x03a/b\x00\x04gone\x00\x01u\x00\x02pw"])

        self.run_scenario(scenario())

    def test_a_broker_that_does_not_answer_connect_is_a_lost_link(self):
        async def scenario():
            wire = FakeWire()
            self.client.open_wire = wire.open
            connecting = asyncio.create_task(self.client.connect("10.0.0.2", 1883))
            await settle()
            self.now_ms += 15_001
            self.client.look()
            with self.assertRaises(LinkLost):
                await connecting
            self.assertFalse(self.client.heard)

        self.run_scenario(scenario())

    def test_a_connack_and_the_end_in_one_piece_is_no_connection(self):
        async def scenario():
            wire = FakeWire(CONNACK_NEW + b"\xf0\x00")
            self.client.open_wire = wire.open
            with self.assertRaises(MalformedPacket):
                await self.client.connect("10.0.0.2", 1883)
            self.assertFalse(self.client.connected)

        self.run_scenario(scenario())

    def test_an_answer_that_was_not_asked_for_answers_nothing(self):
        async def scenario():
            wire = FakeWire(b"\x40\x02\x00\x00\x90\x03\x00\x00\x00")
            self.client.open_wire = wire.open
            connecting = asyncio.create_task(self.client.connect("10.0.0.2", 1883))
            await settle()
            self.assertFalse(self.client.connected)
            wire.say(CONNACK_NEW)
            self.assertIs(await connecting, False)

        self.run_scenario(scenario())


class LossTest(MqttTest):
    async def why(self):
        """What ended the connection."""
        try:
            await self.client.lost()
        except LinkLost as error:
            return error.why

    def test_end_of_stream_is_a_lost_link(self):
        async def scenario():
            wire = await self.connected()
            wire.end()
            self.assertEqual(await self.why(), "closed by the broker")
            self.assertFalse(self.client.connected)
            self.assertTrue(self.client.heard)
            self.client.close()
            self.assertTrue(wire.closed)
            # No goodbye into a socket that is gone.
            self.assertEqual(len(wire.sent), 1)

        self.run_scenario(scenario())

    def test_end_inside_a_packet_is_a_lost_link(self):
        async def scenario():
            whole = incoming()
            for size in range(1, len(whole)):
                self.client = self.make()
                wire = await self.connected()
                wire.say(whole[:size])
                await settle()
                wire.end()
                self.assertEqual(await self.why(), "closed by the broker")
                self.assertEqual(self.got, [])

        self.run_scenario(scenario())

    def test_a_reset_while_sending_is_a_lost_link(self):
        async def scenario():
            wire = await self.connected()
            wire.break_off(104)
            self.client.send("a/b", b"hi", 0)
            self.assertEqual(await self.why(), "errno 104")
            # Somebody is there: the radio is not to blame.
            self.assertTrue(self.client.heard)

        self.run_scenario(scenario())

    def test_an_unreachable_host_was_not_heard(self):
        async def scenario():
            wire = await self.connected()
            wire.break_off(113)
            self.assertEqual(await self.why(), "errno 113")
            self.assertFalse(self.client.heard)

        self.run_scenario(scenario())

    def test_a_malformed_packet_ends_the_connection(self):
        async def scenario():
            wire = await self.connected()
            wire.say(b"\xf0\x00")
            with self.assertRaises(MalformedPacket):
                await self.client.lost()

        self.run_scenario(scenario())

    def test_silence_after_a_ping_is_a_lost_link(self):
        async def scenario():
            wire = await self.connected()
            for at_ms in (7_499, 7_500, 14_999):
                self.now_ms = 1_000 + at_ms
                self.client.look()
                await settle()
                self.assertEqual(len(wire.sent), 1 if at_ms < 7_500 else 2)
            self.assertEqual(wire.sent[1], b"\xc0\x00")
            self.now_ms = 16_000
            self.client.look()
            self.assertEqual(await self.why(), "no answer to a ping")
            self.assertFalse(self.client.heard)

        self.run_scenario(scenario())

    def test_pings_and_their_deadline_across_the_wrap_of_the_ticks(self):
        async def scenario():
            at = [TICKS_PERIOD - 10_000]
            self.client.now_ms = Counter(lambda: at[0] % TICKS_PERIOD).now_ms
            wire = await self.connected()
            for step_ms in (7_499, 1):
                at[0] += step_ms
                self.client.look()
                await settle()
            self.assertEqual(wire.sent[1:], [b"\xc0\x00"])
            at[0] += 7_499  # well after the wrap
            self.client.look()
            self.assertTrue(self.client.connected)
            at[0] += 1
            self.client.look()
            self.assertEqual(await self.why(), "no answer to a ping")

        self.run_scenario(scenario())

    def test_a_broker_that_answers_pings_may_be_silent_for_hours(self):
        async def scenario():
            wire = await self.connected()
            for _ in range(100):
                self.now_ms += 7_500
                self.client.look()
                wire.say(b"\xd0\x00")
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            self.assertTrue(self.client.connected)

        self.run_scenario(scenario())

    def test_a_missing_puback_is_a_lost_link_even_if_pings_are_answered(self):
        async def scenario():
            wire = await self.connected()
            self.client.send("a/b", b"hi")
            for _ in range(3):
                wire.say(b"\xd0\x00")
                await settle()
                self.now_ms += 5_500
                self.client.look()
            self.assertEqual(await self.why(), "no answer")

        self.run_scenario(scenario())

    def test_a_publish_that_waits_is_told_of_the_loss(self):
        async def scenario():
            wire = await self.connected()
            waiting = asyncio.create_task(self.client.publish("a/b", b"hi"))
            await settle()
            wire.end()
            with self.assertRaises(LinkLost):
                await waiting

        self.run_scenario(scenario())


if __name__ == "__main__":
    unittest.main()
