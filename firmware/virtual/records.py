"""The records on the wires connection, shared by the bench and by the board's shims."""

# Four bytes: kind, number, value high, value low. An SPI record is followed by `value` bytes.
# Everything of a board but its UARTs goes through one stream, because a chip select edge
# means nothing unless it keeps its place among the SPI bytes.
HEADER_BYTES = 4

# board -> bench
LEVEL = 0  # number = pin, value = level; high byte 1 marks a line that a pull-up holds
PWM = 1  # number = pin, value = Hz, 0 = silent
SPI = 3  # number = bus, value = bytes that follow
FED = 5  # the watchdog was fed, value = its time-out in ms
BOOTED = 8  # the file system is mounted: boot.py is next
RESET = 9  # asked for with a console, value = the exit code it has without one

# bench -> board
# LEVEL as above: the level somebody drives on an input
WIFI = 2  # value = 1 while the access point is there
CUT = 4  # value = flash programs that still succeed before the power fails
GO = 6  # all levels known before the start have been sent: run

# asked by the bench, answered by the board
HEAP = 7  # value = live heap of the firmware, the shims not counted, in HEAP_UNIT_BYTES;
# in the question: break free holes up into such of `value` bytes first, 0 = do not
HEAP_UNIT_BYTES = 16

HELD = 0x100  # flag in LEVEL's value: released and pulled up, so it stays high without power

WIRES_HELLO = b"wires\n"  # first line of the wires connection; a UART's is b"uart 1 9600\n"
