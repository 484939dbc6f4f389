"""The committed font is what its script makes, complete, sorted, and with the proven pixels."""

import hashlib
import importlib.util
import struct
from pathlib import Path

import pytest

FONTS = Path(__file__).parents[3] / "firmware" / "display" / "fonts"
FONT = FONTS / "unifont16.qf"
MAKE = importlib.util.spec_from_file_location("make_font", FONTS / "make_font.py")
make_font = importlib.util.module_from_spec(MAKE)
MAKE.loader.exec_module(make_font)


def read():
    data = FONT.read_bytes()
    magic, version, _, narrow, wide = struct.unpack_from("<2sBBHH", data)
    assert (magic, version) == (b"QF", 1)
    keys = struct.unpack_from(f"<{narrow + wide}H", data, 8)
    return data, keys[:narrow], keys[narrow:]


@pytest.mark.skipif(not make_font.UNIFONT_HEX.exists(), reason="Unifont is not installed")
def test_the_script_makes_the_committed_bytes():
    assert make_font.make(make_font.UNIFONT_HEX) == FONT.read_bytes()


def test_size_and_order():
    data, narrow, wide = read()
    assert list(narrow) == sorted(set(narrow))
    assert list(wide) == sorted(set(wide))
    assert len(data) == 8 + 18 * len(narrow) + 34 * len(wide)


def test_every_hanzi_of_gb2312_ascii_and_the_signs_are_there():
    _, narrow, wide = read()
    hanzi = {code for code in wide if 0x4E00 <= code <= 0x9FFF}
    assert len(hanzi) == 6763
    assert all(len(chr(code).encode("gb2312")) == 2 for code in hanzi)
    assert set(range(0x20, 0x7F)) <= set(narrow)
    assert {ord(sign) for sign in "，。：！？（）《》、；"} <= set(wide)


def test_the_proven_picture_comes_out_of_the_file():
    data, narrow, wide = read()
    glyphs = {}
    at = 8 + 2 * (len(narrow) + len(wide))
    for code, size in [(code, 16) for code in narrow] + [(code, 32) for code in wide]:
        glyphs[chr(code)] = data[at : at + size]
        at += size
    rows = b"".join(
        glyphs[character][y * len(glyphs[character]) // 16 :][: len(glyphs[character]) // 16]
        for y in range(16)
        for character in "请A012号到3号窗口"
    )
    assert hashlib.sha256(rows).hexdigest().startswith("80447af5166200a0")


def test_the_licence_lies_beside_it():
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text("utf-8")
