"""Staging a device: what its app loads and nothing else, compiled again only when changed."""

from __future__ import annotations

import json

import pytest

from firmware import build

FILES = {
    "protocol/codec.py": "import json\n",
    "protocol/unused.py": "",
    "firmware/common/__init__.py": '"""Shared."""\n',
    "firmware/common/link.py": "from protocol import codec\n",
    "firmware/common/unused.py": "",
    "firmware/drivers/lamps.py": "X = 1\n",
    "firmware/caller/app.py": (
        "import common.link\nfrom caller.flow import Flow\n"
        "def late():\n    from drivers import lamps\n    return lamps\n"
    ),
    "firmware/caller/flow.py": "class Flow:\n    pass\n",
    "firmware/caller/main.py": "import caller.app\n",
    "firmware/caller/README.md": "wiring",
    "firmware/caller/fonts/a.qf": "glyphs",
    "firmware/caller/fonts/make_font.py": "import PIL\n",
    "firmware/display/flow.py": "",
}
STAGED = {
    "main.py",
    "lib/caller/app.mpy",
    "lib/caller/flow.mpy",
    "lib/caller/fonts/a.qf",
    "lib/common/__init__.mpy",
    "lib/common/link.mpy",
    "lib/drivers/lamps.mpy",
    "lib/protocol/codec.mpy",
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


def test_tracebacks_name_modules_as_the_board_does(root, tmp_path):
    build.stage("caller", tmp_path / "out")
    code = (tmp_path / "out/lib/common/link.mpy").read_bytes()
    assert b"common/link.py" in code
    assert str(root).encode() not in code


def test_lines_can_be_kept_to_find_an_error(root, tmp_path, compiled):
    (root / "firmware/caller/flow.py").write_text("X = 1\n\ndef f():\n    return X\n")
    out = tmp_path / "out"
    short = build.stage("caller", out)["files"]["lib/caller/flow.mpy"]["bytes"]
    compiled.clear()
    assert build.main(["caller", str(out), "--lines"]) == 0
    assert "caller/flow.py" in compiled
    assert (out / "lib/caller/flow.mpy").stat().st_size > short


def test_a_change_of_a_constant_reaches_who_uses_it(root, tmp_path, compiled):
    (root / "firmware/caller/flow.py").write_text("from drivers.lamps import X\nY = [X]\n")
    build.stage("caller", tmp_path / "out")
    (root / "firmware/drivers/lamps.py").write_text("X = 2\n")
    compiled.clear()
    build.stage("caller", tmp_path / "out")
    assert "caller/flow.py" in compiled


def test_a_current_stage_is_kept(root, tmp_path, compiled):
    first = build.stage("caller", tmp_path / "out")
    compiled.clear()
    assert build.stage("caller", tmp_path / "out") == first
    assert compiled == []


def test_only_what_changed_is_compiled_again(root, tmp_path, compiled):
    build.stage("caller", tmp_path / "out")
    (root / "firmware/drivers/lamps.py").write_text("X = [2]\n")
    compiled.clear()
    build.stage("caller", tmp_path / "out")
    assert compiled == ["drivers/lamps.py"]


def test_damaged_and_stale_files_do_not_stay(root, tmp_path):
    out = tmp_path / "out"
    manifest = build.stage("caller", out)
    (out / "lib/common/link.mpy").write_bytes(b"torn")
    (out / "lib/common/gone.mpy").write_bytes(b"old")
    assert build.stage("caller", out) == manifest
    assert staged(out) == STAGED | {"manifest.json"}
    assert (out / "lib/common/link.mpy").stat().st_size > 4


def test_an_interrupted_stage_is_made_anew(root, tmp_path):
    out = tmp_path / "out"
    manifest = build.stage("caller", out)
    (out / "manifest.json").write_text('{"files": {')
    assert build.stage("caller", out) == manifest


def test_another_devices_module_is_refused(root, tmp_path):
    (root / "firmware/caller/flow.py").write_text("import display.flow\n")
    with pytest.raises(build.ForeignImport) as caught:
        build.stage("caller", tmp_path / "out")
    assert (caught.value.module, caught.value.role) == ("display/flow.py", "caller")


def test_a_module_that_does_not_compile_is_named(root, tmp_path):
    # Good Python, but not MicroPython's.
    (root / "firmware/caller/flow.py").write_text("def f(a, /):\n    pass\n")
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
