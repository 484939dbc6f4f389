"""Who may import whom: the design's import column, and what each kind of file stays free of."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEVICES = ("caller", "display", "rating_pad", "ticket_machine")
# Top-level names of ours as they are imported; firmware folders lose their `firmware.` on a board.
OURS = {"protocol", "hub", "firmware", "common", "drivers", "tests", *DEVICES}

# The longest matching folder decides; a name allows itself and everything below it.
MAY_IMPORT = {
    "protocol": ("protocol",),
    "hub": ("hub", "protocol"),
    "hub/core": ("hub.core",),
    "hub/log": ("hub.log", "hub.core", "hub.config", "hub.outcomes", "protocol"),
    "hub/wire": ("hub.wire", "hub.core", "hub.config", "hub.devices", "hub.arguments", "protocol"),
    "hub/demo": ("hub", "protocol", "firmware.virtual", "firmware.build"),
    "firmware/common": ("common", "protocol"),
    "firmware/drivers": (),
    **{f"firmware/{device}": (device, "common", "drivers", "protocol") for device in DEVICES},
    "firmware/fold.py": ("firmware.fold",),
    "firmware/shrink": ("firmware.shrink", "firmware.fold"),
    "firmware/build.py": ("firmware.build", "firmware.fold", "firmware.shrink"),
    "firmware/flasher": ("firmware.flasher", "firmware.build", "common", "protocol", "hub.config"),
    "firmware/virtual": ("firmware.virtual", "firmware.build", "firmware.shrink"),
}
# Entry points are started, never imported.
NEVER_IMPORTED = ("tests", "hub.__main__", *(f"{device}.main" for device in DEVICES))

# Logic takes `now_ms` and returns decisions.
PURE_FILES = {"flow.py", "render.py", "ticket_layout.py", "backoff.py", "debounce.py"}
IMPURE = {"asyncio", "machine", "network", "socket", "time"}
# The queue is a fold of its commands: no clock, no chance, no I/O.
IMPURE_CORE = IMPURE | {"logging", "os", "pathlib", "random", "sqlite3", "subprocess", "threading"}

# The modules of a port, and the one kind of file that may import each.
HARDWARE = {"machine": "board.py", "rp2": "board.py", "esp32": "board.py", "network": "wifi.py"}
# Runs before an app's board.py can be trusted, and after it has failed.
BOOT = "firmware/common/boot.py"
MISSING_ON_BOARDS = {
    "__future__",
    "abc",
    "contextlib",
    "dataclasses",
    "enum",
    "functools",
    "logging",
    "pathlib",
    "typing",
}


def is_on_board(path: str) -> bool:
    """Whether the file runs on a board: the MicroPython subset."""
    return path.startswith("protocol/") or (
        path.startswith("firmware/")
        and not path.startswith(("firmware/virtual/", "firmware/flasher/", "firmware/shrink/"))
        and path not in ("firmware/build.py", "firmware/fold.py")
        and not Path(path).name.startswith("make_")
    )


def imports(path: str, tree: ast.AST) -> list[str]:
    """Every dotted name the file imports, `from a import b` as `a.b`, relative ones resolved."""
    package = path.removesuffix(".py").split("/")[:-1]
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = [*above, *(node.module or "").split(".")] if node.module else above
            found += [".".join([*base, alias.name]) for alias in node.names]
    return found


def _within(name: str, allowed: tuple[str, ...]) -> bool:
    return any(name == one or name.startswith(one + ".") for one in allowed)


def layer_violations(path: str, tree: ast.AST) -> list[str]:
    """Imports of ours that the folder may not have."""
    folders = [folder for folder in MAY_IMPORT if path == folder or path.startswith(folder + "/")]
    if not folders:
        return [f"{path}: no layer is declared for it"]
    allowed = MAY_IMPORT[max(folders, key=len)]
    ours = [name for name in imports(path, tree) if name.split(".")[0] in OURS]
    return [
        f"{path}: imports {name}"
        for name in ours
        if not _within(name, allowed) or _within(name, NEVER_IMPORTED)
    ]


def purity_violations(path: str, tree: ast.AST) -> list[str]:
    """Clocks, hardware and event loops in files of pure logic; anything not stdlib in the core."""
    tops = {name.split(".")[0] for name in imports(path, tree)}
    pure = path.startswith("firmware/") and Path(path).name in PURE_FILES
    banned: set[str] = set()
    if path.startswith("hub/core/"):
        banned = tops - sys.stdlib_module_names - {"hub"} | tops & IMPURE_CORE
    elif pure or path.startswith("protocol/"):
        banned = tops & IMPURE
    return [f"{path}: imports {name}, but it is pure logic" for name in sorted(banned)]


def hardware_violations(path: str, tree: ast.AST) -> list[str]:
    """`machine` outside a device's board.py, `network` outside common/wifi.py."""
    if not is_on_board(path) or path == BOOT:
        return []
    folder, file = path.split("/")[-2:]
    tops = {name.split(".")[0] for name in imports(path, tree)}
    return [
        f"{path}: imports {top}, which only {HARDWARE[top]} may"
        for top in sorted(tops & set(HARDWARE))
        if file != HARDWARE[top] or folder not in (("common",) if top == "network" else DEVICES)
    ]


