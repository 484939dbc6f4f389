"""MQTT 3.1.1 packets: a transmit buffer and a decoder over preallocated memory, no I/O."""

from common.errors import MalformedPacket
from protocol.limits import MAX_PAYLOAD, MAX_TOPIC

CONNACK = 2
PUBLISH = 3
PUBACK = 4
SUBACK = 9
PINGRESP = 13
# What a CONNACK answers, among packet ids, which no peer can write.
CONNECT_ID = -1

# First bytes of what a client sends; a PUBLISH adds DUP, QoS 1 and RETAIN.
CONNECT = 0x10
SUBSCRIBE = 0x82
PINGREQ = 0xC0
DISCONNECT = 0xE0
DUP = 0x08
RETAIN = 0x01

# Fixed header (1 + 2 length bytes), topic with its length, packet id, payload.
PACKET_BYTES = 3 + 2 + MAX_TOPIC + 2 + MAX_PAYLOAD
# Room that publishes leave free, for the PUBACK and PINGREQ that must not wait for them.
RESERVE_BYTES = 32
# A full-sized publish, the small packets that travel with it, and the reserve.
BUFFER_BYTES = PACKET_BYTES + 64 + RESERVE_BYTES
_LONGEST_LENGTH = 4


class TxBuffer:
    """Outgoing packets, appended whole; `view[:used]` is what a socket takes from the front."""

    def __init__(self, size=BUFFER_BYTES):
        self.view = memoryview(bytearray(size))
        self.used = 0

    def consume(self, count):
        """Forget the first `count` bytes."""
        left = self.used - count
        if left and count:
            self.view[:left] = self.view[count : self.used]
        self.used = left

    def put(self, first, fields, tail=b"", reserve=0) -> bool:
        """Append a packet; False if it and `reserve` bytes do not fit now.

        `first` is its first byte. `fields` are ints, of two bytes each, and bytes, which carry
        their length. `tail` follows as it is. MalformedPacket if the packet can never fit.
        """
        view = self.view
        length = len(tail)
        for field in fields:
            length += 2 if type(field) is int else 2 + len(field)
        if length + 3 + reserve > len(view):
            raise MalformedPacket("transmit size", length)
        at = self.used
        if at + length + 3 + reserve > len(view):
            return False
        view[at] = first
        at += 1
        while length > 127:
            view[at] = length & 127 | 128
            length >>= 7
            at += 1
        view[at] = length
        at += 1
        for field in fields:
            value = field if type(field) is int else len(field)
            view[at] = value >> 8
            view[at + 1] = value & 255
            at += 2
            if type(field) is not int:
                view[at : at + value] = field
                at += value
        self.used = at + len(tail)
        view[at : self.used] = tail
        return True


class Decoder:
    """Incoming bytes to packets.

    Read into `space()`, add the count to `end`, then call `next()` until it returns None. It
    returns (CONNACK, CONNECT_ID, code, session_present) · (PUBACK, packet_id) ·
    (SUBACK, packet_id, worst_code) · (PINGRESP, None) ·
    (PUBLISH, topic, payload, size, qos, retained, packet_id), whose payload is a view that lives
    until the next `space()`, or None if it was above the limit and its bytes were discarded.
    """

    def __init__(self, size=BUFFER_BYTES):
        self._buffer = bytearray(size)
        self._view = memoryview(self._buffer)
        self.clear()

    def clear(self):
        """Forget a half-received packet: a new connection starts at a packet's first byte."""
        self._start = self.end = self._skip = 0
        self._skipped = None

    def space(self):
        """Where to read the next bytes to; at most one incomplete packet lies before it."""
        if self._start:
            left = self.end - self._start
            if left:
                self._view[:left] = self._view[self._start : self.end]
            self._start = 0
            self.end = left
        return self._view[self.end :]

    def next(self):
        """The next whole packet, or None if more bytes are needed; raises MalformedPacket."""
        start, end, buffer = self._start, self.end, self._buffer
        if self._skip:
            taken = min(self._skip, end - start)
            self._start += taken
            self._skip -= taken
            return None if self._skip else self._skipped
        at = start
        length = shift = 0
        byte = 128
        while byte > 127:
            at += 1
            if at - start > _LONGEST_LENGTH:
                raise MalformedPacket("length", length)
            if at >= end:
                return None
            byte = buffer[at]
            length |= (byte & 127) << shift
            shift += 7
        at += 1
        first, stop = buffer[start], at + length
        if first >> 4 == PUBLISH:
            return self._publish(first, at, stop)
        if stop - start > len(buffer):
            raise MalformedPacket("length", length)
        if stop > end:
            return None
        self._start = stop
        answers = buffer[at] << 8 | buffer[at + 1] if length > 1 else None
        if first == CONNACK << 4 and length == 2 and answers < 512:
            return CONNACK, CONNECT_ID, answers & 255, answers > 255
        if first == PUBACK << 4 and length == 2:
            return PUBACK, answers
        if first == SUBACK << 4 and length > 2:
            return SUBACK, answers, max(self._view[at + 2 : stop])
        if first == PINGRESP << 4 and length == 0:
            return PINGRESP, None
        raise MalformedPacket("packet of length %d" % length, hex(first))

    def _publish(self, first, at, stop):
        """The PUBLISH whose variable header begins at `at`, as soon as enough of it is here."""
        start, end, buffer = self._start, self.end, self._buffer
        fits = stop - start <= len(buffer)
        qos = first >> 1 & 3
        body = at + 2 + 2 * qos
        if at + 2 <= min(end, stop):
            body += buffer[at] << 8 | buffer[at + 1]
        if qos > 1 or body > stop or body - start > len(buffer):
            raise MalformedPacket("publish of length %d" % (stop - at), hex(first))
        if body > end or (fits and stop > end):
            return None
        name = self._view[at + 2 : body - 2 * qos]
        packet_id = buffer[body - 2] << 8 | buffer[body - 1] if qos else 0
        if qos and not packet_id:
            raise MalformedPacket("packet id", 0)
        try:
            topic = str(name, "utf-8")
        except ValueError:
            raise MalformedPacket("topic", "not UTF-8")
        size = stop - body
        payload = self._view[body:stop] if fits and size <= MAX_PAYLOAD else None
        packet = PUBLISH, topic, payload, size, qos, bool(first & 1), packet_id
        if payload is not None:
            self._start = stop
            return packet
        self._skip = stop - start
        self._skipped = packet
        return self.next()
