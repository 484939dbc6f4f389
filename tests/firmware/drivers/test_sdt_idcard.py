"""The ID-card reader's codec against frames taken from real modules, and its talk with one."""
# runs on CPython and MicroPython

import asyncio
import unittest
from binascii import unhexlify

from drivers import sdt_idcard
from drivers.sdt_idcard import FIND, READ, SELECT, IdCardError, IdCardReader, Parser, frame

NUMBER = "310110200402290010"


def raw(text):
    """Bytes from spaced hex."""
    return unhexlify(text.replace(" ", ""))


FOUND = raw("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97")
NO_CARD = raw("AA AA AA 96 69 00 04 00 00 80 84")
SELECTED = raw("AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C")
NOT_SELECTED = raw("AA AA AA 96 69 00 04 00 00 81 85")
READ_FAILED = raw("AA AA AA 96 69 00 04 00 00 41 45")
RECORD_HEAD = raw("AA AA AA 96 69 05 08 00 00 90 01 00 04 00")


def record(number=NUMBER, head=RECORD_HEAD):
    """A record with that number; the rest of the text and the photo are noise."""
    text = bytes([at % 255 for at in range(256)])
    digits = b"".join([bytes((ord(char), 0)) for char in number])
    body = head[5:] + text[:122] + digits + text[122 + len(digits) :] + b"\xaa" * 1024
    checksum = 0
    for byte in body:
        checksum ^= byte
    return head[:5] + body + bytes((checksum,))


RECORD = record()


class ParserTest(unittest.TestCase):
    """Module to board."""

    def why(self, *chunks):
        """The word of the error that these bytes, or their number, end in."""
        parser = Parser()
        with self.assertRaises(IdCardError) as caught:
            for chunk in chunks:
                if parser.feed(chunk):
                    parser.number()
        return caught.exception.why

    def test_requests_are_those_of_the_table(self):
        self.assertEqual(frame(FIND), raw("AA AA AA 96 69 00 03 20 01 22"))
        self.assertEqual(frame(SELECT), raw("AA AA AA 96 69 00 03 20 02 21"))
        self.assertEqual(frame(READ), raw("AA AA AA 96 69 00 03 30 01 32"))

    def test_status_of_every_answer_of_the_table(self):
        for answer, status in (
            (FOUND, 0x9F),
            (NO_CARD, 0x80),
            (SELECTED, 0x90),
            (NOT_SELECTED, 0x81),
            (READ_FAILED, 0x41),
            (raw("AA AA AA 96 69 00 04 00 00 90 94"), 0x90),
            (raw("AA AA AA 96 69 00 04 00 00 60 64"), 0x60),
        ):
            with self.subTest(status):
                parser = Parser()
                self.assertTrue(parser.feed(answer))
                self.assertEqual(parser.status, status)

    def test_the_number_in_chunks_of_every_size(self):
        self.assertEqual(len(RECORD), 1295)
        for size in (1, 7, 64, 1295):
            with self.subTest(size):
                parser = Parser()
                ends = [parser.feed(RECORD[at : at + size]) for at in range(0, len(RECORD), size)]
                self.assertEqual(ends, [False] * (len(ends) - 1) + [True])
                self.assertEqual(parser.number(), NUMBER)

    def test_a_number_that_ends_in_x(self):
        parser = Parser()
        parser.feed(record("11010519491231002X"))
        self.assertEqual(parser.number(), "11010519491231002X")

    def test_any_flipped_byte_is_an_error_or_no_answer(self):
        for at in list(range(5, 20)) + list(range(130, 175)) + [700, 1294]:
            with self.subTest(at):
                wrong = RECORD[:at] + bytes((RECORD[at] ^ 0x41,)) + RECORD[at + 1 :]
                parser = Parser()
                try:
                    self.assertFalse(parser.feed(wrong))
                except IdCardError as error:
                    self.assertIn(error.why, ("length", "checksum"))

    def test_what_is_no_number_is_named(self):
        for number in ("310110200402290011", "3101102004022900", "31011020040229001x", " " * 18):
            with self.subTest(number):
                self.assertEqual(self.why(record(number)), "number")
        self.assertEqual(self.why(SELECTED), "number")

    def test_a_length_that_no_answer_has(self):
        self.assertEqual(self.why(raw("AA AA AA 96 69 00 03")), "length")
        self.assertEqual(self.why(raw("AA AA AA 96 69 05 09")), "length")

    def test_noise_and_a_torn_head_are_passed_over(self):
        for before in (
            b"\x00\xff",
            b"\xaa",
            b"\xaa" * 9,
            b"\xaa\xaa\xaa\x96",
            b"\xaa\xaa\xaa\x96\xaa",
        ):
            with self.subTest(before):
                self.assertTrue(Parser().feed(before + FOUND))

    def test_nothing_but_the_number_is_kept_and_that_is_overwritten(self):
        parser = Parser()
        parser.feed(RECORD)
        held = [len(value) for value in vars_of(parser) if not isinstance(value, int)]
        self.assertEqual(held, [18])
        parser.reset()
        self.assertEqual(bytes(parser._number), bytes(18))


