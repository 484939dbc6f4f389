"""The printer driver against the literal bytes of the manuals and of python-escpos."""
# runs on CPython and MicroPython

import asyncio
import unittest
from binascii import unhexlify

from drivers import escpos


def raw(text):
    """Bytes from spaced hex."""
    return unhexlify(text.replace(" ", ""))


class FakeUart:
    """A printer's UART: `answers` maps a DLE EOT number to what comes back, missing = silence."""

    def __init__(self, answers, stale=b""):
        self.answers = answers
        self.sent = b""
        self.waiting = stale

    def read(self, size=-1):
        data, self.waiting = self.waiting, b""
        return data or None


class FakeStream:
    """What asyncio makes of that UART."""

    def __init__(self, uart, after=None):
        self.uart = uart
        self.after = after  # (bytes sent, answers from then on)

    def write(self, data):
        uart = self.uart
        uart.sent += data
        if self.after and self.after[0] in uart.sent:
            uart.answers = self.after[1]
        if data[:2] == b"\x10\x04":
            uart.waiting += uart.answers.get(data[2], b"")

    async def drain(self):
        """Nothing is buffered."""

    async def read(self, size):
        if not self.uart.waiting:
            # Silence: the driver's own time-out ends this.
            await asyncio.sleep(10)
        data, self.uart.waiting = self.uart.waiting[:size], self.uart.waiting[size:]
        return data


OK = {1: b"\x12", 2: b"\x12", 3: b"\x12", 4: b"\x12"}
LOW = {1: b"\x12", 2: b"\x12", 3: b"\x12", 4: b"\x1e"}
PAPER = {1: b"\x1a", 2: b"\x32", 3: b"\x12", 4: b"\x7e"}
COVER = {1: b"\x1a", 2: b"\x16", 3: b"\x12", 4: b"\x12"}


def printer(answers, stale=b"", after=None):
    uart = FakeUart(answers, stale)
    return uart, escpos.Printer(uart, 10_000_000, FakeStream(uart, after))


class CommandTest(unittest.TestCase):
    """Commands byte for byte."""

    def test_fixed_commands(self):
        self.assertEqual(escpos.INIT, raw("1B 40"))
        self.assertEqual(escpos.HANZI, raw("1B 74 00 1C 26"))
        self.assertEqual(escpos.CENTRE, raw("1B 61 01"))
        self.assertEqual(escpos.DOUBLE, raw("1D 21 11"))
        self.assertEqual(escpos.FEED_AND_CUT, raw("1B 64 06 1D 56 01"))
        self.assertEqual(escpos.feed(3), raw("1B 64 03"))
        self.assertEqual(escpos.query(4), raw("10 04 04"))

    def test_hanzi_size_is_never_set_by_the_command_makers_disagree_about(self):
        for command in (escpos.DOUBLE, escpos.NORMAL, escpos.HANZI):
            self.assertNotIn(raw("1C 21"), command)

    def test_qr_of_a_ticket_equals_two_public_encoders(self):
        expected = raw(
            "1D 28 6B 04 00 31 41 32 00 1D 28 6B 03 00 31 43 06 1D 28 6B 03 00 31 45 30"
            "1D 28 6B 07 00 31 50 30 41 30 31 32 1D 28 6B 03 00 31 51 30"
        )
        self.assertEqual(escpos.qr(b"A012"), expected)

    def test_qr_of_31_characters_counts_34(self):
        url = b"https://q.example.edu.cn/t/A012"
        self.assertIn(raw("1D 28 6B 22 00 31 50 30") + url, escpos.qr(url))

    def test_qr_longer_than_its_limit_is_refused(self):
        with self.assertRaises(escpos.QrTooLong) as caught:
            escpos.qr(b"x" * 129)
        self.assertEqual(caught.exception.size, 129)


