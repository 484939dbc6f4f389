"""Proof: a hall on real processes loses and doubles nothing while its parts fail.

python tests/proof/chaos.py --seed 1 --seconds 50 --json [--broker mosquitto] [--seeds 11]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from fakes.mosquitto import MosquittoMissing  # noqa: E402
from hub.demo.hall import HallFailed, tail  # noqa: E402
from proof.chaos_checks import Findings, check, unsettled  # noqa: E402
from proof.chaos_faults import FULL_S, Faults  # noqa: E402
from proof.chaos_hall import BACKOFF_S, BROKERS, KEEPALIVE_S, RULES, SPEED, ChaosHall  # noqa: E402
from proof.chaos_people import People  # noqa: E402

# After the last fault: the largest backoff, the keepalive, what a hub that starts needs, and every
# call that still waits for its voice. A quiet machine takes 10 s.
SETTLE_S = 120.0
READY_S = 90.0
# What a board says of a broken link.
LINK_ERRORS = ("LinkLost", "Refused")
# What a run of at least FULL_S must have met, so that its zeros mean something.
LEAST = {
    "kills": 3,
    "broker_restarts": 2,
    "link_faults": 5,
    "power_cuts": 3,
    "issued": 100,
    "called": 60,
    "rated": 30,
    "stale_presses_refused": 1,
    "power_cuts_in_flash": 1,
    "kills_before_evtack": 1,
    "kills_before_paper": 1,
}


def say(text: str) -> None:
    """Progress, beside the JSON."""
    print(text, file=sys.stderr, flush=True)


async def run(
    folder: Path, seed: int, seconds: float, broker: str, mutation: str
) -> dict[str, Any]:
    """One hall through one schedule; the figures of the far ends."""
    async with ChaosHall(folder, broker, mutation, small=seconds < FULL_S) as hall:
        people = People(hall, seed)
        try:
            async with asyncio.timeout(READY_S):
                while any(clerk.line != "未开放" for clerk in people.clerks):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        except TimeoutError:
            lines = [clerk.line for clerk in people.clerks]
            logs = [tail(board.log_path, 200) for board in hall.boards.values()]
            raise HallFailed(f"bars show {lines}; {tail(hall.hub_log, 600)}; {logs}") from None
        say(f"{len(hall.boards)} boards are ready")
        faults = Faults(hall, people, seed, seconds)
        hub = asyncio.create_task(_hub_deaths(hall, faults))
        async with asyncio.TaskGroup() as tasks:
            people.start(tasks)
            began_s = time.monotonic()
            await faults.play()
            await asyncio.sleep(max(0, began_s + seconds - time.monotonic()))
            people.enough.set()
            await faults.heal()
            await asyncio.sleep(2.0)
            people.over.set()
        say("healed; waiting for quiet")
        await _settle(hall, people)
        hub.cancel()
        found = check(hall, people, faults.unplugged)
        found.violations += hall.unexpected
        found.violations += _crashes(hall)
        return _figures(seed, seconds, broker, faults, people, found)


async def _hub_deaths(hall: ChaosHall, faults: Faults) -> None:
    """A hub that ends while nobody killed it."""
    while True:
        await asyncio.sleep(0.2)
        if faults.hub_is_left_alone and hall.hub is not None and hall.hub.returncode is not None:
            hall.unexpected.append(
                f"the hub ended with {hall.hub.returncode}: {tail(hall.hub_log, 600)}"
            )
            await hall.start_hub()


def _crashes(hall: ChaosHall) -> list[str]:
    """Boards that ended, or whose firmware met an error that no broken link explains."""
    found = [f"{name} is off" for name, board in hall.boards.items() if not board.is_running]
    for name, board in hall.boards.items():
        text = board.log_path.read_text(encoding="utf-8", errors="replace")
        errors = re.findall(r"^Traceback.*\n(?:  .*\n)*(\w+)(.*)", text, re.MULTILINE)
        odd = Counter(kind + said for kind, said in errors if kind not in LINK_ERRORS)
        found += [f"{name}: {error} ({n} times)" for error, n in odd.items()]
    return found


async def _settle(hall: ChaosHall, people: People) -> None:
    """Until every far end shows what the journal says, or SETTLE_S are over."""
    deadline_s = time.monotonic() + SETTLE_S
    while await asyncio.to_thread(unsettled, hall, people):
        if time.monotonic() > deadline_s:
            return
        await asyncio.sleep(0.5)


def _figures(
    seed: int, seconds: float, broker: str, faults: Faults, people: People, found: Findings
) -> dict[str, Any]:
    count = faults.count
    return {
        "seed": seed,
        "seconds": seconds,
        "broker": broker,
        "configuration": {"keepalive_s": KEEPALIVE_S, "backoff_s": BACKOFF_S, "speed": SPEED}
        | RULES,
        "kills": count["kill"],
        "kills_before_evtack": count["kill_after_called"],
        "kills_before_paper": count["kill_after_reserved"],
        "broker_restarts": count["broker"],
        "link_faults": count["link"],
        "power_cuts": count["power"],
        "power_cuts_in_flash": count["power_in_flash"],
        "power_cuts_before_paper": count["power_before_paper"],
        "papers_out": count["printer"],
        "campus_stops": count["campus"],
        "issued": found.issued,
        "called": found.called,
        "rated": found.rated,
        "lost": len(found.lost),
        "duplicated": len(found.duplicated),
        "double_called": len(found.double_called),
        "ratings_lost": len(found.ratings_lost),
        "stale_presses_refused": found.stale_presses_refused,
        "longest_outage_recovered_s": round(people.longest_outage_s, 1),
        "violations": len(found.violations),
        "wrong": found.wrong(),
    }


def short_of(figures: dict[str, Any]) -> list[str]:
    """What a full run did not meet."""
    if figures["seconds"] < FULL_S:
        return []
    return [
        f"{name}: {figures[name]}, want {least}"
        for name, least in LEAST.items()
        if figures[name] < least
    ]


def play(options: argparse.Namespace, seed: int, folder: Path) -> dict[str, Any]:
    """One seed's figures; whatever is wrong with them is said at once."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = asyncio.run(run(folder, seed, options.seconds, options.broker, options.mutation))
    for what in figures["wrong"] + short_of(figures):
        say(f"seed {seed}: {what}")
    return figures


