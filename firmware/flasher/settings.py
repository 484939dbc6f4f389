"""flash.toml: what all boards of a hall have in common, and the device.json made from it."""

from __future__ import annotations

import json
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.config import Config
from common.errors import ConfigError as DeviceConfigError
from firmware.flasher.errors import BadSettings
from hub.config import ConfigError, Device, HallConfig, UnknownDevice, load

EXAMPLE = """\
hall = "hub/example/hall.toml"  # the hall's file: which id is which device
data = "data"                   # the hub's data folder, with everybody's password

[broker]                        # as the boards reach it
host = "192.168.8.2"
port = 1883

[[wifi]]
ssid = "hall"
password = "…"
"""
START = "Start the hub once (hallkit run): it makes the passwords"
CREDENTIALS = "credentials.json"
HUB_USER = "hub"
# A boot number is seconds since 2020, so that it grows also on a board that was erased.
EPOCH_2020_S = 1_577_836_800
_KEYS = {"hall": str, "data": str, "broker": dict, "wifi": list, "pins": dict}
_OPTIONAL = {"pins"}


@dataclass(frozen=True)
class Settings:
    """One hall's flash.toml, its hall file and passwords; paths in it are relative to it."""

    path: Path
    values: dict[str, Any]
    hall: HallConfig
    passwords: dict[str, str]

    @property
    def broker(self) -> tuple[str, int]:
        """Host and port."""
        return self.values["broker"]["host"], self.values["broker"]["port"]

    def device(self, device_id: str) -> Device:
        """The device of that id in the hall's file."""
        try:
            return self.hall.device(device_id)
        except UnknownDevice:
            ids = ", ".join(device.id for device in self.hall.devices())
            raise BadSettings(
                self.path, f"no device {device_id} in the hall", f"Its ids: {ids}"
            ) from None

    def device_config(self, device: Device) -> dict[str, Any]:
        """The device.json of a device, checked by the very code that will read it."""
        if device.id not in self.passwords:
            raise BadSettings(self.path, f"no password for {device.id}", START)
        pins: dict[str, Any] = {}
        if device.role == "display":
            pins = {"panel": device.panel, "voice": device.voice}
        pins |= self.values.get("pins", {}).get(device.id, {})
        config = {
            "v": 1,
            "id": device.id,
            "site": self.hall.site,
            "wifi": self.values["wifi"],
            "broker": {
                **self.values["broker"],
                "user": device.id,
                "password": self.passwords[device.id],
            },
            "pins": pins,
            "boot0": int(time.time()) - EPOCH_2020_S,
        }
        try:
            Config(config)
        except DeviceConfigError as error:
            raise BadSettings(self.path, f"{device.id} would not accept it: {error}") from None
        return config


def read(path: Path) -> Settings:
    """Read flash.toml and what it names; BadSettings says what is missing."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadSettings(path, "not there", f"Write it like this:\n\n{EXAMPLE}") from None
    except (OSError, ValueError) as error:
        raise BadSettings(path, str(error)) from None
    for key in values:
        if key not in _KEYS:
            raise BadSettings(path, f"unknown key {key}", f"Its keys: {', '.join(_KEYS)}")
    for key, kind in _KEYS.items():
        if key not in values and key not in _OPTIONAL:
            raise BadSettings(path, f"{key} is missing", f"It looks like this:\n\n{EXAMPLE}")
        if key in values and not isinstance(values[key], kind):
            raise BadSettings(path, f"{key} is of the wrong kind", f"Like this:\n\n{EXAMPLE}")
    if set(values["broker"]) != {"host", "port"}:
        raise BadSettings(path, "[broker] has host and port, nothing else")
    folder = path.parent
    try:
        hall = load(folder / values["hall"])
    except ConfigError as error:
        raise BadSettings(folder / values["hall"], str(error)) from None
    credentials = folder / values["data"] / CREDENTIALS
    try:
        passwords = json.loads(credentials.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSettings(credentials, str(error), START) from None
    return Settings(path, values, hall, passwords)
