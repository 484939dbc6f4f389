"""What can go wrong below a device's own logic: one base, narrow subclasses with their facts."""


class CommonError(Exception):
    """Base of every error of this package; a subclass says TEXT and names its FACTS."""

    TEXT = "%s"
    FACTS = ("why",)

    def __init__(self, *facts):
        super().__init__(self.TEXT % facts)
        for index, name in enumerate(self.FACTS):
            setattr(self, name, facts[index])


class ConfigError(CommonError):
    """The board's configuration is unusable; names the file and the key."""

    TEXT = "%s: %s: %s"
    FACTS = ("path", "key", "why")


class StoreError(CommonError):
    """A stored file exists but is not what this firmware wrote."""

    TEXT = "%s: %s"
    FACTS = ("path", "why")


class MqttError(CommonError):
    """Base of what ends an MQTT connection."""


class MalformedPacket(MqttError):
    """The broker sent, or we were asked to send, what MQTT 3.1.1 does not allow."""

    TEXT = "malformed %s: %s"
    FACTS = ("what", "value")


class Refused(MqttError):
    """The broker said no to a connection or a subscription.

    To a connection, 4 and 5 are wrong credentials and 3 is a broker that is not ready.
    """

    TEXT = "broker refused the %s, code %d"
    FACTS = ("what", "code")


class LinkLost(MqttError):
    """The connection is gone: closed, reset, or silent past a deadline."""

    TEXT = "link lost: %s"
