"""`machine.SPI`: a bus that writes; our panels never answer."""

import records
import wires

_BYTES_MAX = 0xFFFF  # the length field of a record


class SPI:
    """One bus."""

    def __init__(self, id, baudrate=1_000_000, **pins_and_mode):
        self._bus = id

    def write(self, buf):
        data = memoryview(buf)
        for at in range(0, len(data), _BYTES_MAX):
            part = data[at : at + _BYTES_MAX]
            wires.send(records.SPI, self._bus, len(part), part)
