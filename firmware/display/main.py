"""Starts the display."""

import gc

gc.threshold(8_192)  # before the imports, so that their garbage does not split the heap

from display.app import power_up  # noqa: E402

power_up()
