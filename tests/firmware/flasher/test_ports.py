"""Which port is meant, and that a board is followed by its serial number, not by its name."""

from __future__ import annotations

import os

import pytest
from serial.tools.list_ports_common import ListPortInfo

from firmware.flasher import ports
from firmware.flasher.errors import NoBoard

DEBUG_PROBE = 0x000C


class Usb:
    """Stands in for pyserial's list of ports."""

    def __init__(self):
        self.plugged = []

    def plug(self, device, serial, pid=0x0005):
        port = ListPortInfo(device)
        port.serial_number, port.vid, port.pid = serial, 0x2E8A, pid
        self.plugged.append(port)


@pytest.fixture
def usb(monkeypatch):
    usb = Usb()
    monkeypatch.setattr(ports.list_ports, "comports", lambda: usb.plugged)
    return usb


def test_the_only_board_needs_no_name(usb):
    usb.plug("/dev/ttyACM0", "E661")
    usb.plug("/dev/ttyACM1", "probe", DEBUG_PROBE)
    assert ports.choose(None).serial == "E661"


def test_among_several_one_must_be_named(usb):
    usb.plug("/dev/ttyACM0", "E661")
    usb.plug("/dev/ttyACM1", "E662")
    with pytest.raises(NoBoard, match="E661, E662"):
        ports.choose(None)
    assert ports.choose("E662").name == "/dev/ttyACM1"
    assert ports.choose("/dev/ttyACM0").serial == "E661"
    with pytest.raises(NoBoard, match="no port E663"):
        ports.choose("E663")


def test_no_board_is_said_with_what_to_do(usb):
    with pytest.raises(NoBoard, match="carries data"):
        ports.choose(None)


def test_a_board_that_comes_back_under_another_name_is_found(usb):
    usb.plug("/dev/ttyACM0", "E661")
    port = ports.choose(None)
    usb.plugged.clear()
    usb.plug("/dev/ttyACM0", "E662")  # another board has its name now
    usb.plug("/dev/ttyACM1", "E661")
    assert port.device() == "/dev/ttyACM1"


def test_a_board_that_stays_away_is_given_up(usb, monkeypatch):
    monkeypatch.setattr(ports, "_BACK_S", 0)
    with pytest.raises(NoBoard, match="E661 is gone"):
        ports.Port("/dev/ttyACM0", "E661").device()


def test_virtual_boards_are_links_in_a_folder(tmp_path):
    for name in ("b1", "gone"):
        (tmp_path / name).mkdir()
    (tmp_path / "b1/port").symlink_to(os.devnull)
    (tmp_path / "gone/port").symlink_to(tmp_path / "nothing")
    (only,) = ports.connected(tmp_path)
    assert only.name.endswith("b1/port")
    assert only.device() == os.devnull  # by its real name
