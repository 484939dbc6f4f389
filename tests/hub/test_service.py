"""The consumer: committed before answered, answered once, shown only when changed, restartable."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.hub import DAY, MACHINE, MINUTE, PROOF, Hub, event, holder
from hub.core import commands, errors
from hub.log.journal import CURSOR
from protocol.caller import Press
from protocol.envelope import Ack, Evt, Fault
from protocol.limits import RESEND_MS
from protocol.machine import Identify, Printed, Quote, Reserve

CALLER, BAR, BOARD, PAD = "caller-04", "bar-04", "board-1", "pad-04"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def hub(path: Path) -> Iterator[Hub]:
    with Hub(path) as running:
        running.connect()
        yield running


def reserve(session: str = "s1", card: str = "AB12CD34") -> Reserve:
    return Reserve(s=session, service=PROOF, how="card", id=card)


def press(hub: Hub, key: str, **more: object) -> Press:
    """What the clerk of window 4 sends, looking at the caller's last want."""
    seen = hub.wants(CALLER)[-1].d
    return Press(key=key, leg=seen["leg"], ver=seen["ver"], **more)


def printed(hub: Hub, session: str = "s1", card: str = "AB12CD34") -> str:
    """A number on paper; returns it."""
    answer = hub.tell(MACHINE, "reserve", reserve(session, card))
    hub.tell(MACHINE, "printed", Printed(leg=answer.d["leg"], result="printed"))
    return answer.d["ticket"]


def opened(hub: Hub) -> None:
    hub.tell(CALLER, "press", press(hub, "pause"))


def test_an_answer_is_on_the_disk_before_it_is_sent(hub: Hub, path: Path) -> None:
    """Read through a second connection, which sees only what is committed."""
    reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    stored: list[bool] = []

    def look(packets) -> None:
        for packet in packets:
            if packet.topic.endswith("/evtack"):
                query = "SELECT count(*) FROM events WHERE device = ? AND n = ?"
                stored.append(reader.execute(query, (MACHINE, 77)).fetchone()[0] == 1)

    hub.wire.on_send = look
    hub.hear(MACHINE, "evt", event("reserve", reserve(), n=77))
    reader.close()
    assert stored == [True]


def test_a_failed_commit_ends_the_hub_and_answers_nobody(path: Path) -> None:
    with Hub(path) as hub:
        hub.journal._db.execute("DROP TABLE events")
        hub.wire.packets.clear()
        with pytest.raises(sqlite3.OperationalError):
            hub.end_by(MACHINE, event("reserve", reserve()))
        assert hub.wire.packets == []


def test_a_repeat_gets_the_stored_answer_and_changes_nothing(hub: Hub) -> None:
    first = hub.tell(MACHINE, "reserve", reserve(), n=5)
    hub.now += MINUTE
    again = hub.tell(MACHINE, "reserve", reserve(), n=5)
    assert (again.ok, again.d) == (True, first.d)
    assert again.now > first.now
    assert hub.kinds().count("reserved") == 1


def test_a_repeat_in_the_same_breath_is_one_event(hub: Hub) -> None:
    asked = event("reserve", reserve(), n=5)
    hub.hear(MACHINE, "evt", asked, asked, asked)
    answers = hub.answers(MACHINE)
    assert len(answers) == 3
    assert len({str(sorted(answer.d.items())) for answer in answers}) == 1
    assert hub.kinds().count("reserved") == 1


def test_the_same_number_of_another_boot_is_another_event(hub: Hub) -> None:
    one = hub.tell(MACHINE, "reserve", reserve("s1", "AB12CD34"), n=5, boot=1)
    two = hub.tell(MACHINE, "reserve", reserve("s2", "AB12CD35"), n=5, boot=2)
    assert one.d["ticket"] != two.d["ticket"]


def test_a_burst_is_committed_in_one_transaction(hub: Hub) -> None:
    statements: list[str] = []
    hub.journal._db.set_trace_callback(statements.append)
    events = [event("reserve", reserve(f"s{n}", f"AB12CD{n:02d}"), n=100 + n) for n in range(20)]
    hub.hear(MACHINE, "evt", *events)
    hub.journal._db.set_trace_callback(None)
    assert sum(text.startswith("BEGIN") for text in statements) == 1
    assert len(hub.answers(MACHINE)) == 20


