"""The watchdog's food and the status lamp."""
# runs on CPython and MicroPython

import asyncio
import unittest

from common import supervisor
from common.errors import CommonError
from common.supervisor import OFFLINE_MS, STABLE_STEPS, STILL_MS_MAX, watch


class Enough(Exception):
    pass


class FakeLink:
    def __init__(self, status):
        self.status = status
        self.desc = {}
        self.ticked = 0
        self.tasks = {"keys": 0}
        self.heard_ms = 0
        self.asked_ms = []
        self.busy_until_ms = 0

    def may_reset(self):
        self.asked_ms.append(self.now_ms)
        return self.now_ms >= self.busy_until_ms


class FakeLamp:
    def __init__(self, steps):
        self.levels = []
        self._steps = steps

    def value(self, level):
        self.levels.append(int(level))
        if len(self.levels) == self._steps:
            raise Enough


class FakeWatchdog:
    def __init__(self):
        self.fed = 0

    def __call__(self, timeout):
        self.timeout_ms = timeout
        return self

    def feed(self):
        self.fed += 1


def watched(status, steps, now_ms=lambda: 0, facts=None):
    """(link, lamp, watchdog) after so many steps."""
    link, lamp, watchdog = FakeLink(status), FakeLamp(steps), FakeWatchdog()
    try:
        asyncio.run(watch(link, lamp, watchdog, facts or {}, now_ms, 0))
    except Enough:
        return link, lamp, watchdog


class WatchTest(unittest.TestCase):
    def test_ready_is_a_steady_lamp_and_the_others_blink_in_their_order(self):
        self.assertEqual(watched("ready", 20)[1].levels, [1] * 20)
        for count, status in enumerate(("no-wifi", "no-broker", "refused", "no-hub")):
            once = [1, 0] * (count + 1) + [0] * 4
            self.assertEqual(watched(status, 2 * len(once))[1].levels, 2 * once)

    def test_the_watchdog_is_fed_every_eighth_step_while_all_tasks_tick(self):
        _, _, watchdog = watched("ready", 81, lambda: STILL_MS_MAX)
        self.assertEqual((watchdog.timeout_ms, watchdog.fed), (8000, 11))

    def test_a_task_that_stands_still_is_named_and_the_watchdog_starves(self):
        link, lamp, watchdog = FakeLink("ready"), FakeLamp(0), FakeWatchdog()
        with self.assertRaises(CommonError) as caught:
            asyncio.run(watch(link, lamp, watchdog, {}, lambda: STILL_MS_MAX + 1, 0))
        self.assertEqual((str(caught.exception), watchdog.fed), ("task keys stands still", 0))

    def test_a_minute_clears_the_count_of_crashes(self):
        written = []
        before, supervisor.write_json = supervisor.write_json, lambda *what: written.append(what)
        try:
            watched("ready", STABLE_STEPS)
            self.assertEqual(written, [])
            watched("ready", STABLE_STEPS + 1)
            self.assertEqual(written, [("/state/crash.json", (0, ""))])
        finally:
            supervisor.write_json = before

    def after_silence(self, busy_until_ms):
        """(a link that was never heard, when the board was reset), each step 2 s."""
        link, steps = FakeLink("no-wifi"), [0]

        def now_ms():
            link.tasks["keys"] = link.now_ms = steps[0] // 8 * 2_000
            return link.now_ms

        class Lamp:
            def value(self, _):
                steps[0] += 1

        link.busy_until_ms = busy_until_ms
        before, supervisor.write_json = supervisor.write_json, lambda *_: None
        try:
            with self.assertRaises(CommonError) as caught:
                asyncio.run(watch(link, Lamp(), FakeWatchdog(), {}, now_ms, 0))
        finally:
            supervisor.write_json = before
        self.assertEqual(str(caught.exception), "nothing heard for 15 min")
        return link, link.now_ms

    def test_15_minutes_without_a_word_reset_an_idle_board(self):
        link, reset_ms = self.after_silence(busy_until_ms=0)
        self.assertEqual((reset_ms, link.asked_ms), (OFFLINE_MS, [OFFLINE_MS]))

    def test_a_board_that_is_busy_is_reset_once_it_is_idle(self):
        busy_ms = OFFLINE_MS + 60_000
        self.assertEqual(self.after_silence(busy_ms)[1], busy_ms)

    def test_what_is_known_of_the_start_goes_into_the_birth(self):
        self.assertEqual(watched("ready", 1, facts={"crash": "x"})[0].desc, {"crash": "x"})


if __name__ == "__main__":
    unittest.main()
