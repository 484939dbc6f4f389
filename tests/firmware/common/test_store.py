"""JSON files that survive a power cut."""
# runs on CPython and MicroPython
# ruff: noqa: PTH107, PTH123, PTH208 (no pathlib on MicroPython)

import os
import unittest

from common.errors import StoreError
from common.store import read_json, write_json

FOLDER = __file__.rsplit("/", 4)[0] + "/build/test-store"
PATH = FOLDER + "/deep/value.json"


class StoreTest(unittest.TestCase):
    def setUp(self):
        for path in (PATH, PATH + ".tmp"):
            try:
                os.remove(path)
            except OSError:
                continue

    def test_a_missing_file_gives_the_default(self):
        self.assertEqual(read_json(PATH, 41), 41)

    def test_what_was_written_is_read_and_folders_are_made(self):
        write_json(PATH, {"boot": 7})
        self.assertEqual(read_json(PATH), {"boot": 7})

    def test_a_second_write_replaces_the_first_and_leaves_nothing_beside_it(self):
        write_json(PATH, 1)
        write_json(PATH, 2)
        self.assertEqual(read_json(PATH), 2)
        self.assertEqual(os.listdir(FOLDER + "/deep"), ["value.json"])

    def test_a_write_cut_short_leaves_the_old_value(self):
        write_json(PATH, 1)
        with open(PATH + ".tmp", "wb") as file:
            file.write(b'{"bo')
        self.assertEqual(read_json(PATH), 1)

    def test_garbage_is_a_named_error(self):
        write_json(PATH, 1)
        for garbage in (b'{"boot', b"\xff\xfe"):
            with open(PATH, "wb") as file:
                file.write(garbage)
            with self.assertRaises(StoreError) as caught:
                read_json(PATH)
            self.assertEqual(caught.exception.path, PATH)


if __name__ == "__main__":
    unittest.main()
