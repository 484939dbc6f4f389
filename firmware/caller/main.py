"""Starts the caller at boot."""

import asyncio

from caller.app import run

asyncio.run(run())
