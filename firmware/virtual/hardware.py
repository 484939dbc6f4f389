"""What a virtual board says it is, to whoever asks at its console."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hardware:
    """`machine` and `platform` as MicroPython's sys has them; `version` as 1.29.0.

    `heap` is what it has, doubled: objects take twice the bytes on a 64-bit interpreter.
    """

    machine: str
    platform: str
    version: str = "1.29.0"
    heap: str = "160k"

    def arguments(self) -> list[str]:
        """For the bootstrap's command line."""
        return [self.machine, self.platform, self.version]


PICO_W = Hardware("Raspberry Pi Pico W with RP2040", "rp2")
PICO_2_W = Hardware("Raspberry Pi Pico 2 W with RP2350", "rp2")
PICO = Hardware("Raspberry Pi Pico with RP2040", "rp2")  # no Wi-Fi: nothing of ours runs on it
# 64 KiB at first, and 188 KiB more that it takes from the system's when it needs them.
ESP32_S3 = Hardware("Generic ESP32S3 module with ESP32S3", "esp32", heap="400k")

BOARDS = {"pico-w": PICO_W, "pico-2-w": PICO_2_W, "pico": PICO, "esp32-s3": ESP32_S3}
# The reference boards.
OF_ROLE = {
    "caller": PICO_W,
    "rating_pad": PICO_W,
    "display": PICO_W,
    "ticket_machine": ESP32_S3,
}
