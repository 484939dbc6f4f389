"""What a link makes of a broker's words and silence, without a network and with a set clock."""
# runs on CPython and MicroPython

import asyncio
import unittest

from common.config import Config
from common.link import Link
from common.ticks import TICKS_PERIOD, Counter
from fakes.wire import CONNACK_NEW, FakeWire
from protocol import caller

FOLDER = __file__.rsplit("/", 4)[0] + "/build/test-link-logic"
SUBACK = b"\x90\x06\x00\x01\x01\x01\x01\x01"
BORN = (CONNACK_NEW, SUBACK, b"\x40\x02\x00\x02", b"\x40\x02\x00\x03")
PATIENCE_S = 60


class Radio:
    """Joined while it is there; notes what it is told of attempts that nothing answered."""

    def __init__(self):
        self.told = []
        self.is_there = True

    def is_up(self):
        return self.is_there

    async def join(self):
        return self.is_there

    def unanswered(self, attempts):
        self.told.append(attempts)

    def rssi(self):
        return -48

    def mac(self):
        return "28:cd:c1:00:00:01"


class Far:
    """What stands at the other end: a wire, or the error number of each attempt to reach it."""

    def __init__(self, *ends):
        self.ends = list(ends)
        self.hosts = []

    async def open(self, host, port):
        self.hosts.append(host)
        end = self.ends.pop(0) if len(self.ends) > 1 else self.ends[0]
        if isinstance(end, int):
            raise OSError(end, "as the test wants it")
        return end


def make(host="10.0.0.2", now_ms=None, keepalive_s=2):
    """A caller's link with short waits."""
    values = {
        "v": 1,
        "id": "caller-4",
        "site": "lobby",
        "wifi": [{"ssid": "hall", "password": ""}],
        "broker": {"host": host, "port": 1883, "user": "caller-4", "password": "secret"},
        "pins": {},
        "boot0": 1,
        "link": {"keepalive_s": keepalive_s, "low_ms": 100, "high_ms": 100},
    }
    link = Link(Config(values), "caller", caller, now_ms, Radio(), FOLDER)
    link.said = []
    link.on_status = link.said.append
    return link


async def come(fact):
    """Wait until a fact is one."""
    for _ in range(PATIENCE_S * 100):
        if fact():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


class LinkLogicTest(unittest.TestCase):
    def run_with(self, link, far, scenario):
        """Run the link against `far` while the scenario lasts."""

        async def whole():
            link.client.open_wire = far.open
            running = asyncio.create_task(link.run())
            await scenario
            link._live = False  # nobody here acknowledges a goodbye
            await link.stop()
            await running

        asyncio.run(whole())

    def until(self, link, far, fact):
        """Run the link against `far` until a fact is one."""
        self.run_with(link, far, come(fact))


class StatusTest(LinkLogicTest):
    def test_wrong_credentials_are_refused(self):
        link = make()
        self.until(link, Far(FakeWire(b"\x20\x02\x00\x05")), lambda: "refused" in link.said)
        self.assertEqual(link.said[:2], ["no-broker", "refused"])

    def test_a_refused_subscription_is_refused(self):
        link = make()
        far = Far(FakeWire(CONNACK_NEW, b"\x90\x06\x00\x01\x01\x80\x01\x01"))
        self.until(link, far, lambda: "refused" in link.said)

    def test_a_broker_that_is_not_ready_yet_is_no_broker(self):
        link = make()
        far = Far(FakeWire(b"\x20\x02\x00\x03"))
        self.until(link, far, lambda: len(far.hosts) == 2)
        self.assertEqual(link.said, ["no-broker"])

    def test_a_birth_that_got_through_without_a_hub_is_no_hub(self):
        link = make()
        self.until(link, Far(FakeWire(*BORN)), lambda: "no-hub" in link.said)
        self.assertEqual(link.said[:2], ["no-broker", "no-hub"])


