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
_DAY = Text(10)  # ISO, the hall's date
# The holder's own words: a card's UID, an ID card's number, a booking code, a paper's ticket and
# its four digits, or nothing. Never stored, never logged.
_IDENTITY = (
    "how", OneOf("card", "id-number", "code", "paper", "none"), REQUIRED,
    "id", Text(32), "",
)
_PRIORITY = ("priority", BOOL, False)
_RESULT = ("result", OneOf("printed", "failed", "unsure"), REQUIRED)
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
    """Event `identify`: a card was read, a booking code read or typed, or a paper's digits."""

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

    FIELDS = _LEG + _RESULT


class OneNumber(Message):
    """Events about a number its holder has: `mine` asks, `return` queues it again, `cancel`."""

    FIELDS = _SESSION + _IDENTITY + _LEG


class LeaseAsk(Message):
    """Event `lease`: numbers of a department for the time without a hub; `left`: unused ones."""

    FIELDS = ("letter", _LETTER, REQUIRED, "left", INT, 0)


class Lease(Message):
    """Answer to `lease`: a block of numbers, inclusive, of one day, that nobody else gives out.

    For use in `from_ms` to `until_ms` (hub time). `tz_min`: minutes that local time is ahead of
    UTC. `key`: hex of the hall's key L of the day, by which a card has one name at all machines.
    """

    FIELDS = (
        "letter", _LETTER, REQUIRED,
        "day", _DAY, REQUIRED,
        "first", POSITIVE, REQUIRED,
        "last", POSITIVE, REQUIRED,
        "from_ms", INT, REQUIRED,
        "until_ms", INT, REQUIRED,
        "tz_min", Int(-840, 840), REQUIRED,
        "key", Text(32), REQUIRED,
    )


class Offline(Message):
    """Event `offline`: a number that was given without the hub, and what became of its paper.

    `at`: hub time by the machine's clock. `holder`: hex of HMAC-SHA256(L, `how` + ":" + `id`)
    cut to 16 bytes, "" without a card. `booked`: the visitor said so, and nobody could look it up.
    """

    FIELDS = (
        "letter", _LETTER, REQUIRED,
        "number", POSITIVE, REQUIRED,
        "day", _DAY, REQUIRED,
        "service", ID, REQUIRED,
        "at", INT, REQUIRED,
        "token", Text(32), REQUIRED,
        "holder", Text(32), "",
        "booked", BOOL, False,
    ) + _PRIORITY + _RESULT


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

    `letters` are its departments in their order; their names come with their menus. `renew_at`:
    the leased numbers left at which to ask for the next block; 0: no numbers without a hub.
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
        "renew_at", INT, 0,
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
    "lease": LeaseAsk,
    "offline": Offline,
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
    "lease": Lease,
    "offline": Empty,
    "fault": Empty,
}
COMMANDS: dict = {}
WANTS = {"machine": MachineWant}
