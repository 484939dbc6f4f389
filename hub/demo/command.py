"""`hallkit demo`: visitors going through a hall of virtual boards, and the ledger at the end."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hub.arguments import count, speed
from hub.campus.errors import KeyFileError
from hub.demo.hall import HallFailed
from hub.demo.ledger import is_clean
from hub.demo.run import Demo
from hub.demo.watch import Watch


def main(arguments: Sequence[str], prog: str) -> int:
    """Exit code 0 when nothing was lost, doubled, unseen or unheard."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    parser.add_argument("--visitors", type=count, default=24)
    parser.add_argument(
        "--speed", type=speed, default=60.0, help="divides people's time and rules"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="only progress, then one JSON object")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep logs and journal here")
    options = parser.parse_args(arguments)
    try:
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"argument --keep: {error}")
    with tempfile.TemporaryDirectory(prefix="hallkit-demo-") as folder:
        watch = Watch(quiet=options.json)
        demo = Demo(
            options.keep or Path(folder), options.visitors, options.speed, options.seed, watch
        )
        try:
            ledger = asyncio.run(demo.run())
        except (HallFailed, KeyFileError) as error:  # a key: --keep was used before
            print(f"{prog}: {error}", file=sys.stderr)
            return 1
    if not options.json:
        watch.say("账目 Ledger")
        for name, value in ledger.items():
            watch.say(f"  {name}: {value}")
    print(json.dumps(ledger, ensure_ascii=False))
    return 0 if is_clean(ledger) else 1
