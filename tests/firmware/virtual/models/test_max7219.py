"""The model of a MAX7219 chain obeys its registers, and reads its pixels back as text."""

import asyncio

import pytest

from firmware.virtual.models import unifont
from firmware.virtual.models.max7219 import Max7219Wall

INIT = ("0c00", "0f00", "0b07", "0900", "0c01")
# Rows of "A012" in a font that is not Unifont (hardware reference).
ROW_0 = "0118013c0118013c"


class Bench:
    """Only the two hooks that the model uses."""

    def on_level(self, pin, fn):
        assert pin == 17
        self.level = fn

    def on_spi(self, bus, fn):
        assert bus == 0
        self.spi = fn

    def latch(self, data):
        self.level(0)
        self.spi(data)
        self.level(1)

    def show(self, rows, columns):
        """Send a whole picture, a register of all modules at a time."""
        for register in range(8):
            frame = bytearray()
            for band in range(0, len(rows), 8):
                for column in range(columns):
                    frame += bytes((register + 1, rows[band + register][column]))
            self.latch(bytes(frame))


@pytest.fixture
def loop(monkeypatch):
    loop = Loop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    return loop


@pytest.fixture
def bench(loop):
    return Bench()


class Loop:
    """Timers that fire when a test lets time pass."""

    def __init__(self):
        self.fn = None

    def call_later(self, delay_s, fn):
        self.fn = fn
        return self

    def cancel(self):
        self.fn = None

    def run_out(self):
        """The time that was asked for last is over."""
        fn, self.fn = self.fn, None
        if fn:
            fn()


def wall(bench, width, height, start=INIT):
    model = Max7219Wall(bench, 0, 17, ((32, 8), (64, 16), (128, 32)))
    for frame in start:
        bench.latch(bytes.fromhex(frame) * (width * height // 64))
    return model


def unifont_rows(text, width, x=0):
    """The 16 pixel rows of one line of text from `x` on, drawn with shifts and nothing of ours."""
    narrow, wide = unifont.glyphs()
    by_character = {character: glyph for glyph, character in [*narrow.items(), *wide.items()]}
    rows = [0] * 16
    at = width - x
    for character in text:
        glyph = by_character[character]
        size = len(glyph) // 16
        at -= 8 * size
        for y in range(16):
            rows[y] |= int.from_bytes(glyph[y * size : (y + 1) * size], "big") << at
    return [row.to_bytes(width // 8, "big") for row in rows]


def test_the_first_byte_lands_on_the_left_module(bench):
    model = wall(bench, 32, 8)
    bench.latch(bytes.fromhex(ROW_0))
    assert model.rows()[0] == bytes.fromhex("183c183c")
    assert model.pixel(3, 0)
    assert not model.pixel(0, 0)


def test_nothing_is_shown_until_chip_select_rises(bench):
    model = wall(bench, 32, 8)
    bench.level(0)
    bench.spi(bytes.fromhex(ROW_0))
    assert model.rows()[0] == bytes(4)
    bench.level(1)
    assert model.rows()[0] != bytes(4)


def test_a_short_frame_shifts_the_chain_and_latches_what_stands_there(bench):
    model = wall(bench, 32, 8)
    bench.latch(bytes.fromhex("01ff" * 4))
    bench.latch(bytes.fromhex("0100"))
    assert model.rows()[0] == bytes.fromhex("ffffff00")


def test_after_power_on_a_chip_is_shut_down_and_scans_one_digit(bench):
    model = wall(bench, 32, 8, start=("0000",))
    for register in (1, 2):
        bench.latch(bytes((register, 0xFF)) * 4)
    assert model.rows()[:2] == [bytes(4), bytes(4)]
    bench.latch(bytes.fromhex("0c01") * 4)
    assert model.rows()[:2] == [b"\xff" * 4, bytes(4)]


def test_decode_mode_test_mode_and_intensity_are_obeyed(bench):
    model = wall(bench, 32, 8)
    bench.latch(bytes.fromhex("0105") * 4)
    bench.latch(bytes.fromhex("0901") * 4)
    assert model.rows()[0] == bytes([0x5B] * 4)  # code B: a 5
    bench.latch(bytes.fromhex("0f01") * 4)
    assert model.rows()[7] == b"\xff" * 4
    bench.latch(bytes.fromhex("0a03") * 4)
    assert [chip.intensity for chip in model.chips] == [3] * 4


def test_a_bar_s_text_is_read_wherever_it_begins(bench):
    model = wall(bench, 64, 16)
    for x in (0, 3, 12):
        bench.show(unifont_rows("请A012", 64, x), 8)
        assert model.text() == "请A012"


def test_a_board_s_lines_are_read_with_their_spaces(bench):
    model = wall(bench, 128, 32)
    rows = unifont_rows("A012  12号窗口", 128) + unifont_rows("B003  4号窗口", 128)
    bench.show(rows, 16)
    assert model.lines() == ["A012  12号窗口", "B003  4号窗口"]
    assert model.text() == "A012  12号窗口\nB003  4号窗口"


def test_one_wrong_pixel_makes_a_character_unreadable(bench):
    model = wall(bench, 64, 16)
    rows = unifont_rows("A012", 64, 16)
    rows[8] = bytes((*rows[8][:3], rows[8][3] ^ 0x10, *rows[8][4:]))
    bench.show(rows, 8)
    assert model.text() == "A\ufffd12"


def test_the_drawing_has_two_rows_in_each_line(bench):
    model = wall(bench, 32, 8)
    bench.latch(bytes.fromhex("0180" + "0100" * 3))
    bench.latch(bytes.fromhex("02c0" + "0200" * 3))
    assert model.art().splitlines() == ["█▄" + " " * 30] + [" " * 32] * 3


def test_a_chain_of_no_known_length_shows_nothing(bench):
    model = Max7219Wall(bench, 0, 17, ((64, 16),))
    bench.latch(bytes.fromhex("0c00") * 4)
    assert (model.width, model.text(), model.art()) == (0, "", "")


def test_a_change_is_told_once_with_the_time_of_its_last_row(bench, loop):
    model = wall(bench, 64, 16)
    told = []
    model.on_change(lambda at_s: told.append((at_s, model.text())))
    bench.show(unifont_rows("A012", 64), 8)
    assert told == []
    loop.run_out()
    bench.show(unifont_rows("A012", 64), 8)  # the same again is no change
    loop.run_out()
    assert told == [(model.latched_at_s, "A012")]


def test_what_came_back_before_anybody_looked_is_no_change(bench, loop):
    model = wall(bench, 64, 16)
    told = []
    model.on_change(told.append)
    bench.show(unifont_rows("A012", 64), 8)
    bench.show([bytes(8)] * 16, 8)
    loop.run_out()
    assert told == []
