"""A NOR flash kept in a file of the host, with the file system the rp2 port would make on it."""

import vfs
import wires

ERASE_BYTES = 4096
PROGRAM_BYTES = 256

# In pieces: a driver of a real flash takes nothing from the heap to erase a block.
_ERASED = b"\xff" * PROGRAM_BYTES


class Flash:
    """A block device: 4 KiB erase blocks, 256-byte programs."""

    def __init__(self, path, poll=None):
        self._poll = poll  # called before a write: at boot nothing else takes the bench's word
        self._file = open(path, "r+b")
        self._blocks = self._file.seek(0, 2) // ERASE_BYTES
        self._programs_left = None

    def cut_after(self, programs):
        """Let the power fail in the middle of the program after that many."""
        self._programs_left = programs

    def readblocks(self, block, buf, offset=0):
        self._file.seek(block * ERASE_BYTES + offset)
        self._file.readinto(buf)

    def writeblocks(self, block, buf, offset=None):
        if self._poll:
            self._poll()
        if offset is None:
            self._erase(block)
            offset = 0
        self._file.seek(block * ERASE_BYTES + offset)
        if self._programs_left is not None:
            self._programs_left -= 1
            if self._programs_left < 0:
                self._file.write(memoryview(buf)[: len(buf) // 2])
                wires.power_off()
        self._file.write(buf)

    def ioctl(self, op, arg):
        # Numbers of vfs.AbstractBlockDev; a write is in the host's hands at once, so sync (3)
        # has nothing to do, and the image survives the death of this process.
        if op == 4:
            return self._blocks
        if op == 5:
            return ERASE_BYTES
        if op == 6:
            self._erase(arg)
        return 0

    def _erase(self, block):
        self._file.seek(block * ERASE_BYTES)
        _write_erased(self._file, 1)


def create(path, size):
    """An erased flash of that many bytes."""
    with open(path, "wb") as f:
        _write_erased(f, size // ERASE_BYTES)


def mkfs(flash):
    """Make the file system, as ports/rp2/modules/_boot.py does."""
    vfs.VfsLfs2.mkfs(flash, progsize=PROGRAM_BYTES)


def mount(flash, where):
    """Mount the file system."""
    vfs.mount(vfs.VfsLfs2(flash, progsize=PROGRAM_BYTES), where)


def _write_erased(f, blocks):
    for _ in range(blocks * (ERASE_BYTES // PROGRAM_BYTES)):
        f.write(_ERASED)
