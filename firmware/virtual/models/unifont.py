"""Reads pixels back into characters by the glyphs of the display's font file."""

from __future__ import annotations

import functools
import struct
from pathlib import Path

# Its format is told in display/fonts/make_font.py; this reader shares no code with the firmware.
FONT = Path(__file__).parents[2] / "display" / "fonts" / "unifont16.qf"
UNREADABLE = "\ufffd"
CELL = 8  # every glyph is one or two cells wide


@functools.cache
def glyphs(path: Path = FONT) -> tuple[dict[bytes, str], dict[bytes, str]]:
    """(narrow, wide): a glyph's 16 or 32 bytes → its character; the first of equal ones."""
    data = path.read_bytes()
    magic, _, narrow_count, wide_count = struct.unpack_from("<3sBHH", data)
    if magic != b"QF\x01":
        raise ValueError(f"{path} is no font")
    count = narrow_count + wide_count
    codes = struct.unpack_from(f"<{count}H", data, 8)
    at = 8 + 2 * count
    narrow: dict[bytes, str] = {}
    wide: dict[bytes, str] = {}
    for index, code in enumerate(codes):
        table, size = (narrow, 16) if index < narrow_count else (wide, 32)
        table.setdefault(data[at : at + size], chr(code))
        at += size
    return narrow, wide


@functools.lru_cache(maxsize=256)
def _read(bits: tuple[int, ...], width: int) -> str:
    # The text may begin at any pixel: the offset that leaves the fewest cells unread is the one.
    best: tuple[int, str] | None = None
    for offset in range(CELL):
        cells = (width - offset) // CELL
        used = width - offset - cells * CELL
        stray = any(row >> (width - offset) or row & ((1 << used) - 1) for row in bits)
        text = _cells([row >> used for row in bits], cells)
        missed = text.count(UNREADABLE) + (width if stray else 0)
        if best is None or missed < best[0]:
            best = (missed, text)
        if not missed:
            break
    return best[1].strip() if best else ""


def _cells(bits: list[int], cells: int) -> str:
    # Fewest unread cells over all ways to split the line into one- and two-cell glyphs; where two
    # ways are equal the wide glyph wins.
    narrow, wide = glyphs()
    ways: list[tuple[int, str]] = [(0, "")] * (cells + 1)
    for cell in range(cells - 1, -1, -1):
        shift = (cells - cell - 1) * CELL
        column = bytes(row >> shift & 0xFF for row in bits)
        missed, rest = ways[cell + 1]
        character = narrow.get(column)
        way = (missed + (character is None), (character or UNREADABLE) + rest)
        if cell + 1 < cells and any(column):
            pair = bytes(
                b for row in bits for b in (row >> shift - CELL & 0xFFFF).to_bytes(2, "big")
            )
            double = wide.get(pair)
            if double and ways[cell + 2][0] <= way[0]:
                way = (ways[cell + 2][0], double + ways[cell + 2][1])
        ways[cell] = way
    return ways[0][1]


def read_row(rows: list[bytes], width: int) -> str:
    """The text of one line of 16 pixel rows, without the blanks around it."""
    return _read(tuple(int.from_bytes(row, "big") for row in rows), width)
