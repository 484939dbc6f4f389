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


class TruncatedPacket(MqttError):
    """The stream ended inside a packet, `size` bytes into it."""

    TEXT = "stream ended %d bytes into a packet"
    FACTS = ("size",)


class ConnectRefused(MqttError):
    """CONNACK with a code other than 0: 4 and 5 are wrong credentials, 3 is a broker not ready."""

    TEXT = "broker refused the connection, code %d"
    FACTS = ("code",)


class SubscribeRefused(MqttError):
    """SUBACK with a failure: the broker's permissions do not fit this device."""

    TEXT = "broker refused a subscription, code %d"
    FACTS = ("code",)


class LinkLost(MqttError):
    """The connection is gone: closed, reset, or silent past a deadline."""

    TEXT = "link lost: %s"
