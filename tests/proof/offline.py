"""The hub is stopped, a ticket machine goes on, and its papers are in the queue when it returns.

`offline.py --tickets N --json` runs the example hall's hub, a Mosquitto that outlives it, and one
virtual ticket machine with blocks of 200 numbers. With the hub stopped N visitors with cards take
a paper each, one after the other and as fast as the machine prints (a printer of tenfold speed
is what compresses the time). Then the hub returns, and the time runs from its first word to the
last paper in its journal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fakes.offline_hall import SERVICES, OfflineHall, judge

TICKETS = 200
RULES = {"offline_block": 200, "offline_renew_at": 8}


async def measure(folder: Path, tickets: int) -> dict[str, Any]:
    """One absence of the hub; see `judge` for what is counted."""
    async with OfflineHall(folder, 1, RULES) as hall:
        (at,) = hall.lobbies
        await hall.stop_hub()
        await hall.without_hub(at)
        away_s = time.monotonic()
        papers = [
            await at.take(f"{visitor:010X}", SERVICES[visitor % len(SERVICES)])
            for visitor in range(1, tickets + 1)
        ]
        away_s = time.monotonic() - away_s
        await hall.start_hub()
        seconds = await hall.merged(papers)
        result: dict[str, Any] = judge(papers, hall.rows("merged"))
        return {
            **result,
            "seconds_to_merge": round(seconds, 2),
            "seconds_away": round(away_s, 1),
            "resets": at.machine.resets,
            "live_heap_kib": round(await at.machine.bench.live_heap_bytes() / 1024, 1),
        }


def main() -> int:
    """Measure once and print; 1 if a paper is lost, doubled or out of order, or after 5 s."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--tickets", type=int, default=TICKETS)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="offline-") as folder:
        result = asyncio.run(measure(Path(folder), arguments.tickets))
    if arguments.json:
        print(json.dumps(result))
    else:
        print("\n".join(f"{name}: {value}" for name, value in result.items()))
    wrong = result["numbers_twice"] + result["missing"] + result["out_of_order"]
    return int(bool(wrong) or result["seconds_to_merge"] > 5)


if __name__ == "__main__":
    sys.exit(main())
