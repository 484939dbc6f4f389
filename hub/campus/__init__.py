"""The campus interface: synchronisation, identity and keys, and a reference campus server."""

from hub.campus.errors import BadIdentity, CampusError, KeyFileError
from hub.campus.identity import HolderHashes, Identity, campus_hash
from hub.campus.keyfiles import create, delete, open_day_key, read_key, read_token
from hub.campus.messages import Booking, Outcome
from hub.campus.server import CampusServer
from hub.campus.store import CampusStore
from hub.campus.sync import CampusSync, Outbox

__all__ = [
    "BadIdentity",
    "Booking",
    "CampusError",
    "CampusServer",
    "CampusStore",
    "CampusSync",
    "HolderHashes",
    "Identity",
    "KeyFileError",
    "Outbox",
    "Outcome",
    "campus_hash",
    "create",
    "delete",
    "open_day_key",
    "read_key",
    "read_token",
]
