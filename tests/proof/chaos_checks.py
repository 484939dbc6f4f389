"""The independent checker: papers, pixels, speech, lamps and the campus' record, and the journal.

It asks no part of the hall anything. What is lost, doubled or told two ways is counted by name in
`Findings`; everything that is none of these, and must not be all the same, is a violation.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.core import Hall, model
from hub.core.events import from_json
from hub.demo.senses import as_heard
from hub.log.journal import OWN_KINDS
from hub.outcomes import Outcomes
from proof.chaos_hall import ChaosHall
from proof.chaos_people import People

STALE = "STALE"
# Why a call may end unspoken: the visitor came, or the clerk took it back.
ANSWERED = ("answered", "cancelled")
# What a bar says while nobody is called or served there.
WORDS = {model.OPEN: "{}号窗口", model.PAUSED: "暂停服务", model.CLOSED: "未开放"}


@dataclass
class Findings:
    """Figures of the far ends, and what is wrong with them."""

    issued: int = 0
    called: int = 0
    rated: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    double_called: list[str] = field(default_factory=list)
    ratings_lost: list[str] = field(default_factory=list)
    stale_presses_refused: int = 0
    violations: list[str] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """Everything that is wrong, by name."""
        return [
            f"{f.name}: {what}"
            for f in dataclasses.fields(self)
            if isinstance(getattr(self, f.name), list)
            for what in getattr(self, f.name)
        ]


class Book:
    """The journal, read row by row from its file."""

    def __init__(self, path: Path) -> None:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            query = "SELECT day, at_ms, kind, data, device, boot, n, answer FROM events"
            self.rows = db.execute(f"{query} ORDER BY seq").fetchall()
        finally:
            db.close()
        self.data: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for _, _, kind, data, *_ in self.rows:
            self.data[kind].append(json.loads(data))
        # Merged: given by a machine while the hub was away.
        given = self.data["reserved"] + self.data["merged"]
        self.tickets = {row["leg"]: row["ticket"] for row in given}

    def of(self, kind: str) -> list[str]:
        """Tickets of the rows of this kind."""
        return [self.tickets[row["leg"]] for row in self.data[kind]]

    def folded(self, hall: Hall, outcomes: Outcomes) -> None:
        """Fold all rows, as the hub does at its start."""
        for day, at_ms, kind, data, *_ in self.rows:
            if kind not in OWN_KINDS:
                event = from_json(kind, at_ms, json.loads(data))
                hall.apply(event)
                outcomes.apply(day, event)


def check(hall: ChaosHall, people: People, unplugged: Counter[str]) -> Findings:
    """Hold everything against everything; `unplugged`: how often a board lost its power."""
    book, found = Book(hall.journal), Findings()
    _papers(book, hall, people, found, unplugged)
    _calls(book, people, found)
    _speech(book, hall, people, found, unplugged)
    _ratings(book, people, found)
    _events(book, found)
    found.violations += unsettled(hall, people)
    return found


def _papers(
    book: Book, hall: ChaosHall, people: People, found: Findings, unplugged: Counter[str]
) -> None:
    papers = Counter(str(p.number) for t in people.takers for p in t.printer.tickets if p.number)
    found.issued = len(papers)
    reserved = Counter(book.tickets.values())
    found.lost += [f"paper {p} is in no journal" for p in papers if p not in reserved]
    unsure, voided = Counter(book.of("print_unsure")), set(book.of("voided"))
    unsure.update(row["ticket"] for row in book.data["merged"] if not row["sure"])
    printed = set(book.of("printed"))
    printed.update(row["ticket"] for row in book.data["merged"] if row["sure"])
    found.lost += [f"{t} was printed, says the journal" for t in printed - papers.keys()]
    # Nobody gives a number back here, so VOID says that no paper exists.
    found.lost += [f"{t} is void, and there is a paper" for t in voided & papers.keys()]
    kept = set(reserved) - printed - unsure.keys() - voided
    found.lost += [f"{t} has neither paper nor reason" for t in kept - papers.keys()]
    found.duplicated += [f"number {t} has {n} legs" for t, n in reserved.items() if n > 1]
    again = Counter(book.of("reprinted"))
    log = hall.hub_log.read_text(encoding="utf-8")
    troubles = Counter(re.findall(r"(ticket-machine-\d+): printer-\w+ failed", log))
    for taker in people.takers:
        # Every paper beyond a number's first needs a reason of its own, one for one. The visitor
        # asked again (reprinted), or design 5.3 has it printed again because nobody can know
        # whether the first came out: the journal says so (print_unsure), or, when that number
        # was unsure before and is so for the second time, the machine says what its printer did.
        # The last word of a machine that then lost its power may never have been heard.
        own = Counter(str(paper.number) for paper in taker.printer.tickets if paper.number)
        more = {t: n - 1 - again[t] - unsure[t] for t, n in own.items()}
        excess = {t: n for t, n in more.items() if n > 0}
        if sum(excess.values()) > troubles[taker.machine] + unplugged[taker.machine]:
            found.duplicated += [f"{own[ticket]} papers {ticket}" for ticket in excess]


def _calls(book: Book, people: People, found: Findings) -> None:
    called = Counter(book.of("called"))
    back = Counter(book.of("returned"))
    for ticket, count in called.items():
        if count > 1 + back[ticket]:
            found.double_called.append(f"{ticket} was called {count} times")
    rows = Counter(row["window"] for row in book.data["called"])
    windows = {(row["window"], book.tickets[row["leg"]]) for row in book.data["called"]}
    shown: set[str] = set()
    for clerk in people.clerks:
        presses = clerk.presses["next"]
        if rows[clerk.number] > presses:
            n = rows[clerk.number]
            found.double_called.append(f"window {clerk.number}: {presses} presses, {n} calls")
        for ticket in clerk.called():
            shown.add(ticket)
            if (clerk.number, ticket) not in windows:
                found.double_called.append(f"window {clerk.number} showed {ticket}, never called")
    found.called = len(shown & called.keys())


def _speech(
    book: Book, hall: ChaosHall, people: People, found: Findings, unplugged: Counter[str]
) -> None:
    """Every call is heard or was answered before its turn; nothing is said beyond the calls."""
    # A voice that failed says so, and is believed once for each time: nobody was told otherwise.
    log = hall.hub_log.read_text(encoding="utf-8")
    failed = len(re.findall(r"hub\.service: board-\d+: say error", log))
    spoken = {row["call"] for row in book.data["call_spoken"]}
    dropped = {row["call"]: row["why"] for row in book.data["call_dropped"]}
    calls: Counter[str] = Counter()
    sure: Counter[str] = Counter()  # said to be spoken
    for call, sentence in _sentences(book):
        calls[sentence] += 1
        sure[sentence] += call in spoken
        if dropped.get(call) == "expired" and failed:
            failed -= 1
            continue
        if call not in spoken and dropped.get(call, "lost") not in ANSWERED:
            found.violations.append(
                f"{sentence}: call {call} was never heard ({dropped.get(call)})"
            )
    said = Counter(sentence for ears in people.ears for sentence in ears.heard)
    for sentence, count in sure.items():
        if said[sentence] < count:
            found.violations.append(f"{sentence}: heard {said[sentence]}, said spoken {count}")
    for zone, ears in zip(people.voiced_zones, people.ears, strict=True):
        # Spoken twice while nobody else waits. A board that lost its power in a sentence, or
        # before its word got through, cannot know that it had spoken: it is given that one
        # sentence once more, and no other.
        heard = Counter(ears.heard)
        excess = {s: n - 2 * calls[s] for s, n in heard.items() if n > 2 * calls[s]}
        forgot = unplugged[hall.config.voice(zone)]
        if len(excess) > forgot or any(n > 2 * forgot for n in excess.values()):
            found.violations += [
                f"{s}: heard {heard[s]} times, called {calls[s]}, forgotten {forgot}"
                for s in excess
            ]


def _sentences(book: Book) -> list[tuple[int, str]]:
    """Each call that is to be spoken, and how; a recall that was merged is none of its own."""
    windows: dict[int, int] = {}
    found = []
    for _, _, kind, data, *_ in book.rows:
        row = json.loads(data) if kind in ("called", "recalled") else {}
        if kind == "called":
            windows[row["leg"]] = row["window"]
        if row.get("voiced") and row["call"] is not None:
            leg = row["leg"]
            found.append((row["call"], as_heard(book.tickets[leg], windows[leg])))
    return found


def _ratings(book: Book, people: People, found: Findings) -> None:
    found.rated = len(book.data["rated"])
    windows = {row["leg"]: row["window"] for row in book.data["called"]}
    stored = Counter(windows[row["leg"]] for row in book.data["rated"])
    for rater in people.raters:
        thanked, pressed = rater.thanked(), len(rater.pressed_s)
        if stored[rater.number] < thanked:
            said = f"{thanked} thanks, {stored[rater.number]} stored"
            found.ratings_lost.append(f"window {rater.number}: {said}")
        if stored[rater.number] > pressed:
            said = f"{pressed} pressed, {stored[rater.number]} stored"
            found.duplicated.append(f"ratings of window {rater.number}: {said}")


def _events(book: Book, found: Findings) -> None:
    events: Counter[tuple[str, int, int]] = Counter()
    last_ms = 0
    for _, at_ms, kind, _, device, boot, n, answer in book.rows:
        if at_ms < last_ms:
            found.violations.append(f"{kind}: time goes back by {last_ms - at_ms} ms")
        last_ms = max(last_ms, at_ms)
        if device is not None:
            events[device, boot, n] += 1
            found.stale_presses_refused += json.loads(answer)["why"] == STALE
    found.duplicated += [f"event {name} counted {n} times" for name, n in events.items() if n > 1]


def unsettled(hall: ChaosHall, people: People) -> list[str]:
    """Where the far ends do not (yet) show what the journal says."""
    book = Book(hall.journal)
    folded, outcomes = Hall(hall.config.to_rules()), Outcomes(hall.config.time_zone)
    book.folded(folded, outcomes)
    found = []
    # A machine that was without the hub hands in what it gave meanwhile.
    given = set(book.tickets.values())
    papers = (paper.number for taker in people.takers for paper in taker.printer.tickets)
    found += [f"paper {p} is in no journal" for p in papers if p and p not in given]
    for clerk in people.clerks:
        window = folded.state.window(clerk.number)
        leg = None if window.leg is None else folded.legs[window.leg]
        line = WORDS[window.state].format(clerk.number)
        if leg is not None:
            line = f"请{leg.ticket}" if leg.state == model.CALLED else f"{leg.ticket}办理"
        if clerk.line != line:
            found.append(f"window {clerk.number} shows {clerk.line!r}, not {line!r}")
        if clerk.waits:
            found.append(f"caller {clerk.number} shows {clerk.caller.digits.text!r}")
    for zone, queue in folded.state.voice.items():
        found += [f"call {call} waits for the voice of {zone}" for call in queue]
    due = {outcome.id for outcome in outcomes.pending()}
    record = [outcome["id"] for outcome in hall.campus.store.outcomes()]
    found += [f"the campus server has {id_} twice" for id_, n in Counter(record).items() if n > 1]
    found += [f"the campus server lacks {id_}" for id_ in sorted(due - set(record))]
    found += [f"the campus server has {id_}" for id_ in sorted(set(record) - due)]
    return found
