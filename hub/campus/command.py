"""`hallkit campus-server`: the reference campus server, for demos and for integrators."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from hub.arguments import port
from hub.campus.errors import KeyFileError
from hub.campus.keyfiles import create, read_token
from hub.campus.server import CampusServer
from hub.campus.store import CampusStore


def main(arguments: Sequence[str], prog: str) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    parser.add_argument("--port", type=port, default=8070)
    parser.add_argument("--token-file", type=Path, default=Path("campus.token"))
    parser.add_argument("--store", type=Path, help="keep bookings and outcomes in this JSON file")
    options = parser.parse_args(arguments)
    try:
        if not options.token_file.exists():
            create(options.token_file)
            print(f"made {options.token_file}: the hub's data folder needs a copy, mode 600")
        asyncio.run(_serve(options))
    except KeyboardInterrupt:
        return 0
    except (KeyFileError, OSError) as error:  # a port that is taken, a folder that is not there
        print(f"{prog}: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    server = CampusServer(CampusStore(options.store), read_token(options.token_file))
    url = await server.start(port=options.port)
    print(f"campus server on {url}; stop it with Ctrl-C", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()
