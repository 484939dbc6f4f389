"""Bad input from every side of a real hall: each is counted by name, and the hall goes on."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from fakes.stage import Stage
from proof.witness import Peer, Witness

SITE = "hall/v1/whu/"
MACHINE, CALLER, PAD, BAR, BOARD = "ticket-machine-1", "caller-04", "pad-04", "bar-04", "board-1"
# Has a name and a password but no board in this hall.
STRANGER = "caller-05"
SERVICE = "enrolment-proof"
SPEED = 20

# What no receiver can read, whatever it expects, and the name under which that is counted.
UNREADABLE = {
    "garbage bytes": (bytes(range(128, 256)), "bad-json"),
    "broken JSON": (b'{"v":1,"k":}', "bad-json"),
    "truncated": (b'{"v":1,"k":"press","boot":1,"n":1,"t":0,"d":{"ke', "bad-json"),
    "no object": (b'[{"v":1}]', "bad-json"),
    "deep nesting": (b"[" * 2000, "bad-json"),
    "deep in the body": (b'{"v":1,"d":' + b"[" * 900 + b"]" * 900 + b"}", "bad-field"),
    "half a surrogate in UTF-8": (b'{"v":1,"k":"\xed\xa0\x80"}', "bad-json"),
    "half a surrogate escaped": (b'{"v":"\\ud800"}', "bad-version"),
    "another version": (b'{"v":2,"k":"press"}', "bad-version"),
    "a wrong type": (b'{"v":true}', "bad-field"),
    "one byte too many": (b" " * 2049, "bad-too-large"),
    "far too many": (b'{"v":1,"x":"' + b"x" * 6980 + b'"}', "bad-too-large"),
}
DEVICE_LEAVES = ("state", "desc", "evt", "tele", "ack")
HUB_LEAVES = {
    MACHINE: ("want", "cmd", "evtack", "menu/C"),
    CALLER: ("want", "cmd", "evtack"),
    PAD: ("want", "cmd", "evtack"),
    BAR: ("want", "cmd", "evtack"),
    BOARD: ("want", "cmd", "evtack"),
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("hall"), [4], SPEED, "208k") as running:
        running.until(lambda: all_show(running), "first picture on every device")
        running.press(CALLER, "pause")
        running.shows(BAR, "4号窗口")
        yield running


@pytest.fixture(scope="module")
def witness(stage: Stage) -> Iterator[Witness]:
    with Witness(stage.hall.address()) as listening:
        yield listening


def all_show(stage: Stage) -> bool:
    """Whether every device has acknowledged what the hub wants of it."""
    devices = stage.status()["devices"]
    return all(devices[device]["shown"] for device in stage.hall.boards)


def dev(device: str, leaf: str) -> str:
    return f"{SITE}dev/{device}/{leaf}"


def still_works(stage: Stage) -> None:
    """A visitor takes a paper, is called, read, heard and served."""
    stage.serve(4, stage.take_number(MACHINE, SERVICE), BOARD)


def counters(stage: Stage) -> Counter[str]:
    return Counter(stage.status()["counters"])


def counted(stage: Stage, before: Counter[str], wanted: dict[str, int]) -> Counter[str]:
    """What was counted since, as soon as it is what was wanted; else, later, what it is."""
    deadline = time.monotonic() + 10
    while True:
        since = counters(stage)
        since.subtract(before)
        if all(since[name] == n for name, n in wanted.items()) or time.monotonic() > deadline:
            return since
        time.sleep(0.1)


def event(n: int, **change: Any) -> bytes:
    press = {"v": 1, "k": "press", "boot": 9, "n": n, "t": 0, "d": {"key": "next", "ver": 1}}
    return json.dumps(press | change).encode()


def test_what_devices_send_is_counted_by_name(stage: Stage) -> None:
    before = counters(stage)
    with Peer(stage.hall.address(STRANGER), STRANGER) as stranger:
        for leaf in DEVICE_LEAVES:
            for payload, _ in UNREADABLE.values():
                assert stranger.publish(dev(STRANGER, leaf), payload)
        assert stranger.disconnects == 0
    wanted = Counter(name for _, name in UNREADABLE.values())
    wanted = Counter({name: n * len(DEVICE_LEAVES) for name, n in wanted.items()})
    since = counted(stage, before, wanted)
    assert {name: since[name] for name in wanted} == wanted
    still_works(stage)


def test_what_can_be_named_is_answered(stage: Stage, witness: Witness) -> None:
    """Boot and n can be read, so the device learns why, and does not send it for ever."""
    cases = {
        "reserve": ("UNKNOWN_KIND", {"k": "reserve"}),
        "dance": ("UNKNOWN_KIND", {"k": "dance"}),
        "key": ("BAD_MESSAGE", {"d": {"key": "dance", "ver": 1}}),
        "missing": ("BAD_MESSAGE", {"d": {"key": "next"}}),
        "body": ("BAD_MESSAGE", {"d": [1, 2]}),
        "surrogate": ("BAD_MESSAGE", {"d": {"key": "\ud800", "ver": 1}}),
        "version": ("BAD_MESSAGE", {"v": 2}),
        "huge": ("BAD_MESSAGE", {"t": 2**80}),
    }
    before = counters(stage)
    answers = dev(STRANGER, "evtack")
    with Peer(stage.hall.address(STRANGER), STRANGER, [answers]) as stranger:
        for n, (_, change) in enumerate(cases.values(), 1):
            stranger.publish(dev(STRANGER, "evt"), event(n, **change))
        stranger.until(lambda: len(stranger.messages) == len(cases), "an answer to each")
        told = [message.plain for message in stranger.messages]
    assert [(a["boot"], a["n"], a["ok"], a["why"]) for a in told if a] == [
        (9, n, False, why) for n, (why, _) in enumerate(cases.values(), 1)
    ]
    wanted = {"bad-unknown-kind": 2, "bad-field": 5, "bad-version": 1}
    since = counted(stage, before, wanted)
    assert {name: since[name] for name in wanted} == wanted


def test_a_device_that_the_file_does_not_name(stage: Stage, witness: Witness) -> None:
    before = counters(stage)
    topic = dev("caller-99", "evt")
    witness.publish(topic, event(1))
    answer = witness.wait_for(lambda m: m.topic == dev("caller-99", "evtack"), "an answer")
    assert answer.plain is not None
    assert (answer.plain["ok"], answer.plain["why"]) == (False, "UNKNOWN_DEVICE")
    for leaf in DEVICE_LEAVES:
        witness.publish(dev("caller-99", leaf), b"\xff")
    assert counted(stage, before, {"unknown-device": 6})["unknown-device"] == 6


@pytest.mark.parametrize("user", [STRANGER, "hub"])
def test_more_than_the_broker_takes_costs_the_sender_its_connection(
    stage: Stage, user: str
) -> None:
    before = counters(stage)
    topic = dev(STRANGER, "evt") if user == STRANGER else dev(CALLER, "cmd")
    with Peer(stage.hall.address(user), "too-much") as sender:
        sender.publish(topic, b"x" * 20_000, qos=0)
        sender.until(lambda: sender.disconnects == 1, "the end of the connection")
    since = counters(stage)
    since.subtract(before)
    assert +since == Counter()
    assert stage.hall.hub is not None and stage.hall.hub.returncode is None


def test_what_a_hub_sends_is_counted_by_every_device(stage: Stage, witness: Witness) -> None:
    """Counted in the device's own telemetry, and reported to the hub as a fault, once a minute."""
    before = counters(stage)
    wanted = {
        device: bad + len(UNREADABLE) * (len(HUB_LEAVES[device]) + 1)
        for device, bad in bad_of(stage).items()
    }
    for payload, _ in UNREADABLE.values():
        witness.publish(SITE + "hub/state", payload)
        for device, leaves in HUB_LEAVES.items():
            for leaf in leaves:
                assert witness.publish(dev(device, leaf), payload)
    faults = {"fault-bad-message": len(HUB_LEAVES), "fault-oversized": len(HUB_LEAVES)}
    since = counted(stage, before, faults)
    assert {name: since[name] for name in faults} == faults
    # Telemetry comes once a minute, and at each connection: so their connections are taken.
    for device in HUB_LEAVES:
        with Peer(stage.hall.address(device), device):
            pass
    stage.until(lambda: bad_of(stage) == wanted, f"{wanted}, but {bad_of(stage)}")
    still_works(stage)


