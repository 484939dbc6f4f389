"""Commands on their way to devices: each acts once, expires, and ends with an ack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from protocol.fields import Message

# A device that owes more is not answering; it remembers twice as many ids to tell repeats.
MAX_OPEN = 16
# A command whose ack has not come is sent again; the device tells repeats by the id.
RESEND_MS = 3_000

DONE = "done"
EXPIRED = "expired"
ERROR = "error"


@dataclass(slots=True)
class Command:
    """One act for one device; `id` is the same after a hub restart, so a repeat is told."""

    device: str
    id: str
    kind: str
    body: Message
    expires_ms: int
    sent_ms: int = 0


class Outbox:
    """Open commands by device and id; every method returns what must be sent now.

    `on_end(command, result)` is called once for each: done, expired or error.
    """

    def __init__(self, on_end: Callable[[Command, str], None]) -> None:
        self.overflows = 0
        self._open: dict[tuple[str, str], Command] = {}
        self._on_end = on_end

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._open

    def add(self, command: Command, now_ms: int) -> list[Command]:
        """Send a command unless it is open; a device that owes too much ends it in error."""
        if (command.device, command.id) in self._open:
            return []
        if sum(device == command.device for device, _ in self._open) >= MAX_OPEN:
            self.overflows += 1
            self._on_end(command, ERROR)
            return []
        self._open[command.device, command.id] = command
        command.sent_ms = now_ms
        return [command]

    def born(self, device: str, now_ms: int) -> list[Command]:
        """A device (re)connected: whatever is open for it goes out once more."""
        again = [command for command in self._open.values() if command.device == device]
        for command in again:
            command.sent_ms = now_ms
        return again

    def acked(self, device: str, command_id: str, result: str) -> None:
        """A device's ack; a `dup` says that the act was done before."""
        command = self._open.pop((device, command_id), None)
        if command is not None:
            self._on_end(command, DONE if result == "dup" else result)

    def drop(self, device: str, command_id: str) -> None:
        """Forget a command that makes no sense any more; its end is not reported."""
        self._open.pop((device, command_id), None)

    def due(self, now_ms: int) -> list[Command]:
        """End what has expired; the rest that waited too long for its ack goes out again."""
        for key, command in list(self._open.items()):
            if now_ms >= command.expires_ms:
                del self._open[key]
                self._on_end(command, EXPIRED)
        again = [c for c in self._open.values() if now_ms - c.sent_ms >= RESEND_MS]
        for command in again:
            command.sent_ms = now_ms
        return again
