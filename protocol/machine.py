"""Messages of the ticket machine: who is there, what it would cost, a number, and the paper."""

from protocol.envelope import Empty, Fault
from protocol.fields import (
    BOOL,
    ID,
    INT,
    POSITIVE,
    REQUIRED,
    Int,
    ListOf,
    Maybe,
    Message,
    Obj,
    OneOf,
    Text,
    Ticket,
)
from protocol.limits import MAX_BOOKINGS, MAX_DEPARTMENTS, MAX_SERVICES, MAX_WINDOWS, VERSION

# A row of FIELDS is name, type, default.
# fmt: off

_SESSION = ("s", ID, REQUIRED)
_MINUTES = Maybe(Int(0, 999))
_WINDOWS = ListOf(Int(1, 99), MAX_WINDOWS)
_LETTER = Text(1)
# The holder's own words: a card UID, a booking code, a paper's ticket and its four digits, or
# nothing. Never stored, never logged.
_IDENTITY = (
    "how", OneOf("card", "code", "paper", "none"), REQUIRED,
    "id", Text(32), "",
)
_PRIORITY = ("priority", BOOL, False)
_LEG = ("leg", POSITIVE, REQUIRED)
_NUMBER = _LEG + ("ticket", Ticket(), REQUIRED)
_PLACE = (
    "service", ID, REQUIRED,
    "ahead", Int(0, 9999), REQUIRED,
    "p50", _MINUTES, None,
    "p90", _MINUTES, None,
    "windows", _WINDOWS, (),
    "floor", Int(-9, 99), REQUIRED,
    "slot", Maybe(Text(5)), None,
)


class Booked(Message):
    """One of today's bookings of the visitor: slot is local HH:MM."""

    FIELDS = (
        "id", ID, REQUIRED,
        "service", ID, REQUIRED,
        "slot", Text(5), REQUIRED,
    )


class Live(Message):
    """A number the visitor already holds today."""

    FIELDS = _NUMBER + ("service", ID, REQUIRED)


class Identify(Message):
    """Event `identify`: a card was read, a booking code typed, or a paper's number and digits."""

    FIELDS = _SESSION + _IDENTITY


class Identified(Message):
    """Answer to `identify`."""

    FIELDS = (
        "bookings", ListOf(Obj(Booked), MAX_BOOKINGS), (),
        "live", ListOf(Obj(Live), MAX_BOOKINGS), (),
    )


class Quote(Message):
    """Event `quote`: what would a number for this service mean now? Changes nothing."""

    FIELDS = (
        _SESSION + ("service", ID, REQUIRED) + _IDENTITY + ("booking", Maybe(ID), None) + _PRIORITY
    )


class Quoted(Message):
    """Answer to `quote`: people ahead, minutes of wait (null: not known), where to go."""

    FIELDS = _PLACE


class Reserve(Message):
    """Event `reserve`: take a number; nothing is printed before its answer is durable."""

    FIELDS = Quote.FIELDS


class Reserved(Message):
    """Answer to `reserve`: all that the paper says; `again` means the same number as before."""

    FIELDS = _NUMBER + (
        "token", Text(32), REQUIRED,
        "at", Text(16), REQUIRED,
        "again", BOOL, False,
        "code", Text(4), "",
    ) + _PRIORITY + _PLACE


class Printed(Message):
    """Event `printed`: what became of the paper; unsure when it may or may not exist."""

    FIELDS = _LEG + ("result", OneOf("printed", "failed", "unsure"), REQUIRED)


class OneNumber(Message):
    """Events about a number its holder has: `mine` asks, `return` queues it again, `cancel`."""

    FIELDS = _SESSION + _IDENTITY + _LEG


class Mine(Message):
    """Answer to `mine` and `return`: where the number stands, and what its holder may do.

    `why` holds sentences, each in Chinese and then in English.
    """

    FIELDS = _NUMBER + (
        "why", ListOf(Text(48), 4), (),
        "can", ListOf(OneOf("reprint", "cancel", "change", "return"), 4), (),
    ) + _PLACE


class MachineWant(Message):
    """Want `machine`: the hall's names, and whether numbers are given out now.

    `letters` are its departments in their order; their names come with their menus.
    """

    FIELDS = (
        "hall_zh", Text(20), REQUIRED,
        "hall_en", Text(48), REQUIRED,
        "hall_g", Text(56), REQUIRED,
        "feedback", Text(48), "",
        "letters", Text(MAX_DEPARTMENTS), REQUIRED,
        "open", BOOL, REQUIRED,
        "notice", Maybe(Text(40)), None,
        "return_min", Int(1, 999), 60,
        "idle_ms", POSITIVE, 20_000,
        "wipe_ms", POSITIVE, 10_000,
    )


class MenuService(Message):
    """One service of a department: names, where, what to bring; `g` is base64 of GB18030."""

    FIELDS = (
        "id", ID, REQUIRED,
        "zh", Text(16), REQUIRED,
        "en", Text(32), REQUIRED,
        "g", Text(48), REQUIRED,
        "cat_zh", Text(8), REQUIRED,
        "cat_en", Text(20), REQUIRED,
        "card", BOOL, True,
        "windows", _WINDOWS, REQUIRED,
        "bring", Text(32), "",
        "bring_g", Text(88), "",
    )


class Menu(Message):
    """Retained topic `menu/{letter}`: one department's services; stays on the machine's flash."""

    FIELDS = (
        "v", Int(VERSION, VERSION), VERSION,
        "rev", ListOf(INT, 2), REQUIRED,
        "letter", _LETTER, REQUIRED,
        "zh", Text(12), REQUIRED,
        "en", Text(32), REQUIRED,
        "floor", Int(-9, 99), REQUIRED,
        "services", ListOf(Obj(MenuService), MAX_SERVICES), REQUIRED,
    )


EVENTS = {
    "identify": Identify,
    "quote": Quote,
    "reserve": Reserve,
    "printed": Printed,
    "mine": OneNumber,
    "return": OneNumber,
    "cancel": OneNumber,
    "fault": Fault,
}
ANSWERS = {
    "identify": Identified,
    "quote": Quoted,
    "reserve": Reserved,
    "printed": Empty,
    "mine": Mine,
    "return": Mine,
    "cancel": Empty,
    "fault": Empty,
}
COMMANDS: dict = {}
WANTS = {"machine": MachineWant}
