"""The model of the digits, fed with the datasheet's literal frames."""

from __future__ import annotations

import pytest

from fakes.bench import FakeBench
from firmware.virtual.models.tm1637 import Tm1637

CLK, DIO = 14, 15


class Bus:
    """Frames as edges on two wires, by the book: data moves while the clock is low."""

    def __init__(self):
        self.bench = FakeBench()
        self.model = Tm1637(self.bench, CLK, DIO)
        self.bench.give(CLK, 1)
        self.bench.give(DIO, 1)

    def send(self, *data, bits=9):
        self.bench.give(DIO, 0)
        self.bench.give(CLK, 0)
        for byte in data:
            for at in range(bits):
                self.bench.give(DIO, byte >> at & 1 if at < 8 else 0)
                self.bench.give(CLK, 1)
                self.bench.give(CLK, 0)
        self.bench.give(DIO, 0)
        self.bench.give(CLK, 1)
        self.bench.give(DIO, 1)

    def show(self, *segments):
        self.send(0x40)
        self.send(0xC0, *segments)
        self.send(0x8F)


@pytest.fixture
def bus():
    return Bus()


@pytest.mark.parametrize(
    ("segments", "text"),
    [
        ((0x77, 0x3F, 0x06, 0x5B, 0x00, 0x4F), "A012 3"),
        ((0x3F, 0x3F, 0x4F, 0x66, 0x00, 0x00), "0034  "),
        ((0x40, 0x40, 0x40, 0x40, 0x00, 0x00), "----  "),
        ((0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F), "456789"),
        ((0x7C, 0x39, 0x5E, 0x79, 0x71, 0x3D), "bCdEFG"),
        ((0x76, 0x1E, 0x38, 0x73, 0x3E, 0x54), "HJLPUn"),
        ((0x5C, 0x50, 0x78, 0xBF, 0x49, 0x00), "ort0? "),
    ],
)
def test_segments_are_read_as_characters(bus, segments, text):
    bus.show(*segments)
    assert bus.model.text == text
    assert bus.model.bad == 0


def test_nothing_is_lit_before_the_display_is_switched_on(bus):
    bus.send(0x40)
    bus.send(0xC0, 0x77)
    assert bus.model.text == "      "
    bus.send(0x88)
    assert bus.model.text == "A     "
    bus.send(0x80)
    assert bus.model.text == "      "


def test_an_address_sets_where_the_first_byte_goes(bus):
    bus.show(0x77, 0x3F, 0x06, 0x5B, 0x00, 0x4F)
    bus.send(0xC5, 0x66)
    assert bus.model.text == "A012 4"


def test_each_picture_is_told_once(bus):
    told = []
    bus.model.on_change = told.append
    bus.show(0x77)
    bus.show(0x77)
    bus.show(0x06)
    # A module shows new data at once, because it is on already.
    assert told == ["A     ", "1     "]


def test_bytes_cut_off_and_unknown_commands_are_counted(bus):
    bus.send(0x40, bits=5)
    bus.send(0x10)
    assert bus.model.bad == 2


def test_a_number_that_comes_and_goes_is_blinking(bus):
    number = (0x77, 0x3F, 0x06, 0x5B, 0x00, 0x4F)
    blank = (0, 0, 0, 0, 0, 0x4F)
    bus.show(*number)
    bus.show(*blank)
    assert not bus.model.blinking
    bus.show(*number)
    bus.show(*blank)
    assert bus.model.blinking
    assert (bus.model.text, bus.model.reading) == ("     3", "A012 3")


def test_three_different_pictures_are_not_blinking(bus):
    for digit in (0x06, 0x5B, 0x4F):
        bus.show(digit)
    assert not bus.model.blinking


def test_a_plugged_module_holds_the_line_low_for_the_answer(bus):
    assert bus.bench.driven == [(DIO, 0)]
    bus.model.unplug()
    assert bus.bench.driven[-1] == (DIO, 1)
