"""Staging a device: what its app loads and nothing else, compiled again only when changed."""

from __future__ import annotations

import json

import pytest

from firmware import build

FILES = {
    "protocol/codec.py": "import json\n\n\ndef peek(text):\n    return json.loads(text)\n",
    "protocol/unused.py": "",
    "firmware/common/__init__.py": '"""Shared."""\n',
    "firmware/common/link.py": (
        "from protocol import codec\n\n\nclass Link:\n    def _take(self, text):\n"
        "        return codec.peek(text)\n\n    def run(self):\n        self._take('1')\n"
        "\n    def rest(self):\n        self._take('2')\n"
    ),
    "firmware/common/unused.py": "",
    "firmware/drivers/lamps.py": "X = 1\nY = [X]\n",
    "firmware/caller/app.py": (
        "import common.link\nfrom caller.flow import Flow\n\n\n"
        "def run():\n    from drivers import lamps\n"
        "    Flow(lamps.Y)\n    common.link.Link().run()\n"
    ),
    "firmware/caller/flow.py": (
        "class Flow:\n    def __init__(self, lamps):\n        self._lamps = lamps\n"
    ),
    "firmware/caller/main.py": "from caller.app import run\n\nrun()\n",
    "firmware/caller/README.md": "wiring",
    "firmware/caller/fonts/a.qf": "glyphs",
    "firmware/caller/fonts/make_font.py": "import PIL\n",
    "firmware/display/flow.py": "",
}
AS_IT_IS = {"main.py", "lib/caller/fonts/a.qf"}
# What is imported late stays a file of its own.
STAGED = AS_IT_IS | {"lib/caller/app.mpy", "lib/caller/part_1.mpy"}
MODULES = {
    "lib/caller/app",
    "lib/caller/flow",
    "lib/common/__init__",
    "lib/common/link",
    "lib/drivers/lamps",
    "lib/protocol/codec",
}


@pytest.fixture
def root(tmp_path, monkeypatch):
    root = tmp_path / "project"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.setattr(build, "ROOT", root)
    monkeypatch.setattr(build, "FIRMWARE", root / "firmware")
    return root


@pytest.fixture
def compiled(monkeypatch):
    names = []
    real = build.compile_module

    def spy(text, name, *more):
        names.append(name)
        real(text, name, *more)

    monkeypatch.setattr(build, "compile_module", spy)
    return names


def staged(out):
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def test_a_stage_holds_what_the_app_loads_and_nothing_else(root, tmp_path):
    out = tmp_path / "out"
    manifest = build.stage("caller", out)
    assert set(manifest["files"]) == STAGED
    assert staged(out) == STAGED | {"manifest.json"}
    assert json.loads((out / "manifest.json").read_text()) == manifest
    assert manifest["files"]["main.py"]["bytes"] == len(FILES["firmware/caller/main.py"])


def test_what_nothing_uses_is_left_out_and_listed(root, tmp_path):
    manifest = build.stage("caller", tmp_path / "out")
    assert manifest["dropped"] == ["common.link.Link.rest"]


def test_tracebacks_name_files_as_the_board_does(root, tmp_path):
    build.stage("caller", tmp_path / "out")
    code = (tmp_path / "out/lib/caller/app.mpy").read_bytes()
    assert b"app" in code and b"app.py" not in code
    assert str(root).encode() not in code


def test_short_names_can_be_read_back(root, tmp_path):
    build.stage("caller", tmp_path / "out")
    names = json.loads((tmp_path / "out.names.json").read_text())["app"]
    assert ["common.link.Link._take"] in names.values()
    assert ["common.link.Link"] in names.values()


def test_modules_and_their_lines_can_be_kept_to_find_an_error(root, tmp_path):
    out = tmp_path / "out"
    assert build.main(["caller", str(out), "--lines"]) == 0
    assert staged(out) - {"manifest.json"} == AS_IT_IS | {f"{name}.mpy" for name in MODULES}
    assert b"common/link.py" in (out / "lib/common/link.mpy").read_bytes()


