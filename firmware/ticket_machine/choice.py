"""The list on the panel: what stands in its slots, twelve at a time, and behind them."""

from ticket_machine import panel_project as panel


class Choice:
    """The items of one list, filled from menus and from what the hub found of the visitor."""

    def __init__(self, menus):
        self._menus = menus
        self.fill(())

    def fill(self, items):
        """Show these: (label, what is behind it) each."""
        self._items = items
        self._first = 0

    def at(self, slot: int):
        """(value,) behind a slot, None for an empty one."""
        number = self._first + slot - 1
        if 1 <= slot <= panel.ITEMS and number < len(self._items):
            return (self._items[number][1],)
        return None

    def more(self):
        """Turn to the next twelve, after the last to the first."""
        self._first += panel.ITEMS
        if self._first >= len(self._items):
            self._first = 0

    def can(self) -> tuple:
        """("more",) where there is more than a page holds."""
        return ("more",) if len(self._items) > panel.ITEMS else ()

    def labels(self) -> dict:
        """Labels by slot."""
        shown = self._items[self._first : self._first + panel.ITEMS]
        return {slot + 1: item[0] for slot, item in enumerate(shown)}

    def numbers(self, held):
        """Bookings with their time, and numbers."""
        items = []
        for one in held:
            before = (one.ticket if hasattr(one, "leg") else one.slot) + " "
            item = self._menus.find(one.service)
            label = (item.zh, item.en) if item else (one.service, "")
            items.append(((before + label[0], before + label[1]), one))
        self.fill(items)

    def open(self, name: str, session, letters: str, picked=None):
        """Fill the list of that name after a choice in the one before it, None on the way back.

        Gives the name of the list that stands there now: a single category is skipped, forward
        and back; None where there is nothing to choose from.
        """
        how = session.how
        if name == "categories":
            session.letter = picked or session.letter
            labels = []
            for item in self._offered(session.letter, how):
                label = (item.cat_zh, item.cat_en)
                if label not in labels:
                    labels.append(label)
            if len(labels) == 1:
                name = "services" if picked else "departments"
                return self.open(name, session, letters, labels[0][0])
            items = [(label, label[0]) for label in labels]
        elif name == "services":
            session.category = picked
            # By id: as objects a dozen of them take 10 KB while the visitor reads.
            items = [
                ((item.zh, item.en), item.id)
                for item in self._offered(session.letter, how)
                if item.cat_zh == picked
            ]
        else:
            items = []
            for letter, zh, en in self._menus.departments(
                letters, how == "none" and name != "letters"
            ):
                before = letter + " " if name == "letters" else ""
                items.append(((before + zh, before + en), letter))
        self.fill(items)
        return name if items else None

    def _offered(self, letter, how):
        for item in self._menus.services(letter):
            if how != "none" or not item.card:
                yield item
