"""The demo in a terminal: panels as they glow, papers, speech, keys, and a line of progress."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, TextIO

from hub.demo.clerk import Clerk
from hub.demo.visitor import Visiting, Visitor

LOOK_S = 0.25
BAR_LOOKS = 20  # a progress line every five seconds


class Watch:
    """Prints what changed since the last look; `quiet` prints progress only."""

    def __init__(self, out: TextIO = sys.stderr, quiet: bool = False) -> None:
        self._out = out
        self._quiet = quiet
        self._papers = 0
        self._heard: dict[str, int] = {}
        self._presses: dict[int, int] = {}
        self._drawn: dict[str, list[str]] = {}

    def say(self, text: str) -> None:
        """One line for whoever watches."""
        print(text, file=self._out, flush=True)

    async def run(self, visiting: Visiting, visitors: list[Visitor], clerks: list[Clerk]) -> None:
        """Look until every clerk is done."""
        looks = 0
        while any(clerk.has_work() for clerk in clerks):
            if not self._quiet:
                self._look(visiting, clerks)
            if looks % BAR_LOOKS == 0:
                self._progress(visiting, visitors, clerks)
            looks += 1
            await asyncio.sleep(LOOK_S)
        self._progress(visiting, visitors, clerks)

    def _look(self, visiting: Visiting, clerks: list[Clerk]) -> None:
        papers = visiting.machine.printer.tickets
        for paper in papers[self._papers :]:
            self._paper(paper)
        self._papers = len(papers)
        for clerk in clerks:
            for press in clerk.presses[self._presses.get(clerk.number, 0) :]:
                self.say(f"  按键 window {clerk.number}: {press.key} → {press.shown_ms:.1f} ms")
            self._presses[clerk.number] = len(clerk.presses)
        for zone, ears in visiting.voices.items():
            for sentence in ears.heard[self._heard.get(zone, 0) :]:
                self.say(f"  广播 {zone}: {sentence}")
            self._heard[zone] = len(ears.heard)
        for zone, board in visiting.boards.items():
            if board.lines and board.lines != self._drawn.get(zone):
                self._drawn[zone] = board.lines
                self.say(f"  大屏 {zone}: {' │ '.join(board.lines)}")
        for number, bar in visiting.bars.items():
            name = f"bar {number}"
            if any(bar.lines) and bar.lines != self._drawn.get(name):
                self._drawn[name] = bar.lines
                self.say(bar.art())

    def _paper(self, paper: Any) -> None:
        width = max(len(line) for line in paper.text.split("\n")) + 2
        self.say("  ┌" + "─" * width)
        for line in paper.text.split("\n"):
            self.say(f"  │ {line}")
        self.say(f"  └ QR: {paper.qr}")

    def _progress(self, visiting: Visiting, visitors: list[Visitor], clerks: list[Clerk]) -> None:
        served = sum(len(clerk.served) for clerk in clerks)
        absent = sum(len(clerk.absent) for clerk in clerks)
        self.say(
            f"进度 {served + absent}/{len(visitors)}: {visiting.tickets} 已取号 tickets, "
            f"{served} 已办理 served, {absent} 未到 absent"
        )
