"""The numbers of the queue's rules, each a key of `[rules]` with its default and range."""

from __future__ import annotations

from hub.config.keys import Key, Table


def _duration(name: str, default: int, low: int, high: int, doc: str) -> Key:
    """A duration that belongs to people or rules: the demo's speed divides it."""
    return Key(name, "duration", doc, default, low, high, scales=True)


def _real(name: str, default: int, low: int, high: int, doc: str) -> Key:
    """A duration that networks, flash or UARTs take: the demo's speed leaves it alone."""
    return Key(name, "duration", doc, default, low, high)


def _count(name: str, default: int, low: int, high: int, doc: str) -> Key:
    return Key(name, "int", doc, default, low, high)


RULES = Table(
    "rules",
    "Numbers of the queue's rules. A key that is left out has its default.",
    (
        # Numbers on tickets: online from 001, offline from the machines' leased blocks.
        _count("online_last", 700, 1, 998, "last online number before `online_resume`"),
        _count("offline_first", 701, 2, 999, "first number leased to ticket machines"),
        _count("offline_last", 999, 2, 999, "last number leased to ticket machines"),
        _count("online_resume", 1001, 1000, 9000, "online numbers go on here"),
        _count("offline_block", 20, 1, 200, "numbers in one lease (machine, department, day)"),
        _count("offline_renew_at", 8, 1, 199, "numbers left when the next lease is asked for"),
        # Issue.
        _real("print_timeout_s", 20, 5, 600, "RESERVED without an answer becomes print_unsure"),
        # Order.
        _duration("credit_booked_min", 15, 0, 240, "credit of a booked visitor"),
        _duration("credit_priority_min", 20, 0, 240, "credit of 优先"),
        # Booked window, against the slot's start.
        _duration("booking_early_min", 30, 0, 240, "check-in opens this long before the slot"),
        _duration("booking_credit_min", 15, 0, 240, "the credit stands up to this long after it"),
        _duration("booking_walk_in_min", 60, 0, 480, "a walk-in up to this long after it"),
        _duration("booking_call_early_min", 5, 0, 240, "callable this long before the slot"),
        # Windows and keys.
        _duration(
            "secondary_after_min", 20, 0, 240, "T: a secondary that waited so long is equal"
        ),
        _duration("next_lock_s", 8, 0, 60, "下一位 in CALLED is refused this long"),
        _duration("confirm_s", 3, 1, 30, "a second press counts as confirmation this long"),
        _duration("choose_s", 5, 2, 60, "a transfer's target is given up after this long"),
        _duration("start_after_s", 45, 5, 600, "START by the hub after the last announcement"),
        _duration("noshow_serving_min", 10, 0, 60, "过号 of an implicit start: up to this long"),
        _duration("hold_min", 10, 1, 120, "a long 转移 holds for this long"),
        _real("press_stale_s", 10, 2, 120, "an older press is refused"),
        # Recall and no-show.
        _duration("recall_gap_s", 8, 0, 120, "between two calls of one leg"),
        _count("calls_max", 3, 1, 10, "calls in all, then 过号 blinks"),
        _count("noshow_free_calls", 2, 1, 10, "过号 before this call needs a second press"),
        _duration("return_within_min", 60, 0, 480, "a missed leg may return this long"),
        _count("return_behind", 3, 1, 20, "it returns behind this many waiting legs"),
        # The day.
        _duration("issue_before_min", 30, 0, 240, "numbers are given this long before opening"),
        _duration("post_open_min", 10, 1, 240, "a rostered window not open by then: an alert"),
        _duration("close_after_min", 60, 0, 300, "DAY_CLOSE this long after the last session"),
        # Calls and rating.
        _count(
            "speak_times",
            2,
            1,
            3,
            "times a call is spoken while nobody waits behind it; else once",
        ),
        _real("speak_timeout_s", 30, 5, 300, "a call not acknowledged as spoken is given up"),
        _count("board_calls", 6, 1, 12, "last calls kept for a zone board"),
        _duration("rating_s", 30, 5, 600, "the rating pad waits this long for a key"),
        # Ticket machine and liveness.
        _duration("idle_s", 20, 5, 300, "an idle screen asks 还在吗?"),
        _duration("wipe_s", 10, 3, 120, "then the session is wiped"),
        _real("silent_lost_s", 150, 90, 3600, "no word for so long: lost (each says one in 60 s)"),
    ),
)
