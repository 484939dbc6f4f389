"""The hall's configuration: `load` a file, ask the `HallConfig`; mistakes are a ConfigError."""

from hub.config.errors import ConfigError, Problem, UnknownDevice
from hub.config.hall import HallConfig, default_policy
from hub.config.load import EXAMPLE, load
from hub.config.menu import Menu, gb18030_base64
from hub.config.model import (
    ROLES,
    Board,
    Campus,
    Department,
    Device,
    Hall,
    Policy,
    Season,
    Service,
    Session,
    TicketMachine,
    Window,
    Zone,
)

__all__ = [
    "EXAMPLE",
    "ROLES",
    "Board",
    "Campus",
    "ConfigError",
    "Department",
    "Device",
    "Hall",
    "HallConfig",
    "Menu",
    "Policy",
    "Problem",
    "Season",
    "Service",
    "Session",
    "TicketMachine",
    "UnknownDevice",
    "Window",
    "Zone",
    "default_policy",
    "gb18030_base64",
    "load",
]