def vars_of(parser):
    """The values of an object's attributes, on both interpreters."""
    return [
        getattr(parser, name) for name in ("_number", "_at", "_size", "_sum", "_high", "status")
    ]


class Module:
    """A UART with a module that answers by list; None: it is silent."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.stale = b""

    def read(self, size):
        """What lies there from before."""
        stale, self.stale = self.stale[:size], self.stale[size:]
        return stale


class Stream:
    """In place of asyncio.StreamReader."""

    def __init__(self, module):
        self._module = module
        self._left = b""

    def write(self, data):
        self._module.asked.append(data[7:9])
        self._left = self._module.answers.pop(0)

    async def drain(self):
        pass

    async def read(self, size):
        if not self._left:
            await asyncio.sleep(10)
        chunk, self._left = self._left[:size], self._left[size:]
        return chunk


class ReaderTest(unittest.TestCase):
    """The talk with a module."""

    def setUp(self):
        self._kept = asyncio.StreamReader, sdt_idcard.POLL_MS, sdt_idcard.REPLY_MS
        asyncio.StreamReader = Stream
        sdt_idcard.POLL_MS, sdt_idcard.REPLY_MS = 1, 30

    def tearDown(self):
        asyncio.StreamReader, sdt_idcard.POLL_MS, sdt_idcard.REPLY_MS = self._kept

    def polls(self, count, *answers):
        """What so many polls come to, errors as (why, found)."""
        module = Module(*answers)
        reader = IdCardReader(module)

        async def scenario():
            said = []
            for _ in range(count):
                module.stale = FOUND * 5
                try:
                    said.append(await reader.poll())
                except IdCardError as error:
                    said.append((error.why, error.found))
            return said

        said = asyncio.run(scenario())
        self.assertEqual(module.stale, b"")
        self.assertEqual(bytes(reader._parser._number), bytes(18))
        return said

    def test_a_card_is_read_once_until_it_was_gone(self):
        said = self.polls(
            5, NO_CARD, FOUND, SELECTED, RECORD, FOUND, NO_CARD, FOUND, SELECTED, RECORD
        )
        self.assertEqual(said, ["", NUMBER, "", "", NUMBER])

    def test_what_goes_wrong_with_a_card_is_told_once(self):
        torn = RECORD[:700]
        flipped = RECORD[:-1] + bytes((RECORD[-1] ^ 1,))
        for answers, why in (
            ((FOUND, NOT_SELECTED), "refused"),
            ((FOUND, SELECTED, READ_FAILED), "refused"),
            ((FOUND, SELECTED, torn), "silent"),
            ((FOUND, SELECTED, flipped), "checksum"),
            ((FOUND, SELECTED, record("0" * 17 + "2")), "number"),
        ):
            with self.subTest(why):
                said = self.polls(4, *answers, FOUND, NO_CARD, FOUND, SELECTED, RECORD)
                self.assertEqual(said, [(why, True), "", "", NUMBER])

    def test_a_module_that_is_not_there_is_silent_each_time(self):
        self.assertEqual(self.polls(2, b"", b"\xaa\xaa"), [("silent", False)] * 2)


if __name__ == "__main__":
    unittest.main()
