"""What comes off the wire: right messages arrive, every wrong one is counted under its name."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from fakes.hub import MACHINE, example
from hub.devices import Devices
from hub.wire import inbound
from hub.wire.inbound import Inbound, Received, Refusal
from protocol import topics
from protocol.caller import Press
from protocol.codec import encode
from protocol.envelope import Ack, Desc, Evt, State, Tele
from protocol.limits import MAX_PAYLOAD
from protocol.reasons import codes

NOW = 1_000_000
EVENT = {"v": 1, "k": "press", "boot": 3, "n": 7, "t": 0, "d": {"key": "next", "ver": 1}}
RAW = [
    (b"", "json"),
    (b"\xff\xfe\x00", "json"),
    (b'{"v":1', "json"),
    (b"[" * 2000, "json"),
    (b"[]", "json"),
    (b'"text"', "json"),
    (b'\xed\xa0\x80{"v":1}', "json"),
    (b'{"v":2}', "version"),
    (b'{"v":"1"}', "version"),
    (b'{"v":true}', "field"),
    (b'{"v":1,"d":' + b"[" * 900 + b"]" * 900 + b"}", "field"),
    (b" " * (MAX_PAYLOAD + 1), "too-large"),
]


class Ear:
    """Inbound and its device table."""

    def __init__(self) -> None:
        self.devices = Devices([device.id for device in example().devices()])
        self.inbound = Inbound(example(), self.devices)

    def read(self, device: str, leaf: str, payload: object) -> Received | None:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return self.inbound.read(topics.dev("whu", device, leaf), data, NOW)

    @property
    def counters(self) -> dict[str, int]:
        return dict(self.devices.counters)


@pytest.fixture
def ear() -> Ear:
    return Ear()


def test_an_event_arrives_with_its_body(ear: Ear) -> None:
    received = ear.read("caller-04", "evt", EVENT)
    assert received is not None and received.event is not None
    assert (received.device_id, type(received.event.d)) == ("caller-04", Press)
    assert ear.counters == {}


def test_state_desc_and_tele_end_in_the_table(ear: Ear) -> None:
    born = ear.read("caller-04", "state", encode(State(s="ready", boot=3, conn=1, role="caller")))
    assert born == Received("caller-04", birth=True, rebooted=True)
    assert ear.read("caller-04", "desc", encode(Desc(caps=["beep"]))) is None
    assert ear.read("caller-04", "tele", encode(Tele(bad=4))) is None
    device = ear.devices.all["caller-04"]
    assert device.alive
    assert device.desc is not None and device.desc.caps == ["beep"]
    assert device.tele is not None and device.tele.bad == 4


def test_a_will_is_no_birth(ear: Ear) -> None:
    lost = State(s="lost", boot=3, conn=1, role="caller")
    assert ear.read("caller-04", "state", encode(lost)) is None


def test_an_ack_of_a_command_arrives_and_one_of_a_want_is_remembered(ear: Ear) -> None:
    done = ear.read("caller-04", "ack", encode(Ack(id="beep-1", st="done")))
    assert done == Received("caller-04", ack=("beep-1", "done"))
    assert ear.read("caller-04", "ack", encode(Ack(rev=[9, 4], st="done"))) is None
    assert ear.devices.all["caller-04"].shown_rev == (9, 4)
    ear.read("caller-04", "ack", encode(Ack(rev=[9, 5], st="error", why="field")))
    ear.read("caller-04", "ack", encode(Ack(st="done")))
    assert ear.devices.all["caller-04"].shown_rev == (9, 4)


@pytest.mark.parametrize("leaf", topics.DEVICE_WRITES)
@pytest.mark.parametrize(("payload", "name"), RAW)
def test_garbage_is_counted_by_name_on_every_leaf(ear: Ear, leaf, payload, name) -> None:
    assert ear.read("caller-04", leaf, payload) is None
    assert ear.counters == {f"bad-{name}": 1}


@pytest.mark.parametrize(
    ("change", "why", "counted"),
    [
        ({"k": "reserve"}, "UNKNOWN_KIND", "bad-unknown-kind"),
        ({"k": "dance"}, "UNKNOWN_KIND", "bad-unknown-kind"),
        ({"d": {"key": "dance", "ver": 1}}, "BAD_MESSAGE", "bad-field"),
        ({"d": {"key": "next"}}, "BAD_MESSAGE", "bad-field"),
        ({"d": {"key": "next", "ver": "1"}}, "BAD_MESSAGE", "bad-field"),
        ({"d": [1]}, "BAD_MESSAGE", "bad-field"),
        ({"t": -1}, "BAD_MESSAGE", "bad-field"),
        ({"v": 2}, "BAD_MESSAGE", "bad-version"),
    ],
)
def test_an_event_that_names_itself_is_refused_by_answer(ear, change, why, counted) -> None:
    received = ear.read("caller-04", "evt", EVENT | change)
    refusal = Refusal((EVENT | change)["k"], boot=3, n=7, why=why)
    assert received == Received("caller-04", refusal=refusal)
    assert ear.counters == {counted: 1}


@pytest.mark.parametrize(
    "change", [{"boot": -1}, {"boot": True}, {"n": 0}, {"n": 1.0}, {"k": "K"}, {"k": None}]
)
def test_an_event_without_a_name_cannot_be_answered(ear: Ear, change) -> None:
    assert ear.read("caller-04", "evt", EVENT | change) is None
    assert ear.counters == {"bad-field": 1}


def test_a_role_may_not_send_what_another_role_may(ear: Ear) -> None:
    for device in (MACHINE, "pad-04", "bar-04", "board-1"):
        received = ear.read(device, "evt", EVENT)
        assert received is not None and received.refusal is not None
        assert received.refusal.why == "UNKNOWN_KIND", device
    assert ear.counters == {"bad-unknown-kind": 4}


def test_every_refusal_of_a_message_has_its_sentence() -> None:
    source = Path(inbound.__file__).read_text(encoding="utf-8")
    refusals = set(re.findall(r'_refused\(.*"([A-Z_]+)"\)', source))
    assert refusals == {"UNKNOWN_DEVICE", "UNKNOWN_KIND", "BAD_MESSAGE"}
    assert refusals <= set(codes())


def test_an_unknown_device_is_told_so(ear: Ear) -> None:
    received = ear.read("caller-99", "evt", EVENT)
    assert received == Received("caller-99", refusal=Refusal("press", 3, 7, "UNKNOWN_DEVICE"))
    assert ear.read("caller-99", "state", b"{}") is None
    assert ear.read("caller-99", "evt", b"\xff") is None
    assert ear.counters["unknown-device"] == 3


@pytest.mark.parametrize("topic", ["", "x", "hall/v2/whu/dev/caller-04/evt", "hall/v1/whu/dev"])
def test_a_topic_outside_the_tree_is_counted(ear: Ear, topic: str) -> None:
    assert ear.inbound.read(topic, b"{}", NOW) is None
    assert ear.counters == {"bad-topic": 1}


def test_a_leaf_that_is_not_the_devices_is_left_alone(ear: Ear) -> None:
    for leaf in ("want", "cmd", "evtack", "menu/A"):
        assert ear.read("caller-04", leaf, EVENT) is None


def test_a_card_number_never_reaches_the_log(ear: Ear, caplog) -> None:
    body = {"s": "17-3", "how": "card", "id": 62300012345678}
    ear.read(MACHINE, "evt", EVENT | {"k": "identify", "d": body})
    assert "bad-field" in ear.counters
    assert caplog.records and "6230001" not in caplog.text


def test_an_event_may_carry_more_than_we_know(ear: Ear) -> None:
    more = EVENT | {"colour": "red", "d": {**EVENT["d"], "note": [1, {"x": None}]}}
    received = ear.read("caller-04", "evt", more)
    assert received is not None and received.event is not None
    assert isinstance(received.event, Evt)
