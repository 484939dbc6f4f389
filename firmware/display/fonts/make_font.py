"""Makes unifont16.qf from GNU Unifont: `python firmware/display/fonts/make_font.py [unifont.hex]`.

Needs Unifont 15.0.01 (Debian bookworm: `apt-get install unifont`, which puts the .hex file at
UNIFONT_HEX). The output is committed; tests/firmware/display/test_make_font.py makes it again
where Unifont is installed and compares the bytes.

File: "QF", format 1, 0, count of narrow and of wide glyphs (u16 LE each); the narrow code points,
then the wide ones (u16 LE, ascending); then 16 bytes for each narrow and 32 for each wide glyph in
the same order: rows from the top, most significant bit left (framebuf's MONO_HLSB).
"""

import struct
import sys
from pathlib import Path

UNIFONT_HEX = Path("/usr/share/unifont/unifont.hex")
FONT = Path(__file__).with_name("unifont16.qf")
NARROW_BYTES, WIDE_BYTES = 16, 32


def _hanzi() -> set[int]:
    # Rows 16 to 87 of GB2312 are its hanzi; 5 places at the end of row 55 are empty.
    pairs = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(16, 88) for cell in range(1, 95))
    return {ord(text) for text in (pair.decode("gb2312", "ignore") for pair in pairs) if text}


def repertoire() -> set[int]:
    """Code points of the font: ASCII, the hanzi of GB2312, and the signs that halls use."""
    ascii_signs = set(range(0x20, 0x7F))
    cjk_signs = set(range(0x3000, 0x3012)) | {0x3014, 0x3015}
    full_width = set(range(0xFF01, 0xFF5F)) | {0xFFE5}
    circled_digits = set(range(0x2460, 0x246A))
    others = {ord(sign) for sign in "·—…‘’“”×℃№→←↑↓●★□△"}
    return ascii_signs | _hanzi() | cjk_signs | full_width | circled_digits | others


def make(hex_file: Path) -> bytes:
    """The font file; KeyError names the first code point that `hex_file` lacks."""
    glyphs = {}
    for line in hex_file.read_text("ascii").splitlines():
        code, _, rows = line.partition(":")
        glyphs[int(code, 16)] = bytes.fromhex(rows)
    wanted = {code: glyphs[code] for code in sorted(repertoire())}
    narrow = [code for code, rows in wanted.items() if len(rows) == NARROW_BYTES]
    wide = [code for code, rows in wanted.items() if len(rows) == WIDE_BYTES]
    if len(narrow) + len(wide) != len(wanted):
        raise ValueError(f"{hex_file}: a glyph is neither 8x16 nor 16x16")
    keys = narrow + wide
    return b"".join(
        [
            struct.pack("<2sBBHH", b"QF", 1, 0, len(narrow), len(wide)),
            struct.pack(f"<{len(keys)}H", *keys),
            *(wanted[code] for code in keys),
        ]
    )


if __name__ == "__main__":
    FONT.write_bytes(make(Path(sys.argv[1]) if len(sys.argv) > 1 else UNIFONT_HEX))
