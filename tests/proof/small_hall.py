"""A hall small enough to try everything in: two windows, two services, three visitors.

What keeps the number of states small, and is therefore not tried here but by chance
(`properties`) or in the core's own tests: visitors come in one order (their places in the queue
still vary by booking, hold, miss, transfer and a manager's act); only window 1 has a voice and a
rating pad; the voice is through with a sentence before time goes on; time goes on to the next
moment at which anything changes; rarer commands belong to one start hall each (`EXTRAS`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hub.core import Hall, Policy, Refused, Rules, Service, Window, model
from hub.core import commands as cmd
from hub.core import events as ev
from hub.core.issue import return_code
from hub.core.keys import KEYS
from hub.core.model import State
from hub.core.rules import MINUTE_MS
from proof import invariants
from proof.rows import Row, rows_of
from proof.snapshot import clone

NINE_MS = 1_558_918_800_000
DAY = "2019-05-27"
SLOT_MS = NINE_MS + 10 * MINUTE_MS

RULES = Rules(
    services={
        "a": Service("a", "A", 300, frozenset({1}), frozenset({2})),
        "b": Service("b", "B", 300, frozenset({2}), frozenset({1})),
    },
    windows={1: Window(1, "voiced", "a"), 2: Window(2, "silent", "b")},
    # So few numbers that the leased ones, which belong to the machines, are soon stepped over.
    policy=Policy(
        online_last=1, offline_first=2, offline_last=4, offline_block=2, offline_renew_at=1
    ),
    voiced_zones=frozenset({"voiced"}),
)

# Windows with a rating pad; for another the hub says at once that nobody can be asked.
PADS = (1,)

# Visitor, service, booking: bob is booked and 优先 at once, cy wants both services.
WISHES = (("ann", "a", None), ("bob", "b", "b1"), ("cy", "a", None), ("cy", "b", None))
IMPORT = cmd.ImportBooking("b1", "b", SLOT_MS, ("bob",))
REBOOKED = cmd.ImportBooking("b1", "b", SLOT_MS + 5 * MINUTE_MS, ("bob",))

# A paper that goes wrong: bob's, whose booking is free again then, or of which nobody hears.
TROUBLES = {("bob", "b"): ("failed", "silent")}
# A visitor comes once for a service, again only with no paper in the hand.
OVER = frozenset({model.DONE, model.UNSERVED, model.NO_SHOW})

Label = tuple[object, ...]


class Node(NamedTuple):
    """The hall at one moment; never changed, for its successors grow from copies."""

    state: State
    now_ms: int
    hall: str  # the start hall it grew from, which says what people do beside the usual


class Step(NamedTuple):
    """One accepted transition."""

    label: Label
    node: Node
    rows: list[Row]
    again: bool = False  # an earlier step from the same node led to this very node


class Walk:
    """Decides and applies on a copy of a node, with every invariant checked on the way."""

    def __init__(self, hall: Hall, node: Node, look: invariants.Look | None = None) -> None:
        self.hall = hall
        self.now_ms = node.now_ms
        self.start = node.hall
        self.rows: list[Row] = []
        self.look = look  # at the node, if it was taken already
        hall.state = clone(node.state)

    def do(self, command: cmd.Command) -> list[ev.Event]:
        """Decide a command, check what it brings about, and fold that."""
        events = self.hall.decide(command, self.now_ms)
        invariants.check_command(self.hall.state, command, events)
        self.fold(events)
        return events

    def fold(self, events: list[ev.Event]) -> None:
        for event in events:
            self.rows += rows_of(self.hall.state, event)
            self.look = invariants.apply_checked(self.hall, event, self.look)
        for window in self.hall.state.windows.values():
            if window.rating is not None and window.number not in PADS:
                self.do(cmd.RatingOffline(window.rating))

    def speak(self) -> None:
        """Every voice says what it has to say."""
        for zone in sorted(self.hall.state.voice):
            while speeches := self.hall.to_speak(zone):
                self.do(cmd.Spoken(speeches[0].call))

    def pass_time(self, end_ms: int) -> None:
        """Let time run until then, with every timer at its moment."""
        due_ms = self.hall.next_due_ms(self.now_ms)
        while due_ms is not None and due_ms <= end_ms:
            self.now_ms = max(self.now_ms, due_ms)
            self.fold(self.hall.due(self.now_ms))
            due_ms = self.hall.next_due_ms(self.now_ms)
        self.now_ms = end_ms

    def node(self) -> Node:
        return Node(self.hall.state, self.now_ms, self.start)


Happened = tuple[list[ev.Event], object]  # and what becomes of the paper


def steps(hall: Hall, node: Node) -> Iterator[Step]:
    """Every accepted transition from the node; whatever is refused must have changed nothing."""
    # Each command comes a moment after the one before, so that no two arrive at once.
    node = _settled(hall, node._replace(now_ms=node.now_ms + 1))
    look = invariants.look(node.state)
    told: list[tuple[Happened, Step]] = []
    for label, command in _commands(node.state, EXTRAS[node.hall]):
        hall.state = node.state
        try:
            events = hall.decide(command, node.now_ms)
        except Refused:
            continue
        if not events:
            continue
        invariants.check_command(node.state, command, events)
        paper = label[-1] if isinstance(command, cmd.Reserve) else "silent"
        happened = (events, paper)
        # Keys that do the same here, say: the same events lead from one state to one state.
        same = next((step for known, step in told if known == happened), None)
        if same is None:
            walk = Walk(hall, node, look)
            walk.fold(events)
            if paper != "silent":
                walk.do(cmd.ConfirmPrint(_leg_of(events), str(paper)))
            step = Step(label, walk.node(), walk.rows)
            told.append((happened, step))
        else:
            step = same._replace(label=label, again=True)
        if isinstance(command, cmd.Press):
            _check_repeat(hall, step.node, command)
        yield step
    hall.state = node.state
    jump = _jump(hall, node)
    if jump is not None:
        walk = Walk(hall, node, look)
        walk.speak()
        walk.pass_time(jump[1])
        yield Step(("time", jump[0]), walk.node(), walk.rows)


def _settled(hall: Hall, node: Node) -> Node:
    hall.state = node.state
    events = hall.due(node.now_ms)
    if not events:
        return node
    walk = Walk(hall, node)
    walk.fold(events)
    return walk.node()


def _jump(hall: Hall, node: Node) -> tuple[str, int] | None:
    """The next moment at which anything can change by itself, and what it is called."""
    due_ms = hall.next_due_ms(node.now_ms)
    after_ms = RULES.policy.secondary_after_ms
    waiting = [leg for leg in node.state.legs.values() if leg.state == model.WAITING]
    moments = [at_ms for leg in waiting for at_ms in (leg.base_ms + after_ms, leg.ready_ms)]
    waited_ms = min((at_ms for at_ms in moments if at_ms > node.now_ms), default=None)
    if due_ms is not None and (waited_ms is None or due_ms <= waited_ms):
        return "due", due_ms
    return None if waited_ms is None else ("waited", waited_ms)


def _leg_of(events: list[ev.Event]) -> int:
    event = events[-1]
    assert isinstance(event, ev.LegEvent)
    return event.leg


def _check_repeat(hall: Hall, node: Node, press: cmd.Press) -> None:
    """The same press once more, as a bounced key or a resent message makes it."""
    hall.state = node.state
    try:
        again = hall.decide(press, node.now_ms)
    except Refused:
        return
    raise invariants.Broken("a repeated press is refused", again)


# --- Commands ---------------------------------------------------------------------------------


def _commands(state: State, extras: frozenset[str]) -> Iterator[tuple[Label, cmd.Command]]:
    yield ("close",), cmd.CloseDay()
    if not state.day_open:
        yield ("open",), cmd.OpenDay(f"{state.day}+")
    yield from _machine(state, extras)
    for label, command in _extras(state):
        if label[0] in extras:
            yield label, command
    for number in RULES.windows:
        yield from _presses(state, number, extras)
    for leg in state.legs.values():
        if leg.rating not in (model.NOT_ASKED, model.RATED):
            yield ("opened", leg.ticket), cmd.RatingOpened(leg.id)
            yield ("offline", leg.ticket), cmd.RatingOffline(leg.id)
            yield ("rate", leg.ticket), cmd.Rate(leg.id, 5)


def _machine(state: State, extras: frozenset[str]) -> Iterator[tuple[Label, cmd.Command]]:
    """Reserve and confirm in one, news of papers that comes later, and a machine's new boot."""
    latest = {(leg.holder, leg.service): leg.state for leg in state.legs.values()}
    for visitor, service, booking in WISHES:
        known = latest.get((visitor, service), model.VOID)
        if known in OVER:
            continue
        reserve = cmd.Reserve(
            machine="tm1",
            session=f"{visitor}-{state.last_leg}",
            service=service,
            holder=visitor,
            booking=booking,
            token="token",
            priority=booking is not None,
        )
        troubles = TROUBLES.get((visitor, service), ()) if "paper" in extras else ()
        for result in ("printed", *troubles):
            yield ("take", visitor, service, result), reserve
        if known == model.VOID:
            break  # they come one after the other; whoever is here may ask again and again


