"""Which ports a machine has, by `pins` of its device.json."""
# runs on CPython and MicroPython

import unittest

from common.errors import ConfigError
from ticket_machine.ports import ports, words

ID_CARDS = {"id_reader_tx": 4, "id_reader_rx": 5}
CODES = {"scanner_tx": 12, "scanner_rx": 13}


def pins(*given, **more):
    """`pins` made of some."""
    made = {}
    for one in given + (more,):  # noqa: RUF005
        made.update(one)
    return made


class PortsTest(unittest.TestCase):
    def numbers(self, given):
        """UART by name."""
        return {row[0]: row[1] for row in ports(given)[1]}

    def test_without_a_word_there_are_three_and_no_pin_for_more(self):
        at, rows = ports({})
        self.assertEqual([row[:3] for row in rows], [
            ("panel", 0, 115_200), ("printer", 1, 9_600), ("reader", 2, 9_600)
        ])  # fmt: skip
        self.assertEqual((at["reader_rx"], at["status"], len(at)), (16, 2, 11))

    def test_readers_that_are_named_follow(self):
        at, rows = ports(pins(ID_CARDS, CODES, printer_tx=40))
        self.assertEqual(rows[3:], [("id_reader", 3, 115_200, 1_536), ("scanner", 4, 9_600, 256)])
        self.assertEqual((at["id_reader_rx"], at["scanner_tx"], at["printer_tx"]), (5, 12, 40))
        self.assertEqual(self.numbers(CODES)["scanner"], 3)

    def test_another_reader_in_place_of_the_campus_cards(self):
        at, rows = ports({"reader": False, "scanner_tx": 15, "scanner_rx": 16})
        self.assertEqual(rows[2][:2], ("scanner", 2))
        self.assertFalse("reader_tx" in at)

    def test_what_is_wrong_is_named(self):
        for given, name in (
            ({"id_reader_rx": 5}, "pins.id_reader_tx: missing"),
            ({"scanner_tx": 5}, "pins.scanner_rx: missing"),
            ({"scanner": True}, "pins.scanner: unknown"),
            ({"reader": 0}, "pins.reader"),
            ({"reader": False, "reader_tx": 4}, "pins.reader_tx: unknown"),
            ({"scanner_tx": 4, "scanner_rx": "5"}, "pins.scanner_rx"),
            (pins(ID_CARDS, CODES, scanner_rx=17), "is used twice"),
        ):
            with self.subTest(given):
                with self.assertRaises(ConfigError) as caught:
                    ports(given)
                self.assertIn(name, str(caught.exception))

    def test_the_words_for_what_can_be_read(self):
        for given, said in (
            ({}, ("校园卡", "campus card")),
            (CODES, ("校园卡·预约二维码", "campus card/QR code")),
            (pins(ID_CARDS, reader=False), ("身份证", "ID card")),
        ):
            self.assertEqual(words(ports(given)[1]), said)


if __name__ == "__main__":
    unittest.main()
