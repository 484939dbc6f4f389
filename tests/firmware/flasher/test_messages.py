"""docs/flashing.md explains each message that flash.sh can print, and none that it cannot."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3]
SOURCES = sorted((FOLDER / "firmware/flasher").glob("*.py"))
# Functions that say something → which of their arguments it is.
SAYS = {"line": 0, "NoBoard": 0, "BadSettings": 1, "_fail": 1, "__init__": 0}
# How many messages there are at least: fewer means that this test no longer finds them.
FOUND_LEAST = 30
GAP = "…"


def texts(node: ast.AST) -> list[str]:
    """What an expression can say, with a gap for each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        parts = [texts(part)[0] if isinstance(part, ast.Constant) else GAP for part in node.values]
        return ["".join(parts)]
    return []


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield name, node


def said() -> set[str]:
    """Every message in the sources, with its gaps."""
    found = set()
    for path in SOURCES:
        for name, call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            if name in SAYS and len(call.args) > SAYS[name]:
                found.update(texts(call.args[SAYS[name]]))
    # All of it was worded elsewhere: why and advice, or the file and why.
    return found - {"", f"{GAP}. {GAP}", f"{GAP}: {GAP}"}


def rows() -> list[str]:
    """The messages of the table."""
    page = (FOLDER / "docs/flashing.md").read_text(encoding="utf-8")
    table = page.split("## What it says")[1].split("## The status lamp")[0]
    return re.findall(r"^\| \d* ?\| `([^`]+)` \|", table, re.MULTILINE)


def is_row(message: str, row: str) -> bool:
    """Whether a row shows that message, or one case of it; the file before it is left out."""
    row = row.removeprefix(f"{GAP}: ")
    return covers(row, message) or covers(message, row)


def covers(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split(GAP))), text) is not None


def plain_rows() -> list[str]:
    return [row for row in rows() if row != f"{GAP}: {GAP}"]


def test_every_message_is_explained():
    messages = said()
    assert len(messages) >= FOUND_LEAST
    missing = [m for m in sorted(messages) if not any(is_row(m, row) for row in plain_rows())]
    assert missing == []


def test_nothing_is_explained_that_is_never_said():
    everything = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    everything += (FOLDER / "flash.sh").read_text(encoding="utf-8")
    for row in plain_rows():
        parts = re.split(rf"{GAP}|: |flash\.toml", row)
        words = [part.strip(" ,:.()") for part in parts]
        unknown = [word for word in words if word not in everything]
        assert unknown == [], row


def test_every_exit_code_is_in_the_table():
    errors = next(path for path in SOURCES if path.name == "errors.py").read_text(encoding="utf-8")
    codes = set(re.findall(r"exit_code = (\d+)", errors)) | {"0"}
    page = (FOLDER / "docs/flashing.md").read_text(encoding="utf-8")
    assert codes <= set(re.findall(r"^\| (\d+) \|", page, re.MULTILINE))
