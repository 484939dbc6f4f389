"""Turns a card or booking code into keyed hashes and forgets it (design: identity and privacy)."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field

from hub.campus.errors import BadIdentity

# UIDs of ISO 14443 cards have 4, 7 or 10 bytes; readers on a UART send 5.
_FORMS = {
    "card": re.compile(r"(?:[0-9A-F]{8}|[0-9A-F]{10}|[0-9A-F]{14}|[0-9A-F]{20})\Z"),
    "code": re.compile(r"[0-9A-Z]{4,16}\Z"),
    "id-number": re.compile(r"[0-9]{17}[0-9X]\Z"),
}
# On the wire L and the names made with it are half as long as a digest: 128 bits are plenty.
LEASE_KEY_BYTES = LEASE_NAME_BYTES = 16
_SEPARATORS = str.maketrans("", "", " :-")


@dataclass(frozen=True, slots=True)
class HolderHashes:
    """One visitor's means of identity: `campus` finds bookings, `day` goes into the journal."""

    campus: str = field(repr=False)
    day: str = field(repr=False)


def normalise(kind: str, raw: str) -> str:
    """The one spelling of a card UID, booking code or ID number; raises BadIdentity."""
    form = _FORMS.get(kind)
    text = raw.translate(_SEPARATORS).upper()
    if form is None or not form.match(text):
        raise BadIdentity(kind if form else "kind of identity")
    # The kind is part of it: a code that looks like a UID must not find that card's bookings.
    return f"{kind}:{text}"


def campus_hash(campus_key: bytes, kind: str, raw: str) -> str:
    """HMAC(K, …) in hex, as the campus server puts it into a booking; raises BadIdentity."""
    return _hmac(campus_key, normalise(kind, raw))


class Identity:
    """Both keys of a running hub; the day key changes with the business day."""

    def __init__(self, campus_key: bytes, day_key: bytes) -> None:
        self._campus_key = campus_key
        self._day_key = day_key

    def holder_hashes(self, kind: str, raw: str) -> HolderHashes:
        """Hashes of what a device read, by the `how` of the wire; raises BadIdentity."""
        campus = campus_hash(self._campus_key, kind, raw)
        return HolderHashes(campus, self.day_hash(campus))

    def day_hash(self, campus: str) -> str:
        """HMAC(D, holder) of a booking's holder: the only form that the journal may hold."""
        return _hmac(self._day_key, campus)

    def lease_key(self) -> bytes:
        """Key L, with which machines without a hub hash cards; made of D, and gone with it."""
        return bytes.fromhex(_hmac(self._day_key, "lease"))[:LEASE_KEY_BYTES]

    def alias(self, kind: str, raw: str) -> str:
        """The day's hash of the name that such a machine gives a card; raises BadIdentity."""
        name = _hmac(self.lease_key(), normalise(kind, raw))
        return self.offline_hash(name[: 2 * LEASE_NAME_BYTES])

    def offline_hash(self, name: str) -> str:
        """HMAC(D, …) of that name as it comes with a paper."""
        return _hmac(self._day_key, f"offline:{name}")

    def new_day(self, day_key: bytes) -> None:
        """Replaces D; what was hashed with the old one cannot be found again."""
        self._day_key = day_key


def _hmac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()