def bad_of(stage: Stage) -> dict[str, int]:
    """How many messages each device could not read, as it last said."""
    devices = stage.status()["devices"]
    return {device: devices[device]["tele"]["bad"] for device in HUB_LEAVES}


@pytest.mark.parametrize(
    ("device", "kind", "body"),
    [
        (CALLER, "rate-open", {"leg": 1, "open_ms": 1000}),
        (CALLER, "dance", {}),
        (PAD, "beep", {}),
        (MACHINE, "say", {"call": 1, "parts": [], "times": 1}),
        (BOARD, "say", {"call": "1", "parts": [], "times": 1}),
        (BAR, "beep", {}),
    ],
)
def test_a_command_that_is_not_the_devices_ends_in_an_error(
    stage: Stage, witness: Witness, device: str, kind: str, body: dict[str, Any]
) -> None:
    now_ms = time.time_ns() // 1_000_000
    name = f"odd-{device}-{kind}"[:32]
    cmd = {"v": 1, "id": name, "k": kind, "exp": now_ms + 60_000, "now": now_ms, "d": body}
    witness.publish(dev(device, "cmd"), json.dumps(cmd).encode())
    ack = witness.wait_for(
        lambda m: m.topic == dev(device, "ack") and (m.plain or {}).get("id") == name, "an ack"
    )
    assert ack.plain is not None
    assert (ack.plain["st"], ack.plain["why"]) in {("error", "unknown-kind"), ("error", "field")}


