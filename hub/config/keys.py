"""The kinds of value that a key of the hall's files can have, and how each is checked."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

REQUIRED: Any = object()  # the default of a key that has none

# A caller shows a ticket on seven segments. These letters have a form there that is not also a
# digit's: I, O, S and Z would be read as 1, 0, 5 and 2; K, M, Q, V, W, X and Y have no form.
LETTERS = "ABCDEFGHJLNPRTU"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_ID = re.compile(r"[a-z0-9-]{1,32}\Z")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z|24:00\Z")
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)\Z")
_LEAP_YEAR = 2024  # 02-29 is a day of the year too
_UNIT_MS = {"s": 1_000, "min": 60_000}


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its name, kind, meaning, default (REQUIRED: none) and range (of a text: length)."""

    name: str
    kind: str
    doc: str
    default: Any = REQUIRED
    low: int | None = None
    high: int | None = None
    scales: bool = False  # divided by the demo's speed

    @property
    def attribute(self) -> str:
        """The field's name in the loaded configuration: durations are kept in milliseconds."""
        if self.kind != "duration":
            return self.name
        return self.name.rpartition("_")[0] + "_ms"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the hall's files; `many`: it is an array of tables, or the rows of a CSV file."""

    name: str
    doc: str
    keys: tuple[Key, ...]
    many: bool = False
    csv: bool = False


def parse(key: Key, value: Any) -> Any:
    """Returns the checked value of `key`, or raises ValueError saying what it must be."""
    return _PARSERS[key.kind](key, value)


def from_text(key: Key, text: str) -> Any:
    """Turns a CSV cell into the value that a TOML file would have held; parse() then judges it."""
    text = text.strip()
    if key.kind in ("ints", "texts", "letters"):
        parts = [part.strip() for part in text.split(";") if part.strip()]
        return [_maybe_int(part) for part in parts] if key.kind == "ints" else parts
    return _maybe_int(text) if key.kind in ("int", "duration") else text


def _maybe_int(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() else text


def _shown(value: Any) -> str:
    return repr(value) if len(repr(value)) <= 40 else repr(value)[:37] + "…"


def _in_range(key: Key, number: float, unit: str = "") -> None:
    low, high = key.low, key.high
    if (low is not None and number < low) or (high is not None and number > high):
        raise ValueError(f"must be from {low} to {high}{unit}, not {number}")


def _text(key: Key, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be a text in quotes, not {_shown(value)}")
    if not value.isprintable() or value != value.strip():
        raise ValueError("must be one line without control characters or spaces at its ends")
    if not value and key.default != "":
        raise ValueError("must not be empty")
    if key.high is not None and len(value) > key.high:
        raise ValueError(f"must have at most {key.high} characters, not {len(value)}")
    return value


def _int(key: Key, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"must be a whole number, not {_shown(value)}")
    _in_range(key, value)
    return value


def _bool(key: Key, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {_shown(value)}")
    return value


def _duration(key: Key, value: Any) -> int:
    unit = key.name.rpartition("_")[2]
    number = _int(key, value)
    return number * _UNIT_MS[unit]


def _id(key: Key, value: Any) -> str:
    text = _text(key, value)
    if text and not _ID.match(text):
        raise ValueError(
            f"must be 1 to 32 of a-z, 0-9 and '-' (it is part of topics), not {_shown(value)}"
        )
    return text


def _letter(key: Key, value: Any) -> str:
    if not isinstance(value, str) or len(value) != 1 or value not in LETTERS:
        raise ValueError(
            f"must be one letter that seven segments can show, of {LETTERS}, not {_shown(value)}"
        )
    return value


def _list_of(one: Callable[[Key, Any], Any]) -> Callable[[Key, Any], tuple[Any, ...]]:
    def parse_list(key: Key, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"must be a list, not {_shown(value)}")
        parsed = tuple(one(key, item) for item in value)
        for item in parsed:
            if parsed.count(item) > 1:
                raise ValueError(f"names {_shown(item)} twice")
        return parsed

    return parse_list


def _choice(*allowed: str) -> Callable[[Key, Any], str]:
    def parse_choice(key: Key, value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}, not {_shown(value)}")
        return str(value)

    return parse_choice


def _time(key: Key, value: Any) -> int:
    """Returns minutes after local midnight."""
    if not isinstance(value, str) or not _TIME.match(value):
        raise ValueError(f'must be a time of day as "08:30", not {_shown(value)}')
    return int(value[:2]) * 60 + int(value[3:])


def _month_day(key: Key, value: Any) -> tuple[int, int]:
    found = _MONTH_DAY.match(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'must be a day of the year as "05-01", not {_shown(value)}')
    month, day = int(found[1]), int(found[2])
    try:
        dt.date(_LEAP_YEAR, month, day)
    except ValueError:
        raise ValueError(f"is no day of the year: {_shown(value)}") from None
    return month, day


def _zone(key: Key, value: Any) -> str:
    name = _text(key, value)
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"is no known time zone: {name!r} (as Asia/Shanghai; if it is one, install tzdata)"
        ) from None
    return name


def _url(key: Key, value: Any) -> str:
    url = _text(key, value)
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(f"must begin with http:// or https:// and a host, not {_shown(value)}")
    return url.rstrip("/")


_PARSERS: dict[str, Callable[[Key, Any], Any]] = {
    "text": _text,
    "texts": _list_of(_text),
    "int": _int,
    "ints": _list_of(_int),
    "bool": _bool,
    "duration": _duration,
    "id": _id,
    "letter": _letter,
    "letters": _list_of(_letter),
    "days": _list_of(_choice(*WEEKDAYS)),
    "panel": _choice("64x16", "128x32"),
    "card": _choice("required", "optional"),
    "time": _time,
    "month-day": _month_day,
    "time-zone": _zone,
    "url": _url,
}
KINDS = tuple(_PARSERS)
