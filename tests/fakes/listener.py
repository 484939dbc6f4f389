"""Somebody who hears everything on the wire: a paho client with the hub's own permissions."""

from __future__ import annotations

import threading
from typing import Any, Self

import paho.mqtt.client as paho

from hub.demo.hall import DemoHall

CONNECT_S = 10


class Listener:
    """A context manager; `messages` are (topic, payload) in the order in which they came."""

    def __init__(self, hall: DemoHall) -> None:
        self.messages: list[tuple[str, bytes]] = []
        self._port = hall.port
        self._listening = threading.Event()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, "listener")
        self._client.username_pw_set("hub", hall.password("hub"))
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self._client.on_subscribe = lambda *_: self._listening.set()
        self._client.on_message = self._on_message

    def _on_message(self, _client: object, _data: object, message: Any) -> None:
        self.messages.append((message.topic, message.payload))

    def __enter__(self) -> Self:
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        if not self._listening.wait(CONNECT_S):
            self.__exit__()
            raise AssertionError("the broker did not let the listener in")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()
