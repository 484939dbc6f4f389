"""DS3231 real-time clock on I2C: UTC, kept by its battery, and known to be valid or not."""

ADDRESS = 0x68
# Seconds from 1970, where hub time begins, to 2000-01-01, where the chip's years do.
EPOCH_2000_S = 946_684_800

_SECONDS = 0x00  # seven BCD registers: second, minute, hour, weekday, day, month, year
_STATUS = 0x0F
# Oscillator stop flag: set at the first power, and whenever the battery was too weak.
_OSF = 0x80
_DAY_S = 86_400
# Days before each month of a year that begins in March, so that a leap day ends it.
_DAYS_BEFORE = (0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337)
# 2000-01-01 in days after 1996-03-01, from which on the leap day ends each fourth year.
_FROM_MARCH = 1401
_FOUR_YEARS_D = 1461


class Ds3231:
    """The chip; every method raises OSError where none answers."""

    def __init__(self, i2c):
        self._i2c = i2c

    def read_s(self):
        """UTC in seconds since 1970, or None while the chip does not know."""
        if self._i2c.readfrom_mem(ADDRESS, _STATUS, 1)[0] & _OSF:
            return None
        raw = self._i2c.readfrom_mem(ADDRESS, _SECONDS, 7)
        # The month's highest bit is the century's, the hour's second highest 12 or 24 hours.
        second, minute, hour, _, day, month, year = [(r >> 4) * 10 + (r & 15) for r in raw]
        month -= 80 if raw[5] & 0x80 else 0
        if raw[2] & 0x40 or not (1 <= month <= 12 and 1 <= day <= 31):
            return None  # set by somebody else
        march = (month + 9) % 12
        years = year + 3 + (month > 2)
        days = 365 * years + years // 4 + _DAYS_BEFORE[march] + day - 1 - _FROM_MARCH
        return EPOCH_2000_S + days * _DAY_S + (hour * 60 + minute) * 60 + second

    def set_s(self, utc_s: int):
        """Set the chip, and with that what it says is valid; 2000 to 2099."""
        days, rest = divmod(utc_s - EPOCH_2000_S, _DAY_S)
        fours, left = divmod(days + _FROM_MARCH, _FOUR_YEARS_D)
        ones = min(left // 365, 3)
        left -= 365 * ones
        march = 0
        while march < 11 and _DAYS_BEFORE[march + 1] <= left:
            march += 1
        month = march + 3 if march < 10 else march - 9
        fields = (
            rest % 60,
            rest // 60 % 60,
            rest // 3600,
            (days + 5) % 7 + 1,  # 2000-01-01 was a Saturday, 6 of 7
            left - _DAYS_BEFORE[march] + 1,
            month,
            4 * fours + ones - 3 - (month > 2),
        )
        bcd = bytes([n // 10 << 4 | n % 10 for n in fields])
        self._i2c.writeto_mem(ADDRESS, _SECONDS, bcd)
        status = self._i2c.readfrom_mem(ADDRESS, _STATUS, 1)[0]
        self._i2c.writeto_mem(ADDRESS, _STATUS, bytes([status & 0x7F]))
