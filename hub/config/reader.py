"""Reads the hall's files into checked values, table by table, noting every problem on the way."""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hub.config.errors import Problems
from hub.config.keys import REQUIRED, WEEKDAYS, Key, Table, from_text, parse
from hub.config.schema import POSTS, SERVICES, SPECIAL_DAYS, TABLES

# A neutral value in place of a bad one, so that one mistake does not look like several later on.
_NEUTRAL: dict[str, Any] = {
    "text": "",
    "id": "",
    "letter": "",
    "url": "",
    "time-zone": "UTC",
    "panel": "128x32",
    "card": "required",
    "bool": False,
    "int": 0,
    "duration": 0,
    "time": 0,
    "month-day": (1, 1),
}
Row = dict[str, Any]
Values = dict[str, Any]


class Reader:
    """One reading of a hall's TOML file and of its table of services."""

    def __init__(self, path: Path, problems: Problems) -> None:
        self._path = path
        self._file = path.name
        self._problems = problems

    def read(self) -> dict[str, Any]:
        """Returns {table name: row, or list of rows}; problems are in the collection."""
        raw = self._toml()
        self._unknown("", raw, [table.name for table in TABLES if not table.csv])
        values: Values = {}
        for table in TABLES:
            if table is SERVICES:
                continue
            found = raw.get(table.name)
            if table is POSTS:
                values[table.name] = self._posts(found)
            elif table is SPECIAL_DAYS:
                values[table.name] = self._special_days(found)
            elif table.many:
                values[table.name] = self._rows(table, found)
            else:
                values[table.name] = self._row(table, found, table.name)
        values[SERVICES.name] = self._services(values["hall"]["services"])
        return values

    def _toml(self) -> Row:
        try:
            return tomllib.loads(self._path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            self._problems.add(self._file, "syntax", f"is not valid TOML: {error}")
        except (OSError, UnicodeDecodeError) as error:
            self._problems.add(self._file, "file", f"cannot be read: {error}")
        self._problems.raise_if_any()  # nothing further can be said about such a file
        raise AssertionError("unreachable: a problem was just noted")

    def _unknown(self, where: str, raw: Row, known: Sequence[str]) -> None:
        for name in raw:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"; did you mean {near[0]}?" if near else "; remove it"
                self._problems.add(self._file, _join(where, name), f"unknown key{hint}")

    def _row(self, table: Table, raw: Any, where: str) -> Row:
        if raw is None and any(key.default is REQUIRED for key in table.keys):
            self._problems.add(self._file, where, f"missing; write [{table.name}]")
        elif raw is not None and not isinstance(raw, dict):
            self._problems.add(self._file, where, f"must be a table, written [{table.name}]")
        else:
            self._unknown(where, raw or {}, [key.name for key in table.keys])
            return self._keys(self._file, where, table.keys, raw or {})
        return {key.attribute: _neutral(key) for key in table.keys}

    def _rows(self, table: Table, raw: Any) -> list[Row]:
        if not isinstance(raw, list) or not raw or not all(isinstance(r, dict) for r in raw):
            self._problems.add(
                self._file, table.name, f"at least one is needed, written [[{table.name}]]"
            )
            return []
        name = table.keys[0].name if table.name != "session" else ""
        return [
            self._row(table, row, f"{table.name}.{row.get(name, index)}")
            for index, row in enumerate(raw, 1)
        ]

    def _keys(self, file: str, where: str, keys: Iterable[Key], raw: Row) -> Row:
        row: Row = {}
        for key in keys:
            value = raw.get(key.name, key.default)
            if value is REQUIRED:
                self._problems.add(file, _join(where, key.name), f"missing: {key.doc}")
                row[key.attribute] = _neutral(key)
                continue
            if isinstance(value, tuple):  # only a default is one
                value = list(value)
            try:
                row[key.attribute] = parse(key, value)
            except ValueError as error:
                self._problems.add(file, _join(where, key.name), str(error))
                # A misspelt name still stands for the same thing wherever it is used.
                same = isinstance(value, str) and key.kind in ("id", "letter")
                row[key.attribute] = value if same else _neutral(key)
        return row

    def _posts(self, raw: Any) -> dict[int, str]:
        posts: dict[int, str] = {}
        code = Key("post", "id", "post code")
        for name, value in self._table(POSTS, raw).items():
            where = _join(POSTS.name, name)
            if not (name.isascii() and name.isdigit()):
                self._problems.add(self._file, where, "must be a window number = post code")
                continue
            try:
                posts[int(name)] = parse(code, value)
            except ValueError as error:
                self._problems.add(self._file, where, str(error))
        return posts

    def _special_days(self, raw: Any) -> dict[dt.date, str]:
        days: dict[dt.date, str] = {}
        for name, value in self._table(SPECIAL_DAYS, raw).items():
            where = _join(SPECIAL_DAYS.name, name)
            try:
                day = dt.date.fromisoformat(name)
            except ValueError:
                self._problems.add(self._file, where, "must be a date as 2026-10-01")
                continue
            if value not in ("closed", *WEEKDAYS):
                self._problems.add(
                    self._file, where, f"must be closed or a weekday (mon … sun), not {value!r}"
                )
                continue
            days[day] = value
        return days

    def _table(self, table: Table, raw: Any) -> Row:
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self._problems.add(self._file, table.name, f"must be a table, written [{table.name}]")
            return {}
        return raw

    def _services(self, name: str) -> list[Row]:
        if not name:  # the missing key was noted
            return []
        try:
            text = (self._path.parent / name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self._problems.add(self._file, "hall.services", f"cannot be read: {error}")
            return []
        lines = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval=None)
        columns = list(lines.fieldnames or ())
        known = [key.name for key in SERVICES.keys]
        for column in columns:
            if column not in known:
                self._problems.add(name, column, "unknown column; remove it")
        for column in known:
            if column not in columns:
                self._problems.add(name, column, "missing column")
        if set(columns) != set(known):
            return []
        rows = [self._service(name, lines.line_num, cells) for cells in lines]
        if not rows:
            self._problems.add(name, "line 2", "at least one service is needed")
        return rows

    def _service(self, file: str, line: int, cells: dict[str, Any]) -> Row:
        where = f"line {line}"
        if "" in cells or None in cells.values():
            self._problems.add(file, where, "must have as many cells as the first line")
        raw: Row = {}
        for key in SERVICES.keys:
            cell = cells.get(key.name)
            if cell or key.default is REQUIRED:
                raw[key.name] = from_text(key, cell or "")
        row = self._keys(file, where, SERVICES.keys, raw)
        row["_where"] = where
        return row


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _neutral(key: Key) -> Any:
    if key.default is not REQUIRED:
        default = list(key.default) if isinstance(key.default, tuple) else key.default
        return parse(key, default)
    return _NEUTRAL.get(key.kind, ())
