"""Commands on their way: once each, resent until acked, expired in time, bounded per device."""

from __future__ import annotations

import pytest

from hub.wire.outbox import DONE, ERROR, EXPIRED, MAX_OPEN, RESEND_MS, Command, Outbox
from protocol.caller import Beep
from protocol.limits import SEEN_COMMANDS

NOW = 1_000_000


class Ended:
    """The outbox with what it reported."""

    def __init__(self) -> None:
        self.results: list[tuple[str, str]] = []
        self.box = Outbox(lambda command, result: self.results.append((command.id, result)))

    def add(self, name: str, device: str = "caller-04", expires_ms: int = NOW + 60_000):
        return self.box.add(Command(device, name, "beep", Beep(), expires_ms), NOW)


@pytest.fixture
def ended() -> Ended:
    return Ended()


def names(commands: list[Command]) -> list[str]:
    return [command.id for command in commands]


def test_a_new_command_goes_out_and_is_open(ended: Ended) -> None:
    assert names(ended.add("a")) == ["a"]
    assert ("caller-04", "a") in ended.box
    assert ("caller-05", "a") not in ended.box


def test_an_open_command_is_not_sent_twice(ended: Ended) -> None:
    ended.add("a")
    assert ended.add("a") == []


@pytest.mark.parametrize(
    ("ack", "result"), [("done", DONE), ("dup", DONE), ("error", ERROR), ("expired", EXPIRED)]
)
def test_an_ack_ends_a_command_once(ended: Ended, ack: str, result: str) -> None:
    ended.add("a")
    ended.box.acked("caller-04", "a", ack)
    ended.box.acked("caller-04", "a", ack)
    assert ended.results == [("a", result)]


def test_another_devices_ack_ends_nothing(ended: Ended) -> None:
    ended.add("a")
    ended.box.acked("caller-05", "a", "done")
    ended.box.acked("caller-04", "b", "done")
    assert ended.results == []


def test_what_is_not_acked_is_sent_again_every_three_seconds(ended: Ended) -> None:
    ended.add("a")
    assert ended.box.due(NOW + RESEND_MS - 1) == []
    assert names(ended.box.due(NOW + RESEND_MS)) == ["a"]
    assert ended.box.due(NOW + RESEND_MS + 1) == []
    assert names(ended.box.due(NOW + 2 * RESEND_MS)) == ["a"]


def test_what_is_too_late_is_over_and_not_sent(ended: Ended) -> None:
    ended.add("a", expires_ms=NOW + RESEND_MS)
    assert ended.box.due(NOW + RESEND_MS) == []
    assert ended.results == [("a", EXPIRED)]
    assert ("caller-04", "a") not in ended.box


def test_a_device_that_returns_gets_its_own_commands_again(ended: Ended) -> None:
    ended.add("a")
    ended.add("b", device="caller-05")
    assert names(ended.box.born("caller-04", NOW + 10)) == ["a"]
    # Just sent, so the three seconds begin anew.
    assert names(ended.box.due(NOW + RESEND_MS)) == ["b"]


def test_a_device_that_owes_too_much_gets_no_more(ended: Ended) -> None:
    for n in range(MAX_OPEN):
        assert ended.add(f"a{n}")
    assert ended.add("one-too-many") == []
    assert ended.results == [("one-too-many", ERROR)]
    assert ended.box.overflows == 1
    assert ended.add("b", device="caller-05")


def test_a_device_remembers_more_ids_than_can_be_open() -> None:
    assert SEEN_COMMANDS >= 2 * MAX_OPEN


def test_a_dropped_command_is_not_reported(ended: Ended) -> None:
    ended.add("a")
    ended.box.drop("caller-04", "a")
    ended.box.drop("caller-04", "a")
    assert (ended.results, ended.box.due(NOW + RESEND_MS)) == ([], [])
