"""Messages of the displays: lines to show, and sentences for the zone's one voice."""

from protocol.envelope import Empty, Fault
from protocol.fields import BOOL, POSITIVE, REQUIRED, Int, ListOf, Message, Obj, OneOf, Text
from protocol.limits import MAX_LINES, MAX_SAY_PARTS, MAX_SAY_TEXT

# A row of FIELDS is name, type, default.
# fmt: off


class Line(Message):
    """One line of text; `blink` draws the eye to a call that waits for its visitor."""

    FIELDS = (
        "t", Text(32), REQUIRED,
        "blink", BOOL, False,
    )


class PanelWant(Message):
    """Want `panel`: the lines of a window bar or a zone board, top first."""

    FIELDS = ("lines", ListOf(Obj(Line), MAX_LINES), REQUIRED)


class Part(Message):
    """A piece of a sentence: t plain text, d digit by digit (幺二号), v as one number (十二号)."""

    FIELDS = (
        "m", OneOf("t", "d", "v"), REQUIRED,
        "x", Text(MAX_SAY_TEXT), REQUIRED,
    )


class Say(Message):
    """Command `say`: speak one call, once or twice; acked when the last of it was spoken.

    `times` 0: do not begin the call's sentence that waits behind the one being spoken.
    """

    FIELDS = (
        "call", POSITIVE, REQUIRED,
        "parts", ListOf(Obj(Part), MAX_SAY_PARTS), REQUIRED,
        "times", Int(0, 2), 1,
    )


EVENTS = {"fault": Fault}
ANSWERS = {"fault": Empty}
COMMANDS = {"say": Say}
WANTS = {"panel": PanelWant}
