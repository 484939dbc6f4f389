"""The envelopes: what every device and the hub exchange, whatever the device is."""

from protocol.fields import (
    ANY_OBJECT,
    BOOL,
    ID,
    INT,
    POSITIVE,
    REQUIRED,
    Int,
    ListOf,
    Maybe,
    Message,
    OneOf,
    Text,
)
from protocol.limits import VERSION

# A row of FIELDS is name, type, default.
# fmt: off

_V = Int(VERSION, VERSION)
_REV = ListOf(INT, 2)


class State(Message):
    """Retained birth of a device, and its will: who is there, since which boot and connection."""

    FIELDS = (
        "v", _V, VERSION,
        "s", OneOf("ready", "draining", "lost"), REQUIRED,
        "boot", INT, REQUIRED,
        "conn", INT, REQUIRED,
        "role", ID, REQUIRED,
        "fw", Text(16), "",
        "schema", INT, VERSION,
    )


class Desc(Message):
    """Retained description of a device: what it can do and how it last died."""

    FIELDS = (
        "v", _V, VERSION,
        "caps", ListOf(ID, 8), (),
        "mac", Text(17), "",
        "reset", Text(16), "",
        "crash", Text(600), "",
    )


class Evt(Message):
    """Something happened on a device: kind `k`, number `n` of its boot, body `d`."""

    FIELDS = (
        "v", _V, VERSION,
        "k", ID, REQUIRED,
        "boot", INT, REQUIRED,
        "n", POSITIVE, REQUIRED,
        "t", INT, REQUIRED,
        "ts", Maybe(INT), None,
        "age_ms", INT, 0,
        "d", ANY_OBJECT, REQUIRED,
    )


class EvtAck(Message):
    """The hub's answer: everything up to (boot, n) is durable; `why` is a code of `reasons.py`."""

    FIELDS = (
        "v", _V, VERSION,
        "k", ID, REQUIRED,
        "boot", INT, REQUIRED,
        "n", POSITIVE, REQUIRED,
        "ok", BOOL, REQUIRED,
        "why", Maybe(Text(24)), None,
        "now", INT, REQUIRED,
        "d", ANY_OBJECT, {},
    )


class Tele(Message):
    """A device's health once a minute."""

    FIELDS = (
        "v", _V, VERSION,
        "heap", INT, 0,
        "rssi", Maybe(Int(-200, 0)), None,
        "up_s", INT, 0,
        "reconnects", INT, 0,
        "outbox", INT, 0,
        "bad", INT, 0,
        "paper", Maybe(OneOf("ok", "low", "out")), None,
    )


class Cmd(Message):
    """Acts once: never retained, dropped after `exp` (hub ms), answered by an Ack with its id."""

    FIELDS = (
        "v", _V, VERSION,
        "id", ID, REQUIRED,
        "k", ID, REQUIRED,
        "exp", INT, REQUIRED,
        "now", INT, REQUIRED,
        "d", ANY_OBJECT, REQUIRED,
    )


class Ack(Message):
    """The result of a Cmd (by `id`) or of a Want (by `rev`, after the last pixel is latched)."""

    FIELDS = (
        "v", _V, VERSION,
        "id", Maybe(ID), None,
        "rev", Maybe(_REV), None,
        "st", OneOf("done", "dup", "expired", "error"), REQUIRED,
        "why", Maybe(Text(64)), None,
    )


class Want(Message):
    """Retained: what a device shows now; `rev` is [hub epoch, n], compared in that order."""

    FIELDS = (
        "v", _V, VERSION,
        "k", ID, REQUIRED,
        "rev", _REV, REQUIRED,
        "now", INT, REQUIRED,
        "d", ANY_OBJECT, REQUIRED,
    )


class HubState(Message):
    """Retained: whether the hub is there (offline is its will) and its epoch; none repeats."""

    FIELDS = (
        "v", _V, VERSION,
        "s", OneOf("online", "offline"), REQUIRED,
        "epoch", INT, REQUIRED,
        "now", INT, REQUIRED,
    )


class Fault(Message):
    """Event `fault`: a part of the device failed (`on`) or recovered; e.g. printer-paper."""

    FIELDS = (
        "what", ID, REQUIRED,
        "on", BOOL, REQUIRED,
        "detail", Text(120), "",
    )


class Empty(Message):
    """An answer that says no more than its `ok`."""

    FIELDS = ()
