"""Starts the rating pad at boot."""

import asyncio

from rating_pad.app import run

asyncio.run(run())
