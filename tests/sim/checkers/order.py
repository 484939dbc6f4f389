"""Every call explainable by the rules, and the bound of the order kept at each: rules 4 to 10.

The journal is folded once more, and around each event the invariants of `proof` are checked: they
write the rules down a second time. A press on the wire must name the picture that stood there.
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.core import CoreError, Hall, commands
from hub.core.events import Event, from_json
from hub.log.journal import OWN_KINDS, Row
from proof.invariants import Broken, Look, apply_checked, check_command
from sim.evidence import VIOLATION, Evidence, Problem


def check(evidence: Evidence) -> Iterator[Problem]:
    """Fold and check; what is broken once ends it, for all that follows is in doubt."""
    hall, look = Hall(evidence.config.to_rules()), None
    for batch in evidence.batches:
        events = [from_json(r.kind, r.at_ms, r.data) for r in batch if r.kind not in OWN_KINDS]
        try:
            look = _check(evidence, hall, batch[0], events, look)
        except Broken as broken:
            yield Problem(VIOLATION, broken.name, f"row {batch[0].seq}: {broken}")
            return
        except CoreError as error:
            yield Problem(VIOLATION, "journal that cannot be folded", f"{batch[0]}: {error}")
            return


def _check(
    evidence: Evidence, hall: Hall, first: Row, events: list[Event], look: Look | None
) -> Look | None:
    press = evidence.pressed(first)
    if press is not None and events:
        window = evidence.config.device(str(first.device)).window
        assert window is not None
        command = commands.Press(
            window=window,
            key=press["key"],
            long=press["long"],
            again=press["again"],
            leg=press["leg"],
            ver=press["ver"],
            target=press["target"],
        )
        check_command(hall.state, command, events)
    for event in events:
        look = apply_checked(hall, event, look)
    return look
