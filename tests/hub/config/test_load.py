"""The example hall loads, and each mistake planted in a copy of it is named by file and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hub.config import EXAMPLE, ConfigError, load


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """A copy of the example, to plant mistakes in."""
    for name in ("hall.toml", "services.csv"):
        shutil.copy(EXAMPLE.with_name(name), tmp_path / name)
    return tmp_path / "hall.toml"


def plant(file: Path, right: str, wrong: str) -> None:
    """Replaces the first `right`, which must be there."""
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")


def problems(hall: Path) -> list[str]:
    """The lines of the error; at least one."""
    with pytest.raises(ConfigError) as caught:
        load(hall)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems)
    return lines


WINDOW_4 = 'number = 4\nzone = "floor-1"\ncaller = "caller-04"\npad = "pad-04"\nbar = "bar-04"\n'

# Each: the mistake's name, what it replaces, by what, and how the one line about it begins.
IN_TOML = [
    ("unknown key", 'site = "whu"', 'site = "whu"\nsiet = "x"', "hall.siet: unknown key"),
    ("unknown table", "[posts]", '[pots]\na = "b"\n[posts]', "pots: unknown key; did you mean"),
    ("wrong type", "calls_max = 3", 'calls_max = "3"', "rules.calls_max: must be a whole number"),
    ("bool for number", "calls_max = 3", "calls_max = true", "rules.calls_max: must be a whole"),
    ("fraction", "rating_s = 30", "rating_s = 30.5", "rules.rating_s: must be a whole number"),
    ("range", "calls_max = 3", "calls_max = 11", "rules.calls_max: must be from 1 to 10, not 11"),
    (
        "range of duration",
        "rating_s = 30",
        "rating_s = 4",
        "rules.rating_s: must be from 5 to 600",
    ),
    ("missing key", 'site = "whu"\n', "", "hall.site: missing"),
    ("window without caller", 'caller = "caller-04"\n', "", "window.4.caller: missing"),
    ("device twice", '"pad-04"', '"caller-04"', "window.4.pad: device 'caller-04' is named alr"),
    ("device twice, board", '"pad-04"', '"board-1"', "window.4.pad: device 'board-1' is named"),
    ("id", 'caller = "caller-04"', 'caller = "Caller.4"', "window.4.caller: must be 1 to 32 of"),
    ("site", 'site = "whu"', 'site = "whu hall"', "hall.site: must be 1 to 32 of"),
    (
        "zone",
        WINDOW_4,
        WINDOW_4.replace("floor-1", "attic"),
        "window.4.zone: unknown zone 'attic'",
    ),
    ("department", 'secondary = ["B"]', 'secondary = ["R"]', "window.2.secondary: unknown dep"),
    ("service", '"household-proof"', '"cake"', "window.9.transfer_service: unknown service 'cak"),
    ("not served", '"household-proof"', '"seal"', "window.9.transfer_service: window 9 does not"),
    ("post", '20 = "u-01"', '21 = "u-01"', "posts.21: unknown window 21"),
    ("post name", '20 = "u-01"', '20 = "王老师"', "posts.20: must be 1 to 32 of"),
    ("no voice", "voice = true", "voice = false", "zone.floor-1: has no voice"),
    ("time", 'opens = "08:00"', 'opens = "8 am"', "session.1.opens: must be a time of day"),
    ("hours", 'closes = "12:00"', 'closes = "07:00"', "session.1.closes: must be later than op"),
    ("overlap", 'opens = "14:30"', 'opens = "11:59"', "session.2: overlaps session.1 (summer"),
    ("weekday", '"mon", "tue"', '"mon", "mo"', "session.1.days: must be one of mon"),
    ("season", 'season = "summer"', 'season = "spring"', "session.1.season: unknown season"),
    ("season gap", 'last = "09-30"', 'last = "09-29"', "season: 09-30 is in no season"),
    ("seasons overlap", 'last = "09-30"', 'last = "10-01"', "season.winter: 10-01 is in summer "),
    ("date", '2026-10-01 = "closed"', '2026-10-32 = "closed"', "special_days.2026-10-32: must"),
    ("day", '2026-10-01 = "closed"', '2026-10-01 = "open"', "special_days.2026-10-01: must be c"),
    ("time zone", '"Asia/Shanghai"', '"Asia/Wuhan"', "hall.time_zone: is no known time zone"),
    ("url", '"http://127', '"127', "campus.url: must begin with http"),
    ("open line", "127.0.0.1:8070", "campus.example", "campus.url: must begin with https://"),
    ("numbers", "[rules]", "[rules]\nonline_last = 800", "rules.online_last: must be below"),
    ("panel", 'panel = "128x32"', 'panel = "big"', "board.board-1.panel: must be one of"),
    ("no table", '"services.csv"', '"services.xls"', "hall.services: cannot be read"),
    ("syntax", "[hall]", "[hall", "syntax: is not valid TOML"),
]


@pytest.mark.parametrize(
    ("right", "wrong", "line"), [row[1:] for row in IN_TOML], ids=[row[0] for row in IN_TOML]
)
def test_a_mistake_in_the_hall_is_named(hall: Path, right: str, wrong: str, line: str) -> None:
    plant(hall, right, wrong)
    (found,) = problems(hall)  # one mistake, one line
    assert found.startswith(f"hall.toml: {line}")


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("U,seal,", "U,Seal!,", "line 61.id: must be 1 to 32 of"),
        ("U,seal,", "R,seal,", "line 61.department: unknown department 'R'"),
        ("U,seal,", "K,seal,", "line 61.department: must be one letter that seven segments"),
        (",6,困难", ",six,困难", "line 2.mean_min: must be a whole number"),
        (",6,困难", ",0,困难", "line 2.mean_min: must be from 1 to 240"),
        (",required,", ",maybe,", "line 2.card: must be one of required, optional"),
        (",required,19,L", ",required,91,L", "line 38.windows: unknown window 91"),
        (",required,19,L", ",required,19,R", "line 38.partners: unknown department 'R'"),
        ("A,student-loan", "A,hardship-status", "id hardship-status: stands twice"),
        (",required,,\n", ",required,\n", "line 2: must have as many cells"),
        ("card,windows", "karte,windows", "karte: unknown column"),
        ("家庭情况证明", "家庭情况证明" * 5, "line 2.bring_zh: too long in all"),
    ],
)
def test_a_mistake_in_the_table_of_services_is_named(
    hall: Path, right: str, wrong: str, line: str
) -> None:
    plant(hall.with_name("services.csv"), right, wrong)
    found = problems(hall)
    assert [text for text in found if text.startswith(f"services.csv: {line}")], found


def test_a_missing_table_is_named(hall: Path) -> None:
    hall.write_text("[rules]\n", encoding="utf-8")
    found = problems(hall)
    assert "hall.toml: hall: missing; write [hall]" in found
    assert "hall.toml: window: at least one is needed, written [[window]]" in found


def test_a_window_named_twice_is_named(hall: Path) -> None:
    plant(hall, "number = 4\n", "number = 5\n")
    assert "hall.toml: window.5: stands 2 times; keep one" in problems(hall)


def test_a_board_named_twice_is_named(hall: Path) -> None:
    plant(hall, 'id = "board-2"', 'id = "board-1"')
    assert "hall.toml: board.board-1.id: device 'board-1' is named twice" in problems(hall)


def test_a_letter_without_a_seven_segment_form_is_named(hall: Path) -> None:
    plant(hall, 'letter = "A"', 'letter = "K"')
    assert any(
        line.startswith("hall.toml: department.K.letter: must be one letter that seven segments")
        for line in problems(hall)
    )


def test_two_voices_in_a_zone_are_named(hall: Path) -> None:
    plant(
        hall, "[[board]]", '[[board]]\nid = "board-9"\nzone = "floor-1"\nvoice = true\n\n[[board]]'
    )
    (line,) = problems(hall)
    assert line.startswith("hall.toml: zone.floor-1: has 2 voices (board-9, board-1)")


def test_a_service_without_a_window_is_named(hall: Path) -> None:
    plant(hall, 'primary = ["U"]', 'primary = ["P"]')
    found = [line for line in problems(hall) if line.startswith("services.csv: ")]
    assert found[0].startswith("services.csv: line 61.windows: service 'seal' has no window")
    assert len(found) == 2


def test_a_menu_above_the_wire_limit_is_named(hall: Path) -> None:
    row = "A,{},家庭情况认定,Long name,资助,Aid,5,身份证;贷款合同,required,,\n"
    services = hall.with_name("services.csv")
    with services.open("a", encoding="utf-8") as file:
        file.writelines(row.format(f"more-{n}") for n in range(3))
    (line,) = problems(hall)
    assert line.startswith("hall.toml: department.A: its menu does not fit one message")


def test_all_mistakes_are_shown_at_once(hall: Path) -> None:
    plant(hall, "calls_max = 3", "calls_max = 11")
    plant(hall, 'site = "whu"', 'site = "WHU"')
    plant(hall.with_name("services.csv"), "U,seal,", "U,Seal!,")
    found = problems(hall)
    assert [line.split(": ")[1] for line in found] == [
        "hall.site",
        "rules.calls_max",
        "line 61.id",
        "window.20.transfer_service",
    ]


def test_a_file_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    (line,) = problems(tmp_path / "none.toml")
    assert line.startswith("none.toml: file: cannot be read")


def test_the_example_hall_loads(hall: Path) -> None:
    config = load(hall)
    assert (len(config.departments), len(config.services), len(config.windows)) == (12, 61, 20)
