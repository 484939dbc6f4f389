"""Small JSON files that survive a power cut: written aside, then renamed over the old one."""

import json
import os

from common.errors import StoreError


def _make_folder(path):
    parts = path.split("/")[:-1]
    for depth in range(1, len(parts) + 1):
        folder = "/".join(parts[:depth])
        if folder:
            try:
                os.mkdir(folder)
            except OSError as error:
                if error.errno != 17:  # EEXIST
                    raise


def read_json(path, default=None):
    """The stored value, `default` if there is no file; StoreError if the file is not JSON."""
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except OSError as error:
        if error.errno != 2:  # ENOENT
            raise StoreError(path, "errno %d" % error.errno)
        return default
    try:
        return json.loads(str(raw, "utf-8"))
    except ValueError:
        raise StoreError(path, "not JSON")


def write_json(path, value):
    """Store a value; after a power cut the file holds either the old value or this one."""
    write_lines(path, (json.dumps(value),))


def write_lines(path, lines):
    """Store lines of text, safe as `write_json`; `lines` may make them one at a time."""
    _make_folder(path)
    aside = path + ".tmp"
    with open(aside, "wb") as file:
        for line in lines:
            file.write(line.encode())
            file.write(b"\n")
    os.rename(aside, path)