class LadderTest(LinkLogicTest):
    def test_only_attempts_that_nothing_answered_are_held_against_the_radio(self):
        link = make()
        # Unreachable three times, refused once, out of reach again.
        far = Far(113, 113, 110, 111, 113)
        told = link._wifi.told
        self.until(link, far, lambda: len(told) >= 5)
        self.assertEqual(told[:5], [1, 2, 3, 0, 1])

    def test_addresses_are_tried_in_turn_beginning_with_the_first(self):
        link = make("10.0.0.2,10.0.0.3,hub.hall")
        far = Far(111)
        self.until(link, far, lambda: len(far.hosts) >= 4)
        self.assertEqual(far.hosts[:4], ["10.0.0.2", "10.0.0.3", "hub.hall", "10.0.0.2"])

    def test_a_connection_that_got_through_begins_again_with_the_first_address(self):
        link = make("10.0.0.2,10.0.0.3")
        wire = FakeWire(*BORN)
        far = Far(111, wire, 111)
        self.until(
            link, far, lambda: "no-hub" in link.said and (wire.end() or len(far.hosts) >= 3)
        )
        self.assertEqual(far.hosts[:3], ["10.0.0.2", "10.0.0.3", "10.0.0.3"])


class ResetTest(LinkLogicTest):
    def test_a_broker_that_refuses_is_heard_and_one_whose_network_is_gone_is_not(self):
        link = make()
        far = Far(111)
        at_ms = [5_000]
        link._now_ms = lambda: at_ms[0]

        async def scenario():
            await come(lambda: link.heard_ms == 5_000)
            link._wifi.is_there = False
            await come(lambda: not link.client.heard)
            at_ms[0] = 6_000
            before = link.ticked
            await come(lambda: link.ticked >= before + 2)
            self.assertEqual(link.heard_ms, 5_000)

        self.run_with(link, far, scenario())

    def test_a_reset_waits_for_who_stands_there_and_for_what_is_only_in_memory(self):
        link = make()
        self.assertTrue(link.may_reset())
        link.due_ms = lambda now_ms: 10
        self.assertFalse(link.may_reset())
        link.due_ms = lambda now_ms: None
        link._outbox.spill = no_room
        self.assertFalse(link.may_reset())

    def test_a_press_that_cannot_be_written_is_told_and_still_sent(self):
        for error in (OSError(28), MemoryError("allocating 1200 bytes")):
            link = make()
            link._outbox.spill = lambda error=error: no_room(error)
            link.on_kept = self.fail
            asyncio.run(link._spill())
            self.assertEqual((link.bad, list(link._faults)), (1, ["flash"]))
            self.assertEqual(len(link._outbox.entries), 1)  # the fault


def no_room(error=None):
    raise error or OSError(28)


class WrapTest(LinkLogicTest):
    def test_events_are_resent_and_telemetry_sent_across_the_wrap(self):
        # A board's ticks, 1.5 s before they wrap; they move when the test says so.
        at = [TICKS_PERIOD - 1_500]
        link = make(now_ms=Counter(lambda: at[0] % TICKS_PERIOD).now_ms, keepalive_s=600)
        wire = FakeWire(*BORN)

        def count(leaf):
            return b"".join(wire.sent).count(b"hall/v1/lobby/dev/caller-4/" + leaf)

        async def ticked():
            before = link.ticked
            await come(lambda: link.ticked >= before + 2)

        async def scenario():
            await come(lambda: "no-hub" in link.said and count(b"tele") == 1)
            link.send("press", caller.Press(key="next", ver=1))
            await come(lambda: count(b"evt\x00") == 1)
            wire.say(b"\x40\x02\x00\x04")
            at[0] += 2_999
            await ticked()
            self.assertEqual(count(b"evt\x00"), 1)
            at[0] += 1
            await come(lambda: count(b"evt\x00") == 2)
            at[0] += 56_999
            await ticked()
            self.assertEqual(count(b"tele"), 1)
            at[0] += 1
            await come(lambda: count(b"tele") == 2)

        self.run_with(link, Far(wire), scenario())
        sent = b"".join(wire.sent).split(b"caller-4/evt\x00")
        self.assertIn(b'"age_ms":0', sent[1])
        self.assertIn(b'"age_ms":3000', sent[2])
        self.assertIn(b'"up_s":60', b"".join(wire.sent).split(b"caller-4/tele")[2])


if __name__ == "__main__":
    unittest.main()
