"""Starts the ticket machine."""

import gc

gc.threshold(8_192)  # before the imports, so that their garbage does not split the heap

from ticket_machine.app import power_up  # noqa: E402

power_up()