def test_a_press_that_took_too_long_is_refused_stale(hub: Hub) -> None:
    old = hub.tell(CALLER, "press", press(hub, "pause"), age_ms=10_001)
    assert (old.ok, old.why) == (False, errors.STALE)
    fresh = hub.tell(CALLER, "press", press(hub, "pause"), age_ms=10_000)
    assert fresh.ok


def test_a_refusal_is_remembered_so_its_repeat_stays_refused(hub: Hub) -> None:
    opened(hub)
    nobody = press(hub, "next")
    assert hub.tell(CALLER, "press", nobody, n=50).why == errors.NOBODY
    printed(hub)
    # Somebody waits now, but this press was made before.
    assert hub.tell(CALLER, "press", nobody, n=50).why == errors.NOBODY
    assert hub.kinds().count("called") == 0


def test_a_question_is_not_journalled(hub: Hub) -> None:
    rows = len(hub.kinds())
    quote = Quote(s="s1", service=PROOF, how="card", id="AB12CD34")
    assert hub.tell(MACHINE, "quote", quote).d["ahead"] == 0
    assert hub.tell(MACHINE, "identify", Identify(s="s1", how="card", id="AB12CD34")).ok
    assert len(hub.kinds()) == rows


def test_a_want_is_published_only_when_it_changed(hub: Hub) -> None:
    opened(hub)
    hub.wire.packets.clear()
    hub.now += MINUTE
    hub.ask()
    hub.ask()
    assert hub.wire.packets == []
    printed(hub)
    assert hub.wants(CALLER)[-1].d["waiting"] == 1
    assert hub.wants(BAR) == []  # it shows its window's number still
    assert hub.wants("caller-20") == []  # another department's window


def test_a_press_shows_at_window_and_board_and_is_spoken(hub: Hub) -> None:
    opened(hub)
    ticket = printed(hub)
    hub.wire.packets.clear()
    hub.tell(CALLER, "press", press_next(hub))
    leaves = {packet.topic.split("/dev/")[1] for packet in hub.wire.packets}
    assert {f"{CALLER}/evtack", f"{CALLER}/want", f"{BAR}/want", f"{BOARD}/want"} <= leaves
    assert hub.wants(BAR)[-1].d["lines"] == [{"t": f"请{ticket}", "blink": True}]
    assert hub.cmds(BOARD)[-1].k == "say"


def press_next(hub: Hub) -> Press:
    view = hub.hall.window_view(4, hub.now)
    return Press(key="next", leg=view.leg, ver=view.ver)


def test_revisions_rise_one_by_one(hub: Hub) -> None:
    opened(hub)
    printed(hub)
    revs = [want.rev for want in hub.wants(CALLER)]
    assert revs == [[hub.service.epoch, n] for n in range(1, len(revs) + 1)]


def test_a_restart_shows_the_same_under_a_new_epoch(path: Path) -> None:
    with Hub(path) as hub:
        hub.connect()
        opened(hub)
        printed(hub)
        answer = hub.tell(CALLER, "press", press_next(hub), n=99)
        devices = [device.id for device in hub.config.devices()]
        before = {device: hub.wants(device)[-1] for device in devices}
        epoch, spoken = hub.service.epoch, hub.cmds(BOARD)[-1]
    with Hub(path) as hub:
        hub.ask()
        hub.connect()
        assert hub.service.epoch > epoch
        for device, want in before.items():
            now_wanted = hub.wants(device)[-1]
            assert (now_wanted.k, now_wanted.d) == (want.k, want.d), device
            assert now_wanted.rev[0] == hub.service.epoch
        # The sentence was never acked: asked for again under its old id, so the voice can tell.
        assert hub.cmds(BOARD)[-1].id == spoken.id
        assert hub.tell(CALLER, "press", press(hub, "next"), n=99).d == answer.d


def test_a_sentence_outlives_a_hub_that_was_away_for_long(path: Path) -> None:
    with Hub(path) as hub:
        opened(hub)
        printed(hub)
        hub.tell(CALLER, "press", press_next(hub))
        asked = hub.cmds(BOARD)[-1]
        away_until = hub.now + 10 * hub.config.policy.speak_timeout_ms
    with Hub(path, now=away_until) as hub:
        hub.ask()
        assert (hub.cmds(BOARD)[-1].id, hub.cmds(BOARD)[-1].k) == (asked.id, "say")
        hub.ack(BOARD, hub.cmds(BOARD)[-1])
        assert "call_dropped" not in hub.kinds()
        assert hub.kinds()[-1] == "call_spoken"


