"""What flash.sh decides from a survey, before it writes anything."""

from __future__ import annotations

import dataclasses

import pytest

from firmware.flasher import onboard, plan
from firmware.flasher.board import Survey
from firmware.flasher.errors import OldMicroPython, OtherDevice, TooFull, WrongBoard
from firmware.virtual.hardware import ESP32_S3, PICO, PICO_2_W, PICO_W, Hardware

ESP32_P4 = Hardware(
    "Generic ESP32P4 module with WIFI module of external ESP32C6 with ESP32P4",
    "esp32",
    heap="400k",
)
KIB = 1024
FILES = {
    "main.py": {"sha256": "m", "bytes": 200},
    "lib/common/link.mpy": {"sha256": "l", "bytes": 5 * KIB},
    "lib/caller/app.mpy": {"sha256": "a", "bytes": 2 * KIB},
}
WHOLE = {"/" + path: (entry["bytes"], entry["sha256"]) for path, entry in FILES.items()}
CONFIG = {"id": "caller-19", "boot0": 5}
BLANK = Survey(PICO_W.machine, (1, 29, 0), 2822, 4 * KIB, 800 * KIB, None, {})


def held(files, **changes):
    return dataclasses.replace(BLANK, files=dict(files), config=CONFIG, **changes)


def test_a_blank_board_gets_everything_and_main_last():
    todo = plan.make(FILES, CONFIG, BLANK)
    assert todo.copy == ["/lib/caller/app.mpy", "/lib/common/link.mpy", "/main.py"]
    assert todo.configure and not todo.delete and not todo.is_empty


def test_a_whole_board_gets_nothing_though_its_boot_number_is_older():
    assert plan.make(FILES, CONFIG | {"boot0": 9}, held(WHOLE)).is_empty


def test_what_differs_is_copied_and_what_is_stale_in_our_folders_goes():
    files = WHOLE | {"/lib/common/link.mpy": (9, "old"), "/lib/display/app.mpy": (9, "x")}
    todo = plan.make(FILES, CONFIG, held(files))
    assert todo.copy == ["/lib/common/link.mpy"]
    assert todo.delete == ["/lib/display/app.mpy"]


def test_a_parked_main_is_put_back_and_not_copied():
    files = {path: entry for path, entry in WHOLE.items() if path != onboard.MAIN}
    todo = plan.make(FILES, CONFIG, held(files | {onboard.PARKED: (200, "m")}))
    assert todo.put_back and not todo.copy and not todo.delete and not todo.is_empty
    todo = plan.make(FILES, CONFIG, held(files | {onboard.PARKED: (200, "older")}))
    assert todo.copy == [onboard.MAIN] and todo.delete == [onboard.PARKED]


def test_the_worst_moment_must_leave_the_devices_own_room():
    # Blocks of 4 KiB: app 1, link 2, main 1.
    enough = plan.SPARE_BYTES + 4 * 4 * KIB
    plan.make(FILES, CONFIG, dataclasses.replace(BLANK, free_bytes=enough))
    with pytest.raises(TooFull) as caught:
        plan.make(FILES, CONFIG, dataclasses.replace(BLANK, free_bytes=enough - KIB))
    assert caught.value.short_bytes == KIB


def test_stale_files_make_room_and_a_replaced_file_only_afterwards():
    stale = {"/lib/common/old.mpy": (16 * KIB, "x")}
    plan.make(FILES, CONFIG, held(stale, free_bytes=plan.SPARE_BYTES))
    old = {"/lib/common/link.mpy": (16 * KIB, "x")}
    with pytest.raises(TooFull):
        plan.make(FILES, CONFIG, held(old, free_bytes=plan.SPARE_BYTES))


@pytest.mark.parametrize(
    ("role", "hardware", "fits"),
    [
        ("caller", PICO_W, True),
        ("caller", PICO_2_W, True),
        ("caller", ESP32_S3, True),
        ("caller", PICO, False),
        ("display", ESP32_S3, False),
        ("ticket_machine", ESP32_S3, True),
        ("ticket_machine", ESP32_P4, True),
        ("display", ESP32_P4, False),
        ("ticket_machine", PICO_2_W, False),
    ],
)
def test_which_hardware_a_role_runs_on(role, hardware, fits):
    board = dataclasses.replace(BLANK, machine=hardware.machine)
    if fits:
        plan.refuse(role, "x-1", board, replace=False)
        return
    with pytest.raises(WrongBoard) as caught:
        plan.refuse(role, "x-1", board, replace=False)
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(("version", "mpy"), [((1, 23, 0), 2822), ((1, 29, 0), 2821)])
def test_an_interpreter_that_cannot_load_our_modules_is_refused(version, mpy):
    with pytest.raises(OldMicroPython):
        plan.refuse("caller", "x-1", dataclasses.replace(BLANK, version=version, mpy=mpy), False)


def test_another_devices_board_is_taken_only_when_that_is_meant():
    with pytest.raises(OtherDevice) as caught:
        plan.refuse("caller", "caller-04", held({}), replace=False)
    assert (caught.value.present, caught.value.asked) == ("caller-19", "caller-04")
    plan.refuse("caller", "caller-04", held({}), replace=True)
    plan.refuse("caller", "caller-19", held({}), replace=False)
