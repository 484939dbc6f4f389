"""Loads a hall: TOML and CSV in, a checked HallConfig or one ConfigError out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hub.config.crosscheck import CrossCheck, check_unique
from hub.config.errors import Problems
from hub.config.hall import HallConfig
from hub.config.model import (
    Board,
    Campus,
    Department,
    Hall,
    Policy,
    Season,
    Service,
    Session,
    TicketMachine,
    Window,
    Zone,
)
from hub.config.reader import Reader
from hub.config.schema import TABLES

EXAMPLE = Path(__file__).parent.parent / "example" / "hall.toml"


def load(path: Path | str) -> HallConfig:
    """Reads and checks a hall's file; raises ConfigError naming file and key of every problem."""
    path = Path(path)
    problems = Problems()
    values = Reader(path, problems).read()
    if not all(values[table.name] for table in TABLES if table.many):
        problems.raise_if_any()  # every reference into the missing table would be a problem too
    rows = {row["id"]: row.pop("_where") for row in values["services"]}
    _unique(problems, path.name, values)
    config = _build(path, values)
    check = CrossCheck(config, problems, rows)
    check.run()
    problems.raise_if_any()
    check.menus()
    problems.raise_if_any()
    return config


def _unique(problems: Problems, file: str, values: dict[str, Any]) -> None:
    """Names that key a mapping: a second one would replace the first without a word."""
    for table, key in (("department", "letter"), ("zone", "id"), ("window", "number")):
        check_unique(problems, file, table, [row[key] for row in values[table]])
    # Boards and ticket machines are devices: named twice among them is said here, beside
    # windows' devices by the cross-check.
    for table in ("board", "ticket_machine"):
        for name in _twice(values[table]):
            problems.add(file, f"{table}.{name}.id", f"device {name!r} is named twice")
    for name in _twice(values["services"]):
        problems.add(values["hall"]["services"], f"id {name}", "stands twice; keep one")


def _twice(rows: list[dict[str, Any]]) -> list[str]:
    names = [row["id"] for row in rows]
    return sorted({name for name in names if name and names.count(name) > 1})


def _build(path: Path, values: dict[str, Any]) -> HallConfig:
    def keyed(table: str, cls: Any, key: str) -> dict[Any, Any]:
        return {row[key]: cls(**row) for row in values[table]}

    return HallConfig(
        path=path,
        hall=Hall(**values["hall"]),
        campus=Campus(**values["campus"]),
        seasons=tuple(Season(**row) for row in values["season"]),
        sessions=tuple(Session(**row) for row in values["session"]),
        special_days=values["special_days"],
        departments=keyed("department", Department, "letter"),
        services=keyed("services", Service, "id"),
        zones=keyed("zone", Zone, "id"),
        boards=keyed("board", Board, "id"),
        windows=keyed("window", Window, "number"),
        ticket_machines=keyed("ticket_machine", TicketMachine, "id"),
        posts=values["posts"],
        policy=Policy(**values["rules"]),
    )
