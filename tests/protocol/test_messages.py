"""Every message class round-trips; every truncation and wrong type is a named error."""
# runs on CPython and MicroPython

import json
import unittest

from fakes.samples import SAMPLES
from protocol import caller, codec, envelope, machine, pad, panel
from protocol.errors import (
    BadJson,
    FieldError,
    ProtocolError,
    TooLarge,
    UnknownKind,
    VersionMismatch,
)
from protocol.fields import REQUIRED, Message, Table, fits, rows
from protocol.limits import MAX_PAYLOAD

MODULES = (envelope, machine, caller, pad, panel)
# Values no field of ours takes in place of another: tried against every field of every message.
WRONG = (None, True, -1000, 1.5, "\n", "x" * 3000, [{}], {"x": [1]}, [1] * 99)


def message_classes():
    """Every message class the wire modules define, found and not listed."""
    found = []
    for module in MODULES:
        for name in dir(module):
            value = getattr(module, name)
            if isinstance(value, type) and issubclass(value, Message) and value is not Message:
                if value not in found:
                    found.append(value)
    return found


def sample_of(cls):
    for sample in SAMPLES:
        if type(sample) is cls:
            return sample
    raise AssertionError("no sample for " + cls.__name__)


class RoundTrip(unittest.TestCase):
    def test_every_class_has_a_sample_and_comes_back_equal(self):
        classes = message_classes()
        self.assertGreater(len(classes), 30)
        for cls in classes:
            sample = sample_of(cls)
            payload = codec.encode(sample)
            self.assertEqual(codec.decode(cls, payload), sample)

    def test_a_boards_table_does_what_its_class_does(self):
        for cls in message_classes():
            sample = sample_of(cls)
            table = Table(cls.FIELDS)
            made = codec.decode(table, codec.encode(sample))
            self.assertEqual((made.plain(), repr(made)), (sample.plain(), "<message>"))
            self.assertEqual(made, table.parse(sample.plain()))
            self.assertNotEqual(made, sample)
            for name, _, default in rows(cls):
                if default is REQUIRED:
                    with self.assertRaises(FieldError) as caught:
                        table()
                    self.assertEqual(caught.exception.message, table.__name__)
                    self.assertEqual(caught.exception.field, name)
                    break

    def test_bodies_become_their_class(self):
        payload = codec.encode(
            envelope.Evt(k="press", boot=1, n=1, t=0, d=caller.Press(key="done", ver=9))
        )
        event = codec.decode(envelope.Evt, payload, caller.EVENTS)
        self.assertIs(type(event.d), caller.Press)
        self.assertEqual(event.d.key, "done")

    def test_a_refusal_has_no_body(self):
        sample = sample_of(envelope.EvtAck)
        self.assertEqual(codec.decode(envelope.EvtAck, codec.encode(sample), caller.ANSWERS).d, {})

    def test_an_unknown_field_is_ignored_and_a_missing_optional_one_filled(self):
        press = codec.decode(caller.Press, b'{"key":"next","ver":1,"colour":"red"}')
        self.assertEqual((press.key, press.long, press.leg), ("next", False, None))


class BadInput(unittest.TestCase):
    def test_every_truncated_prefix_is_bad_json(self):
        for sample in SAMPLES:
            payload = codec.encode(sample)
            for length in range(len(payload)):
                with self.assertRaises(BadJson):
                    codec.decode(type(sample), payload[:length])

    def test_every_wrong_value_in_every_field_names_message_and_field(self):
        for sample in SAMPLES:
            for name, kind, _ in rows(sample):
                for wrong in WRONG:
                    if fits(kind, wrong):
                        continue
                    plain = sample.plain()
                    plain[name] = wrong
                    with self.assertRaises(ProtocolError) as caught:
                        codec.decode(type(sample), json.dumps(plain).encode())
                    error = caught.exception
                    # What is wrong in a nested message is named as that one's.
                    if isinstance(error, FieldError) and error.message == type(sample).__name__:
                        self.assertEqual(error.field, name)

    def test_every_required_field_is_required(self):
        for sample in SAMPLES:
            for name, _, default in rows(sample):
                if default is REQUIRED:
                    plain = sample.plain()
                    del plain[name]
                    with self.assertRaises(FieldError) as caught:
                        codec.decode(type(sample), json.dumps(plain).encode())
                    self.assertEqual(caught.exception.field, name)

    def test_garbage(self):
        for garbage in (b"", b"\xff\x00", b"\xff{}", b"[" * 2000, b"{}x", b'"x"', b"7", b"null"):
            with self.assertRaises(BadJson):
                codec.decode(envelope.Evt, garbage)

    def test_deep_nesting_inside_an_object(self):
        with self.assertRaises(ProtocolError):
            codec.decode(envelope.Evt, b'{"k":' + b"[" * 1000 + b"]" * 1000 + b"}")

    def test_another_version(self):
        with self.assertRaises(VersionMismatch):
            codec.decode(envelope.Evt, b'{"v":2}')

    def test_an_unknown_kind_is_named(self):
        payload = codec.encode(envelope.Evt(k="dance", boot=1, n=1, t=0, d={}))
        with self.assertRaises(UnknownKind) as caught:
            codec.decode(envelope.Evt, payload, caller.EVENTS)
        self.assertEqual(caught.exception.kind, "dance")

    def test_too_large_in_both_directions(self):
        with self.assertRaises(TooLarge):
            codec.decode(envelope.Evt, b" " * (MAX_PAYLOAD + 1))
        line = {"t": "窗" * 32}
        services = [dict(sample_of(machine.MenuService).plain(), bring="带" * 32)] * 12
        with self.assertRaises(TooLarge):
            codec.encode(
                machine.Menu(rev=[1, 2], letter="C", zh="x", en="x", floor=1, services=services)
            )
        self.assertLess(len(codec.encode(panel.PanelWant(lines=[line] * 4))), MAX_PAYLOAD)

    def test_a_lone_surrogate_never_gets_in(self):
        with self.assertRaises(ProtocolError):
            codec.decode(panel.Line, b'{"t":"\\ud800"}')

    def test_errors_do_not_repeat_the_value(self):
        with self.assertRaises(FieldError) as caught:
            machine.Identify(s="17-3", how="card", id=62300001234567890)
        self.assertNotIn("6230000", str(caught.exception))

    def test_a_message_cannot_be_sent_wrong(self):
        press = caller.Press(key="next", ver=1)
        press.ver = "1"
        with self.assertRaises(FieldError):
            codec.encode(press)

    def test_a_misspelt_argument_is_a_programming_error(self):
        with self.assertRaises(TypeError):
            caller.Press(key="next", ver=1, legg=2)


if __name__ == "__main__":
    unittest.main()