def _extras(state: State) -> Iterator[tuple[Label, cmd.Command]]:
    """What is done in one of the halls only, each kind under its name."""
    yield ("paper", "boot"), cmd.MachineBooted("tm1")
    yield ("booking", "import"), IMPORT
    yield ("booking", "change"), REBOOKED
    yield ("booking", "cancel"), cmd.CancelBooking("b1")
    yield from _offline()
    for leg in state.legs.values():
        if leg.paper != model.PRINTED and leg.state in model.LIVE:
            for result in ("printed", "failed", "unsure"):
                yield ("paper", leg.ticket, result), cmd.ConfirmPrint(leg.id, result)
        if leg.state == model.MISSED:
            yield ("return", leg.ticket), cmd.Return(leg.ticket, return_code(leg.token))
        if leg.state == model.WAITING and leg.holder == "bob":
            yield ("urgent", leg.ticket), cmd.Prioritise(leg.id, "reason", urgent=True)
        if leg.state == model.WAITING and leg.holder == "cy":
            yield ("prioritise", leg.ticket), cmd.Prioritise(leg.id, "reason")
            yield ("cancel", leg.ticket), cmd.Cancel(leg.id, leg.holder or "")
        if leg.state == model.SERVING:
            yield ("force", leg.ticket), cmd.ForceFinish(leg.id, "reason")
        if leg.state in model.AT_WINDOW:
            yield ("manager", "hold", leg.ticket), cmd.SetAside(leg.id, "reason")
            for number in RULES.windows:
                yield ("manager", "to", number, leg.ticket), cmd.Transfer(leg.id, number, "reason")
        if leg.state in (model.HELD, model.MISSED):
            yield ("manager", "back", leg.ticket), cmd.BringBack(leg.id, "reason")
    for to in (model.OPEN, model.PAUSED, model.CLOSED):
        yield ("window", to), cmd.SetWindow(2, to, "reason")
    for zone in sorted(state.voice):
        for call in state.voice[zone][:1]:
            yield ("voice", zone), cmd.Spoken(call, heard=False)


