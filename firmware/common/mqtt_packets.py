"""MQTT 3.1.1 packets: a transmit buffer and a decoder over preallocated memory, no I/O."""

from common.errors import MalformedPacket, TruncatedPacket
from protocol.limits import MAX_PAYLOAD, MAX_TOPIC

try:
    from micropython import const
except ImportError:

    def const(value):
        """CPython has no compile-time constants."""
        return value


CONNACK = const(2)
PUBLISH = const(3)
PUBACK = const(4)
SUBACK = const(9)
PINGRESP = const(13)
# Not on the wire: a PUBLISH above the limit, whose payload was discarded.
OVERSIZE = const(16)

# Fixed header (1 + 2 length bytes), topic with its length, packet id, payload.
PACKET_BYTES = 3 + 2 + MAX_TOPIC + 2 + MAX_PAYLOAD
# Room that publishes leave free, for the PUBACK and PINGREQ that must not wait for them.
_RESERVE = const(32)
# A full-sized publish, the small packets that travel with it, and the reserve.
BUFFER_BYTES = PACKET_BYTES + 64 + _RESERVE
_LONGEST_LENGTH = const(4)


class TxBuffer:
    """Outgoing packets, appended whole, taken from the front in the pieces a socket accepts."""

    def __init__(self, size=BUFFER_BYTES):
        self._view = memoryview(bytearray(size))
        self._size = size
        self.used = 0

    def pending(self):
        """What waits to be sent; valid until `consume`."""
        return self._view[: self.used]

    def consume(self, count):
        """Forget the first `count` bytes."""
        left = self.used - count
        if left and count:
            self._view[:left] = self._view[count : self.used]
        self.used = left

    def clear(self):
        """Forget everything: a new connection starts with its own bytes."""
        self.used = 0

    def room_for(self, topic, payload) -> bool:
        """Whether a publish fits now; MalformedPacket if it never could."""
        # Topics are ASCII (protocol/topics.py), so characters are bytes.
        size = 9 + len(topic) + len(payload)
        if size > PACKET_BYTES + 2 or len(payload) > MAX_PAYLOAD:
            raise MalformedPacket("publish size", size)
        return self.used + size <= self._size - _RESERVE

    def crowded(self) -> bool:
        """Whether even small packets should wait until some of this is sent."""
        return self.used > self._size - _RESERVE

    def connect(self, client_id, user, password, keepalive_s, will, clean):
        """CONNECT; `will` is None or (topic, payload, qos, retain)."""
        flags = 0x02 if clean else 0
        fields = [client_id]
        if will is not None:
            topic, payload, qos, retain = will
            flags |= 0x04 | qos << 3 | (0x20 if retain else 0)
            fields += (topic, payload)
        if user is not None:
            flags |= 0x80
            fields.append(user)
            if password is not None:
                flags |= 0x40
                fields.append(password)
        fields = [field.encode() if isinstance(field, str) else field for field in fields]
        self._header(0x10, 10 + sum(2 + len(field) for field in fields))
        self._put(b"\x00\x04MQTT\x04")
        self._put(bytes((flags,)))
        self._put_int(keepalive_s)
        for field in fields:
            self._put_int(len(field))
            self._put(field)

    def publish(self, topic, payload, qos=0, retain=False, packet_id=0, dup=False):
        """PUBLISH with QoS 0 or 1; ask `room_for` first."""
        topic = topic.encode()
        flags = (0x08 if dup else 0) | qos << 1 | (1 if retain else 0)
        self._header(0x30 | flags, 2 + len(topic) + (2 if qos else 0) + len(payload))
        self._put_int(len(topic))
        self._put(topic)
        if qos:
            self._put_int(packet_id)
        self._put(payload)

    def puback(self, packet_id):
        """PUBACK."""
        self._header(0x40, 2)
        self._put_int(packet_id)

    def subscribe(self, packet_id, filters):
        """SUBSCRIBE to all filters with QoS 1."""
        filters = [topic.encode() for topic in filters]
        self._header(0x82, 2 + sum(3 + len(topic) for topic in filters))
        self._put_int(packet_id)
        for topic in filters:
            self._put_int(len(topic))
            self._put(topic)
            self._put(b"\x01")

    def pingreq(self):
        """PINGREQ."""
        self._header(0xC0, 0)

    def disconnect(self):
        """DISCONNECT: the broker drops the will."""
        self._header(0xE0, 0)

    def _header(self, first, length):
        if self.used + 3 + length > self._size:
            raise MalformedPacket("transmit size", length)
        self._put(bytes((first,)))
        while length > 127:
            self._put(bytes((length & 127 | 128,)))
            length >>= 7
        self._put(bytes((length,)))

    def _put_int(self, value):
        self._put(bytes((value >> 8, value & 255)))

    def _put(self, data):
        end = self.used + len(data)
        self._view[self.used : end] = data
        self.used = end


