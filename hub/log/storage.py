"""A disk that takes no more: who is refused meanwhile, who keeps what he has, when it goes on."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Any

from hub.log.journal import UNWRITABLE, Entry, Journal, Unwritable
from protocol.envelope import Evt

log = logging.getLogger(__name__)

NO_ROOM = "NO_ROOM"
# A person waits for the answer to these. Everything else (a rating, what became of a paper) is
# not answered at all: its device keeps it, and sends it until it is stored.
ASKED_BY_PEOPLE = frozenset({"identify", "quote", "reserve", "mine", "return", "cancel", "press"})
# How often it is tried whether there is room again.
RETRY_MS = 1_000
# Refusals remembered for repeats: each of 600 devices may have a few under way.
MAX_REFUSED = 4096

Name = tuple[str, int, int]


class Storage:
    """Whether the journal takes rows; `since_ms` and `why` say when and why it stopped."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._retry_ms = 0
        self._answers: OrderedDict[Name, dict[str, Any]] = OrderedDict()
        self.since_ms: int | None = None
        self.why = ""
        self.refused = 0

    @property
    def full(self) -> bool:
        """Nothing can be stored, so nothing may be decided."""
        return self.since_ms is not None

    def failed(self, error: Unwritable, now_ms: int) -> None:
        """A batch could not be stored."""
        if self.since_ms is None:
            self.since_ms, self.refused = now_ms, 0
            log.error("%s: new work is refused until there is room", error)
        self.why = error.problem
        self._retry_ms = now_ms + RETRY_MS

    def refusal(self, device: str, event: Evt) -> dict[str, Any] | None:
        """The answer to an event that cannot be stored; None: its device is to keep it."""
        if event.k not in ASKED_BY_PEOPLE:
            return None
        self.refused += 1
        answer = {"ok": False, "why": NO_ROOM, "d": {}}
        self._answers[device, event.boot, event.n] = answer
        if len(self._answers) > MAX_REFUSED:
            self._answers.popitem(last=False)
        return answer

    def refused_before(self, name: Name) -> dict[str, Any] | None:
        """What was answered to an event while there was no room: its repeat must not count."""
        return self._answers.get(name)

    def recovered(self, day: str, now_ms: int) -> bool:
        """Try to store how long it was; whether that worked."""
        if now_ms < self._retry_ms:
            return False
        facts = {"since_ms": self.since_ms, "refused": self.refused}
        try:
            self._journal.append([Entry(day, now_ms, note=(UNWRITABLE, facts))])
        except Unwritable as error:
            self.failed(error, now_ms)
            return False
        log.warning("the journal can be written again: %d were refused", self.refused)
        self.since_ms = None
        return True
