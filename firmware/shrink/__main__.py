"""Reads a board's traceback back: python -m firmware.shrink build/flash/caller.names.json < log.

A line `File "part_1", line 1, in rindex` becomes `in common.mqtt.Client._open`; where a file has
several functions of one public name, all are given. A quoted name in a message is followed by what
it may have been.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

Names = dict[str, dict[str, list[str]]]

_FRAME = re.compile(r'File "(?P<file>[^"]+)", line \d+, in (?P<name>\w+)')
_QUOTED = re.compile(r"'(?P<name>\w+)'")


def read_back(line: str, names: Names) -> str:
    """A line of a log with the names of the sources."""
    frame = _FRAME.search(line)
    if frame:
        origins = names.get(frame["file"], {}).get(frame["name"], [])
        return line[: frame.start("name")] + " or ".join(origins or [frame["name"]])

    def longer(short: re.Match[str]) -> str:
        found = {origin for file in names.values() for origin in file.get(short["name"], ())}
        return f"{short[0]} ({' or '.join(sorted(found))})" if found else short[0]

    return _QUOTED.sub(longer, line)


def main(arguments: list[str]) -> int:
    """Copy a log from stdin to stdout."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    names = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    for line in sys.stdin:
        print(read_back(line.rstrip("\n"), names))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
