"""What can go wrong between the hub and the campus server; `code` names it in counters."""

from __future__ import annotations


class CampusError(Exception):
    """Base of every failure of the campus server or of what it sent; never carries holders."""

    code = "campus"


class Unreachable(CampusError):
    """No connection, or it broke before the answer was whole."""

    code = "unreachable"


class TimedOut(CampusError):
    """No whole answer in time."""

    code = "timed-out"


class BadStatus(CampusError):
    """The server answered with something other than 200."""

    code = "bad-status"

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"the campus server answered {status}")


class BadBody(CampusError):
    """The answer is truncated, no JSON, too large, or not what was asked for."""

    code = "bad-body"


class BadBooking(CampusError):
    """One booking of a page has a wrong or missing field; the rest of the page is used."""

    code = "bad-booking"

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"a booking's {field} is missing or wrong")


class CursorBack(CampusError):
    """The server answered with an older cursor (a restored backup): everything is pulled again."""

    code = "cursor-back"

    def __init__(self, asked: int, got: int) -> None:
        self.asked = asked
        self.got = got
        super().__init__(f"cursor went back from {asked} to {got}")


class CursorStuck(CampusError):
    """The server promises more bookings but its cursor stands still."""

    code = "cursor-stuck"

    def __init__(self, cursor: int) -> None:
        self.cursor = cursor
        super().__init__(f"cursor stands still at {cursor} though there is more")


class OutcomeRefused(CampusError):
    """The server will not have this outcome; it stays in the outbox and is offered again later."""

    code = "outcome-refused"

    def __init__(self, outcome_id: str) -> None:
        self.outcome_id = outcome_id
        super().__init__(f"outcome {outcome_id} was refused")


class BadIdentity(CampusError):
    """What was read or typed is no card number or booking code; the value is not kept."""

    code = "bad-identity"

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"not a valid {kind}")


class KeyFileError(CampusError):
    """A key or token file is missing, readable by others, or does not hold a key."""

    code = "key-file"

    def __init__(self, path: object, what: str) -> None:
        super().__init__(f"{path}: {what}")
