"""A ticket machine with a fault in its own program, and what a hub tells it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from firmware import build
from firmware.virtual import images

# (file in firmware/, what stands there once, what stands there instead)
Change = tuple[str, str, str]


@pytest.fixture
def changed_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Iterable[Change]], None]:
    """Makes the next ticket machine one whose sources are changed like this."""

    def make(changes: Iterable[Change]) -> None:
        root = tmp_path / "project"
        shutil.copytree(build.ROOT / "protocol", root / "protocol")
        for name in ("common", "drivers", "ticket_machine"):
            shutil.copytree(build.FIRMWARE / name, root / "firmware" / name)
        for path, was, becomes in changes:
            source = root / "firmware" / path
            text = source.read_text(encoding="utf-8")
            assert text.count(was) == 1
            source.write_text(text.replace(was, becomes), encoding="utf-8")
        monkeypatch.setattr(build, "ROOT", root)
        monkeypatch.setattr(build, "FIRMWARE", root / "firmware")
        build.stage("ticket_machine", tmp_path / "tree")
        images.tree_image(tmp_path / "tree", tmp_path / "changed.img")
        monkeypatch.setattr(images, "role_image", lambda role: tmp_path / "changed.img")

    return make


@pytest.fixture
def want() -> dict[str, object]:
    """The body of an open hall's MachineWant, with one department."""
    return {
        "hall_zh": "综合事务服务中心",
        "hall_en": "Hall",
        "hall_g": "zPw=",
        "letters": "F",
        "open": True,
    }
