"""A device's link to the hub: birth, wanted state, events until answered, commands once, time.

link = Link(config, "caller", protocol.caller)
link.on_want = show                 # see Link for all of them
n = link.send("press", Press(key="next", leg=12, ver=3))
await link.run()
"""

import asyncio
import gc
import random
import sys

from common import FIRMWARE, ticks
from common.backoff import Backoff
from common.commands import FINISHED, NEW, Seen
from common.errors import ConnectRefused, MqttError, StoreError, SubscribeRefused
from common.hubtime import HubTime
from common.mqtt import Client
from common.outbox import Outbox
from common.store import read_json, write_json
from protocol import codec, topics
from protocol.envelope import Ack, Cmd, Desc, Evt, EvtAck, Fault, HubState, State, Tele, Want
from protocol.errors import ProtocolError, UnknownKind
from protocol.limits import OUTBOX_EVENTS, TELE_MS

BOOT_PATH = "/state/boot.json"
KEEPALIVE_S = 15
# Resends are late by at most this much; a board that wakes twice a second still sleeps.
_TICK_MS = 500
# A connection that held this long was good: the next one is tried soon again.
_GOOD_MS = 30_000
# The hub never has more commands open; a lost ack comes back as a repeated command, a `dup`.
_MAX_ACKS = 16
# A flood of bad messages must not fill the outbox with reports: one of each kind a minute.
_FAULT_EVERY_MS = 60_000


def _ignore(*_facts):
    """What a device does with what it did not ask for."""


