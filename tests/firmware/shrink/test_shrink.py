"""A program means the same before and after: both are run by the real interpreter."""

from __future__ import annotations

import subprocess
import textwrap

import pytest

from firmware.shrink import parts, program, shake
from firmware.virtual.images import MICROPYTHON

# Each one prints what it does; `app` is imported as a board's main.py would.
PROGRAMS = {
    "names of several modules meet in one file": {
        "a": "def _f():\n    return 'a'\ndef f():\n    return _f()\nvalue = 'a value'\n",
        "b": "def _f():\n    return 'b'\ndef f():\n    return _f()\nvalue = 'b value'\n",
        "app": "import a, b\nfrom a import f as first\nfrom b import f\n"
        "def run():\n    value = 'mine'\n    print(first(), f(), a.value, b.value, value)\n",
    },
    "a local hides a global of another module": {
        "a": "def wait():\n    return 1\n",
        "app": "import a\ndef run(wait=2, *more):\n    values = [wait for wait in (a.wait(), 3)]\n"
        "    def inner():\n        nonlocal wait\n        wait += 1\n        return wait\n"
        "    print(values, inner(), wait, more, a.wait())\n",
    },
    "a parameter is passed by name": {
        "app": "class One:\n    def __init__(self, first, second=2, *, third=3):\n"
        "        self._first, self.second, self._third = first, second, third\n"
        "    def sum(self, factor):\n"
        "        return factor * (self._first + self.second + self._third)\n"
        "def plain(alpha, beta):\n    return alpha - beta\n"
        "def run():\n    print(One(1, third=7).sum(2), One(1, second=5).sum(factor=1))\n"
        "    print(plain(*(5, 3)), (lambda alpha, beta=4: alpha + beta)(1))\n",
    },
    "an attribute of ours is one of the interpreter's as well": {
        "a": "class Box:\n    def __init__(self):\n        self.kept_here = []\n"
        "    def append(self, value):\n        self.kept_here.append(value)\n"
        "    def take_back(self):\n        return self.kept_here.pop()\n",
        "app": "import a\nclass Other:\n    def append(self, value):\n        return value\n"
        "    @property\n    def count_all(self):\n        return len('abc')\n"
        "def run():\n    box, plain = a.Box(), []\n    for it in (box, plain):\n"
        "        it.append(5)\n    print(box.take_back(), box.kept_here, plain)\n"
        "    print(Other().append(7), Other().count_all)\n",
    },
    "globals are set again": {
        "a": "_count = 0\ndef more():\n    global _count\n    _count += 1\n    return _count\n"
        "def count():\n    return _count\n",
        "app": "import a\ndef run():\n    a.more()\n    a.more()\n    print(a.count())\n",
    },
    "getattr finds what texts name": {
        "app": "HOW = 'go stop'\nclass One:\n    def _on_go(self):\n        return 'go'\n"
        "    def _on_stop(self):\n        return 'stop'\n    def _plain(self):\n"
        "        return 'plain'\n    def never(self):\n        return 0\n"
        "def run():\n    it = One()\n    for how in HOW.split():\n"
        "        print(getattr(it, '_on_' + how)())\n"
        "    print(getattr(it, '_plain')(), hasattr(it, 'never'))\n",
    },
    "a class body has names of its own": {
        "a": "size = 3\nclass Base:\n    big = size + 1\n    twice = [big, size]\n"
        "    def get(self):\n        return self.big, size\n"
        "class Error(Exception):\n    pass\n",
        "app": "import a\nclass Sub(a.Base):\n    _own = 1\n    def get(self):\n"
        "        return super().get() + (self._own, self.twice)\n"
        "def run():\n    print(Sub().get(), Sub.big)\n    try:\n        raise a.Error('x')\n"
        "    except (a.Error, ValueError) as error:\n        print(type(error).__name__, error)\n",
    },
    "one module looks into the objects of another": {
        "a": "class First:\n    def __init__(self):\n        self._other = 1\n"
        "        self._number = 2\n",
        "b": "class Second:\n    def __init__(self, first):\n        self._number = 3\n"
        "        self._sum = first._number + self._number + first._other\n",
        "app": "import a, b\ndef run():\n    second = b.Second(a.First())\n"
        "    print(second._sum, second._number)\n",
    },
    "a module is used as a value": {
        "bodies": "_hidden = 1\ndef _make():\n    return _hidden\nKINDS = {'k': _make}\n"
        "def draw(a):\n    return a + 1\n",
        "user": "def use(module):\n    return module.KINDS['k'](), getattr(module, 'draw')(2)\n",
        "app": "import bodies, user\nKINDS = (0,)\ndef run():\n"
        "    print(user.use(bodies), KINDS)\n",
    },
    "a module is imported late": {
        "late": "import a\nprint('loaded')\nclass Late:\n    def go(self):\n"
        "        return a.f(2)\n",
        "a": "def f(n):\n    return n * n\n",
        "app": "import a\ndef run(late=True):\n    print('begin', a.f(3))\n    if late:\n"
        "        from late import Late\n        print(Late().go())\n",
    },
    "what is imported late imports more only where its function does": {
        "deep": "print('deep loaded')\ndef f():\n    return 3\n",
        "late": "print('late loaded')\ndef go(far):\n    print('went')\n    if far:\n"
        "        from deep import f\n        print(f())\n",
        "app": "def run():\n    from late import go\n    go(False)\n    go(True)\n",
    },
    "what is imported late shares what only it needs": {
        "deep": "print('deep loaded')\nTABLE = [1]\ndef f():\n    return TABLE\n",
        "late": "import deep\ndef go():\n    deep.TABLE.append(2)\n    return deep.f()\n",
        "later": "from deep import f\ndef go():\n    return f()\n",
        "app": "def run():\n    def first():\n        from late import go\n"
        "        return go()\n    print(first())\n    if True:\n"
        "        from later import go as later_go\n    print(later_go())\n",
    },
    "generators, closures, walrus, async": {
        "app": "import asyncio\ndef _numbers(upto):\n    yield from range(upto)\n"
        "async def _later(value):\n    await asyncio.sleep(0)\n    return value\n"
        "def run():\n    print([y for x in _numbers(3) if (y := x * 2)], y)\n"
        "    makers = [lambda extra, x=x: x + extra for x in _numbers(2)]\n"
        "    print([make(1) for make in makers], asyncio.run(_later('async')))\n"
        "    print({k: v for k, v in {'a': 1}.items()}, sorted({n % 2 for n in _numbers(5)}))\n",
    },
    "what has an effect when loaded stays": {
        "a": "TABLE = {'x': 1}\nif len(TABLE) == 1:\n    TABLE['y'] = 2\n"
        "try:\n    from nowhere import const\nexcept ImportError:\n"
        "    def const(value):\n        return value\nB = const(4)\n",
        "app": "import a\nprint('app')\ndef run():\n    print(sorted(a.TABLE), a.B + 1)\n",
    },
}


