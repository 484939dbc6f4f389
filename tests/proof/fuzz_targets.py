"""What is fuzzed: each decoder, valid inputs to begin with, and what may be said to a bad one."""

import json
import random

from common import config_check
from common.config import Config
from common.errors import ConfigError, MalformedPacket
from common.link import Link
from common.mqtt_packets import CONNACK, PINGRESP, PUBACK, PUBLISH, SUBACK, Decoder
from drivers import dgus2, escpos, gm65, sdt_idcard, uid_uart
from fakes.menus import MENUS
from fakes.samples import SAMPLES
from protocol import caller, codec, envelope, machine, pad, panel, topics
from protocol.errors import ProtocolError
from protocol.limits import MAX_PAYLOAD, MAX_TOPIC
from ticket_machine import menu_file

DEVICES = (machine, caller, pad, panel)
# (class, its bodies) of each payload that a topic of the tree carries.
ENVELOPES = [
    (envelope.State, None),
    (envelope.Desc, None),
    (envelope.Tele, None),
    (envelope.Ack, None),
    (envelope.HubState, None),
    (machine.Menu, None),
]
for module in DEVICES:
    ENVELOPES += [
        (envelope.Evt, module.EVENTS),
        (envelope.EvtAck, module.ANSWERS),
        (envelope.Cmd, module.COMMANDS),
        (envelope.Want, module.WANTS),
    ]
DEVICE_JSON = {
    "v": 1,
    "id": "caller-4",
    "site": "lobby",
    "wifi": [{"ssid": "hall", "password": "secret"}],
    "broker": {"host": "10.0.0.2", "port": 1883, "user": "caller-4", "password": "secret"},
    "pins": {"keys": [1, 2, 3]},
    "boot0": 208_000_000,
    "link": {"keepalive_s": 15, "low_ms": 1_000, "high_ms": 30_000},
}
PACKETS = (
    b"\x20\x02\x00\x00",
    b"\x40\x02\x00\x0a",
    b"\x90\x04\x00\x0a\x01\x80",
    b"\xd0\x00",
    b"\x31\x05\x00\x03a/b",
    b"\x3a\x09\x00\x03a/b\x00\x0ahi",
    b"\x32\x8f\x04\x00\x03a/b\x00\x05" + b"x" * 520,
    b"\x32\x8f\x14\x00\x03a/b\x00\x05" + b"x" * 2568,
)
KINDS = (CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP)
CARD = b"\x0262E3086CED08\r\n\x03"
KEY = b"\x5a\xa5\x06\x83\x10\x00\x01\x00\x07"
QR = b"73941526\r"
FOUND = b"\xaa\xaa\xaa\x96\x69\x00\x08\x00\x00\x9f\0\0\0\0\x97"
CODE_CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEX = "0123456789ABCDEF"
STATES = ("ok", "low", "paper", "cover", "error", "offline")
LEAVES = ("want", "cmd", "evtack", "state", "menu/A")
FOLDER = __file__.rsplit("/", 3)[0] + "/build/test-fuzz"


def sample_of(cls):
    """A valid message of a class, the caller's own to change."""
    return cls.parse(next(message for message in SAMPLES if type(message) is cls).plain())


def payloads():
    """Valid payloads of every envelope and body, each behind the number of its row above."""
    found = []
    for index, (cls, bodies) in enumerate(ENVELOPES):
        message = sample_of(cls)
        for kind in ("",) if bodies is None else bodies:
            if bodies:
                message.k, message.d = kind, sample_of(bodies[kind])
                message.ok = True
            found.append(bytes((index,)) + codec.encode(message))
    return found


def wire(data):
    """A payload on some topic; what is accepted says the same once more."""
    if not data:
        return
    cls, bodies = ENVELOPES[data[0] % len(ENVELOPES)]
    message = codec.decode(cls, data[1:], bodies)
    again = codec.decode(cls, codec.encode(message), bodies)
    assert message.plain() == again.plain()


def topic(data):
    """A topic; what is accepted has three parts."""
    try:
        text = str(data, "utf-8")
    except ValueError:
        return  # the MQTT decoder has refused it
    assert len(topics.parse(text)) == 3


def print_nothing(letter, payload):
    """A device that takes menus."""


class Device:
    """A caller's link without a network, which must outlive every message."""

    link = None

    @classmethod
    def hear(cls, data):
        """A payload on a leaf, however wrong."""
        if cls.link is None or len(cls.link._outbox.entries) > 8:
            cls.link = Link(Config(DEVICE_JSON), "caller", caller, folder=FOLDER)
            cls.link.on_menu = print_nothing
            for _ in range(4):
                cls.link.send("press", sample_of(caller.Press))
        leaf = LEAVES[data[0] % len(LEAVES)] if data else "evtack"
        payload = None if len(data) > MAX_PAYLOAD else memoryview(data)[1:]
        cls.link._on_message("hall/v1/lobby/dev/caller-4/" + leaf, payload, False, len(data))


def words_to_a_caller():
    """What the hub says to a caller, behind the number of its leaf."""
    now = {"now": 1_790_000_000_000}
    press = {"v": 1, "k": "press", "boot": DEVICE_JSON["boot0"], "n": 1, "ok": True, "d": {}}
    want = codec.encode(sample_of(envelope.Want))
    return [
        b"\x00" + want,
        b"\x01" + codec.encode(sample_of(envelope.Cmd)),
        b"\x02" + json.dumps(dict(press, **now)).encode(),
        b"\x03" + codec.encode(sample_of(envelope.HubState)),
    ]


