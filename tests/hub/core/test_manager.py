"""A manager's acts: each with a reason, each counted, none against the rules of the table."""

from __future__ import annotations

import pytest

from fakes.hall import MINUTE, World, kinds, small_rules
from hub.core import Rules
from hub.core import commands as cmd


def waiting_world(count: int = 3) -> tuple[World, list[int]]:
    world = World()
    legs = []
    for _ in range(count):
        legs.append(world.take("loan"))
        world.wait(30 * MINUTE)
    return world, legs


def next_at(world: World, window: int) -> int:
    world.press(window, "next")
    return world.state.window(window).leg


def test_priority_moves_a_leg_by_its_credit_and_no_more():
    world, (first, _, last) = waiting_world()
    world.do(cmd.Prioritise(last, " cannot stand long "))
    leg = world.leg(last)
    assert (leg.credit_ms, leg.priority, leg.urgent) == (20 * MINUTE, True, False)
    assert world.log[-1].reason == "cannot stand long"
    assert world.do(cmd.Prioritise(last, "again")) == []
    assert next_at(world, 1) == first
    assert len(world.state.acts) == 1


def test_urgent_goes_before_everybody_and_the_bound_does_not_count_it():
    world, (first, _, last) = waiting_world()
    world.do(cmd.Prioritise(last, "ambulance", urgent=True))
    assert next_at(world, 1) == last
    assert (
        world.leg(last).base_ms - world.leg(first).base_ms
        > world.hall.rules.policy.overtake_max_ms
    )
    assert world.state.breaches == 0 and len(world.state.acts) == 1
    assert world.do(cmd.Prioritise(first, "twice", urgent=True)) != []


def test_an_urgent_leg_of_a_secondary_service_or_a_later_slot_is_called_at_once():
    world = World()
    world.take("loan")
    card = world.take("card")
    world.do(cmd.Prioritise(card, "ambulance", urgent=True))
    assert world.do(cmd.Prioritise(card, "ambulance", urgent=True)) == []
    assert next_at(world, 2) == card
    world.book("b1", world.now + 25 * MINUTE)
    booked = world.check_in("b1")
    world.do(cmd.Prioritise(booked, "a flight", urgent=True))
    assert next_at(world, 1) == booked


def test_an_urgent_leg_stays_urgent_when_it_is_transferred_but_not_to_the_same_service():
    for target, urgent in ((1, True), (2, False)):
        world, (_, _, last) = waiting_world()
        world.do(cmd.Prioritise(last, "ambulance", urgent=True))
        assert next_at(world, 1) == last
        world.press(2, "pause")
        world.press(1, "transfer", target=target)
        assert world.leg(world.state.last_leg).urgent is urgent
        world.press(2, "next")
        assert world.state.breaches == 0


@pytest.mark.parametrize("stands", ["called", "serving"])
def test_a_leg_is_held_sent_on_and_brought_back_in_its_clerks_place(stands):
    started = ["started"] if stands == "called" else []
    world = World()
    leg = world.called() if stands == "called" else world.serving()
    assert world.why(cmd.Transfer(leg, 2, "wrong window")) == "TARGET_CLOSED"
    assert kinds(world.do(cmd.SetAside(leg, "a form"))) == ["managed", *started, "held"]
    assert world.leg(leg).hold_reason == "a form"
    assert kinds(world.do(cmd.BringBack(leg, "form is there"))) == ["managed", "returned"]
    assert next_at(world, 1) == leg
    world.press(2, "pause")
    if stands == "serving":
        world.press(1, "done")
    sent = world.do(cmd.Transfer(leg, 2, "wrong window"))
    assert kinds(sent)[-2:] == ["transferred", "forwarded"]
    acts = [(act.act, act.reason, act.leg, act.window) for act in world.state.acts]
    assert acts == [
        ("hold", "a form", leg, None),
        ("back", "form is there", leg, None),
        ("transfer", "wrong window", leg, 2),
    ]
    told = world.hall.explain(world.state.last_leg, world.now).acts
    assert [act.act for act in told] == ["hold", "back", "transfer"]


def test_a_missed_leg_is_brought_back_once():
    world = World()
    leg = world.called()
    assert world.why(cmd.BringBack(leg, "here")) == "NOT_MISSED"
    world.press(1, "noshow", again=True)
    world.do(cmd.BringBack(leg, "here"))
    world.press(1, "next")
    world.press(1, "noshow", again=True)
    assert world.why(cmd.BringBack(leg, "here again")) == "RETURN_LATE"


