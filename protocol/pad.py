"""Messages of the rating pad: opened once for a leg, answered once or not at all."""

from protocol.envelope import Empty, Fault
from protocol.fields import POSITIVE, REQUIRED, Int, Maybe, Message

# A row of FIELDS is name, type, default.
# fmt: off

# GB/T 39735-2020: 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意.
LEVELS = (5, 4, 3, 2, 1)


class RateOpen(Message):
    """Command `rate-open`: the pad may rate this leg for `open_ms`."""

    FIELDS = (
        "leg", POSITIVE, REQUIRED,
        "open_ms", POSITIVE, REQUIRED,
    )


class RateClose(Message):
    """Command `rate-close`: the next leg's service began, or the time is over."""

    FIELDS = ("leg", POSITIVE, REQUIRED)


class Rate(Message):
    """Event `rate`: one of five levels for a leg."""

    FIELDS = (
        "leg", POSITIVE, REQUIRED,
        "level", Int(1, 5), REQUIRED,
    )


class PadWant(Message):
    """Want `pad`: the window it stands at, or null when it stands nowhere."""

    FIELDS = ("win", Maybe(Int(1, 99)), REQUIRED)


EVENTS = {"rate": Rate, "fault": Fault}
ANSWERS = {"rate": Empty, "fault": Empty}
COMMANDS = {"rate-open": RateOpen, "rate-close": RateClose}
WANTS = {"pad": PadWant}
