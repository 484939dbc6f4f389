"""The list or pad on the panel: what stands in its slots, twelve at a time, and behind them."""

from ticket_machine import panel_project as panel
from ticket_machine import screens

# What is behind the digit pad's two keys that are no digit.
RUB = -1
ENTER = -2


class Choice:
    """The items of one list, filled from menus and the visitor's session."""

    def __init__(self, menus):
        self._menus = menus
        self.clear()

    def clear(self):
        """Nothing to choose from."""
        self.title = screens.NOTHING
        self._items = []
        self._first = 0

    def at(self, slot: int):
        """(value,) behind a slot, None for an empty one."""
        number = self._first + slot - 1
        return (self._items[number][1],) if 0 <= number < len(self._items) else None

    def more(self):
        """Turn to the next twelve, after the last to the first."""
        self._first += panel.ITEMS
        if self._first >= len(self._items):
            self._first = 0

    def labels(self) -> dict:
        """Labels by slot, with 返回 and, where needed, 更多."""
        shown = self._items[self._first : self._first + panel.ITEMS]
        labels = {slot + 1: item[0] for slot, item in enumerate(shown)}
        labels[panel.BACK] = screens.say("back")
        if len(self._items) > panel.ITEMS:
            labels[panel.MORE] = screens.say("more")
        return labels

    def digits(self):
        """A pad laid out as on a telephone."""
        items = [((str(n), ""), n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9)]
        self._fill(screens.say("type-code"), items)
        self._items += [(screens.say("rub"), RUB), (("0", ""), 0), (screens.say("enter"), ENTER)]

    def bookings(self, found, walk_in: bool):
        """Bookings, numbers to print again, and a walk-in number where there may be one."""
        items = []
        for booking in found.bookings:
            items.append((self._named(booking.slot + " ", booking.service), booking))
        for live in found.live:
            label = screens.say("reprint")[0] + live.ticket + " "
            items.append((self._named(label, live.service), live))
        if walk_in:
            items.append((screens.say("walk-in"), None))
        self._fill(screens.say("bookings"), items)

    def departments(self, departments, how: str) -> bool:
        """The departments with anything to offer; False if there is none."""
        letters = self._menus.letters(how == "none")
        items = [((d.zh, d.en), d.letter) for d in departments if d.letter in letters]
        self._fill(screens.say("departments"), items)
        return bool(items)

    def categories(self, letter: str, how: str):
        """A department's categories; the only one is returned instead of shown."""
        categories = []
        for item in self._offered(letter, how):
            label = (item.cat_zh, item.cat_en)
            if label not in categories:
                categories.append(label)
        self._fill(screens.say("categories"), [(label, label[0]) for label in categories])
        return categories[0][0] if len(categories) == 1 else None

    def services(self, letter: str, how: str, category: str):
        """The services of a department's category."""
        offered = (i for i in self._offered(letter, how) if i.cat_zh == category)
        # By id: as objects a dozen of them take 10 KB while the visitor reads.
        self._fill(screens.say("services"), [((i.zh, i.en), i.id) for i in offered])

    def _offered(self, letter, how):
        for item in self._menus.services(letter):
            if how != "none" or not item.card:
                yield item

    def _named(self, before, service):
        item = self._menus.find(service)
        return (before + item.zh, before + item.en) if item else (before + service, "")

    def _fill(self, title, items):
        self.title = title
        self._items = items
        self._first = 0