def of_all(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of one run, or of several: each of them, and which seeds were not good."""
    if len(runs) == 1:
        return runs[0]
    red = [figures["seed"] for figures in runs if figures["wrong"]]
    short = {figures["seed"]: short_of(figures) for figures in runs if short_of(figures)}
    return {"seeds": len(runs), "red": red, "short": short, "runs": runs}


def main(arguments: list[str]) -> int:
    """Exit code 0 when nothing was lost, doubled or told two ways, and each run met enough."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="play so many, from --seed on")
    parser.add_argument("--seconds", type=float, default=FULL_S)
    parser.add_argument("--broker", choices=sorted(BROKERS), default="nats")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep logs and journal here")
    # For the test that sees this proof turn red.
    parser.add_argument("--mutation", choices=("-", "idempotency"), default="-")
    options = parser.parse_args(arguments)
    runs = []
    with tempfile.TemporaryDirectory(prefix="hallkit-chaos-") as temporary:
        for seed in range(options.seed, options.seed + options.seeds):
            folder = (options.keep or Path(temporary)) / (f"{seed}" if options.seeds > 1 else "")
            try:
                runs.append(play(options, seed, folder))
            except MosquittoMissing as error:
                say(str(error))
                return 2
    if options.json:
        print(json.dumps(of_all(runs), ensure_ascii=False))
    return 1 if any(figures["wrong"] or short_of(figures) for figures in runs) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
