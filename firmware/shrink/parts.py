"""Writes a program as few files, each small enough to be loaded into a used heap."""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from firmware.shrink.names import Facts, Namer, Naming
from firmware.shrink.program import FOREIGN, LAZY, MODULE, Find, Piece, Program
from firmware.shrink.program import library as read_library

Size = Callable[[str], int]
_FORGET = "import sys\ndel sys.modules['%s']"


@dataclass
class Part:
    """One file: its name, its text, and what its short names were."""

    name: str
    text: str
    origins: dict[str, list[str]]
    modules: list[str]


def split(program: Program, package: str, root: str, size: Size, most: int) -> list[Part]:
    """The files of a program, in the order of loading; `size` compiles a text.

    Modules stay whole and in order; as many go into one file as keep it within `most` bytes. What
    is loaded late stays apart. The last file is called `root`'s, and is a module of the
    `package`; the others are on the path, since a module in a package has two names.
    """
    writer = _Writer(program, {root: f"{package}.{root}"})
    groups: list[list[str]] = []
    modules = list(dict.fromkeys(piece.module for piece in program.pieces))
    alone = {module: size(writer.text([module], "part")[0]) for module in modules}
    for late, found in itertools.groupby(modules, key=lambda module: program.lazy[module]):
        group: list[str] = []
        for module in found:
            file = f"part_{len(groups)}"
            # Together they are never bigger than the sum of each alone, so not all is compiled.
            fits = sum(alone[each] for each in [*group, module]) <= most
            if group and not fits and size(writer.text([*group, module], file)[0]) > most:
                groups.append(writer.settle(group, file))
                group = []
            group.append(module)
        groups.append(writer.settle(group, f"part_{len(groups)}" if late else root))
    return writer.parts(groups)


def library(name: str, find: Find, others: Iterable[str]) -> str:
    """The text of one module with short private names, but for those that `others` say."""
    program = read_library(name, find)
    program.tables += others
    writer = _Writer(program, {})
    writer.settle([name], name)
    return writer.text([name], name)[0]


class _Writer:
    def __init__(self, program: Program, dotted: dict[str, str]) -> None:
        self._program = program
        self._dotted = dotted  # file → its module, where that is not its name
        self._facts = Facts(program)
        self._home: dict[str, str] = {}  # flat name → file
        self._names: dict[str, str] = {}
        self._file: dict[str, str] = {}
        self._kept: set[str] = set()

    def settle(self, modules: list[str], file: str) -> list[str]:
        """These modules are in that file."""
        pieces = self._pieces(modules)
        naming = Naming(self._facts, self._program, pieces)
        for piece in pieces:
            for name in piece.binds:
                self._home[name] = file
                self._names[name] = naming.finals[name]
        for module in modules:
            self._home[MODULE + module.replace(".", "_")] = file
            self._file[module] = file
        return modules

    def parts(self, groups: list[list[str]]) -> list[Part]:
        """All files, once every module is settled."""
        made = []
        self._kept = self._shared()
        for modules in groups:
            file = self._file[modules[0]]
            text, naming = self.text(modules, file)
            made.append(Part(file, text, naming.origins, modules))
        return made

    def text(self, modules: list[str], file: str) -> tuple[str, Naming]:
        """What a file with these modules says."""
        pieces = self._pieces(modules)
        naming = Naming(self._facts, self._program, pieces)
        naming.finals = {**self._names, **naming.finals}
        home = {**self._home, **{name: file for piece in pieces for name in piece.binds}}
        body: list[ast.stmt] = []
        files: set[str] = set()
        for piece in pieces:
            namer = Namer(naming, piece.module, home, file)
            made = namer.visit(copy.deepcopy(piece.node))
            # What a function of a late file brings late itself does not come with that file.
            files |= namer.used_files - set(_brought_late(made))
            body.append(made)
        if file in files:
            # A part that is being imported cannot import itself, but is listed already.
            itself = f"import sys\n{file} = sys.modules[__name__]"
            body = ast.parse(itself).body + body
        late = {self._file.get(each) for each, why in self._program.lazy.items() if why}
        files -= {file} if file in late else {file, *late}
        imports = [*self._foreign(pieces), *self._files(files)]
        module = ast.Module([*imports, *(self._late(each) for each in body)], [])
        return ast.unparse(ast.fix_missing_locations(module)) + "\n", naming

    def _pieces(self, modules: list[str]) -> list[Piece]:
        return [piece for piece in self._program.pieces if piece.module in modules]

    def _foreign(self, pieces: Iterable[Piece]) -> list[ast.stmt]:
        used = {
            node.id
            for piece in pieces
            for node in ast.walk(piece.node)
            if isinstance(node, ast.Name) and node.id.startswith(FOREIGN)
        }
        made: list[ast.stmt] = []
        for key in sorted(used):
            module, name = self._program.foreign[key]
            if name is None:
                made.append(ast.Import([ast.alias(module)]))
            else:
                made.append(ast.ImportFrom(module, [ast.alias(name)], 0))
        return made

    def _files(self, files: Iterable[str]) -> list[ast.stmt]:
        return [_import(self._dotted.get(file, file), file) for file in sorted(files)]

    def _shared(self) -> set[str]:
        """Late files that other late files need."""
        return {
            self._home[node.id]
            for piece in self._program.pieces
            if self._program.lazy[piece.module]
            for node in ast.walk(piece.node)
            if isinstance(node, ast.Name)
            and self._home.get(node.id) not in (None, self._file[piece.module])
        }

    def _late(self, node: ast.stmt) -> ast.stmt:
        """Import late what is late, and forget it: it stays as long as anything refers to it."""
        for body in _bodies(node):
            for inner in list(body):
                if isinstance(inner, ast.Import) and inner.names[0].name.startswith(LAZY):
                    file = inner.names[0].name.removeprefix(LAZY)
                    made: list[ast.stmt] = [_import(file, file)]
                    if file not in self._kept:
                        made += ast.parse(_FORGET % file).body
                    at = body.index(inner)
                    body[at : at + 1] = made
        return node


def _import(dotted: str, file: str) -> ast.Import:
    return ast.Import([ast.alias(dotted, None if dotted == file else file)])


def _brought_late(root: ast.AST) -> Iterator[str]:
    """The files that an import inside a function names."""
    for node in ast.walk(root):
        if isinstance(node, ast.Import) and node.names[0].name.startswith(LAZY):
            yield node.names[0].name.removeprefix(LAZY)


def _bodies(root: ast.AST) -> Iterator[list[ast.stmt]]:
    """All lists of statements below."""
    for node in ast.walk(root):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if isinstance(body, list):
                yield body
