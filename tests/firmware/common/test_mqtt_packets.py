"""MQTT 3.1.1 packets, byte by byte as the specification has them."""
# runs on CPython and MicroPython

import unittest

from common.errors import MalformedPacket
from common.mqtt_packets import (
    BUFFER_BYTES,
    CONNACK,
    CONNECT_ID,
    PINGREQ,
    PINGRESP,
    PUBACK,
    PUBLISH,
    RESERVE_BYTES,
    SUBACK,
    SUBSCRIBE,
    Decoder,
    TxBuffer,
)
from protocol.limits import MAX_PAYLOAD, MAX_TOPIC


def packed(*arguments):
    """The bytes of one packet."""
    tx = TxBuffer()
    tx.put(*arguments)
    return bytes(tx.view[: tx.used])


def plain(packet):
    """A packet with its payload copied, for comparing."""
    return tuple(bytes(part) if isinstance(part, memoryview) else part for part in packet)


def decode(stream, piece=None):
    """All packets of a stream that arrives in pieces; raises what the decoder raises."""
    decoder = Decoder()
    packets = []
    stream = memoryview(stream)
    piece = piece or len(stream)
    for start in range(0, len(stream), piece):
        part = stream[start : start + piece]
        while len(part):
            space = decoder.space()
            count = min(len(part), len(space))
            space[:count] = part[:count]
            decoder.end += count
            part = part[count:]
            packet = decoder.next()
            while packet is not None:
                packets.append(plain(packet))
                packet = decoder.next()
    return packets


def publish(topic, payload, first=0x32, packet_id=10):
    """A PUBLISH as a broker writes it."""
    body = bytes((0, len(topic))) + topic
    if first & 6:
        body += bytes((packet_id >> 8, packet_id & 255))
    length = len(body) + len(payload)
    sizes = bytes((length & 127 | 128, length >> 7)) if length > 127 else bytes((length,))
    return bytes((first,)) + sizes + body + payload


class WriteTest(unittest.TestCase):
    def test_publish_qos_0_has_no_packet_id(self):
        self.assertEqual(packed(0x30, (b"a/b",), b"hi"), b"\x30\x07\x00\x03a/bhi")

    def test_publish_qos_1_as_in_the_specification_s_example(self):
        # Figure 3.11: topic a/b, packet identifier 10.
        self.assertEqual(packed(0x32, (b"a/b", 10)), b"\x32\x07\x00\x03a/b\x00\x0a")

    def test_long_publish_has_a_length_of_two_bytes(self):
        # 2.2.3: 321 bytes are coded as 0xC1 0x02.
        self.assertEqual(packed(0x30, (b"a/b",), b"x" * 316)[:3], b"\x30\xc1\x02")

    def test_subscribe_as_in_the_specification_s_example(self):
        # Figure 3.23 with QoS 1 for both.
        self.assertEqual(
            packed(SUBSCRIBE, (10,), b"\x00\x03a/b\x01\x00\x03c/d\x01"),
            b"\x82\x0e\x00\x0a\x00\x03a/b\x01\x00\x03c/d\x01",
        )

    def test_small_packets(self):
        self.assertEqual(packed(PUBACK << 4, (0x1234,)), b"\x40\x02\x12\x34")
        self.assertEqual(packed(PINGREQ, ()), b"\xc0\x00")

    def test_packets_queue_up_and_leave_in_pieces(self):
        tx = TxBuffer()
        tx.put(PUBACK << 4, (1,))
        tx.put(PINGREQ, ())
        tx.consume(3)
        self.assertEqual(bytes(tx.view[: tx.used]), b"\x01\xc0\x00")
        tx.consume(3)
        self.assertEqual(tx.used, 0)

    def test_the_largest_publish_fits_and_one_above_the_buffer_is_refused(self):
        topic = b"t" * MAX_TOPIC
        tx = TxBuffer()
        self.assertTrue(tx.put(0x32, (topic, 1), b"x" * MAX_PAYLOAD, RESERVE_BYTES))
        with self.assertRaises(MalformedPacket):
            tx.put(0x32, (topic, 1), b"x" * BUFFER_BYTES, RESERVE_BYTES)

    def test_a_full_buffer_says_so_and_keeps_room_for_acknowledgements(self):
        tx = TxBuffer()
        while tx.put(0x32, (b"a/b", 1), b"x" * 500, RESERVE_BYTES):
            pass
        for _ in range(8):
            self.assertTrue(tx.put(PUBACK << 4, (1,)))

    def test_a_packet_that_does_not_fit_is_never_half_written(self):
        tx = TxBuffer(16)
        tx.put(PUBACK << 4, (1,))
        self.assertFalse(tx.put(0x30, (b"a/b",), b"too long"))
        self.assertEqual(bytes(tx.view[: tx.used]), b"\x40\x02\x00\x01")


