"""What is known of the visitor at the machine, in memory that is overwritten when they leave."""

MAX_ID = 32  # protocol.machine.Identify.id
MAX_CODE = 16  # the longest booking code
CODE_MIN = 4
# A letter, three digits of the number, four of the code.
PAPER_MIN = 8


class Session:
    """One visitor from the first touch to the paper, and a while longer for a second service."""

    def __init__(self):
        self._id = bytearray(MAX_ID)
        self.begin(None, None)

    def begin(self, s, kind):
        """Forget everything; who comes now has session id `s` and chose `kind` (a screen).

        The card or code is overwritten, not just dropped.
        """
        self.means()
        self.s = s
        self.kind = kind
        self.is_offline = False  # the machine answers, not the hub
        self.found = None  # the hub's Identified
        self.mine = None  # the hub's Mine
        self.letter = None
        self.category = None
        self.item = None  # the chosen MenuService
        self.booking = None
        self.quoted = None
        self.priority = False
        self.instead = None  # the leg to be given back once the new paper is there

    def means(self, how: str = "none", text: str = ""):
        """Overwrite card or code, and put another `text` in its place."""
        self.how = how
        if how == "code" and self.kind == "walk-in":
            self.kind = "booked"  # a code is of a booking, whichever key was touched before it
        for at in range(MAX_ID):
            self._id[at] = ord(text[at : at + 1]) if at < len(text) else 0
        self._size = min(len(text), MAX_ID)

    def type(self, digit: str):
        """Add a digit to the code, past MAX_CODE it is ignored; "rub" takes the last one back."""
        if digit != "rub":
            if self._size < MAX_CODE:
                self._id[self._size] = ord(digit)
                self._size += 1
        elif self._size > (self.how == "paper"):  # the letter of a paper's number stays
            self._size -= 1
            self._id[self._size] = 0

    @property
    def id(self) -> str:
        """The card's UID (offline its hash) or the code as typed so far, "" without either."""
        return str(self._id[: self._size], "ascii")

    @property
    def is_typed(self) -> bool:
        """Whether what was typed may be all of a code."""
        return self._size >= (PAPER_MIN if self.how == "paper" else CODE_MIN)

    def request(self, kind: str) -> dict:
        """The fields of an event of this kind."""
        fields = {"s": self.s, "how": self.how, "id": self.id}
        if kind in ("quote", "reserve"):
            fields["service"] = self.item.id
            fields["booking"] = self.booking
            fields["priority"] = self.priority
        elif kind != "identify":
            fields["leg"] = self.mine.leg
        return fields
