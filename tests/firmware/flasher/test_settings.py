"""flash.toml: what is missing or wrong is said by name, and the device accepts what comes out."""

from __future__ import annotations

import json

import pytest

from common.config import Config
from firmware.flasher import settings
from firmware.flasher.errors import BadSettings
from hub.config import EXAMPLE

GOOD = f"""
hall = "{EXAMPLE}"
data = "data"
[broker]
host = "192.168.8.2"
port = 1883
[[wifi]]
ssid = "hall"
password = "secret-secret"
[pins.caller-19]
buzzer = 21
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    users = {"hub": "h", "caller-19": "p19", "board-1": "p1"}
    (tmp_path / "data/credentials.json").write_text(json.dumps(users))
    (tmp_path / "flash.toml").write_text(GOOD)
    return tmp_path


def test_a_device_gets_what_it_accepts(folder):
    known = settings.read(folder / "flash.toml")
    config = Config(known.device_config(known.device("caller-19")))
    assert (config.id, config.password, config.host) == ("caller-19", "p19", "192.168.8.2")
    assert config.pins == {"buzzer": 21}
    assert config.boot0 > 200_000_000  # seconds since 2020
    board = Config(known.device_config(known.device("board-1")))
    assert board.pins == {"panel": "128x32", "voice": True}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('data = "data"', "", "data is missing"),
        ('data = "data"', 'data = "elsewhere"', "Start the hub once"),
        ('data = "data"', "data = 3", "data is of the wrong kind"),
        ("port = 1883", "port = 1883\nuser = 'x'", "host and port, nothing else"),
        ("[pins.caller-19]", "[pin.caller-19]", "unknown key pin"),
        ("hall = ", "hall : ", "flash.toml"),
    ],
)
def test_a_wrong_file_is_told_by_name(folder, old, new, says):
    (folder / "flash.toml").write_text(GOOD.replace(old, new))
    with pytest.raises(BadSettings, match=says):
        settings.read(folder / "flash.toml")


def test_no_file_shows_how_it_looks(tmp_path):
    with pytest.raises(BadSettings, match="ssid"):
        settings.read(tmp_path / "flash.toml")


def test_what_the_device_would_refuse_is_refused_here(folder):
    (folder / "flash.toml").write_text(GOOD.replace("secret-secret", "x" * 64))
    known = settings.read(folder / "flash.toml")
    with pytest.raises(BadSettings, match="would not accept"):
        known.device_config(known.device("caller-19"))


def test_ids_are_those_of_the_hall_and_have_passwords(folder):
    known = settings.read(folder / "flash.toml")
    with pytest.raises(BadSettings, match="no device caller-99"):
        known.device("caller-99")
    with pytest.raises(BadSettings, match="no password for caller-04"):
        known.device_config(known.device("caller-04"))
