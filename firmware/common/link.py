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

from common import FIRMWARE, backoff, outbox, ticks
from common.commands import NEW, RUNNING, Seen
from common.errors import MqttError, StoreError
from common.hubtime import HubTime
from common.mqtt import Client
from common.outbox import Outbox
from common.store import read_json, write_json
from protocol import codec, topics
from protocol.envelope import Ack, Cmd, Desc, Evt, EvtAck, Fault, HubState, State, Tele, Want
from protocol.errors import ProtocolError, UnknownKind
from protocol.limits import OUTBOX_EVENTS, TELE_MS

# Resends are late by at most this much; a board that wakes twice a second still sleeps.
_TICK_MS = 500
# The hub never has more commands open; a lost ack comes back as a repeated command, a `dup`.
_MAX_ACKS = 16
# A link fault is over when it did not happen for so long.
_FAULT_MS = 60_000
# A healthy hub answers much sooner, and so spares the flash a write. Until then a device says of
# nothing that it was counted: network and power may fail together.
_SPILL_MS = 100
# CONNACK 3: the broker is there and not ready yet, which has nothing to do with this device.
_NOT_READY = 3
# Any leaf that is not here is the hub's own topic.
_ENVELOPES = {"want": Want, "cmd": Cmd, "evtack": EvtAck}


def _ignore(*_facts):
    """What a device does with what it did not ask for."""


