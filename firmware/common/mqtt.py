"""An MQTT 3.1.1 client for boards: QoS 0 and 1, will, keepalive, a window of four publishes."""

import asyncio

from common import mqtt_packets as packets
from common.errors import ConnectRefused, LinkLost, MqttError, SubscribeRefused
from common.net import open_wire
from common.ticks import now_ms as _now_ms

# QoS 1 publishes without a PUBACK: enough to keep the pipe full, few enough for a board's memory.
WINDOW = 4
# A broker on a hall's network answers in milliseconds; ten seconds of silence is a dead one.
ANSWER_S = 10


class Flight:
    """One QoS 1 publish on its way: `acked` becomes true, or `error` says why it never will."""

    def __init__(self, packet_id, topic, payload, retain):
        self.packet_id = packet_id
        self.topic = topic
        self.payload = payload
        self.retain = retain
        self.sent_ms = 0
        self.acked = False
        self.error = None
        self._over = asyncio.Event()

    def finish(self, error=None):
        """Wake the waiter: acknowledged, or lost for `error`."""
        self.acked = error is None
        self.error = error
        self._over.set()

    async def wait(self):
        """Return once the broker has acknowledged; raises what ended the connection."""
        await self._over.wait()
        if self.error is not None:
            raise self.error


class Client:
    """One connection at a time: `connect`, `subscribe`, `publish`, and `lost` to wait for its end.

    Set `on_message(topic, payload, retained)`: payload is a view, valid during the call only.
    `on_oversize(topic, size)`: a message above the limit was discarded. `on_room()`: `try_publish`
    may work again. What these publish leaves in one send with the acknowledgement of what came.
    """

    def __init__(self, client_id, user=None, password=None, keepalive_s=15, clean=True):
        self._client_id = client_id
        self._user = user
        self._password = password
        self._keepalive_s = keepalive_s
        self._clean = clean
        self.open_wire = open_wire
        self.now_ms = _now_ms
        self.on_message = None
        self.on_oversize = None
        self.on_room = None
        self._rx = packets.Decoder()
        self._tx = packets.TxBuffer()
        self._flights = []
        self._last_id = 0
        self._wire = None
        self._tasks = []
        self._lost = asyncio.Event()
        self._connack = asyncio.Event()
        self._suback = asyncio.Event()
        self._blocked = asyncio.Event()
        self._room = asyncio.Event()
        self._reset()

    def _reset(self):
        self.error = None
        self.connected = False
        self._corked = False
        self._accepted = None
        self._granted = None
        self._heard = True
        self._rx.clear()
        self._tx.clear()
        for event in (self._lost, self._connack, self._suback, self._blocked, self._room):
            event.clear()

    async def connect(self, host, port, will=None) -> bool:
        """Connect and return whether the broker kept our session.

        `will` is (topic, payload, qos, retain). A numeric host needs no DNS. Raises ConnectRefused
        or LinkLost.
        """
        self._reset()
        try:
            await asyncio.wait_for(self._open(host, port, will), ANSWER_S)
            self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._drain())]
            await asyncio.wait_for(self._connack.wait(), ANSWER_S)
        except asyncio.TimeoutError:
            self._fail(LinkLost("no answer to CONNECT"))
        except OSError as error:
            self._fail(LinkLost("errno %d" % error.errno))
        except asyncio.CancelledError:
            await self._tear_down()
            raise
        if self.error is None and self._accepted[1]:
            self._fail(ConnectRefused(self._accepted[1]))
        if self.error is not None:
            await self._tear_down()
            raise self.error
        self.connected = True
        self._tasks.append(asyncio.create_task(self._keep_alive()))
        self._resume_flights()
        return self._accepted[0]

    async def _open(self, host, port, will):
        self._wire = await self.open_wire(host, port)
        self._tx.connect(
            self._client_id, self._user, self._password, self._keepalive_s, will, self._clean
        )
        await self._wire.send_all(self._tx.pending())
        self._tx.clear()

    async def lost(self):
        """Wait for the end of the connection, put away what it used, and return the error."""
        try:
            await self._lost.wait()
        finally:
            await self._tear_down()
        return self.error

    async def subscribe(self, filters):
        """Subscribe with QoS 1 until all is granted; raises SubscribeRefused or LinkLost."""
        self._granted = None
        self._suback.clear()
        self._tx.subscribe(self._next_id(), filters)
        self._flush()
        try:
            await asyncio.wait_for(self._suback.wait(), ANSWER_S)
        except asyncio.TimeoutError:
            self._fail(LinkLost("no SUBACK"))
        if self._granted is None:
            raise self.error
        if max(self._granted) > 1:
            raise SubscribeRefused(max(self._granted))

    def window_open(self) -> bool:
        """Whether one more QoS 1 publish may be in flight."""
        return self.connected and len(self._flights) < WINDOW

    def try_publish(self, topic, payload, retain=False):
        """Send a QoS 1 publish now and return its Flight; None if window or socket is full."""
        if not self.window_open() or not self._tx.room_for(topic, payload):
            return None
        flight = Flight(self._next_id(), topic, payload, retain)
        self._flights.append(flight)
        self._launch(flight, False)
        self._flush()
        return flight

    def publish_now(self, topic, payload, retain=False) -> bool:
        """Send a QoS 0 publish now; False if there is no connection or no room."""
        if not self.connected or not self._tx.room_for(topic, payload):
            return False
        self._tx.publish(topic, payload, 0, retain)
        self._flush()
        return True

    async def publish(self, topic, payload, retain=False):
        """Publish with QoS 1 and return at its PUBACK; raises what ended the link."""
        flight = self.try_publish(topic, payload, retain)
        while flight is None:
            if self.error is not None or not self.connected:
                raise self.error or LinkLost("not connected")
            self._room.clear()
            await self._room.wait()
            flight = self.try_publish(topic, payload, retain)
        await flight.wait()

    async def disconnect(self):
        """Say goodbye, so that the broker drops the will, and close; harmless when closed."""
        if self.connected:
            self.connected = False
            try:
                self._tx.disconnect()
                if not self._blocked.is_set():
                    self._wire.send_now(self._tx.pending())
            except (OSError, MqttError):
                # The goodbye is a courtesy; the socket is closed either way.
                self._tx.clear()
        self._fail(LinkLost("disconnected by us"))
        await self._tear_down()

    def _launch(self, flight, dup):
        flight.sent_ms = self.now_ms()
        self._tx.publish(flight.topic, flight.payload, 1, flight.retain, flight.packet_id, dup)

    def _resume_flights(self):
        """Send the unacknowledged again: same packet ids, and with DUP if the session was kept."""
        for flight in self._flights:
            if not self._tx.room_for(flight.topic, flight.payload):
                self._fail(LinkLost("no room to resend"))
                return
            self._launch(flight, self._accepted[0])
            self._flush()

    def _next_id(self) -> int:
        while True:
            self._last_id = self._last_id % 65_535 + 1
            if all(flight.packet_id != self._last_id for flight in self._flights):
                return self._last_id

    # One writer: all goes through the transmit buffer, which either `_flush` or `_drain` empties.

    def _flush(self):
        if self._corked or self._blocked.is_set() or not self._tx.used:
            return
        try:
            self._tx.consume(self._wire.send_now(self._tx.pending()))
        except OSError as error:
            self._fail(LinkLost("errno %d" % error.errno))
            return
        if self._tx.used:
            self._blocked.set()

    async def _drain(self):
        """Finish what the socket did not take at once."""
        try:
            while True:
                await self._blocked.wait()
                while self._tx.used:
                    count = self._tx.used
                    await self._wire.send_all(self._tx.pending())
                    self._tx.consume(count)
                self._blocked.clear()
                self._signal_room()
        except OSError as error:
            self._fail(LinkLost("errno %d" % error.errno))

    async def _read(self):
        try:
            while self.error is None:
                count = await self._wire.readinto(self._rx.space())
                if count is None:
                    continue
                if count == 0:
                    self._rx.finish()
                    raise LinkLost("closed by the broker")
                self._heard = True
                self._rx.feed(count)
                await self._take_packets()
        except OSError as error:
            self._fail(LinkLost("errno %d" % error.errno))
        except MqttError as error:
            self._fail(error)

    async def _take_packets(self):
        """Handle all whole packets that came; their answers leave together."""
        self._corked = True
        packet = self._rx.next()
        while packet is not None and self.error is None:
            self._handle(packet)
            if self._tx.crowded():
                self._corked = False
                self._flush()
                while self._blocked.is_set() and self.error is None:
                    self._room.clear()
                    await self._room.wait()
                self._corked = True
            packet = self._rx.next()
        self._corked = False
        self._flush()

    def _handle(self, packet):
        kind = packet[0]
        if kind == packets.PUBLISH:
            _, topic, payload, qos, retained, packet_id = packet
            self.on_message(topic, payload, retained)
            if qos:
                self._tx.puback(packet_id)
        elif kind == packets.PUBACK:
            for flight in self._flights:
                if flight.packet_id == packet[1]:
                    self._flights.remove(flight)
                    flight.finish()
                    self._signal_room()
                    break
        elif kind == packets.OVERSIZE:
            if packet[3]:
                self._tx.puback(packet[4])
            self.on_oversize(packet[1], packet[2])
        elif kind == packets.SUBACK:
            self._granted = packet[2]
            self._suback.set()
        elif kind == packets.CONNACK:
            self._accepted = packet[1:]
            self._connack.set()

    async def _keep_alive(self):
        """Ping each half keepalive; silence since the last one, or a missing PUBACK, ends it."""
        while True:
            await asyncio.sleep(self._keepalive_s / 2)
            if not self._heard:
                self._fail(LinkLost("no answer to a ping"))
            elif self._flights and self.now_ms() - self._flights[0].sent_ms > ANSWER_S * 1000:
                self._fail(LinkLost("no PUBACK"))
            else:
                self._heard = False
                self._tx.pingreq()
                self._flush()

    def _signal_room(self):
        self._room.set()
        if self.on_room is not None:
            self.on_room()

    def _fail(self, error):
        """The first reason wins; whoever waits is told."""
        if self.error is not None:
            return
        self.error = error
        self.connected = False
        if self._clean:
            # The broker forgets a clean session, and so do we: the link resends by its own rule.
            for flight in self._flights:
                flight.finish(error)
            self._flights = []
        for event in (self._lost, self._connack, self._suback, self._room):
            event.set()

    async def _tear_down(self):
        # Cancelled before the close: a closed socket must not stay in anybody's poll set.
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        if self._wire is not None:
            self._wire.close()
            self._wire = None
