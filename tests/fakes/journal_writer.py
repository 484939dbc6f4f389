"""A process that appends to a journal until it is killed, saying each commit aloud."""

from __future__ import annotations

import sys
from pathlib import Path

from fakes.hall import DAY, NINE
from hub.core.events import DayOpened, WindowOpened
from hub.log.journal import Entry, Journal, Origin


def main(path: str) -> None:
    """Append batches of three rows, the last with an origin, and print each batch's number."""
    journal = Journal(Path(path))
    journal.append([Entry(DAY, NINE, [DayOpened(at_ms=NINE, day=DAY)])])
    n = 0
    while True:
        n += 1
        opened = [WindowOpened(at_ms=NINE, window=100 * n + number) for number in (1, 2)]
        answer = Origin("caller-1", 7, n, {"n": n})
        journal.append([Entry(DAY, NINE, opened), Entry(DAY, NINE, origin=answer)])
        print(n, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
