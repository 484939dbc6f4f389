"""The queue of a hall: a deterministic state machine without I/O, clock or randomness."""

from __future__ import annotations

from hub.core import commands, errors, events, model
from hub.core.errors import BadEvent, CoreError, IllegalEvent, Refused
from hub.core.estimate import Quote
from hub.core.explain import Explanation
from hub.core.issue import return_code
from hub.core.keys import remark
from hub.core.queue import Hall
from hub.core.rules import Policy, Rules, Service, Window
from hub.core.views import Speech, WindowView, ZoneCall

__all__ = [
    "BadEvent",
    "CoreError",
    "Explanation",
    "Hall",
    "IllegalEvent",
    "Policy",
    "Quote",
    "Refused",
    "Rules",
    "Service",
    "Speech",
    "Window",
    "WindowView",
    "ZoneCall",
    "commands",
    "errors",
    "events",
    "model",
    "remark",
    "return_code",
]
