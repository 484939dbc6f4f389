"""Every event survives the journal, and nothing else is taken for one."""

from __future__ import annotations

import dataclasses
import json
import typing

import pytest

from hub.core import BadEvent, events
from hub.core.events import EVENTS, Event, from_json

SAMPLES = {
    "int": 7,
    "bool": True,
    "str": "x",
    "int | None": 8,
    "str | None": None,
    "tuple[str, ...]": ("a", "b"),
    "tuple[int, ...]": (4, 5),
}


def sample(cls: type[Event]) -> Event:
    """One event of the class, each field filled by its type."""
    hints = typing.get_type_hints(cls)
    names = [field.name for field in dataclasses.fields(cls) if field.name != "at_ms"]
    texts = {name: str(hints[name]).replace("<class '", "").replace("'>", "") for name in names}
    return cls(at_ms=1, **{name: SAMPLES[text] for name, text in texts.items()})


def test_every_event_class_is_listed_once_with_a_kind_of_its_own():
    classes = [cls for cls in vars(events).values() if isinstance(cls, type)]
    # A base of some of them has no kind: it never happens.
    assert set(EVENTS) == {c for c in classes if issubclass(c, Event) and c.kind}
    assert len({cls.kind for cls in EVENTS}) == len(EVENTS)


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: cls.kind)
def test_round_trip(cls):
    event = sample(cls)
    stored = json.loads(json.dumps(event.to_json()))
    assert "at_ms" not in stored
    assert from_json(event.kind, event.at_ms, stored) == event


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: cls.kind)
def test_a_wrong_missing_or_unknown_field_is_refused_by_name(cls):
    good = json.loads(json.dumps(sample(cls).to_json()))
    optional = {f.name for f in dataclasses.fields(cls) if f.default is not dataclasses.MISSING}
    for name in good:
        for wrong in (1.5, {}, [1], "x" if type(good[name]) is not str else 3, True):
            if type(wrong) is type(good[name]) and type(wrong) is not list:
                continue
            if wrong == [1] and name in ("spans", "late"):
                continue
            if wrong == "x" and good[name] is None:
                continue
            with pytest.raises(BadEvent, match=name):
                from_json(cls.kind, 1, {**good, name: wrong})
        if name in optional:
            continue
        with pytest.raises(BadEvent, match=name):
            from_json(cls.kind, 1, {k: v for k, v in good.items() if k != name})
    with pytest.raises(BadEvent, match="odd"):
        from_json(cls.kind, 1, {**good, "odd": 1})
    with pytest.raises(BadEvent, match="at_ms"):
        from_json(cls.kind, True, good)


def test_a_field_that_is_younger_than_the_journal_has_its_default():
    assert from_json("voided", 1, {"leg": 1}) == events.Voided(at_ms=1, leg=1, why="no-paper")
    old = from_json("finished", 1, {"leg": 1, "forced": False})
    assert old == events.Finished(at_ms=1, leg=1, forced=False, post=None, reason=None)


def test_an_unknown_kind_is_refused():
    with pytest.raises(BadEvent, match="unknown kind") as bad:
        from_json("teleported", 1, {})
    assert bad.value.kind == "teleported"