def subset_violations(path: str, tree: ast.AST) -> list[str]:
    """What MicroPython lacks, or does silently wrong: its encode("gbk") returns UTF-8."""
    if not is_on_board(path):
        return []
    tops = {name.split(".")[0] for name in imports(path, tree)}
    missing = sorted(tops & MISSING_ON_BOARDS)
    return [f"{path}: imports {name}, missing on boards" for name in missing] + [
        f"{path}:{node.lineno}: text in GB comes from the hub as bytes"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"encode", "decode"}
        and any("gb" in str(getattr(value, "value", "")).lower() for value in node.args)
    ]


RULES = (layer_violations, purity_violations, hardware_violations, subset_violations)


def violations(path: str, source: str) -> list[str]:
    """All rules on one file; `path` is relative to the root, with slashes."""
    tree = ast.parse(source)
    return [found for rule in RULES for found in rule(path, tree)]


def test_every_import_goes_down_the_layers():
    found = []
    for top in ("protocol", "hub", "firmware"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            found += violations(name, path.read_text(encoding="utf-8"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("protocol/codec.py", "import hub"),
        ("protocol/codec.py", "import time"),
        ("protocol/codec.py", "from typing import Any"),
        ("hub/bridge.py", "from firmware.virtual import board"),
        ("hub/bridge.py", "from firmware.build import stage"),
        ("hub/bridge.py", "from hub import __main__"),
        ("hub/core/queue.py", "from protocol import topics"),
        ("hub/core/queue.py", "from hub.bridge import Bridge"),
        ("hub/core/queue.py", "from ..bridge import Bridge"),
        ("hub/core/queue.py", "from .. import journal"),
        ("hub/core/queue.py", "import aiohttp"),
        ("hub/core/queue.py", "import random"),
        ("hub/demo/hall.py", "from firmware import caller"),
        ("firmware/common/link.py", "from drivers import keys"),
        ("firmware/common/link.py", "import machine"),
        ("firmware/common/link.py", "import network"),
        ("firmware/drivers/keys.py", "from protocol import limits"),
        ("firmware/drivers/keys.py", "from machine import Pin"),
        ("firmware/caller/app.py", "from display import render"),
        ("firmware/caller/app.py", "def f():\n    import hub.core"),
        ("firmware/caller/app.py", "from caller import main"),
        ("firmware/caller/app.py", "from dataclasses import dataclass"),
        ("firmware/caller/board.py", "import network"),
        ("firmware/caller/flow.py", "import asyncio"),
        ("firmware/display/render.py", "from time import ticks_ms"),
        ("firmware/ticket_machine/app.py", "line = text.encode('GB18030')"),
        ("firmware/virtual/models/keys.py", "from drivers import keys"),
        ("firmware/virtual/board.py", "import hub.core"),
        ("firmware/build.py", "from hub import config"),
        ("firmware/flasher/board.py", "from firmware.virtual import board"),
        ("firmware/flasher/job.py", "import hub.core"),
        ("firmware/elsewhere/new.py", "import json"),
    ],
)
def test_a_planted_import_is_found(path, source):
    assert violations(path, source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("protocol/codec.py", "import json\nfrom protocol.errors import ProtocolError"),
        ("hub/core/queue.py", "from __future__ import annotations\nfrom .model import Leg"),
        (
            "hub/bridge.py",
            "import asyncio\nfrom hub.core import Queue\nfrom protocol import codec",
        ),
        ("hub/demo/hall.py", "from firmware.virtual.board import VirtualBoard"),
        ("firmware/common/wifi.py", "import network"),
        ("firmware/caller/board.py", "from machine import Pin\nfrom drivers.keys import Keys"),
        ("firmware/caller/app.py", "import asyncio\nfrom caller.flow import Flow"),
        ("firmware/virtual/board.py", "from dataclasses import dataclass\nimport firmware.build"),
        ("firmware/ticket_machine/app.py", "line = text.encode('utf-8')"),
    ],
)
def test_what_the_design_allows_is_left_alone(path, source):
    assert violations(path, source) == []
