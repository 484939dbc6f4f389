"""The topic tree, written here and nowhere else."""

from protocol.errors import BadTopic

ROOT = "hall/v1"

# What a device may publish, and read beside the hub's state; brokers take permissions from here.
DEVICE_WRITES = ("state", "desc", "evt", "tele", "ack")
DEVICE_READS = ("want", "cmd", "evtack", "menu/+")


def dev(site: str, device: str, leaf: str) -> str:
    """The topic of one device's leaf, e.g. `evt`, `menu/A`; the id `+` subscribes to all."""
    return "%s/%s/dev/%s/%s" % (ROOT, site, device, leaf)


def hub_state(site: str) -> str:
    """The retained topic that tells whether the hub is there, and its epoch."""
    return "%s/%s/hub/state" % (ROOT, site)


def parse(topic: str):
    """(site, device, leaf) of a topic, device None for the hub's own; raises BadTopic."""
    parts = topic.split("/")
    if len(parts) >= 5 and "/".join(parts[:2]) == ROOT:
        if parts[3:] == ["hub", "state"]:
            return parts[2], None, "hub/state"
        if parts[3] == "dev" and len(parts) in (6, 7):
            return parts[2], parts[4], "/".join(parts[5:])
    raise BadTopic("not a topic of the hall")
