"""`hallkit mosquitto`: Mosquitto 2 as the hall's broker; configuration, permissions, passwords."""

from __future__ import annotations

import argparse
import base64
import hashlib
import secrets
from collections.abc import Mapping
from pathlib import Path

from hub import arguments
from hub.config import EXAMPLE, load
from hub.wire.broker import HUB_USER, MAX_PAYLOAD_BYTES, Credentials, write_private
from protocol import topics

FOLDER = "mosquitto"  # in the data folder
CONF = "mosquitto.conf"
# What mosquitto_passwd 2 does: PBKDF2 with SHA-512, by default 101 rounds.
_ROUNDS = 101
_SALT_BYTES = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `hallkit mosquitto`."""
    parser.add_argument("file", type=Path, nargs="?", default=EXAMPLE, help="the hall's hall.toml")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the hub's data folder")
    parser.add_argument(
        "--port", type=arguments.port, default=1883, help="where Mosquitto is to listen"
    )


def text(options: argparse.Namespace) -> str:
    """Write the files for the hall's devices; returns what to start then, in words."""
    config = load(options.file)
    passwords = Credentials.enrolled(options.data, config).passwords
    folder = (options.data / FOLDER).resolve()
    conf = write_files(folder, config.site, options.port, passwords)
    return (
        f"{conf}: {len(passwords)} users; start, as this user:\n"
        f"  mosquitto -c {conf}\n"
        f"  hallkit run {options.file} --data {options.data} --broker mqtt://127.0.0.1:{options.port}"
    )


def write_files(folder: Path, site: str, port: int, passwords: Mapping[str, str]) -> Path:
    """Write configuration, permissions and hashed passwords (mode 600); returns the first."""
    store = folder / "mosquitto"
    store.mkdir(parents=True, exist_ok=True)
    lines = [f"{user}:{_hashed(password)}" for user, password in passwords.items()]
    write_private(folder / "mosquitto.passwd", "\n".join([*lines, ""]))
    write_private(folder / "mosquitto.acl", permissions(site))
    write_private(folder / CONF, configuration(folder, store, port))
    return folder / CONF


def configuration(folder: Path, store: Path, port: int) -> str:
    """Loopback only, nobody without a password, and without the delays that it has as shipped."""
    return f"""\
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder / "mosquitto.passwd"}
acl_file {folder / "mosquitto.acl"}
max_packet_size {MAX_PAYLOAD_BYTES}
# Without it each QoS 1 hop waits 44 ms for a delayed ACK.
set_tcp_nodelay true
max_inflight_messages 1000
max_queued_messages 100000
# Retained pictures outlive a kill; the hub publishes them anew in any case.
persistence true
persistence_location {store}/
autosave_on_changes true
autosave_interval 1
"""


def permissions(site: str) -> str:
    """Least privilege for each device, by its user name, which is its id."""
    writes = [topics.dev(site, "%u", leaf) for leaf in topics.DEVICE_WRITES]
    reads = [topics.dev(site, "%u", leaf) for leaf in topics.DEVICE_READS]
    return "\n".join(
        [
            f"user {HUB_USER}",
            "topic readwrite #",
            *(f"pattern write {topic}" for topic in writes),
            *(f"pattern read {topic}" for topic in [*reads, topics.hub_state(site)]),
            "",
        ]
    )


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS)
    parts = (base64.b64encode(part).decode() for part in (salt, digest))
    return f"$7${_ROUNDS}${'$'.join(parts)}"
