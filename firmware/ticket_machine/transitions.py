"""The tables of the ticket machine: its screens, what each touch does there, and for how long."""

from ticket_machine import pages
from ticket_machine import panel_project as panel

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

# screen: (page, how it is drawn, what its timer is, method when that is over)
SCREENS = {
    "connecting": (panel.NOTICE, pages.notice, "connecting", "_pause"),
    "closed": (panel.NOTICE, pages.notice, None, None),
    "no-paper": (panel.NOTICE, pages.notice, None, None),
    "home": (panel.HOME, pages.home, None, None),
    "identify": (panel.IDENTIFY, pages.identify, "idle", "_ask_there"),
    "digits": (panel.DIGITS, pages.digits, "idle", "_ask_there"),
    "bookings": (panel.LIST, pages.choice, "idle", "_ask_there"),
    "departments": (panel.LIST, pages.choice, "idle", "_ask_there"),
    "categories": (panel.LIST, pages.choice, "idle", "_ask_there"),
    "services": (panel.LIST, pages.choice, "idle", "_ask_there"),
    "quote": (panel.QUOTE, pages.quote, "idle", "_ask_there"),
    "there": (panel.NOTICE, pages.there, "wipe", "_rest"),
    "waiting": (panel.NOTICE, pages.notice, "answer", "_no_answer"),
    "reserving": (panel.NOTICE, pages.notice, "reserve", "_no_answer"),
    "printing": (panel.NOTICE, pages.notice, None, None),
    "refused": (panel.NOTICE, pages.refused, "idle", "_rest"),
    "done": (panel.DONE, pages.done, "done", "_rest"),
}

# (screen, slot): method; "item" is any slot of a list or pad, and passes what is behind it.
TOUCH = {
    ("home", 1): "_come_booked",
    ("home", 2): "_come_walk_in",
    ("identify", 2): "_type_code",
    ("identify", 3): "_without_card",
    ("identify", panel.BACK): "_rest",
    ("digits", "item"): "_digit",
    ("digits", panel.BACK): "_identify",
    ("bookings", "item"): "_pick_booking",
    ("bookings", panel.BACK): "_rest",
    ("departments", "item"): "_pick_department",
    ("departments", panel.BACK): "_rest",
    ("categories", "item"): "_pick_category",
    ("categories", panel.BACK): "_departments",
    ("services", "item"): "_choose",
    ("services", panel.BACK): "_back_to_categories",
    ("quote", 1): "_take",
    ("quote", panel.BACK): "_back_from_quote",
    ("there", 1): "_resume",
    ("there", panel.BACK): "_rest",
    ("refused", panel.BACK): "_rest",
    ("done", 1): "_rest",
}

# Where a card begins a session or completes it.
CARD_SCREENS = ("home", "done", "refused", "identify", "digits")
# Nobody is at the machine.
REST_SCREENS = ("connecting", "closed", "no-paper", "home")
# A number is being made: a lost link or printer must not cut this short.
ISSUING_SCREENS = ("reserving", "printing", "done")

ANSWERS = {"identify": "_identified", "quote": "_quoted", "reserve": "_reserved"}
