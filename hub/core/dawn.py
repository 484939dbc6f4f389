"""The state at the beginning of a day as JSON values, and back; it is small, for nobody is here.

It says nothing that the events before it do not say: it only spares a start the reading of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from hub.core.errors import BadEvent
from hub.core.model import State

DAWN = "dawn"


def state_from(data: Mapping[str, Any]) -> State:
    """The state that was written at a day's beginning; raises BadEvent on anything else.

    A field that a later version added may be missing, as in an event.
    """
    try:
        state: State = _read(State, data)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadEvent(DAWN, f"not a state: {error}") from error
    if state.legs or state.bookings or not state.day_open:
        raise BadEvent(DAWN, "not the beginning of a day")
    return state


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _read(hint: Any, value: Any) -> Any:
    """A value of that type from its JSON form."""
    if is_dataclass(hint):
        hints = _hints(hint)  # type: ignore[arg-type]
        return hint(**{name: _read(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    of, inner = get_origin(hint), get_args(hint)
    if of is dict:
        return {inner[0](key): _read(inner[1], item) for key, item in value.items()}
    if of is list:
        return [_read(inner[0], item) for item in value]
    if of is tuple:
        return tuple(_read(inner[0], item) for item in value)
    return value
