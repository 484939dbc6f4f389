"""Chooses names: one that a board meets costs it some 24 bytes, unless its interpreter has it.

Errors keep theirs, and what main.py imports. All other functions and classes, constants, and
parameters that are never passed by name share a few that every interpreter has in its own flash.
Public attributes that only our objects can have get one each, those of the built-in functions and
errors. Within one file no two functions get the same, so a traceback can be read
(`firmware/shrink/__main__.py`).
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import collections
import io
import itertools
import socket
import string
from collections.abc import Iterator
from pathlib import Path

from firmware.shrink.program import LAZY, MODULE, Piece, Program
from firmware.shrink.scopes import Function, Scoped, arguments, bound, inside
from firmware.shrink.shake import Mentions

# Methods and functions of the interpreter's own modules, whose names cost no heap.
_KNOWN = """
rfind rindex rpartition rsplit splitlines partition isalpha isspace islower isupper lstrip
rstrip fromkeys popitem difference intersection isdisjoint issubset issuperset
symmetric_difference union acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh
degrees erf erfc exp expm1 fabs floor fmod frexp gamma isfinite isinf isnan ldexp lgamma log10
log2 modf radians sinh sqrt tan tanh trunc calcsize pack_into unpack_from crc32 heapify heappop
heappush namedtuple OrderedDict fromhex difference_update intersection_update
symmetric_difference_update from_bytes to_bytes maxsize randrange uniform getrandbits seed
choice blit ellipse fill_rect hline vline scroll fill pixel addressof bytearray_at bytes_at
sizeof BF_LEN BF_POS BFINT16 BFINT32 BFINT8 BFUINT16 BFUINT32 BFUINT8 FLOAT32 FLOAT64 INT16
INT32 INT64 INT8 UINT16 UINT32 UINT64 UINT8 LONGLONG ULONGLONG USHORT VOID
"""
# Built-ins of every interpreter: hidden as a global's name, but as an attribute's as good as any.
_BUILT_IN = """
ArithmeticError AssertionError AttributeError BaseException EOFError Exception GeneratorExit
ImportError IndentationError IndexError KeyError KeyboardInterrupt LookupError MemoryError
NameError NotImplementedError OSError OverflowError RuntimeError StopAsyncIteration
StopIteration SyntaxError SystemExit TypeError UnicodeError ValueError ZeroDivisionError
abs all any bin bool bytearray bytes callable chr complex delattr dict dir divmod enumerate
eval exec filter float frozenset getattr globals hasattr hash help hex id input int isinstance
issubclass iter len list locals map max memoryview min next object oct open ord pow print range
repr reversed round set setattr slice sorted str sum tuple type zip
"""
# Attributes of what is not ours; a name that is also one of these stays. What only MicroPython
# has is in its interpreters, but for the parts of a chip, which the shims have as well.
_STRANGERS = (
    *(str, bytes, bytearray, memoryview, list, dict, set, tuple, int, io.RawIOBase, io.StringIO),
    *(socket.socket, asyncio.Event, asyncio.Lock, asyncio.Task, asyncio.StreamReader),
    *(asyncio.StreamWriter, BaseException, asyncio.AbstractEventLoop, (_ for _ in ())),
)
_SHIMS = Path(__file__).parents[1] / "virtual" / "shims"
# Private globals take later names than parameters, which would hide them.
_PARAMETERS_MOST = 8


class Facts:
    """What must hold for all files of a role alike."""

    def __init__(self, program: Program) -> None:
        nodes = [piece.node for piece in program.pieces]
        mentions = Mentions(program)
        mentions.add(nodes)
        self.words = mentions.words
        keywords = {
            node.arg for root in nodes for node in ast.walk(root) if isinstance(node, ast.keyword)
        }
        self.kept_parameters = {name for name in keywords if name}
        if program.is_library:
            self.kept_parameters |= {name for node in nodes for name in _optional(node)}
        met = self.words | mentions.attributes | {name for _, name in program.names.values()}
        met |= {name for _, name in program.foreign.values() if name} | set(dir(builtins))
        met |= {name for node in nodes for name in _bindings(node)}
        self.pool = [name for name in itertools.chain(_KNOWN.split(), _more()) if name not in met]
        self.finals = _finals(program, self.kept_parameters)
        self.attributes = _private_attributes(program, mentions)
        self.public = {} if program.is_library else _public_attributes(program, mentions)

    def parameter(self, index: int) -> str | None:
        """The name of a function's parameter of that place."""
        return self.pool[index] if index < _PARAMETERS_MOST else None


