"""Every ticket has exactly one fate, and everything said on the wire an answer."""

from __future__ import annotations

from collections.abc import Iterator

from sim.evidence import DUPLICATED, LOST, VIOLATION, Evidence, Problem

ENDS = {
    "voided": "void",
    "finished": "done",
    "transferred": "transferred",
    "no_show": "no-show",
    "unserved": "unserved",
}


def check(evidence: Evidence) -> Iterator[Problem]:
    """Legs by their rows; events by their answers."""
    yield from _legs(evidence)
    yield from _unanswered(evidence)


def _legs(evidence: Evidence) -> Iterator[Problem]:
    live: dict[int, str] = {}  # day of a leg without an end
    serving: set[int] = set()
    ends: dict[int, str] = {}
    closed: set[str] = set()
    for row in evidence.rows:
        leg = row.data.get("leg")
        if row.kind in ("reserved", "forwarded"):
            if row.day in closed:
                yield Problem(VIOLATION, "number given after the day's end", f"{row}")
            live[leg] = row.day
        elif row.kind == "merged":
            live[leg] = row.day  # also after the day's end: its paper was given before
        elif row.kind == "started":
            serving.add(leg)
        elif row.kind in ("held", "missed"):
            serving.discard(leg)
        elif row.kind in ENDS:
            if live.pop(leg, None) is None:
                fates = f"leg {leg}: {ends.get(leg)}, then {row.kind}"
                yield Problem(DUPLICATED, "ticket with two fates", fates)
            ends[leg] = row.kind
            serving.discard(leg)
        elif row.kind == "day_closed":
            closed.add(row.data["day"])
            for lost in [g for g, day in live.items() if day in closed and g not in serving]:
                yield Problem(LOST, "ticket without a fate", f"leg {lost} of {live.pop(lost)}")
        elif row.kind == "day_opened":
            for lost in [g for g, day in live.items() if day < row.data["day"]]:
                yield Problem(LOST, "ticket without a fate", f"leg {lost} of {live.pop(lost)}")


def _unanswered(evidence: Evidence) -> Iterator[Problem]:
    """Of a boot that is over, nobody waits for an answer any more."""
    books = evidence.books
    for name in books.events.keys() - books.answers.keys():
        device, boot, n = name
        if boot == max(books.boots.get(device, {boot})):
            kind = books.events[name][0][1]["k"]
            yield Problem(LOST, "event without an answer", f"{device} {boot}.{n} {kind}")
