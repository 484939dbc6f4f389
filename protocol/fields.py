"""The types a field may have, and the base class that makes a message out of a table of them.

A message class is a table: `FIELDS = (name, type, default, name, type, default, ...)`, flat as a
device holds every table in its heap. The same table checks what is sent and what came, and is
compared with the specification in README.md.
"""

from protocol.errors import FieldError

# A type checker takes this name for True; at run time the fields alone make the attributes.
TYPE_CHECKING = False

REQUIRED = object()
MAX_INT = 9_007_199_254_740_991  # 2**53 - 1: exact in every JSON parser

_ID_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789-"


class Int:
    """A whole number within [low, high]; a bool is not a number."""

    def __init__(self, low: int = 0, high: int = MAX_INT):
        self.low = low
        self.high = high

    def fits(self, value) -> bool:
        return type(value) is int and self.low <= value <= self.high


class Bool:
    """true or false."""

    def fits(self, value) -> bool:
        return type(value) is bool


class Text:
    """Unicode text of at most `most` characters, without control characters or lone surrogates."""

    def __init__(self, most: int):
        self.most = most

    def fits(self, value) -> bool:
        if type(value) is not str or len(value) > self.most:
            return False
        # As bytes: MicroPython keeps every character that a loop over a string meets, for ever.
        data = value.encode("utf-8", "surrogatepass")
        if data and min(data) < 32:
            return False
        at = data.find(b"\xed")
        while at >= 0 and data[at + 1] < 0xA0:  # ED A0..BF is a surrogate
            at = data.find(b"\xed", at + 1)
        return at < 0


class Id:
    """A name of `[a-z0-9-]`, 1 to 32 characters: safe in topics and in NATS subjects."""

    def fits(self, value) -> bool:
        # What is stripped of these at both ends is empty only if it has no other.
        return type(value) is str and 1 <= len(value) <= 32 and not value.strip(_ID_CHARS)


class Ticket:
    """A ticket number: a capital letter and 3 or 4 digits."""

    def fits(self, value) -> bool:
        return (
            type(value) is str
            and len(value) in (4, 5)
            and "A" <= value[0] <= "Z"
            and not value[1:].strip("0123456789")
        )


class OneOf:
    """One of a few words."""

    def __init__(self, *words: str):
        self.words = words

    def fits(self, value) -> bool:
        return type(value) is str and value in self.words


class Maybe:
    """Another type, or null."""

    def __init__(self, inner):
        self.inner = inner

    def fits(self, value) -> bool:
        return value is None or self.inner.fits(value)

    def parse(self, value):
        return None if value is None else _parse(self.inner, value)


class ListOf:
    """At most `most` values of one type."""

    def __init__(self, inner, most: int):
        self.inner = inner
        self.most = most

    def fits(self, value) -> bool:
        if not isinstance(value, (list, tuple)) or len(value) > self.most:
            return False
        for item in value:
            if not self.inner.fits(item):
                return False
        return True

    def parse(self, value):
        return [_parse(self.inner, item) for item in value]


class Obj:
    """A nested message of a fixed class; a dict is checked by `parse`, which names its field."""

    def __init__(self, cls):
        self.cls = cls

    def fits(self, value) -> bool:
        return type(value) is dict or _is(value, self.cls)

    def parse(self, value):
        return value if _is(value, self.cls) else self.cls.parse(value)


class AnyObject:
    """A JSON object whose class follows from the envelope's `k`."""

    def fits(self, value) -> bool:
        return isinstance(value, (dict, Message))


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
            value = getattr(self, name)
            if not table[at + 1].fits(value):
                _refuse(self, name, table[at + 1], value)
            result[name] = _plain(value) if isinstance(value, _NESTED) else value
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
        if not kind.fits(value):
            _refuse(message, name, kind, value)
        setattr(message, name, kind.parse(value) if hasattr(kind, "parse") else value)
    if values:
        raise TypeError("%s has no field %s" % (cls.__name__, next(iter(values))))


# What _plain looks into.
_NESTED = (Message, list, tuple)


def _is(value, cls):
    return isinstance(value, Message) and value._class is cls


def _refuse(message, name, kind, value):
    # REQUIRED, the gap that was not filled, fits no type.
    got = "nothing" if value is REQUIRED else type(value).__name__
    raise FieldError(message._class.__name__, name, type(kind).__name__, got)


def _parse(kind, value):
    return kind.parse(value) if hasattr(kind, "parse") else value


def _plain(value):
    if isinstance(value, Message):
        return value.plain()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