def test_an_ack_of_the_voice_ends_the_call_and_starts_the_next(hub: Hub) -> None:
    opened(hub)
    printed(hub)
    hub.tell(CALLER, "press", press_next(hub))
    hub.ack(BOARD, hub.cmds(BOARD)[-1])
    assert hub.kinds()[-1] == "call_spoken"


def test_a_call_that_is_answered_before_its_turn_is_taken_back_from_the_voice(hub: Hub) -> None:
    for card, window in (("AB", 4), ("CD", 5)):
        leg = commands.Reserve(MACHINE, card, PROOF, holder("card", card), None, card)
        hub.ask(leg)
        hub.ask(commands.ConfirmPrint(hub.hall.state.last_leg, "printed"))
        hub.ask(commands.Press(window, "next", False, False, None, 0))
    first, ahead = (command for command in hub.cmds(BOARD) if command.k == "say")
    view = hub.hall.window_view(5, hub.now)
    hub.ask(commands.Press(5, "done", False, False, view.leg, view.ver))
    back = hub.cmds(BOARD)[-1]
    assert (back.id, back.d["call"], back.d["times"]) == (f"un{ahead.id}", ahead.d["call"], 0)
    hub.ack(BOARD, ahead, "expired")
    hub.ack(BOARD, back)
    hub.ack(BOARD, first)
    assert hub.kinds().count("call_dropped") == hub.kinds().count("call_spoken") == 1
    assert hub.service.devices.counters["say-expired"] == 0


def test_a_voice_that_fails_is_counted_by_name(hub: Hub) -> None:
    opened(hub)
    printed(hub)
    hub.tell(CALLER, "press", press_next(hub))
    hub.ack(BOARD, hub.cmds(BOARD)[-1], "error")
    assert hub.kinds()[-1] == "call_dropped"
    assert hub.service.devices.counters["say-error"] == 1


def test_a_rating_is_asked_for_and_opened_by_the_pads_ack(hub: Hub) -> None:
    opened(hub)
    printed(hub)
    hub.tell(CALLER, "press", press_next(hub))
    for _ in range(2):
        hub.now += 10_000
        hub.ask()
        hub.tell(CALLER, "press", press(hub, "done"))
    (ask,) = hub.cmds(PAD)
    assert ask.k == "rate-open"
    hub.ack(PAD, ask)
    assert hub.kinds()[-1] == "rating_shown"


def test_a_machine_with_a_new_boot_gives_up_its_papers(hub: Hub) -> None:
    hub.born(MACHINE, boot=7, role="ticket-machine")
    hub.tell(MACHINE, "reserve", reserve(), boot=7)
    hub.born(MACHINE, boot=7, conn=2, role="ticket-machine")
    assert "print_unsure" not in hub.kinds()
    hub.born(MACHINE, boot=8, role="ticket-machine")
    assert hub.kinds()[-1] == "print_unsure"


def test_open_commands_go_out_again_to_a_device_that_returns(hub: Hub) -> None:
    opened(hub)
    printed(hub)
    hub.tell(CALLER, "press", press_next(hub))
    said = len(hub.cmds(BOARD))
    hub.born(BOARD, boot=3, role="display")
    assert [cmd.id for cmd in hub.cmds(BOARD)[said:]] == [hub.cmds(BOARD)[0].id]


def test_a_number_whose_paper_nobody_confirms_is_called_all_the_same(hub: Hub) -> None:
    opened(hub)
    hub.tell(MACHINE, "reserve", reserve())
    hub.now += 20_001
    hub.ask()
    assert hub.kinds()[-1] == "print_unsure"
    assert hub.wants(CALLER)[-1].d["waiting"] == 1


def test_a_fault_is_counted_and_answered(hub: Hub) -> None:
    assert hub.tell(MACHINE, "fault", Fault(what="printer-paper", on=True)).ok
    assert hub.service.devices.counters["fault-printer-paper"] == 1
    assert hub.service.devices.all[MACHINE].faults == {"printer-paper"}


