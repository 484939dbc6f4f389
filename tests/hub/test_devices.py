"""The device table: births and wills in any order, silence, faults, and ids nobody knows."""

from __future__ import annotations

import pytest

from hub.devices import MAX_COUNTERS, MAX_FAULTS, Device, Devices
from protocol.envelope import State
from protocol.limits import SILENT_LOST_MS

NOW = 1_000_000


@pytest.fixture
def devices() -> Devices:
    return Devices(["caller-04", "pad-04"])


@pytest.fixture
def caller(devices: Devices) -> Device:
    found = devices.heard("caller-04", NOW)
    assert found is not None
    return found


def state(word: str, boot: int, conn: int = 1) -> State:
    return State(s=word, boot=boot, conn=conn, role="caller")


def test_an_id_that_the_file_does_not_name_is_counted(devices: Devices, caplog) -> None:
    assert devices.heard("caller-99\n", NOW) is None
    assert r"'caller-99\n' is not in the hall's file" in caplog.text
    assert devices.counters == {"unknown-device": 1}
    assert set(devices.all) == {"caller-04", "pad-04"}


def test_a_birth_makes_alive_and_says_whether_the_board_rebooted(devices, caller) -> None:
    assert devices.state(caller, state("ready", boot=7))
    assert caller.alive
    assert not devices.state(caller, state("ready", boot=7, conn=2))
    assert devices.state(caller, state("ready", boot=8))


def test_a_birth_says_nothing_of_what_is_shown(devices, caller) -> None:
    caller.shown_rev = (9, 3)
    devices.state(caller, state("ready", boot=7))
    assert caller.shown_rev == ()


def test_a_will_of_the_present_connection_means_lost(devices, caller) -> None:
    devices.state(caller, state("ready", 7))
    assert not devices.state(caller, state("lost", 7))
    assert not caller.alive
    assert devices.counters["lost"] == 1


def test_a_will_that_comes_after_the_next_birth_means_nothing(devices, caller) -> None:
    devices.state(caller, state("ready", 7, conn=1))
    devices.state(caller, state("ready", 7, conn=2))
    devices.state(caller, state("lost", 7, conn=1))
    devices.state(caller, state("lost", 6, conn=9))
    assert caller.alive
    assert devices.counters["lost"] == 0


def test_a_planned_end_is_no_loss(devices, caller) -> None:
    devices.state(caller, state("ready", 7))
    devices.state(caller, state("draining", 7))
    assert (caller.alive, devices.counters["lost"]) == (False, 0)


def test_silence_is_told_once(devices, caller) -> None:
    devices.state(caller, state("ready", 7))
    assert devices.sweep(NOW + SILENT_LOST_MS - 1) == []
    assert devices.sweep(NOW + SILENT_LOST_MS) == [caller]
    assert devices.sweep(NOW + SILENT_LOST_MS + 1) == []
    assert (caller.alive, devices.counters["silent"]) == (False, 1)


def test_the_halls_file_says_how_long_a_silence_may_be() -> None:
    devices = Devices(["caller-04"], silent_lost_ms=90_000)
    patient = devices.heard("caller-04", NOW)
    assert patient is not None
    devices.state(patient, state("ready", 7))
    assert devices.sweep(NOW + 89_999) == []
    assert devices.sweep(NOW + 90_000) == [patient]


def test_any_word_ends_the_silence(devices, caller) -> None:
    devices.state(caller, state("ready", 7))
    devices.heard("caller-04", NOW + 100_000)
    assert devices.sweep(NOW + SILENT_LOST_MS) == []


def test_a_fault_stands_until_it_is_over(devices, caller) -> None:
    devices.fault(caller, "printer-paper", True)
    assert caller.faults == {"printer-paper"}
    devices.fault(caller, "printer-paper", False)
    devices.fault(caller, "printer-paper", False)
    assert caller.faults == set()
    assert devices.counters["fault-printer-paper"] == 1


def test_a_device_that_makes_up_faults_fills_no_memory(devices, caller) -> None:
    for n in range(2 * MAX_COUNTERS):
        devices.fault(caller, f"made-up-{n}", True)
    assert len(caller.faults) == MAX_FAULTS
    assert len(devices.counters) == MAX_COUNTERS + 1
    assert devices.counters["fault-other"] == MAX_COUNTERS
    devices.fault(caller, "made-up-0", False)
    devices.fault(caller, "printer-paper", True)
    assert "printer-paper" in caller.faults


def test_a_birth_of_the_boot_that_the_journal_knows_is_no_reboot():
    devices = Devices(["ticket-machine-1"], {"ticket-machine-1": 217_000_000})
    machine = devices.all["ticket-machine-1"]
    same = State(s="ready", boot=217_000_000, conn=3, role="ticket-machine")
    newer = State(s="ready", boot=217_000_001, conn=1, role="ticket-machine")
    assert not devices.state(machine, same)
    assert machine.alive
    assert devices.state(machine, newer)


def test_the_last_contact_is_the_devices_own_word_before_it_was_away() -> None:
    devices = Devices(["tm1"], contacts={"tm1": NOW})
    (machine,) = devices.all.values()
    assert devices.all["tm1"].contact_ms == NOW  # the journal's
    devices.state(machine, state("ready", 7))
    assert machine.contact_ms == NOW  # it has not spoken to this hub yet
    machine.spoke_ms = NOW + 5
    devices.state(machine, state("ready", 7))  # the same birth, kept by the broker
    assert machine.contact_ms == NOW
    devices.state(machine, state("ready", 7, conn=2))
    assert machine.contact_ms == NOW + 5
    machine.spoke_ms = NOW + 9
    devices.away()
    assert machine.contact_ms == NOW + 9
