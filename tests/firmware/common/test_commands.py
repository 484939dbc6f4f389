"""Commands that act once."""
# runs on CPython and MicroPython

import unittest

from common.commands import FINISHED, NEW, RUNNING, Seen


class SeenTest(unittest.TestCase):
    def test_a_command_is_new_once(self):
        seen = Seen()
        self.assertEqual(seen.meet("say-1"), NEW)
        self.assertEqual(seen.meet("say-1"), RUNNING)

    def test_a_finished_command_is_known_as_such(self):
        seen = Seen()
        seen.meet("say-1")
        seen.finish("say-1")
        self.assertEqual(seen.meet("say-1"), FINISHED)

    def test_a_failed_command_is_never_told_as_done(self):
        seen = Seen()
        seen.meet("say-1")
        seen.finish("say-1", "error")
        self.assertEqual(seen.meet("say-1"), "error")
        self.assertEqual(seen.meet("say-1"), "error")

    def test_the_oldest_id_is_forgotten_when_the_list_is_full(self):
        seen = Seen(limit=2)
        for cmd_id in ("a", "b", "c"):
            seen.meet(cmd_id)
        self.assertEqual(seen.meet("b"), RUNNING)
        self.assertEqual(seen.meet("a"), NEW)

    def test_finishing_an_unknown_command_changes_nothing(self):
        seen = Seen()
        seen.finish("never-met")
        self.assertEqual(seen.meet("never-met"), NEW)


if __name__ == "__main__":
    unittest.main()
