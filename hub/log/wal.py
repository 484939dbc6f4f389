"""What a crash left of SQLite's write-ahead log: whole, torn at its end, or damaged before it.

SQLite itself takes the log up to the first frame that does not fit and drops the rest without a
word, be it the end of a write that power cut short or a rotten byte before a hundred commits.
The two can be told apart: each commit is synced before the next one begins, so a bad frame with
more than its own commit behind it was on the disk, and answered, before it went bad.
https://www.sqlite.org/fileformat2.html#walformat
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

_MAGIC = 0x377F0682  # the lowest bit says that checksums are of big-endian words
_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_WORD = 0xFFFFFFFF
# Former turns of a log of which something may be left: a turn of 1000 pages covers most of them.
_TURNS_MAX = 64

Sums = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tail:
    """How a log ends: `torn_bytes` of a write that was never complete; `damage`: what is bad."""

    torn_bytes: int = 0
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    salts: bytes
    commit: bool
    stored: Sums  # the checksum in its header
    own: Sums  # the checksum of what it holds, after the stored one of the frame before


def tail_of(path: Path) -> Tail:
    """Read a log that no process has open; a missing or empty one is whole."""
    raw = path.read_bytes() if path.exists() else b""
    if len(raw) < _HEADER_BYTES + _FRAME_HEADER_BYTES:
        return Tail(torn_bytes=len(raw) if len(raw) != _HEADER_BYTES else 0)
    magic, _, page_bytes, _, *_ = struct.unpack(">8I", raw[:_HEADER_BYTES])
    order = ">" if magic & 1 else "<"
    stored = _pair(raw, 24)
    # SQLite syncs the header before the first frame: with frames behind it, it was whole once.
    if magic & ~1 != _MAGIC or _sums(raw[:24], (0, 0), order) != stored:
        return Tail(damage="the header of the write-ahead log")
    return _end_of(_frames(raw, page_bytes, order, stored), raw[16:24], len(raw), page_bytes)


def _frames(raw: bytes, page_bytes: int, order: str, before: Sums) -> list[_Frame]:
    found = []
    step = _FRAME_HEADER_BYTES + page_bytes
    for at in range(_HEADER_BYTES, len(raw) - step + 1, step):
        begin = _sums(raw[at : at + 8], before, order)
        own = _sums(raw[at + _FRAME_HEADER_BYTES : at + step], begin, order)
        commit = raw[at + 4 : at + 8] != bytes(4)
        before = _pair(raw, at + 16)
        found.append(_Frame(raw[at + 8 : at + 16], commit, before, own))
    return found


def _end_of(frames: list[_Frame], salts: bytes, size: int, page_bytes: int) -> Tail:
    fits = [frame.salts == salts and frame.stored == frame.own for frame in frames]
    good = fits.index(False) if False in fits else len(frames)
    # By their salts, for a frame whose neighbour is bad cannot be checked.
    behind = [at for at in range(good + 1, len(frames)) if frames[at].salts == salts]
    if good < len(frames):
        commits = sum(frames[at].commit for at in behind)
        if behind and not _unwritten(frames[good], salts):
            # It was written, and its own word whether it was a commit may be rotten too.
            commits += frames[good].commit or frames[good].salts != salts
        # Of the last write the disk may keep any part; one before it had been synced.
        if commits > 1:
            return Tail(damage=f"frame {good + 1} of the write-ahead log")
    committed = max((at + 1 for at in range(good) if frames[at].commit), default=0)
    last = max([good, *(at + 1 for at in behind)])
    if last == good and good < len(frames) and frames[good].salts == salts:
        last += 1
    step = _FRAME_HEADER_BYTES + page_bytes
    # What is left of the log's former turn has other salts and is no part of it.
    torn = (last - committed) * step
    rest = size - _HEADER_BYTES - len(frames) * step
    return Tail(torn_bytes=torn + (rest if last == len(frames) else 0))


def _unwritten(frame: _Frame, salts: bytes) -> bool:
    """Whether a frame's place still holds nothing, or a frame of the log's former turns."""
    first, ours = frame.salts[:4], salts[:4]
    # SQLite adds one to the first salt whenever it begins the log anew.
    turns = (int.from_bytes(ours, "big") - int.from_bytes(first, "big")) & _WORD
    return frame.salts == bytes(8) or 0 < turns <= _TURNS_MAX


def _pair(raw: bytes, at: int) -> Sums:
    first, second = struct.unpack_from(">2I", raw, at)
    return first, second


def _sums(part: bytes, sums: Sums, order: str) -> Sums:
    first, second = sums
    words = struct.unpack(f"{order}{len(part) // 4}I", part)
    for at in range(0, len(words), 2):
        first = (first + words[at] + second) & _WORD
        second = (second + words[at + 1] + first) & _WORD
    return first, second
