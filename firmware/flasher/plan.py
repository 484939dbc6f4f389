"""What must change on a board, and whether it may: decided from a survey, before any change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from firmware.flasher import onboard
from firmware.flasher.board import Survey
from firmware.flasher.errors import OldMicroPython, OtherDevice, TooFull, WrongBoard

# Modules are in the .mpy format 6, which every MicroPython since 1.19 reads.
MPY_FORMAT = 6
# The first release with format 6.3 (1.23) and all our chips (RP2350: 1.24); nothing older has
# ever run our tests.
MICROPYTHON_FIRST = (1, 24, 0)
# Room for what a device writes itself: boot number, outbox, offline tickets.
SPARE_BYTES = 64 * 1024

_RP2_WIFI = r"Pico( 2)? W\b"
# role → (what its machine string shows, in words)
_HARDWARE = {
    "caller": (rf"{_RP2_WIFI}|ESP32C3|ESP32S3", "a Pico W, Pico 2 W, ESP32-C3 or ESP32-S3"),
    "rating_pad": (rf"{_RP2_WIFI}|ESP32C3|ESP32S3", "a Pico W, Pico 2 W, ESP32-C3 or ESP32-S3"),
    "display": (_RP2_WIFI, "a Pico W or Pico 2 W"),
    # Printer, panel and card reader take three UARTs; a Pico has two.
    "ticket_machine": (r"ESP32S3|ESP32P4", "an ESP32-S3 or ESP32-P4"),
}


@dataclass(frozen=True)
class Plan:
    """Paths on the board to write and to remove; whether main.py is only to be put back."""

    copy: list[str]
    delete: list[str]
    put_back: bool
    configure: bool
    copy_bytes: int

    @property
    def is_empty(self) -> bool:
        """Whether the board has everything already."""
        return not (self.copy or self.delete or self.put_back or self.configure)


def refuse(role: str, device_id: str, survey: Survey, replace: bool) -> None:
    """Raise Refused if this board must not get that firmware."""
    pattern, words = _HARDWARE[role]
    if not re.search(pattern, survey.machine):
        raise WrongBoard(role, survey.machine or "board of an unknown kind", words)
    first = ".".join(str(part) for part in MICROPYTHON_FIRST)
    if survey.mpy & 0xFF != MPY_FORMAT:
        why = f"it reads .mpy format {survey.mpy & 0xFF}, ours is {MPY_FORMAT}"
        raise OldMicroPython(survey.version_text, why, first)
    if survey.version < MICROPYTHON_FIRST:
        raise OldMicroPython(survey.version_text, f"ours is proved from {first} on", first)
    if survey.id not in (None, device_id) and not replace:
        raise OtherDevice(str(survey.id), device_id)


def make(files: Mapping[str, Any], config: Mapping[str, Any], survey: Survey) -> Plan:
    """The plan for a manifest's files; raises TooFull if they do not fit beside the old ones."""
    wanted = {"/" + path: entry for path, entry in files.items()}
    held = {path: digest for path, (_, digest) in survey.files.items()}
    copy = [path for path, entry in wanted.items() if held.get(path) != entry["sha256"]]
    main = wanted[onboard.MAIN]["sha256"]
    put_back = onboard.MAIN in copy and held.get(onboard.PARKED) == main
    if put_back:
        copy.remove(onboard.MAIN)
    # main.py last: until it is there, the board stays in its REPL.
    copy.sort(key=lambda path: (path == onboard.MAIN, path))
    ours = (path for path in held if path.startswith(tuple(f"{f}/" for f in onboard.FOLDERS)))
    delete = sorted(path for path in ours if path not in wanted)
    if onboard.PARKED in held and not put_back:
        delete.append(onboard.PARKED)
    sizes = {path: entry["bytes"] for path, entry in wanted.items()}
    _check_space(copy, delete, sizes, survey)
    # A run that was cut between the two leaves a copy that is missing or older.
    configure = _without_boot(survey.config or {}) != _without_boot(config) or held.get(
        onboard.CONFIG
    ) != held.get(onboard.CONFIG_COPY)
    return Plan(copy, delete, put_back, configure, sum(sizes[path] for path in copy))


def _without_boot(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration but for the boot number, which alone is no reason to write it again."""
    return {key: value for key, value in config.items() if key != "boot0"}


def _check_space(
    copy: list[str], delete: list[str], sizes: Mapping[str, int], survey: Survey
) -> None:
    """Each file is written beside the one it replaces, so the worst moment counts."""

    def taken(size_bytes: int) -> int:
        return -(-size_bytes // survey.block_bytes) * survey.block_bytes

    free = survey.free_bytes + sum(taken(survey.files[path][0]) for path in delete)
    least = free
    for path in copy:
        free -= taken(sizes[path])
        least = min(least, free)
        free += taken(survey.files.get(path, (0, ""))[0])
    if copy and least < SPARE_BYTES:
        raise TooFull(SPARE_BYTES - least, survey.free_bytes)
