"""Numbers on a command line, refused by argparse with the reason when they make no sense."""

from __future__ import annotations

from argparse import ArgumentTypeError


def speed(text: str) -> float:
    """What durations are divided by."""
    value = float(text)
    if not 1 <= value < float("inf"):
        raise ArgumentTypeError("must be 1 or more")
    return value


def port(text: str) -> int:
    """A TCP port."""
    value = int(text)
    if not 1 <= value <= 65_535:
        raise ArgumentTypeError("must be from 1 to 65535")
    return value


def count(text: str) -> int:
    """How many of something, at least one."""
    value = int(text)
    if value < 1:
        raise ArgumentTypeError("must be 1 or more")
    return value
