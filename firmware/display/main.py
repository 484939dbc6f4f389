"""Starts the display."""

import gc, sys  # noqa: E401, I001  ten lines

gc.threshold(8_192)  # before the imports, so that their garbage does not split the heap
sys.path.append("/lib/display")  # there are the files that the build makes of all modules

from display.app import power_up  # noqa: E402

power_up()
