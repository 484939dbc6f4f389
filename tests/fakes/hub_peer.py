"""The hub's side of the wire on paho-mqtt, for tests of one device."""

from __future__ import annotations

import json
import threading
import time
from typing import Any, Self

import paho.mqtt.client as paho

SITE = "lobby"
PATIENCE_S = 60


def hub_ms() -> int:
    """UTC in ms."""
    return time.time_ns() // 1_000_000


class HubPeer:
    """`with HubPeer(port, password, device) as hub:`; `heard` lists (leaf, message)."""

    def __init__(self, port: int, password: str, device: str) -> None:
        self.device = device
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self._port = port
        self._changed = threading.Condition()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, "hub-peer")
        self._client.username_pw_set("hub", password)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(self.topic("#"), 1)
        self._client.on_message = self._on_message
        self._client.on_subscribe = lambda *_: self._granted.set()
        self._granted = threading.Event()

    def __enter__(self) -> Self:
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        assert self._granted.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def topic(self, leaf: str) -> str:
        return f"hall/v1/{SITE}/dev/{self.device}/{leaf}"

    def publish(self, topic: str, payload: bytes | dict[str, Any], retain: bool = False) -> None:
        """Publish with QoS 1; a dict becomes JSON."""
        if isinstance(payload, dict):
            payload = json.dumps(payload).encode()
        self._client.publish(topic, payload, 1, retain).wait_for_publish(5)

    def state(self, word: str, epoch: int) -> None:
        message = {"v": 1, "s": word, "epoch": epoch, "now": hub_ms()}
        self.publish(f"hall/v1/{SITE}/hub/state", message, retain=True)

    def want(self, rev: list[int], **body: Any) -> None:
        body = {"st": "idle", "ver": 1, **body}
        message = {"v": 1, "k": "caller", "rev": rev, "now": hub_ms(), "d": body}
        self.publish(self.topic("want"), message, retain=True)

    def cmd(self, cmd_id: str, kind: str = "beep", life_ms: int = 10_000) -> None:
        now = hub_ms()
        message = {"v": 1, "id": cmd_id, "k": kind, "exp": now + life_ms, "now": now, "d": {}}
        self.publish(self.topic("cmd"), message)

    def evtack(self, evt: dict[str, Any], **changed: Any) -> None:
        """Answer an event: ok, with an empty body."""
        message = {"v": 1, "k": evt["k"], "boot": evt["boot"], "n": evt["n"], "ok": True}
        self.publish(self.topic("evtack"), {**message, "now": hub_ms(), "d": {}, **changed})

    def wait(
        self, leaf: str, count: int = 1, within_s: float = PATIENCE_S, **facts: Any
    ) -> dict[str, Any]:
        """The `count`th message on a leaf with these facts; AssertionError if it does not come."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.all(leaf, **facts)) >= count, within_s)
            found = self.all(leaf, **facts)
        assert len(found) >= count, f"{leaf} {facts}: {len(found)} of {count} in {self.heard}"
        return found[count - 1]

    def all(self, leaf: str, **facts: Any) -> list[dict[str, Any]]:
        """All messages on a leaf that have these facts."""
        return [
            message
            for heard, message in list(self.heard)
            if heard == leaf and facts.items() <= message.items()
        ]

    def _on_message(self, _client: object, _user: object, message: paho.MQTTMessage) -> None:
        leaf = message.topic.split("/", 5)[5]
        if leaf in ("want", "cmd", "evtack") or leaf.startswith("menu"):
            return  # our own words come back
        plain = json.loads(message.payload)
        with self._changed:
            self.heard.append((leaf, plain))
            self._changed.notify_all()
