"""Folds named constants into the code that uses them, before a module is compiled for a board.

A constant that stays a name takes 40 bytes of a board's heap where it is defined and 16 more in
each module that imports it; as a literal it takes none.
"""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable
from pathlib import Path

Constant = int | str | bytes
Find = Callable[[str], Path | None]

# Beyond this an int is an object of its own on a 32-bit board, and better shared.
_INT_MOST = 1 << 30
# Longer texts are better shared as well: each module that uses one would hold its own.
_TEXT_MOST = 40
_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.LShift: operator.lshift,
    ast.BitOr: operator.or_,
}


def folded(source: Path, find: Find, keep_public: bool = False) -> str:
    """The text of a module with its constants folded; `find` gives our source of a dotted name.

    Constants are names in capitals that a module sets once, to an int, a text or bytes. Their
    definitions go away, so all who use them must be folded too; `keep_public` leaves those
    without a leading underscore.
    """
    tree = _parse(source)
    own = constants.__wrapped__(source, find)
    modules = {}
    for statement in tree.body:
        for alias, dotted in _imported(statement):
            path = find(dotted)
            if path:
                modules[alias] = constants(path, find)
    gone = {name for name in own if not keep_public or name.startswith("_")}
    tree.body = [statement for statement in tree.body if _target(statement) not in gone]
    tree = _Fold(own, modules).visit(tree)
    _drop_imports(tree, own, modules)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


@functools.cache
def constants(source: Path, find: Find) -> dict[str, Constant]:
    """Name → value of what a module defines or imports that can be folded.

    Each source is looked at once; `constants.cache_clear()` when they may have changed.
    """
    tree = _parse(source)
    known: dict[str, Constant] = {}
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            path = find(statement.module)
            theirs = constants(path, find) if path and path != source else {}
            for alias in statement.names:
                if alias.name in theirs:
                    known[alias.asname or alias.name] = theirs[alias.name]
        name = _target(statement)
        if name and name.isupper() and isinstance(statement, ast.Assign):
            value = _value(statement.value, known)
            if value is not None:
                known[name] = value
    stores = [
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return {name: value for name, value in known.items() if stores.count(name) <= 1}


class _Fold(ast.NodeTransformer):
    def __init__(self, own: dict[str, Constant], modules: dict[str, dict[str, Constant]]) -> None:
        self._own = own
        self._modules = modules

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._own and isinstance(node.ctx, ast.Load):
            return ast.Constant(self._own[node.id])
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
            theirs = self._modules.get(node.value.id, {})
            if node.attr in theirs:
                return ast.Constant(theirs[node.attr])
        self.generic_visit(node)
        return node


def _drop_imports(
    tree: ast.Module, own: dict[str, Constant], modules: dict[str, dict[str, Constant]]
) -> None:
    """Remove the imports of constants, and of modules that gave nothing else."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for statement in list(tree.body):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            statement.names = [
                alias
                for alias in statement.names
                if (name := alias.asname or alias.name) not in own
                and (not modules.get(name) or name in used)
            ]
            if not statement.names:
                tree.body.remove(statement)


def _parse(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"), str(source))


def _target(statement: ast.stmt) -> str | None:
    """The name that a plain assignment sets."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else None
    return None


def _imported(statement: ast.stmt) -> list[tuple[str, str]]:
    """(name, dotted name) of what may be a module among a statement's imports."""
    if isinstance(statement, ast.Import):
        return [(alias.asname or alias.name, alias.name) for alias in statement.names]
    if isinstance(statement, ast.ImportFrom) and statement.module:
        module = statement.module
        return [
            (alias.asname or alias.name, f"{module}.{alias.name}") for alias in statement.names
        ]
    return []


def _value(node: ast.expr, known: dict[str, Constant]) -> Constant | None:
    value: Constant | None = None
    if isinstance(node, ast.Constant):
        # No bool: `x is True` must stay what it was.
        if isinstance(node.value, Constant) and not isinstance(node.value, bool):
            value = node.value
    elif isinstance(node, ast.Name):
        value = known.get(node.id)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", None) == "const":
        value = _value(node.args[0], known)  # MicroPython's own way to say the same
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand, known)
        value = -inner if isinstance(inner, int) else None
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left, known), _value(node.right, known)
        if isinstance(left, int) and isinstance(right, int):
            value = _OPERATORS[type(node.op)](left, right)
    if isinstance(value, int):
        return value if -_INT_MOST < value < _INT_MOST else None
    return value if value is not None and len(value) <= _TEXT_MOST else None
