"""The types a field may have, and the base class that makes a message out of a table of them.

A message class is a table: `FIELDS = (name, type, default, name, type, default, ...)`, flat as a
device holds every table in its heap. The same table checks what is sent and what came, and is
compared with the specification in README.md. A type's `read` makes of a value what the message
keeps, or REFUSED.
"""

from protocol.errors import FieldError

# A type checker takes this name for True; at run time the fields alone make the attributes.
TYPE_CHECKING = False

REQUIRED = object()
REFUSED = object()
MAX_INT = 9_007_199_254_740_991  # 2**53 - 1: exact in every JSON parser

_ID_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789-"


class Int:
    """A whole number within [low, high]; a bool is not a number."""

    def __init__(self, low: int = 0, high: int = MAX_INT):
        self.low = low
        self.high = high

    def read(self, value):
        return value if type(value) is int and self.low <= value <= self.high else REFUSED


class Bool:
    """true or false."""

    def read(self, value):
        return value if type(value) is bool else REFUSED


class Text:
    """Unicode text of at most `most` characters, without control characters or lone surrogates."""

    def __init__(self, most: int):
        self.most = most

    def read(self, value):
        if type(value) is not str or len(value) > self.most:
            return REFUSED
        # As bytes: MicroPython keeps every character that a loop over a string meets, for ever.
        data = value.encode("utf-8", "surrogatepass")
        if data and min(data) < 32:
            return REFUSED
        at = data.find(b"\xed")
        while at >= 0 and data[at + 1] < 0xA0:  # ED A0..BF is a surrogate
            at = data.find(b"\xed", at + 1)
        return value if at < 0 else REFUSED


class Id:
    """A name of `[a-z0-9-]`, 1 to 32 characters: safe in topics and in NATS subjects."""

    def read(self, value):
        # What is stripped of these at both ends is empty only if it has no other.
        if type(value) is str and 1 <= len(value) <= 32 and not value.strip(_ID_CHARS):
            return value
        return REFUSED


class Ticket:
    """A ticket number: a capital letter and 3 or 4 digits."""

    def read(self, value):
        if (
            type(value) is str
            and len(value) in (4, 5)
            and "A" <= value[0] <= "Z"
            and not value[1:].strip("0123456789")
        ):
            return value
        return REFUSED


class OneOf:
    """One of a few words."""

    def __init__(self, *words: str):
        self.words = words

    def read(self, value):
        return value if type(value) is str and value in self.words else REFUSED


class Maybe:
    """Another type, or null."""

    def __init__(self, inner):
        self.inner = inner

    def read(self, value):
        return None if value is None else self.inner.read(value)


class ListOf:
    """At most `most` values of one type."""

    def __init__(self, inner, most: int):
        self.inner = inner
        self.most = most

    def read(self, value):
        if not isinstance(value, (list, tuple)) or len(value) > self.most:
            return REFUSED
        items = []
        for item in value:
            kept = self.inner.read(item)
            if kept is REFUSED:
                return REFUSED
            items.append(kept)
        return items


class Obj:
    """A nested message of a fixed class; what is wrong in a dict is raised with its own name."""

    def __init__(self, cls):
        self.cls = cls

    def read(self, value):
        if type(value) is dict:
            return self.cls.parse(value)
        return value if _is(value, self.cls) else REFUSED


class AnyObject:
    """A JSON object whose class follows from the envelope's `k`."""

    def read(self, value):
        return value if isinstance(value, (dict, Message)) else REFUSED


# Most fields share these: one object each.
INT = Int()
POSITIVE = Int(1)
BOOL = Bool()
ID = Id()
ANY_OBJECT = AnyObject()


class Message:
    """Base of all messages: keyword arguments in, attributes out, every field checked."""

    FIELDS: tuple = ()

    if TYPE_CHECKING:

        def __getattr__(self, name): ...

    def __init__(self, plain=None, **values):
        _fill(self, type(self), plain, values)

    @classmethod
    def parse(cls, plain: dict):
        """Make a message from decoded JSON; unknown fields are ignored, gaps filled."""
        return cls(plain)

    def plain(self) -> dict:
        """The message as JSON-ready values, checked once more: attributes may be set."""
        result = {}
        table = self._class.FIELDS
        # By index, here and in _fill: `rows` would make a tuple for each field of each message.
        for at in range(0, len(table), 3):
            name = table[at]
            value = table[at + 1].read(getattr(self, name))
            if value is REFUSED:
                _refuse(self, name, table[at + 1], getattr(self, name))
            result[name] = value if type(value) in _FLAT else _plain(value)
        return result

    def __eq__(self, other) -> bool:
        return _is(other, self._class) and bool(self.plain() == other.plain())

    def __repr__(self) -> str:
        # Values stay out of logs: an `id` may be somebody's card.
        return "<%s>" % self._class.__name__


class Table:
    """What takes the place of a message class on a board: a third of a class's heap.

    firmware/shrink/tables.py writes `Rate = Table(…)` for `class Rate(Message)` with no more than
    FIELDS in it; both are called, and parse, alike. Its own name would be one more on a board.
    """

    __name__ = "message"

    def __init__(self, fields: tuple):
        self.FIELDS = fields

    def __call__(self, plain=None, **values) -> Message:
        message = Message()
        _fill(message, self, plain, values)
        return message

    def parse(self, plain: dict) -> Message:
        """As Message.parse."""
        return self(plain)


def fits(kind, value) -> bool:
    """Whether a type takes this value."""
    try:
        return kind.read(value) is not REFUSED
    except FieldError:  # in a nested message
        return False


def rows(cls):
    """(name, type, default) of each field of a message class."""
    table = cls.FIELDS
    for at in range(0, len(table), 3):
        yield table[at : at + 3]


def _fill(message, cls, plain, values):
    if plain is not None and type(plain) is not dict:
        raise TypeError("not an object")
    # What is decoded stays as it is, and may say more than we know.
    take = values.pop if plain is None else plain.get
    message._class = cls
    table = cls.FIELDS
    for at in range(0, len(table), 3):
        name, kind = table[at], table[at + 1]
        value = take(name, table[at + 2])
        kept = kind.read(value)
        if kept is REFUSED:
            _refuse(message, name, kind, value)
        setattr(message, name, kept)
    if values:
        raise TypeError("%s has no field %s" % (cls.__name__, next(iter(values))))


# What _plain need not look into.
_FLAT = (int, str, bool, type(None))


def _is(value, cls):
    return isinstance(value, Message) and value._class is cls


def _refuse(message, name, kind, value):
    # REQUIRED, the gap that was not filled, fits no type.
    got = "nothing" if value is REQUIRED else type(value).__name__
    raise FieldError(message._class.__name__, name, type(kind).__name__, got)


def _plain(value):
    if isinstance(value, Message):
        return value.plain()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
