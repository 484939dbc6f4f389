"""Estimates against the waits that came, on days that the estimator has not seen.

`python tests/proof/estimates.py --json`: the days before a held-out day are in a journal; the
figures are learned from it alone, the day is played, and its promises are compared with its waits.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hub.core import Hall
from hub.history import learn
from hub.log.journal import Entry, Journal
from proof.hall_day import Day, Ticket, make_city

FIRST_DAY = dt.date(2026, 3, 2)
DEPARTMENT_MIN = 200
RELEARN_DAYS = 5


def working_days(count: int) -> list[dt.date]:
    """Mondays to Thursdays, whose hours are alike, from the first day on."""
    days = (FIRST_DAY + dt.timedelta(days=n) for n in range(count * 3))
    return [day for day in days if day.weekday() < 4][:count]


class Played(NamedTuple):
    """All days: the held-out ones' tickets with promise and wait, the hall, and each overtake."""

    tickets: list[Ticket]
    hall: Hall
    overtakes_ms: list[int]

    def order(self) -> dict[str, Any]:
        """The bound of rule 6, measured at every call: minutes."""
        policy = self.hall.rules.policy
        return {
            "calls": len(self.overtakes_ms),
            "breaches": self.hall.state.breaches,
            "worst_overtake": round(max(self.overtakes_ms) / 60_000, 2),
            "bound": policy.overtake_max_ms / 60_000,
        }


def prove(held_out: int, earlier: int, seed: int) -> Played:
    """Play the days."""
    city = make_city(seed)
    tickets: list[Ticket] = []
    overtakes_ms: list[int] = []
    hall = Hall(city.rules)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.sqlite")
        for number, date in enumerate(working_days(earlier + held_out)):
            if number >= earlier and (number - earlier) % RELEARN_DAYS == 0:
                figures = learn(journal.events, city.rules)
                hall.rules = replace(city.rules, figures=figures)
            day = Day(city, hall, date, seed, promise=number >= earlier).run()
            journal.append([Entry(date.isoformat(), day.now, day.log)])
            tickets += day.tickets.values()
            overtakes_ms += day.overtakes_ms
        journal.close()
    return Played(tickets, hall, overtakes_ms)


def coverage(tickets: Sequence[Ticket]) -> float:
    """Of waits promised to be at most P90, how many were; one that never ended was not."""
    kept = 0
    for ticket in tickets:
        assert ticket.quote.p90_s is not None
        kept += ticket.wait_s is not None and ticket.wait_s <= ticket.quote.p90_s
    return kept / len(tickets)


def error_min(tickets: Sequence[Ticket], name: str | None = None) -> float:
    """Mean absolute error in minutes, of P50 or of a simpler rule; over those who were called."""
    errors = []
    for ticket in tickets:
        if ticket.wait_s is not None:
            assert ticket.quote.p50_s is not None
            said = ticket.quote.p50_s if name is None else ticket.baselines[name]
            errors.append(abs(said - ticket.wait_s) / 60)
    return sum(errors) / len(errors)


def report(tickets: Sequence[Ticket], days: int) -> dict[str, Any]:
    """The figures of a proof."""
    known = [ticket for ticket in tickets if ticket.quote.p90_s is not None]
    # A promise on which the day closed before it could be broken says nothing.
    judged = [t for t in known if t.wait_s is not None or t.until_close_s > (t.quote.p90_s or 0)]
    letters = sorted({ticket.letter for ticket in judged})
    of = {letter: [t for t in judged if t.letter == letter] for letter in letters}
    waits = [t.wait_s for t in judged if t.wait_s is not None]
    return {
        "days": days,
        "tickets": len(judged),
        "unknown": len(tickets) - len(known),
        "undecided": len(known) - len(judged),
        "unserved": sum(ticket.wait_s is None for ticket in tickets),
        "mean_wait": round(sum(waits) / len(waits) / 60, 2),
        "p90_coverage": round(coverage(judged), 4),
        "p90_coverage_peak": round(coverage([t for t in judged if t.peak]), 4),
        "p90_coverage_department": {
            letter: round(coverage(legs), 4)
            for letter, legs in of.items()
            if len(legs) >= DEPARTMENT_MIN
        },
        "p50_coverage": round(
            sum(t.wait_s is not None and t.wait_s <= (t.quote.p50_s or 0) for t in judged)
            / len(judged),
            4,
        ),
        "p50_mae": round(error_min(judged), 3),
        "baseline_mae": {name: round(error_min(judged, name), 3) for name in judged[0].baselines},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the proof; the exit code says whether every target was met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--days", type=int, default=20, help="held-out days")
    parser.add_argument("--earlier", type=int, default=10, help="days to learn from before")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    played = prove(options.days, options.earlier, options.seed)
    figures = report(played.tickets, options.days) | played.order()
    print(json.dumps(figures, indent=None if options.json else 2))
    return 0 if meets(figures) else 1


def meets(figures: dict[str, Any]) -> bool:
    """Whether the targets hold: coverage overall, at peaks, by department; error below all."""
    parts = [figures["p90_coverage_peak"], *figures["p90_coverage_department"].values()]
    return (
        figures["breaches"] == 0
        and figures["worst_overtake"] <= figures["bound"]
        and 0.87 <= figures["p90_coverage"] <= 0.93
        and all(0.80 <= part <= 0.97 for part in parts)
        and all(figures["p50_mae"] < error for error in figures["baseline_mae"].values())
    )


if __name__ == "__main__":
    sys.exit(main())
