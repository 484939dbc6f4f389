"""Commands that act once: which ids were seen, and which of them are finished."""

from protocol.limits import SEEN_COMMANDS

NEW = "new"
RUNNING = "running"
FINISHED = "dup"


class Seen:
    """The last ids, oldest forgotten first; the hub never has so many commands open."""

    def __init__(self, limit=SEEN_COMMANDS):
        self._limit = limit
        self._ids = []
        self._states = {}  # of those that are not simply done

    def meet(self, cmd_id) -> str:
        """NEW and remembered, RUNNING (an ack will come), or what to say of one that is over.

        That is FINISHED if it was done, for its ack may be lost, and else how it failed: a call
        that nobody heard must not become a spoken one by being asked for twice.
        """
        if cmd_id in self._ids:
            return self._states.get(cmd_id, FINISHED)
        self._ids.append(cmd_id)
        self._states[cmd_id] = RUNNING
        if len(self._ids) > self._limit:
            self._states.pop(self._ids.pop(0), None)
        return NEW

    def finish(self, cmd_id, st="done"):
        """The act is over: done, or as `st` says."""
        if self._states.pop(cmd_id, None) and st != "done":
            self._states[cmd_id] = st
