"""Leaves out what nothing in a role's program names: functions, classes, methods, constants.

By name over the whole program: a method stays if any code that stays reads an attribute of that
name, or if it stands as a word in a text or a table, since `getattr` is given such. Where
`getattr` puts a name together, `getattr(self, "_on_" + kind)`, all that begin so stay.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from firmware.shrink.program import MODULE, Piece, Program

_WORD = re.compile(r"[A-Za-z_]\w*")
_Definition = ast.FunctionDef | ast.AsyncFunctionDef
# What does no more than give names their values; a statement of another kind has an effect.
_Binding = _Definition | ast.ClassDef | ast.Assign | ast.Try


class Mentions:
    """Every name that some code reads: globals, attributes, and the words of its texts."""

    def __init__(self, program: Program) -> None:
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.words = {word for text in program.tables for word in _WORD.findall(text)}
        self.beginnings: set[str] = set()

    def add(self, nodes: Iterable[ast.AST]) -> None:
        """Take in code that stays."""
        for root in nodes:
            if isinstance(root, ast.Assign):
                self._say(root)
            for node in ast.walk(root):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    self.names.add(node.id)
                elif isinstance(node, ast.Global):
                    self.names |= set(node.names)
                elif isinstance(node, ast.ClassDef):
                    for each in node.body:
                        if isinstance(each, ast.Assign):
                            self._say(each)
                elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                    self.attributes.add(node.attr)
                    if node.attr == "split":
                        self._say(node.value)
                elif isinstance(node, ast.Constant) and " " not in str(node.value):
                    self._say(node)
                elif isinstance(node, ast.Call):
                    self.beginnings |= set(_beginning(node))

    def _say(self, root: ast.AST) -> None:
        for node in ast.walk(root):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.words |= set(_WORD.findall(node.value))

    def size(self) -> int:
        """Grows as long as anything new comes in."""
        sets = (self.names, self.attributes, self.words, self.beginnings)
        return sum(len(each) for each in sets)

    def has_member(self, name: str) -> bool:
        """Whether an attribute may be asked for by this name."""
        return name.startswith("__") or name in self.attributes or self.says(name)

    def says(self, name: str) -> bool:
        """Whether a text names it, in whole or by its beginning."""
        return name in self.words or any(name.startswith(each) for each in self.beginnings)


def shake(program: Program, roots: Iterable[str]) -> list[str]:
    """Drop what is not needed to run `roots` (flat names); returns what was dropped, readable."""
    mentions = Mentions(program)
    program.roots |= set(roots)
    mentions.names |= program.roots
    before = -1
    while mentions.size() != before:
        before = mentions.size()
        for piece in program.pieces:
            if _is_needed(piece, mentions, program):
                mentions.add(_kept(piece.node, mentions))
    dropped: list[str] = []
    pieces, program.pieces = program.pieces, []
    for piece in pieces:
        if _is_needed(piece, mentions, program):
            program.pieces.append(piece)
            dropped += _thin(piece, mentions, program)
        else:
            dropped += [".".join(program.names[name]) for name in sorted(piece.binds)]
    return dropped


def _is_needed(piece: Piece, mentions: Mentions, program: Program) -> bool:
    if not piece.binds or not isinstance(piece.node, _Binding):
        return True
    if piece.binds & mentions.names:
        return True
    if MODULE + piece.module.replace(".", "_") in mentions.names:
        return any(mentions.has_member(program.names[name][1]) for name in piece.binds)
    return False


def _kept(node: ast.stmt, mentions: Mentions) -> list[ast.AST]:
    """The parts of a needed statement that are needed by now."""
    if not isinstance(node, ast.ClassDef):
        return [node]
    members = [each for each in node.body if _stays(each, mentions)]
    return [*node.decorator_list, *node.bases, *node.keywords, *members]


def _thin(piece: Piece, mentions: Mentions, program: Program) -> list[str]:
    """Take members that nobody mentions out of a class; their names."""
    node = piece.node
    if not isinstance(node, ast.ClassDef):
        return []
    gone = [each for each in node.body if not _stays(each, mentions)]
    node.body = [each for each in node.body if each not in gone] or [ast.Pass()]
    name = ".".join(program.names[node.name])
    return [f"{name}.{_member(each)}" for each in gone]


def _stays(statement: ast.stmt, mentions: Mentions) -> bool:
    name = _member(statement)
    return name is None or mentions.has_member(name)


def _member(statement: ast.stmt) -> str | None:
    """The name that a class body's statement gives to its objects."""
    if isinstance(statement, _Definition):
        return statement.name
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else None
    return None


def _beginning(call: ast.Call) -> Iterator[str]:
    """How the name begins that a `getattr` puts together."""
    if isinstance(call.func, ast.Name) and call.func.id in ("getattr", "hasattr", "setattr"):
        name = call.args[1]
        if isinstance(name, ast.BinOp) and isinstance(name.left, ast.Constant):
            yield name.left.value
