"""Model of a DWIN DGUS II touch panel: frames in; a page with texts and buttons out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

WRITE, READ = 0x82, 0x83
PAGE_REGISTER = 0x0084
PAGE_NOW = 0x0014
WRITTEN = bytes.fromhex("5A A5 03 82 4F 4B")
MAX_DATA = 240


@dataclass(frozen=True)
class Page:
    """One page as drawn with DWIN's tool: its texts, and its buttons with their labels."""

    name: str
    key_vp: int
    texts: tuple[int, ...]
    buttons: Mapping[int, tuple[int, ...]]  # key code → label variables


class NoSuchButton(Exception):
    """Nobody can press what the page does not show."""

    def __init__(self, label: str, shown: list[str]) -> None:
        super().__init__(f"no button {label!r} among {shown}")
        self.label = label
        self.shown = shown


class Panel:
    """The panel with its project burnt in; it shows page 0 at power-up."""

    def __init__(self, bench: Any, uart: int, project: Mapping[int, Page]) -> None:
        self.project = project
        self.page = 0
        self.rejected: list[bytes] = []
        self._memory: dict[int, int] = {}  # variable address → 16-bit word
        self._buffer = bytearray()
        self._uart = bench.uart(uart)
        self._changed = asyncio.Event()
        self._listeners: list[Callable[[], Any]] = []
        self._uart.on_bytes(self._on_bytes)

    # What people see and touch

    @property
    def name(self) -> str:
        """The name of the page that is shown."""
        return self.project[self.page].name

    @property
    def texts(self) -> dict[int, str]:
        """Texts of the page that is shown, labels included, by variable; empty ones left out."""
        page = self.project[self.page]
        addresses = [*page.texts, *(vp for vps in page.buttons.values() for vp in vps)]
        return {vp: text for vp in addresses if (text := self.text(vp))}

    @property
    def shown(self) -> str:
        """All texts of the page, as somebody reads them."""
        return "\n".join(self.texts.values())

    def text(self, vp: int) -> str:
        """A text variable, up to its FFFF."""
        words: list[int] = []
        while (word := self._memory.get(vp + len(words), 0xFFFF)) != 0xFFFF:
            words.append(word)
        return b"".join(word.to_bytes(2, "big") for word in words).decode("utf-16-be", "replace")

    def buttons(self) -> dict[int, str]:
        """Key code → label of the buttons that have one."""
        found = {}
        for code, label_vps in self.project[self.page].buttons.items():
            label = self.text(label_vps[0])
            if label:
                found[code] = label
        return found

    def touch(self, key_vp: int, code: int) -> None:
        """A finger on a touch area: it uploads its code, labelled or not."""
        words = key_vp.to_bytes(2, "big") + b"\x01" + code.to_bytes(2, "big")
        self._uart.send(b"\x5a\xa5\x06\x83" + words)

    def press(self, code: int) -> None:
        """Touch a button of the page that is shown."""
        self.touch(self.project[self.page].key_vp, code)

    def press_label(self, label: str) -> None:
        """Touch the button that says so, else the only one that begins so; or NoSuchButton."""
        shown = self.buttons()
        exact = [code for code, text in shown.items() if text == label]
        near = [code for code, text in shown.items() if text.startswith(label)]
        if not exact and len(near) != 1:
            raise NoSuchButton(label, list(shown.values()))
        self.press((exact or near)[0])

    def noise(self, data: bytes) -> None:
        """What a bad cable does."""
        self._uart.send(data)

    def on_change(self, fn: Callable[[], Any]) -> None:
        """Call `fn()` when a page was shown."""
        self._listeners.append(fn)

    async def wait_for(self, *words: str, timeout_s: float = 5.0) -> None:
        """Wait until the page shows all these words; TimeoutError after `timeout_s`."""
        async with asyncio.timeout(timeout_s):
            while not all(word in self.shown for word in words):
                self._changed.clear()
                await self._changed.wait()

    # Frames

    def _on_bytes(self, data: bytes) -> None:
        self._buffer += data
        while (start := self._buffer.find(b"\x5a\xa5")) >= 0:
            if start:
                self.rejected.append(bytes(self._buffer[:start]))
                del self._buffer[:start]
            if len(self._buffer) < 3 or len(self._buffer) < 3 + self._buffer[2]:
                return
            body = bytes(self._buffer[3 : 3 + self._buffer[2]])
            del self._buffer[: 3 + len(body)]
            self._frame(body)

    def _frame(self, body: bytes) -> None:
        if len(body) < 4 or len(body) - 1 > MAX_DATA:
            self.rejected.append(body)
            return
        address = int.from_bytes(body[1:3], "big")
        if body[0] == WRITE and len(body) % 2 == 1:
            self._write(address, body[3:])
            self._uart.send(WRITTEN)
        elif body[0] == READ and len(body) == 4:
            self._uart.send(self._read(address, body[3]))
        else:
            self.rejected.append(body)

    def _write(self, address: int, data: bytes) -> None:
        if address == PAGE_REGISTER and data[:2] == b"\x5a\x01":
            number = int.from_bytes(data[2:4], "big")
            if number in self.project:
                self.page = number
            else:
                self.rejected.append(data)
            self._changed.set()
            for fn in self._listeners:
                fn()
            return
        for offset in range(0, len(data), 2):
            self._memory[address + offset // 2] = int.from_bytes(data[offset : offset + 2], "big")

    def _read(self, address: int, count: int) -> bytes:
        words = [self._memory.get(address + i, 0) for i in range(count)]
        if address == PAGE_NOW:
            words = [self.page]
        data = b"".join(word.to_bytes(2, "big") for word in words)
        body = bytes([READ]) + address.to_bytes(2, "big") + bytes([len(words)]) + data
        return b"\x5a\xa5" + bytes([len(body)]) + body
