"""Starts the ticket machine."""

import asyncio
import gc

gc.threshold(8_192)  # before the imports, so that their garbage does not split the heap

from ticket_machine.app import run  # noqa: E402

asyncio.run(run())
