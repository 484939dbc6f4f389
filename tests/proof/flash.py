"""Proof: a fresh board of each kind becomes a ready device with one command; again copies nothing.

python tests/proof/flash.py --json
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

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

import aiomqtt  # noqa: E402

from fakes.flash_hall import DEVICES, FlashHall, Run, cut_while_writing  # noqa: E402
from firmware.virtual.board import VirtualBoard  # noqa: E402
from hub.config import EXAMPLE, load  # noqa: E402

PROVED_S = 30.0


async def prove(folder: Path) -> dict[str, Any]:
    """All four at once: flashed, flashed again, and asked for at the broker."""
    hall_file = load(EXAMPLE)
    async with FlashHall(folder) as hall:
        began_s = time.monotonic()
        boards = {
            name: await hall.blank_board(hall_file.device(name).role, name) for name in DEVICES
        }

        async def twice(name: str, board: VirtualBoard) -> tuple[Run, Run]:
            first = await hall.flash(board, "--id", name, "--json")
            return first, await hall.flash(board, "--id", name, "--json")

        runs = await asyncio.gather(*(twice(name, board) for name, board in boards.items()))
        seconds = round(time.monotonic() - began_s, 1)
        states = await _states(hall, hall_file.site)
    rows = [
        {
            "device": hall_file.device(name).role.replace("_", "-"),
            "ready": first.code == second.code == 0 and states.get(name) == "ready",
            "first_copied": first.result["copied"] if first.code == 0 else None,
            "second_copied": second.result["copied"] if second.code == 0 else None,
            "seconds": round(first.seconds, 1),
            **({"said": first.output + second.output} if first.code or second.code else {}),
        }
        for name, (first, second) in zip(boards, runs, strict=True)
    ]
    return {"boards": rows, "seconds": seconds}


async def prove_cuts(folder: Path, points: int) -> dict[str, int]:
    """flash.sh killed, and the power cut in the middle of a flash program, at spread points.

    Every second board is blank, the others hold another version, of which every file is replaced.
    """
    mended = {"killed": points, "killed_mended": 0, "power_cut": points, "power_cut_mended": 0}
    words = ("--id", "caller-19", "--no-wait", "--json")
    async with FlashHall(folder, hub=False) as hall:
        whole = await hall.blank_board("caller", "whole")
        whole_s = (await hall.flash(whole, *words)).seconds
        await hall.flash(whole, *words, "--py")
        await whole.kill()

        def before(point: int) -> Path | None:
            return whole.flash_path if point % 2 else None

        for point in range(points):
            board = await hall.blank_board("caller", f"killed-{point}", flash=before(point))
            process = await hall.start_flash(board, *words)
            await asyncio.sleep(whole_s * (point + 0.5) / points)
            if process.returncode is None:
                process.kill()
            await process.communicate()
            mended["killed_mended"] += await _is_mended(hall, board, words)
        for point in range(points):
            board = await hall.blank_board("caller", f"cut-{point}", flash=before(point))
            process = await hall.start_flash(board, *words)
            # Some 200 programs write a whole caller; the last cut may fall into its own boot.
            await cut_while_writing(board, programs=1 + 200 * point // points, process=process)
            await process.communicate()
            mended["power_cut_mended"] += await _is_mended(hall, board, words)
    return mended


async def _is_mended(hall: FlashHall, board: VirtualBoard, words: tuple[str, ...]) -> bool:
    """It boots when its power is back, the same command succeeds, then has no more to do."""
    await board.kill()
    await board.start()
    again = await hall.flash(board, *words)
    last = await hall.flash(board, *words)
    await board.kill()
    return again.code == last.code == 0 and last.result["copied"] == 0


async def _states(hall: FlashHall, site: str) -> dict[str, str]:
    """Device → the state that the broker holds, by topics written here once more."""
    states: dict[str, str] = {}
    async with aiomqtt.Client(
        "127.0.0.1", hall.port, username="hub", password=hall.hub_password()
    ) as client:
        await client.subscribe(f"hall/v1/{site}/dev/+/state", qos=1)
        try:
            async with asyncio.timeout(5):
                async for message in client.messages:
                    states[message.topic.value.split("/")[4]] = json.loads(message.payload)["s"]
                    if set(DEVICES) <= set(states):
                        break
        except TimeoutError:
            pass  # the rows tell who is missing
    return states


def is_proved(proof: dict[str, Any]) -> bool:
    """Every board ready, something copied at first, nothing the second time, in time."""
    cuts = proof.get("cuts", {})
    mended = all(cuts[f"{kind}_mended"] == cuts[kind] for kind in ("killed", "power_cut") if cuts)
    return (
        mended
        and proof["seconds"] <= PROVED_S
        and all(
            row["ready"] and row["first_copied"] and row["second_copied"] == 0
            for row in proof["boards"]
        )
    )


def main() -> int:
    """Exit code 0 when all is proved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--cuts", type=int, default=0, metavar="N", help="and cut at 2 N points")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hallkit-flash-") as folder:
        proof = asyncio.run(prove(Path(folder) / "all"))
        if options.cuts:
            proof["cuts"] = asyncio.run(prove_cuts(Path(folder) / "cuts", options.cuts))
    if options.json:
        print(json.dumps(proof, ensure_ascii=False))
    else:
        for row in proof["boards"]:
            print(row)
        print(f"{proof['seconds']} s in all", proof.get("cuts", ""))
    return 0 if is_proved(proof) else 1


if __name__ == "__main__":
    sys.exit(main())