def test_windows_are_opened_paused_and_closed_and_nobody_at_them_is_disturbed():
    world = World()
    set_to = {name: cmd.SetWindow(1, name, "ill") for name in ("open", "paused", "closed")}
    assert world.why(set_to["paused"]) == "WINDOW_CLOSED"
    assert world.do(set_to["closed"]) == []
    assert kinds(world.do(set_to["open"])) == ["managed", "window_opened"]
    assert world.do(set_to["open"]) == []
    assert kinds(world.do(set_to["closed"])) == ["managed", "window_closed"]
    world.do(set_to["open"])
    assert kinds(world.do(set_to["paused"])) == ["managed", "window_paused"]
    assert world.do(set_to["paused"]) == []
    assert kinds(world.do(set_to["closed"])) == ["managed", "window_closed"]
    world.called()
    assert world.why(set_to["closed"]) == "WINDOW_BUSY"
    assert kinds(world.do(set_to["paused"])) == ["managed", "pause_asked"]
    assert world.do(set_to["paused"]) == []
    assert kinds(world.do(set_to["open"])) == ["managed", "pause_asked"]
    assert not world.state.window(1).pausing
    assert [act.act for act in world.state.acts] == [
        "open", "close", "open", "pause", "close", "pause", "open",
    ]  # fmt: skip


def test_a_manager_ends_the_day_early_with_a_reason():
    world = World()
    held = world.serving()
    world.press(1, "transfer", long=True)
    called = world.called(2)
    assert world.why(cmd.CloseDay(" ")) == "NEED_REASON"
    ends = ["managed", "unserved", "no_show", "day_closed"]
    assert kinds(world.do(cmd.CloseDay("power cut"))) == ends
    assert world.state.acts[-1].reason == "power cut"
    assert world.why(cmd.CloseDay("again")) == "DAY_CLOSED"
    for act in (cmd.SetWindow(1, "open", "x"), cmd.SetAside(called, "x")):
        assert world.why(act) in ("DAY_CLOSED", "NOT_SERVING")
    world.do(cmd.OpenDay("2019-05-28"))
    assert world.state.acts == [] and held not in world.hall.legs


def test_who_is_served_beyond_the_days_end_is_not_sent_on_any_more():
    world = World()
    leg = world.serving()
    world.do(cmd.CloseDay())
    assert world.why(cmd.SetAside(leg, "x")) == "DAY_CLOSED"
    assert world.why(cmd.Transfer(leg, 2, "x")) == "DAY_CLOSED"


@pytest.mark.parametrize(
    "act",
    [
        cmd.SetAside,
        lambda leg, reason: cmd.Transfer(leg, 1, reason),
        lambda leg, reason: cmd.SetWindow(1, "paused", reason),
    ],
)
def test_each_act_needs_a_reason_and_its_subject(act):
    world = World()
    leg = world.serving()
    assert world.why(act(leg, "\t")) == "NEED_REASON"
    assert world.why(cmd.SetWindow(99, "open", "why")) == "NO_SUCH_WINDOW"
    assert world.why(cmd.BringBack(leg, "why")) == "NOT_MISSED"
    assert world.why(cmd.SetAside(world.take("loan"), "why")) == "NOT_SERVING"


@pytest.mark.parametrize("act", [cmd.Prioritise, cmd.ForceFinish])
def test_an_act_without_a_reason_or_on_the_wrong_leg_is_refused(act):
    world = World()
    serving, waiting = world.serving(), world.take("loan")
    right, wrong = (waiting, serving) if act is cmd.Prioritise else (serving, waiting)
    refused = "NOT_WAITING" if act is cmd.Prioritise else "NOT_SERVING"
    assert world.why(act(right, "  ")) == "NEED_REASON"
    assert world.why(act(wrong, "why")) == refused
    assert world.why(act(99, "why")) == "UNKNOWN_LEG"


def test_a_forced_end_frees_the_window_asks_no_rating_and_keeps_the_reason():
    world = World()
    leg = world.serving()
    assert kinds(world.do(cmd.ForceFinish(leg, "clerk taken ill"))) == ["managed", "finished"]
    assert (world.leg(leg).state, world.leg(leg).forced) == ("DONE", True)
    assert world.leg(leg).rating == "not-asked" and world.log[-1].reason == "clerk taken ill"
    assert world.state.window(1).leg is None


def test_a_leg_left_at_a_window_after_the_close_can_be_forced():
    world = World()
    leg = world.serving()
    world.do(cmd.CloseDay())
    world.do(cmd.ForceFinish(leg, "the day is over"))
    assert world.state.window(1).state == "closed"


def test_the_manager_is_told_once_a_day_and_not_after_its_end():
    world = World()
    alert = cmd.Alert("no-window", "loan")
    assert kinds(world.do(alert)) == ["alerted"]
    assert world.do(alert) == []
    assert world.state.alerts == {"no-window:loan": world.now}
    world.do(cmd.CloseDay())
    assert world.do(cmd.Alert("no-window", "card")) == []


def test_a_service_is_kept_with_the_post_that_gave_it():
    rules = small_rules()
    world = World(Rules(rules.services, rules.windows, rules.policy, posts={1: "a-01"}))
    for window, service, post in ((1, "loan", "a-01"), (3, "grant", None)):
        leg = world.serving(window, service)
        world.press(window, "done")
        assert world.leg(leg).post == post
