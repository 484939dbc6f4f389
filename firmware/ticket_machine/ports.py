"""A ticket machine's ports: the reference wiring, as `pins` of device.json changes and extends it.

Only the start needs this. `pins` may move a pin ({"printer_tx": 4}), add a reader by naming both
of its pins, and leave the campus-card reader out ({"reader": false}).
"""

from common.config import PATH
from common.errors import ConfigError
from common.pins import wiring

# A burst of touches is 9 bytes each, a card or code at most 17; some ports' default is too small.
_RX_BYTES = 256
# (name, baud rate, bytes to receive, TX pin, RX pin), on UARTs 0, 1, 2 … in this order as far as
# they are there. An ID card's 1295 bytes come in 0.1 s, in which the collector may be at work.
_PORTS = (
    ("panel", 115_200, _RX_BYTES, 43, 44),
    ("printer", 9_600, _RX_BYTES, 17, 18),
    ("reader", 9_600, _RX_BYTES, 15, 16),
    ("id_reader", 115_200, 1_536, None, None),
    ("scanner", 9_600, _RX_BYTES, None, None),
)
# Not on a UART: the status lamp, two push buttons in the case, and the DS3231's bus.
_OTHERS = {"status": 2, "key_service": 14, "key_self_test": 21, "clock_sda": 8, "clock_scl": 9}
# How visitors are told of a reader; all three fit the title of a page.
_WORDS = {
    "reader": ("校园卡", "campus card"),
    "id_reader": ("身份证", "ID card"),
    "scanner": ("预约二维码", "QR code"),
}


def words(rows: list) -> tuple:
    """What can be read by the readers of these rows, in Chinese and English."""
    found = [_WORDS[row[0]] for row in rows if row[0] in _WORDS]
    return "·".join([zh for zh, _ in found]), "/".join([en for _, en in found])


def ports(pins: dict) -> tuple:
    """All pins by name, and rows (name, UART, baud rate, bytes to receive).

    Raises ConfigError for an unknown name, a value that is no pin, a pin used twice, and half a
    reader.
    """
    pins = dict(pins)
    has_reader = pins.pop("reader", True)
    if type(has_reader) is not bool:
        raise ConfigError(PATH, "pins.reader", "want true or false")
    reference = dict(_OTHERS)
    rows = []
    for name, baudrate, rx_bytes, *at in _PORTS:
        names = [name + "_tx", name + "_rx"]
        if at[0] is None:
            missing = [one for one in names if one not in pins]
            if len(missing) == 1:
                raise ConfigError(PATH, "pins." + missing[0], "missing")
            is_there = not missing
        else:
            is_there = has_reader or name != "reader"
        if is_there:
            reference[names[0]], reference[names[1]] = at
            rows.append((name, len(rows), baudrate, rx_bytes))
    return wiring(reference, pins), rows
