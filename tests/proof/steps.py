"""Proof: a hub killed at step 1, 2, 3 … of its event loop through a whole visitor loses nothing.

python tests/proof/steps.py --json [--stride 25] [--first 1] [--jobs 2] [--broker mosquitto]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path[:1] = [
    str(Path(__file__).resolve().parents[2] / "firmware"),
    str(Path(__file__).resolve().parents[1]),
    str(Path(__file__).resolve().parents[2]),
]

from fakes.live_board import quick_parts  # noqa: E402
from fakes.mosquitto import Mosquitto, MosquittoMissing  # noqa: E402
from fakes.nats import Nats  # noqa: E402
from hub.config import load  # noqa: E402
from proof.steps_hall import HALL, Hubs, Visit, visit  # noqa: E402

BROKERS = {"nats": Nats, "mosquitto": Mosquitto}
COUNTS = ("lost", "duplicated", "double_called", "ratings_lost", "violations")


def say(text: str) -> None:
    """Progress, beside the JSON."""
    print(text, file=sys.stderr, flush=True)


async def run(folder: Path, options: argparse.Namespace, job: int) -> list[Visit]:
    """Kill after kill, until a run ends untouched; several jobs take the steps by turns."""
    config = load(HALL)
    users = [device.id for device in config.devices()]
    broker = BROKERS[options.broker](folder, users, config.site)
    await asyncio.to_thread(broker.start)
    found: list[Visit] = []
    try:
        async with Hubs() as hubs:
            at = options.first + job * options.stride
            while True:
                one = await visit(folder / f"{at}", broker, hubs, at)
                found.append(one)
                for name, how in one.wrong:
                    say(f"step {at}: {name}: {how}")
                if not one.is_touched:
                    return found
                at += options.stride * options.jobs
    finally:
        await asyncio.to_thread(broker.stop)


def figures(found: list[Visit], options: argparse.Namespace, seconds: float) -> dict[str, Any]:
    """The figures of all runs; the last one of each job ended untouched."""
    count = Counter(name for one in found for name, _ in one.wrong)
    return {
        "broker": options.broker,
        "first": options.first,
        "stride": options.stride,
        "kills": sum(one.is_touched for one in found),
        "steps": max(one.steps for one in found),
        "seconds": round(seconds, 1),
        **{name: count[name] for name in COUNTS},
        "wrong": [f"step {one.at}: {name}: {how}" for one in found for name, how in one.wrong],
    }


def play(options: argparse.Namespace, job: int) -> list[Visit]:
    """All visits of one job, at a broker and in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="hallkit-steps-") as temporary, quick_parts():
        folder = options.keep / f"job-{job}" if options.keep else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(run(folder, options, job))


def main(arguments: list[str]) -> int:
    """Exit code 0 when nothing was lost, doubled or called twice, wherever the hub died."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=1, help="the first step to die at")
    parser.add_argument("--stride", type=int, default=1, help="and then each so many steps later")
    parser.add_argument("--broker", choices=sorted(BROKERS), default="nats")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep logs and journals here")
    parser.add_argument("--jobs", type=int, default=1, help="so many halls side by side")
    options = parser.parse_args(arguments)
    began_s = time.monotonic()
    try:
        with ProcessPoolExecutor(options.jobs) as pool:
            jobs = [pool.submit(play, options, job) for job in range(options.jobs)]
            found = [one for job in jobs for one in job.result()]
    except MosquittoMissing as error:
        say(str(error))
        return 2
    result = figures(found, options, time.monotonic() - began_s)
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
