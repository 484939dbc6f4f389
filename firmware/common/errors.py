"""What can go wrong below a device's own logic: one base, narrow subclasses that carry the facts."""


class CommonError(Exception):
    """Base of every error of this package."""


class ConfigError(CommonError):
    """The board's configuration is unusable; names the file and the key."""

    def __init__(self, path, key, why):
        super().__init__("%s: %s: %s" % (path, key, why))
        self.path = path
        self.key = key
        self.why = why


class StoreError(CommonError):
    """A stored file exists but is not what this firmware wrote."""

    def __init__(self, path, why):
        super().__init__("%s: %s" % (path, why))
        self.path = path
        self.why = why


class MqttError(CommonError):
    """Base of what ends an MQTT connection."""


class MalformedPacket(MqttError):
    """The broker sent, or we were asked to send, what MQTT 3.1.1 does not allow."""

    def __init__(self, what, value):
        super().__init__("malformed %s: %s" % (what, value))
        self.what = what
        self.value = value


class TruncatedPacket(MqttError):
    """The stream ended inside a packet, `size` bytes into it."""

    def __init__(self, size):
        super().__init__("stream ended %d bytes into a packet" % size)
        self.size = size


class ConnectRefused(MqttError):
    """CONNACK with a code other than 0: 4 and 5 are wrong credentials, 3 is a broker not ready."""

    def __init__(self, code):
        super().__init__("broker refused the connection, code %d" % code)
        self.code = code


class SubscribeRefused(MqttError):
    """SUBACK with a failure: the broker's permissions do not fit this device."""

    def __init__(self, codes):
        super().__init__("broker refused a subscription, codes %s" % (codes,))
        self.codes = codes


class LinkLost(MqttError):
    """The connection is gone: closed, reset, or silent past a deadline."""

    def __init__(self, why):
        super().__init__("link lost: %s" % why)
        self.why = why
