"""A running hub as a process: it announces itself, says how it is, ends well, and starts again."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.mosquitto import Configured
from fakes.nats import Nats, free_port
from hub.__main__ import main
from hub.campus.keyfiles import create
from hub.config import EXAMPLE
from hub.control import SOCKET
from hub.log.journal import CURSOR, JOURNAL, UNWRITABLE, Entry, Journal
from proof.witness import Message, Peer

STATE = "hall/v1/whu/hub/state"
PATIENCE_S = 60


def until(met: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < deadline, f"no {what}"
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """`hallkit run` on a hall without a campus server."""

    def __init__(self, folder: Path, *more: str, campus: bool = False) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.log = folder / "hub.log"
        text = EXAMPLE.read_text(encoding="utf-8")
        hall = folder / "hall.toml"
        hall.write_text(text if campus else re.sub(r"(?m)^url = .*$", "", text), "utf-8")
        services = EXAMPLE.with_name("services.csv")
        (folder / "services.csv").write_bytes(services.read_bytes())
        self._command = [sys.executable, "-m", "hub", "run", str(hall), "--open-all-day"]
        self._command += ["--data", str(self.data), "--port", str(self.port), *more]
        self.child: subprocess.Popen[bytes] | None = None

    def start(self, wait: bool = True) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            # In a group of its own, as a shell starts it.
            self.child = subprocess.Popen(self._command, stdout=log, stderr=log, process_group=0)
        if wait:
            said = self.said().count("INFO hub.app: hall whu: epoch")
            until(lambda: self.said().count("INFO hub.app: hall whu: epoch") > said, "hub")
        return self.child

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def end(self) -> int:
        """Its exit code."""
        assert self.child is not None
        if self.child.poll() is None:
            self.child.terminate()
        return self.child.wait(PATIENCE_S)

    def peer(self, *topics: str) -> Peer:
        password = json.loads((self.data / "credentials.json").read_text())["hub"]
        return Peer(f"mqtt://hub:{password}@127.0.0.1:{self.port}", "test", topics)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    process.end()


def words(peer: Peer) -> list[str]:
    return [json.loads(m.payload)["s"] for m in peer.messages if m.topic == STATE]


def test_a_hub_lives_says_how_it_is_and_ends_well(hub: Process) -> None:
    child = hub.start()
    with hub.peer(STATE) as peer:
        until(lambda: words(peer)[-1:] == ["online"], "online")
        peer.publish("hall/v1/whu/dev/caller-99/evt", b"\xff")
        file = hub.data / "status.json"

        def told() -> bool:
            os.kill(child.pid, signal.SIGUSR1)
            return file.exists() and "unknown-device" in file.read_text(encoding="utf-8")

        until(told, "status.json with what was counted")
        status = json.loads(file.read_text(encoding="utf-8"))
        assert status["counters"]["unknown-device"] == 1
        assert status["epoch"] == json.loads(peer.messages[-1].payload)["epoch"]
        assert len(status["devices"]) == 66
        assert file.stat().st_mode & 0o777 == 0o600
        assert hub.end() == 0
        until(lambda: words(peer)[-1:] == ["offline"], "offline")
    assert not listens(hub.port)
    assert "Traceback" not in hub.said()


def test_ctrl_c_ends_the_hub_before_its_broker(hub: Process) -> None:
    child = hub.start()
    with hub.peer(STATE) as peer:
        until(lambda: words(peer)[-1:] == ["online"], "online")
        os.killpg(child.pid, signal.SIGINT)
        until(lambda: words(peer)[-1:] == ["offline"], "offline")
    assert child.wait(PATIENCE_S) == 0
    assert "the broker ended" not in hub.said()


def test_a_killed_hub_takes_its_broker_along_and_starts_again_with_a_new_epoch(
    hub: Process,
) -> None:
    child = hub.start()
    child.kill()
    child.wait(PATIENCE_S)
    until(lambda: not listens(hub.port), "end of the broker")
    hub.start()
    epochs = [int(epoch) for epoch in re.findall(r"epoch (\d+)", hub.said())]
    assert len(epochs) == 2
    assert epochs[1] > epochs[0]


def test_a_manager_acts_on_a_running_hub_and_only_its_own_user_may(hub: Process, capsys) -> None:
    hub.start()
    until((hub.data / SOCKET).is_socket, "control socket")
    act = ["act", "--data", str(hub.data), "--reason", "a queue at the door"]
    assert main([*act, "open", "4"]) == 0
    assert capsys.readouterr().out == "已执行: 4号窗口 开窗 | done: window 4 opened\n"
    assert main([*act, "priority", "Z999"]) == 1
    assert "未执行: 没有这个号" in capsys.readouterr().err
    assert (hub.data / SOCKET).stat().st_mode & 0o777 == 0o600
    assert main([*act, "close-day"]) == 0
    assert hub.end() == 0
    journal = Journal(hub.data / JOURNAL, read_only=True)
    kept = [row.data for row in journal.rows() if row.kind == "managed"]
    journal.close()
    assert [(one["act"], one["reason"]) for one in kept] == [
        ("open", "a queue at the door"),
        ("close-day", "a queue at the door"),
    ]
    assert main([*act, "open", "4"]) == 1
    assert "主机未运行" in capsys.readouterr().err


def test_a_second_hub_on_the_same_port_says_what_to_do(hub: Process, tmp_path: Path) -> None:
    hub.start()
    other = tmp_path / "other"
    other.mkdir()
    second = Process(other, "--port", str(hub.port))
    assert second.start(wait=False).wait(PATIENCE_S) == 1
    said = second.said().strip()
    assert said.startswith(f"hallkit: port {hub.port} is taken")
    assert "\n" not in said


def test_a_second_hub_on_the_same_folder_is_refused(hub: Process) -> None:
    child = hub.start()
    second = Process(hub.folder)
    second.log = hub.folder / "second.log"
    assert second.start(wait=False).wait(PATIENCE_S) == 1
    said = second.said().strip()
    assert (
        said == f"hallkit: {hub.data}: another hub serves this hall already (process {child.pid})"
    )
    assert child.poll() is None
    child.kill()  # the lock goes with it
    child.wait(PATIENCE_S)
    hub.start()


def test_a_second_hub_on_the_same_broker_is_refused_and_a_dead_one_is_not_in_the_way(
    tmp_path: Path,
) -> None:
    for name in ("nats", "first", "second"):
        (tmp_path / name).mkdir()
    with Nats(tmp_path / "nats", [], "whu") as nats:
        url = f"mqtt://hub:{nats.password}@127.0.0.1:{nats.port}"
        first = Process(tmp_path / "first", "--broker", url)
        second = Process(tmp_path / "second", "--broker", url)
        child = first.start()
        with Peer(url, "test", [STATE]) as peer:
            until(lambda: words(peer)[-1:] == ["online"], "online")
            assert second.start(wait=False).wait(PATIENCE_S) == 1
            said = second.said().strip()
            assert re.fullmatch(
                r"hallkit: mqtt://hub@\S+: another hub serves hall whu \(epoch \d+\): stop it",
                said,
            )
            assert child.poll() is None
            assert words(peer) == ["online"]
            # Broker and hub end together: its last word stays "online", and nobody answers.
            child.send_signal(signal.SIGSTOP)
            nats.stop(kill=True)
            child.kill()
            child.wait(PATIENCE_S)
        nats.start()
        try:
            second.start()
            said = first.said() + second.said()
            epochs = [int(epoch) for epoch in re.findall(r"whu: epoch (\d+),", said)]
            assert epochs == sorted(set(epochs))
        finally:
            assert second.end() == 0


def test_a_hub_that_finds_a_newer_one_ends_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "nats").mkdir()
    with Nats(tmp_path / "nats", [], "whu") as nats:
        url = f"mqtt://hub:{nats.password}@127.0.0.1:{nats.port}"
        hub = Process(tmp_path, "--broker", url)
        child = hub.start()
        with Peer(url, "test", [STATE]) as peer:
            until(lambda: words(peer)[-1:] == ["online"], "online")
            newer = json.loads(peer.messages[-1].payload)
            newer["epoch"] += 1
            peer.publish(STATE, json.dumps(newer).encode(), retain=True)
            assert child.wait(PATIENCE_S) == 1
        last = hub.said().strip().splitlines()[-1]
        assert last.startswith("hallkit: another hub has taken over hall whu")
        assert "Traceback" not in hub.said()


def test_a_hub_is_let_in_at_the_mosquitto_whose_files_it_wrote(tmp_path: Path, capsys) -> None:
    port = free_port()
    url = f"mqtt://127.0.0.1:{port}"
    hub = Process(tmp_path, "--broker", url)
    hall = str(tmp_path / "hall.toml")
    assert main(["mosquitto", hall, "--data", str(hub.data), "--port", str(port)]) == 0
    conf = hub.data / "mosquitto" / "mosquitto.conf"
    said = capsys.readouterr().out
    assert f"mosquitto -c {conf}" in said
    assert f"--broker {url}" in said
    with Configured(conf, port):
        hub.start()
        hub.port = port
        with hub.peer(STATE) as peer:
            until(lambda: words(peer)[-1:] == ["online"], "online")
        assert hub.end() == 0


def test_a_wall_set_back_does_not_set_the_journal_back(hub: Process) -> None:
    hub.start()
    assert hub.end() == 0
    journal = Journal(hub.data / JOURNAL)
    later_ms = journal.last_ms + 3_600_000
    journal.append([Entry("2019-05-27", later_ms, note=(CURSOR, {"cursor": 1}))])
    journal.close()
    hub.start()
    assert hub.end() == 0
    journal = Journal(hub.data / JOURNAL)
    times = [row.at_ms for row in journal.rows()]
    journal.close()
    assert times == sorted(times)
    assert times[-1] >= later_ms
    assert "clock was set back by 3" in hub.said()


def test_a_full_disk_is_said_and_over_by_itself(hub: Process) -> None:
    """The kernel's own limit of a file's size stands for the disk."""
    child = hub.start()
    machine = "hall/v1/whu/dev/ticket-machine-1/"

    def asked(n: int) -> bytes:
        body = {"s": f"s{n}", "service": "account", "how": "none", "id": ""}
        return json.dumps({"v": 1, "k": "reserve", "boot": 9, "n": n, "t": 1, "d": body}).encode()

    with hub.peer(STATE, machine + "evtack") as peer:
        until(lambda: words(peer)[-1:] == ["online"], "online")

        def answer(n: int) -> str | None:
            """Why not; asked until it is answered."""
            peer.publish(machine + "evt", asked(n))
            peer.wait_for(lambda m: m.topic.endswith("evtack") and got(m)["n"] == n, f"answer {n}")
            return next(got(m)["why"] for m in peer.messages if got(m).get("n") == n)

        before = answer(1)
        soft, hard = resource.prlimit(child.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (4096, hard))
        assert [answer(n) for n in (2, 3)] == ["NO_ROOM", "NO_ROOM"]
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (soft, hard))
        until(lambda: "can be written again: 2 were refused" in hub.said(), "recovery")
        assert answer(4) == before
        assert child.poll() is None
        assert set(words(peer)) == {"online"}
    assert hub.end() == 0
    journal = Journal(hub.data / JOURNAL)
    assert [row.kind for row in journal.rows()].count(UNWRITABLE) == 1
    journal.close()


def got(message: Message) -> dict[str, Any]:
    return dict(json.loads(message.payload))


def test_a_damaged_journal_is_refused_with_one_line(hub: Process) -> None:
    # The second start's row is one of today's, which the third one reads.
    for _ in range(2):
        hub.start()
        assert hub.end() == 0
    file = hub.data / JOURNAL
    with contextlib.closing(sqlite3.connect(file)) as db:
        # A hub that is told to end early may leave its rows in the write-ahead log.
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (row,) = db.execute("SELECT max(seq) FROM events WHERE kind = 'hub_started'").fetchone()
    raw = file.read_bytes()
    # SQLite fills a page from its end: the first one found is the newest.
    at = raw.index(b"hub_started")
    file.write_bytes(raw[:at] + b"hub_stopped" + raw[at + 11 :])
    before = hub.said()
    assert hub.start(wait=False).wait(PATIENCE_S) == 1
    said = hub.said().removeprefix(before).strip()
    assert said == f"hallkit: {file}: row {row}: is not what was written"


def test_another_broker_is_used_as_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "nats").mkdir()
    with Nats(tmp_path / "nats", [], "whu") as nats:
        url = f"mqtt://hub:{nats.password}@127.0.0.1:{nats.port}"
        hub = Process(tmp_path, "--broker", url)
        hub.start()
        try:
            with Peer(url, "test", [STATE]) as peer:
                until(lambda: words(peer)[-1:] == ["online"], "online")
        finally:
            assert hub.end() == 0
        assert nats.password not in hub.said()
        assert not (hub.data / "credentials.json").exists()


def test_a_campus_server_needs_its_key_and_says_which_file(tmp_path: Path) -> None:
    hub = Process(tmp_path, campus=True)
    assert hub.start(wait=False).wait(PATIENCE_S) == 1
    assert "campus.key" in hub.said()
    assert "Traceback" not in hub.said()
    create(hub.data / "campus.key")
    assert hub.start(wait=False).wait(PATIENCE_S) == 1
    assert "campus.token" in hub.said()
