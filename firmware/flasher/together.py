"""Every connected board at once: a process for each, one line of progress for each."""

from __future__ import annotations

import collections
import json
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from firmware.flasher.ports import Port
from firmware.flasher.progress import step_text

# Of what a child printed that is no step, so that a crash of ours can be told.
_NOISE_LINES = 20


@dataclass
class Row:
    """One board's line; `exit_code` is None until its process has ended."""

    port: Port
    who: str
    step: str = "starting"
    done: int = 0
    total: int = 0
    exit_code: int | None = None
    result: dict[str, Any] | None = None
    why: str = ""
    todo: str = ""
    noise: collections.deque[str] = field(
        default_factory=lambda: collections.deque(maxlen=_NOISE_LINES)
    )

    @property
    def text(self) -> str:
        """What it does, or what came of it."""
        if self.exit_code is None:
            return step_text(self.step, self.done, self.total)
        if self.exit_code or self.result is None:
            return f"FAILED: {self.why.splitlines()[0]}"
        copied, deleted = self.result["copied"], self.result["deleted"]
        word = "ready" if self.result["ready"] else "done, the hub was not asked"
        return f"{word}: {copied} files copied, {deleted} deleted, {self.result['seconds']} s"

    def heard(self, line: str) -> None:
        """Take a line of its process: a step, its result, or something unforeseen."""
        try:
            facts = json.loads(line)
        except ValueError:
            facts = None
        if not isinstance(facts, dict):
            self.noise.append(line)
            return
        for name in ("who", "step", "done", "total", "result", "why", "todo"):
            setattr(self, name, facts.get(name, getattr(self, name)))

    def ended(self, exit_code: int) -> None:
        """Its process is over; a signal or a crash of ours counts as 1."""
        self.exit_code = exit_code if exit_code >= 0 else 1
        if self.exit_code and not self.why:
            self.why = self.noise[-1] if self.noise else "it ended without a word"
            self.todo = "Run it alone, which shows more"

    @property
    def name(self) -> str:
        """Of its port, as --port takes it."""
        return self.port.serial or self.port.name

    @property
    def again(self) -> str:
        """The command for this board alone."""
        return f"./flash.sh --port {self.name}" + (" --id ID" if self.who == self.name else "")


class Screen:
    """One line per board: rewritten in place on a terminal, else one for each change of step."""

    def __init__(self, rows: Sequence[Row], on_terminal: bool) -> None:
        self._rows = list(rows)
        self._on_terminal = on_terminal
        self._shown: dict[int, str] = {}
        if self._on_terminal:
            print("\n".join(self._line(row) for row in rows), flush=True)

    def show(self, row: Row) -> None:
        """Bring a board's line up to date."""
        if self._on_terminal:
            up = len(self._rows) - self._rows.index(row)
            print(f"\033[{up}A\r\033[K{self._line(row)}\033[{up}B\r", end="", flush=True)
        elif (change := row.step if row.exit_code is None else row.text) != self._shown.get(
            id(row)
        ):
            self._shown[id(row)] = change
            print(f"{row.who}: {row.text}", flush=True)

    def _line(self, row: Row) -> str:
        """Cut to the width: a line that wraps could not be rewritten."""
        width = max(len(other.who) for other in self._rows)
        return f"{row.who:<{width}}  {row.text}"[: shutil.get_terminal_size().columns - 1]


def run(ports: Sequence[Port], words: Sequence[str], is_json: bool) -> int:
    """Flash each board as what it is already; 0 if all went well, else the largest exit code."""
    rows = [Row(port, port.serial or port.name) for port in ports]
    screen = None if is_json else Screen(rows, sys.stdout.isatty())
    # Bounded by what one screen can show; a full queue only makes a child wait.
    events: queue.Queue[tuple[Row, str | int]] = queue.Queue(maxsize=1_000)
    processes = [_start(row, words, events) for row in rows]
    try:
        while any(row.exit_code is None for row in rows):
            row, event = events.get()
            if isinstance(event, int):
                row.ended(event)
            else:
                row.heard(event)
            if screen is not None:
                screen.show(row)
            elif row.exit_code is not None:
                print(json.dumps(_facts(row)), flush=True)
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
    if not is_json:
        print(summary(rows), flush=True)
    return max(row.exit_code or 0 for row in rows)


def _start(
    row: Row, words: Sequence[str], events: queue.Queue[tuple[Row, str | int]]
) -> subprocess.Popen[str]:
    """A process of its own: what goes wrong with one board is no matter to the others."""
    command = [sys.executable, "-m", "firmware.flasher", "--port", row.name, "--steps", *words]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            events.put((row, line.rstrip("\n")))
        events.put((row, process.wait()))

    threading.Thread(target=read, name=row.name, daemon=True).start()
    return process


def _facts(row: Row) -> dict[str, Any]:
    """A board's line of --json."""
    if row.exit_code == 0 and row.result is not None:
        return row.result | {"port": row.name}
    return {"port": row.name, "exit": row.exit_code, "why": row.why, "todo": row.todo}


def summary(rows: Sequence[Row]) -> str:
    """How many went well, and for each other board what to do next."""
    failed = [row for row in rows if row.exit_code]
    lines = [f"{len(rows) - len(failed)} of {len(rows)} boards done"]
    for row in failed:
        lines += [f"{row.who}: {row.why}", f"  {row.todo}", f"  Alone: {row.again}"]
    ids = collections.Counter(row.who for row in rows)
    for who, count in ids.items():
        if count > 1:
            lines.append(
                f"{who}: {count} boards have this id. They push each other off the broker: "
                "switch on only one"
            )
    return "\n".join(lines)
