"""The MicroPython runner must not be able to say yes by accident."""

from pathlib import Path

import pytest

import run_micropython

HEAD = '"""A planted test file."""\n# runs on CPython and MicroPython\n\nimport unittest\n\n\n'


def run(tmp_path: Path, body: str) -> tuple[bool, str]:
    path = tmp_path / "test_planted.py"
    path.write_text(HEAD + body, encoding="utf-8")
    assert run_micropython.marked(tmp_path) == [path]
    return run_micropython.run(path)


def test_a_passing_file_passes_and_says_how_many(tmp_path):
    passed, output = run(
        tmp_path,
        "class Sum(unittest.TestCase):\n"
        "    def setUp(self):\n"
        "        self.two = 2\n"
        "    def test_adds(self):\n"
        "        self.assertEqual(1 + 1, self.two)\n"
        "    def test_raises(self):\n"
        "        with self.assertRaises(ZeroDivisionError) as caught:\n"
        "            1 / 0\n"
        "        self.assertIn('zero', str(caught.exception))\n",
    )
    assert passed, output
    assert "2 passed, 0 failed" in output


@pytest.mark.parametrize(
    "body",
    [
        "class Bad(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(1, 2)\n",
        "class Bad(unittest.TestCase):\n    def test_it(self):\n"
        "        self.assertRaises(OSError, int)\n",
        "class Bad(unittest.TestCase):\n    def test_it(self):\n"
        "        with self.assertRaises(OSError):\n            raise ValueError('other')\n",
        "class Bad(unittest.TestCase):\n    def setUp(self):\n        raise OSError(5)\n"
        "    def test_it(self):\n        pass\n",
        "class Bad(unittest.TestCase):\n    def tearDown(self):\n        raise OSError(5)\n"
        "    def test_it(self):\n        pass\n",
        "class Bad(unittest.TestCase):\n    def test_it(self):\n"
        "        self.addCleanup(int, 'x')\n",
        "raise RuntimeError('at import')\n",
        "import sys\nsys.exit(1)\n",
    ],
    ids=["assert", "no-raise", "other-raise", "setup", "teardown", "cleanup", "import", "exit"],
)
def test_every_way_to_fail_fails(tmp_path, body):
    passed, output = run(tmp_path, body)
    assert not passed, output


def test_a_failure_shows_its_traceback(tmp_path):
    _, output = run(
        tmp_path,
        "class Bad(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(1, 2)\n",
    )
    assert "FAIL: Bad.test_it" in output
    assert 'test_planted.py", line 9, in test_it' in output
    assert "1 != 2" in output


def test_a_failed_sub_test_does_not_hide_the_next_one(tmp_path):
    passed, output = run(
        tmp_path,
        "class Bad(unittest.TestCase):\n"
        "    def test_all(self):\n"
        "        for n in range(3):\n"
        "            with self.subTest(n=n):\n"
        "                self.assertEqual(n, 1)\n"
        "        print('reached the end')\n",
    )
    assert not passed
    assert "'n': 0" in output and "'n': 2" in output and "reached the end" in output
    assert "0 passed, 1 failed" in output


def test_a_file_without_a_test_fails(tmp_path):
    passed, output = run(tmp_path, "class Helper(unittest.TestCase):\n    pass\n")
    assert not passed
    assert "no test ran" in output


def test_a_file_without_the_mark_is_left_alone(tmp_path):
    (tmp_path / "test_other.py").write_text('"""CPython only."""\n', encoding="utf-8")
    assert run_micropython.marked(tmp_path) == []


def test_the_summary_counts_files_and_the_exit_code_follows(tmp_path, monkeypatch, capsys):
    good = HEAD + "class Good(unittest.TestCase):\n    def test_it(self):\n        pass\n"
    (tmp_path / "test_good.py").write_text(good, encoding="utf-8")
    (tmp_path / "test_bad.py").write_text(good.replace("pass", "self.fail('no')"), "utf-8")
    monkeypatch.setattr(run_micropython, "ROOT", tmp_path)
    assert run_micropython.main([str(tmp_path)]) == 1
    assert "micropython: 1 passed, 1 failed" in capsys.readouterr().out
    assert run_micropython.main([str(tmp_path / "test_good.py")]) == 0
