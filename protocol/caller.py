"""Messages of the caller: a press that says what the clerk saw, and what the keys mean now."""

from protocol.envelope import Empty, Fault
from protocol.fields import (
    BOOL,
    INT,
    POSITIVE,
    REQUIRED,
    Int,
    ListOf,
    Maybe,
    Message,
    OneOf,
    Ticket,
)
from protocol.limits import MAX_TARGETS

# A row of FIELDS is name, type, default.
# fmt: off

KEYS = ("next", "recall", "noshow", "done", "transfer", "pause")
STATES = ("closed", "paused", "idle", "called", "serving")

_KEY = OneOf(*KEYS)


class Press(Message):
    """Event `press`: a key, with the leg and version the clerk was looking at.

    `long`: held for a second. `again`: the second press after an answer CONFIRM_*. `target`: the
    window to which a short 转移 sends the visitor on.
    """

    FIELDS = (
        "key", _KEY, REQUIRED,
        "long", BOOL, False,
        "again", BOOL, False,
        "leg", Maybe(POSITIVE), None,
        "ver", INT, REQUIRED,
        "target", Maybe(POSITIVE), None,
    )


class CallerWant(Message):
    """Want `caller`: the window's state and ticket, how many wait, which keys count.

    `targets`: the open windows that 下一位 and 重呼 step through after a short 转移, in order.
    """

    FIELDS = (
        "st", OneOf(*STATES), REQUIRED,
        "leg", Maybe(POSITIVE), None,
        "ticket", Maybe(Ticket()), None,
        "ver", INT, REQUIRED,
        "waiting", Int(0, 9999), 0,
        "lit", ListOf(_KEY, len(KEYS)), (),
        "blink", ListOf(_KEY, len(KEYS)), (),
        "pausing", BOOL, False,
        "confirm_ms", POSITIVE, 3_000,
        "choose_ms", POSITIVE, 5_000,
        "targets", ListOf(POSITIVE, MAX_TARGETS), (),
    )


class Beep(Message):
    """Command `beep`: somebody arrived at an idle window."""

    FIELDS = ()


EVENTS = {"press": Press, "fault": Fault}
ANSWERS = {"press": Empty, "fault": Empty}
COMMANDS = {"beep": Beep}
WANTS = {"caller": CallerWant}
