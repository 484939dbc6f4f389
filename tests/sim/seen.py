"""What the far ends show and what people do there: the only evidence that the checkers take.

Nothing here comes from the hub's memory. What a paper says is read off its bytes, a call off the
panels' lines, a sentence off the frame that the voice was given.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field

from sim.world import World

# A ticket as people read it, at the window that a board or a sentence names.
CALLED_TO = re.compile(r"([A-Z]\d{3,4})号?到(\d+)号窗口")
# A window's own bar, while it calls.
CALLED_HERE = re.compile(r"^请([A-Z]\d{3,4})$")
# The paper's number stands in double size: GS ! 11 in ESC/POS.
_NUMBER = re.compile(rb"\x1d!\x11([A-Z]\d{3,4})\n")
_CODE = re.compile(rb"Code (\d{4})\n")
_AGAIN = "补打".encode("gb18030")


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that came out of a machine; `visitor` is who stood there, if anybody did."""

    at_ms: int
    day: str
    machine: str
    number: str
    again: bool
    is_sure: bool  # the machine knows that it came out
    visitor: str | None
    code: str = ""  # the four digits by which its holder can return


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A visitor gave a number back; `other`: for this one, whose paper is in the hand."""

    at_ms: int
    day: str
    machine: str
    number: str
    other: str | None


@dataclass(frozen=True, slots=True)
class Finger:
    """A press as the clerk made it: the key, and what the digits said then."""

    at_ms: int
    window: int
    key: str
    digits: str
    device: str
    boot: int
    n: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """A visitor pressed a rating key while all five lamps were lit."""

    at_ms: int
    window: int
    level: int
    number: str  # of the visitor; a person who lingers may answer the next one's question


@dataclass(frozen=True, slots=True)
class Sentence:
    """A call as somebody in the zone heard it to its end."""

    at_ms: int
    display: str
    number: str
    window: int


@dataclass(slots=True)
class Seen:
    """All that was seen, in order; `wrongs` are named problems found on the way."""

    world: World
    papers: list[Paper] = field(default_factory=list)
    fingers: list[Finger] = field(default_factory=list)
    opinions: list[Opinion] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    pictures: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)  # at the campus server, by id
    alarms: list[tuple[int, str]] = field(default_factory=list)
    given_up: list[GivenUp] = field(default_factory=list)
    boots: list[tuple[int, str]] = field(default_factory=list)
    wrongs: list[tuple[int, str, str]] = field(default_factory=list)

    def wrong(self, name: str, detail: str) -> None:
        """Something went wrong where nobody but the simulation looks: a handler that failed."""
        self.wrongs.append((self.world.now_ms, name, detail))


def number_on(paper: bytes) -> str | None:
    """The number that a visitor reads on a paper; None if it was torn off before."""
    found = _NUMBER.search(paper)
    return None if found is None else found[1].decode()


def code_on(paper: bytes) -> str:
    """The four digits of a paper; empty if it has none."""
    found = _CODE.search(paper)
    return "" if found is None else found[1].decode()


def is_reprint(paper: bytes) -> bool:
    """Whether the paper says that it is a second one."""
    return _AGAIN in paper


class AlarmBell(logging.Handler):
    """Hears what the hub's log says to the engineer about calls that nobody can see."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen = seen

    def emit(self, record: logging.LogRecord) -> None:
        """One line of the log."""
        self._seen.alarms.append((self._seen.world.now_ms, record.getMessage()))
