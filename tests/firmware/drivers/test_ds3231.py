"""The DS3231 driver against register dumps worked out from the data sheet."""
# runs on CPython and MicroPython

import unittest

from drivers.ds3231 import ADDRESS, EPOCH_2000_S, Ds3231

# (UTC since 1970, registers 00h to 06h in BCD)
TIMES = (
    (946_684_800, "00 00 00 06 01 01 00"),  # 2000-01-01 00:00:00, a Saturday
    (951_827_696, "56 34 12 02 29 02 00"),  # 2000-02-29 12:34:56, a Tuesday
    (951_868_800, "00 00 00 03 01 03 00"),  # 2000-03-01
    (1_558_918_800, "00 00 01 01 27 05 19"),  # 2019-05-27 01:00:00, a Monday
    (1_709_251_199, "59 59 23 04 29 02 24"),  # 2024-02-29 23:59:59, a Thursday
    (1_795_305_600, "00 00 00 07 22 11 26"),  # 2026-11-22, a Sunday
    (1_798_761_599, "59 59 23 04 31 12 26"),  # 2026-12-31 23:59:59
    (4_102_444_799, "59 59 23 04 31 12 99"),  # 2099-12-31 23:59:59
)


class FakeI2C:
    """Registers of one chip, as a master sees them."""

    def __init__(self):
        self.registers = bytearray(0x13)
        self.registers[0x0F] = 0x88
        self.is_there = True

    def readfrom_mem(self, addr, memaddr, nbytes):
        self._acknowledge(addr)
        return bytes(self.registers[memaddr : memaddr + nbytes])

    def writeto_mem(self, addr, memaddr, buf):
        self._acknowledge(addr)
        self.registers[memaddr : memaddr + len(buf)] = buf

    def _acknowledge(self, addr):
        if addr != ADDRESS or not self.is_there:
            raise OSError(5)


def registers(text):
    return bytes([int(byte, 16) for byte in text.split()])


class Ds3231Test(unittest.TestCase):
    """One chip."""

    def setUp(self):
        self.i2c = FakeI2C()
        self.clock = Ds3231(self.i2c)

    def test_reads_what_the_data_sheet_says(self):
        self.i2c.registers[0x0F] = 0
        for utc_s, text in TIMES:
            self.i2c.registers[:7] = registers(text)
            self.assertEqual(self.clock.read_s(), utc_s)

    def test_sets_what_the_data_sheet_says(self):
        for utc_s, text in TIMES:
            self.clock.set_s(utc_s)
            self.assertEqual(bytes(self.i2c.registers[:7]), registers(text))

    def test_every_day_of_a_century_comes_back(self):
        for day in range(36_525):
            utc_s = EPOCH_2000_S + day * 86_400 + day
            self.clock.set_s(utc_s)
            self.assertEqual(self.clock.read_s(), utc_s)

    def test_a_chip_whose_oscillator_stopped_knows_no_time_until_it_is_set(self):
        self.assertIsNone(self.clock.read_s())
        self.clock.set_s(TIMES[3][0])
        self.assertEqual(self.i2c.registers[0x0F], 0x08)
        self.assertEqual(self.clock.read_s(), TIMES[3][0])
        self.i2c.registers[0x0F] |= 0x80
        self.assertIsNone(self.clock.read_s())

    def test_the_century_bit_is_no_part_of_the_month(self):
        self.i2c.registers[0x0F] = 0
        self.i2c.registers[:7] = registers("00 00 01 01 27 85 19")
        self.assertEqual(self.clock.read_s(), TIMES[3][0])

    def test_what_somebody_else_wrote_is_no_time(self):
        self.i2c.registers[0x0F] = 0
        for text in (
            "00 00 00 00 00 00 00",  # no day, no month
            "00 00 61 01 27 05 19",  # 12 hours
            "00 00 01 01 27 13 19",  # a thirteenth month
            "00 00 01 01 32 05 19",
        ):
            self.i2c.registers[:7] = registers(text)
            self.assertIsNone(self.clock.read_s())

    def test_no_chip_is_an_error(self):
        self.i2c.is_there = False
        with self.assertRaises(OSError):
            self.clock.read_s()
        with self.assertRaises(OSError):
            self.clock.set_s(TIMES[0][0])


if __name__ == "__main__":
    unittest.main()
