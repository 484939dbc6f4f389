"""Everything the core can say no with: one base error, and the reasons a command is refused."""

from __future__ import annotations

# Why a command is refused. Each code has a sentence for people in `protocol.reasons`
# (a test compares the two), so a refusal never reaches anybody as a bare "error".
BOOKING_CANCELLED = "BOOKING_CANCELLED"
BOOKING_EARLY = "BOOKING_EARLY"  # facts: from_ms, the earliest check-in
BOOKING_LATE = "BOOKING_LATE"  # a walk-in ticket may be offered
BOOKING_UNKNOWN = "BOOKING_UNKNOWN"  # no such booking, or not this holder's, or another service
BOOKING_USED = "BOOKING_USED"
CONFIRM_NOSHOW = "CONFIRM_NOSHOW"  # the same key again within confirm_ms means it
CONFIRM_SERVED = "CONFIRM_SERVED"
DAY_CLOSED = "DAY_CLOSED"
LEASE_NONE = "LEASE_NONE"  # no numbers are left to lease, or none are leased here
LEASE_REVOKED = "LEASE_REVOKED"  # the manager took the machine's leases away for today
LEASE_UNKNOWN = "LEASE_UNKNOWN"  # a paper with a number that this machine was never leased
NEED_CARD = "NEED_CARD"
NEED_REASON = "NEED_REASON"  # a manager's act without one
NO_SUCH_WINDOW = "NO_SUCH_WINDOW"  # of a manager's act
NO_TARGET = "NO_TARGET"  # transfer to a window that takes no transfers
NO_WINDOW = "NO_WINDOW"  # no window for it is open or due today
NOBODY = "NOBODY"
NOT_CALLED = "NOT_CALLED"  # the window is open, but nobody is called here
NOT_MISSED = "NOT_MISSED"
NOT_PRINTING = "NOT_PRINTING"
NOT_RATEABLE = "NOT_RATEABLE"
NOT_SERVING = "NOT_SERVING"
NOT_WAITING = "NOT_WAITING"
NOTHING_HELD = "NOTHING_HELD"
PAST_CLOSING = "PAST_CLOSING"  # would probably be called after the last session
RATED = "RATED"
RECALL_LIMIT = "RECALL_LIMIT"
RETURN_LATE = "RETURN_LATE"
SERVING = "SERVING"  # the visitor is at the window already
STALE = "STALE"  # pressed on a picture that was no longer true
TARGET_CLOSED = "TARGET_CLOSED"  # transfer to a window that is not open
TOO_SOON = "TOO_SOON"
UNKNOWN_CALL = "UNKNOWN_CALL"
UNKNOWN_KEY = "UNKNOWN_KEY"
UNKNOWN_LEG = "UNKNOWN_LEG"
UNKNOWN_SERVICE = "UNKNOWN_SERVICE"
UNKNOWN_WINDOW = "UNKNOWN_WINDOW"  # a caller at none
WINDOW_BUSY = "WINDOW_BUSY"  # somebody is called or served there
WINDOW_CLOSED = "WINDOW_CLOSED"
WINDOW_PAUSED = "WINDOW_PAUSED"
WRONG_CODE = "WRONG_CODE"  # no such number today, or another paper's digits

REASONS = (
    BOOKING_CANCELLED,
    BOOKING_EARLY,
    BOOKING_LATE,
    BOOKING_UNKNOWN,
    BOOKING_USED,
    CONFIRM_NOSHOW,
    CONFIRM_SERVED,
    DAY_CLOSED,
    LEASE_NONE,
    LEASE_REVOKED,
    LEASE_UNKNOWN,
    NEED_CARD,
    NEED_REASON,
    NO_SUCH_WINDOW,
    NO_TARGET,
    NO_WINDOW,
    NOBODY,
    NOT_CALLED,
    NOT_MISSED,
    NOT_PRINTING,
    NOT_RATEABLE,
    NOT_SERVING,
    NOT_WAITING,
    NOTHING_HELD,
    PAST_CLOSING,
    RATED,
    RECALL_LIMIT,
    RETURN_LATE,
    SERVING,
    STALE,
    TARGET_CLOSED,
    TOO_SOON,
    UNKNOWN_CALL,
    UNKNOWN_KEY,
    UNKNOWN_LEG,
    UNKNOWN_SERVICE,
    UNKNOWN_WINDOW,
    WINDOW_BUSY,
    WINDOW_CLOSED,
    WINDOW_PAUSED,
    WRONG_CODE,
)


class CoreError(Exception):
    """Base of all errors of the queue core."""


class Refused(CoreError):
    """A command that the rules do not allow now; nothing has changed. The asker's fault.

    `alert`: what the manager must be told of it, with an Alert on the service in question.
    """

    def __init__(self, reason: str, alert: str | None = None, **facts: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.alert = alert
        self.facts = facts


class IllegalEvent(CoreError):
    """An event that this state cannot take; nothing has changed. Our fault, or a damaged log's."""

    def __init__(self, kind: str, subject: str, problem: str) -> None:
        super().__init__(f"{kind} of {subject}: {problem}")
        self.kind = kind
        self.subject = subject
        self.problem = problem


class BadEvent(CoreError):
    """A stored event that cannot be read: unknown kind, or a wrong, missing or unknown field."""

    def __init__(self, kind: str, problem: str) -> None:
        super().__init__(f"{kind}: {problem}")
        self.kind = kind
        self.problem = problem
