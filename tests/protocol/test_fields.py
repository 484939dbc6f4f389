"""What each type of a field takes, at its limits and just beyond: said here, not asked of it."""
# runs on CPython and MicroPython

import unittest

from protocol import codec, pad
from protocol.errors import BadJson, FieldError, TooLarge
from protocol.fields import (
    ANY_OBJECT,
    BOOL,
    ID,
    INT,
    MAX_INT,
    POSITIVE,
    REFUSED,
    Int,
    ListOf,
    Maybe,
    Obj,
    OneOf,
    Text,
    Ticket,
    fits,
)
from protocol.limits import MAX_PAYLOAD

# (type, what it takes, what it refuses)
TYPES = (
    (INT, (0, MAX_INT), (-1, MAX_INT + 1, True, 1.0, "1", None, [], {})),
    (POSITIVE, (1, MAX_INT), (0, -1, True)),
    (Int(-9, 99), (-9, 0, 99), (-10, 100)),
    (BOOL, (True, False), (0, 1, None, "true", [])),
    (
        Text(4),
        ("", "abcd", "窗口号码", " ~", "\ud7ff\ue000", "😀"),
        ("abcde", "窗口号码牌", "\n", "a\x1f", "\x00", 7, None, b"a", ["a"]),
    ),
    (
        ID,
        ("a", "z", "0", "9", "-", "caller-4", "x" * 32),
        ("", "x" * 33, "A", "a_b", "a b", "a/b", "a.b", "+", "#", "窗", "a\n", 4, None, ["a"]),
    ),
    (
        Ticket(),
        ("A000", "Z999", "A0000", "C1012"),
        (
            "",
            "A",
            "A12",
            "A01234",
            "a012",
            "@012",
            "[012",
            "窗012",
            "0012",
            "A01B",
            "A٠١٢",
            12,
            None,
        ),
    ),
    (OneOf("next", "done"), ("next", "done"), ("", "nex", "next ", "NEXT", 0, None, ["next"])),
    (Maybe(POSITIVE), (None, 1), (0, "1", True)),
    (ListOf(POSITIVE, 2), ([], [1], [1, 2], (1, 2)), ([1, 2, 3], [0], [1, None], "12", {}, None)),
    (
        Obj(pad.Rate),
        ({"leg": 1, "level": 5}, pad.Rate(leg=1, level=1)),
        ({}, {"leg": 1, "level": 6}, {"leg": 0, "level": 1}, [], None, 7, pad.RateClose(leg=1)),
    ),
    (ANY_OBJECT, ({}, {"x": [1]}, pad.RateClose(leg=1)), ([], "", 0, None)),
)


class FieldsTest(unittest.TestCase):
    """One value of each type."""

    def test_each_type_takes_what_it_says_and_nothing_beside_it(self):
        for kind, taken, refused in TYPES:
            for value in taken:
                self.assertTrue(fits(kind, value), (type(kind).__name__, value))
            for value in refused:
                self.assertFalse(fits(kind, value), (type(kind).__name__, value))

    def test_half_a_pair_of_utf_16_is_no_text(self):
        for code in (0xD800, 0xDBFF, 0xDC00, 0xDFFF):
            for text in (chr(code), "a" + chr(code), "\ud7ff" + chr(code)):
                self.assertIs(Text(4).read(text), REFUSED)

    def test_a_list_is_a_new_one_and_holds_messages_for_objects(self):
        given = [{"leg": 1, "level": 5}]
        kept = ListOf(Obj(pad.Rate), 1).read(given)
        self.assertIs(type(kept[0]), pad.Rate)
        self.assertEqual(given, [{"leg": 1, "level": 5}])
        self.assertIsNot(kept, given)

    def test_two_messages_never_share_a_list_that_was_left_out(self):
        from protocol.caller import CallerWant

        one, other = [CallerWant(st="idle", ver=1) for _ in range(2)]
        one.lit.append("next")
        self.assertEqual(list(other.lit), [])


class LimitsTest(unittest.TestCase):
    """A payload at the codec's own limits."""

    def test_the_largest_payload_is_taken_and_one_byte_more_is_not(self):
        payload = b'{"leg":1}'
        whole = payload + b" " * (MAX_PAYLOAD - len(payload))
        self.assertEqual(codec.decode(pad.RateClose, whole).leg, 1)
        with self.assertRaises(TooLarge) as caught:
            codec.decode(pad.RateClose, whole + b" ")
        self.assertEqual((caught.exception.size, caught.exception.limit), (2049, MAX_PAYLOAD))

    def test_numbers_that_json_has_and_we_do_not(self):
        for text in (b"1.0", b"1e0", b"-0.5", b"true", b"null", b"9007199254740992"):
            with self.assertRaises(FieldError):
                codec.decode(pad.RateClose, b'{"leg":' + text + b"}")
        for text in (b"1.0.0", b"0x1"):
            with self.assertRaises((BadJson, FieldError)):
                codec.decode(pad.RateClose, b'{"leg":' + text + b"}")


if __name__ == "__main__":
    unittest.main()
