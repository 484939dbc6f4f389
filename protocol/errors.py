"""What can be wrong with a message: narrow errors that carry the facts, never the value."""


class ProtocolError(Exception):
    """Base of all that a message is refused for; `code` is the name used in counters."""

    code = "protocol"


class TooLarge(ProtocolError):
    """A payload above the limit, found on either side."""

    code = "too-large"

    def __init__(self, size: int, limit: int):
        super().__init__("payload of %d bytes, limit %d" % (size, limit))
        self.size = size
        self.limit = limit


class BadJson(ProtocolError):
    """The payload is not one JSON object in UTF-8: truncated, garbage, or another JSON type."""

    code = "bad-json"


class VersionMismatch(ProtocolError):
    """The message speaks another major version than this code."""

    code = "version"

    def __init__(self, got):
        super().__init__("message version %s" % (got,))
        self.got = got


class UnknownKind(ProtocolError):
    """The envelope is right but its `k` names nothing the receiver knows."""

    code = "unknown-kind"

    def __init__(self, kind: str):
        super().__init__("unknown kind '%s'" % kind)
        self.kind = kind


class FieldError(ProtocolError):
    """A field is missing, of a wrong type, or out of range."""

    code = "field"

    def __init__(self, message: str, field: str, want: str, got: str):
        # The value itself is left out on purpose: it may be a card number.
        super().__init__("%s.%s: want %s, got %s" % (message, field, want, got))
        self.message = message
        self.field = field
        self.want = want
        self.got = got


class BadTopic(ProtocolError):
    """A topic that is not part of the tree."""

    code = "topic"
