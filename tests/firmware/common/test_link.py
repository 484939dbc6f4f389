"""The link as it runs on a board: MicroPython, a real broker, and a hub played by the test."""

import os
import signal
import time

import pytest

from fakes.hub_peer import HubPeer, hub_ms
from fakes.link_board import DEVICE, Board, make_ready
from fakes.nats import Nats, free_port


@pytest.fixture
def broker(tmp_path):
    with Nats(tmp_path, [DEVICE]) as broker:
        yield broker


@pytest.fixture
def hub(broker):
    with HubPeer(broker.port, broker.password, DEVICE) as hub:
        yield hub


@pytest.fixture
def board(tmp_path, broker, hub):
    board = Board(tmp_path, broker.port)
    board.wait("status", "no-hub")
    yield board
    board.kill()


def test_birth_says_who_it_is(hub, board):
    state = hub.wait("state", s="ready")
    assert (state["boot"], state["conn"], state["role"]) == (100, 1, "caller")
    desc = hub.wait("desc")
    assert (desc["caps"], desc["reset"], desc["mac"]) == (["keys"], "power", "28:cd:c1:00:00:01")
    assert hub.wait("tele")["rssi"] == -48


def test_killed_board_leaves_a_will_of_the_same_boot_and_connection(hub, board):
    hub.wait("state", s="ready")
    board.kill()
    lost = hub.wait("state", s="lost")
    assert (lost["boot"], lost["conn"]) == (100, 1)


def test_planned_end_says_draining_and_leaves_no_will(hub, board):
    hub.wait("state", s="ready")
    board.power_down()
    hub.wait("state", s="draining")
    time.sleep(0.2)
    assert not hub.all("state", s="lost")


def test_every_boot_has_a_higher_number(tmp_path, broker, hub, board):
    board.kill()
    again = Board(tmp_path, broker.port)
    again.wait("status", "no-hub")
    again.kill()
    hub.wait("state", s="ready", boot=101)


def test_an_unreadable_boot_counter_starts_from_the_flasher_s_number(tmp_path, broker, hub):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "boot.json").write_bytes(b"\x00\x01")
    board = Board(tmp_path, broker.port)
    try:
        hub.wait("state", s="ready", boot=100)
    finally:
        board.kill()


def test_ready_needs_the_hub_online_with_the_epoch_of_the_want(hub, board):
    hub.want([7, 1], st="called", leg=3, ticket="A012")
    assert board.wait("want") == ["want", [7, 1], "A012"]
    hub.state("online", 8)
    time.sleep(0.2)
    assert ["status", "ready"] not in board.said
    hub.want([8, 1])
    board.wait("status", "ready")
    hub.state("offline", 8)
    board.wait("status", "no-hub", count=2)


def test_an_older_want_is_ignored_and_a_repeated_one_acknowledged_again(hub, board):
    make_ready(hub, board)
    hub.want([7, 2])
    hub.want([7, 1])
    hub.want([6, 99])
    hub.want([7, 2])
    hub.wait("ack", rev=[7, 2], count=2)
    assert [line[1] for line in board.said if line[0] == "want"] == [[7, 1], [7, 2]]


def test_a_press_reaches_the_hub_and_its_answer_the_device(hub, board):
    make_ready(hub, board)
    board.tell("press 1")
    evt = hub.wait("evt")
    assert (evt["k"], evt["boot"], evt["n"]) == ("press", 100, 1)
    assert evt["d"]["key"] == "next"
    assert abs(evt["ts"] - hub_ms()) < 500
    hub.evtack(evt)
    assert board.wait("answer") == ["answer", 1, True, None]


def test_a_refusal_reaches_the_device_without_a_body(hub, board):
    board.tell("press 1")
    hub.evtack(hub.wait("evt"), ok=False, why="NOBODY")
    assert board.wait("answer") == ["answer", 1, False, "NOBODY"]


def test_an_event_is_resent_every_three_seconds_until_answered(hub, board):
    board.tell("press 1")
    hub.wait("evt", n=1)
    hub.evtack(hub.wait("evt", n=1, count=2), boot=99)
    third = hub.wait("evt", n=1, count=3)
    assert third["age_ms"] >= 6_000
    assert ["answer", 1, True, None] not in board.said
    hub.evtack(third)
    hub.evtack(third)
    board.wait("answer")
    time.sleep(3.6)
    assert len(hub.all("evt")) == 3
    assert len([line for line in board.said if line[0] == "answer"]) == 1


def test_a_new_hub_epoch_gets_everything_again_at_once(hub, board):
    make_ready(hub, board)
    board.tell("press 3")
    hub.wait("evt", n=3)
    hub.state("online", 8)
    hub.wait("evt", n=3, count=2)
    assert [evt["n"] for evt in hub.all("evt")] == [1, 2, 3, 1, 2, 3]


