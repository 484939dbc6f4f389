"""A role's modules as one flat program: each global name is unique, no module is named any more.

`common.link`'s `Link` becomes `common_link__Link` wherever it is used, by whatever import; an
import of other modules than ours becomes a name such as `_from__asyncio`. A module that is used as
a value (`Link(config, machine)`) becomes `_module__protocol_machine`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firmware.fold import constants, folded
from firmware.shrink.scopes import Scoped, bound, inside

MODULE = "_module__"
FOREIGN = "_from__"
LAZY = "_lazy__"

Find = Callable[[str], Path | None]


@dataclass
class Piece:
    """One statement of a module, at its outermost level; `binds` are flat names."""

    module: str
    node: ast.stmt
    binds: set[str]


@dataclass
class Program:
    """What a board runs, in the order of loading."""

    pieces: list[Piece] = field(default_factory=list)
    # flat name → (module, name or None) of what is imported and not ours
    foreign: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    # flat name → (module, name)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    # module → the module whose late import brings it, None if it is loaded at start
    lazy: dict[str, str | None] = field(default_factory=dict)
    # modules that are used as values
    values: set[str] = field(default_factory=set)
    # flat names that main.py imports
    roots: set[str] = field(default_factory=set)
    # whether code that is not seen here calls it, too
    is_library: bool = False
    # texts that are read at run time and may name methods
    tables: list[str] = field(default_factory=list)


def flat(module: str, name: str) -> str:
    """The unique name of a module's global."""
    return f"{module.replace('.', '_')}__{name}"


def read(root: str, find: Find) -> Program:
    """The program that starts with importing `root`; `find` gives our source of a dotted name.

    Raises NotUnderstood.
    """
    constants.cache_clear()
    reader = _Reader(find)
    reader.load(root, None)
    while reader.late:
        late = reader.late.pop(0)
        reader.load(late, late)
    return _resolved(reader)


def library(name: str, find: Find) -> Program:
    """One module that others import by name: what they see of it stays."""
    reader = _Reader(find, only=name)
    reader.load(name, None)
    reader.program.is_library = True
    reader.program.values.add(name)
    return _resolved(reader)


def _resolved(reader: _Reader) -> Program:
    program = reader.program
    for module, unit in reader.units.items():
        resolver = _Resolver(reader, unit)
        for statement in unit.tree.body:
            binds = {flat(module, name) for name in bound([statement])}
            made = resolver.visit(statement)
            if made is not None:
                program.pieces.append(Piece(module, made, binds))
    return program


class NotUnderstood(Exception):
    """A module says something that cannot be followed; `why` says how to say it otherwise."""

    def __init__(self, module: str, statement: str, why: str) -> None:
        super().__init__(f"{module}: {statement!r}: {why}")
        self.module = module
        self.statement = statement
        self.why = why


class _Unit:
    """A module and what its global names stand for."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        self.name = name
        self.path = path
        self.tree = _Bare().visit(ast.parse(text))
        self.modules: dict[str, str] = {}  # alias → our module
        self.imported: dict[str, tuple[str, str]] = {}  # alias → (our module, name)
        self.foreign: dict[str, str] = {}  # alias → flat name
        self.own = bound(self.tree.body)


class _Bare(ast.NodeTransformer):
    """Leaves out what takes nothing to a board: docstrings, and code for type checkers."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return None
        return self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.body = node.body or [ast.Pass()]
        return node


