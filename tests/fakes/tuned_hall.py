"""The example hall with rules of a test's own, as a file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from hub.config import EXAMPLE


def tuned_hall(folder: Path, rules: Mapping[str, int]) -> Path:
    """Write hall.toml and what belongs to it into the folder; bookings are pulled each second."""
    folder.mkdir(parents=True, exist_ok=True)
    text = EXAMPLE.read_text(encoding="utf-8").replace("poll_s = 15\n", "poll_s = 1\n")
    for key, value in rules.items():
        # [rules] is the last table, so what is added at the end belongs to it.
        text = re.sub(rf"^{key} = .*\n", "", text, flags=re.MULTILINE) + f"{key} = {value}\n"
    shutil.copy(EXAMPLE.with_name("services.csv"), folder)
    file = folder / "hall.toml"
    file.write_text(text, encoding="utf-8")
    return file
