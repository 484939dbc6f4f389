"""Model of a SYN6288 speech chip: frames in; answers, a busy line and what is heard out."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

READY, ACCEPTED, REJECTED, SPEAKING, IDLE = 0x4A, 0x41, 0x45, 0x4E, 0x4F
CHARACTER_S = 0.35
MAX_TEXT_BYTES = 200
ENCODINGS = {0: "gb2312", 1: "gbk", 2: "big5", 3: "utf-16-be"}

DIGITS = "零一二三四五六七八九"
_TAG = re.compile(r"\[([a-z])(\d*)\]")
_TAG_OR_DIGITS = re.compile(r"\[[a-z]\d*\]|[0-9]+")


def number(digits: str) -> str:
    """A number as it is read: 12 → 十二, 105 → 一百零五; more than four digits one by one."""
    value = int(digits)
    if len(str(value)) > 4:
        return "".join(DIGITS[int(digit)] for digit in digits)
    if value == 0:
        return DIGITS[0]
    spoken, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if not digit:
            gap = bool(spoken)
            continue
        spoken += ("零" if gap else "") + DIGITS[digit] + name
        gap = False
    return spoken[1:] if spoken.startswith("一十") else spoken


class Syn6288:
    """One chip: what it has `spoken`, `cut` off and `rejected`; 0.35 s / `speed` a character."""

    def __init__(self, bench: Any, uart: int, busy: int, speed: float = 1.0) -> None:
        self.spoken: list[str] = []
        self.cut: list[str] = []
        self.rejected: list[bytes] = []
        self.speaking: str | None = None
        self.volume = 10
        self.is_powered = True  # False: nothing is heard, and nobody answers
        self._bench = bench
        self._uart = bench.uart(uart)
        self._busy = busy
        self._speed = speed
        self._buffer = bytearray()
        self._number_mode = "0"
        self._one = "幺"
        self._end: asyncio.TimerHandle | None = None
        self._listeners: list[Callable[[str, float], Any]] = []
        bench.drive(busy, 0)
        self._uart.on_bytes(self._on_bytes)

    def on_spoken(self, fn: Callable[[str, float], Any]) -> None:
        """Call `fn(sentence, time.monotonic())` when a sentence has been heard to its end."""
        self._listeners.append(fn)

    def _on_bytes(self, data: bytes) -> None:
        if not self.is_powered:
            return
        self._buffer += data
        while True:
            head = self._buffer.find(0xFD)
            if head < 0:
                self._buffer.clear()  # noise between frames
                return
            del self._buffer[:head]
            if len(self._buffer) < 3:
                return
            end = 3 + int.from_bytes(self._buffer[1:3], "big")
            if end > 6 + MAX_TEXT_BYTES or end < 5:
                self._reject(bytes(self._buffer[:3]))
                del self._buffer[:1]
                continue
            if len(self._buffer) < end:
                return
            frame = bytes(self._buffer[:end])
            del self._buffer[:end]
            self._on_frame(frame)

    def _on_frame(self, frame: bytes) -> None:
        check = 0
        for byte in frame:
            check ^= byte
        command = frame[3]
        if check or command not in (0x01, 0x02, 0x21):
            self._reject(frame)
        elif command == 0x01:
            self._speak(frame)
        elif command == 0x02:
            self._uart.send(bytes((ACCEPTED,)))
            if self.speaking is not None:
                self._cut()
                self._silence()
        else:
            state = IDLE if self.speaking is None else SPEAKING
            self._uart.send(bytes((ACCEPTED, state)))

    def _speak(self, frame: bytes) -> None:
        encoding = ENCODINGS.get(frame[4] & 0x07)
        try:
            text = frame[5:-1].decode(encoding or "")
        except (LookupError, UnicodeDecodeError):
            self._reject(frame)
            return
        self._cut()
        self._uart.send(bytes((ACCEPTED,)))
        self.speaking = self._as_heard(text)
        self._bench.drive(self._busy, 1)
        seconds = CHARACTER_S * len(self.speaking) / self._speed
        self._end = asyncio.get_running_loop().call_later(seconds, self._finish)

    def _cut(self) -> None:
        if self.speaking is None:
            return
        assert self._end is not None
        self._end.cancel()
        self.cut.append(self.speaking)
        self.speaking = None

    def _finish(self) -> None:
        sentence, self.speaking = self.speaking, None
        self._silence()
        if sentence and self.volume:
            self.spoken.append(sentence)
            for fn in self._listeners:
                fn(sentence, time.monotonic())

    def _silence(self) -> None:
        self._bench.drive(self._busy, 0)
        self._uart.send(bytes((IDLE,)))

    def _reject(self, frame: bytes) -> None:
        self.rejected.append(frame)
        self._uart.send(bytes((REJECTED,)))

    def _as_heard(self, text: str) -> str:
        return _TAG_OR_DIGITS.sub(lambda match: self._read_aloud(match[0]), text)

    def _read_aloud(self, piece: str) -> str:
        tag = _TAG.fullmatch(piece)
        if tag is None:
            if self._number_mode == "1":
                return "".join(self._one if d == "1" else DIGITS[int(d)] for d in piece)
            return number(piece)
        # Settings outlast the frame, so a sentence that relies on an earlier one is heard wrong.
        if tag[1] == "n":
            self._number_mode = tag[2]
        elif tag[1] == "y":
            self._one = "一" if tag[2] == "1" else "幺"
        elif tag[1] == "v":
            self.volume = int(tag[2])
        return ""
