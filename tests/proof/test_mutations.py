"""Every planted mistake is found by the proof that is there for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.hub import MACHINE, MINUTE, PROOF, Hub, event
from hub.log.journal import RepeatedEvent
from proof.explore import explore
from proof.mutations import MUTATIONS, Edit, Mutation, planted
from protocol import topics
from protocol.codec import encode
from protocol.machine import Reserve

# Deep enough for each, and quick, because the search stops at the level with a violation.
DEPTH = 5

NAMES = {
    "dedupe off",
    "stale version accepted",
    "credits summed",
    "number reused after VOID",
    "lease given twice",
    "offline number also issued online",
    "offline paper merged twice",
    "secondary before primary",
    "second return allowed",
    "key changed by hold",
    "bringing back leaves the version",
    "sent on to a window that is not open",
    "rating bound to the next leg",
    "answer before commit",
    "DAY_CLOSE makes SERVING DONE",
    "two legs of one visit called",
}


def test_all_the_mistakes_are_here():
    assert {mutation.name for mutation in MUTATIONS} == NAMES


@pytest.mark.parametrize("mutation", [m for m in MUTATIONS if m.breaks], ids=lambda m: m.name)
def test_the_exploration_finds(mutation):
    with planted(mutation):
        found = explore(DEPTH, processes=1).violations
    # A number that is given twice may be a leased one as well.
    assert mutation.breaks in {violation.problem.split(":")[0] for violation in found}
    assert all(violation.trace for violation in found)


@pytest.mark.parametrize("mutation", [m for m in MUTATIONS if not m.breaks], ids=lambda m: m.name)
def test_the_service_finds(mutation, tmp_path: Path):
    check_service(tmp_path / "sound.journal")
    with planted(mutation), pytest.raises((AssertionError, RepeatedEvent)):
        check_service(tmp_path / "mutated.journal")


def check_service(path: Path) -> None:
    """A device's event, told twice: durable before it is answered, and done once."""
    with Hub(path) as hub:
        hub.connect()
        durable = []

        def look(packets) -> None:
            if any(packet.topic.endswith("/evtack") for packet in packets):
                durable.append(hub.journal.answer_of(MACHINE, 1, 77) is not None)

        hub.wire.on_send = look
        asked = event("reserve", Reserve(s="s1", service=PROOF, how="card", id="AB"), n=77)
        topic = topics.dev(hub.config.site, MACHINE, "evt")
        # One round of the consumer at a time, so that what ends it is seen here.
        hub.service._turn([(topic, encode(asked))], hub.now)
        assert durable == [True]
        hub.now += MINUTE
        hub.service._turn([(topic, encode(asked))], hub.now)
        first, again = hub.answers(MACHINE)
        assert (first.ok, first.d) == (again.ok, again.d)


def test_a_mutation_that_the_code_has_outgrown_is_an_error():
    (edit, *_) = MUTATIONS[0].edits
    lost = Mutation("lost", (Edit(edit.function, "no such text", ""),))
    with pytest.raises(LookupError), planted(lost):
        pytest.fail("planted all the same")


def test_a_mutation_ends_with_its_proof():
    before = [edit.function.__code__ for mutation in MUTATIONS for edit in mutation.edits]
    for mutation in MUTATIONS:
        with planted(mutation):
            assert mutation.edits[0].function.__code__ not in before
    assert [e.function.__code__ for m in MUTATIONS for e in m.edits] == before