class Decoder:
    """Incoming bytes to packets.

    Read into `space()`, tell `feed(n)`, then call `next()` until it returns None. It returns
    (CONNACK, session_present, code) · (PUBLISH, topic, payload, qos, retain, packet_id) ·
    (PUBACK, packet_id) · (SUBACK, packet_id, codes) · (PINGRESP,) ·
    (OVERSIZE, topic, payload_bytes, qos, packet_id).
    A payload is a view that lives until the next `space()`.
    """

    def __init__(self, size=BUFFER_BYTES):
        self._buffer = bytearray(size)
        self._view = memoryview(self._buffer)
        self._size = size
        self.clear()

    def clear(self):
        """Forget a half-received packet: a new connection starts at a packet's first byte."""
        self._start = 0
        self._end = 0
        self._skip = 0
        self._skipped = None

    def space(self):
        """Where to read the next bytes to; at most one incomplete packet lies before it."""
        if self._start:
            left = self._end - self._start
            if left:
                self._view[:left] = self._view[self._start : self._end]
            self._start = 0
            self._end = left
        return self._view[self._end :]

    def feed(self, count):
        """`count` bytes have been read into `space()`."""
        self._end += count

    def finish(self):
        """The stream ended; TruncatedPacket if it ended inside a packet."""
        left = self._end - self._start
        if left or self._skip:
            raise TruncatedPacket(left)

    def next(self):
        """The next whole packet, or None if more bytes are needed; raises MalformedPacket."""
        if self._skip:
            return self._discard()
        have = self._end - self._start
        if have < 2:
            return None
        first = self._buffer[self._start]
        length = shift = 0
        at = self._start + 1
        while True:
            if at - self._start > _LONGEST_LENGTH:
                raise MalformedPacket("length", length)
            if at >= self._end:
                return None
            byte = self._buffer[at]
            at += 1
            length |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
        if first >> 4 == PUBLISH and length > PACKET_BYTES - 3:
            return self._begin_oversize(first, at, length)
        if at + length - self._start > self._size:
            raise MalformedPacket("length", length)
        if at + length > self._end:
            return None
        self._start = at + length
        return self._packet(first, at, length)

    def _packet(self, first, at, length):
        if first >> 4 == PUBLISH:
            topic, qos, packet_id, body = self._publish_head(first, at, at + length)
            payload = self._view[body : at + length]
            if len(payload) > MAX_PAYLOAD:
                return OVERSIZE, topic, len(payload), qos, packet_id
            return PUBLISH, topic, payload, qos, bool(first & 1), packet_id
        if first == CONNACK << 4 and length == 2 and self._buffer[at] < 2:
            return CONNACK, bool(self._buffer[at]), self._buffer[at + 1]
        if first == PUBACK << 4 and length == 2:
            return PUBACK, self._int(at)
        if first == SUBACK << 4 and length >= 3:
            return SUBACK, self._int(at), tuple(self._view[at + 2 : at + length])
        if first == PINGRESP << 4 and length == 0:
            return (PINGRESP,)
        raise MalformedPacket("packet of length %d" % length, hex(first))

    def _publish_head(self, first, at, end):
        """(topic, qos, packet id, index of the payload) of the PUBLISH in [at, end)."""
        qos = first >> 1 & 3
        if qos > 1:
            raise MalformedPacket("qos", qos)
        body = at + 2 + self._int(at) if end - at >= 2 else end + 1
        packet_at = body
        if qos:
            body += 2
        if body > end:
            raise MalformedPacket("publish of length", end - at)
        packet_id = self._int(packet_at) if qos else 0
        if qos and not packet_id:
            raise MalformedPacket("packet id", 0)
        try:
            topic = str(self._view[at + 2 : packet_at], "utf-8")
        except ValueError:
            raise MalformedPacket("topic", "not UTF-8")
        return topic, qos, packet_id, body

    def _begin_oversize(self, first, at, length):
        head = 2
        if self._end - at >= 2:
            head = 4 + self._int(at)
            if head > length or at + head - self._start > self._size:
                raise MalformedPacket("publish of length", length)
        if self._end - at < head:
            return None
        topic, qos, packet_id, body = self._publish_head(first, at, at + length)
        self._skipped = (OVERSIZE, topic, at + length - body, qos, packet_id)
        self._skip = length
        self._start = at
        return self._discard()

    def _discard(self):
        taken = min(self._skip, self._end - self._start)
        self._start += taken
        self._skip -= taken
        if self._skip:
            return None
        packet = self._skipped
        self._skipped = None
        return packet

    def _int(self, at):
        return self._buffer[at] << 8 | self._buffer[at + 1]
