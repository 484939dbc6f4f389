"""Wrong digits typed at the machines: so few are taken that guessing a paper's is hopeless."""

from __future__ import annotations

from hub.core.errors import WRONG_CODE, Refused

TOO_MANY_TRIES = "TOO_MANY_TRIES"

# A slip or two of the finger.
SESSION_TRIES = 3
# Of 10,000 codes; from then on only the card or a clerk helps. Kept in memory: after a restart of
# the hub it counts anew, which nobody at a machine can bring about.
NUMBER_TRIES = 5
# Sessions remembered: a machine has one at a time, so this is many minutes of the whole hall.
MAX_SESSIONS = 256


class Tries:
    """Wrong codes by machine and session, and by ticket; both end with the day."""

    def __init__(self) -> None:
        self._day: str | None = None
        self._sessions: dict[tuple[str, str], int] = {}
        self._tickets: dict[str, int] = {}

    def check(self, session: tuple[str, str], ticket: str, day: str | None) -> None:
        """Raises Refused if this session or this ticket has had its tries: a right code too."""
        if day != self._day:
            self._day = day
            self._sessions.clear()
            self._tickets.clear()
        if (
            self._sessions.get(session, 0) >= SESSION_TRIES
            or self._tickets.get(ticket, 0) >= NUMBER_TRIES
        ):
            raise Refused(TOO_MANY_TRIES)

    def wrong(self, session: tuple[str, str], ticket: str, *, exists: bool) -> Refused:
        """Count a wrong code; `exists`: only then the ticket is worth a place in memory."""
        count = self._sessions[session] = self._sessions.pop(session, 0) + 1
        if len(self._sessions) > MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        if exists:
            self._tickets[ticket] = self._tickets.get(ticket, 0) + 1
        return Refused(WRONG_CODE if count < SESSION_TRIES else TOO_MANY_TRIES)
