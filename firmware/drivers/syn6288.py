"""SYN6288 speech chip: frames on a UART at 9600 baud (datasheet of 2016-03-09)."""

BAUDRATE = 9600

# What the chip answers, one byte each.
READY = 0x4A  # start-up finished: after power-on, or after a brown-out cut the speech
ACCEPTED = 0x41
REJECTED = 0x45
SPEAKING = 0x4E
IDLE = 0x4F  # once when the speech has ended, and in answer to a query

# The chip's text buffer; the tags count too.
MAX_TEXT_BYTES = 200

STOP = b"\xfd\x00\x02\x02\xfd"

_HEAD = 0xFD
_SPEAK = 0x01
_UNICODE_BIG_ENDIAN = 0x03

# How numbers are read; a tag stays in force until the next one, so each sentence sets its own.
# [y0] says 幺 for 1, as halls do.
_TAGS = {"t": "[n0]", "d": "[n1][y0]", "v": "[n2]"}


class SpeechError(Exception):
    """A sentence that the chip cannot take; `why` is too-long, character or empty."""

    def __init__(self, why):
        super().__init__("cannot be spoken: " + why)
        self.why = why


def tagged(parts):
    """[(mode, text)] as one tagged text; mode t = as the chip likes, d = by digits, v = by value.

    Only parts with digits need a tag, since it says nothing about other characters.
    """
    text = ""
    mode = None
    for part_mode, part in parts:
        if part_mode != mode and _has_digit(part):
            mode = part_mode
            text += _TAGS[mode]
        # The chip would obey a bracket instead of reading it.
        text += part.replace("[", "").replace("]", "")
    return text


def frame(text):
    """The bytes that speak a text, tags included; raises SpeechError."""
    size = 2 * len(text)
    if not size:
        raise SpeechError("empty")
    if size > MAX_TEXT_BYTES:
        raise SpeechError("too-long")
    data = bytearray(size + 6)
    data[0] = _HEAD
    # Command, parameter, text and check byte: at most 203, so the high byte stays 0.
    data[2] = size + 3
    data[3] = _SPEAK
    data[4] = _UNICODE_BIG_ENDIAN
    at = 5
    for index in range(len(text)):
        # A slice: MicroPython keeps every character that text[i] or a loop gives, for ever.
        code = ord(text[index : index + 1])
        if code > 0xFFFF:
            raise SpeechError("character")
        data[at] = code >> 8
        data[at + 1] = code & 0xFF
        at += 2
    check = 0
    for byte in data:
        check ^= byte
    data[at] = check
    return data


def _has_digit(text):
    for byte in text.encode():
        if 0x30 <= byte <= 0x39:
            return True
    return False