def _offline() -> Iterator[tuple[Label, cmd.Command]]:
    """Another machine gets numbers in advance, and a paper comes of those that one has.

    A paper that failed is left to the tests of `merge`: here it fires no row that others do not.
    """
    yield ("lease", "A"), cmd.AskLease("tm2", "A", 0)
    bobs = cmd.MergeOffline(
        "tm1", "B", 2, DAY, "b", NINE_MS, "token", "bob", True, False, "printed"
    )
    yield ("offline", "bob"), bobs
    dans = cmd.MergeOffline(
        "tm1", "A", 2, DAY, "a", NINE_MS, "token", "dan", False, False, "printed"
    )
    yield ("offline", "dan"), dans


def _presses(
    state: State, number: int, extras: frozenset[str]
) -> Iterator[tuple[Label, cmd.Command]]:
    """Every key, short and long, once and again; and one press on a picture that is gone."""
    window = state.window(number)
    for key in KEYS:
        if key == "pause" and "pause" not in extras:
            continue
        for long in (False, True) if key in ("recall", "transfer") else (False,):
            for again in (False, True) if key in ("next", "noshow") else (False,):
                press = cmd.Press(
                    number, key, long, again, window.leg, window.ver, target=3 - number
                )
                yield ("press", number, key, long, again), press
        stale = cmd.Press(number, key, False, True, window.leg, window.ver - 1)
        yield ("stale", number, key), stale


