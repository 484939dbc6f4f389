"""A menu of the hub to a department's file, checked, and only where it says anything new."""

import json

from common.store import write_lines
from protocol import codec
from protocol.errors import BadJson
from protocol.machine import Menu, MenuService


def update(path: str, menu: bytes, is_known: bool) -> bool:
    """Write the menu; False if the file (`is_known`) says the same. Raises ProtocolError."""
    # `rev` differs after each start of the hub; flash is written for what visitors see.
    if is_known and _holds(path, menu):
        return False
    write_lines(path, lines(menu))
    return True


def _holds(path: str, menu: bytes) -> bool:
    """Whether the file says the same but for its first line, with the rev."""
    with open(path, "rb") as file:
        for number, line in enumerate(lines(menu)):
            if file.readline().rstrip() != line.encode() and number:
                return False
        return not file.readline()


def lines(raw: bytes):
    """A menu of the hub as checked lines: a line a service, and before them the rest.

    One service at a time, both here and when they are read: all of them as objects take 10 KB.
    """
    start = end = raw.find(b"[", raw.find(b'"services"')) + 1
    for found in _objects(raw, start):
        end = found[1]
    head = Menu.parse(codec.peek(raw[:start] + raw[end:]))
    if head.services:
        raise BadJson("menu")  # a second list of them
    yield json.dumps(head.plain())
    for item, _ in _objects(raw, start):
        yield json.dumps(MenuService.parse(item).plain())


def _objects(raw: bytes, at: int):
    """Yield (object, position behind) of a JSON list whose inside begins there."""
    while at and raw[at : at + 1] != b"]":
        if raw[at : at + 1] == b"{":
            end, item = at, None
            while item is None:
                end = raw.find(b"}", end) + 1
                if not end:
                    raise BadJson("menu")
                try:
                    item = codec.peek(raw[at:end])
                except BadJson:
                    continue  # that brace stood in a text
            yield item, end
            at = end
        elif raw[at : at + 1] in (b",", b" ", b"\t", b"\r", b"\n"):
            at += 1
        else:
            raise BadJson("menu")  # or its end: a list that is never closed
