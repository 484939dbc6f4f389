"""Makes a table of each message class that is nothing else: a class takes three times its heap."""

from __future__ import annotations

import ast

from firmware.shrink.program import Piece, Program, flat

_MESSAGE = flat("protocol.fields", "Message")
_TABLE = flat("protocol.fields", "Table")


def tabulate(program: Program) -> None:
    """Write `Rate = Table(…)` for `class Rate(Message)` with no more than FIELDS in it."""
    bases = {
        base.id
        for piece in program.pieces
        if isinstance(piece.node, ast.ClassDef)
        for base in piece.node.bases
        if isinstance(base, ast.Name)
    }
    for piece in program.pieces:
        fields = _fields(piece)
        if fields is not None and isinstance(piece.node, ast.ClassDef):
            name = piece.node.name
            if name in bases:
                continue
            table = ast.Call(ast.Name(_TABLE, ast.Load()), [fields], [])
            piece.node = ast.Assign([ast.Name(name, ast.Store())], table, lineno=1)


def _fields(piece: Piece) -> ast.expr | None:
    """The table of a message class that is nothing else."""
    node = piece.node
    if not isinstance(node, ast.ClassDef) or len(node.bases) != 1 or len(node.body) != 1:
        return None
    base, only = node.bases[0], node.body[0]
    if not (isinstance(base, ast.Name) and base.id == _MESSAGE):
        return None
    if isinstance(only, ast.Assign) and ast.unparse(only.targets[0]) == "FIELDS":
        return only.value
    return None
