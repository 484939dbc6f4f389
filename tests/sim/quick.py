"""What costs a simulation time and shows it nothing, done less often or faster."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from caller import flow as caller
from display import flow as display
from proof import witness
from protocol import codec, table
from ticket_machine import screens

BLINK_MS = 20_000


@cache
def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _open(path: str, encoding: str) -> io.StringIO:
    """As the built-in, which a board asks for a row whenever it wants one, to save heap."""
    return io.StringIO(_text(path))


@cache
def _block(name: str, read: Callable[[str], Iterator[list[str]]] = screens.block) -> Any:
    return tuple(read(name))


@contextmanager
def quick_boards() -> Iterator[None]:
    """Tables that boards read from flash again and again to save heap are read and cut once.

    What blinks stays longer in each half of it: nobody in this hall looks away in the dark one.
    """
    with (
        patch.object(screens, "block", lambda name: iter(_block(name))),
        patch.object(table, "open", _open, create=True),
        patch.object(display, "BLINK_MS", BLINK_MS),
        patch.object(caller, "BLINK_HALF_MS", BLINK_MS),
    ):
        yield


# The interpreter's own, which `json` would make anew for each text, and wrap twice.
_encode: Any = json.encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, None, json.encoder.encode_basestring, None, ":", ",", False, False, True
)
_decode = json.JSONDecoder().raw_decode


def _dumps(plain: Any) -> str:
    return "".join(_encode(plain, 0))


def _loads(text: str) -> Any:
    try:
        plain, end = _decode(text)
    except ValueError:
        end = -1
    return plain if end == len(text) else json.loads(text)


@contextmanager
def quick_json() -> Iterator[None]:
    """The same texts and values as by `json`."""
    quick = SimpleNamespace(loads=_loads, dumps=json.dumps)
    with (
        patch.object(codec, "_dumps", _dumps),
        patch.object(codec, "json", quick),
        patch.object(witness, "json", quick),
    ):
        yield
