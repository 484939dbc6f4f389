"""Starts the ticket machine."""

import gc, sys  # noqa: E401, I001  ten lines

gc.threshold(8_192)  # before the imports, so that their garbage does not split the heap
sys.path.append("/lib/ticket_machine")  # there are the files that the build makes of all modules

from ticket_machine.app import power_up  # noqa: E402

power_up()