class Naming:
    """The names within one file; `origins` says what each name of its code was."""

    def __init__(self, facts: Facts, program: Program, pieces: list[Piece]) -> None:
        self.facts = facts
        self.finals = dict(facts.finals)
        self.attributes: dict[str, dict[str, str]] = {}
        self.origins: dict[str, list[str]] = {}
        functions = iter(facts.pool[_PARAMETERS_MOST:])
        for piece in pieces:
            for name in sorted(piece.binds):
                if name not in self.finals:
                    self.finals[name] = next(functions)
                    self._note(self.finals[name], ".".join(program.names[name]))
                else:
                    self._note(self.finals[name], ".".join(program.names[name]))
        for piece in pieces:
            known = self.attributes.setdefault(piece.module, {})
            for owner, name in _methods(piece, program):
                if name in facts.attributes[piece.module] and name not in known:
                    known[name] = next(functions)
                final = known.get(name, facts.public.get(name, name))
                self._note(final, f"{owner}.{name}")
        for module, known in self.attributes.items():
            taken = set(known.values())
            free = (name for name in facts.pool if name not in taken)
            for name in sorted(facts.attributes[module] - known.keys()):
                known[name] = next(free)
                self._note(known[name], f"{module}.*.{name}")

    def _note(self, name: str, origin: str) -> None:
        origins = self.origins.setdefault(name, [])
        if origin not in origins:
            origins.append(origin)


class Namer(Scoped):
    """Gives one file's code its final names; `elsewhere` gives the file that has a flat name."""

    def __init__(self, naming: Naming, module: str, home: dict[str, str], here: str) -> None:
        super().__init__()
        self._naming = naming
        self._attributes = {**naming.facts.public, **naming.attributes.get(module, {})}
        self._home = home
        self._here = here
        self.used_files: set[str] = set()

    def global_name(self, name: str) -> str:
        return self._naming.finals.get(name, name)

    def load_global(self, name: str) -> ast.expr:
        home = self._home.get(name, self._here)
        if name.startswith(MODULE):
            self.used_files.add(home)
            return ast.Name(home, ast.Load())
        final = self.global_name(name)
        if home == self._here:
            return ast.Name(final, ast.Load())
        self.used_files.add(home)
        return ast.Attribute(ast.Name(home, ast.Load()), final, ast.Load())

    def local_names(self, node: ast.AST, names: set[str]) -> dict[str, str]:
        chosen = {name: name for name in names}
        facts = self._naming.facts
        if isinstance(node, Function):
            given = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
            for index, name in enumerate(given):
                short = facts.parameter(index)
                if short and name != "self" and name not in facts.kept_parameters:
                    chosen[name] = short
        finals = set(self._naming.finals.values())
        for name in names - (arguments(node) if isinstance(node, Function) else set()):
            while chosen[name] in finals or chosen[name] in facts.pool:
                chosen[name] += "_"
        return chosen

    def visit_Import(self, node: ast.Import) -> ast.AST:
        alias = node.names[0]
        if alias.name.startswith(LAZY):
            home = self._home.get(MODULE + alias.name.removeprefix(LAZY), self._here)
            return ast.Import([ast.alias(LAZY + home)])
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        node.attr = self._attributes.get(node.attr, node.attr)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        super().visit_ClassDef(node)
        for each in node.body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                each.name = self._attributes.get(each.name, each.name)
            for target in getattr(each, "targets", []):
                if isinstance(target, ast.Name):
                    target.id = self._attributes.get(target.id, target.id)
        return node


def is_private(name: str) -> bool:
    """Whether a name is its module's own."""
    return name.startswith("_") and not name.startswith("__")


def _more() -> Iterator[str]:
    """For a file with more names than the interpreter has for us."""
    for letters in itertools.product(string.ascii_lowercase, repeat=2):
        yield "_" + "".join(letters)


def _bindings(root: ast.AST) -> Iterator[str]:
    """Names of locals, parameters and attributes, wherever they are set."""
    for node in ast.walk(root):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _optional(root: ast.AST) -> Iterator[str]:
    """Parameters that may be left out, and so are what a caller passes by name."""
    for node in ast.walk(root):
        if isinstance(node, ast.arguments):
            least = len(node.args) - len(node.defaults)
            yield from (each.arg for each in (*node.args[least:], *node.kwonlyargs))


