"""Mistakes planted in the production code while a proof runs, each of which must be found.

A mutation replaces text in the source of one or more functions and gives them the code that this
compiles to, until the `with` ends. Text that is no longer there is an error: the mutation must
follow the code.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from hub.core import acts, day, fold, fold_lease, issue, keys, lease, merge, order, rating
from hub.service import Service


class Edit(NamedTuple):
    """Text of a function's source, and what stands there instead."""

    function: Callable[..., Any]
    old: str
    new: str


class Mutation(NamedTuple):
    """A mistake by its name, and the invariant that the exploration must find broken.

    None: it is no mistake of the core's, and the test of the service must find it.
    """

    name: str
    edits: tuple[Edit, ...]
    breaks: str | None = None


# Tests of the core's own guard in the fold are taken away too where it would hide the mistake.
MUTATIONS = (
    Mutation(
        "dedupe off",
        (Edit(Service._known_answer, "return self.journal.answer_of(*name)", "return None"),),
    ),
    Mutation(
        "stale version accepted",
        (Edit(keys.press, " or p.ver != window.ver", ""),),
        "a stale press is refused",
    ),
    Mutation(
        "credits summed",
        (
            Edit(
                issue._booked_terms,
                "max(policy.credit_booked_ms, credit_ms)",
                "policy.credit_booked_ms + credit_ms",
            ),
        ),
        "the largest credit, never a sum",
    ),
    Mutation(
        "number reused after VOID",
        (
            Edit(
                issue._next_number,
                "m.state.numbers.get(letter, 0) + 1",
                "1 + sum(g.ticket[0] == letter and g.state != 'VOID'"
                " for g in m.state.legs.values())",
            ),
            Edit(fold._check_reserved, "event.number <=", "event.number < 0 *"),
        ),
        "a number is given once a day",
    ),
    Mutation(
        "lease given twice",
        (
            Edit(lease.ask, "held.last for held", "held.last for held in [] for held"),
            Edit(fold_lease._leased, "if any(held.last", "if False and any(held.last"),
        ),
        "a number is leased once",
    ),
    Mutation(
        "offline number also issued online",
        (
            Edit(issue._next_number, "number == m.policy.online_last + 1", "not number"),
            Edit(fold._check_reserved, "event.number) is not None:", "event.number) is False:"),
        ),
        "a leased number is nobody else's",
    ),
    Mutation(
        "offline paper merged twice",
        (
            Edit(merge.merge, "if c.number in held.used:", "if False:"),
            Edit(fold_lease.check_merged, " or event.number in held.used", ""),
        ),
        "a number is given once a day",
    ),
    Mutation(
        "secondary before primary",
        (Edit(order.choose, "(primary + waited, secondary,", "(secondary, primary + waited,"),),
        "primaries, then secondaries, by key",
    ),
    Mutation(
        "second return allowed",
        (Edit(acts.miss, "leg.misses or not m.state.day_open", "not m.state.day_open"),),
        "a second miss is a no-show",
    ),
    Mutation(
        "key changed by hold",
        (Edit(acts.bring_back, "base_ms = leg.base_ms\n", "base_ms = m.now_ms\n"),),
        "hold keeps the key",
    ),
    Mutation(
        "bringing back leaves the version",
        (Edit(fold._returned, "if event.window is not None:", "if False:"),),
        "a repeated press is refused",
    ),
    Mutation(
        "sent on to a window that is not open",
        (Edit(acts.why_no_transfer, ".state != model.OPEN", ".state == ''"),),
        "a transfer goes to an open window",
    ),
    Mutation(
        "rating bound to the next leg",
        (
            Edit(
                rating.rate,
                "leg=leg.id",
                "leg=max(g.id for g in m.state.legs.values()"
                " if g.window == leg.window and g.state == 'DONE')",
            ),
        ),
        "a rating belongs to the leg it was asked for",
    ),
    Mutation(
        "answer before commit",
        (
            Edit(
                Service._turn,
                "self._commit(now_ms)\n    self._show(now_ms)",
                "self._show(now_ms)\n    self._commit(now_ms)",
            ),
        ),
    ),
    Mutation(
        "DAY_CLOSE makes SERVING DONE",
        (
            Edit(
                day.close_day,
                "elif leg.state in",
                "elif leg.state == model.SERVING:\n"
                "            events.append("
                "ev.Finished(at_ms=m.now_ms, leg=leg.id, forced=False))\n"
                "        elif leg.state in",
            ),
        ),
        "nobody is called served by the day's end",
    ),
    Mutation(
        "two legs of one visit called",
        (
            Edit(order._waiting, "leg.visit not in busy", "leg.id"),
            Edit(fold._check_called, "if any(", "if False and any("),
        ),
        "one leg of a visit at a window",
    ),
)


@contextmanager
def planted(mutation: Mutation) -> Iterator[None]:
    """The production code with this mistake in it."""
    with ExitStack() as undo:
        for function, old, new in mutation.edits:
            assert isinstance(function, FunctionType)
            source = textwrap.dedent(inspect.getsource(function))
            if source.count(old) != 1:
                raise LookupError(f"{mutation.name}: not once in {function.__name__}: {old!r}")
            undo.callback(setattr, function, "__code__", function.__code__)
            function.__code__ = _compiled(function, source.replace(old, new))
        yield


def _compiled(function: FunctionType, source: str) -> CodeType:
    code = compile(source, function.__code__.co_filename, "exec")
    space: dict[str, Any] = {}
    exec(code, dict(function.__globals__), space)
    mutated: FunctionType = space[function.__name__]
    return mutated.__code__
