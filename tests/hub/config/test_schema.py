"""The schema, the records, the driver's letters and the page of keys say the same."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

import drivers.tm1637
from hub.config import keys, model
from hub.config.document import render
from hub.config.schema import TABLES
from protocol import machine
from protocol.fields import rows

PAGE = Path(__file__).parents[3] / "docs" / "hall.md"
RECORDS = {
    "hall": model.Hall,
    "campus": model.Campus,
    "season": model.Season,
    "session": model.Session,
    "department": model.Department,
    "zone": model.Zone,
    "board": model.Board,
    "window": model.Window,
    "ticket_machine": model.TicketMachine,
    "rules": model.Policy,
    "services": model.Service,
}


@pytest.mark.parametrize("table", [t for t in TABLES if t.keys], ids=lambda table: table.name)
def test_each_key_is_a_field_of_its_record(table: keys.Table) -> None:
    fields = [field.name for field in dataclasses.fields(RECORDS[table.name])]
    assert [key.attribute for key in table.keys] == fields


def test_no_key_is_ignored() -> None:
    hub = PAGE.parents[1] / "hub"
    files = [path for path in hub.rglob("*.py") if not path.name.startswith(("schema", "model"))]
    # As an attribute: what only has the same name is written without the dot, or called.
    read = set(re.findall(r"\.(\w+)\b(?!\()", "\n".join(map(Path.read_text, files))))
    unread = [
        f"{t.name}.{key.name}" for t in TABLES for key in t.keys if key.attribute not in read
    ]
    assert unread == []


def test_each_default_is_within_its_range() -> None:
    for table in TABLES:
        for key in table.keys:
            assert key.kind in keys.KINDS
            if key.default is not keys.REQUIRED:
                default = list(key.default) if isinstance(key.default, tuple) else key.default
                keys.parse(key, default)


def test_each_text_fits_the_message_that_carries_it() -> None:
    longest = {key.name: key.high for t in TABLES if t.name == "services" for key in t.keys}
    wire = {name: type_ for name, type_, _ in rows(machine.MenuService)}
    for column, field in (
        ("zh", "zh"),
        ("en", "en"),
        ("category_zh", "cat_zh"),
        ("category_en", "cat_en"),
        ("bring_zh", "bring"),
    ):
        assert longest[column] == wire[field].most, column


def test_each_allowed_letter_has_a_form_on_the_caller() -> None:
    no_form = drivers.tm1637.segments("K")[0]
    shown = {letter: drivers.tm1637.segments(letter)[0] for letter in keys.LETTERS}
    assert no_form not in shown.values()
    digits = {drivers.tm1637.segments(digit)[0] for digit in "0123456789"}
    assert not digits & set(shown.values())


def test_the_page_of_keys_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), (
        "run: python -m hub.config.document docs/hall.md"
    )
