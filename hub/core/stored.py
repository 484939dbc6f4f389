"""The stored form of an event's fields, and the check that every stored field is what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, get_type_hints

from hub.core.errors import BadEvent

# The types that a stored field may have, and those of the items if it is a list.
_TYPES: dict[Any, tuple[tuple[type, ...], type | None]] = {
    int: ((int,), None),
    bool: ((bool,), None),
    str: ((str,), None),
    int | None: ((int, type(None)), None),
    str | None: ((str, type(None)), None),
    tuple[str, ...]: ((list,), str),
    tuple[int, ...]: ((list,), int),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of event is stored: a JSON object with these fields, `at_ms` apart."""

    kind: str
    cls: Callable[..., Any]
    required: frozenset[str]
    types: dict[str, tuple[type, ...]]
    items: dict[str, type | None]
    # Names and types of objects that were right: most are like one before. A kind has few.
    right: set[tuple[object, ...]] = field(default_factory=set)

    def values(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a stored object; raises BadEvent naming the first that is wrong.

        A field with a default may be missing: journals of earlier versions are read for ever.
        """
        looks = (*data, *map(type, data.values()))
        if looks in self.right:
            return data
        if data.keys() != self.types.keys():
            odd = (data.keys() - self.types.keys()) | (self.required - data.keys())
            if odd:
                raise BadEvent(self.kind, f"missing or unknown: {', '.join(sorted(odd))}")
        values: dict[str, Any] = {}
        for name, value in data.items():
            # The very type, not isinstance: True is an int to Python, but not to the journal.
            if type(value) not in self.types[name]:
                raise BadEvent(self.kind, f"{name} has a wrong type: {value!r}")
            if type(value) is not list:
                values[name] = value
            elif all(type(item) is self.items[name] for item in value):
                values[name] = tuple(value)
            else:
                raise BadEvent(self.kind, f"{name} has a wrong type: {value!r}")
        if list not in looks:
            self.right.add(looks)
        return values


def stored_names(cls: type) -> tuple[str, ...]:
    """The names of a dataclass's stored fields: all but `at_ms`."""
    names = _NAMES.get(cls)
    if names is None:
        names = _NAMES[cls] = tuple(f.name for f in fields(cls) if f.name != "at_ms")
    return names


_NAMES: dict[type, tuple[str, ...]] = {}


def shape_of(kind: str, cls: type) -> Shape:
    """The stored form of a dataclass with an `at_ms`."""
    hints = get_type_hints(cls)
    stored = [f for f in fields(cls) if f.name != "at_ms"]
    return Shape(
        kind=kind,
        cls=cls,
        required=frozenset(f.name for f in stored if f.default is MISSING),
        types={f.name: _TYPES[hints[f.name]][0] for f in stored},
        items={f.name: _TYPES[hints[f.name]][1] for f in stored},
    )


def plain(value: object) -> object:
    """A field as JSON has it: a list for a tuple."""
    return list(value) if type(value) is tuple else value
