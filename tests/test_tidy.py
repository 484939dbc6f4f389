"""Style as a test: sizes, docstrings, nothing swallowed, left over, or of one machine only."""

import ast
import re
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ("protocol/", "hub/", "firmware/")

MODULE_LINES_MAX = 400
MODULE_LINES_MEDIAN_MAX = 150
FUNCTION_LINES_MAX = 70
MAIN_LINES_MAX = 10

# Written in pieces, so that this file does not find itself.
LEFT_OVER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w./:}-])(/(?:home|root|work|Users|tmp)/\w|[A-Z]:\\\w)")
REGISTRY = re.compile(
    r"pypi\.org|pythonhoste[d]|npmj[s]|crates\.io|deb\.debian|proxy\.golang"
    r"|(pip|index)[-_.a-z]*ur[l]|--hash=.*https?:"
)


def long_module(path: str, text: str) -> list[str]:
    """A Python file too long to be read at one go."""
    lines = text.count("\n")
    most = MAIN_LINES_MAX if re.fullmatch(r"firmware/\w+/main\.py", path) else MODULE_LINES_MAX
    return [f"{path}: {lines} lines, at most {most}"] if lines > most else []


def long_function(path: str, text: str) -> list[str]:
    """A function that does not fit on a screen."""
    return [
        f"{path}:{node.lineno}: {node.name} is longer than {FUNCTION_LINES_MAX} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]


def no_docstring(path: str, text: str) -> list[str]:
    """A file that does not begin with one sentence on one line about what it is."""
    if not text:
        return []
    first = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0]
    if re.fullmatch(r"\S.*[.:]", first):
        return []
    return [f"{path}: begins with no docstring of one sentence on one line"]


def swallowed_error(path: str, text: str) -> list[str]:
    """A bare except, or one that catches everything and does nothing."""
    return [
        f"{path}:{node.lineno}: swallows every error"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (
                ast.unparse(node.type) in {"Exception", "BaseException"}
                and all(isinstance(line, ast.Pass | ast.Continue) for line in node.body)
            )
        )
    ]


def _lines_with(pattern: re.Pattern[str], what: str, path: str, text: str) -> list[str]:
    return [
        f"{path}:{number}: {what}"
        for number, line in enumerate(text.split("\n"), 1)
        if pattern.search(line)
    ]


def left_over(path: str, text: str) -> list[str]:
    """A mark of work not done."""
    return _lines_with(LEFT_OVER, "work left over", path, text)


def machine_path(path: str, text: str) -> list[str]:
    """A path that exists on one machine only."""
    return _lines_with(MACHINE_PATH, "a path of one machine", path, text)


def registry_address(path: str, text: str) -> list[str]:
    """An address of a package registry, which a hall's network may not have."""
    return _lines_with(REGISTRY, "an address of a package registry", path, text)


def untidy_space(path: str, text: str) -> list[str]:
    """Blanks at an end of line, carriage returns, or no newline at the end."""
    found = _lines_with(re.compile(r"[ \t\r]$"), "blank at the end of a line", path, text)
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        found.append(f"{path}: does not end in one newline")
    return found


Rule = Callable[[str, str], list[str]]
PYTHON_RULES: tuple[Rule, ...] = (long_module, long_function, no_docstring, swallowed_error)
TEXT_RULES: tuple[Rule, ...] = (left_over, machine_path, registry_address, untidy_space)


def is_generated(text: str) -> bool:
    """Whether the first line says so; a test of its own holds such a file to its generator."""
    return "generated" in text.split("\n", 1)[0].lower()


def project_files() -> dict[str, str]:
    """Path → text of all files of the project that are text and not generated."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = {}
    for name in sorted(set(listed.stdout.decode().split("\0")) - {""}):
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" in data[:8192]:
            continue
        text = data.decode("utf-8")
        if not is_generated(text):
            files[name] = text
    return files


def median_lines(files: dict[str, str]) -> float:
    """Median length of the product's own modules."""
    modules = [p for p in files if p.startswith(SOURCE) and p.endswith(".py") and files[p]]
    return statistics.median(files[path].count("\n") for path in modules)


def test_every_file_is_tidy():
    found = []
    for path, text in project_files().items():
        rules = TEXT_RULES + (PYTHON_RULES if path.endswith(".py") else ())
        for rule in rules:
            found += rule(path, text)
    assert not found, "\n".join(found)


def test_modules_are_short_as_a_rule():
    assert median_lines(project_files()) <= MODULE_LINES_MEDIAN_MAX


DOC = '"""One sentence."""\n'
BODY = "    x = 1\n"


@pytest.mark.parametrize(
    ("rule", "path", "bad", "good"),
    [
        (long_module, "hub/a.py", "x = 1\n" * 401, "x = 1\n" * 400),
        (long_module, "firmware/caller/main.py", "x = 1\n" * 11, "x = 1\n" * 10),
        (long_function, "hub/a.py", "def f():\n" + BODY * 70, "def f():\n" + BODY * 69),
        (long_function, "hub/a.py", "async def f():\n" + BODY * 70, "async def f():\n" + BODY),
        (no_docstring, "hub/a.py", "x = 1\n", DOC),
        (no_docstring, "hub/a.py", '"""no sentence"""\n', ""),
        (no_docstring, "hub/a.py", '"""One sentence on\ntwo lines."""\n', DOC + '"""more"""\n'),
        (swallowed_error, "hub/a.py", "try:\n    f()\nexcept:\n    raise\n", DOC),
        (
            swallowed_error,
            "hub/a.py",
            "try:\n    f()\nexcept Exception:\n    pass\n",
            "try:\n    f()\nexcept Exception as error:\n    report(error)\n",
        ),
        (left_over, "README.md", "# TO" + "DO: later\n", "# nothing to do\n"),
        (machine_path, "Makefile", "cp /ho" + "me/me/hall.toml .\n", "cp hall.toml .\n"),
        (machine_path, "hub/a.py", "A = '/t" + "mp/x'\n", "A = '/cfg/device.json'\n"),
        (machine_path, "hub/a.py", "A = 'C:" + "\\hall'\n", "A = 'hall/tmp/x'\n"),
        (registry_address, "requirements/run.txt", "--index-" + "url x\n", "aiomqtt==2.5.1\n"),
        (registry_address, "README.md", "from https://py" + "pi.org/\n", "from any mirror\n"),
        (untidy_space, "README.md", "a \n", "a\n"),
        (untidy_space, "README.md", "a\r\n", "a\n\nb\n"),
        (untidy_space, "README.md", "a", ""),
        (untidy_space, "README.md", "a\n\n", "a\n"),
    ],
)
def test_a_planted_fault_is_found(rule, path, bad, good):
    assert rule(path, bad)
    assert rule(path, good) == []


def test_every_rule_has_a_planted_fault():
    mark = test_a_planted_fault_is_found.pytestmark[0]
    assert {case[0] for case in mark.args[1]} == set(PYTHON_RULES + TEXT_RULES)


def test_generated_files_are_known_by_their_first_line():
    assert is_generated("# Generated by make_font.py; do not edit.\nx = 1\n")
    assert not is_generated("x = 1\n# generated\n")


def test_the_median_is_over_the_product_only():
    files = {"hub/a.py": "\n" * 10, "protocol/b.py": "\n" * 20, "tests/c.py": "\n" * 900}
    assert median_lines(files) == 15
