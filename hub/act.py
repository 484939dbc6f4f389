"""`hallkit act`: what a manager does to the queue of a running hub, each act with its reason."""

from __future__ import annotations

import argparse
import json
import socket
from pathlib import Path

from hub.control import ACTS, MAX_LINE, ON_MACHINES, ON_WINDOWS, SOCKET, Request, address
from hub.core import manager
from protocol.reasons import Reason

# The hub commits in milliseconds; this is for a disk that hangs.
PATIENCE_S = 10.0

# Each act in Chinese and English, as the journal's reader and the command line's user see it.
NAMES = {
    manager.PRIORITY: ("优先", "priority"),
    manager.URGENT: ("提到最前", "put first"),
    manager.FINISH: ("强制办结", "forced end"),
    manager.HOLD: ("挂起", "on hold"),
    manager.BACK: ("召回", "brought back"),
    manager.TRANSFER: ("转移", "transferred"),
    manager.OPEN: ("开窗", "opened"),
    manager.PAUSE: ("暂停窗口", "paused"),
    manager.CLOSE: ("关窗", "closed"),
    manager.CLOSE_DAY: ("提前结束当天", "day ended"),
    manager.REVOKE: ("停用断网取号", "no more offline numbers"),
    manager.ALLOW: ("恢复断网取号", "offline numbers again"),
}


class ActFailed(Exception):
    """The act was not done; the text says why, Chinese first."""


class NoHub(ActFailed):
    """No hub runs on this data folder, or it is another user's."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(f"主机未运行或无权限 | no hub answers in {folder}: {problem}")


class NotDone(ActFailed):
    """The hub refused; `why` is its reason."""

    def __init__(self, why: str) -> None:
        reason = Reason(why)
        super().__init__(f"未执行: {reason.zh} | not done: {reason.en} ({why})")
        self.why = why


def send(folder: Path, request: Request) -> None:
    """Have the act done by the hub that runs on this data folder; raises ActFailed."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
            peer.settimeout(PATIENCE_S)
            peer.connect(address(folder / SOCKET))
            peer.sendall(request.line())
            with peer.makefile("rb") as answers:
                answer = json.loads(answers.readline(MAX_LINE))
    except OSError as error:
        raise NoHub(folder, str(error)) from error
    except ValueError as error:
        raise NoHub(folder, "it hung up") from error
    if not answer["ok"]:
        raise NotDone(answer["why"])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `hallkit act`."""
    parser.add_argument("act", choices=ACTS, metavar="ACT", help=" | ".join(ACTS))
    parser.add_argument(
        "on", nargs="?", default="", metavar="ON", help="a ticket, window or machine"
    )
    parser.add_argument("to", nargs="?", default="", metavar="TO", help="a transfer's window")
    parser.add_argument("--reason", required=True, help="why; kept in the journal")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the hub's data folder")


def text(options: argparse.Namespace) -> str:
    """Do what was asked, and say so."""
    send(options.data, Request(options.act, options.reason, options.on, options.to))
    zh, en = NAMES[options.act]
    on_zh = on_en = options.on if options.act in ON_MACHINES else options.on.upper()
    if options.act in ON_WINDOWS:
        on_zh, on_en = f"{options.on}号窗口", f"window {options.on}"
    to_zh = f" → {options.to}号窗口" if options.to else ""
    to_en = f" to window {options.to}" if options.to else ""
    return f"已执行: {on_zh} {zh}{to_zh} | done: {on_en} {en}{to_en}".replace("  ", " ")
