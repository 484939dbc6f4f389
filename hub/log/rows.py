"""The journal's rows: what is stored of an entry, and what is read again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.core.events import Event, from_json

# Rows that are the hub's own and not the core's.
STARTED = "hub_started"  # each start of the hub, with its epoch
ANSWERED = "answered"  # a device event that changed nothing, for its answer
DELIVERED = "outcomes_delivered"  # the campus server has these outcomes
CURSOR = "campus_cursor"  # how far its bookings were pulled
UNWRITABLE = "journal_unwritable"  # the disk was full: since when, and how many were refused
DAWN = "dawn"  # behind a day's opening: what a start needs of all that was before
OWN_KINDS = frozenset({STARTED, ANSWERED, DELIVERED, CURSOR, UNWRITABLE, DAWN})


@dataclass(frozen=True, slots=True)
class Origin:
    """The device event that a batch answers, and the answer, as stored for its repeats."""

    device: str
    boot: int
    n: int
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one command or timer caused: its core events, and the device event behind it.

    `note` is a row of the hub's own, kind and data, stored after the events.
    """

    day: str
    at_ms: int
    events: Sequence[Event] = ()
    origin: Origin | None = None
    note: tuple[str, dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One stored row."""

    seq: int
    day: str
    at_ms: int
    kind: str
    data: dict[str, Any]
    device: str | None
    boot: int | None
    n: int | None
    answer: dict[str, Any] | None


def told_by(kind: str, at_ms: int, text: str) -> Event | dict[str, Any]:
    """What a row tells: an event of the core, or the object of a row of the hub's own.

    Raises CoreError or ValueError for what was never stored.
    """
    data = json_object(text)
    return data if kind in OWN_KINDS else from_json(kind, at_ms, data)


def rows_of(entry: Entry) -> Iterator[tuple[object, ...]]:
    """The columns of an entry's rows but their numbers; the device event is on the first."""
    origin = entry.origin
    if origin is not None and not entry.events:
        yield row_of(entry.day, entry.at_ms, ANSWERED, {}, origin)
    for event in entry.events:
        yield row_of(entry.day, event.at_ms, event.kind, event.to_json(), origin)
        origin = None
    if entry.note is not None:
        kind, data = entry.note
        assert kind in OWN_KINDS
        yield row_of(entry.day, entry.at_ms, kind, data, None)


def row_of(
    day: str, at_ms: int, kind: str, data: Mapping[str, Any], origin: Origin | None
) -> tuple[object, ...]:
    """The columns of one row, but its number and check."""
    if origin is None:
        return day, at_ms, kind, _text(data), None, None, None, None
    answer = _text(origin.answer)
    return day, at_ms, kind, _text(data), origin.device, origin.boot, origin.n, answer


# Made once: json.dumps makes an encoder for each text that is not written in its own way, and
# json.loads looks at six options and for white space before it comes to this.
_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_decode = json.JSONDecoder().raw_decode


def json_object(text: str) -> dict[str, Any]:
    """A stored object; raises ValueError."""
    value, end = _decode(text)
    if type(value) is not dict or end != len(text):
        raise ValueError("not a JSON object")
    return value
