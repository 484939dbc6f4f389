"""Starts the display."""

import asyncio

from display.app import run

asyncio.run(run())
