"""What all four devices share: MQTT client, link to the hub, Wi-Fi, configuration, time."""

FIRMWARE = "0.1.0"
