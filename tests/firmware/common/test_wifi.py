"""Joining one of the known networks."""
# runs on CPython and MicroPython

import asyncio
import unittest

from fakes import network

network.install()

from common import wifi  # noqa: E402 - it imports network

KNOWN = [("hall", "open sesame"), ("annexe", "mellon")]


class WifiTest(unittest.TestCase):
    def setUp(self):
        self._times = wifi.JOIN_MS, wifi._POLL_MS
        wifi.JOIN_MS, wifi._POLL_MS = 10, 1
        network.WLAN.air = {}
        network.WLAN.log = []
        self.radio = wifi.Wifi(KNOWN)

    def tearDown(self):
        wifi.JOIN_MS, wifi._POLL_MS = self._times

    def join(self):
        return asyncio.run(self.radio.join())

    def test_the_first_network_takes_us(self):
        network.WLAN.air = {"hall": "open sesame"}
        self.assertTrue(self.join())
        self.assertTrue(self.radio.is_up())
        self.assertNotIn(("connect", "annexe"), network.WLAN.log)

    def test_the_next_network_is_tried_when_the_first_is_away(self):
        network.WLAN.air = {"annexe": "mellon"}
        self.assertTrue(self.join())
        asked = [entry for entry in network.WLAN.log if entry[0] in ("connect", "disconnect")]
        self.assertEqual(asked, [("connect", "hall"), ("disconnect",), ("connect", "annexe")])

    def test_no_network_is_an_answer_and_may_be_asked_again(self):
        self.assertFalse(self.join())
        network.WLAN.air = {"hall": "open sesame"}
        self.assertTrue(self.join())

    def test_a_joined_board_is_left_alone(self):
        network.WLAN.air = {"hall": "open sesame"}
        self.join()
        network.WLAN.log = []
        self.assertTrue(self.join())
        self.assertNotIn(("connect", "hall"), network.WLAN.log)

    def test_the_radio_is_touched_only_after_three_unanswered_attempts_each_time_more(self):
        network.WLAN.air = {"hall": "open sesame"}
        self.join()
        asked = []
        for attempts in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9):
            network.WLAN.log = []
            self.radio.unanswered(attempts)
            asked.append([entry[0] for entry in network.WLAN.log])
            self.join()
        none, some = [], ["disconnect"]
        all_of_it = ["disconnect", "active"]
        self.assertEqual(
            asked, [none] * 3 + [some] + [none] * 2 + [all_of_it] + [none] * 2 + [some]
        )
        self.assertTrue(self.radio.is_up())

    def test_signal_and_address_are_reported(self):
        self.assertEqual(self.radio.rssi(), -61)
        self.assertEqual(self.radio.mac(), "28:cd:c1:0a:0b:0c")

    def test_a_port_that_reports_nothing_is_no_error(self):
        self.radio._wlan.status = lambda what: 1010
        self.radio._wlan.config = lambda what: None
        self.assertIsNone(self.radio.rssi())
        self.assertEqual(self.radio.mac(), "")


if __name__ == "__main__":
    unittest.main()