def test_a_want_that_is_not_the_devices_is_refused_and_its_picture_stays(
    stage: Stage, witness: Witness
) -> None:
    now_ms = time.time_ns() // 1_000_000
    rev = [2**40, 1]
    want = {"v": 1, "k": "pad", "rev": rev, "now": now_ms, "d": {"win": 4}}
    witness.publish(dev(BAR, "want"), json.dumps(want).encode())
    ack = witness.wait_for(
        lambda m: m.topic == dev(BAR, "ack") and (m.plain or {}).get("rev") == rev, "an ack"
    )
    assert ack.plain is not None
    assert (ack.plain["st"], ack.plain["why"]) == ("error", "unknown-kind")
    assert stage.bars[BAR].lines == ["4号窗口"]


def test_a_service_that_the_hub_does_not_know(stage: Stage, witness: Witness) -> None:
    """The machine's menu is older than the hall's file: the visitor reads a sentence."""
    with Peer(stage.hall.address(MACHINE), "menus", [dev(MACHINE, "menu/+")]) as reader:
        menu = dev(MACHINE, "menu/U")
        kept = reader.wait_for(lambda m: m.topic == menu, "the menu")
    odd = json.loads(kept.payload)
    odd["services"] = [odd["services"][0] | {"id": "no-such-service", "zh": "旧业务"}]
    witness.publish(menu, json.dumps(odd).encode())
    stage.panel_shows(MACHINE, "现场取号")
    stage.touch(MACHINE, "现场取号")
    stage.panel_shows(MACHINE, "请刷校园卡")
    stage.tap(MACHINE, stage.new_card())
    department = odd["zh"]
    stage.panel_shows(MACHINE, department)
    stage.touch(MACHINE, department)
    stage.panel_shows(MACHINE, "旧业务")
    stage.touch(MACHINE, "旧业务")
    stage.panel_shows(MACHINE, "没有这项业务,请到服务台")
    stage.touch(MACHINE, "返回")
    witness.publish(menu, kept.payload)
    still_works(stage)


def test_a_touch_while_there_is_no_paper(stage: Stage) -> None:
    before = counters(stage)
    printer = stage.parts(MACHINE).printer
    stage.panel_shows(MACHINE, "现场取号")
    printer.paper_out()
    stage.touch(MACHINE, "现场取号")
    stage.panel_shows(MACHINE, "缺纸,请联系工作人员")
    assert counted(stage, before, {"fault-printer-paper": 1})["fault-printer-paper"] == 1
    assert "printer-paper" in stage.status()["devices"][MACHINE]["faults"]
    printer.refill()
    stage.panel_shows(MACHINE, "现场取号")
    still_works(stage)
    assert "printer-paper" not in stage.status()["devices"][MACHINE]["faults"]


def test_a_clerk_reads_a_code(stage: Stage) -> None:
    """Its sentence is in protocol.reasons, and on the card beside the caller."""
    stage.press(CALLER, "next")
    digits = stage.parts(CALLER).digits
    stage.until(lambda: digits.text.startswith("E-02"), f"E-02, but {digits.text}")


def test_no_board_ended_and_the_hub_never_did(stage: Stage) -> None:
    assert all(not board.resets and board.is_running for board in stage.hall.boards.values())
    assert {board.resets for board in stage.hall.boards.values()} == {0}
    log = stage.hall.hub_log.read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert "bad-json" in log
