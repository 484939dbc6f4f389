"""A traceback with short names is read back."""

from __future__ import annotations

import io
import json
import sys

from firmware.shrink.__main__ import main, read_back

NAMES = {
    "part_1": {
        "rindex": ["common.mqtt.Client._open"],
        "wait": ["common.mqtt.Flight.wait", "common.net.Wire.wait"],
        "ceil": ["common.mqtt.*._user"],
    }
}


def test_a_function_gets_the_name_it_has_in_the_sources():
    line = '  File "part_1", line 1, in rindex'
    assert read_back(line, NAMES) == line[:-6] + "common.mqtt.Client._open"


def test_what_could_be_several_is_given_as_several():
    line = '  File "part_1", line 1, in wait'
    assert read_back(line, NAMES).endswith("common.mqtt.Flight.wait or common.net.Wire.wait")


def test_what_is_not_ours_stays():
    for line in ('  File "asyncio/core.py", line 1, in run', "ValueError: rindex", "", "'tan'"):
        assert read_back(line, NAMES) == line


def test_names_in_a_message_are_explained():
    line = "AttributeError: 'Client' object has no attribute 'ceil'"
    assert read_back(line, NAMES) == line + " (common.mqtt.*._user)"


def test_the_command_copies_a_log(tmp_path, monkeypatch, capsys):
    (tmp_path / "names.json").write_text(json.dumps(NAMES))
    monkeypatch.setattr(sys, "stdin", io.StringIO('File "part_1", line 1, in rindex\nx\n'))
    assert main([str(tmp_path / "names.json")]) == 0
    assert capsys.readouterr().out.endswith("in common.mqtt.Client._open\nx\n")
