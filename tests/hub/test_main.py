"""The command line: what it prints, its exit codes, and one line for what an engineer can mend."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from hub import __main__ as module
from hub.__main__ import main
from hub.config import EXAMPLE, HallConfig


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """A copy of the example."""
    for name in ("hall.toml", "services.csv"):
        shutil.copy(EXAMPLE.with_name(name), tmp_path / name)
    return tmp_path / "hall.toml"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[HallConfig, object]]:
    """What `run` would serve."""
    found: list[tuple[HallConfig, object]] = []

    async def run(config: HallConfig, options: object) -> None:
        found.append((config, options))

    monkeypatch.setattr(module, "run", run)
    return found


def test_a_good_file_is_counted_up(hall: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(hall)]) == 0
    said = capsys.readouterr().out
    assert "12 departments, 61 services, 20 windows, 66 devices: good" in said


def test_each_mistake_of_a_file_is_a_line(hall: Path, capsys) -> None:
    text = hall.read_text(encoding="utf-8")
    hall.write_text(text.replace('site = "whu"', 'siet = "whu"'), encoding="utf-8")
    assert main(["check", str(hall)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("hallkit: hall.toml: hall.siet: unknown key")
    assert "Traceback" not in err


def test_a_missing_file_is_a_line(tmp_path: Path, capsys) -> None:
    assert main(["check", str(tmp_path / "nowhere.toml")]) == 1
    assert "nowhere.toml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["check"],
        ["check", "hall.toml", "--fast"],
        ["run", "--speed", "0.5"],
        ["run", "--speed", "nan"],
        ["run", "--speed", "inf"],
        ["run", "--port", "x"],
        ["run", "--port", "99999"],
        ["mosquitto", "--port", "0"],
        ["demo", "--visitors", "0"],
        ["demo", "--speed", "0.1"],
        ["demo", "--keep", __file__],
        ["campus-server", "--port", "-1"],
    ],
)
def test_a_wrong_call_is_told_how_to_call(arguments: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: hallkit" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "--data", __file__], "not a folder that the hub can write: File exists"),
        (["campus-server", "--token-file", f"{__file__}/x"], "File exists"),
    ],
)
def test_a_place_that_cannot_be_written_is_a_line(words: list[str], says: str, capsys) -> None:
    assert main(words) == 1
    err = capsys.readouterr().err
    assert says in err
    assert "Traceback" not in err


def test_a_campus_servers_port_that_is_taken_is_a_line(tmp_path: Path, capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["campus-server", "--port", port, "--token-file", str(tmp_path / "t")]) == 1
    assert "address already in use" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "check", "demo", "campus-server"])
def test_every_command_explains_itself(command: str, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"usage: hallkit {command}" in capsys.readouterr().out


def test_the_help_of_run_says_how_to_ask_a_hub_how_it_is(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    assert "kill -USR1" in capsys.readouterr().out


def test_a_broker_beyond_loopback_is_refused(hall: Path, tmp_path: Path, served, capsys) -> None:
    url = "mqtt://hub:s3cret@10.0.0.7:1883"
    assert main(["run", str(hall), "--data", str(tmp_path / "data"), "--broker", url]) == 1
    err = capsys.readouterr().err
    assert "10.0.0.7 is not loopback" in err
    assert "s3cret" not in err
    assert served == []
    assert not (tmp_path / "data").exists()


def test_run_serves_the_file_as_the_options_say(hall: Path, tmp_path: Path, served) -> None:
    arguments = ["run", str(hall), "--data", str(tmp_path / "d"), "--port", "1999"]
    arguments += ["--speed", "10", "--open-all-day", "--campus", "http://127.0.0.1:1"]
    assert main(arguments) == 0
    ((config, options),) = served
    assert config.policy.recall_gap_ms == 800
    assert config.campus.url == "http://127.0.0.1:1"
    assert len(config.sessions) == 1
    assert (options.data, options.port, options.broker) == (tmp_path / "d", 1999, None)


def test_without_options_the_example_is_served_as_it_is(served) -> None:
    assert main(["run", "--broker", "mqtt://hub:x@127.0.0.1:1884"]) == 0
    ((config, options),) = served
    assert config.path == EXAMPLE
    assert config.policy.recall_gap_ms == 8000
    assert options.broker.port == 1884


def test_a_part_that_is_not_installed_is_a_line(monkeypatch, capsys) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name="firmware")

    monkeypatch.setattr("importlib.import_module", missing)
    assert main(["demo"]) == 1
    assert "firmware is missing" in capsys.readouterr().err


def test_an_error_of_ours_is_not_hidden(monkeypatch, hall: Path) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "load", broken)
    with pytest.raises(ZeroDivisionError):
        main(["check", str(hall)])
