"""A full disk, by the limit of SQLite itself: told, undone, shown on, and over by itself."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.hub import DAY, MACHINE, MINUTE, SEAL, Hub, event
from hub.core import Hall, commands
from hub.log.audit import Audit
from hub.log.journal import CURSOR, UNWRITABLE, Entry, Journal, Unwritable
from hub.log.storage import ASKED_BY_PEOPLE, MAX_REFUSED, NO_ROOM, RETRY_MS, Storage
from hub.status import status_of
from protocol import caller, machine, pad, panel
from protocol.caller import Press
from protocol.envelope import Fault
from protocol.pad import Rate

CALLER, PAD, VOICE = "caller-20", "pad-20", "board-3"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with Hub(tmp_path / "journal.sqlite") as running:
        yield running


def fill(hub: Hub) -> None:
    """From now on the file may not grow; its last page is filled up by what comes first."""
    db = hub.journal._db
    db.execute("PRAGMA max_page_count = 1")
    for size in (200, 0):
        with contextlib.suppress(Unwritable):
            while True:
                row = Entry(DAY, hub.now, note=(CURSOR, {"cursor": 1, "x": "x" * size}))
                hub.journal.append([row])


def make_room(hub: Hub) -> None:
    hub.journal._db.execute("PRAGMA max_page_count = 1000000")
    hub.now += RETRY_MS


def reserve(card: str = "AB") -> machine.Reserve:
    return machine.Reserve(s="s1", service=SEAL, how="card", id=card)


def press(hub: Hub, key: str) -> Press:
    seen = hub.hall.window_view(20, hub.now)
    return Press(key=key, leg=seen.leg, ver=seen.ver)


def test_what_was_spoken_while_the_disk_was_full_is_not_taken_for_silence(hub: Hub) -> None:
    hub.ask(commands.Reserve(MACHINE, "AB", SEAL, "card:AB", None, "t1"))
    hub.ask(commands.ConfirmPrint(hub.hall.state.last_leg, "printed"))
    hub.tell(CALLER, "press", press(hub, "next"))
    (say,) = (command for command in hub.cmds(VOICE) if command.k == "say")
    fill(hub)
    hub.tell(CALLER, "press", press(hub, "pause"), n=2)
    hub.ack(VOICE, say)
    hub.now += 2 * hub.config.policy.speak_timeout_ms
    make_room(hub)
    hub.settle()
    hub.ask()
    assert "call_spoken" in hub.kinds()
    assert "call_dropped" not in hub.kinds()


def test_who_asks_is_told_and_the_hall_is_as_before(hub: Hub) -> None:
    assert hub.tell(CALLER, "press", press(hub, "pause")).ok
    before = hub.hall.digest()
    fill(hub)
    for device, kind, body in (
        (MACHINE, "reserve", reserve()),
        (MACHINE, "quote", machine.Quote(s="s1", service=SEAL, how="card", id="AB")),
        (CALLER, "press", press(hub, "pause")),
    ):
        answer = hub.tell(device, kind, body)
        assert (answer.ok, answer.why) == (False, NO_ROOM)
    assert hub.hall.digest() == before
    replayed = Hall(hub.config.to_rules())
    hub.journal.fold(replayed)
    assert replayed.digest() == before


def test_what_must_not_be_lost_stays_with_its_device_until_there_is_room(hub: Hub) -> None:
    with_ticket(hub)
    leg = hub.hall.state.last_leg
    fill(hub)
    rating = event("rate", Rate(leg=leg, level=5), n=77)
    hub.hear(PAD, "evt", rating)
    hub.hear(PAD, "evt", rating)
    assert hub.answers(PAD) == []
    make_room(hub)
    hub.hear(PAD, "evt", rating)
    assert [answer.ok for answer in hub.answers(PAD)] == [True]
    assert hub.kinds().count("rated") == 1


def with_ticket(hub: Hub) -> None:
    """A visitor served at window 20, whose rating is open."""
    assert hub.tell(CALLER, "press", press(hub, "pause")).ok
    reserved = hub.tell(MACHINE, "reserve", reserve()).d
    hub.tell(MACHINE, "printed", machine.Printed(leg=reserved["leg"], result="printed"))
    for key in ("next", "done", "done"):
        hub.now += 10_000
        assert hub.tell(CALLER, "press", press(hub, key)).ok


def test_it_goes_on_by_itself_and_says_how_long_it_was(hub: Hub, caplog) -> None:
    caplog.set_level(logging.WARNING)
    fill(hub)
    began = hub.now
    assert hub.tell(MACHINE, "reserve", reserve()).why == NO_ROOM
    assert "new work is refused" in caplog.text
    hub.service.wire = None  # its own counters are of no interest here
    assert status_of(hub.service, None, Audit(hub.journal.path))["storage"] == {
        "ok": False,
        "since": began,
        "why": "cannot be written: database or disk is full",
        "refused": 1,
    }
    hub.service.wire = hub.wire
    hub.now += 5 * MINUTE
    assert hub.tell(MACHINE, "reserve", reserve()).why == NO_ROOM
    make_room(hub)
    assert hub.tell(MACHINE, "reserve", reserve()).ok
    (row,) = [row for row in hub.journal.rows() if row.kind == UNWRITABLE]
    assert row.data == {"since_ms": began, "refused": 2}
    hub.service.wire = None
    assert status_of(hub.service, None, Audit(hub.journal.path))["storage"] == {"ok": True}
    times = [row.at_ms for row in hub.journal.rows()]
    assert times == sorted(times)


def test_a_repeat_of_what_was_refused_does_not_count_after_all(hub: Hub) -> None:
    fill(hub)
    asked = event("reserve", reserve(), n=9)
    hub.hear(MACHINE, "evt", asked)
    make_room(hub)
    hub.hear(MACHINE, "evt", asked)
    assert [answer.why for answer in hub.answers(MACHINE)] == [NO_ROOM, NO_ROOM]
    assert "reserved" not in hub.kinds()
    hub.hear(MACHINE, "evt", event("reserve", reserve(), n=10))
    assert hub.answers(MACHINE)[-1].ok


def test_an_answer_that_was_stored_before_is_still_given(hub: Hub) -> None:
    asked = event("reserve", reserve(), n=9)
    hub.hear(MACHINE, "evt", asked)
    fill(hub)
    hub.tell(CALLER, "press", press(hub, "pause"), n=1)
    hub.hear(MACHINE, "evt", asked)
    first, again = hub.answers(MACHINE)
    assert (again.ok, again.d) == (True, first.d)


def test_pictures_are_shown_on_and_faults_are_heard(hub: Hub) -> None:
    fill(hub)
    hub.tell(MACHINE, "reserve", reserve())
    hub.wire.packets.clear()
    hub.connect()
    assert hub.wants(CALLER)
    assert hub.tell(MACHINE, "fault", Fault(what="printer-paper", on=True)).ok
    assert "printer-paper" in hub.service.devices.all[MACHINE].faults


def test_the_hubs_own_parts_wait_for_room(hub: Hub) -> None:
    fill(hub)
    hub.tell(MACHINE, "reserve", reserve())
    asking = hub.later(commands.CloseDay())
    assert not asking.done()
    make_room(hub)
    hub.ask()
    assert asking.result() == [None]
    assert "day_closed" in hub.kinds()


def test_a_manager_is_refused_at_once_and_the_act_does_not_come_later(hub: Hub) -> None:
    close = commands.CloseDay("fire drill")
    fill(hub)
    # The one that finds the disk full, and one that knows it.
    assert [hub.act(close), hub.act(close)] == [NO_ROOM, NO_ROOM]
    make_room(hub)
    hub.ask()
    assert "day_closed" not in hub.kinds()
    assert hub.act(close) is None


def test_what_time_alone_causes_waits_for_room(hub: Hub) -> None:
    hub.tell(MACHINE, "reserve", reserve())
    fill(hub)
    hub.tell(MACHINE, "reserve", reserve("CD"))
    hub.now += MINUTE
    hub.hear(MACHINE, "evt", event("reserve", reserve("EF"), n=50))
    assert "print_unsure" not in hub.kinds()
    make_room(hub)
    hub.ask()
    assert "print_unsure" in hub.kinds()


def test_a_restart_on_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with Hub(path) as hub:
        first = hub.tell(MACHINE, "reserve", reserve()).d
        fill(hub)
        hub.tell(MACHINE, "reserve", reserve("CD"))
        digest = hub.hall.digest()
    journal, hall = Journal(path), Hall(hub.config.to_rules())
    journal.fold(hall)
    journal.close()
    assert hall.digest() == digest
    assert json.loads(digest)["legs"][str(first["leg"])]["ticket"] == first["ticket"]


def test_refusals_that_are_remembered_are_bounded(tmp_path: Path) -> None:
    storage = Storage(Journal(tmp_path / "j"))
    for n in range(1, MAX_REFUSED + 3):
        storage.refusal("m", event("reserve", reserve(), n=n))
    assert storage.refused_before(("m", 1, 2)) is None
    assert storage.refused_before(("m", 1, 3)) is not None


def test_every_kind_of_event_that_a_person_waits_for_is_named() -> None:
    """A new kind is kept by its device until somebody decides that a person waits for it."""
    kinds = {k for part in (machine, caller, pad, panel) for k in part.EVENTS}
    assert kinds >= ASKED_BY_PEOPLE
    assert kinds - ASKED_BY_PEOPLE == {"printed", "rate", "fault", "lease", "offline"}
