"""Messages to bytes and back: one JSON object in UTF-8, every field checked."""

import json
import sys

from protocol.errors import BadJson, FieldError, TooLarge, UnknownKind, VersionMismatch
from protocol.fields import Message
from protocol.limits import MAX_PAYLOAD, VERSION

# MicroPython always writes UTF-8; CPython would escape every hanzi to 6 bytes, and make an encoder
# for each text that is not written in its own way.
if sys.implementation.name == "micropython":

    def _dumps(o) -> str:
        return json.dumps(o, separators=(",", ":"))

else:
    _dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(message: Message) -> bytes:
    """The message as bytes; raises FieldError or TooLarge for what the peer would refuse."""
    payload = _dumps(message.plain()).encode()
    if len(payload) > MAX_PAYLOAD:
        raise TooLarge(len(payload), MAX_PAYLOAD)
    return payload


def decode(cls, payload: bytes, bodies=None):
    """Make a `cls` from bytes, its `d` by `bodies` ({kind: class}); raises only ProtocolError.

    Without `bodies` the `d` stays a dict. A refused answer (`ok` false) has no body.
    """
    plain = peek(payload)
    if "v" in plain and plain["v"] != VERSION:
        raise VersionMismatch(plain["v"] if type(plain["v"]) is int else type(plain["v"]).__name__)
    if "d" in plain and not isinstance(plain["d"], dict):
        raise FieldError("envelope", "d", "object", type(plain["d"]).__name__)
    message = cls.parse(plain)
    if bodies is not None and message.d is not None and getattr(message, "ok", True):
        if message.k not in bodies:
            raise UnknownKind(message.k)
        message.d = bodies[message.k].parse(message.d)
    return message


def peek(payload: bytes) -> dict:
    """The JSON object of a payload, unchecked: an answer may name boot and n of what is wrong."""
    if len(payload) > MAX_PAYLOAD:
        raise TooLarge(len(payload), MAX_PAYLOAD)
    try:
        # Decoded first: MicroPython's parser would pass broken UTF-8 on into the strings.
        plain = json.loads(str(payload, "utf-8"))
    except (ValueError, RuntimeError, MemoryError) as error:
        # RuntimeError: nesting deeper than the interpreter's stack, which 2 KB of "[" reaches.
        raise BadJson(type(error).__name__)
    if not isinstance(plain, dict):
        raise BadJson("not an object")
    return plain
