"""What is known of the visitor at the machine, in memory that is overwritten when they leave."""

MAX_ID = 32  # protocol.machine.Identify.id
MAX_CODE = 16  # the longest booking code


class Session:
    """One visitor from the first touch to the paper."""

    def __init__(self):
        self._id = bytearray(MAX_ID)
        self.wipe()

    def wipe(self):
        """Forget everything; the card or code is overwritten, not just dropped."""
        self.no_card()
        self.s = None
        self.booked = False  # came for a booking, not for a walk-in number
        self.found = None  # the hub's Identified
        self.letter = None
        self.category = None
        self.item = None  # the chosen MenuService
        self.booking = None
        self.slot = None
        self.quoted = None

    def begin(self, s: str, booked: bool):
        """A visitor came; `s` is the session's id on the wire."""
        self.wipe()
        self.s = s
        self.booked = booked

    def card(self, uid: str):
        """A card was read."""
        self.no_card()
        self.how = "card"
        for char in uid[:MAX_ID]:
            self._id[self._size] = ord(char)
            self._size += 1

    def no_card(self):
        """Neither card nor code; what was there is overwritten."""
        for i in range(MAX_ID):
            self._id[i] = 0
        self._size = 0
        self.how = "none"

    def code(self):
        """A booking code will be typed."""
        self.no_card()
        self.how = "code"

    def type(self, digit: int):
        """Add a digit to the code; past MAX_CODE it is ignored."""
        if self._size < MAX_CODE:
            self._id[self._size] = 48 + digit
            self._size += 1

    def rub(self):
        """Take the last digit back."""
        if self._size:
            self._size -= 1
            self._id[self._size] = 0

    @property
    def id(self) -> str:
        """The card's UID or the code as typed so far, "" without either."""
        return str(self._id[: self._size], "ascii")

    def choose(self, item, booking=None):
        """A service was chosen; `booking` is the Booked it comes from."""
        self.item = item
        self.booking = booking.id if booking else None
        self.slot = booking.slot if booking else None

    def identity(self) -> dict:
        """The fields of `identify`."""
        return {"s": self.s, "how": self.how, "id": self.id}

    def request(self) -> dict:
        """The fields of `quote` and `reserve`."""
        fields = self.identity()
        fields["service"] = self.item.id
        fields["booking"] = self.booking
        return fields
