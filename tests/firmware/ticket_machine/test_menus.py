"""Menus on flash: stored once, read one at a time, spoilt files survived."""
# runs on CPython and MicroPython
# ruff: noqa: PTH106, PTH107, PTH123, PTH208 (no pathlib on MicroPython)

import json
import os
import unittest

from fakes.menus import MENUS
from protocol import codec
from protocol.errors import ProtocolError
from protocol.machine import Menu
from ticket_machine.menus import Menus

FOLDER = __file__.rsplit("/", 4)[0] + "/build/test-menus"


def payload(letter, rev=1):
    menu = Menu.parse(MENUS[letter].plain())
    menu.rev = [7, rev]
    return codec.encode(menu)


def letters(menus, without_card=False):
    return [letter for letter, _, _ in menus.departments("FCG", without_card)]


class MenusTest(unittest.TestCase):
    """One folder of flash."""

    def setUp(self):
        self.empty()
        self.menus = Menus(FOLDER)

    def tearDown(self):
        self.empty()

    def empty(self):
        try:
            for name in os.listdir(FOLDER):
                os.remove(FOLDER + "/" + name)
            os.rmdir(FOLDER)
        except OSError:
            # There is none yet.
            return

    def test_nothing_is_there_at_first(self):
        self.assertEqual(letters(self.menus), [])
        self.assertEqual(list(self.menus.services("C")), [])
        self.assertIsNone(self.menus.find("account"))

    def test_a_menu_survives_a_restart(self):
        self.assertTrue(self.menus.store("C", payload("C")))
        self.assertTrue(self.menus.store("F", payload("F")))
        again = Menus(FOLDER)
        self.assertEqual(letters(again), ["F", "C"])
        self.assertEqual(letters(again, True), ["F"])
        self.assertTrue(again.any_without_card())
        self.assertEqual(again.find("transcript").zh, "成绩单")
        self.assertEqual([item.id for item in again.services("F")], ["account", "unlock"])

    def test_the_same_menu_under_a_new_rev_is_not_written_again(self):
        self.menus.store("C", payload("C"))
        self.assertFalse(self.menus.store("C", payload("C", rev=2)))
        with open(FOLDER + "/C.json") as file:
            self.assertEqual(json.loads(file.readline())["rev"], [7, 1])

    def test_a_changed_menu_replaces_the_old_one(self):
        self.menus.store("F", payload("F"))
        menu = Menu.parse(MENUS["F"].plain())
        menu.services = menu.services[1:]
        self.assertTrue(self.menus.store("F", codec.encode(menu)))
        self.assertFalse(self.menus.any_without_card())

    def test_an_empty_payload_removes_the_department(self):
        self.menus.store("C", payload("C"))
        self.assertTrue(self.menus.store("C", b""))
        self.assertFalse(self.menus.store("C", b""))
        self.assertEqual(letters(Menus(FOLDER)), [])

    def test_a_bad_payload_is_refused_and_the_old_menu_stays(self):
        self.menus.store("C", payload("C"))
        wrong = payload("C").replace(b"enrolment-proof", b"ENROLMENT PROOF")
        none = payload("C").replace(b'"services":[', b'"services":7,"more":[')
        bads = [payload("C")[:-1], wrong, none]
        # Lists that never end.
        bads += [b"[", b"[" * 2000, b'{"v":1,"services":[', b'{"v":1,"services":[ , ']
        for bad in bads:
            with self.assertRaises(ProtocolError):
                self.menus.store("C", bad)
        self.assertEqual(len(list(self.menus.services("C"))), 3)
        self.assertEqual(self.menus.find("enrolment-proof").zh, "在读证明")

    def test_a_department_that_offers_nothing_any_more_is_not_listed(self):
        self.menus.store("C", payload("C"))
        menu = Menu.parse(MENUS["C"].plain())
        menu.services = []
        self.assertTrue(self.menus.store("C", codec.encode(menu)))
        self.assertEqual(letters(self.menus), [])

    def test_a_spoilt_file_is_as_none_and_is_replaced(self):
        self.menus.store("C", payload("C"))
        with open(FOLDER + "/C.json", "wb") as file:
            file.write(b'{"v":1,')
        self.assertEqual(letters(self.menus), [])
        menus = Menus(FOLDER)
        self.assertEqual(letters(menus), [])
        self.assertTrue(menus.store("C", payload("C")))
        self.assertEqual(letters(menus), ["C"])


if __name__ == "__main__":
    unittest.main()