def test_sources_can_be_brought_instead(root, tmp_path):
    out = tmp_path / "out"
    assert build.main(["caller", str(out), "--py"]) == 0
    assert staged(out) - {"manifest.json"} == AS_IT_IS | {f"{name}.py" for name in MODULES}
    assert build.main(["caller", str(out)]) == 0
    assert staged(out) == STAGED | {"manifest.json"}


def test_a_change_of_a_constant_reaches_who_uses_it(root, tmp_path, compiled):
    (root / "firmware/caller/flow.py").write_text(
        "from drivers.lamps import X\n\n\nclass Flow:\n    NUMBER = X\n"
        "\n    def __init__(self, lamps):\n        self.NUMBER += X\n"
    )
    before = build.stage("caller", tmp_path / "out")
    (root / "firmware/drivers/lamps.py").write_text("X = 2\nY = [X]\n")
    after = build.stage("caller", tmp_path / "out")
    path = "lib/caller/app.mpy"
    assert before["files"][path]["sha256"] != after["files"][path]["sha256"]


def test_a_current_stage_is_kept(root, tmp_path, compiled):
    first = build.stage("caller", tmp_path / "out")
    compiled.clear()
    assert build.stage("caller", tmp_path / "out") == first
    assert compiled == []


def test_only_what_changed_is_compiled_again(root, tmp_path, compiled):
    build.stage("caller", tmp_path / "out")
    (root / "firmware/drivers/lamps.py").write_text("X = 1\nY = [3]\n")
    compiled.clear()
    build.stage("caller", tmp_path / "out")
    assert [name for name in compiled if name != "part.py"] == ["part_1"]


def test_damaged_and_stale_files_do_not_stay(root, tmp_path):
    out = tmp_path / "out"
    manifest = build.stage("caller", out)
    (out / "lib/caller/app.mpy").write_bytes(b"torn")
    (out / "lib/caller/gone.mpy").write_bytes(b"old")
    assert build.stage("caller", out) == manifest
    assert staged(out) == STAGED | {"manifest.json"}
    assert (out / "lib/caller/app.mpy").stat().st_size > 4


def test_an_interrupted_stage_is_made_anew(root, tmp_path):
    out = tmp_path / "out"
    manifest = build.stage("caller", out)
    (out / "manifest.json").write_text('{"files": {')
    assert build.stage("caller", out) == manifest


def test_a_late_import_that_is_not_understood_is_named(root, tmp_path):
    text = "def run():\n    import caller.flow\n    return caller.flow\n"
    (root / "firmware/caller/app.py").write_text(text)
    with pytest.raises(build.CannotShrink, match=r"caller\.app: 'import caller\.flow'"):
        build.stage("caller", tmp_path / "out")


def test_another_devices_module_is_refused(root, tmp_path):
    (root / "firmware/caller/flow.py").write_text("import display.flow\n")
    with pytest.raises(build.ForeignImport) as caught:
        build.stage("caller", tmp_path / "out")
    assert (caught.value.module, caught.value.role) == ("display/flow.py", "caller")


def test_a_module_that_does_not_compile_is_named(root, tmp_path):
    # Good Python, but not MicroPython's.
    (root / "firmware/caller/flow.py").write_text("def f(a, /):\n    pass\n\nFlow = f\n")
    with pytest.raises(build.CompileFailed) as caught:
        build.stage("caller", tmp_path / "out")
    assert caught.value.source == "caller/flow.py"


def test_the_command_names_an_unknown_role(capsys, tmp_path):
    assert build.main(["toaster", str(tmp_path)]) == 1
    assert "toaster" in capsys.readouterr().err


def test_the_command_prints_sizes(root, tmp_path, capsys):
    assert build.main(["caller", str(tmp_path / "out")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(STAGED) + 1
    assert lines[-1].endswith("in all")
