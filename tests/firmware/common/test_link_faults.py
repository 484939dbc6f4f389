"""The link of a MicroPython process through a network that fails in every way a proxy can."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from fakes.fault_proxy import proxy_thread
from fakes.hub_peer import HubPeer
from fakes.link_board import DEVICE, PATIENCE_S, Board, make_ready
from fakes.nats import Nats

# CONNACK and SUBACK are 12 bytes, the birth's PUBACK 4; then hub state and want come.
CUTS_DOWN = (1, 3, 4, 5, 9, 13, 16, 40, 150, 300)
CUTS_UP = (1, 20, 200, 330, 420, 600)


@pytest.fixture
def broker(tmp_path):
    with Nats(tmp_path, [DEVICE]) as broker:
        yield broker


@pytest.fixture
def hub(broker):
    with HubPeer(broker.port, broker.password, DEVICE) as hub:
        yield hub


@pytest.fixture
def proxy(broker):
    with proxy_thread(broker.port) as proxy:
        yield proxy


@pytest.fixture
def board(tmp_path, proxy, hub):
    board = Board(tmp_path, proxy.port)
    make_ready(hub, board)
    yield board
    board.kill()


def answer(hub, board, n):
    """Answer event n as often as it comes, until the device has heard one of the answers."""
    deadline = time.monotonic() + PATIENCE_S
    answered = 0
    while ["answer", n, True, None] not in board.said:
        came = hub.all("evt", n=n)
        if len(came) > answered:
            answered = len(came)
            hub.evtack(came[-1])
        assert time.monotonic() < deadline, (came, board.said)
        time.sleep(0.02)


def kept(folder: Path) -> list[str]:
    """The events on the device's flash."""
    out = folder / "state/out"
    return sorted(path.name for path in out.iterdir()) if out.exists() else []


@pytest.mark.parametrize("way", ["black_hole", "down.black_hole", "up.black_hole"])
def test_a_half_open_link_is_noticed_by_the_ping_deadline_and_loses_nothing(
    way, hub, board, proxy
):
    proxy.do(way, True)
    board.tell("press 1")
    board.wait("status", "no-broker", count=2)
    board.tell("press 1")
    proxy.do("heal")
    board.wait("status", "ready", count=2)
    answer(hub, board, 1)
    answer(hub, board, 2)
    assert ["unanswered", 1] in board.said


def test_a_link_cut_within_any_packet_that_comes_recovers(hub, board, proxy):
    for count, size in enumerate(CUTS_DOWN):
        if size < 16:
            proxy.do("cut")  # so that the count begins with the handshake
        proxy.do("down.cut_after", size)
        hub.want([7, 2 + count])
        hub.wait("ack", rev=[7, 2 + count])
        board.wait("want", [7, 2 + count])
    # Nothing that a broker or a cable does is the radio's fault.
    assert {line[1] for line in board.said if line[0] == "unanswered"} == {0}


def test_a_press_cut_within_any_packet_that_goes_counts_once(hub, board, proxy):
    for count, size in enumerate(CUTS_UP, 1):
        proxy.do("up.cut_after", size)
        board.tell("press 1")
        answer(hub, board, count)
    assert sum(line[0] == "answer" for line in board.said) == len(CUTS_UP)


def test_single_bytes_late_are_a_slow_link_and_no_lost_one(hub, board, proxy):
    proxy.set(piece_bytes=1, delay_s=0.05)
    board.tell("press 2")
    hub.evtack(hub.wait("evt", n=1))
    hub.evtack(hub.wait("evt", n=2))
    board.wait("answer", 2)
    hub.publish(hub.topic("want"), b"x" * 2200)
    assert hub.wait("evt", k="fault")["d"]["what"] == "oversized"
    assert hub.all("state")[-1]["conn"] == 1


def test_a_kept_press_outlives_the_power_under_its_old_name(tmp_path, hub, board, proxy):
    hub.cmd("beep-1")
    hub.wait("ack", id="beep-1")  # by now the device knows the time
    proxy.do("black_hole", True)
    board.tell("keep 2")
    board.tell("press 1")
    board.wait("sent", 3)
    wait_until_kept(tmp_path, ["100-1", "100-2"])
    board.kill()
    proxy.do("cut")
    proxy.do("heal")
    again = Board(tmp_path, proxy.port)
    try:
        again.wait("status", "ready")
        hub.state("online", 7)  # a live word, and so the hub's time
        first = hub.wait("evt", boot=100, n=1)
        assert first["d"]["key"] == "next"
        assert first["age_ms"] > 0
        # An answer goes to nobody: who asked was another boot.
        hub.evtack(first)
        hub.evtack(hub.wait("evt", boot=100, n=2))
        again.tell("press 1")
        hub.evtack(hub.wait("evt", boot=101, n=1))
        again.wait("answer", 1)
        wait_until_kept(tmp_path, [])
        assert sum(line[0] == "answer" for line in again.said) == 1
        assert not hub.all("evt", n=3)
    finally:
        again.kill()


def wait_until_kept(folder: Path, names: list[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while kept(folder) != names:
        assert time.monotonic() < deadline, kept(folder)
        time.sleep(0.02)


def test_a_press_that_is_answered_at_once_costs_the_flash_no_write(tmp_path, hub, board):
    board.tell("keep 1")
    hub.evtack(hub.wait("evt", n=1))
    board.wait("answer", 1)
    board.tell("keep 1")
    hub.wait("evt", n=2)
    wait_until_kept(tmp_path, ["100-2"])
    # Written in order: by now the first would lie there, had it been written at all.
    assert not [name for name in kept(tmp_path) if name.startswith("100-1")]


def test_an_answer_that_cannot_be_read_leaves_the_event_to_be_sent_again(hub, board):
    board.tell("press 1")
    first = hub.wait("evt", n=1)
    hub.evtack(first, k="dance")
    hub.evtack(first, d=[])
    again = hub.wait("evt", n=1, count=2)
    assert not [line for line in board.said if line[0] == "answer"]
    hub.evtack(again)
    board.wait("answer", 1)


def bad(board):
    """What the link has counted that it could not read."""
    asked = sum(line[0] == "clock" for line in board.said)
    board.tell("clock")
    return board.wait("clock", count=asked + 1)[2]


def spoil(hub, board, size):
    """Send what no device can read, until the link has counted one more.

    More than once: a skipped clock may have ended the connection, and what comes while the
    device is away is lost to it (clean sessions).
    """
    counted, deadline = bad(board), time.monotonic() + PATIENCE_S
    while bad(board) == counted:
        assert time.monotonic() < deadline, board.said
        hub.publish(hub.topic("cmd"), b"x" * size)
        time.sleep(0.1)


@pytest.mark.parametrize(("size", "what"), [(20, "bad-message"), (7000, "oversized")])
def test_a_link_fault_ends_when_a_minute_brought_no_more(size, what, hub, board):
    spoil(hub, board, size)
    began = hub.wait("evt", k="fault")
    assert (began["d"]["what"], began["d"]["on"]) == (what, True)
    hub.evtack(began)
    board.tell("skip 30000")
    spoil(hub, board, size)
    board.tell("skip 40000")
    board.tell("press 1")
    hub.wait("evt", k="press", n=2)
    # A resent event is still the same one.
    assert {evt["n"] for evt in hub.all("evt", k="fault")} == {1}
    board.tell("skip 25000")
    ended = hub.wait("evt", k="fault", n=3)
    assert (ended["d"]["what"], ended["d"]["on"]) == (what, False)
