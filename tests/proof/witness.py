"""An independent witness of the wire: hears every message, and adds up what a hall did.

It shares no code with hub, protocol or firmware: topics, fields and JSON are written here once
more, from protocol/README.md, so that a mistake made there twice is still seen here.

    python tests/proof/witness.py --broker mqtt://hub:PASSWORD@127.0.0.1:1883 --seconds 60 --json
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import socket
import sys
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt

TIMEOUT_S = 10.0
MAX_PAYLOAD_BYTES = 2048
# Leaves of hall/v1/{site}/dev/{id}/ that act once, so the broker must keep none of them.
NEVER_RETAINED = ("evt", "evtack", "cmd", "ack", "tele")
# Events that only ask: the hub answers a repeat anew.
QUESTIONS = ("identify", "quote", "mine", "fault")
# What the messages of a leaf cannot do without.
SHAPES: dict[str, dict[str, type]] = {
    "state": {"s": str, "boot": int, "conn": int},
    "evt": {"k": str, "boot": int, "n": int, "d": dict},
    "evtack": {"k": str, "boot": int, "n": int, "ok": bool, "d": dict, "now": int},
    "cmd": {"k": str, "id": str, "exp": int, "now": int, "d": dict},
    "ack": {"st": str},
    "want": {"k": str, "rev": list, "now": int, "d": dict},
    "menu": {"rev": list, "letter": str, "services": list},
}


class NotHeard(Exception):
    """The broker did not let us in, or something expected never came; the message says which."""


@dataclasses.dataclass
class Message:
    """One message as it came, `at_s` on the monotonic clock and `wall_ms` on the wall's."""

    at_s: float
    wall_ms: int
    topic: str
    payload: bytes
    retained: bool

    def __post_init__(self) -> None:
        parts = self.topic.split("/")
        # The id in the topic, empty for the hub's own; and what follows it: evt, want, menu/A …
        self.device: str = parts[4] if len(parts) > 5 and parts[3] == "dev" else ""
        self.leaf: str = "/".join(parts[5 if self.device else 3 :])
        # The JSON object, None for what is none; and whether it has what its leaf must have.
        self.plain = plain = _object(self.payload)
        shape = SHAPES.get(self.leaf.split("/")[0], {})
        self.is_shaped = plain is not None and all(type(plain.get(k)) is shape[k] for k in shape)

    def line(self) -> str:
        """As one line of JSON; what is not UTF-8 keeps its place as U+FFFD."""
        payload = self.payload.decode("utf-8", "replace")
        return json.dumps(dataclasses.asdict(self) | {"payload": payload}, ensure_ascii=False)


def _object(payload: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class Peer:
    """One MQTT client with somebody's credentials; what it subscribes to is kept in order."""

    def __init__(self, url: str, client_id: str, topics: Sequence[str] = ()) -> None:
        """`url` is mqtt://user:password@host:port; connects on entering `with`."""
        self.messages: list[Message] = []
        self.refused: list[str] = []  # subscriptions that the broker did not grant
        self.disconnects = 0
        self._parts = urlsplit(url)
        self._topics = list(topics)
        self._changed = threading.Condition()
        self._granted = 0
        self._connected = False
        self._turned_away: str | None = None
        self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=client_id, reconnect_on_failure=False
        )
        user, password = self._parts.username or "", self._parts.password or ""
        self._client.username_pw_set(unquote(user), unquote(password))
        self._client.on_socket_open = _without_delay
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_disconnect = self._on_disconnect

    def __enter__(self) -> Self:
        self._client.connect(self._parts.hostname or "127.0.0.1", self._parts.port or 1883, 30)
        self._client.loop_start()
        try:
            self.until(self._is_settled, "its subscriptions")
        except NotHeard:
            self.__exit__()
            raise
        return self

    def _is_settled(self) -> bool:
        if self._turned_away:
            raise NotHeard(f"turned away: {self._turned_away}")
        return self._connected and self._granted == len(self._topics)

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: mqtt.Client, _: Any, __: Any, code: Any, *___: Any) -> None:
        with self._changed:
            self._connected = code == 0
            self._turned_away = None if code == 0 else str(code)
            self._changed.notify_all()
        if code == 0:
            for topic in self._topics:
                client.subscribe(topic, qos=1)

    def _on_subscribe(self, _: Any, __: Any, ___: Any, codes: Any, *____: Any) -> None:
        with self._changed:
            if codes[0].is_failure:
                self.refused.append(self._topics[self._granted])
            self._granted += 1
            self._changed.notify_all()

    def _on_message(self, _: Any, __: Any, message: mqtt.MQTTMessage) -> None:
        when = time.monotonic(), time.time_ns() // 1_000_000
        heard = Message(*when, message.topic, bytes(message.payload), message.retain)
        with self._changed:
            self.messages.append(heard)
            self._changed.notify_all()

    def _on_disconnect(self, *_: Any) -> None:
        with self._changed:
            self.disconnects += 1
            self._changed.notify_all()

    def until(self, holds: Callable[[], bool], what: str, timeout_s: float = TIMEOUT_S) -> None:
        """Wait for something that a message brings about; raises NotHeard naming `what`."""
        with self._changed:
            if not self._changed.wait_for(holds, timeout_s):
                raise NotHeard(f"{what}: not within {timeout_s} s")

    def wait_for(
        self, fits: Callable[[Message], bool], what: str, timeout_s: float = TIMEOUT_S
    ) -> Message:
        """The first message that fits, among those that came and those that will."""
        self.until(lambda: any(map(fits, self.messages)), what, timeout_s)
        return next(filter(fits, self.messages))

    def publish(self, topic: str, payload: bytes, retain: bool = False, qos: int = 1) -> bool:
        """Send anything; whether the broker acknowledged it, which it also does for a refusal."""
        sent = self._client.publish(topic, payload, qos, retain)
        try:
            sent.wait_for_publish(TIMEOUT_S)
        except RuntimeError:
            return False
        return sent.is_published()


