"""Commands that act once: which ids were seen, and which of them are finished."""

from protocol.limits import SEEN_COMMANDS

NEW = "new"
RUNNING = "running"
FINISHED = "finished"


class Seen:
    """The last ids, oldest forgotten first; the hub never has so many commands open."""

    def __init__(self, limit=SEEN_COMMANDS):
        self._limit = limit
        self._ids = []
        self._running = set()

    def meet(self, cmd_id) -> str:
        """NEW and remembered, RUNNING (an ack will come), or FINISHED (its ack may be lost)."""
        if cmd_id in self._ids:
            return RUNNING if cmd_id in self._running else FINISHED
        self._ids.append(cmd_id)
        self._running.add(cmd_id)
        if len(self._ids) > self._limit:
            self._running.discard(self._ids.pop(0))
        return NEW

    def finish(self, cmd_id):
        """The act is over, whatever its result."""
        self._running.discard(cmd_id)