ANSWERS = (
    (b"\x20\x02\x00\x00", (CONNACK, CONNECT_ID, 0, False)),
    (b"\x20\x02\x01\x00", (CONNACK, CONNECT_ID, 0, True)),
    (b"\x20\x02\x00\x05", (CONNACK, CONNECT_ID, 5, False)),
    (b"\x40\x02\x00\x0a", (PUBACK, 10)),
    (b"\x90\x04\x00\x0a\x01\x80", (SUBACK, 10, 0x80)),
    (b"\xd0\x00", (PINGRESP, None)),
    (b"\x30\x07\x00\x03a/bhi", (PUBLISH, "a/b", b"hi", 2, 0, False, 0)),
    (b"\x31\x05\x00\x03a/b", (PUBLISH, "a/b", b"", 0, 0, True, 0)),
    (b"\x32\x09\x00\x03a/b\x00\x0ahi", (PUBLISH, "a/b", b"hi", 2, 1, False, 10)),
    (b"\x3a\x09\x00\x03a/b\x00\x0ahi", (PUBLISH, "a/b", b"hi", 2, 1, False, 10)),
)


class DecodeTest(unittest.TestCase):
    def test_each_packet_of_a_broker(self):
        for stream, packet in ANSWERS:
            with self.subTest(packet=packet):
                self.assertEqual(decode(stream), [packet])

    def test_packets_arrive_together_and_in_any_pieces(self):
        stream = b"".join(stream for stream, _ in ANSWERS) * 30
        wanted = [packet for _, packet in ANSWERS] * 30
        for piece in (1, 3, 7, 1000, len(stream)):
            with self.subTest(piece=piece):
                self.assertEqual(decode(stream, piece), wanted)

    def test_every_truncated_prefix_waits_for_the_rest(self):
        for stream, _ in ANSWERS:
            for size in range(1, len(stream)):
                self.assertEqual(decode(stream[:size]), [])

    def test_malformed_packets_are_named_errors(self):
        for what, stream in (
            ("CONNACK of three bytes", b"\x20\x03\x00\x00\x00"),
            ("CONNACK with a reserved flag", b"\x20\x02\x02\x00"),
            ("PUBACK with flags", b"\x42\x02\x00\x01"),
            ("PUBACK of one byte", b"\x40\x01\x00"),
            ("SUBACK without a code", b"\x90\x02\x00\x01"),
            ("PINGRESP with a body", b"\xd0\x01\x00"),
            ("CONNECT from a broker", b"\x10\x02\x00\x00"),
            ("kind 0", b"\x00\x00"),
            ("kind 15", b"\xf0\x00"),
            ("PUBLISH with QoS 2", b"\x34\x07\x00\x03a/b\x00\x01"),
            ("PUBLISH with QoS 3", b"\x36\x07\x00\x03a/b\x00\x01"),
            ("PUBLISH without a topic", b"\x30\x01\x00"),
            ("topic longer than the packet", b"\x30\x05\x00\x09a/b"),
            ("QoS 1 without a packet id", b"\x32\x05\x00\x03a/b"),
            ("packet id 0", b"\x32\x07\x00\x03a/b\x00\x00"),
            ("topic not UTF-8", b"\x30\x04\x00\x02\xff\xfe"),
            ("length of five bytes", b"\x30\xff\xff\xff\xff\x01"),
            ("CONNACK of 3 KB", b"\x20\x80\x18" + b"\x00" * 8),
        ):
            with self.subTest(what=what), self.assertRaises(MalformedPacket):
                decode(stream)

    def test_the_largest_message_fits_whole(self):
        payload = b"x" * MAX_PAYLOAD
        topic = b"t" * 84
        packet = decode(publish(topic, payload), 100)[0]
        self.assertEqual(
            packet, (PUBLISH, str(topic, "utf-8"), payload, MAX_PAYLOAD, 1, False, 10)
        )


class OversizeTest(unittest.TestCase):
    def test_a_byte_above_the_limit_is_discarded_with_its_acknowledgement_kept(self):
        stream = publish(b"a/b", b"x" * (MAX_PAYLOAD + 1))
        self.assertEqual(decode(stream), [(PUBLISH, "a/b", None, MAX_PAYLOAD + 1, 1, False, 10)])

    def test_far_above_the_limit_takes_no_more_memory_and_the_next_packet_is_read(self):
        stream = publish(b"a/b", b"x" * 10_000) + b"\x40\x02\x00\x07"
        for piece in (1, 100, 5000):
            with self.subTest(piece=piece):
                oversized = (PUBLISH, "a/b", None, 10_000, 1, False, 10)
                self.assertEqual(decode(stream, piece), [oversized, (PUBACK, 7)])

    def test_without_qos_there_is_no_packet_id(self):
        stream = publish(b"a/b", b"x" * 5000, first=0x30)
        self.assertEqual(decode(stream), [(PUBLISH, "a/b", None, 5000, 0, False, 0)])

    def test_a_new_connection_does_not_go_on_discarding(self):
        decoder = Decoder()
        stream = publish(b"a/b", b"x" * 5000)
        decoder.space()[:1000] = stream[:1000]
        decoder.end = 1000
        self.assertIsNone(decoder.next())
        decoder.clear()
        decoder.space()[:4] = b"\x40\x02\x00\x07"
        decoder.end = 4
        self.assertEqual(decoder.next(), (PUBACK, 7))

    def test_an_oversized_topic_is_malformed(self):
        stream = b"\x30\x88\x27" + bytes((BUFFER_BYTES >> 8, 255)) + b"t" * 5000
        with self.assertRaises(MalformedPacket):
            decode(stream)


if __name__ == "__main__":
    unittest.main()
