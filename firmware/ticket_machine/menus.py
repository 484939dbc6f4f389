"""The departments' menus on flash, one file each, read one service at a time."""

import json
import os

from protocol.errors import ProtocolError
from protocol.machine import MenuService

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
                return json.loads(str(file.readline(), "utf-8"))
        except (OSError, ValueError):
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
        # Imported late, and forgotten: menus come once, and are read all day.
        from ticket_machine.menu_file import update

        changed = update(self._path(letter), bytes(payload), letter in self._index)
        if changed:
            self._note(letter)
        return changed

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