@pytest.mark.parametrize(
    ("device", "payload", "why"),
    [
        (CALLER, Evt(k="reserve", boot=1, n=9, t=0, d=reserve()), "UNKNOWN_KIND"),
        (CALLER, Evt(k="press", boot=1, n=9, t=0, d={"key": "dance"}), "BAD_MESSAGE"),
        ("caller-99", Evt(k="press", boot=1, n=9, t=0, d={}), "UNKNOWN_DEVICE"),
    ],
)
def test_what_cannot_be_taken_is_answered_by_name(hub: Hub, device, payload, why) -> None:
    hub.hear(device, "evt", payload)
    (answer,) = hub.answers(device)
    assert (answer.ok, answer.why, answer.boot, answer.n) == (False, why, 1, 9)


def test_the_hubs_own_parts_hear_why_not(hub: Hub) -> None:
    late = commands.ImportBooking("b-1", "no-such-service", hub.now, ("h",))
    good = commands.ImportBooking("b-2", PROOF, hub.now, ("h",))
    assert hub.ask(late, good, note=(CURSOR, {"cursor": 7})) == [errors.UNKNOWN_SERVICE, None]
    assert hub.kinds()[-2:] == ["booking_imported", CURSOR]
    assert hub.service.outcomes.cursor == 7
    assert hub.hall.state.day == DAY


def test_a_hall_whose_file_lost_a_window_and_a_service_goes_on(path: Path) -> None:
    """Somebody was just being called there, one waited, and one was to be asked for a rating."""
    with Hub(path) as hub:
        hub.connect()
        opened(hub)
        printed(hub, "s0", "AB12CD30")
        hub.tell(CALLER, "press", press_next(hub))
        for _ in range(2):
            hub.now += 10_000
            hub.ask()
            hub.tell(CALLER, "press", press(hub, "done"))
        printed(hub, "s1", "AB12CD31")
        printed(hub, "s2", "AB12CD32")
        hub.tell(CALLER, "press", press_next(hub))
        full, now = hub.config, hub.now
    windows = {number: window for number, window in full.windows.items() if number != 4}
    services = {name: service for name, service in full.services.items() if name != PROOF}
    smaller = dataclasses.replace(full, windows=windows, services=services)
    with Hub(path, smaller, now) as hub:
        hub.connect()
        for _ in range(12):
            hub.now += MINUTE // 2
            hub.ask()
        assert hub.tell(MACHINE, "reserve", reserve("s3")).why == errors.UNKNOWN_SERVICE
        hub.hear(CALLER, "evt", event("press", Press(key="next", ver=1), n=999))
        assert hub.answers(CALLER)[-1].why == "UNKNOWN_DEVICE"
        assert not hub.running.done()


def test_a_want_is_sent_until_the_device_shows_it(hub: Hub) -> None:
    hub.born(CALLER, boot=1)
    last = hub.wants(CALLER)[-1]
    for _ in range(2):
        hub.now += RESEND_MS
        hub.ask()
    assert [(want.rev, want.d) for want in hub.wants(CALLER)[-3:]] == [(last.rev, last.d)] * 3
    hub.hear(CALLER, "ack", Ack(rev=last.rev, st="done"))
    sent = len(hub.wants(CALLER))
    hub.now += 2 * RESEND_MS
    hub.ask()
    assert len(hub.wants(CALLER)) == sent


def test_what_a_new_day_ends_of_the_one_before_is_kept_under_that_ones_date(hub: Hub) -> None:
    opened(hub)
    printed(hub)
    hub.tell(CALLER, "press", press_next(hub))
    view = hub.hall.window_view(4, hub.now)
    hub.tell(CALLER, "press", Press(key="done", leg=view.leg, ver=view.ver))
    before = hub.hall.state.last_leg
    hub.now += 24 * 60 * MINUTE
    tomorrow = "2026-09-22"
    hub.ask(commands.OpenDay(tomorrow))
    late = [(row.day, row.kind) for row in hub.journal.rows() if row.at_ms == hub.now]
    assert (DAY, "day_closed") in late
    assert (DAY, "finished") in late
    assert (tomorrow, "day_opened") in late
    forced = [one for one in hub.service.outcomes.pending() if one.id == f"{DAY}-{before}"]
    assert [one.result for one in forced] == ["done"]
