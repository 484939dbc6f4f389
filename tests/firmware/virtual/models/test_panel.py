"""The panel model against literal DGUS frames; our driver is not involved."""

from __future__ import annotations

import asyncio

import pytest

from fakes.uart import UartBench
from firmware.virtual.models.panel import NoSuchButton, Page, Panel
from firmware.virtual.parts.ticket_machine import project

PROJECT = {
    0: Page("boot", 0x2000, (0x1000,), {}),
    1: Page("home", 0x2001, (0x1000,), {1: (0x1100,), 2: (0x1200,), 3: (0x1300,)}),
}
HELLO = bytes.fromhex("5AA50D8210004F60597D5417FF1FFFFF")
PAGE_1 = bytes.fromhex("5AA5078200845A010001")
WRITTEN = bytes.fromhex("5AA503824F4B")


def label(address: str, text: str) -> bytes:
    data = text.encode("utf-16-be") + b"\xff\xff"
    return b"\x5a\xa5" + bytes([len(data) + 3, 0x82]) + bytes.fromhex(address) + data


@pytest.fixture
def wire():
    return UartBench()


@pytest.fixture
def panel(wire):
    return Panel(wire, 0, PROJECT)


def test_text_and_page_of_the_worked_frames(wire, panel):
    wire.uart(0).feed(HELLO + PAGE_1)
    assert panel.page == 1 and panel.name == "home"
    assert panel.texts == {0x1000: "你好吗？"}
    assert wire.uart(0).take() == WRITTEN * 2


def test_clear_and_shorter_text(wire, panel):
    wire.uart(0).feed(HELLO + label("1000", "好"))
    assert panel.text(0x1000) == "好"
    wire.uart(0).feed(bytes.fromhex("5AA505821000FFFF"))
    assert panel.text(0x1000) == ""


def test_touch_uploads_the_key(wire, panel):
    panel.touch(0x2000, 2)
    assert wire.uart(0).take() == bytes.fromhex("5AA506832000010002")


def test_buttons_are_pressed_by_their_label(wire, panel):
    wire.uart(0).feed(PAGE_1 + label("1100", "预约取号") + label("1200", "现场取号"))
    wire.uart(0).take()
    assert panel.buttons() == {1: "预约取号", 2: "现场取号"}
    panel.press_label("现场取号")
    assert wire.uart(0).take() == bytes.fromhex("5AA506832001010002")
    panel.press_label("预约")
    assert wire.uart(0).take() == bytes.fromhex("5AA506832001010001")
    with pytest.raises(NoSuchButton) as caught:
        panel.press_label("返回")
    assert caught.value.label == "返回"


def test_a_page_read_is_answered(wire, panel):
    wire.uart(0).feed(PAGE_1)
    wire.uart(0).take()
    wire.uart(0).feed(bytes.fromhex("5AA50483001401"))
    assert wire.uart(0).take() == bytes.fromhex("5AA506830014010001")


def test_garbage_and_unknown_pages_are_rejected(wire, panel):
    wire.uart(0).feed(b"\x00\xff" + PAGE_1)
    assert panel.page == 1 and panel.rejected == [b"\x00\xff"]
    wire.uart(0).feed(bytes.fromhex("5AA5078200845A010009"))
    assert panel.page == 1 and len(panel.rejected) == 2


def test_waiting_for_words(wire, panel):
    async def scenario():
        asyncio.get_running_loop().call_later(0.01, wire.uart(0).feed, HELLO + PAGE_1)
        await panel.wait_for("你好")
        with pytest.raises(TimeoutError):
            await panel.wait_for("再见", timeout_s=0.01)

    asyncio.run(scenario())


def test_the_project_of_the_ticket_machine_has_no_variable_twice():
    pages = project().values()
    addresses = [vp for page in pages for vp in page.texts]
    addresses += [vp for page in pages for labels in page.buttons.values() for vp in labels]
    addresses += [page.key_vp for page in pages]
    assert len(addresses) == len(set(addresses))
