"""Fuzzes each decoder of the devices and the wire: bad input gets a named error or none at all.

`fuzz.py --inputs N --seed S --json` gives every decoder N inputs, random or damaged, and prints
how many it accepted and refused; it exits 1 if one said anything that it may not.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "firmware"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from proof.fuzz_targets import TARGETS
from proof.fuzzing import fuzz

# One for each core of the machine that this is measured on.
PROCESSES = 2
# A process takes this many at a time, each share with a seed of its own.
SHARE = 50_000


def share(job: tuple[str, int, int]) -> tuple[str, int, int, list[tuple[bytes, str]]]:
    """One share of one decoder's inputs."""
    name, count, seed = job
    return (name, *fuzz(TARGETS[name], count, seed))


def run(inputs: int, seed: int, names: Iterable[str] = TARGETS) -> dict[str, Any]:
    """Each of these decoders with so many inputs."""
    began = time.monotonic()
    jobs = [
        (name, min(SHARE, inputs - at), seed * 1_000_003 + at)
        for name in names
        for at in range(0, inputs, SHARE)
    ]
    decoders: dict[str, dict[str, Any]] = {
        name: {"accepted": 0, "refused": 0, "findings": []} for name in names
    }
    with multiprocessing.Pool(PROCESSES) as pool:
        for name, accepted, refused, found in pool.imap_unordered(share, jobs):
            decoders[name]["accepted"] += accepted
            decoders[name]["refused"] += refused
            decoders[name]["findings"] += [[data.hex(), error] for data, error in found]
    return {
        "seed": seed,
        "inputs_each": inputs,
        "decoders": decoders,
        "findings": sum(len(one["findings"]) for one in decoders.values()),
        "seconds": round(time.monotonic() - began, 1),
    }


def main(arguments: list[str]) -> int:
    """Fuzz and print; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="for each decoder")
    parser.add_argument("--only", choices=TARGETS, nargs="+", default=list(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    result = run(options.inputs, options.seed, options.only)
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for name, one in result["decoders"].items():
            print(f"{name}: {one['accepted']} accepted, {one['refused']} refused", end="")
            print("".join(f"\n  {error}: {data}" for data, error in one["findings"]))
        print(f"{result['findings']} findings in {result['seconds']} s")
    return 1 if result["findings"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
