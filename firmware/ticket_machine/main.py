"""Runs the ticket machine."""

import asyncio

from ticket_machine.app import run

asyncio.run(run())