class _Reader:
    def __init__(self, find: Find, only: str | None = None) -> None:
        self._find = find
        self._only = only
        self.units: dict[str, _Unit] = {}
        self.program = Program()
        self.late: list[str] = []
        self._begun: set[str] = set()

    def find(self, name: str) -> Path | None:
        """Our source of a module that becomes a part of the program."""
        return self._find(name) if self._only in (None, name) else None

    def load(self, name: str, late: str | None) -> None:
        """Read a module after the ones it imports, as the interpreter does."""
        path = self.find(name)
        if name in self._begun or path is None:
            return
        self._begun.add(name)
        table = path.with_suffix(".txt")
        if table.is_file():
            self.program.tables.append(table.read_text(encoding="utf-8"))
        unit = _Unit(name, path, folded(path, self._find, keep_public=self._only is not None))
        for statement in list(unit.tree.body):
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self._import(unit, statement, late)
                unit.tree.body.remove(statement)
        for node in ast.walk(unit.tree):
            if isinstance(node, ast.Import) and any(self.find(each.name) for each in node.names):
                why = "inside a function write `from a.b import c`"
                raise NotUnderstood(name, ast.unparse(node), why)
            if isinstance(node, ast.ImportFrom):
                self.late += self.late_modules(node).values()
        self.units[name] = unit
        self.program.lazy[name] = late
        for own in unit.own:
            self.program.names[flat(name, own)] = (name, own)

    def _import(
        self, unit: _Unit, statement: ast.Import | ast.ImportFrom, late: str | None
    ) -> None:
        unit.own -= {alias.asname or alias.name.split(".")[0] for alias in statement.names}
        for alias in statement.names:
            bound_name = alias.asname or alias.name
            if isinstance(statement, ast.Import):
                dotted, name = alias.name, None
            else:
                dotted, name = str(statement.module), alias.name
            parts = dotted.split(".")
            for count in range(1, len(parts) + 1):
                self.load(".".join(parts[:count]), late)
            if name and self.find(f"{dotted}.{name}"):
                dotted, name = f"{dotted}.{name}", None
                self.load(dotted, late)
            if not self.find(dotted) and not self._is_folder(dotted):
                key = FOREIGN + dotted.replace(".", "_") + (f"__{name}" if name else "")
                self.program.foreign[key] = (dotted, name)
                unit.foreign[bound_name] = key
            elif name is None:
                whole = isinstance(statement, ast.ImportFrom) or alias.asname
                bound_name = bound_name if whole else parts[0]
                unit.modules[bound_name] = dotted if whole else parts[0]
            else:
                unit.imported[bound_name] = (dotted, name)

    def late_modules(self, node: ast.ImportFrom) -> dict[str, str]:
        """Name → our module that brings it, of an import inside a function."""
        found = {}
        for alias in node.names:
            for dotted in (f"{node.module}.{alias.name}", str(node.module)):
                if self.find(dotted):
                    found[alias.asname or alias.name] = dotted
                    break
        return found

    def _is_folder(self, dotted: str) -> bool:
        """Whether it is a package of ours without a file."""
        return any(name.startswith(dotted + ".") for name in self.units)

    def origin(self, module: str, name: str) -> str:
        """The flat name of a module's global, wherever it comes from."""
        unit = self.units[module]
        if name in unit.own:
            return flat(module, name)
        if name in unit.imported:
            return self.origin(*unit.imported[name])
        return unit.foreign[name]


class _Resolver(Scoped):
    """Gives each global its flat name."""

    def __init__(self, reader: _Reader, unit: _Unit) -> None:
        super().__init__()
        self._reader = reader
        self._unit = unit

    def global_name(self, name: str) -> str:
        return flat(self._unit.name, name) if name in self._unit.own else name

    def local_names(self, node: ast.AST, names: set[str]) -> dict[str, str]:
        late: set[str] = set()
        for inner in ast.walk(node):
            if isinstance(inner, ast.ImportFrom):
                modules = self._reader.late_modules(inner)
                for alias in inner.names:
                    name = alias.asname or alias.name
                    if modules.get(name) == inner.module:
                        meant = self._unit.imported.setdefault(name, (modules[name], alias.name))
                        if meant != (modules[name], alias.name) or name in self._unit.own:
                            why = "this module uses the name for something else, too"
                            raise NotUnderstood(self._unit.name, ast.unparse(inner), why)
                    elif name in modules:
                        self._unit.modules[name] = modules[name]
                late |= modules.keys()
        return {name: name for name in names if name not in late}

    def load_global(self, name: str) -> ast.expr:
        unit = self._unit
        if name == "__file__":
            return ast.Constant(f"/lib/{unit.name.replace('.', '/')}.mpy")
        if name in unit.imported:
            return _name(self._reader.origin(*unit.imported[name]))
        if name in unit.foreign:
            return _name(unit.foreign[name])
        if name in unit.modules:
            return self._as_value(unit.modules[name])
        return _name(self.global_name(name))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        itself = self._module(node)
        if itself is not None:
            return self._as_value(itself)
        module = self._module(node.value)
        if module is not None:
            return ast.copy_location(_name(self._reader.origin(module, node.attr)), node)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        for inner in inside(node.body):
            read = isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
            if read and inner.id in bound(node.body) & self._unit.own:
                why = "a class has a name of its module's; give it another"
                raise NotUnderstood(self._unit.name, f"{node.name}.{inner.id}", why)
        return super().visit_ClassDef(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        modules = set(self._reader.late_modules(node).values())
        if modules:
            names = [LAZY + module.replace(".", "_") for module in sorted(modules)]
            return [ast.Import([ast.alias(name)]) for name in names]
        return self.generic_visit(node)

    def _as_value(self, module: str) -> ast.expr:
        self._reader.program.values.add(module)
        return _name(MODULE + module.replace(".", "_"))

    def _module(self, node: ast.expr) -> str | None:
        """Our module that an expression names."""
        if isinstance(node, ast.Name) and self.find_local(node.id) is None:
            return self._unit.modules.get(node.id)
        if isinstance(node, ast.Attribute):
            package = self._module(node.value)
            dotted = f"{package}.{node.attr}"
            return dotted if package and dotted in self._reader.units else None
        return None


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
