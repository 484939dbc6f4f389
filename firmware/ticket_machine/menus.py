"""The departments' menus on flash, one file each, read one department at a time."""

import os

from common.errors import StoreError
from common.store import read_json, write_json
from protocol import codec
from protocol.errors import ProtocolError
from protocol.machine import Menu

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

    def letters(self, without_card: bool) -> list:
        """Departments that have anything to offer, with a card or without."""
        return [letter for letter in self._index if self._index[letter] or not without_card]

    def any_without_card(self) -> bool:
        """Whether any service of the hall may be taken without a card."""
        return any(self._index.values())

    def read(self, letter: str):
        """A department's Menu, None if there is none or its file is spoilt."""
        try:
            plain = read_json(self._path(letter))
            return None if plain is None else Menu.parse(plain)
        except (StoreError, ProtocolError):
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
        old = self.read(letter)
        # `rev` differs after each start of the hub; flash is written for what visitors see.
        if old is not None:
            old.rev = menu.rev
            if old == menu:
                return False
        write_json(self._path(letter), menu.plain())
        self._note(letter)
        return True

    def _note(self, letter: str):
        menu = self.read(letter)
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
