"""The departments' menus on flash, one file each, read one department at a time."""

import json
import os

from common.store import write_lines
from protocol import codec
from protocol.errors import ProtocolError
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
                self._note(name[:-5], self.read(name[:-5]))

    def letters(self, without_card: bool) -> list:
        """Departments that have anything to offer, with a card or without."""
        return [letter for letter in self._index if self._index[letter] or not without_card]

    def any_without_card(self) -> bool:
        """Whether any service of the hall may be taken without a card."""
        return any(self._index.values())

    def read(self, letter: str):
        """A department's Menu, None if there is none or its file is spoilt."""
        try:
            with open(self._path(letter), "rb") as file:
                plain = _row(file.readline())
                plain.update(_row(file.readline()))
                plain["services"] = [MenuService.parse(_row(line)) for line in file]
                return Menu.parse(plain)
        except (OSError, ValueError, ProtocolError):
            # As good as none: the hub's retained menu replaces it at the next connect.
            return None

    def find(self, service: str):
        """The MenuService of that id, or None; reads departments until it is found."""
        for letter in self._index:
            menu = self.read(letter)
            for item in menu.services if menu else ():
                if item.id == service:
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
        menu = codec.decode(Menu, payload)
        # `rev` differs after each start of the hub; flash is written for what visitors see.
        if letter in self._index and self._holds(letter, menu):
            return False
        write_lines(self._path(letter), _lines(menu))
        self._note(letter, menu)
        return True

    def _holds(self, letter: str, menu) -> bool:
        """Whether the department's file says the same but for its first line, the rev."""
        with open(self._path(letter), "rb") as file:
            for number, line in enumerate(_lines(menu)):
                if file.readline().rstrip() != line.encode() and number:
                    return False
            return not file.readline()

    def _note(self, letter: str, menu):
        if menu is not None:
            self._index[letter] = not all(item.card for item in menu.services)

    def _path(self, letter: str) -> str:
        return "%s/%s.json" % (self._folder, letter)


def _names(folder: str) -> list:
    try:
        return os.listdir(folder)
    except OSError:
        # Before the first menu there is no folder.
        return []


def _lines(menu):
    """A menu as JSON in short lines, rev first: a whole one takes 13 KB while it is parsed."""
    plain = menu.plain()
    services = plain.pop("services")
    yield json.dumps({"rev": plain.pop("rev")})
    yield json.dumps(plain)
    for service in services:
        yield json.dumps(service)


def _row(line) -> dict:
    row = json.loads(str(line, "utf-8"))
    if type(row) is not dict:
        raise ValueError("not an object")
    return row
