"""Numbers in advance and papers without the hub, by the messages of machines and the journal."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fakes.cards import Cards, named_offline
from fakes.hub import DAY, MACHINE, MINUTE, PROOF, SEAL, TEN, Desk, Hub, event
from hub.alerts import words
from hub.bridge import PAPER
from hub.core import commands, return_code
from hub.log.journal import Journal
from protocol.envelope import State
from protocol.machine import Identify, Lease, LeaseAsk, Offline, OneNumber, Quote, Reserve

OTHER = "ticket-machine-2"
UID = "04A1B2C3"
NEXT_DAY = "2026-09-22"


@pytest.fixture
def hub(tmp_path: Path):
    with Hub(tmp_path / "j", cards=Cards()) as hub:
        hub.now += MINUTE
        yield hub


def leased(hub: Hub, machine: str = MACHINE, letter: str = "C", left: int = 0) -> Lease:
    answer = hub.tell(machine, "lease", LeaseAsk(letter=letter, left=left))
    assert answer.ok, answer.why
    return Lease(**answer.d)


def paper(hub: Hub, number: int = 701, **more: Any) -> Offline:
    facts = {
        "letter": "C",
        "number": number,
        "day": DAY,
        "service": PROOF,
        "at": hub.now,
        "token": f"token-{number}",
        "result": "printed",
    }
    return Offline(**{**facts, **more})


def tickets(hub: Hub) -> list[str]:
    return [leg.ticket for leg in hub.hall.legs.values()]


def test_a_lease_says_all_that_a_machine_needs_without_a_hub(hub: Hub) -> None:
    lease = leased(hub)
    assert (lease.letter, lease.day, lease.first, lease.last) == ("C", DAY, 701, 720)
    midnight = int(datetime.fromisoformat(DAY + "T00:00+08:00").timestamp() * 1000)
    assert (lease.from_ms, lease.until_ms) == (midnight, midnight + 24 * 60 * MINUTE)
    assert (lease.tz_min, lease.key) == (480, Cards().lease_key())
    hub.ask(
        commands.OpenDay(DAY, ((TEN, TEN + 60 * MINUTE), (TEN + 90 * MINUTE, TEN + 120 * MINUTE)))
    )
    lease = leased(hub, OTHER)
    assert (lease.first, lease.from_ms) == (721, TEN - 30 * MINUTE)
    assert lease.until_ms == TEN + 120 * MINUTE
    hub.now = lease.until_ms
    assert hub.tell(MACHINE, "lease", LeaseAsk(letter="C")).why == "DAY_CLOSED"


def test_the_same_ask_gets_the_same_numbers_also_of_another_hub(hub: Hub, tmp_path: Path) -> None:
    first = hub.tell(MACHINE, "lease", LeaseAsk(letter="C"), boot=3, n=9)
    again = hub.tell(MACHINE, "lease", LeaseAsk(letter="C"), boot=3, n=9)
    assert (first.ok, again.d) == (True, first.d)
    with Hub(tmp_path / "j2", cards=Cards()) as other:
        one = other.tell(MACHINE, "lease", LeaseAsk(letter="C"), boot=3, n=9)
    with Hub(tmp_path / "j2", cards=Cards()) as other:
        assert other.tell(MACHINE, "lease", LeaseAsk(letter="C"), boot=3, n=9).d == one.d
        assert leased(other, left=20).plain() == one.d
        assert leased(other, left=3).first == 721


def test_what_identifies_anybody_is_in_no_journal_log_or_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Hub(tmp_path / "j", cards=Cards()) as hub:
        lease = leased(hub)
        name = named_offline(lease.key, UID)
        assert hub.tell(MACHINE, "offline", paper(hub, holder=name)).ok
        assert not hub.tell(MACHINE, "offline", paper(hub, 799, holder=name)).ok
        hub.hear(
            MACHINE, "evt", b'{"k":"offline","boot":1,"n":99,"d":{"holder":"%s"}}' % name.encode()
        )
        assert hub.tell(MACHINE, "identify", Identify(s="s", how="card", id=UID)).d["live"]
        said = [packet for packet in hub.wire.packets if not packet.topic.endswith("/evtack")]
        answers = [packet for packet in hub.wire.packets if packet.topic.endswith("/evtack")]
    told = b"".join(packet.payload for packet in said) + caplog.text.encode()
    # The key goes to the machine that asked for numbers, and to nobody else.
    assert [lease.key.encode() in one.payload for one in answers].count(True) == 1
    assert not any(secret.encode() in told for secret in (lease.key, name, UID))
    assert not any(one.encode() in packet.payload for packet in answers for one in (name, UID))
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"C701" in stored
    for secret in (lease.key, name, UID):
        assert secret.encode() not in stored


def test_letters_and_machines_that_get_none(hub: Hub) -> None:
    assert hub.tell(MACHINE, "lease", LeaseAsk(letter="Z")).why == "LEASE_NONE"
    hub.ask(commands.SetLeases(MACHINE, False, "stolen"))
    assert hub.wants(MACHINE)[-1].d["renew_at"] == 0
    assert hub.wants(OTHER)[-1].d["renew_at"] == 8
    assert hub.tell(MACHINE, "lease", LeaseAsk(letter="C")).why == "LEASE_REVOKED"
    hub.ask(commands.CloseDay())
    assert hub.wants(OTHER)[-1].d["renew_at"] == 0


def test_the_manager_is_told_when_the_numbers_of_a_department_are_used_up(hub: Hub) -> None:
    for _ in range(15):
        leased(hub)
    assert hub.tell(MACHINE, "lease", LeaseAsk(letter="C")).why == "LEASE_NONE"
    assert list(hub.hall.state.alerts) == ["lease-none:C"]
    assert leased(hub, letter="A").first == 701


def test_a_paper_is_merged_once_under_whatever_boot_and_number(hub: Hub) -> None:
    leased(hub)
    told = paper(hub)
    for boot, n in ((1, 50), (1, 50), (1, 51), (9, 1)):
        hub.now += MINUTE
        assert hub.tell(MACHINE, "offline", told, boot=boot, n=n).ok
    assert tickets(hub) == ["C701"]


def test_both_in_one_turn_are_one(hub: Hub) -> None:
    leased(hub)
    told = paper(hub)
    hub.hear(MACHINE, "evt", event("offline", told, n=60), event("offline", told, n=61))
    assert [answer.ok for answer in hub.answers(MACHINE)[-2:]] == [True, True]
    assert tickets(hub) == ["C701"]


def test_papers_survive_the_hubs_end_and_a_machines_new_boot(tmp_path: Path) -> None:
    with Hub(tmp_path / "j", cards=Cards()) as hub:
        leased(hub)
        leased(hub, OTHER)
        hub.tell(MACHINE, "offline", paper(hub, 701))
    with Hub(tmp_path / "j", cards=Cards()) as hub:
        hub.now += 10 * MINUTE
        hub.born(MACHINE, 2, role="ticket-machine")
        assert hub.tell(MACHINE, "offline", paper(hub, 701), boot=2, n=1).ok
        assert hub.tell(MACHINE, "offline", paper(hub, 702, result="unsure"), boot=2, n=2).ok
        assert hub.tell(OTHER, "offline", paper(hub, 721), boot=2, n=1).ok
        assert tickets(hub) == ["C701", "C702", "C721"]
        assert leased(hub, left=0).first == 741


def test_a_number_that_the_machine_does_not_hold_is_told_to_the_manager(hub: Hub) -> None:
    leased(hub)
    refused = hub.tell(OTHER, "offline", paper(hub))
    assert (refused.ok, refused.why) == (False, "LEASE_UNKNOWN")
    assert hub.tell(MACHINE, "offline", paper(hub, service=SEAL)).why == "UNKNOWN_SERVICE"
    (alert,) = hub.hall.state.alerts
    said = words(hub.config, alert)
    assert alert == "offline-unknown:C701"
    assert "C701" in said.zh and "未能入队" in said.zh and "not in the queue" in said.en


def test_a_paper_of_yesterday_is_told_and_does_not_wait(hub: Hub) -> None:
    leased(hub)
    told = paper(hub)
    hub.now += 24 * 60 * MINUTE
    hub.ask(commands.OpenDay(NEXT_DAY))
    assert hub.tell(MACHINE, "offline", told, n=50).ok
    assert hub.tell(MACHINE, "offline", told, n=51).ok
    assert not hub.hall.legs
    said = words(hub.config, next(iter(hub.hall.state.alerts)))
    assert said.zh == f"{DAY}的断网号今天才交回,当天未能叫号"
    assert hub.kinds().count("strayed") == 1


# --- Arrivals -----------------------------------------------------------------------------------


def arrival(hub: Hub, number: int, minutes: int, boot: int = 1) -> int:
    """Where a paper that claims so many minutes from ten o'clock stands, in such minutes."""
    told = paper(hub, number, at=TEN + minutes * MINUTE)
    assert hub.tell(MACHINE, "offline", told, boot=boot).ok
    return (list(hub.hall.legs.values())[-1].base_ms - TEN) // MINUTE