# --- Start halls ------------------------------------------------------------------------------


def _empty(walk: Walk) -> None:
    walk.do(cmd.OpenDay(DAY))
    walk.do(cmd.AskLease("tm1", "A", 0))
    walk.do(cmd.AskLease("tm1", "B", 0))
    walk.do(IMPORT)


def _take(walk: Walk, *visitors: int) -> list[int]:
    legs = []
    for index in visitors:
        visitor, service, booking = WISHES[index]
        session = f"{visitor}-{len(legs)}"
        reserve = cmd.Reserve("tm1", session, service, visitor, booking, "token")
        legs.append(_leg_of(walk.do(reserve)))
        walk.do(cmd.ConfirmPrint(legs[-1], "printed"))
        walk.now_ms += 1
    return legs


def _press(walk: Walk, number: int, key: str, **more: bool) -> None:
    window = walk.hall.state.window(number)
    long, again = more.get("long", False), more.get("again", False)
    walk.do(cmd.Press(number, key, long, again, window.leg, window.ver))
    walk.now_ms += 1


def _three_waiting(walk: Walk) -> None:
    _empty(walk)
    _take(walk, 0, 1, 2)


def _called_serving_held(walk: Walk) -> None:
    """Ann was held at window 1, where cy is CALLED; bob is SERVING at window 2."""
    _empty(walk)
    _take(walk, 0, 1, 2)
    _press(walk, 1, "next")
    _press(walk, 1, "transfer", long=True)
    walk.pass_time(SLOT_MS - 5 * MINUTE_MS)  # until bob may be called
    _press(walk, 2, "next")
    _press(walk, 2, "done")
    _press(walk, 1, "next")


def _one_missed(walk: Walk) -> None:
    _empty(walk)
    _take(walk, 0)
    _press(walk, 1, "next")
    _press(walk, 1, "noshow", again=True)


STARTS: dict[str, Callable[[Walk], None]] = {
    "empty": _empty,
    "three waiting": _three_waiting,
    "called, serving, held": _called_serving_held,
    "one missed": _one_missed,
}

# Everywhere: taking numbers, also again, all keys but 暂停, ratings, time, the day's end. What is
# rarer is tried in one hall each: with all of it everywhere a depth of 9 would take a day. So the
# papers of a machine without a hub, which multiply a hall most, come alone, in the empty one; no
# other paper goes wrong there, and the other machine's lease is asked for elsewhere.
EXTRAS = {
    "empty": frozenset({"offline"}),
    "three waiting": frozenset({"cancel", "prioritise"}),
    "called, serving, held": frozenset({"pause", "force", "voice"}),
    "one missed": frozenset(
        {"booking", "return", "urgent", "window", "manager", "lease", "paper"}
    ),
}


def start(hall: Hall, name: str) -> tuple[Node, list[Row]]:
    """A hall to start from, and the rows that led there."""
    walk = Walk(hall, Node(State(), NINE_MS, name))
    STARTS[name](walk)
    return walk.node(), walk.rows