class StatusTest(unittest.TestCase):
    """DLE EOT answers to one word."""

    def test_fixed_bits_are_checked(self):
        for byte in (0x12, 0x16, 0x1A, 0x1E, 0x32, 0x72, 0x7E):
            self.assertTrue(escpos.is_status(byte))
        for byte in (0x00, 0x03, 0x10, 0x13, 0x92, 0xFF, None):
            self.assertFalse(escpos.is_status(byte))

    def test_each_row_of_the_status_table(self):
        rows = (
            (0x12, 0x12, 0x12, escpos.OK),
            (0x12, None, 0x1E, escpos.LOW),
            (0x1A, 0x32, 0x7E, escpos.PAPER),
            (0x1A, 0x16, 0x12, escpos.COVER),
            (0x1A, 0x52, 0x12, escpos.ERROR),
            (0x1A, 0x32, 0x12, escpos.PAPER),
        )
        for online, cause, paper, state in rows:
            with self.subTest(state):
                self.assertEqual(escpos.state_of(online, cause, paper), state)

    def test_silence_is_offline_and_never_ok(self):
        self.assertEqual(escpos.state_of(None, None, None), escpos.OFFLINE)
        self.assertEqual(escpos.state_of(0x12, 0x12, None), escpos.OFFLINE)
        self.assertEqual(escpos.state_of(None, 0x12, 0x12), escpos.OFFLINE)
        self.assertEqual(escpos.state_of(0x1A, None, 0x12), escpos.OFFLINE)


class PrinterTest(unittest.TestCase):
    """Questions and jobs."""

    def test_states_of_a_printer(self):
        for answers, state in ((OK, "ok"), (LOW, "low"), (PAPER, "paper"), (COVER, "cover")):
            with self.subTest(state):
                self.assertEqual(asyncio.run(printer(answers)[1].status()), state)

    def test_a_silent_printer_is_offline(self):
        self.assertEqual(asyncio.run(printer({})[1].status()), "offline")

    def test_a_late_answer_to_something_else_is_flushed(self):
        self.assertEqual(asyncio.run(printer(PAPER, stale=b"\x12\x12")[1].status()), "paper")

    def test_a_late_byte_without_the_fixed_bits_is_no_answer(self):
        self.assertEqual(asyncio.run(printer({4: b"\x00", 1: b"\x12"})[1].status()), "offline")

    def test_a_job_is_sent_whole_and_in_order(self):
        uart, device = printer(OK)
        rest = bytes(range(0x20, 0x20 + 150))
        self.assertEqual(asyncio.run(device.print(b"HEAD", rest, 1)), "printed")
        plain = uart.sent
        for n in (1, 4):
            plain = plain.replace(escpos.query(n), b"")
        zeros = bytes(escpos.MAX_QR + 8)
        self.assertEqual(plain, zeros + b"HEAD" + rest)

    def test_no_paper_before_the_number_is_a_failure_and_nothing_was_sent(self):
        uart, device = printer(PAPER)
        self.assertEqual(asyncio.run(device.print(b"HEAD", b"A012", 1)), "failed")
        self.assertNotIn(b"HEAD", uart.sent)

    def test_paper_that_ends_with_the_head_is_a_failure_and_no_number_was_sent(self):
        uart, device = printer(OK, after=(b"HEAD", PAPER))
        self.assertEqual(asyncio.run(device.print(b"HEAD", b"A012", 1)), "failed")
        self.assertNotIn(b"A012", uart.sent)

    def test_paper_that_ends_after_the_number_is_unsure(self):
        _, device = printer(OK, after=(b"A012", PAPER))
        self.assertEqual(asyncio.run(device.print(b"HEAD", b"A012", 1)), "unsure")
        self.assertEqual(device.state, "paper")

    def test_silence_after_the_number_is_unsure(self):
        _, device = printer(OK, after=(b"A012", {}))
        self.assertEqual(asyncio.run(device.print(b"HEAD", b"A012", 1)), "unsure")


if __name__ == "__main__":
    unittest.main()