def test_arrivals_are_held_to_when_the_machine_was_away(hub: Hub) -> None:
    hub.born(MACHINE, 1, role="ticket-machine")
    leased(hub)  # at 10:01
    hub.now = TEN + 20 * MINUTE
    hub.tell(MACHINE, "quote", Quote(s="s", service=PROOF, how="none"))
    hub.now = TEN + 40 * MINUTE
    # Its broker says in its name that it is gone; that is no word of its own.
    hub.hear(MACHINE, "state", State(s="lost", boot=1, conn=1, role="ticket-machine"))
    hub.now = TEN + 60 * MINUTE
    hub.born(MACHINE, 1, conn=2, role="ticket-machine")
    assert [arrival(hub, 701 + n, at) for n, at in enumerate((5, 25, 90))] == [20, 25, 60]
    # What is handed in, or asked meanwhile, moves nothing.
    hub.now += MINUTE
    hub.tell(MACHINE, "quote", Quote(s="s", service=PROOF, how="none"))
    assert arrival(hub, 704, 30) == 30


def test_arrivals_are_held_to_when_the_hub_itself_was_away(hub: Hub) -> None:
    hub.born(MACHINE, 1, role="ticket-machine")
    leased(hub)
    hub.now = TEN + 20 * MINUTE
    hub.tell(MACHINE, "quote", Quote(s="s", service=PROOF, how="none"))
    hub.now = TEN + 60 * MINUTE
    hub.connect()
    hub.born(MACHINE, 1, role="ticket-machine")  # kept by the broker
    assert [arrival(hub, 701 + n, at) for n, at in enumerate((5, 25))] == [20, 25]


