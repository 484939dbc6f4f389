"""Mosquitto with the hub's files: the same least privilege as the embedded broker's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.mosquitto import Mosquitto
from hub.wire.broker import HUB_USER
from hub.wire.mosquitto import permissions, write_files
from proof.witness import NotHeard, Peer

DEV = "hall/v1/lobby/dev/"
MINE, OTHERS = DEV + "caller-04/", DEV + "pad-04/"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path_factory.mktemp("broker"), ["caller-04", "pad-04"]) as running:
        yield running


def peer(broker: Mosquitto, user: str, *topics: str) -> Peer:
    url = f"mqtt://{user}:{broker.password}@127.0.0.1:{broker.port}"
    return Peer(url, f"{user}-test", topics)


def test_a_device_writes_its_own_topics_and_nothing_else(broker: Mosquitto) -> None:
    mine = [MINE + leaf for leaf in ("state", "desc", "tele", "ack", "evt")]
    others = [OTHERS + "evt", MINE + "want", MINE + "cmd", "hall/v1/lobby/hub/state", "anything"]
    with peer(broker, HUB_USER, "#") as hub, peer(broker, "caller-04") as caller:
        for topic in [*others, *mine]:
            caller.publish(topic, b"{}")
        hub.wait_for(lambda m: m.topic == mine[-1], mine[-1])
        assert [message.topic for message in hub.messages] == mine


def test_a_device_reads_its_own_topics_and_nothing_else(broker: Mosquitto) -> None:
    wanted = [MINE + "want", MINE + "evtack", MINE + "cmd", MINE + "menu/+"]
    with (
        peer(broker, HUB_USER) as hub,
        peer(broker, "caller-04", *wanted, "hall/v1/lobby/hub/state", "#") as caller,
    ):
        for topic in (OTHERS + "want", OTHERS + "evtack", MINE + "evt"):
            hub.publish(topic, b"{}")
        for topic in (MINE + "want", MINE + "menu/A", "hall/v1/lobby/hub/state"):
            hub.publish(topic, b"{}")
            caller.wait_for(lambda m, topic=topic: m.topic == topic, topic)
        assert not [m for m in caller.messages if m.topic.startswith(OTHERS)]


def test_nobody_comes_in_without_the_right_password(broker: Mosquitto) -> None:
    for user, password in (("caller-04", "wrong"), ("caller-05", broker.password), ("", "")):
        stranger = Peer(f"mqtt://{user}:{password}@127.0.0.1:{broker.port}", "stranger")
        with pytest.raises((NotHeard, OSError)):
            stranger.__enter__()


def test_the_files_are_private_and_hold_no_password(tmp_path: Path) -> None:
    write_files(tmp_path, "whu", 1883, {HUB_USER: "a-secret", "caller-04": "another"})
    for file in tmp_path.glob("mosquitto.*"):
        assert file.stat().st_mode & 0o077 == 0
        assert "secret" not in file.read_text()
    assert "readwrite" not in permissions("whu").split("\n", 2)[2]
