"""The tables of the ticket machine: its screens, what each touch does there, and for how long."""

# How long a screen stays by itself; "idle", "done" and "wipe" come with the MachineWant.
SPANS_MS = {
    # Longer than a broker's restart; then the visitor is sent to the desk.
    "connecting": 10_000,
    # A hub that does not answer within this is gone; its commits take a few ms.
    "answer": 5_000,
    # The hub makes an unanswered reservation print_unsure after 20 s: give up well before that.
    "reserve": 15_000,
}
# 出号成功 stays for this part of the idle time, unless somebody touches.
DONE_PART = 3
CODE_MIN = 4

# Two strings and no dicts of tuples: as objects they took three times the heap.

# screen     page     drawn by  timer      when that is over
_SCREENS = """
connecting   notice   notice    connecting _pause
closed       notice   notice    -          -
no-paper     notice   notice    -          -
home         home     home      -          -
identify     identify identify  idle       _ask_there
digits       digits   digits    idle       _ask_there
bookings     list     choice    idle       _ask_there
departments  list     choice    idle       _ask_there
categories   list     choice    idle       _ask_there
services     list     choice    idle       _ask_there
quote        quote    quote     idle       _ask_there
there        notice   there     wipe       _rest
waiting      notice   notice    answer     _no_answer
reserving    notice   notice    reserve    _no_answer
printing     notice   notice    -          -
refused      notice   refused   idle       _rest
done         done     done      done       _rest
"""

# screen and slot → method; "item" is any slot of a list or pad, and passes what is behind it.
_TOUCH = """
home 1 _come_booked
home 2 _come_walk_in
identify 2 _type_code
identify 3 _without_card
identify back _rest
digits item _digit
digits back _identify
bookings item _pick_booking
bookings back _rest
departments item _pick_department
departments back _rest
categories item _pick_category
categories back _departments
services item _pick_service
services back _back_to_categories
quote 1 _take
quote back _back_from_quote
there 1 _resume
there back _rest
refused back _rest
done 1 _rest
"""

# Where a card begins a session or completes it.
CARD_SCREENS = ("home", "done", "refused", "identify", "digits")
# Nobody is at the machine.
REST_SCREENS = ("connecting", "closed", "no-paper", "home")
# A number is being made: a lost link or printer must not cut this short.
ISSUING_SCREENS = ("reserving", "printing", "done")

ANSWERS = {"identify": "_identified", "quote": "_quoted", "reserve": "_reserved"}


def screen(name: str) -> list:
    """[name, page, how it is drawn, timer, method when that is over]; "-" is nothing."""
    return _row(_SCREENS, name)


def touched(name: str, slot):
    """The method for a touch of `slot` (a number, "item" or "back") on a screen, or None."""
    row = _row(_TOUCH, "%s %s" % (name, slot))
    return row[2] if row else None


def rows() -> list:
    """All screens and all touches, split."""
    return [[line.split() for line in t.strip().split("\n")] for t in (_SCREENS, _TOUCH)]


def _row(table, key):
    start = table.find("\n%s " % key) + 1
    return table[start : table.find("\n", start)].split() if start else None
