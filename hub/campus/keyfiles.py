"""Key and token files: mode 600, written whole, refused when others may read them."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import stat
from pathlib import Path

from hub.campus.errors import KeyFileError

KEY_BYTES = 32  # HMAC-SHA256 gains nothing from more
_TOKEN = re.compile(r"[!-~]{16,256}\Z")


def read_token(path: Path) -> str:
    """The bearer token of a file; raises KeyFileError."""
    text = _read(path)
    if not _TOKEN.match(text):
        raise KeyFileError(path, "must hold one token of 16 to 256 visible ASCII characters")
    return text


def read_key(path: Path) -> bytes:
    """The key of a file, 64 hex digits; raises KeyFileError."""
    return _key(path, _read(path))


def create(path: Path, text: str | None = None) -> None:
    """Writes a file of mode 600 with `text`, or with a new random key; it must not exist."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write((text or secrets.token_hex(KEY_BYTES)) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # unlike a rename, this never replaces a key that is in use
    except FileExistsError:
        raise KeyFileError(path, "exists already") from None
    finally:
        fresh.unlink()


def open_day_key(path: Path, day: dt.date) -> bytes:
    """Day key D of this business day: the file's, or a new one; another day's is deleted first."""
    if path.exists():
        date, _, text = _read(path).partition(" ")
        if date == day.isoformat():
            return _key(path, text)
        delete(path)
    key = secrets.token_hex(KEY_BYTES)
    create(path, f"{day.isoformat()} {key}")
    return bytes.fromhex(key)


def delete(path: Path) -> None:
    """Deletes a key file; after that nobody can link the day's journal to a card."""
    path.unlink(missing_ok=True)


def _key(path: Path, text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(path, f"must hold {2 * KEY_BYTES} hex digits")
    return key


def _read(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        what = "is missing; put it there with mode 600, or leave campus.url out of the hall's file"
        raise KeyFileError(path, what) from None
    except OSError as error:
        raise KeyFileError(path, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise KeyFileError(path, "must be plain ASCII") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(path, "is open to other users; run chmod 600 on it")
    return text
