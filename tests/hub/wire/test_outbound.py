"""What goes to devices: within the wire's limits, wants only when changed, menus for machines."""

from __future__ import annotations

import pytest

from fakes.hub import DAY, MACHINE, PROOF, Desk, event
from hub.wire.inbound import Refusal
from hub.wire.mqtt import Packet
from hub.wire.outbound import Outbound
from hub.wire.outbox import Command
from protocol import caller, limits, machine, pad, panel
from protocol.caller import Beep, Press
from protocol.codec import decode
from protocol.envelope import Cmd, EvtAck, HubState, Want
from protocol.machine import Menu

EPOCH = 212_000_000
WANTS = {**machine.WANTS, **caller.WANTS, **pad.WANTS, **panel.WANTS}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def out(desk: Desk) -> Outbound:
    return Outbound(desk.config, desk.hall, EPOCH)


def devices_of(packets: list[Packet]) -> list[str]:
    return [packet.topic.split("/")[4] for packet in packets]


def test_an_answer_names_the_event(desk: Desk, out: Outbound) -> None:
    asked = event("press", Press(key="next", ver=1), n=7, boot=3)
    answer = {"ok": False, "why": "NOBODY", "d": {}}
    packet = out.answer("caller-04", asked, answer, desk.now)
    ack = decode(EvtAck, packet.payload)
    assert packet.topic == "hall/v1/whu/dev/caller-04/evtack"
    assert (ack.k, ack.boot, ack.n, ack.ok, ack.why) == ("press", 3, 7, False, "NOBODY")
    assert (ack.now, packet.retain) == (desk.now, False)


def test_a_refusal_names_what_could_be_read(desk: Desk, out: Outbound) -> None:
    packet = out.refusal("caller-99", Refusal("dance", 3, 7, "UNKNOWN_KIND"), desk.now)
    ack = decode(EvtAck, packet.payload)
    assert (ack.k, ack.ok, ack.why, packet.retain) == ("dance", False, "UNKNOWN_KIND", False)


def test_a_command_carries_its_expiry_and_is_never_retained(desk: Desk, out: Outbound) -> None:
    packet = out.command(Command("caller-04", "beep-1", "beep", Beep(), desk.now + 5), desk.now)
    cmd = decode(Cmd, packet.payload, caller.COMMANDS)
    assert (cmd.id, cmd.exp, cmd.now, packet.retain) == ("beep-1", desk.now + 5, desk.now, False)


def test_at_first_everything_is_shown_and_then_only_changes(desk: Desk, out: Outbound) -> None:
    devices = desk.config.devices()
    first = out.other_wants(desk.now)
    assert len(first) == len(devices)
    assert all(packet.retain for packet in first)
    assert out.other_wants(desk.now + 1) == []
    desk.press(4, "pause")
    assert devices_of(out.other_wants(desk.now)) == ["caller-04", "bar-04"]


def test_the_window_at_which_somebody_pressed_comes_first_and_its_display_before_all(
    desk: Desk, out: Outbound
) -> None:
    out.other_wants(desk.now)
    desk.press(4, "pause")
    desk.press(20, "pause")
    assert devices_of(out.wants_near({4}, desk.now)) == ["bar-04", "caller-04"]
    # What has just been shown is not looked at again, but from the next moment on it is.
    desk.press(4, "pause")
    assert devices_of(out.other_wants(desk.now)) == ["caller-20", "bar-20"]
    assert devices_of(out.other_wants(desk.now)) == ["caller-04", "bar-04"]


def test_revisions_of_a_device_rise_within_the_epoch(desk: Desk, out: Outbound) -> None:
    revs = []
    for _ in range(3):
        packets = out.other_wants(desk.now)
        revs += [decode(Want, p.payload).rev for p in packets if devices_of([p]) == ["bar-04"]]
        desk.press(4, "pause")
    assert revs == [[EPOCH, 1], [EPOCH, 2], [EPOCH, 3]]


def test_a_want_that_is_not_shown_is_sent_again(desk: Desk, out: Outbound) -> None:
    out.other_wants(desk.now)
    shown = {"bar-04": (EPOCH, 1), "bar-20": (), "caller-20": (EPOCH - 1, 9)}
    soon, later = desk.now + limits.RESEND_MS - 1, desk.now + limits.RESEND_MS
    assert out.unshown_wants(shown, soon) == []
    online, *again = out.unshown_wants(shown, later)
    assert decode(HubState, online.payload).plain()["epoch"] == EPOCH
    assert (online.topic, online.retain) == ("hall/v1/whu/hub/state", True)
    assert devices_of(again) == ["bar-20", "caller-20"]
    want = decode(Want, again[0].payload)
    assert (want.rev, want.now, again[0].retain) == ([EPOCH, 1], later, True)
    assert out.unshown_wants(shown, later + 1) == []


def test_a_broker_that_forgot_all_is_told_all(desk: Desk, out: Outbound) -> None:
    devices = desk.config.devices()
    out.other_wants(desk.now)
    again = [packet.topic for packet in out.all_again(desk.now)]
    wants = [topic for topic in again if topic.endswith("/want")]
    assert len(wants) == len(devices)
    assert len(again) == len(wants) + 3 * len(desk.config.departments)
    assert len(again) == len(set(again))


def test_every_department_has_a_menu_that_fits(desk: Desk, out: Outbound) -> None:
    for packet in out.menus():
        menu = decode(Menu, packet.payload)
        assert packet.topic.endswith(f"/menu/{menu.letter}")
        assert packet.retain
        assert menu.rev == [EPOCH, 1]
        assert menu.services


def test_every_want_of_a_busy_hall_can_be_read_by_its_device(desk: Desk, out: Outbound) -> None:
    desk.press(4, "pause")
    for n in range(12):
        desk.take(PROOF, f"C{n}")
    desk.press(4, "next")
    for packet in out.all_again(desk.now):
        assert len(packet.payload) <= limits.MAX_PAYLOAD
        if packet.topic.endswith("/want"):
            decode(Want, packet.payload, WANTS)
    assert desk.hall.state.day == DAY
    assert any(packet.topic.split("/")[4] == MACHINE for packet in out.menus())
