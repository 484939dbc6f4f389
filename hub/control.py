"""The manager's way into a running hub: a socket in the data folder that takes acts, no more.

Least privilege: whoever may open the socket (mode 600: the hub's own user) may do the acts of
`hub.core.manager` and nothing else. One line of JSON asks, one line answers; an act is durable,
with its reason, before it is answered.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.core import Hall, Refused, commands, errors, manager, model

log = logging.getLogger(__name__)

SOCKET = "control.sock"
# A ticket, a window and a reason of some sentences.
MAX_LINE = 4_096
# Somebody who types by hand would use the command line.
PATIENCE_S = 5.0

# Acts by what they are done to.
ON_LEGS = (manager.PRIORITY, manager.URGENT, manager.FINISH, manager.HOLD, manager.BACK)
ON_WINDOWS = {
    manager.OPEN: model.OPEN,
    manager.PAUSE: model.PAUSED,
    manager.CLOSE: model.CLOSED,
}
# What a ticket machine may have: numbers in advance, for the time without a hub.
ON_MACHINES = {manager.REVOKE: False, manager.ALLOW: True}
ACTS = (*ON_LEGS, manager.TRANSFER, *ON_WINDOWS, *ON_MACHINES, manager.CLOSE_DAY)

# The answer to a line that is no request at all.
BAD_REQUEST = "BAD_REQUEST"
# The wire's word for a device that is not in the hall's file.
UNKNOWN_DEVICE = "UNKNOWN_DEVICE"

Ask = Callable[[Sequence[commands.Command]], Awaitable[list[str | None]]]


@dataclass(frozen=True, slots=True)
class Request:
    """An act, to a ticket, window or machine (`on`), and why; a transfer goes `to` a window."""

    act: str
    reason: str
    on: str = ""
    to: str = ""

    def line(self) -> bytes:
        """As it goes through the socket."""
        fields = {"act": self.act, "reason": self.reason, "on": self.on, "to": self.to}
        return json.dumps(fields, ensure_ascii=False).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Request:
        """The request of a line; raises ValueError on anything else."""
        fields = json.loads(line)
        if type(fields) is not dict or any(type(value) is not str for value in fields.values()):
            raise ValueError("not an object of texts")
        try:
            request = cls(**fields)
        except TypeError as error:
            raise ValueError(str(error)) from error
        if request.act not in ACTS:
            raise ValueError(f"no such act: {request.act:.40}")
        return request


def command_of(hall: Hall, machines: Collection[str], request: Request) -> commands.Command:
    """The request in the core's terms; raises Refused if it names nobody and nothing."""
    act, reason = request.act, request.reason
    if act == manager.CLOSE_DAY:
        return commands.CloseDay(reason)
    if act in ON_MACHINES:
        if request.on not in machines:
            raise Refused(UNKNOWN_DEVICE)
        return commands.SetLeases(request.on, ON_MACHINES[act], reason)
    if act in ON_WINDOWS:
        return commands.SetWindow(_window(request.on), ON_WINDOWS[act], reason)
    leg = _leg(hall, request.on)
    if act == manager.TRANSFER:
        return commands.Transfer(leg, _window(request.to), reason)
    if act in (manager.PRIORITY, manager.URGENT):
        return commands.Prioritise(leg, reason, urgent=act == manager.URGENT)
    if act == manager.FINISH:
        return commands.ForceFinish(leg, reason)
    return (commands.SetAside if act == manager.HOLD else commands.BringBack)(leg, reason)


def _leg(hall: Hall, ticket: str) -> int:
    """The last leg of the day with that ticket."""
    legs = [leg.id for leg in hall.legs.values() if leg.ticket == ticket.upper()]
    if not legs:
        raise Refused(errors.UNKNOWN_LEG)
    return legs[-1]


def _window(text: str) -> int:
    if not text.isdecimal():
        raise Refused(errors.NO_SUCH_WINDOW)
    return int(text)


class Control:
    """Serves the socket of one data folder; `ask` decides and commits.

    `machines`: the ticket machines of the hall's file.
    """

    def __init__(self, folder: Path, hall: Hall, machines: Collection[str], ask: Ask) -> None:
        self._machines = machines
        self._path = folder / SOCKET
        self._hall = hall
        self._ask = ask

    async def run(self) -> None:
        """Serve until cancelled; a path too long for a socket costs the acts, never the hall."""
        try:
            sock = _listening(self._path)
        except OSError as error:
            log.warning("%s: %s: no manager's acts", self._path, error)
            return
        try:
            server = await asyncio.start_unix_server(self._serve, sock=sock, limit=MAX_LINE)
            async with server:
                await server.serve_forever()
        finally:
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request; the first thing wrong with it ends the connection."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                line = await reader.readline()
                answer = await self._answer(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError) as error:
            # ValueError: a line without an end.
            log.warning("control: %s: %s", type(error).__name__, error)
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = Request.read(line)
        except ValueError as error:
            log.warning("control: %s", error)
            return {"ok": False, "why": BAD_REQUEST}
        try:
            (why,) = await self._ask([command_of(self._hall, self._machines, request)])
        except Refused as refusal:
            why = refusal.reason
        log.info("act: %s %s %s: %s", request.act, request.on, request.to, why or "done")
        return {"ok": why is None, "why": why}


def address(path: Path) -> str:
    """The shorter way to a socket: the system takes about a hundred characters."""
    absolute = str(path.absolute())
    return min(absolute, os.path.relpath(absolute), key=len)


def _listening(path: Path) -> socket.socket:
    """A socket that nobody but this user can open, from its first moment on."""
    path.unlink(missing_ok=True)  # of a hub that was killed
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        sock.bind(address(path))
        sock.listen()
    except OSError:
        sock.close()
        raise
    finally:
        os.umask(before)
    return sock