def mqtt(data):
    """A broker's bytes in pieces, until the first that no broker sends."""
    decoder = Decoder()
    at = 0
    while at < len(data):
        space = decoder.space()
        assert len(space) > 0
        count = min(len(space), len(data) - at, 1 + random.getrandbits(9))
        space[:count] = data[at : at + count]
        decoder.end += count
        at += count
        packet = decoder.next()
        while packet is not None:
            assert packet[0] in KINDS
            if packet[0] == PUBLISH:
                name, payload, size = packet[1:4]
                if payload is None:
                    assert size > MAX_PAYLOAD or len(name.encode()) > MAX_TOPIC
                else:
                    assert len(payload) == size <= MAX_PAYLOAD
            packet = decoder.next()


def printer(data):
    """Answers to the printer's status questions; silence and noise are never OK."""
    answers = [byte if byte < 250 else None for byte in data[:3]] + [None] * 3
    state = escpos.state_of(*answers[:3])
    assert state in (
        escpos.OK,
        escpos.LOW,
        escpos.PAPER,
        escpos.COVER,
        escpos.ERROR,
        escpos.OFFLINE,
    )
    if state in (escpos.OK, escpos.LOW):
        assert escpos.is_status(answers[0]) and escpos.is_status(answers[2])


def panel_keys(data):
    """A touch panel's bytes, with and without its checksum; its memory stays one frame."""
    for crc in (False, True):
        parser = dgus2.Parser(crc)
        for vp, value in parser.feed(data):
            assert 0 <= vp < 65536 and 0 <= value < 65536
        assert len(parser._buffer) < 3 + 8


def cards(data):
    """A card reader's bytes; a card is ten hex digits, never the same twice in a row."""
    found = uid_uart.Parser().feed(data, 0)
    for uid in found:
        assert len(uid) == 10 and all(digit in HEX for digit in uid)
    assert all(found[at] != found[at - 1] for at in range(1, len(found)))


def record():
    """An ID card's record, its number among other text."""
    text = b" \0" * 61 + b"".join([bytes((ord(digit), 0)) for digit in "310110200402290010"])
    body = b"\x05\x08\0\0\x90\1\0\4\0" + text + b" \0" * 49 + b"\x96" * 1024
    checksum = 0
    for byte in body:
        checksum ^= byte
    return FOUND[:5] + body + bytes((checksum,))


def id_cards(data):
    """An ID-card module's bytes in pieces; what is accepted is no whole answer, or a number."""
    parser = sdt_idcard.Parser()
    at = 0
    ends = False
    while at < len(data) and not ends:
        size = 1 + random.getrandbits(6)
        ends = parser.feed(data[at : at + size])
        at += size
    if ends:
        assert 0 <= parser.status <= 255
        number = parser.number()
        assert len(number) == 18 and all(digit in HEX[:10] for digit in number[:17])
    assert len(parser._number) == 18


def codes(data):
    """A scanner's bytes in pieces; a booking code is 4 to 16 capital letters and digits."""
    parser = gm65.Parser()
    at = 0
    while at < len(data):
        size = 1 + random.getrandbits(5)
        code = parser.feed(data[at : at + size], at)
        assert not code or (4 <= len(code) <= 16 and all(char in CODE_CHARS for char in code))
        at += size
    parser.feed(b"", len(data) + gm65.HELD_MS)
    assert len(parser._line) == len(parser._held) == 16


def menu(data):
    """A department's menu as the machine keeps it; what it takes is a menu, line by line."""
    head, *services = menu_file.lines(data)
    assert machine.Menu.parse(json.loads(head)).services == []
    for line in services:
        machine.MenuService.parse(json.loads(line))


def configuration(data):
    """A device.json."""
    config = Config(config_check.parse(data, "device.json"), "device.json", True)
    assert 1 <= config.port <= 65535 and config.keepalive_s > 0


# Name → (decoder, valid inputs, the errors that it may name).
TARGETS = {
    "wire": (wire, payloads(), ProtocolError),
    "topic": (
        topic,
        [b"hall/v1/lobby/dev/caller-4/evt", b"hall/v1/lobby/hub/state"],
        ProtocolError,
    ),
    "link": (Device.hear, words_to_a_caller(), ()),
    "mqtt": (mqtt, PACKETS, MalformedPacket),
    "printer": (printer, [b"\x12\x12\x12", b"\x1a\x16\x72"], ()),
    "panel": (panel_keys, [KEY, b"\x5a\xa5\x03\x82OK", KEY + KEY], ()),
    "card": (cards, [CARD, CARD + CARD], ()),
    "sdt": (id_cards, [record(), record() + FOUND], sdt_idcard.IdCardError),
    "qr": (codes, [QR, b"A012\r\n", b"0123456789ABCXYZ\n" + QR], gm65.ScanError),
    "menu": (menu, [codec.encode(MENUS[letter]) for letter in "CF"], ProtocolError),
    "configuration": (configuration, [json.dumps(DEVICE_JSON).encode()], ConfigError),
}
