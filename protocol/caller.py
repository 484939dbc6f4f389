"""Messages of the caller: a press that says what the clerk saw, and what the keys mean now."""

from protocol.envelope import Empty, Fault
from protocol.fields import REQUIRED, Bool, Int, ListOf, Maybe, Message, OneOf, Ticket

KEYS = ("next", "recall", "noshow", "done", "transfer", "pause")
STATES = ("closed", "paused", "idle", "called", "serving")

_KEY = OneOf(*KEYS)


class Press(Message):
    """Event `press`: a key, with the leg and version the clerk was looking at.

    `long`: held for a second. `again`: the second press after an answer CONFIRM_*.
    """

    FIELDS = (
        ("key", _KEY, REQUIRED),
        ("long", Bool(), False),
        ("again", Bool(), False),
        ("leg", Maybe(Int(1)), None),
        ("ver", Int(), REQUIRED),
    )


class CallerWant(Message):
    """Want `caller`: the window's state and ticket, how many wait, which keys count."""

    FIELDS = (
        ("st", OneOf(*STATES), REQUIRED),
        ("leg", Maybe(Int(1)), None),
        ("ticket", Maybe(Ticket()), None),
        ("ver", Int(), REQUIRED),
        ("waiting", Int(0, 9999), 0),
        ("lit", ListOf(_KEY, len(KEYS)), ()),
        ("blink", ListOf(_KEY, len(KEYS)), ()),
        ("pausing", Bool(), False),
        ("confirm_ms", Int(1), 3_000),
    )


class Beep(Message):
    """Command `beep`: somebody arrived at an idle window."""

    FIELDS = ()


EVENTS = {"press": Press, "fault": Fault}
ANSWERS = {"press": Empty, "fault": Empty}
COMMANDS = {"beep": Beep}
WANTS = {"caller": CallerWant}
