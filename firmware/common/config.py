"""The board's own configuration: id, network and pins; everything else comes from the hub."""

PATH = "/cfg/device.json"


class Config:
    """The checked content of one device.json; ConfigError names the file and the key.

    `link`, with the timing of the connection, may be left out.
    """

    def __init__(self, values, path=PATH, is_checked=False):
        if not is_checked:
            from common.config_check import check

            check(values, path)
        broker = values["broker"]
        self.path = path
        self.id = values["id"]
        self.site = values["site"]
        self.networks = [(network["ssid"], network["password"]) for network in values["wifi"]]
        self.host = broker["host"]
        self.port = broker["port"]
        self.user = broker["user"]
        self.password = broker["password"]
        self.pins = values["pins"]
        self.boot0 = values["boot0"]
        link = values.get("link", {"keepalive_s": 15, "low_ms": 1_000, "high_ms": 30_000})
        self.keepalive_s = link["keepalive_s"]
        self.backoff_ms = link["low_ms"], link["high_ms"]


def load(path=PATH) -> Config:
    """The configuration, from `path` or else from its `.bak`; the first error if neither will do.

    `.path` of the result says which file it came from.
    """
    # Imported late, as what only booting needs: afterwards its memory is free again.
    from common.config_check import read

    values, found = read(path)
    return Config(values, found, True)