class Link:
    """One per device; `bodies` is its module of `protocol` (ANSWERS, COMMANDS, WANTS).

    Plain functions that return soon, set before `run`:
    `on_want(want)`: newer wanted state; `ack_want(want.rev)` once it is on the last pixel.
    `on_cmd(cmd)`: to be done once; `ack_cmd(cmd.id)` when the act is over.
    `on_answer(n, evtack)`: the hub's answer to event n, given once.
    `on_menu(letter, payload)`: a department's menu, a view of bytes that is valid during the
    call only; subscribed only if this is set.
    `on_status(status)`: no-wifi, no-broker, refused, no-hub or ready. Until it is ready for the
    first time a device shows 正在连接, whatever it was given.
    `desc` (caps, reset, crash of Desc) and `paper` (of Tele) are the device's to set.
    """

    def __init__(self, config, role, bodies, now_ms=None, wifi=None, boot_path=BOOT_PATH):
        self.on_want = self.on_cmd = self.on_answer = self.on_status = _ignore
        self.on_menu = None
        self.desc = {}
        self.paper = None
        self.status = "no-wifi"
        self.reconnects = 0
        self.bad = 0
        self.backoff = Backoff(random.random)
        self._config = config
        self._role = role.replace("_", "-")
        self._bodies = bodies
        self._now_ms = now_ms or ticks.now_ms
        self._wifi = wifi
        self._outbox = Outbox()
        self._acks = []
        self._seen = Seen()
        self._hub_time = HubTime()
        self._fault_ms = {}
        self._live = False
        self._stopped = False
        self._conn = 0
        self._hub_online = False
        self._epoch = None
        self._rev = None
        self._acked_rev = None
        self.boot = self._next_boot(boot_path)
        self.client = Client(config.id, config.user, config.password, KEEPALIVE_S)
        self.client.on_message = self._on_message
        self.client.on_oversize = self._on_oversize
        self.client.on_room = self._pump

    # What a device calls.

    def send(self, kind, body) -> int:
        """Accept an event, resent until `on_answer`; its number, or 0 if the outbox is full."""
        n = self._outbox.add(kind, body, self._now_ms())
        self._pump()
        return n

    def ack_cmd(self, cmd_id, st="done", why=None):
        """The act of a command is over: done or error."""
        self._seen.finish(cmd_id)
        self._ack(Ack(id=cmd_id, st=st, why=why))

    def ack_want(self, rev):
        """The wanted state is on the last pixel."""
        self._acked_rev = tuple(rev)
        self._ack(Ack(rev=list(rev), st="done"))

    def hub_now_ms(self):
        """The hub's UTC ms as well as this device knows, or None."""
        return self._hub_time.at(self._now_ms())

    async def run(self):
        """Keep the link up for ever (until `stop`)."""
        if self._wifi is None:
            from common.wifi import Wifi

            self._wifi = Wifi(self._config.networks)
        while not self._stopped:
            if not self._wifi.is_up():
                self._set_status("no-wifi")
            if self._wifi.is_up() or await self._wifi.join():
                await self._connection()
            if not self._stopped:
                await asyncio.sleep(self.backoff.next_ms() / 1000)

    async def stop(self):
        """Before a planned reboot: say draining, disconnect without the will, end `run`."""
        self._stopped = True
        if self._live:
            self._live = False
            try:
                await self.client.publish(self._topic("state"), self._state("draining"), True)
            except MqttError as error:
                # Without a link there is nobody to tell; the will has done it.
                self._log(error)
        await self.client.disconnect()

    # One connection, from CONNECT to its loss.

    async def _connection(self):
        self._conn += 1
        began_ms = self._now_ms()
        try:
            await self._session()
        except (ConnectRefused, SubscribeRefused) as error:
            self._log(error)
            self._set_status("refused")
        except MqttError as error:
            self._log(error)
            self._set_status("no-broker")
        if self._now_ms() - began_ms >= _GOOD_MS:
            self.backoff.reset()

    async def _session(self):
        config = self._config
        ticker = None
        self._hub_online = False
        try:
            will = (self._topic("state"), self._state("lost"), 1, True)
            await self.client.connect(config.host, config.port, will)
            # Subscribed before the birth: the hub's first command follows the birth at once.
            await self.client.subscribe(self._filters())
            await self.client.publish(self._topic("state"), self._state("ready"), True)
            desc = codec.encode(Desc(mac=self._wifi.mac(), **self.desc))
            self.client.try_publish(self._topic("desc"), desc, True)
            self.reconnects = self._conn - 1
            self._live = True
            self._outbox.rewind()
            self._judge()
            self._pump()
            ticker = asyncio.create_task(self._tick())
            raise await self.client.lost()
        finally:
            self._live = False
            if ticker is not None:
                ticker.cancel()
            await self.client.disconnect()

    async def _tick(self):
        tele_ms = self._now_ms() - TELE_MS
        while True:
            now_ms = self._now_ms()
            if now_ms - tele_ms >= TELE_MS:
                tele_ms = now_ms
                self._send_tele()
            self._pump()
            await asyncio.sleep(_TICK_MS / 1000)

    def _filters(self):
        leaves = ["want", "cmd", "evtack"]
        if self.on_menu is not None:
            leaves.append("menu/+")
        return [topics.hub_state(self._config.site)] + [self._topic(leaf) for leaf in leaves]

    # What goes out.

    def _pump(self):
        """Send what is due while the window has room: acknowledgements, then events in order."""
        while self._live and self.client.window_open():
            now_ms = self._now_ms()
            if self._acks:
                if not self._publish("ack", self._acks[0]):
                    return
                self._acks.pop(0)
                continue
            entry = self._outbox.due(now_ms)
            if entry is None or not self._publish("evt", self._evt(entry, now_ms)):
                return
            entry.sent_ms = now_ms

    def _publish(self, leaf, message) -> bool:
        return self.client.try_publish(self._topic(leaf), codec.encode(message)) is not None

    def _evt(self, entry, now_ms):
        return Evt(
            k=entry.kind,
            boot=self.boot,
            n=entry.n,
            t=entry.born_ms,
            ts=self._hub_time.at(entry.born_ms),
            age_ms=now_ms - entry.born_ms,
            d=entry.body,
        )

    def _ack(self, ack):
        if len(self._acks) >= _MAX_ACKS:
            self._acks.pop(0)
        self._acks.append(ack)
        self._pump()

    def _send_tele(self):
        tele = Tele(
            heap=gc.mem_free() if hasattr(gc, "mem_free") else 0,
            rssi=self._wifi.rssi(),
            up_s=self._now_ms() // 1000,
            reconnects=self.reconnects,
            outbox=len(self._outbox),
            bad=self.bad,
            paper=self.paper,
        )
        self.client.publish_now(self._topic("tele"), codec.encode(tele))

    def _state(self, word) -> bytes:
        return codec.encode(
            State(s=word, boot=self.boot, conn=self._conn, role=self._role, fw=FIRMWARE)
        )

    def _topic(self, leaf) -> str:
        return topics.dev(self._config.site, self._config.id, leaf)

    # What comes in.

    def _on_message(self, topic, payload, retained):
        leaf = "topic"
        try:
            leaf = topics.parse(topic)[2]
            if leaf == "want":
                self._on_want(codec.decode(Want, payload), retained)
            elif leaf == "cmd":
                self._on_cmd(codec.decode(Cmd, payload))
            elif leaf == "evtack":
                self._on_evtack(codec.decode(EvtAck, payload))
            elif leaf == "hub/state":
                self._on_hub_state(codec.decode(HubState, payload), retained)
            elif leaf.startswith("menu/") and self.on_menu is not None:
                self.on_menu(leaf[5:], payload)
        except ProtocolError as error:
            self._on_bad("bad-message", "%s: %s" % (leaf, error.code))
        except Exception as error:  # noqa: BLE001 - the reason follows
            # A device's own handler failed on this message. The link must outlive it: the next
            # message may be the one that helps, and the hub hears of this one.
            self._log(error)
            self._on_bad("handler", "%s: %s" % (leaf, type(error).__name__))

    def _on_want(self, want, retained):
        if not retained:
            self._hub_time.sample(want.now, self._now_ms())
        rev = tuple(want.rev)
        if self._rev is not None and rev <= self._rev:
            if rev == self._acked_rev:
                # The hub asks again, so our word was lost with a connection.
                self.ack_want(rev)
            return
        try:
            want.d = self._body(self._bodies.WANTS, want.k, want.d)
        except ProtocolError as error:
            self._ack(Ack(rev=want.rev, st="error", why=error.code))
            raise
        self._rev = rev
        self.on_want(want)
        self._judge()

    def _on_cmd(self, cmd):
        now_ms = self._now_ms()
        self._hub_time.sample(cmd.now, now_ms)
        met = self._seen.meet(cmd.id)
        if met == FINISHED:
            self._ack(Ack(id=cmd.id, st="dup"))
        if met != NEW:
            return
        if self._hub_time.at(now_ms) >= cmd.exp:
            self.ack_cmd(cmd.id, "expired")
            return
        try:
            cmd.d = self._body(self._bodies.COMMANDS, cmd.k, cmd.d)
        except ProtocolError as error:
            self.ack_cmd(cmd.id, "error", error.code)
            raise
        self.on_cmd(cmd)

    def _on_evtack(self, evtack):
        self._hub_time.sample(evtack.now, self._now_ms())
        if evtack.boot != self.boot or not self._outbox.settle(evtack.n):
            return
        if evtack.ok:
            answers = self._bodies.ANSWERS
            evtack.d = self._body(answers, evtack.k, evtack.d)
        self._pump()
        self.on_answer(evtack.n, evtack)

    def _on_hub_state(self, state, retained):
        if not retained:
            self._hub_time.sample(state.now, self._now_ms())
        self._hub_online = state.s == "online"
        if self._hub_online and state.epoch != self._epoch:
            self._epoch = state.epoch
            self._outbox.rewind()
        self._judge()
        self._pump()

    @staticmethod
    def _body(bodies, kind, plain):
        if kind not in bodies:
            raise UnknownKind(kind)
        return bodies[kind].parse(plain)

    def _on_oversize(self, topic, size):
        self._on_bad("oversized", "%d bytes on %s" % (size, topic.split("/")[-1][:32]))

    def _on_bad(self, what, detail):
        self.bad += 1
        now_ms = self._now_ms()
        last_ms = self._fault_ms.get(what)
        if last_ms is not None and now_ms - last_ms < _FAULT_EVERY_MS:
            return
        # Half of the outbox stays for what people did.
        if len(self._outbox) < OUTBOX_EVENTS // 2:
            self._fault_ms[what] = now_ms
            self.send("fault", Fault(what=what, on=True, detail=detail[:120]))

    # Status and boot.

    def _judge(self):
        """Ready: the hub is online, and what we hold was wanted by this very hub."""
        if self._live:
            fresh = self._rev is not None and self._rev[0] == self._epoch
            self._set_status("ready" if self._hub_online and fresh else "no-hub")

    def _set_status(self, status):
        if status != self.status:
            self.status = status
            self.on_status(status)

    def _next_boot(self, path) -> int:
        """This boot's number: higher than any before, also on a replaced board (boot0)."""
        try:
            stored = read_json(path, 0)
        except StoreError as error:
            self._log(error)
            stored = 0
        boot = max((stored if type(stored) is int else 0) + 1, self._config.boot0)
        write_json(path, boot)
        return boot

    @staticmethod
    def _log(error):
        if hasattr(sys, "print_exception"):
            sys.print_exception(error)
        else:
            print(repr(error))