def _without_delay(_: Any, __: Any, opened: socket.socket) -> None:
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Witness(Peer):
    """Hears the whole tree of the halls, as user `hub` under a client id of its own."""

    def __init__(self, url: str, client_id: str = "witness") -> None:
        super().__init__(url, client_id, ["hall/v1/#"])
        self._url = url

    def ledger(self) -> dict[str, Any]:
        """What the messages so far add up to; see `add_up`."""
        return add_up(self.messages[:]) | {"retained_wrongly": self.retained_wrongly()}

    def retained_wrongly(self) -> list[str]:
        """Topics that the broker keeps although they act once: asked of it anew."""
        with Peer(self._url, "witness-again", ["hall/v1/#"]) as again:
            again.wait_for(lambda m: m.leaf == "hub/state", "hub/state")
            time.sleep(0.3)
            kept = [m for m in again.messages if m.retained and m.leaf in NEVER_RETAINED]
            return sorted(m.topic for m in kept)

    def save(self, path: Path) -> None:
        """Everything heard, as lines of JSON."""
        path.write_text("".join(m.line() + "\n" for m in self.messages[:]), encoding="utf-8")


# --- Adding up -----------------------------------------------------------------------------------

Name = tuple[str, int, int]  # device, boot, n


def answers(messages: Iterable[Message]) -> dict[str, dict[str, Any]]:
    """Ok, why and body of every answer that must be durable, by device, boot and n."""
    return {
        _text(name): {part: given[0][1].get(part) for part in ("ok", "why", "d")}
        for name, given in Books.of(messages).answers.items()
        if given[0][1]["k"] not in QUESTIONS
    }