def _finals(program: Program, parameters: set[str]) -> dict[str, str]:
    """Flat name → name, of what keeps its own; no two alike in a role."""
    taken = set(dir(builtins)) | parameters
    finals: dict[str, str] = {}
    live = [
        name
        for piece in program.pieces
        for name in sorted(piece.binds)
        if not isinstance(piece.node, ast.Assign) or piece.module in program.values
    ]
    errors = _errors(program)
    # Those of a module that is used as a value are looked up in it by their own names.
    live.sort(key=lambda name: program.names[name][0] not in program.values)
    for key, (module, name) in program.foreign.items():
        finals[key] = name or module
        taken.add(finals[key])
    for key in live:
        module, name = program.names[key]
        if is_private(name) or not (
            module in program.values or key in program.roots or key in errors
        ):
            continue
        plain = name
        if name in taken and module not in program.values:
            plain = f"{module.rsplit('.', 1)[-1]}_{name}"
        finals[key] = plain
        taken.add(plain)
    return finals


def _errors(program: Program) -> set[str]:
    """Flat names of the classes of errors: logs say them."""
    found: set[str] = set()
    for piece in program.pieces:  # a base comes before what is derived from it
        if isinstance(piece.node, ast.ClassDef):
            bases = {base.id for base in piece.node.bases if isinstance(base, ast.Name)}
            if bases & found or any(_is_error(name) for name in bases):
                found.add(piece.node.name)
    return found


def _is_error(name: str) -> bool:
    known = getattr(builtins, name, None)
    return isinstance(known, type) and issubclass(known, BaseException)


def _private_attributes(program: Program, mentions: Mentions) -> dict[str, set[str]]:
    """Module → private attributes that are all its own, and so can have any name."""
    used: dict[str, set[str]] = {}
    own: dict[str, set[str]] = {}
    others: set[str] = set()  # read from an object that may be another module's
    for piece in program.pieces:
        uses, owns = used.setdefault(piece.module, set()), own.setdefault(piece.module, set())
        for node in ast.walk(piece.node):
            if isinstance(node, ast.Attribute) and is_private(node.attr):
                uses.add(node.attr)
                owns |= {node.attr} if isinstance(node.ctx, ast.Store) else set()
                if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                    others.add(node.attr)
            elif isinstance(node, ast.ClassDef):
                owns |= {name for name in bound(node.body) if is_private(name)}
    strange = {name for module in used for name in used[module] - own[module]}
    owners = collections.Counter(name for names in own.values() for name in names)
    strange |= {name for name in others if program.is_library or owners[name] > 1}
    free = {
        module: {n for n in names if n not in strange and not mentions.says(n)}
        for module, names in own.items()
    }
    for module, base in _inherits(program):
        if own[module] and own[base]:
            free[module] = free[base] = set()
    return free


def _public_attributes(program: Program, mentions: Mentions) -> dict[str, str]:
    """Attribute → name, of those that classes of ours have and nothing else."""
    own: set[str] = set()
    set_outside: set[str] = set()
    kept = {name for module, name in program.names.values() if module in program.values}
    kept |= _strange()
    for piece in program.pieces:
        for node in ast.walk(piece.node):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                ours = isinstance(node.value, ast.Name) and node.value.id == "self"
                (own if ours else set_outside).add(node.attr)
            elif isinstance(node, ast.ClassDef):
                own |= bound(node.body) - _read(node)
    # What is only ever set from outside may be a field of a stranger's object.
    kept |= set_outside - own
    free = sorted(n for n in own - kept if not n.startswith("_") and not mentions.says(n))
    targets = [name for name in _BUILT_IN.split() if name not in mentions.attributes | own]
    return dict(zip(free, targets, strict=False))


def _read(node: ast.ClassDef) -> set[str]:
    """The names that a class body itself reads."""
    inner = [each for each in inside(node.body) if isinstance(each, ast.Name)]
    return {each.id for each in inner if isinstance(each.ctx, ast.Load)}


def _strange() -> set[str]:
    """Attributes that objects of an interpreter or a chip have."""
    found = {name for stranger in _STRANGERS for name in dir(stranger)}
    for shim in _SHIMS.glob("*.py"):
        for node in ast.walk(ast.parse(shim.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return found


def _inherits(program: Program) -> Iterator[tuple[str, str]]:
    """(module, other module) where a class of the one is derived from a class of the other."""
    for piece in program.pieces:
        if isinstance(piece.node, ast.ClassDef):
            for base in piece.node.bases:
                for node in ast.walk(base):
                    if isinstance(node, ast.Name) and node.id in program.names:
                        other = program.names[node.id][0]
                        if other != piece.module:
                            yield piece.module, other


def _methods(piece: Piece, program: Program) -> Iterator[tuple[str, str]]:
    """(class, name) of each method of a piece."""
    if isinstance(piece.node, ast.ClassDef):
        owner = ".".join(program.names[piece.node.name])
        for each in piece.node.body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                yield owner, each.name
