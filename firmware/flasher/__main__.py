"""The command behind flash.sh: one board, all boards, a list, or the steps for the base image."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from firmware.build import ROLES, BuildError
from firmware.flasher import job, ports, settings, together
from firmware.flasher.base import STEPS
from firmware.flasher.board import Board
from firmware.flasher.errors import FlashError
from firmware.flasher.job import Wishes
from firmware.flasher.progress import REWRITE, Lines, Steps, Teller, tell_parent

# As a shell tells of a program that was stopped with Ctrl-C.
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when every board is ready; docs/flashing.md lists the others."""
    options = _parser().parse_args(arguments)
    if options.device == "firmware":
        print(STEPS)
        return 0
    try:
        if options.list:
            return _list(options)
        if options.all:
            return _all(options)
        return _one(options)
    except FlashError as error:
        _fail(options, error.why, error.todo)
        return error.exit_code
    except BuildError as error:
        _fail(options, f"the firmware cannot be built: {error}", "This needs a developer")
        return 1
    except KeyboardInterrupt:
        _fail(options, "interrupted", "Run the same command again: it goes on where it stopped")
        return INTERRUPTED


def _fail(options: argparse.Namespace, why: str, todo: str) -> None:
    if options.steps:
        tell_parent(why=why, todo=todo)
    else:
        if sys.stdout.isatty():
            print(REWRITE, end="", flush=True)  # the step that was under way
        print(f"{options.id or 'flash.sh'}: {why}. {todo}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="flash.sh", description=__doc__)
    roles = [role.replace("_", "-") for role in ROLES]
    parser.add_argument("device", nargs="?", choices=[*roles, "firmware"], help="checks the id")
    parser.add_argument("--id", help="which device of the hall the board becomes")
    parser.add_argument("--port", metavar="P", help="path or USB serial number of its port")
    parser.add_argument("--ports", type=Path, metavar="FOLDER", help="virtual boards, not USB")
    parser.add_argument("--settings", type=Path, default=Path("flash.toml"))
    parser.add_argument("--py", action="store_true", help="sources in place of .mpy, to debug")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument("--all", action="store_true", help="every board, as what it is already")
    parser.add_argument("--list", action="store_true", help="show which boards are connected")
    parser.add_argument("--replace", action="store_true", help="let it become another device")
    parser.add_argument("--no-wait", action="store_true", help="do not wait for the hub")
    parser.add_argument("--json", action="store_true", help="the result as one JSON line")
    # For the processes that --all starts.
    parser.add_argument("--steps", action="store_true", help=argparse.SUPPRESS)
    return parser


def _one(options: argparse.Namespace) -> int:
    known = settings.read(options.settings)
    port = ports.choose(options.port, options.ports)
    role = options.device.replace("-", "_") if options.device else None
    wishes = Wishes(options.dry_run, options.py, options.replace, not options.no_wait)
    teller = Steps if options.steps else Teller if options.json else Lines
    tell = teller(options.id or port.serial or port.name)
    result = dataclasses.asdict(job.run(known, options.id, port, wishes, tell, role))
    if options.steps:
        tell_parent(result=result)
    elif options.json:
        print(json.dumps(result))
    return 0


def _all(options: argparse.Namespace) -> int:
    """Every connected board; what is wrong with the settings is said once and not for each."""
    settings.read(options.settings)
    found = ports.connected(options.ports)
    if not found:
        ports.choose(None, options.ports)  # says why there is none
    same = ["--settings", str(options.settings)]
    same += ["--ports", str(options.ports)] if options.ports else []
    same += [
        f"--{name.replace('_', '-')}"
        for name in ("py", "dry_run", "no_wait")
        if getattr(options, name)
    ]
    return together.run(found, same, options.json)


def _list(options: argparse.Namespace) -> int:
    found = ports.connected(options.ports)
    if not found:
        ports.choose(None, options.ports)  # says why there is none
    for port in found:
        try:
            with Board(port) as board:
                survey = board.survey()
                board.reset()
            identity = survey.id or ("device.json unreadable" if survey.is_torn else "blank")
            text = f"{identity}  {survey.machine}, MicroPython {survey.version_text}"
        except FlashError as error:
            text = str(error)
        print(f"{port.serial or '-'}  {port.name}  {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
