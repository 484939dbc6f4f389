"""The little programs that run on the board, in its raw REPL."""

from __future__ import annotations

import json

# Everything of ours lives below these; whatever else is on a board belongs to somebody else.
FOLDERS = tuple(
    f"/lib/{name}"
    for name in (
        "protocol",
        "common",
        "drivers",
        "caller",
        "display",
        "rating_pad",
        "ticket_machine",
    )
)
MAIN = "/main.py"
# main.py's name while a board is being flashed: it then boots into its REPL, whatever was on it,
# and no watchdog is started that would bite in the middle of a copy.
PARKED = "/main.off"
CONFIG = "/cfg/device.json"
# What the device reads should the first be unreadable.
CONFIG_COPY = CONFIG + ".bak"
DRAFT = ".new"
# Of a device.json: four networks and all pins are 1 KB; one that is longer is not one of ours.
CONFIG_MOST_BYTES = 4096

# One line of facts, then one line per file: a big answer in one piece would need a big heap.
_SURVEY = """
import sys, os, json, hashlib, binascii, gc
def one(path, size):
    h, buf = hashlib.sha256(), bytearray(1024)
    with open(path, 'rb') as f:
        while n := f.readinto(buf):
            h.update(memoryview(buf)[:n])
    print(json.dumps([path, size, str(binascii.hexlify(h.digest()), 'ascii')]))
def walk(path):
    try:
        entries = list(os.ilistdir(path))
    except OSError:
        return
    for entry in entries:
        if entry[1] & 0x4000:
            walk(path + '/' + entry[0])
        else:
            one(path + '/' + entry[0], entry[3])
def text(path):
    try:
        with open(path, 'rb') as f:
            return str(f.read(%(most)d), 'utf-8')
    except (OSError, UnicodeError):
        return None
i = sys.implementation
s = os.statvfs('/')
print(json.dumps({'machine': getattr(i, '_machine', ''), 'version': list(i[1])[:3],
    'mpy': getattr(i, '_mpy', 0), 'block': s[1], 'free': s[1] * s[3], 'config': text(%(config)r)}))
for folder in %(folders)r:
    walk(folder)
for path in %(files)r:
    try:
        one(path, os.stat(path)[6])
    except OSError:
        pass
"""

_PLACE = """
import os, hashlib, binascii
def place(path, digest):
    h, buf = hashlib.sha256(), bytearray(1024)
    with open(path + %(draft)r, 'rb') as f:
        while n := f.readinto(buf):
            h.update(memoryview(buf)[:n])
    good = str(binascii.hexlify(h.digest()), 'ascii') == digest
    if good:
        os.rename(path + %(draft)r, path)
    print(int(good))
def folder(path):
    try:
        os.mkdir(path)
    except OSError:
        os.stat(path)
def gone(path):
    try:
        os.remove(path)
    except OSError as error:
        if error.errno != 2:
            raise
def empty(path):
    for entry in list(os.ilistdir(path)):
        if entry[1] & 0x4000:
            empty(path + '/' + entry[0])
    if not list(os.ilistdir(path)):
        os.rmdir(path)
"""


def survey() -> str:
    """Prints what the board is and the size and SHA-256 of every file that may be ours."""
    return _SURVEY % {
        "config": CONFIG,
        "most": CONFIG_MOST_BYTES,
        "folders": FOLDERS,
        "files": (MAIN, PARKED, CONFIG, CONFIG_COPY),
    }


def tools() -> str:
    """Defines place(path, digest), folder(path), gone(path) and empty(path)."""
    return _PLACE % {"draft": DRAFT}


def park() -> str:
    """Parks main.py; done already if a run before this one was cut."""
    return (
        f"import os\ntry:\n os.rename({MAIN!r}, {PARKED!r})\nexcept OSError as error:\n"
        " if error.errno != 2:\n  raise"
    )


def config_text(config: dict[str, object]) -> bytes:
    """The configuration as it stands in its file."""
    return json.dumps(config, ensure_ascii=False).encode()
