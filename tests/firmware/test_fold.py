"""Constants fold into the code that uses them; what must stay an object of its own stays."""

from __future__ import annotations

import pytest

from firmware.fold import folded

FILES = {
    "limits.py": "VERSION = 1\nMOST = 4 * 8\nBIG = 1 << 40\nTABLE = (1, 2)\nYES = True\n",
    "words.py": 'OK = "ok"\nSIGN = b"\\x1b@"\nLONG = "%s"\n' % ("x" * 60),
    "empty.py": "",
}


@pytest.fixture
def fold(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)

    def find(name):
        path = tmp_path / f"{name}.py"
        return path if path.is_file() else None

    def run(text, **options):
        (tmp_path / "a.py").write_text(text)
        return folded(tmp_path / "a.py", find, **options).strip()

    return run


def test_own_constants_become_literals(fold):
    assert fold("_A = 2\nB = _A * 3\n\ndef f(n=_A):\n    return B + n") == (
        "def f(n=2):\n    return 6 + n"
    )


def test_imported_constants_become_literals_and_their_import_goes(fold):
    assert fold("from limits import MOST, VERSION\nx = [VERSION, MOST]") == "x = [1, 32]"
    assert fold("from limits import MOST as m, TABLE\nx = m") == (
        "from limits import TABLE\nx = 32"
    )


def test_constants_of_an_imported_module_become_literals(fold):
    assert fold("import words\nx = words.OK + words.SIGN") == "x = 'ok' + b'\\x1b@'"
    assert fold("import words as w\nx = w.OK + w.LONG") == "import words as w\nx = 'ok' + w.LONG"


def test_what_must_stay_an_object_of_its_own_stays(fold):
    text = (
        "from limits import BIG, TABLE, YES\nfrom words import LONG\nx = [BIG, TABLE, YES, LONG]"
    )
    assert fold(text) == text


def test_a_name_set_twice_is_no_constant(fold):
    text = "A = 1\n\ndef f():\n    global A\n    A = 2\nx = A"
    assert fold(text) == text


def test_an_import_for_its_effect_stays(fold):
    assert fold("import empty") == "import empty"


def test_public_constants_can_stay_for_others(fold):
    assert fold("A = 1\n_B = 2\nx = A + _B", keep_public=True) == "A = 1\nx = 1 + 2"
