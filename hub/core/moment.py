"""All that a decision may look at: the rules, the state and the time; it changes none of them."""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.errors import UNKNOWN_LEG, Refused
from hub.core.model import Leg, State
from hub.core.rules import Policy, Rules


# Not frozen, though nobody changes one: that would take four times as long to make.
@dataclass(slots=True)
class Moment:
    """The hall at `now_ms`."""

    rules: Rules
    state: State
    now_ms: int

    @property
    def policy(self) -> Policy:
        """The numbers of the rules."""
        return self.rules.policy

    def leg(self, number: int) -> Leg:
        """The leg of that id; refused if today knows none."""
        leg = self.state.legs.get(number)
        if leg is None:
            raise Refused(UNKNOWN_LEG)
        return leg
