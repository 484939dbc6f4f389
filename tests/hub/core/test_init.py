"""The core's public names, and what it may not need."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import hub.core

CORE = Path(hub.core.__file__).parent
IMPURE = {"asyncio", "datetime", "logging", "os", "random", "secrets", "socket", "time", "uuid"}


def test_every_public_name_is_there():
    assert sorted(hub.core.__all__) == hub.core.__all__
    assert all(hasattr(hub.core, name) for name in hub.core.__all__)


def test_the_core_has_no_clock_no_chance_and_no_input_or_output():
    for path in CORE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            for name in names:
                top = name.split(".")[0]
                assert top not in IMPURE, f"{path.name}: {name}"
                assert name.startswith("hub.core") or top in sys.stdlib_module_names, path.name
