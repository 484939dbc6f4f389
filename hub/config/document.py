"""Writes docs/hall.md from the schema: `python -m hub.config.document FILE`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from hub.config.keys import LETTERS, REQUIRED, Key, Table
from hub.config.schema import TABLES

_INTRO = f"""# The hall's file

Generated from `hub/config/schema.py` by `python -m hub.config.document docs/hall.md`; do not edit.

A hall is one TOML file and one CSV file of services beside it; `hub/example/` is a whole one.
`hallkit check FILE` names every mistake by file and key, all at once. An unknown key is a mistake.
Ids are 1 to 32 of `a-z 0-9 -`. Department letters are those that seven segments can show:
{LETTERS}. Keys ending in `_s` and `_min` are whole seconds and minutes; the demo's speed
divides the scaled ones.
"""
_TYPES = {
    "duration": "number",
    "int": "number",
    "ints": "list of numbers",
    "texts": "list of texts",
    "letters": "list of letters",
    "days": "list of weekdays",
    "card": "`required` · `optional`",
    "panel": "`64x16` · `128x32`",
    "time": "`HH:MM`",
    "month-day": "`MM-DD`",
    "time-zone": "time zone",
    "bool": "`true` · `false`",
}


def render() -> str:
    """The page, in Markdown."""
    return _INTRO + "".join(line + "\n" for table in TABLES for line in _section(table))


def _section(table: Table) -> Iterator[str]:
    brackets = f"[[{table.name}]]" if table.many else f"[{table.name}]"
    yield ""
    yield "## The CSV file of services" if table.csv else f"## `{brackets}`"
    yield ""
    yield table.doc
    if not table.keys:
        return
    yield ""
    yield (
        "| column | type | default | meaning |"
        if table.csv
        else "| key | type | default | meaning |"
    )
    yield "|---|---|---|---|"
    for key in table.keys:
        scaled = " (scaled)" if key.scales else ""
        yield f"| `{key.name}` | {_type(key)} | {_default(key)} | {key.doc}{scaled} |"


def _type(key: Key) -> str:
    name = _TYPES.get(key.kind, key.kind)
    if key.low is not None:
        return f"{name} {key.low}…{key.high}"
    return f"{name} ≤{key.high}" if key.high is not None else name


def _default(key: Key) -> str:
    if key.default is REQUIRED:
        return "required"
    if isinstance(key.default, bool):
        return f"`{str(key.default).lower()}`"
    return f"`{key.default}`" if key.default not in ("", ()) else "none"


def main() -> None:
    """Writes the page to the file named on the command line."""
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