@dataclasses.dataclass
class Books:
    """The messages sorted by what belongs together."""

    events: dict[Name, list[tuple[float, dict[str, Any]]]]
    answers: dict[Name, list[tuple[float, dict[str, Any]]]]
    cmds: dict[tuple[str, str], dict[str, Any]]
    cmd_acks: dict[tuple[str, str], list[str]]
    wants: dict[str, list[tuple[float, dict[str, Any]]]]
    shown: dict[tuple[str, tuple[int, ...]], float]
    boots: dict[str, set[int]]

    @classmethod
    def of(cls, messages: Iterable[Message]) -> Books:
        """Sort them; what has not its leaf's shape belongs nowhere."""
        books = cls(*({} for _ in dataclasses.fields(cls)))
        for message in messages:
            plain = message.plain
            if plain is not None and message.device and message.is_shaped:
                books._take(message, plain)
        return books

    def _take(self, message: Message, plain: dict[str, Any]) -> None:
        device, leaf = message.device, message.leaf
        if leaf in ("evt", "evtack"):
            name = device, plain["boot"], plain["n"]
            book = self.events if leaf == "evt" else self.answers
            book.setdefault(name, []).append((message.at_s, plain))
        elif leaf == "cmd":
            self.cmds.setdefault((device, plain["id"]), plain)
        elif leaf == "want":
            self.wants.setdefault(device, []).append((message.at_s, plain))
        elif leaf == "ack" and plain.get("id") is not None:
            self.cmd_acks.setdefault((device, plain["id"]), []).append(plain["st"])
        elif leaf == "ack" and plain.get("rev") is not None:
            self.shown.setdefault((device, tuple(plain["rev"])), message.at_s)
        elif leaf == "state":
            self.boots.setdefault(device, set()).add(plain["boot"])

    def accepted(self, kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Each event of a kind that was answered ok, once, with its first answer."""
        return [
            (heard[0][1], self.answers[name][0][1])
            for name, heard in self.events.items()
            if heard[0][1]["k"] == kind and name in self.answers
            if self.answers[name][0][1]["ok"]
        ]


def add_up(messages: Sequence[Message], sorted_out: Books | None = None) -> dict[str, Any]:
    """Figures, and lists of names for what must not happen; `sorted_out`: books made already."""
    books = sorted_out or Books.of(messages)
    presses = [n for n, heard in books.events.items() if heard[0][1]["k"] == "press"]
    reserved = [answer["d"] for _, answer in books.accepted("reserve")]
    says = {cmd["d"]["call"] for cmd in books.cmds.values() if cmd["k"] == "say"}
    whys = Counter(books.answers[n][0][1]["why"] or "ok" for n in presses if n in books.answers)
    return {
        "messages": len(messages),
        "leaves": dict(Counter(m.leaf.split("/")[0] for m in messages)),
        "largest_bytes": max((len(m.payload) for m in messages), default=0),
        "papers": sorted({paper["ticket"] for paper in reserved}),
        "printed": len(books.accepted("printed")),
        "presses": len(presses),
        "press_answers": dict(whys),
        "calls_spoken_of": len(says),
        "ratings": len(books.accepted("rate")),
        "wants": {device: len(wants) for device, wants in sorted(books.wants.items())},
        "cmds": dict(Counter(cmd["k"] for cmd in books.cmds.values())),
        "cmd_ends": dict(Counter(st[0] for st in books.cmd_acks.values())),
        "evt_to_evtack_ms": _spread(_to_answer(books)),
        "press_to_want_ms": _spread(_to_want(books, presses)),
        "want_to_shown_ms": _spread(_to_shown(books)),
        "repeats": sum(len(heard) - 1 for heard in books.events.values()),
        **_wrong(messages, books),
    }


def _wrong(messages: Sequence[Message], books: Books) -> dict[str, list[str]]:
    """What a clean run leaves empty."""
    events, answers = books.events, books.answers
    return {
        # An empty payload is how a retained message is taken back.
        "malformed": sorted({m.topic for m in messages if m.payload and not m.is_shaped}),
        "too_large": sorted({m.topic for m in messages if len(m.payload) > MAX_PAYLOAD_BYTES}),
        "unanswered": sorted(_text(name) for name in events.keys() - answers.keys()),
        "answered_unasked": sorted(_text(name) for name in answers.keys() - events.keys()),
        "answered_two_ways": sorted(
            _text(name)
            for name, given in answers.items()
            if given[0][1]["k"] not in QUESTIONS and len({_gist(a) for _, a in given}) > 1
        ),
        "acked_unasked": sorted(
            f"{device} {name}" for device, name in books.cmd_acks.keys() - books.cmds.keys()
        ),
        "not_acked": sorted(
            f"{device} {name}" for device, name in books.cmds.keys() - books.cmd_acks.keys()
        ),
        # A device that spoke in another's name would not know its boot.
        "of_another_boot": sorted(
            _text(name) for name in events if name[1] not in books.boots.get(name[0], set())
        ),
    }


def _to_answer(books: Books) -> list[float]:
    return [
        books.answers[name][0][0] - heard[0][0]
        for name, heard in books.events.items()
        if name in books.answers
    ]


def _to_want(books: Books, presses: Iterable[Name]) -> list[float]:
    """From an accepted press to the next want of the same caller."""
    found = []
    for name in presses:
        at_s, wants = books.events[name][0][0], books.wants.get(name[0], [])
        later = bisect_left(wants, (at_s,))  # they stand in the order in which they came
        if later < len(wants) and name in books.answers and books.answers[name][0][1]["ok"]:
            found.append(wants[later][0] - at_s)
    return found


def _to_shown(books: Books) -> list[float]:
    return [
        shown_s - at_s
        for device, wants in books.wants.items()
        for at_s, want in wants
        # A want that was retained before we came has an ack that we missed, or none.
        if (shown_s := books.shown.get((device, tuple(want["rev"])))) and shown_s >= at_s
    ]


def _spread(values_s: list[float]) -> dict[str, float]:
    ranked = sorted(1000 * value for value in values_s)
    if not ranked:
        return {"p50": 0.0, "p99": 0.0, "of": 0}
    at = [ranked[min(len(ranked) - 1, int(share * len(ranked)))] for share in (0.5, 0.99)]
    return {"p50": round(at[0], 2), "p99": round(at[1], 2), "of": len(ranked)}


def _gist(answer: dict[str, Any]) -> str:
    return json.dumps([answer["ok"], answer.get("why"), answer.get("d")], sort_keys=True)


def _text(name: Name) -> str:
    return "{} {}.{}".format(*name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Listen for a while and print the ledger; exit code 1 when the broker is not there."""
    parser = argparse.ArgumentParser(prog="witness.py", description=__doc__.split("\n")[0])
    parser.add_argument("--broker", required=True, metavar="mqtt://…", help="with credentials")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--save", type=Path, metavar="FILE", help="every message as JSON lines")
    parser.add_argument("--json", action="store_true", help="the ledger on one line")
    options = parser.parse_args(arguments)
    try:
        with Witness(options.broker) as witness:
            time.sleep(options.seconds)
            ledger = witness.ledger()
    except (NotHeard, OSError) as error:
        print(f"witness: {error}", file=sys.stderr)
        return 1
    if options.save:
        witness.save(options.save)
    print(json.dumps(ledger, ensure_ascii=False, indent=None if options.json else 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