class Link:
    """One per device; `bodies` is its module of `protocol` (ANSWERS, COMMANDS, WANTS).

    Plain functions that return soon, set before `run`:
    `on_want(want)`: newer wanted state; `ack_want(want.rev)` once it is on the last pixel.
    `on_cmd(cmd)`: to be done once; `ack_cmd(cmd.id)` when the act is over.
    `on_answer(n, evtack)`: the hub's answer to event n, given once.
    `on_kept()`: everything sent with `keep` and not yet answered is on flash.
    `on_menu(letter, payload)`: a department's menu, a view of bytes that is valid during the
    call only; subscribed only if this is set.
    `on_status(status)`: no-wifi, no-broker, refused, no-hub or ready. Until it is ready for the
    first time a device shows 正在连接, whatever it was given.
    `desc` (caps, reset, crash of Desc) and `paper` (of Tele) are the device's to set, and
    `due_ms(now_ms)`, None unless somebody stands before it: then it is not reset.

    For a supervisor: `ticked` counts up twice a second while the link's tasks live, and
    `heard_ms` is when anything at all last came from the network's other end; in `tasks` a
    device notes when each of its own tasks last lived, in ms.
    """

    def __init__(self, config, role, bodies, now_ms=None, wifi=None, folder="/state"):
        self.on_want = self.on_cmd = self.on_answer = self.on_status = self.due_ms = _ignore
        self.on_kept = _ignore
        self.on_menu = None
        self.desc = {}
        self.tasks = {}
        self.paper = None
        self.status = "no-wifi"
        self.reconnects = self.bad = self.ticked = 0
        self._config = config
        self._role = role.replace("_", "-")
        self._bodies = bodies
        self._now_ms = now_ms or ticks.now_ms
        self._wifi = wifi
        self._outbox = Outbox(folder + "/out")
        self._acks = []
        self._seen = Seen()
        self._hub_time = HubTime()
        # What is wrong with the link → when it happened last.
        self._faults = {}
        self._live = self._stopped = self._hub_online = False
        self._conn = self._last_n = self._failures = self._unanswered = 0
        self._epoch = self._rev = self._acked_rev = None
        self._tele_ms = self.heard_ms = self._now_ms()
        self._prefix = topics.dev(config.site, config.id, "")
        boot = 0
        try:
            boot = read_json(folder + "/boot.json", 0)
        except StoreError as error:
            print(repr(error))
        # Higher than any before, also on a board that replaces another (boot0).
        self.boot = max((boot if type(boot) is int else 0) + 1, config.boot0)
        write_json(folder + "/boot.json", self.boot)
        self.client = Client(config.id, config.user, config.password, config.keepalive_s)
        self.client.now_ms = self._now_ms
        self.client.on_message = self._on_message
        self.client.on_room = self._pump

    # What a device calls.

    def send(self, kind, body, keep=False) -> int:
        """Accept an event, resent until `on_answer`; its number, or 0 if the outbox is full.

        With `keep` it also outlives a loss of power, and is sent by the next boot.
        """
        now_ms = self._now_ms()
        n, ts = self._last_n + 1, self._hub_time.at(now_ms)
        if not self._outbox.add(Evt(k=kind, boot=self.boot, n=n, t=now_ms, ts=ts, d=body), keep):
            return 0
        self._last_n = n
        self._pump()
        if keep:
            asyncio.create_task(self._spill())
        return n

    def ack_cmd(self, cmd_id, st="done", why=None):
        """The act of a command is over: done or error."""
        self._seen.finish(cmd_id, st)
        self._ack(Ack(id=cmd_id, st=st, why=why))

    def ack_want(self, rev):
        """The wanted state is on the last pixel."""
        self._acked_rev = tuple(rev)
        self._ack(Ack(rev=list(rev), st="done"))

    def hub_now_ms(self):
        """The hub's UTC ms as well as this device knows, or None."""
        return self._hub_time.at(self._now_ms())

    def may_reset(self) -> bool:
        """Whether a reset loses nothing: nobody is there, and what is to be kept is on flash."""
        try:
            self._outbox.spill()
        except (OSError, MemoryError):
            return False
        return self.due_ms(self._now_ms()) is None

    async def run(self):
        """Keep the link up for ever (until `stop`)."""
        if self._wifi is None:
            from common.wifi import Wifi

            self._wifi = Wifi(self._config.networks)
        ticker = asyncio.create_task(self._tick())
        while not self._stopped:
            if not self._wifi.is_up():
                self._set_status("no-wifi")
            if await self._wifi.join():
                if self.status == "no-wifi":
                    self._set_status("no-broker")
                await self._session()
                self._unanswered = 0 if self.client.heard else self._unanswered + 1
                self._wifi.unanswered(self._unanswered)
            else:
                self.client.heard = False  # of a broker whose network is gone
            self._failures += 1
            if not self._stopped:
                wait_ms = backoff.wait_ms(
                    self._failures, random.random(), *self._config.backoff_ms
                )
                await asyncio.sleep(wait_ms / 1000)
        ticker.cancel()

    async def stop(self):
        """Before a planned reboot: say draining, disconnect without the will, end `run`."""
        self._stopped = True
        if self._live:
            self._live = False
            try:
                await self.client.publish(self._prefix + "state", self._state("draining"), True)
            except MqttError as error:
                # Without a link there is nobody to tell; the will has done it.
                print(repr(error))
        self.client.close()

    async def _session(self):
        """One connection, from CONNECT to its loss."""
        config, client, topic = self._config, self.client, self._prefix + "state"
        self._conn += 1
        self._hub_online = False
        filters = [self._prefix + leaf for leaf in _ENVELOPES]
        filters.append(topics.hub_state(config.site))
        if self.on_menu is not None:
            filters.append(self._prefix + "menu/+")
        try:
            will = topic, self._state("lost"), 1, True
            # One after the other, those with numbers first: they need no name server.
            hosts = config.host.split(",")
            await client.connect(hosts[self._failures % len(hosts)], config.port, will)
            # Subscribed before the birth: the hub's first command follows the birth at once.
            await client.subscribe(filters)
            await client.publish(topic, self._state("ready"), True)
            desc = codec.encode(Desc(mac=self._wifi.mac(), **self.desc))
            client.send(self._prefix + "desc", desc, 1, True)
            # It got through: whatever ends this connection is a first failure.
            self._failures = 0
            self.reconnects = self._conn - 1
            self._tele_ms = self._now_ms() - TELE_MS
            self._live = True
            self._outbox.rewind()
            self._set_status(None)
            self._pump()
            await client.lost()
        except MqttError as error:
            print(repr(error))
            refused = getattr(error, "code", _NOT_READY) != _NOT_READY
            self._set_status("refused" if refused else "no-broker")
        finally:
            self._live = False
            client.close()

    async def _tick(self):
        client = self.client
        while True:
            self.ticked += 1
            now_ms = self._now_ms()
            if client.heard:
                self.heard_ms = now_ms
            client.look()
            for what in list(self._faults):
                # Half of the outbox stays for what people did.
                if (
                    now_ms - self._faults[what] >= _FAULT_MS
                    and len(self._outbox.entries) < OUTBOX_EVENTS // 2
                ):
                    del self._faults[what]
                    self.send("fault", Fault(what=what, on=False))
            if self._live and now_ms - self._tele_ms >= TELE_MS:
                self._tele_ms = now_ms
                tele = Tele(
                    heap=getattr(gc, "mem_free", int)(),  # CPython has none
                    rssi=self._wifi.rssi(),
                    up_s=now_ms // 1000,
                    reconnects=self.reconnects,
                    outbox=len(self._outbox.entries),
                    bad=self.bad,
                    paper=self.paper,
                )
                client.send(self._prefix + "tele", codec.encode(tele), 0)
            self._pump()
            await asyncio.sleep(_TICK_MS / 1000)

    # What goes out.

    def _pump(self):
        """Send what is due while there is room: acknowledgements, then events in order."""
        now_ms = self._now_ms()
        while self._live:
            if self._acks:
                if not self.client.send(self._prefix + "ack", self._acks[0]):
                    return
                self._acks.pop(0)
                continue
            entry = self._outbox.due(now_ms, self._hub_time.at(now_ms))
            if entry is None:
                return
            if not self.client.send(self._prefix + "evt", outbox.payload(entry, now_ms)):
                return
            entry[outbox.SENT_MS] = now_ms

    async def _spill(self):
        await asyncio.sleep(_SPILL_MS / 1000)
        try:
            self._outbox.spill()
            self.on_kept()
        except (OSError, MemoryError) as error:
            # It stays in the outbox, is sent, and written with the next; only a loss of power
            # would lose it now. An open file takes 1,200 bytes in one piece.
            self._bad("flash", repr(error))

    def _ack(self, ack):
        if len(self._acks) >= _MAX_ACKS:
            self._acks.pop(0)
        self._acks.append(codec.encode(ack))
        self._pump()

    def _state(self, word) -> bytes:
        return codec.encode(
            State(s=word, boot=self.boot, conn=self._conn, role=self._role, fw=FIRMWARE)
        )

    # What comes in.

    def _on_message(self, topic, payload, retained, size):
        leaf = topic[len(self._prefix) :] if topic.startswith(self._prefix) else "hub/state"
        try:
            if payload is None:
                self._bad("oversized", "%d bytes on %s" % (size, leaf))
            elif leaf.startswith("menu/"):
                self.on_menu(leaf[5:], payload)
            else:
                message = codec.decode(_ENVELOPES.get(leaf, HubState), payload)
                if not retained:
                    self._hub_time.sample(message.now, self._now_ms())
                self._take(leaf, message)
        except ProtocolError as error:
            self._bad("bad-message", "%s: %s" % (leaf, error.code))
        except Exception as error:  # noqa: BLE001 - the reason follows
            # A device's own handler failed on this message. The link must outlive it: the next
            # message may be the one that helps, and the hub hears of this one.
            getattr(sys, "print_exception", print)(error)
            self._bad("handler", "%s: %s" % (leaf, type(error).__name__))

    def _take(self, leaf, message):
        """Act on a message whose envelope is right, if it is news."""
        bodies = self._bodies
        if leaf == "want":
            rev = tuple(message.rev)
            if self._rev is None or rev > self._rev:
                self._read_body(leaf, bodies.WANTS, message)
                self.on_want(message)
                # Now only: one at which the device failed is tried again when the hub repeats it.
                self._rev = rev
                self._set_status(None)
            elif rev == self._acked_rev:
                # The hub asks again, so our word was lost with a connection.
                self.ack_want(rev)
        elif leaf == "cmd":
            met, hub_ms = self._seen.meet(message.id), self.hub_now_ms()
            if met not in (NEW, RUNNING):
                self._ack(Ack(id=message.id, st=met))
            elif met == NEW and (hub_ms is None or hub_ms >= message.exp):
                self.ack_cmd(message.id, "expired")
            elif met == NEW:
                self._read_body(leaf, bodies.COMMANDS, message)
                self.on_cmd(message)
        elif leaf == "evtack":
            self._on_evtack(message)
        else:
            self._hub_online = message.s == "online"
            if self._hub_online and message.epoch != self._epoch:
                self._epoch = message.epoch
                self._outbox.rewind()
            self._set_status(None)
            self._pump()

    def _on_evtack(self, evtack):
        entry = self._outbox.find(evtack.boot, evtack.n)
        if entry is None:
            return
        ours = evtack.boot == self.boot
        if ours and evtack.ok:
            # Before it is settled: an event whose answer cannot be read is sent again.
            self._read_body("evtack", self._bodies.ANSWERS, evtack)
        self._outbox.settle(entry)
        self._pump()
        if ours:
            self.on_answer(evtack.n, evtack)

    def _read_body(self, leaf, bodies, message):
        try:
            if message.k not in bodies:
                raise UnknownKind(message.k)
            message.d = bodies[message.k].parse(message.d)
        except ProtocolError as error:
            if leaf == "cmd":
                self.ack_cmd(message.id, "error", error.code)
            elif leaf == "want":
                self._ack(Ack(rev=message.rev, st="error", why=error.code))
            raise

    def _bad(self, what, detail):
        """Count what is wrong with the link, and tell the hub when it begins."""
        self.bad += 1
        if what in self._faults:
            self._faults[what] = self._now_ms()
        elif len(self._outbox.entries) < OUTBOX_EVENTS // 2:
            self._faults[what] = self._now_ms()
            self.send("fault", Fault(what=what, on=True, detail=detail[:120]))

    def _set_status(self, status):
        """Take a status; None: ready if the hub is online and what we hold is its own want."""
        if status is None:
            fresh = self._rev is not None and self._rev[0] == self._epoch
            status = "ready" if self._hub_online and fresh else "no-hub"
            if not self._live:
                return
        if status != self.status:
            self.status = status
            self.on_status(status)
