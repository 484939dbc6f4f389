"""The departments' menus on flash, one file each, read one service at a time."""

import json
import os

from common.store import write_lines
from protocol import codec
from protocol.errors import BadJson, ProtocolError
from protocol.machine import Menu, MenuService

FOLDER = "/menu"


class Menus:
    """What the hub sent last for each department; survives a restart without the hub."""

    def __init__(self, folder: str = FOLDER):
        self._folder = folder
        # letter: whether any of its services may be taken without a card
        self._index = {}
        for name in _names(folder):
            if name.endswith(".json"):
                self._note(name[:-5])

    def departments(self, letters: str, without_card: bool):
        """(letter, zh, en) of those departments that offer anything, with a card or without."""
        for at in range(len(letters)):
            letter = letters[at : at + 1]
            if letter in self._index and (self._index[letter] or not without_card):
                head = self.head(letter)
                if head:
                    yield letter, head["zh"], head["en"]

    def head(self, letter: str):
        """A department's menu without its services, as a dict; None if its file is spoilt."""
        try:
            with open(self._path(letter), "rb") as file:
                return Menu.parse(json.loads(str(file.readline(), "utf-8"))).plain()
        except (OSError, ValueError, ProtocolError):
            # As in `services`.
            return None

    def any_without_card(self) -> bool:
        """Whether any service of the hall may be taken without a card."""
        return any(self._index.values())

    def services(self, letter: str):
        """A department's MenuServices, one at a time; none of a file that is spoilt."""
        try:
            with open(self._path(letter), "rb") as file:
                file.readline()
                for line in file:
                    yield MenuService.parse(json.loads(str(line, "utf-8")))
        except (OSError, ValueError, ProtocolError):
            # As good as none: the hub's retained menu replaces it at the next connect.
            return

    def find(self, service: str):
        """The MenuService of that id, or None; reads departments until it is found."""
        for letter in self._index:
            services = self.services(letter)
            for item in services:
                if item.id == service:
                    services.close()
                    return item
        return None

    def store(self, letter: str, payload: bytes) -> bool:
        """Keep a menu as it came from the hub; whether it changed. Raises ProtocolError.

        An empty payload (the retained topic was cleared) removes the department.
        """
        if not payload:
            known = self._index.pop(letter, None) is not None
            if known:
                os.remove(self._path(letter))
            return known
        menu = bytes(payload)
        # `rev` differs after each start of the hub; flash is written for what visitors see.
        if letter in self._index and self._holds(letter, menu):
            return False
        write_lines(self._path(letter), _lines(menu))
        self._note(letter)
        return True

    def _holds(self, letter: str, menu: bytes) -> bool:
        """Whether the department's file says the same but for its first line, with the rev."""
        with open(self._path(letter), "rb") as file:
            for number, line in enumerate(_lines(menu)):
                if file.readline().rstrip() != line.encode() and number:
                    return False
            return not file.readline()

    def _note(self, letter: str):
        cards = [item.card for item in self.services(letter)]
        if cards:
            self._index[letter] = not all(cards)
        else:
            self._index.pop(letter, None)

    def _path(self, letter: str) -> str:
        return "%s/%s.json" % (self._folder, letter)


def _names(folder: str) -> list:
    try:
        return os.listdir(folder)
    except OSError:
        # Before the first menu there is no folder.
        return []


def _lines(raw: bytes):
    """A menu of the hub as checked lines: a line a service, and before them the rest.

    One service at a time, both here and when they are read: all of them as objects take 10 KB.
    """
    start = end = raw.find(b"[", raw.find(b'"services"')) + 1
    for found in _objects(raw, start):
        end = found[1]
    yield json.dumps(Menu.parse(codec.peek(raw[:start] + raw[end:])).plain())
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
        elif raw[at : at + 1] in b", \t\r\n":
            at += 1
        else:
            raise BadJson("menu")
