"""How MicroPython itself gets onto a bare chip: the steps that `flash.sh firmware` prints."""

STEPS = """\
MicroPython itself, once for each new chip. Take version 1.29 of the image of exactly this
board from MicroPython's download page; older than 1.24 is refused.

Pico W, Pico 2 W  (RPI_PICO_W, RPI_PICO2_W: a .uf2 file)
  1. Hold BOOTSEL while plugging the board in: a drive appears (RPI-RP2 or RP2350).
  2. Copy the .uf2 file onto the drive. The board restarts by itself; the drive vanishes.

ESP32-S3, ESP32-C3  (ESP32_GENERIC_S3, ESP32_GENERIC_C3: a .bin file; needs esptool)
  1. Hold BOOT while plugging the board in.
  2. esptool --port P erase-flash
  3. esptool --port P --baud 460800 write-flash 0 FILE.bin
  4. Press RESET.

Then:  ./flash.sh --list    shows the board as blank.
"""
