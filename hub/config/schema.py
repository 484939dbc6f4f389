"""Every table and key of a hall's files, declared once: type, default, range and meaning."""

from __future__ import annotations

from hub.config.keys import Key, Table
from hub.config.schema_rules import RULES

# Lengths of texts are those of the messages that carry them (protocol/machine.py).
HALL = Table(
    "hall",
    "The hall itself.",
    (
        Key("site", "id", "the hall's name in every topic"),
        Key("time_zone", "time-zone", "the hall's local time, which fixes the business day"),
        Key("zh", "text", "name on paper and panels", high=20),
        Key("en", "text", "name in English", high=48),
        Key("feedback", "text", "feedback line at the foot of every paper", "", high=48),
        Key("services", "text", "the table of services, a CSV file beside this one"),
    ),
)

CAMPUS = Table(
    "campus",
    "The campus server; without a url the hall runs without bookings. Files: in the data folder.",
    (
        Key("url", "url", "its address", ""),
        Key("token_file", "text", "the bearer token for it", "campus.token"),
        Key("key_file", "text", "campus key K, which finds bookings by holder", "campus.key"),
        Key("day_key_file", "text", "day key D, made and deleted by the hub", "day.key"),
        Key("poll_s", "duration", "between two pulls of bookings", 15, 1, 3600),
        Key("timeout_s", "duration", "a request without an answer has failed", 10, 1, 120),
        Key("page", "int", "bookings asked for in one request", 200, 1, 1000),
    ),
)

SEASON = Table(
    "season",
    "A part of the year with its own hours; together they cover each day of the year once.",
    (
        Key("id", "id", "its name, for the sessions"),
        Key("first", "month-day", "first day, as 05-01"),
        Key("last", "month-day", "last day; before `first`: in the next year"),
    ),
    many=True,
)

SESSION = Table(
    "session",
    "Hours in which windows serve; what lies between two sessions of a day is a break.",
    (
        Key("season", "id", "the season it belongs to"),
        Key("days", "days", "weekdays: mon … sun"),
        Key("opens", "time", "local time, as 08:00"),
        Key("closes", "time", "local time, at most 24:00"),
    ),
    many=True,
)

SPECIAL_DAYS = Table(
    "special_days",
    "Dates that run otherwise: 2026-10-01 = closed, or the weekday whose hours hold that day.",
    (),
)

DEPARTMENT = Table(
    "department",
    "A department: one letter, one page of the ticket machine's menu.",
    (
        Key("letter", "letter", "first character of its tickets"),
        Key("id", "id", "its name in figures and logs"),
        Key("zh", "text", "name", high=12),
        Key("en", "text", "name in English", high=32),
        Key("floor", "int", "where its windows are", low=-9, high=99),
    ),
    many=True,
)

ZONE = Table(
    "zone",
    "A part of the hall in which one voice is heard.",
    (
        Key("id", "id", "its name"),
        Key("floor", "int", "the floor it is on", low=-9, high=99),
        Key("zh", "text", "name", high=12),
        Key("en", "text", "name in English", high=32),
    ),
    many=True,
)

BOARD = Table(
    "board",
    "A zone board: shows the last calls; one board of each zone has the voice module.",
    (
        Key("id", "id", "device id"),
        Key("zone", "id", "the zone it hangs in"),
        Key("panel", "panel", "64x16 or 128x32", "128x32"),
        Key("voice", "bool", "has the zone's voice module", False),
    ),
    many=True,
)

WINDOW = Table(
    "window",
    "A service window and its devices.",
    (
        Key("number", "int", "the number over the window", low=1, high=99),
        Key("zone", "id", "the zone that hears its calls"),
        Key("caller", "id", "device id of its caller"),
        Key("pad", "id", "device id of its rating pad", ""),
        Key("bar", "id", "device id of its window bar", ""),
        Key("primary", "letters", "departments it serves first", ()),
        Key("secondary", "letters", "departments it helps out", ()),
        Key("transfer_service", "id", "what a leg transferred here becomes"),
    ),
    many=True,
)

TICKET_MACHINE = Table(
    "ticket_machine",
    "A ticket machine.",
    (
        Key("id", "id", "device id"),
        Key("zone", "id", "where it stands"),
        Key("departments", "letters", "departments it offers; none named: all", ()),
    ),
    many=True,
)

POSTS = Table(
    "posts",
    "The roster: window number = post code of who sits there (no name); none: an empty seat.",
    (),
)

SERVICES = Table(
    "services",
    "One row a service. Lists in a cell are parted by ';'.",
    (
        Key("department", "letter", "letter of its department"),
        Key("id", "id", "its name in messages, bookings and figures"),
        Key("zh", "text", "name", high=16),
        Key("en", "text", "name in English", high=32),
        Key("category_zh", "text", "group on the menu", high=8),
        Key("category_en", "text", "group in English", high=20),
        Key("mean_min", "duration", "minutes one visitor takes", low=1, high=240, scales=True),
        Key("bring_zh", "texts", "what the visitor must have ready", (), high=32),
        Key("card", "card", "required, or optional: may be taken without a card"),
        Key("windows", "ints", "its own windows instead of its department's", (), 1, 99),
        Key("partners", "letters", "departments that share it (joint service)", ()),
    ),
    many=True,
    csv=True,
)

TABLES = (
    HALL,
    CAMPUS,
    SEASON,
    SESSION,
    SPECIAL_DAYS,
    DEPARTMENT,
    ZONE,
    BOARD,
    WINDOW,
    TICKET_MACHINE,
    POSTS,
    RULES,
    SERVICES,
)