def test_a_full_outbox_refuses_the_newest(hub, board):
    board.tell("press 33")
    assert board.wait("sent", count=33) == ["sent", 0]
    assert board.said.count(["sent", 32]) == 1


def test_a_command_is_done_once(hub, board):
    hub.cmd("beep-1")
    hub.wait("ack", id="beep-1", st="done")
    hub.cmd("beep-1")
    hub.wait("ack", id="beep-1", st="dup")
    assert board.said.count(["cmd", "beep-1"]) == 1


def test_a_repeated_command_waits_for_the_one_that_runs(hub, board):
    hub.cmd("slow-1")
    board.wait("cmd", "slow-1")
    hub.cmd("slow-1")
    hub.cmd("beep-2")
    hub.wait("ack", id="beep-2")
    assert not hub.all("ack", id="slow-1")
    board.tell("release")
    hub.wait("ack", id="slow-1", st="done")


def test_an_expired_command_is_not_done(hub, board):
    make_ready(hub, board)
    hub.cmd("late-1", life_ms=-1)
    hub.wait("ack", id="late-1", st="expired")
    assert ["cmd", "late-1"] not in board.said


def test_a_command_of_an_unknown_kind_is_answered_with_an_error(hub, board):
    hub.cmd("odd-1", kind="dance")
    assert hub.wait("ack", id="odd-1", st="error")["why"] == "unknown-kind"
    fault = hub.wait("evt", k="fault")["d"]
    assert (fault["what"], fault["detail"]) == ("bad-message", "cmd: unknown-kind")


def test_bad_messages_are_counted_and_the_link_goes_on(hub, board):
    make_ready(hub, board)
    for leaf in ("want", "cmd", "evtack"):
        hub.publish(hub.topic(leaf), b"\xff\xfe garbage")
        hub.publish(hub.topic(leaf), b'{"v":1,"k":')
    hub.publish("hall/v1/lobby/hub/state", b"[]")
    # Messages keep their order: once this one is acked, all before it were read.
    hub.cmd("beep-3")
    hub.wait("ack", id="beep-3", st="done")
    board.tell("clock")
    assert board.wait("clock")[2:] == [7, 0]
    assert hub.wait("evt", k="fault")["d"]["what"] == "bad-message"
    assert len(hub.all("evt")) == 1


def test_an_oversized_message_is_discarded_and_reported(hub, board):
    make_ready(hub, board)
    hub.publish(hub.topic("want"), b"x" * 8000)
    fault = hub.wait("evt", k="fault")["d"]
    assert (fault["what"], fault["detail"]) == ("oversized", "8000 bytes on want")
    hub.want([7, 2])
    board.wait("want", [7, 2])
    board.tell("clock")
    assert board.wait("clock")[2:] == [1, 0]


def test_a_failing_handler_does_not_take_the_link_along(hub, board):
    hub.cmd("crash-1")
    assert hub.wait("evt", k="fault")["d"]["detail"] == "cmd: KeyError"
    hub.cmd("beep-4")
    hub.wait("ack", id="beep-4", st="done")


def test_a_restarted_broker_gets_what_waited(broker, hub, board):
    make_ready(hub, board)
    broker.stop(kill=True)
    board.wait("status", "no-broker", count=2)
    board.tell("press 2")
    board.wait("sent", 2)
    broker.start()
    assert hub.wait("state", s="ready", conn=2)["boot"] == 100
    assert hub.wait("evt", n=1)["age_ms"] > 0
    hub.wait("evt", n=2)
    board.wait("status", "ready", count=2)


def test_a_silent_broker_is_noticed_by_the_ping_deadline(broker, hub, board):
    make_ready(hub, board)
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        board.wait("status", "no-broker", count=2)
    finally:
        os.kill(broker.pid, signal.SIGCONT)
    board.wait("status", "ready", count=2)


def test_wrong_credentials_are_told_apart_from_no_broker(tmp_path, broker):
    board = Board(tmp_path, broker.port, password="guessed")
    try:
        board.wait("status", "refused")
    finally:
        board.kill()


def test_nobody_listening_is_no_broker(tmp_path):
    board = Board(tmp_path, free_port())
    try:
        board.wait("status", "no-broker")
    finally:
        board.kill()


def test_hub_time_comes_from_live_messages_only(hub, board):
    hub.state("online", 7)
    hub.want([7, 1])
    board.wait("status", "ready")
    board.tell("clock")
    assert abs(board.wait("clock")[1] - hub_ms()) < 500


def test_a_retained_now_is_too_old_to_set_the_clock(tmp_path, broker, hub):
    hub.state("online", 7)
    hub.want([7, 1])
    board = Board(tmp_path, broker.port)
    try:
        board.wait("status", "ready")
        board.tell("clock")
        assert board.wait("clock")[1] is None
    finally:
        board.kill()
