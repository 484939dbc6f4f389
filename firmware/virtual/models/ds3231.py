"""Model of a DS3231 real-time clock, from its data sheet: 19 registers, a crystal, a battery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

ADDRESS = 0x68
REGISTERS = 0x13
CONTROL, STATUS = 0x0E, 0x0F
# Data sheet, "Register Map", at the first power: control 1Ch, OSF and EN32kHz set.
_CONTROL_AT_POWER = 0x1C
_STATUS_AT_POWER = 0x88
_OSF = 0x80
# Where the chip begins at the first power: 01/01/00, day 01, 00:00:00.
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


class Ds3231:
    """A new chip, or with `utc` one that was set; it goes on counting while the board is off."""

    def __init__(
        self,
        bench: Any,
        bus: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        is_set: bool = False,
    ) -> None:
        self._now = now
        self._registers = bytearray(REGISTERS)
        self._ahead = timedelta(0)
        self._weekday = 0  # counted by the chip, whatever day it was told
        self._chips = bench.i2c(bus).chips
        self.sets = 0
        self.plug_in()
        self.lose_battery()
        if is_set:
            self._ahead = timedelta(0)
            self._registers[STATUS] &= ~_OSF

    @property
    def utc(self) -> datetime:
        """What the chip counts."""
        return (self._now() + self._ahead).replace(microsecond=0)

    @property
    def is_valid(self) -> bool:
        """Whether its oscillator never stopped since it was set."""
        return not self._registers[STATUS] & _OSF

    def skip(self, seconds: float) -> None:
        """The chip is ahead by so much more."""
        self._ahead += timedelta(seconds=seconds)

    def lose_battery(self) -> None:
        """The battery was empty while the board was off."""
        self._ahead = _FIRST - self._now()
        self._weekday = -_FIRST.toordinal() % 7
        self._registers[CONTROL] = _CONTROL_AT_POWER
        self._registers[STATUS] = _STATUS_AT_POWER

    def plug_in(self) -> None:
        """The chip answers on its bus."""
        self._chips[ADDRESS] = self

    def unplug(self) -> None:
        """Nobody answers."""
        self._chips.pop(ADDRESS, None)

    # The bus

    def read(self, register: int, count: int) -> bytes:
        """Registers as a master reads them; the address wraps at 12h."""
        utc = self.utc
        digits = (
            utc.second,
            utc.minute,
            utc.hour,
            (utc.toordinal() + self._weekday) % 7 + 1,
            utc.day,
            utc.month,
            utc.year % 100,
        )
        self._registers[:7] = bytes(_bcd(number) for number in digits)
        if utc.year >= 2100:
            self._registers[5] |= 0x80
        return bytes(self._registers[(register + at) % REGISTERS] for at in range(count))

    def write(self, register: int, data: bytes) -> None:
        """Registers as a master writes them; the time counts on from what was written."""
        self.read(0, 0)
        before = bytes(self._registers[:7])
        for at, byte in enumerate(data):
            number = (register + at) % REGISTERS
            # OSF is cleared by a 0 and cannot be set.
            self._registers[number] = (
                byte & (self._registers[STATUS] | ~_OSF) if number == STATUS else byte
            )
        if bytes(self._registers[:7]) != before:
            self._set(self._registers)

    def _set(self, raw: bytearray) -> None:
        second, minute, hour, weekday, day, month, year = (
            (byte >> 4) * 10 + (byte & 0x0F)
            for byte in (*raw[:2], raw[2] & 0x3F, *raw[3:5], raw[5] & 0x1F, raw[6])
        )
        century = 2100 if raw[5] & 0x80 else 2000
        utc = datetime(century + year, month, day, hour, minute, second, tzinfo=UTC)
        self._ahead = utc - self._now()
        self._weekday = (weekday - 1 - utc.toordinal()) % 7
        self.sets += 1


def _bcd(number: int) -> int:
    return number // 10 << 4 | number % 10