def run(folder, start):
    command = [*MICROPYTHON, "-c", f"import sys; sys.path[:] = ['.', '.frozen', 'small']; {start}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("most", [1, 10_000], ids=["a file a module", "one file"])
@pytest.mark.parametrize("sources", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_it_prints_the_same(sources, most, tmp_path):
    for name, text in sources.items():
        (tmp_path / f"{name}.py").write_text(text)
    code = read(tmp_path)
    made = parts.split(code, "small", "app", len, most)
    write(tmp_path, made)
    before = run(tmp_path, "from app import run; run()")
    assert before
    assert run(tmp_path, "from small.app import run; run()") == before, made


def write(folder, made):
    (folder / "small").mkdir()
    for part in made:
        (folder / "small" / f"{part.name}.py").write_text(part.text)


def read(folder):
    def find(name):
        path = folder / (name.replace(".", "/") + ".py")
        return path if path.is_file() else None

    code = program.read("app", find)
    shake.shake(code, [program.flat("app", "run")])
    return code


def shrunk(tmp_path, text):
    (tmp_path / "app.py").write_text(textwrap.dedent(text))
    (part,) = parts.split(read(tmp_path), "small", "app", len, 10_000)
    return part


def test_what_cannot_be_followed_is_refused(tmp_path):
    with pytest.raises(program.NotUnderstood, match="give it another"):
        shrunk(tmp_path, "size = 3\nclass One:\n    size = size + 1\n")
    with pytest.raises(program.NotUnderstood, match="inside a function"):
        shrunk(tmp_path, "def run():\n    import app\n    return app\n")
    (tmp_path / "late.py").write_text("def go():\n    return 1\n")
    with pytest.raises(program.NotUnderstood, match="something else"):
        shrunk(
            tmp_path, "def go():\n    return 2\ndef run():\n    from late import go\n    go()\n"
        )


def test_a_library_keeps_what_others_see_of_it(tmp_path):
    (tmp_path / "pins.py").write_text(
        "import os\n_ALL = []\nKINDS = [1]\nclass Pin:\n    def __init__(self, number=0):\n"
        "        self._number = number\n        self._mine = self._hers = 1\n"
        "        _ALL.append(self)\n"
        "    def more(self):\n        return self._mine\n"
        "def peer(pin):\n    return pin._number\n"
    )

    def find(name):
        return tmp_path / "pins.py" if name == "pins" else None

    text = parts.library("pins", find, ["pin._hers"])
    for name in ("KINDS", "Pin", "number=0", "_number", "_hers", "more", "peer"):
        assert name in text
    assert "_mine" not in text and "_ALL" not in text


def test_what_was_imported_late_can_be_freed(tmp_path):
    (tmp_path / "late.py").write_text("TABLE = [bytearray(9000)]\ndef f():\n    return TABLE\n")
    text = "import gc\ndef once():\n    from late import f\n    return len(f())\n"
    text += "def run():\n    gc.collect()\n    before = gc.mem_alloc()\n    once()\n"
    text += "    gc.collect()\n    print(gc.mem_alloc() - before < 8000)\n"
    (tmp_path / "app.py").write_text(text)
    write(tmp_path, parts.split(read(tmp_path), "small", "app", len, 10_000))
    assert run(tmp_path, "from small.app import run; run()") == "True\n"
    assert run(tmp_path, "from app import run; run()") == "False\n"


def test_private_names_and_parameters_share_a_few(tmp_path):
    part = shrunk(
        tmp_path,
        """
        class First:
            def __init__(self, alpha):
                self._alpha = alpha

        def _second(beta):
            return First(beta)._alpha

        def run(public):
            return _second(public)
        """,
    )
    assert not {"alpha", "beta", "_alpha", "_second", "public"} & set(part.text.split())
    assert "First" not in part.text and "def run" in part.text
    assert ["app.First"] in part.origins.values()
    assert ["app._second"] in part.origins.values()


def test_nothing_that_is_not_used_is_brought(tmp_path):
    part = shrunk(
        tmp_path,
        """
        import os
        UNUSED = [1]
        def unused():
            return used
        def used():
            return 1
        class Thing:
            '''A text.'''
            def used(self): return used()
            def unused(self): return UNUSED
        def run() -> int:
            return Thing().used()
        """,
    )
    assert "nused" not in part.text.lower()
    assert "os" not in part.text.split()
    assert "text" not in part.text
    assert "->" not in part.text
