"""Plays the whole hall from one seed, and lets checkers judge what its far ends have shown.

`sim.py --seed S --events N --json` prints the figures and exits 1 if anything was lost, doubled or
broken; the same seed plays the same hall again. `--seeds K` plays K seeds from S on.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Not this folder, in which `sim` would be this very file.
sys.path.remove(str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "firmware"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sim.run import played
from sim.verdict import figures, problems

PROCESSES = 2
SHOWN_MAX = 10


def prove(seed: int, events: int, beside: bool = False) -> tuple[dict[str, Any], list[str]]:
    """One seed's figures, and the problems in words; `beside`: see `problems`."""
    began = time.perf_counter()
    with played(seed, events) as run:
        found = problems(run, beside)
        result = figures(run, found) | {"digest": run.digest}
    result["seconds"] = round(time.perf_counter() - began, 2)
    return result, [f"seed {seed}: {p.name}: {p.detail}" for p in found]


def _prove(task: tuple[int, int]) -> tuple[dict[str, Any], list[str]]:
    return prove(*task)


def prove_all(first: int, seeds: int, events: int) -> tuple[dict[str, Any], list[str]]:
    """Many seeds in two processes: sums, and which seeds were not clean."""
    began = time.perf_counter()
    tasks = [(seed, events) for seed in range(first, first + seeds)]
    total: dict[str, Any] = {"seed": first, "seeds": seeds}
    words: list[str] = []
    failed: list[int] = []
    with multiprocessing.Pool(min(PROCESSES, seeds)) as pool:
        for result, found in pool.imap(_prove, tasks):
            for name in ("events", "faults", "tickets", "lost", "duplicated", "violations"):
                total[name] = total.get(name, 0) + result[name]
            words += found
            if found:
                failed.append(result["seed"])
                print(f"seed {result['seed']} is not clean", file=sys.stderr, flush=True)
    total["failed_seeds"] = failed
    total["seconds"] = round(time.perf_counter() - began, 2)
    return total, words


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proof; exit code 1 if anything was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=1, help="so many, from --seed on")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.seeds == 1:
        result, words = prove(options.seed, options.events, beside=True)
    else:
        result, words = prove_all(options.seed, options.seeds, options.events)
    for word in words[:SHOWN_MAX]:
        print(word, file=sys.stderr)
    print(json.dumps(result, indent=None if options.json else 2))
    return 1 if words else 0


if __name__ == "__main__":
    sys.exit(main())
