"""Topics are built and parsed in one place, and nothing else is a topic."""
# runs on CPython and MicroPython

import unittest

from protocol import topics
from protocol.errors import BadTopic
from protocol.limits import MAX_ID, MAX_TOPIC


class Topics(unittest.TestCase):
    def test_every_leaf_comes_back(self):
        for leaf in ("state", "desc", "evt", "tele", "ack", "want", "cmd", "evtack", "menu/A"):
            self.assertEqual(
                topics.parse(topics.dev("whu", "caller-4", leaf)), ("whu", "caller-4", leaf)
            )
        self.assertEqual(topics.parse(topics.hub_state("whu")), ("whu", None, "hub/state"))

    def test_the_longest_topic_fits_the_limit(self):
        self.assertEqual(len(topics.dev("s" * MAX_ID, "d" * MAX_ID, "menu/A")), MAX_TOPIC)

    def test_anything_else_is_refused(self):
        for topic in ("", "hall", "hall/v2/whu/dev/x/evt", "hall/v1/whu/dev/x", "a/b/c/d/e/f"):
            with self.assertRaises(BadTopic):
                topics.parse(topic)


if __name__ == "__main__":
    unittest.main()
