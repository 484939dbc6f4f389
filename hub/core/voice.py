"""One voice per zone: its queue lives in the state, so it goes on where it was after a restart."""

from __future__ import annotations

from hub.core import errors, model
from hub.core import events as ev
from hub.core.commands import ResumeVoices, Spoken
from hub.core.errors import Refused
from hub.core.moment import Moment


def spoken(m: Moment, c: Spoken) -> list[ev.Event]:
    """The voice is through with a call; of one that was given up meanwhile nothing is noted."""
    call = m.state.calls.get(c.call)
    if call is None:
        raise Refused(errors.UNKNOWN_CALL)
    if call.state != model.QUEUED:
        return []
    if c.heard:
        return [ev.CallSpoken(at_ms=m.now_ms, call=call.id)]
    return [ev.CallDropped(at_ms=m.now_ms, call=call.id, why="expired")]


def resume(m: Moment, c: ResumeVoices) -> list[ev.Event]:
    """Nobody was silent while nobody asked; nothing is noted where nothing waits."""
    return [ev.VoicesResumed(at_ms=m.now_ms)] if any(m.state.voice.values()) else []
