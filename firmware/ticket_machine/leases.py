"""Leased numbers on flash: which of a department's the machine may give out, and when.

A department's file is a list of blocks, each a list as below, in the order they were leased. A
number counts as used once the file says so, which is before anything else is done with it.
"""

from common.errors import StoreError
from common.store import read_json, write_json

DAY = 0
NEXT = 1
LAST = 2
FROM_MS = 3
UNTIL_MS = 4
TZ_MIN = 5
KEY = 6


class Leases:
    """The blocks of all departments in one folder; survives a power cut at any moment."""

    def __init__(self, folder: str):
        self._folder = folder + "/lease-"

    def keep(self, lease):
        """Add a block that came from the hub; those of another day, and used ones, go."""
        known = self._blocks(lease.letter)
        known = [block for block in known if block[DAY] == lease.day]
        # The hub's blocks of a day only go up: this one is here already, and partly used.
        if known and known[-1][LAST] >= lease.first:
            return
        blocks = [block for block in known if block[NEXT] <= block[LAST]]
        block = [lease.day, lease.first, lease.last, lease.from_ms, lease.until_ms]
        blocks.append(block + [lease.tz_min, lease.key])
        write_json(self._folder + lease.letter, blocks)

    def left(self, letter: str, now_ms: int) -> int:
        """Unused numbers of a department that may still be given out today."""
        blocks = self._blocks(letter)
        return sum(b[LAST] + 1 - b[NEXT] for b in blocks if now_ms <= b[UNTIL_MS])

    def find(self, letters: str, now_ms: int):
        """The block that the first of these departments to have one gives out from now.

        Without one the reason's code.
        """
        why = "NO_HUB"
        for at in range(len(letters)):
            for block in self._blocks(letters[at : at + 1]):
                if not block[FROM_MS] <= now_ms <= block[UNTIL_MS]:
                    why = "OFFLINE_HOURS" if why == "NO_HUB" else why
                elif block[NEXT] <= block[LAST]:
                    return block
                else:
                    why = "LEASE_NONE"
        return why

    def use(self, letter: str, found) -> int:
        """The next number of a block of `find`, never to be had again; OSError: flash is full."""
        blocks = self._blocks(letter)
        blocks[blocks.index(found)][NEXT] += 1
        write_json(self._folder + letter, blocks)
        return found[NEXT]

    def _blocks(self, letter):
        try:
            return read_json(self._folder + letter, [])
        except StoreError as error:
            # As good as none: the hub leases others.
            print(repr(error))
            return []
