"""The command line: `hallkit run | check | backup | replay | explain | act | figures | …`."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import importlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from hub import act, arguments, backup, dayfigures, explain, replay
from hub.app import Options, run
from hub.campus.errors import KeyFileError
from hub.config import EXAMPLE, ConfigError, HallConfig, load
from hub.lock import FolderInUse, FolderUnusable
from hub.log.journal import JournalError
from hub.wire import mosquitto
from hub.wire.alone import AnotherHub
from hub.wire.broker import BrokerError
from hub.wire.mqtt import Address, AddressError, Superseded

# Errors that an engineer can act upon: one line, no traceback.
SAID = (
    ConfigError,
    BrokerError,
    AddressError,
    JournalError,
    KeyFileError,
    FolderInUse,
    FolderUnusable,
    AnotherHub,
    Superseded,
    backup.BackupError,
    replay.BadMoment,
    explain.NoTicket,
    act.ActFailed,
    dayfigures.NoDay,
)
FAILED = 1
NOT_HERE = "run it in a clone of the project after `make setup`; a hall's box has the hub alone"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the process's exit code."""
    parser = _parser()
    options, rest = parser.parse_known_args(words)
    if "delegate" in options:
        try:
            part = importlib.import_module(options.delegate)
        except ModuleNotFoundError as missing:
            print(f"{options.prog}: {missing.name} is missing: {NOT_HERE}", file=sys.stderr)
            return FAILED
        delegated: int = part.main(rest, prog=options.prog)
        return delegated
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    code = FAILED
    try:
        code = options.command(options)
    except* SAID as group:
        for error in _leaves(group):
            print(f"hallkit: {error}", file=sys.stderr)
    return code


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hallkit", description="The hub of a service hall.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser(
        "run",
        help="serve a hall",
        epilog="kill -USR1 writes counters and every device's state to DATA/status.json",
    )
    serve.add_argument("file", type=Path, nargs="?", default=EXAMPLE, help="the hall's hall.toml")
    serve.add_argument("--data", type=Path, default=Path("data"), help="journal, keys, passwords")
    serve.add_argument(
        "--port", type=arguments.port, default=1883, help="port of the embedded broker"
    )
    serve.add_argument(
        "--broker",
        metavar="mqtt://…",
        help="use another broker; without user:password as enrolled",
    )
    serve.add_argument(
        "--speed", type=arguments.speed, default=1.0, help="divide the rules' durations"
    )
    serve.add_argument("--open-all-day", action="store_true", help="ignore the hours")
    serve.add_argument("--campus", metavar="URL", help="in place of the file's campus.url")
    serve.set_defaults(command=_run)

    check = commands.add_parser("check", help="check a hall's file")
    check.add_argument("file", type=Path)
    check.set_defaults(command=_check)

    copy = commands.add_parser("backup", help="copy a hall's data while its hub is running")
    copy.add_argument("data", type=Path, metavar="DATA", help="the hub's data folder")
    copy.add_argument("target", type=Path, metavar="TARGET", help="a folder that is not there yet")
    copy.set_defaults(command=_backup)

    again = commands.add_parser("replay", help="print any moment of a journal and its digest")
    again.add_argument("journal", type=Path, metavar="JOURNAL")
    replay.add_arguments(again)
    again.set_defaults(command=_replay)

    why = commands.add_parser("explain", help="who stands before a ticket, and why")
    why.add_argument("ticket", metavar="TICKET", help="as A012")
    why.add_argument("--data", type=Path, default=Path("data"), help="the hub's data folder")
    replay.add_arguments(why)
    why.set_defaults(command=_explain)

    do = commands.add_parser("act", help="what a manager does to the queue, with a reason")
    act.add_arguments(do)
    do.set_defaults(command=_act)

    day = commands.add_parser("figures", help="a day's waits, services, ratings and acts")
    dayfigures.add_arguments(day)
    day.set_defaults(command=_figures)

    other = commands.add_parser("mosquitto", help="write the files of a Mosquitto 2 for a hall")
    mosquitto.add_arguments(other)
    other.set_defaults(command=_mosquitto)

    # Loaded only when asked for: a hall's box has neither boards nor campus server.
    for name, module, text in (
        ("demo", "hub.demo.command", "visitors going through a hall of virtual boards"),
        ("board", "firmware.virtual.command", "one virtual board, for mpremote and flash.sh"),
        ("campus-server", "hub.campus.command", "the reference campus server"),
    ):
        sub = commands.add_parser(name, help=text, add_help=False)
        sub.set_defaults(delegate=module, prog=f"hallkit {name}")
    return parser


def _hall(options: argparse.Namespace) -> HallConfig:
    config = load(options.file)
    if options.campus:
        config = dataclasses.replace(
            config, campus=dataclasses.replace(config.campus, url=options.campus)
        )
    if options.open_all_day:
        config = config.open_all_day()
    return config.scaled(options.speed) if options.speed != 1 else config


def _run(options: argparse.Namespace) -> int:
    broker = Address.parse(options.broker) if options.broker else None
    asyncio.run(run(_hall(options), Options(options.data, options.port, broker)))
    return 0


def _check(options: argparse.Namespace) -> int:
    config = load(options.file)
    print(
        f"{options.file}: {len(config.departments)} departments, {len(config.services)} services, "
        f"{len(config.windows)} windows, {len(config.devices())} devices: good"
    )
    return 0


def _backup(options: argparse.Namespace) -> int:
    print(backup.backup(options.data, options.target))
    return 0


def _replay(options: argparse.Namespace) -> int:
    print(replay.text(options))
    return 0


def _explain(options: argparse.Namespace) -> int:
    print(explain.text(options))
    return 0


def _act(options: argparse.Namespace) -> int:
    print(act.text(options))
    return 0


def _figures(options: argparse.Namespace) -> int:
    print(dayfigures.text(options))
    return 0


def _mosquitto(options: argparse.Namespace) -> int:
    print(mosquitto.text(options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
