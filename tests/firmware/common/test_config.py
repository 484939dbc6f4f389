"""The board's configuration."""
# runs on CPython and MicroPython
# ruff: noqa: PTH102, PTH107, PTH123 (no pathlib on MicroPython)

import json
import os
import unittest

from common import config
from common.config import Config
from common.errors import ConfigError

FOLDER = __file__.rsplit("/", 4)[0] + "/build"
PATH = FOLDER + "/test-device.json"


def valid():
    return {
        "v": 1,
        "id": "caller-4",
        "site": "lobby",
        "wifi": [{"ssid": "hall", "password": "open sesame"}],
        "broker": {"host": "10.0.0.2", "port": 8883, "user": "caller-4", "password": "secret"},
        "pins": {"voice": True},
        "boot0": 217_000_000,
    }


def write(path, text):
    with open(path, "wb") as file:
        file.write(text.encode())


class ConfigTest(unittest.TestCase):
    def assert_refused(self, key, why, values):
        with self.assertRaises(ConfigError) as caught:
            Config(values, "device.json")
        self.assertEqual(
            (caught.exception.path, caught.exception.key, caught.exception.why),
            ("device.json", key, why),
        )

    def test_a_valid_file_gives_every_value(self):
        made = Config(valid())
        self.assertEqual((made.id, made.site, made.boot0), ("caller-4", "lobby", 217_000_000))
        self.assertEqual(made.networks, [("hall", "open sesame")])
        self.assertEqual((made.host, made.port), ("10.0.0.2", 8883))
        self.assertEqual((made.user, made.password), ("caller-4", "secret"))
        self.assertEqual(made.pins, {"voice": True})

    def test_several_hosts_have_their_numbers_before_their_names(self):
        values = valid()
        for hosts in ("10.0.0.2,10.0.0.3", "10.0.0.2,hub.hall", "hub.hall,hub.lan"):
            values["broker"]["host"] = hosts
            self.assertEqual(Config(values).host, hosts)
        for hosts in ("hub.hall,10.0.0.2", "10.0.0.2,", ","):
            values["broker"]["host"] = hosts
            self.assert_refused("broker.host", "want addresses, then names", values)

    def test_each_missing_key_is_named(self):
        for key in valid():
            with self.subTest(key=key):
                values = valid()
                del values[key]
                self.assert_refused(key, "missing", values)

    def test_missing_nested_keys_are_named_with_their_place(self):
        values = valid()
        del values["broker"]["port"]
        self.assert_refused("broker.port", "missing", values)
        values = valid()
        values["wifi"].append({"ssid": "annexe"})
        self.assert_refused("wifi[1].password", "missing", values)

    def test_an_unknown_key_is_refused_rather_than_ignored(self):
        values = valid()
        values["borker"] = {}
        self.assert_refused("borker", "unknown key", values)
        values = valid()
        values["broker"]["tls"] = False
        self.assert_refused("broker.tls", "unknown key", values)

    def test_wrong_types_are_refused(self):
        for key, value, why in (
            ("id", 4, "want str"),
            ("boot0", "now", "want int"),
            ("boot0", True, "want int"),
            ("wifi", {}, "want list"),
            ("broker", "10.0.0.2", "want dict"),
        ):
            with self.subTest(key=key, value=value):
                values = valid()
                values[key] = value
                self.assert_refused(key, why, values)

    def test_values_out_of_range_are_refused(self):
        values = valid()
        values["id"] = "Caller 4"
        self.assert_refused("id", "want 1-32 of a-z 0-9 -", values)
        values = valid()
        values["broker"]["port"] = 0
        self.assert_refused("broker.port", "want 1-65535", values)
        values = valid()
        values["wifi"] = []
        self.assert_refused("wifi", "want 1-4 long", values)
        values = valid()
        values["v"] = 2
        self.assert_refused("v", "want 1-1", values)

    def test_something_else_than_an_object_is_refused(self):
        self.assert_refused("file", "not an object", [])
        values = valid()
        values["wifi"] = ["hall"]
        self.assert_refused("wifi[0]", "not an object", values)


class LoadTest(unittest.TestCase):
    def setUp(self):
        try:
            os.mkdir(FOLDER)
        except OSError as error:
            self.assertEqual(error.errno, 17)
        self.tearDown()

    def tearDown(self):
        for path in (PATH, PATH + ".bak"):
            try:
                os.remove(path)
            except OSError as error:
                self.assertEqual(error.errno, 2)

    def test_the_file_itself_comes_first(self):
        write(PATH, json.dumps(valid()))
        write(PATH + ".bak", "garbage")
        self.assertEqual(config.load(PATH).path, PATH)

    def test_a_broken_file_falls_back_to_the_copy(self):
        write(PATH, json.dumps(valid())[:40])
        write(PATH + ".bak", json.dumps(valid()))
        self.assertEqual(config.load(PATH).path, PATH + ".bak")

    def test_without_a_usable_copy_the_first_error_is_told(self):
        write(PATH, "{")
        with self.assertRaises(ConfigError) as caught:
            config.load(PATH)
        self.assertEqual((caught.exception.path, caught.exception.why), (PATH, "not JSON"))

    def test_no_file_at_all_is_named(self):
        with self.assertRaises(ConfigError) as caught:
            config.load(PATH)
        self.assertEqual((caught.exception.path, caught.exception.key), (PATH, "file"))


if __name__ == "__main__":
    unittest.main()
