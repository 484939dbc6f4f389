"""Stateful properties of the core: whatever people do, in whatever order, every invariant holds.

`properties.py --examples N --steps M` is the long form of tests/hub/core/test_properties.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from fakes.hall import DAY, MINUTE, SECOND, SERVICES, WINDOWS, World, small_rules
from hub.core import Hall, Refused
from hub.core import commands as cmd
from hub.core import events as ev
from hub.core.events import from_json
from hub.core.issue import return_code
from hub.core.keys import KEYS
from proof import invariants

CARDS = st.sampled_from(("card-1", "card-2", "card-3", "card-4", "card-5", "card-6"))
SERVICE_IDS = st.sampled_from([service.id for service in SERVICES])
NUMBERS = st.sampled_from([window.number for window in WINDOWS])
MACHINES = st.sampled_from(("tm1", "tm2"))
# A place among the legs of the day, counted from the newest.
PLACES = st.integers(0, 11)
# So few that online numbers soon step over the leased ones, and the leases run out.
FEW_NUMBERS = small_rules(
    online_last=4, offline_first=5, offline_last=12, offline_block=3, offline_renew_at=3
)
WAITS_MS = st.sampled_from((SECOND, 8 * SECOND, 20 * SECOND, MINUTE, 10 * MINUTE, 21 * MINUTE))


class CheckedWorld(World):
    """A hall in which each event is checked against the invariants before and after."""

    def do(self, command: cmd.Command) -> list[ev.Event]:
        before = self.hall.digest()
        events = self.hall.decide(command, self.now)
        assert self.hall.digest() == before, "a decision changed the hall"
        invariants.check_command(self.state, command, events)
        self._apply(events)
        return events

    def _apply(self, events: list[ev.Event]) -> None:
        for event in events:
            invariants.apply_checked(self.hall, event)
        self.log += events


class Queue(RuleBasedStateMachine):
    """A small hall's people, clerks, machines and faults."""

    def __init__(self) -> None:
        super().__init__()
        self.world = CheckedWorld(FEW_NUMBERS, open_day=False)
        self.days = 0

    @initialize(services=st.lists(SERVICE_IDS, min_size=3, max_size=8))
    def morning(self, services) -> None:
        """All windows are open, and some people are there, a few of them for two services."""
        self.open_day()
        for window in WINDOWS:
            self.ask(self.world.press_of(window.number, "pause"))
        for number, service in enumerate(services):
            tap = self.world.reserve(service, f"card-{1 + number % 6}")
            self.ask(tap)
            self.ask(cmd.ConfirmPrint(self.world.state.last_leg, "printed"))
            self.world.wait(SECOND)

    def ask(self, command: cmd.Command) -> list[ev.Event] | None:
        """Do the command; a refusal is an answer too, and changes nothing."""
        before = self.world.hall.digest()
        try:
            return self.world.do(command)
        except Refused:
            assert self.world.hall.digest() == before
            return None

    def leg(self, place: int) -> int:
        legs = list(self.world.hall.legs)
        return legs[-1 - place % len(legs)] if legs else 1

    @rule(
        service=SERVICE_IDS, card=CARDS | st.none(), machine=MACHINES, priority=st.booleans(),
        result=st.sampled_from(("printed", "printed", "failed", "unsure", None)),
    )  # fmt: skip
    def take(self, service, card, machine, priority, result) -> None:
        """A tap at a machine; twice by the same visitor it is one number."""
        tap = self.world.reserve(service, card, machine=machine, priority=priority)
        first = self.ask(tap)
        if first is None:
            return
        again = self.ask(tap)
        assert again is not None
        assert [e.leg for e in again] == [e.leg for e in first], "two numbers for one tap"
        if result is not None:
            self.ask(cmd.ConfirmPrint(first[-1].leg, result))

    @rule(place=PLACES, result=st.sampled_from(("printed", "failed", "unsure", "booted")))
    def hear_of_paper(self, place, result) -> None:
        booted = result == "booted"
        leg = self.leg(place)
        self.ask(cmd.MachineBooted("tm1") if booted else cmd.ConfirmPrint(leg, result))

    @rule(
        number=st.integers(1, 3), service=SERVICE_IDS, minutes=st.integers(-70, 70),
        what=st.sampled_from(("book", "check in", "cancel")), priority=st.booleans(),
    )  # fmt: skip
    def booking(self, number, service, minutes, what, priority) -> None:
        name, card = f"b{number}", f"card-{number}"
        known = self.world.state.bookings.get(name)
        if what == "book":
            slot_ms = self.world.now + minutes * MINUTE
            self.ask(cmd.ImportBooking(name, service, slot_ms, (card,)))
        elif what == "cancel":
            self.ask(cmd.CancelBooking(name))
        elif known is not None:
            more = {"booking": name, "priority": priority}
            self.ask(self.world.reserve(known.service, card, **more))

    @rule(number=NUMBERS)
    def call(self, number) -> None:
        """What a clerk does most: end what stands there, call the next."""
        self.ask(self.world.press_of(number, "next", again=True))

    @rule(number=NUMBERS)
    def serve(self, number) -> None:
        """Arrived, or done."""
        self.ask(self.world.press_of(number, "done"))

    @rule(number=NUMBERS, key=st.sampled_from(("noshow", "transfer", "recall")))
    def step_aside(self, number, key) -> None:
        """The visitor is missing, held, or brought back."""
        long = key != "noshow"
        self.ask(self.world.press_of(number, key, again=True, long=long))

    @rule(
        number=NUMBERS, key=st.sampled_from(KEYS), long=st.booleans(), again=st.booleans(),
        to=st.none() | NUMBERS, stale=st.sampled_from((0, 0, 0, 1, -1)),
    )  # fmt: skip
    def press(self, number, key, long, again, to, stale) -> None:
        """A key, also on a picture that is gone; the same press once more does nothing."""
        press = self.world.press_of(number, key, long=long, again=again, target=to)
        if stale:
            press = cmd.Press(number, key, long, again, press.leg, press.ver + stale, to)
        done = self.ask(press)
        assert not (done and stale), "a stale press did something"
        if done:
            assert self.ask(press) is None, "a repeated press did something"

    @rule(zone=st.sampled_from(("floor-1", "floor-2")), heard=st.booleans())
    def speak(self, zone, heard) -> None:
        for speech in self.world.hall.to_speak(zone)[:1]:
            self.ask(cmd.Spoken(speech.call, heard))

    @rule(place=PLACES, level=st.integers(0, 6), how=st.sampled_from(("rate", "open", "offline")))
    def rate(self, place, level, how) -> None:
        done = [leg.id for leg in self.world.hall.legs.values() if leg.state == "DONE"]
        leg = done[-1 - place % len(done)] if done else self.leg(place)
        asked = {"rate": cmd.Rate(leg, level), "open": cmd.RatingOpened(leg)}
        self.ask(asked.get(how, cmd.RatingOffline(leg)))

    @rule(
        place=PLACES, number=NUMBERS, reason=st.sampled_from(("by the manager", "")),
        act=st.sampled_from(
            ("priority", "urgent", "force", "hold", "back", "transfer", "open", "paused", "closed")
        ),
    )  # fmt: skip
    def manage(self, place, number, reason, act) -> None:
        leg, acts = self.leg(place), len(self.world.state.acts)
        commands = {
            "force": cmd.ForceFinish(leg, reason),
            "hold": cmd.SetAside(leg, reason),
            "back": cmd.BringBack(leg, reason),
            "transfer": cmd.Transfer(leg, number, reason),
            **{to: cmd.SetWindow(number, to, reason) for to in ("open", "paused", "closed")},
        }
        done = self.ask(commands.get(act, cmd.Prioritise(leg, reason, act == "urgent")))
        assert len(self.world.state.acts) == acts + bool(done), "an act is kept, with its reason"
        assert reason or not done, "an act without a reason"

    @rule(place=PLACES, card=CARDS | st.none(), right=st.booleans())
    def come_back_or_go(self, place, card, right) -> None:
        """Return by number and code, or give the number back by card."""
        leg = self.world.hall.legs.get(self.leg(place))
        if leg is None:
            return
        if card is None:
            code = return_code(leg.token) if right else "none"
            assert self.ask(cmd.Return(leg.ticket, code)) is None or right
        else:
            visit = self.world.state.visits.get(card)
            assert self.ask(cmd.Cancel(leg.id, card)) is None or leg.visit == visit

    @rule(machine=MACHINES, letter=st.sampled_from("AF"), left=st.sampled_from((0, 2, 3)))
    def lease(self, machine, letter, left) -> None:
        """A machine asks for numbers; the same again with enough left gets it none."""
        if self.ask(cmd.AskLease(machine, letter, left)) is not None:
            assert self.ask(cmd.AskLease(machine, letter, 3)) == [], "a block without need"

    @rule(
        place=PLACES, number=st.integers(0, 3), service=SERVICE_IDS, card=CARDS | st.none(),
        minutes=st.integers(-90, 5), twice=st.booleans(),
        result=st.sampled_from(("printed", "unsure", "failed")),
    )  # fmt: skip
    def merge(self, place, number, service, card, minutes, twice, result) -> None:
        """A paper of a leased number, of today or of a day before; handed in again: nothing."""
        leases = self.world.state.leases
        if not leases:
            return
        one = leases[-1 - place % len(leases)]
        paper = cmd.MergeOffline(
            machine=one.machine,
            letter=one.letter,
            number=one.first + number,
            day=one.day,
            service=service,
            arrived_ms=self.world.now + minutes * MINUTE,
            token="token",
            holder=card,
            booked=False,
            priority=twice,
            result=result,
        )
        if self.ask(paper) is not None and twice:
            assert self.ask(paper) == [], "one paper merged twice"

    @rule(wait_ms=WAITS_MS)
    def wait(self, wait_ms) -> None:
        self.world.wait(wait_ms)

    @rule(sure=st.integers(0, 9))
    def night(self, sure) -> None:
        """Seldom: the day closes; then the next one opens."""
        if not self.world.state.day_open:
            self.open_day()
        elif sure == 0:
            self.ask(cmd.CloseDay())

    def open_day(self) -> None:
        self.days += 1
        self.ask(cmd.OpenDay(f"{DAY}+{self.days:04d}"))

    def teardown(self) -> None:
        """The journal alone gives the same hall, byte for byte."""
        twin = Hall(FEW_NUMBERS)
        for event in self.world.log:
            stored = json.loads(json.dumps(event.to_json()))
            twin.apply(from_json(event.kind, event.at_ms, stored))
        assert twin.digest() == self.world.hall.digest()
        assert twin.state.index == self.world.state.index


def check(examples: int, steps: int, *, derandomize: bool = False, shortest: bool = True) -> None:
    """Try so many histories of so many steps; raises if one breaks something.

    `shortest`: and look for the shortest that does, which takes its time.
    """
    phases = (Phase.generate, Phase.shrink) if shortest else (Phase.generate,)
    limits = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Queue, settings=limits)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--examples", type=int, default=2_000)
    parser.add_argument("--steps", type=int, default=100)
    args = parser.parse_args()
    check(args.examples, args.steps)
    print(f"{args.examples} histories of up to {args.steps} steps: no property broken")


if __name__ == "__main__":
    main()
