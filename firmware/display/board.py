"""The display's hardware: the only file here that knows `machine`."""

from machine import SPI, UART, Pin

from drivers import syn6288
from drivers.max7219 import Panel

# The chip's limit; a chain of 64 modules needs clean wires for it.
_SPI_BAUDRATE = 10_000_000
FONT_PATH = __file__.rsplit("/", 1)[0] + "/fonts/unifont16.qf"


class Board:
    """`panel` (width, height, fb, show, refresh); `uart` and `busy` of the voice, or None."""

    def __init__(self, pins):
        spi = SPI(
            0,
            baudrate=_SPI_BAUDRATE,
            polarity=0,
            phase=0,
            sck=Pin(pins.sck),
            mosi=Pin(pins.mosi),
        )
        cs = Pin(pins.cs, Pin.OUT, value=1)
        self.panel = Panel(spi, cs, pins.width, pins.height, pins.brightness)
        self.uart = None
        self.busy = None
        if pins.voice:
            tx, rx = Pin(pins.voice_tx), Pin(pins.voice_rx)
            # The longest frame, 206 bytes, goes into the buffer in one write.
            self.uart = UART(1, syn6288.BAUDRATE, tx=tx, rx=rx, txbuf=256, timeout=0)
            self.busy = Pin(pins.voice_busy, Pin.IN, Pin.PULL_DOWN)
