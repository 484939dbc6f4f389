"""An MQTT 3.1.1 client for boards: QoS 0 and 1, will, keepalive, a window of four publishes."""

import asyncio

from common import mqtt_packets as packets
from common.errors import LinkLost, MqttError, Refused
from common.net import open_wire
from common.ticks import now_ms

# QoS 1 publishes without a PUBACK: enough to keep the pipe full, few enough for a board's memory.
WINDOW = 4
# ECONNRESET and ECONNREFUSED: a host that is there said so.
_SPOKEN_ERRNOS = (104, 111)


class Client:
    """One connection at a time: `connect`, `subscribe`, `publish`, `lost`; at the end `close`.

    Set before: `on_message(topic, payload, retained, size)`, whose payload is a view, valid
    during the call only, or None for a message above the limit, which was discarded;
    `on_room()`: `send` may work again. What these send leaves with the acknowledgement of what
    came. The owner calls `look` about twice a second: it pings, and it ends a silent connection.

    With `clean=False` a publish that was not acknowledged goes out again after the next
    connect: with DUP and its packet id if the broker kept the session, else as a new one. Our
    devices use clean sessions: what waits for the hub's answer is the link's to send again.
    """

    def __init__(self, client_id, user=None, password=None, keepalive_s=15, clean=True):
        self._login = (client_id, user, password)
        self.keepalive_s = keepalive_s
        self._clean = clean
        self.open_wire = open_wire
        self.now_ms = now_ms
        self.on_message = self.on_room = None
        self.error = LinkLost("not connected")
        self.connected = False
        # Whether anything at all came since the last ping, be it a reset.
        self.heard = False
        self._rx = packets.Decoder()
        self._tx = packets.TxBuffer()
        # Packet id → (when it was sent, topic, payload, retain) of what waits for its answer.
        self._flights = {}
        self._last_id = 0
        self._answer = None
        self._wire = None
        self._tasks = []
        self._news = asyncio.Event()
        self._work = asyncio.Event()

    async def connect(self, host, port, will=None) -> bool:
        """Connect and return whether the broker kept our session; `close` also if this raises.

        `will` is (topic, payload, qos, retain). A numeric host needs no DNS. Raises Refused or
        LinkLost.
        """
        tx, flights = self._tx, self._flights
        self.error = None
        self.heard = False
        self._rx.clear()
        tx.used = 0
        if self._clean:
            flights.clear()
        client_id, user, password = self._login
        flags = 0x02 if self._clean else 0
        fields = [b"MQTT", 0, self.keepalive_s, client_id.encode()]
        if will is not None:
            topic, payload, qos, retain = will
            flags |= 0x04 | qos << 3 | (0x20 if retain else 0)
            fields += (topic.encode(), payload)
        if user is not None:
            flags |= 0x80 if password is None else 0xC0
            fields += (user.encode(),) if password is None else (user.encode(), password.encode())
        fields[1] = 0x0400 | flags
        tx.put(packets.CONNECT, fields)
        resent = list(flights)
        self._pinged_ms = now = self.now_ms()
        flights[packets.CONNECT_ID] = (now,)
        self._tasks.append(asyncio.create_task(self._read(host, port)))
        await self._answered(packets.CONNECT_ID)
        _, _, code, kept = self._answer
        if code:
            self._fail(Refused("connection", code))
            raise self.error
        self.connected = True
        for packet_id in resent:
            _, topic, payload, retain = flights[packet_id]
            flights[packet_id] = (self.now_ms(), topic, payload, retain)
            first = (0x3A if kept else 0x32) | retain
            while not tx.put(first, (topic.encode(), packet_id), payload):
                await self._change()
            self._work.set()
        return kept

    async def subscribe(self, filters):
        """Subscribe with QoS 1 until all is granted; raises Refused or LinkLost."""
        self._last_id = packet_id = self._last_id % 65_535 + 1
        tail = b""
        for topic in filters:
            tail += bytes((0, len(topic))) + topic.encode() + b"\x01"
        self._tx.put(packets.SUBSCRIBE, (packet_id,), tail)
        self._flights[packet_id] = (self.now_ms(),)
        self._work.set()
        await self._answered(packet_id)
        if self._answer[2] > 1:
            raise Refused("subscription", self._answer[2])

    def send(self, topic, payload, qos=1, retain=False) -> int:
        """Publish: the packet id (1 for QoS 0), or 0 if there is no link, window or room now."""
        if not self.connected or (qos and len(self._flights) >= WINDOW):
            return 0
        first, fields = 0x30 | qos << 1 | retain, (topic.encode(),)
        packet_id = 1
        if qos:
            # Never one in flight: those of a window cannot be 65,535 publishes old.
            packet_id = self._last_id % 65_535 + 1
            fields += (packet_id,)
        if not self._tx.put(first, fields, payload, packets.RESERVE_BYTES):
            return 0
        if qos:
            self._last_id = packet_id
            self._flights[packet_id] = (self.now_ms(), topic, payload, retain)
        self._work.set()
        return packet_id

    async def publish(self, topic, payload, retain=False):
        """Publish with QoS 1 and return at its PUBACK; raises what ended the link."""
        packet_id = self.send(topic, payload, 1, retain)
        while not packet_id:
            await self._change()
            packet_id = self.send(topic, payload, 1, retain)
        await self._answered(packet_id)

    async def lost(self):
        """Wait for the end of the connection and raise it."""
        while True:
            await self._change()

    def look(self):
        """Ping each half keepalive; end what left anything unanswered for one."""
        if self.error is not None:
            return
        now, limit_ms = self.now_ms(), self.keepalive_s * 1000
        for flight in self._flights.values():
            if now - flight[0] > limit_ms:
                self._fail(LinkLost("no answer"))
                return
        if not self.connected or now - self._pinged_ms < limit_ms // 2:
            return
        if not self.heard:
            self._fail(LinkLost("no answer to a ping"))
        else:
            self._pinged_ms = now
            self.heard = False
            self._tx.put(packets.PINGREQ, ())
            self._work.set()

    def close(self):
        """Say goodbye, so that the broker drops the will, and close; harmless when closed."""
        if self.connected:
            self._tx.put(packets.DISCONNECT, ())
            try:
                self._wire.send_now(self._tx.view[: self._tx.used])
            except OSError as error:
                # The goodbye is a courtesy; the socket is closed either way.
                self._fail(LinkLost(error))
        self._fail(LinkLost("closed by us"))
        # Cancelled before the close: a closed socket must not stay in anybody's poll set.
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    async def _change(self):
        """Wait until anything changed; raises what ended the connection."""
        if self.error is None:
            self._news.clear()
            await self._news.wait()
        if self.error is not None:
            raise self.error

    async def _answered(self, packet_id):
        while packet_id in self._flights:
            await self._change()
        if self.error is not None:
            raise self.error

    async def _write(self):
        """The one writer: sends what stands in the transmit buffer."""
        tx = self._tx
        try:
            while True:
                while not tx.used:
                    self._work.clear()
                    await self._work.wait()
                count = tx.used
                await self._wire.send_all(tx.view[:count])
                tx.consume(count)
                self._news.set()
                self.on_room()
        except OSError as error:
            self._fail(error)

    async def _read(self, host, port):
        """The one reader: opens the wire, then takes each packet before the next."""
        rx, tx = self._rx, self._tx
        try:
            self._wire = wire = await self.open_wire(host, port)
            count = tx.used
            await wire.send_all(tx.view[:count])
            tx.consume(count)
            self._tasks.append(asyncio.create_task(self._write()))
            while self.error is None:
                count = await wire.readinto(rx.space())
                if count is None:
                    continue
                self.heard = True
                if count == 0:
                    raise LinkLost("closed by the broker")
                rx.end += count
                packet = rx.next()
                while packet is not None:
                    self._take(packet)
                    while tx.used > len(tx.view) - packets.RESERVE_BYTES:
                        await self._change()
                    packet = rx.next()
        except (OSError, MqttError) as error:
            self._fail(error)

    def _take(self, packet):
        kind, name = packet[0], packet[1]
        if kind == packets.PUBLISH:
            self.on_message(name, packet[2], packet[5], packet[3])
            if packet[4]:
                self._tx.put(packets.PUBACK << 4, (packet[6],))
                self._work.set()
        elif name in self._flights:
            del self._flights[name]
            if kind != packets.PUBACK:
                self._answer = packet
            self._news.set()
            self.on_room()

    def _fail(self, error):
        """The first reason wins; whoever waits is told."""
        if self.error is None:
            if isinstance(error, OSError):
                self.heard = error.errno in _SPOKEN_ERRNOS
                error = LinkLost("errno %s" % error.errno)
            self.error = error
            self.connected = False
            self._news.set()
