"""The hub's clock as a device knows it: an offset, learnt from the `now` of live messages."""

from protocol.limits import CLOCK_SAMPLES


class HubTime:
    """Offset = the largest of the last few (`now` - own ms): the sample that was delayed least."""

    def __init__(self):
        self._samples = []
        self._offset_ms = None

    def sample(self, hub_ms, now_ms):
        """Take the `now` of a live message (a retained one may be hours old)."""
        self._samples.append(hub_ms - now_ms)
        if len(self._samples) > CLOCK_SAMPLES:
            self._samples.pop(0)
        self._offset_ms = max(self._samples)

    def at(self, now_ms):
        """Hub UTC ms at one of our moments, or None before the first sample."""
        return None if self._offset_ms is None else now_ms + self._offset_ms
