"""One board from its survey to its birth; may be cut anywhere and begun again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware import build
from firmware.flasher import onboard, plan
from firmware.flasher.board import Board, Survey
from firmware.flasher.errors import BadSettings, CableLost, NoId, NotWhole
from firmware.flasher.plan import Plan
from firmware.flasher.ports import Port
from firmware.flasher.progress import Teller
from firmware.flasher.settings import Settings
from hub.config import Device

BUILD = build.ROOT / "build" / "flash"


@dataclass(frozen=True)
class Wishes:
    """What the command line asks for besides the board and the device."""

    dry_run: bool = False
    sources: bool = False
    replace: bool = False
    wait: bool = True


@dataclass
class Result:
    """What was done; for people and for `--json`."""

    id: str
    device: str
    copied: int = 0
    deleted: int = 0
    ready: bool = False
    seconds: float = 0.0


def run(
    settings: Settings,
    device_id: str | None,
    port: Port,
    wishes: Wishes,
    tell: Teller,
    role: str | None = None,
) -> Result:
    """Flash one board; raises FlashError. Without an id the board's own is kept."""
    began_s = time.monotonic()
    tell.step("asking")
    device = _device(settings, device_id or _ask_id(port), role)
    tell.who = device.id
    result = Result(device.id, device.role.replace("_", "-"))
    # Before the board is interrupted: its watchdog runs on, and a first build takes its time.
    tell.step("building")
    folder, files = _stage(device.role, wishes.sources)
    config = settings.device_config(device)
    with Board(port) as board:
        survey = board.survey()
        tell.step("comparing")
        _tell(survey, device, tell)
        plan.refuse(device.role, device.id, survey, wishes.replace)
        todo = plan.make(files, config, survey)
        _tell_plan(todo, tell)
        if not todo.is_empty and not wishes.dry_run:
            _change(board, folder, files, config, todo, tell)
            result.copied, result.deleted = len(todo.copy), len(todo.delete)
        if wishes.wait and not wishes.dry_run:
            from firmware.flasher import birth  # and with it an MQTT client, only where needed

            tell.step("waiting for the hub")
            tell.line(birth.reset_and_wait(settings, device.id, lambda: _reset(board, todo)))
            result.ready = True
        else:
            board.reset()
            tell.line("reset, its program runs again")
    result.seconds = round(time.monotonic() - began_s, 1)
    return result


def _ask_id(port: Port) -> str:
    """The id that a board has; it runs on afterwards."""
    with Board(port) as board:
        survey = board.survey()
        board.reset()
    if survey.id is None:
        raise NoId(survey.is_torn)
    return survey.id


def _device(settings: Settings, device_id: str, role: str | None) -> Device:
    device = settings.device(device_id)
    if role is not None and role != device.role:
        is_one, not_one = device.role.replace("_", "-"), role.replace("_", "-")
        raise BadSettings(
            settings.path,
            f"{device.id} is a {is_one} in the hall, not a {not_one}",
            "The id or the word before it is wrong",
        )
    return device


def _reset(board: Board, todo: Plan) -> None:
    """Reset; a board that was never parked may have been reset by its watchdog before."""
    try:
        board.reset()
    except CableLost:
        if not todo.is_empty:
            raise


def _stage(role: str, sources: bool) -> tuple[Path, dict[str, Any]]:
    """The folder with what goes onto the board, and path → {sha256, bytes}."""
    form = build.SOURCES if sources else build.SMALL
    folder = BUILD / (f"{role}-{form}" if sources else role)
    return folder, build.stage(role, folder, form)["files"]


def _tell(survey: Survey, device: Device, tell: Teller) -> None:
    if survey.is_torn:
        tell.line("its device.json cannot be read: written anew")
    tell.line(
        f"{survey.machine}, MicroPython {survey.version_text}, "
        f"{survey.free_bytes // 1024} KiB free, becomes {device.role.replace('_', ' ')}"
    )


def _tell_plan(todo: Plan, tell: Teller) -> None:
    if todo.is_empty:
        tell.line("up to date: 0 files to copy")
        return
    tell.line(
        f"{len(todo.copy)} files to copy ({todo.copy_bytes / 1024:.0f} KiB), "
        f"{len(todo.delete)} to delete, configuration {'new' if todo.configure else 'kept'}"
    )


def _change(
    board: Board,
    folder: Path,
    files: dict[str, Any],
    config: dict[str, Any],
    todo: Plan,
    tell: Teller,
) -> None:
    """Park main.py, bring everything else, and main.py last: half a copy never runs."""
    tell.step("parking")
    tell.line("parking main.py, resetting")
    board.park()
    board.remove([path for path in todo.delete if path != onboard.PARKED])
    began_s = time.monotonic()
    tell.step("copying", 0, len(todo.copy))
    for number, path in enumerate(todo.copy, 1):
        if path == onboard.MAIN:
            break
        _put(board, path, (folder / path[1:]).read_bytes())
        tell.step("copying", number, len(todo.copy))
    if todo.configure:
        text = onboard.config_text(config)
        # The fall-back second: one of the two is whole at any moment.
        for path in (onboard.CONFIG, onboard.CONFIG_COPY):
            _put(board, path, text)
    tell.step("checking")
    after = board.survey()
    wrong = [
        path
        for path, entry in files.items()
        if path != onboard.MAIN[1:] and after.files.get("/" + path, (0, ""))[1] != entry["sha256"]
    ]
    if wrong:
        raise NotWhole(wrong)
    if onboard.MAIN in todo.copy:
        _put(board, onboard.MAIN, (folder / onboard.MAIN[1:]).read_bytes())
        board.remove([onboard.PARKED])
    else:
        board.rename(onboard.PARKED, onboard.MAIN)
    took_s = time.monotonic() - began_s
    tell.line(f"copied {len(todo.copy)} files, all {len(files)} verified, {took_s:.1f} s")


def _put(board: Board, path: str, data: bytes) -> None:
    if not board.put(path, data):
        raise NotWhole([path])
