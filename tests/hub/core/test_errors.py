"""The reasons of refusals are one list, and people can be told each of them."""

from __future__ import annotations

import ast
from pathlib import Path

from hub.core import errors
from protocol.reasons import codes

CORE = Path(errors.__file__).parent


def used_reasons() -> set[str]:
    """Every `errors.NAME` or imported NAME in the core that is one of the reasons."""
    names = set()
    for path in CORE.glob("*.py"):
        if path.name == "errors.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "errors":
                names.add(node.attr)
            elif isinstance(node, ast.ImportFrom) and node.module == "hub.core.errors":
                names |= {alias.name for alias in node.names}
    return names & set(dir(errors)) & {name for name in dir(errors) if name.isupper()}


def test_the_list_is_what_the_core_uses_each_reason_once():
    assert len(set(errors.REASONS)) == len(errors.REASONS)
    assert used_reasons() == set(errors.REASONS)
    assert all(getattr(errors, reason) == reason for reason in errors.REASONS)


def test_the_protocol_has_a_sentence_for_every_reason():
    assert set(errors.REASONS) <= set(codes())
