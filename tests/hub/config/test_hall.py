"""What the example hall answers to the hub's parts."""

from __future__ import annotations

import base64
import dataclasses

import pytest

from hub.config import EXAMPLE, HallConfig, UnknownDevice, default_policy, load
from hub.config.schema_rules import RULES
from hub.core import rules as core
from protocol.codec import decode, encode
from protocol.limits import MAX_PAYLOAD
from protocol.machine import Menu


@pytest.fixture(scope="module")
def config() -> HallConfig:
    return load(EXAMPLE)


def test_every_device_is_bound_to_role_window_and_zone(config: HallConfig) -> None:
    caller, bar, board = (config.device(i) for i in ("caller-19", "bar-04", "board-2"))
    assert (caller.role, caller.window, caller.zone) == ("caller", 19, "floor-2")
    assert (bar.role, bar.window, bar.panel, bar.voice) == ("display", 4, "64x16", False)
    assert (board.role, board.window, board.panel, board.voice) == (
        "display",
        None,
        "128x32",
        True,
    )
    assert config.device("pad-20").role == "rating_pad"
    assert config.device("ticket-machine-1").role == "ticket_machine"
    assert len(config.devices()) == 3 + 3 + 3 * 20


def test_an_unknown_device_is_a_named_error(config: HallConfig) -> None:
    with pytest.raises(UnknownDevice, match="caller-99"):
        config.device("caller-99")


def test_the_joint_service_is_served_at_its_own_window_only(config: HallConfig) -> None:
    grant = config.services["grant-entry"]
    assert grant.joint
    assert grant.partners == ("L",)
    assert config.service_windows("grant-entry") == (19,)
    assert "grant-entry" not in config.primary_services(12)
    assert config.primary_services(19) == ("grant-entry", "hs-grant-entry")


def test_a_visitor_is_sent_to_primary_windows(config: HallConfig) -> None:
    assert config.service_windows("enrolment-proof") == (4, 5, 6)
    assert config.service_floor("seal") == 3
    assert "grad-stipend" in config.secondary_services(2)


def test_each_zone_has_its_voice(config: HallConfig) -> None:
    assert [config.voice(zone) for zone in config.zones] == ["board-1", "board-2", "board-3"]
    assert config.zone_boards("floor-2") == ("board-2",)


def test_the_roster_names_posts(config: HallConfig) -> None:
    assert config.posts[19] == "joint-01"


def test_rules_take_services_windows_and_numbers_over(config: HallConfig) -> None:
    rules = config.to_rules()
    assert set(rules.services) == set(config.services)
    assert rules.primary == {n: config.primary_services(n) for n in config.windows}
    assert rules.secondary == {n: config.secondary_services(n) for n in config.windows}
    assert rules.services["campus-card"].card_optional
    assert rules.services["seal"].mean_s == 5 * 60
    assert rules.windows[20] == core.Window(20, "floor-3", "seal")
    assert rules.voiced_zones == set(config.zones)


def test_defaults_here_are_the_core_s_defaults(config: HallConfig) -> None:
    assert config.to_rules().policy == core.Policy()
    mine = default_policy()
    for field in dataclasses.fields(core.Policy):
        assert getattr(mine, field.name) == field.default, field.name


def test_speed_divides_people_and_rules_but_no_network_time(config: HallConfig) -> None:
    fast = config.scaled(60)
    assert fast.policy.recall_gap_ms == 133
    assert fast.policy.credit_booked_ms == 15_000
    assert fast.policy.calls_max == config.policy.calls_max
    assert fast.services["seal"].mean_ms == 5_000
    for name in ("print_timeout_ms", "press_stale_ms", "silent_lost_ms", "speak_timeout_ms"):
        assert getattr(fast.policy, name) == getattr(config.policy, name)
    assert config.scaled(1) == config


@pytest.mark.parametrize("speed", [0, 0.5, -1, float("nan")])
def test_a_speed_below_one_is_refused(config: HallConfig, speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        config.scaled(speed)


def test_no_scaled_duration_becomes_zero(config: HallConfig) -> None:
    fast = config.scaled(1e9)
    assert all(getattr(fast.policy, key.attribute) >= 1 for key in RULES.keys)


def test_every_menu_crosses_the_wire(config: HallConfig) -> None:
    for letter in config.departments:
        payload = encode(config.menu(letter).message([7, 1]))
        menu = decode(Menu, payload)
        assert len(config.menu(letter).encode_worst()) <= MAX_PAYLOAD
        assert menu.letter == letter
        for service in menu.services:
            assert base64.b64decode(service.g).decode("gb18030") == service.zh
            assert base64.b64decode(service.bring_g).decode("gb18030") == service.bring


def test_a_menu_names_windows_and_what_to_bring(config: HallConfig) -> None:
    service = next(s for s in config.menu("G").services if s["id"] == "grant-entry")
    assert service["windows"] == [19]
    assert service["bring"] == "到款凭证、项目合同、预算表"
    assert service["card"] is True


def test_a_ticket_machine_offers_all_departments_unless_it_names_some(config: HallConfig) -> None:
    machine = dataclasses.replace(
        config.ticket_machines["ticket-machine-3"], departments=("U", "L")
    )
    some = dataclasses.replace(config, ticket_machines={machine.id: machine})
    assert len(config.machine_departments("ticket-machine-3")) == 12
    assert [d.letter for d in some.machine_departments(machine.id)] == ["L", "U"]
