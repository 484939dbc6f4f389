"""What a device may take of its board (design, Sizes to keep)."""

from __future__ import annotations

import pytest

from firmware.build import FIRMWARE, ROLES, stage

# A module is loaded in one piece, so it must find a hole of its size in a used heap.
MODULE_BYTES_MAX = 8 * 1024
# Of all code together, so that a Pico W keeps more than half of its heap for work.
CODE_BYTES_MAX = 80 * 1024
# RP2040 boards run main.py from source: it is compiled on the board at each boot.
MAIN_LINES_MAX = 10

PRESENT = [role for role in ROLES if (FIRMWARE / role / "app.py").exists()]


@pytest.fixture(params=PRESENT)
def files(request, tmp_path):
    return stage(request.param, tmp_path / request.param)["files"]


def test_no_module_is_too_big_for_a_used_heap(files):
    sizes = {path: entry["bytes"] for path, entry in files.items() if path.endswith(".mpy")}
    assert {path: size for path, size in sizes.items() if size > MODULE_BYTES_MAX} == {}


def test_all_code_of_a_device_fits(files):
    code = {
        path: entry["bytes"] for path, entry in files.items() if path.endswith((".mpy", ".py"))
    }
    assert sum(code.values()) <= CODE_BYTES_MAX


@pytest.mark.parametrize("role", PRESENT)
def test_main_only_starts_the_app(role):
    lines = (FIRMWARE / role / "main.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MAIN_LINES_MAX