def test_a_hub_that_begins_again_knows_the_last_word_from_its_journal(tmp_path: Path) -> None:
    with Hub(tmp_path / "j", cards=Cards()) as hub:
        leased(hub)
        hub.now = TEN + 20 * MINUTE
        hub.tell(MACHINE, "reserve", Reserve(s="s", service=PROOF, how="card", id=UID))
        hub.now = TEN + 30 * MINUTE
        hub.tell(MACHINE, "offline", paper(hub, 720))
    with Hub(tmp_path / "j", now=TEN + 60 * MINUTE, cards=Cards()) as hub:
        hub.born(MACHINE, 2, role="ticket-machine")
        assert [arrival(hub, 701 + n, at, 2) for n, at in enumerate((5, 25))] == [20, 25]
    journal = Journal(tmp_path / "j", read_only=True)
    assert journal.contacts([MACHINE, OTHER]) == {MACHINE: TEN + 20 * MINUTE}
    journal.close()


# --- Cards --------------------------------------------------------------------------------------


def test_who_has_a_paper_without_the_hub_is_found_by_the_same_card_online(hub: Hub) -> None:
    lease = leased(hub)
    hub.tell(MACHINE, "offline", paper(hub, holder=named_offline(lease.key, UID)))
    card = {"s": "s", "how": "card", "id": UID}
    (live,) = hub.tell(OTHER, "identify", Identify(**card)).d["live"]
    assert live["ticket"] == "C701"
    mine = hub.tell(OTHER, "mine", OneNumber(leg=live["leg"], **card))
    assert (mine.ok, mine.d["ticket"], mine.d["can"]) == (
        True,
        "C701",
        ["reprint", "cancel", "change"],
    )
    again = hub.tell(OTHER, "reserve", Reserve(service=PROOF, **card))
    assert (again.d["ticket"], again.d["again"]) == ("C701", True)
    assert again.d["code"] == return_code("token-701")
    assert hub.tell(OTHER, "quote", Quote(service=PROOF, **card)).d["ahead"] == 0
    assert hub.tell(OTHER, "cancel", OneNumber(leg=live["leg"], **card)).ok


def test_who_has_a_number_online_is_the_same_visitor_on_a_paper(hub: Hub) -> None:
    lease = leased(hub)
    card = {"s": "s", "how": "card", "id": UID.lower()}
    hub.tell(MACHINE, "reserve", Reserve(service=PROOF, **card))
    hub.tell(MACHINE, "offline", paper(hub, holder=named_offline(lease.key, UID)))
    online, offline = hub.hall.legs.values()
    assert (offline.twin, offline.visit) == (online.id, online.visit)
    live = hub.tell(OTHER, "identify", Identify(**card)).d["live"]
    assert [one["ticket"] for one in live] == ["C001", "C701"]


def test_a_paper_opens_its_own_number_by_its_four_digits(hub: Hub) -> None:
    leased(hub)
    hub.tell(MACHINE, "offline", paper(hub))
    shown = f"C701{return_code('token-701')}"
    (live,) = hub.tell(OTHER, "identify", Identify(s="s", how=PAPER, id=shown)).d["live"]
    assert live["ticket"] == "C701"
    wrong = hub.tell(OTHER, "identify", Identify(s="t", how=PAPER, id="C701xxxx"))
    assert wrong.why == "WRONG_CODE"


def test_a_hub_without_keys_merges_all_the_same() -> None:
    desk = Desk()
    reply = desk.tell(MACHINE, "lease", LeaseAsk(letter="C"))
    assert desk.bridge.offline.with_key("lease", reply.answer)["d"]["key"] == ""
    told = Offline(
        letter="C", number=701, day=DAY, service=PROOF, at=TEN, token="t", holder="ab" * 16,
        result="printed",
    )  # fmt: skip
    assert desk.tell(MACHINE, "offline", told).why is None
    (leg,) = desk.hall.legs.values()
    assert leg.holder is None
