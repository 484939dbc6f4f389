"""What a display shows: its picture, its blinking, and what it tells the hub."""
# runs on CPython and MicroPython

import unittest

from display.flow import CONNECTING, Flow
from display.render import Report
from drivers import syn6288
from protocol.panel import Line, PanelWant, Part, Say

A012 = [("A012", False)]


def want(*texts, blink=False):
    return PanelWant(lines=[Line(t=text, blink=blink) for text in texts])


class Showing(unittest.TestCase):
    def setUp(self):
        self.flow = Flow(False)
        self.flow.start(0)

    def ready(self, *texts, rev=(5, 1), blink=False):
        self.flow.handle(("status", "ready"), 0)
        return self.flow.handle(("want", rev, want(*texts, blink=blink)), 0)

    def test_power_on_says_connecting(self):
        self.assertEqual(Flow(False).start(0), [("show", CONNECTING, True)])
        self.assertIsNone(self.flow.due_ms(0))

    def test_a_picture_is_shown_and_then_acknowledged(self):
        self.assertEqual(self.ready("A012"), [("show", A012, True), ("ack_want", (5, 1))])

    def test_a_picture_that_comes_before_the_hub_waits_for_it(self):
        self.assertEqual(self.flow.handle(("want", (5, 1), want("A012")), 0), [])
        self.assertEqual(self.flow.handle(("status", "no-hub"), 10), [])
        self.assertEqual(
            self.flow.handle(("status", "ready"), 20),
            [("show", A012, True), ("ack_want", (5, 1))],
        )
        self.assertEqual(self.flow.handle(("status", "ready"), 30), [])

    def test_the_picture_stays_while_the_hub_is_away(self):
        self.ready("A012")
        for status in ("no-hub", "no-broker", "no-wifi", "refused", "ready"):
            self.assertEqual(self.flow.handle(("status", status), 10), [])

    def test_a_newer_picture_is_shown_even_while_the_hub_is_away(self):
        self.ready("A012")
        self.flow.handle(("status", "no-hub"), 10)
        self.assertEqual(
            self.flow.handle(("want", (5, 2), want("B001")), 20),
            [("show", [("B001", False)], True), ("ack_want", (5, 2))],
        )

    def test_a_blinking_line_is_visible_first_then_every_half_second(self):
        lines = [("A012", True)]
        self.assertEqual(self.ready("A012", blink=True)[0], ("show", lines, True))
        self.assertEqual(self.flow.due_ms(0), 500)
        self.assertEqual(self.flow.handle(("tick",), 499), [])
        self.assertEqual(self.flow.handle(("tick",), 500), [("show", lines, False)])
        self.assertEqual(self.flow.handle(("tick",), 1_000), [("show", lines, True)])

    def test_blinking_ends_with_the_picture(self):
        self.ready("A012", blink=True)
        self.flow.handle(("tick",), 500)
        effects = self.flow.handle(("want", (5, 2), want("A012")), 700)
        self.assertEqual(effects[0], ("show", A012, True))
        self.assertIsNone(self.flow.due_ms(700))

    def test_what_a_picture_cannot_show_is_told_once_and_taken_back(self):
        self.ready("喆")
        self.assertEqual(
            self.flow.handle(("drawn", Report("喆", True)), 0),
            [("fault", "picture", True, "no glyph: 喆 cut off")],
        )
        self.assertEqual(self.flow.handle(("drawn", Report("喆", True)), 0), [])
        self.assertEqual(
            self.flow.handle(("drawn", Report("", False)), 0), [("fault", "picture", False, "")]
        )

    def test_the_dark_phase_takes_no_fault_back(self):
        self.ready("喆", blink=True)
        self.flow.handle(("drawn", Report("喆", False)), 0)
        self.flow.handle(("tick",), 500)
        self.assertEqual(self.flow.handle(("drawn", Report("", False)), 500), [])

    def test_a_bar_without_a_voice_says_so(self):
        say = Say(call=1, parts=[Part(m="t", x="请")])
        self.assertEqual(
            self.flow.handle(("say", "c1", say, 5_000), 0),
            [("ack_cmd", "c1", "error", "no-voice")],
        )


class Board(unittest.TestCase):
    def setUp(self):
        self.flow = Flow(True)
        self.flow.start(0)

    def test_a_call_is_spoken_and_acknowledged(self):
        parts = [Part(m="t", x="请"), Part(m="d", x="A012"), Part(m="t", x="号")]
        effects = self.flow.handle(("say", "c1", Say(call=1, parts=parts), 5_000), 100)
        self.assertEqual(effects, [("send", syn6288.frame("请[n1][y0]A012号"))])
        self.flow.handle(("reply", 0x41), 200)
        self.flow.handle(("busy", True), 201)
        self.assertEqual(
            self.flow.handle(("busy", False), 2_000), [("ack_cmd", "c1", "done", None)]
        )

    def test_the_time_left_of_a_command_is_kept(self):
        say = Say(call=1, parts=[Part(m="t", x="请")])
        self.flow.handle(("say", "c1", say, 5_000), 0)
        self.flow.handle(("say", "c2", say, 300), 0)
        self.flow.handle(("reply", 0x41), 200)
        self.flow.handle(("reply", 0x4F), 400)
        self.assertEqual(self.flow.handle(("tick",), 410), [("ack_cmd", "c2", "expired", None)])

    def test_the_nearest_of_blink_and_voice_is_due(self):
        self.flow.handle(("status", "ready"), 0)
        self.flow.handle(("want", (1, 1), want("A012", blink=True)), 0)
        self.assertEqual(self.flow.due_ms(0), 500)
        self.flow.handle(("say", "c1", Say(call=1, parts=[Part(m="t", x="请")]), None), 100)
        self.assertEqual(self.flow.due_ms(200), 300)
        self.flow.handle(("tick",), 500)
        self.flow.handle(("tick",), 1_000)
        self.assertEqual(self.flow.due_ms(1_050), 50)


if __name__ == "__main__":
    unittest.main()
