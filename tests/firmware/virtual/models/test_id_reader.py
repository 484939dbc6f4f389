"""The ID-card reader model against the frames that were taken from real modules."""

from __future__ import annotations

from fakes.uart import UartBench
from firmware.virtual.models.id_reader import ADDRESS, NAME, IdReader

NUMBER = "310110200402290010"
STATUS, STATUS_OK = "AAAAAA9669000311FFED", "AAAAAA9669000400009094"
FIND = "AAAAAA96690003200122"
FOUND, NO_CARD = "AAAAAA9669000800009F0000000097", "AAAAAA9669000400008084"
SELECT = "AAAAAA96690003200221"
SELECTED, NOT_SELECTED = "AAAAAA9669000C0000900000000000000000" + "9C", "AAAAAA9669000400008185"
READ = "AAAAAA96690003300132"
READ_FAILED = "AAAAAA9669000400004145"
RECORD_HEAD = "AAAAAA9669050800009001000400"


def module() -> tuple[IdReader, UartBench]:
    bench = UartBench()
    return IdReader(bench, 3), bench


def ask(bench: UartBench, request: str) -> str:
    bench.uart(3).feed(bytes.fromhex(request))
    return bench.uart(3).take().hex().upper()


def test_every_step_answers_with_the_frame_of_a_real_module():
    reader, bench = module()
    assert ask(bench, STATUS) == STATUS_OK
    assert ask(bench, FIND) == NO_CARD
    assert ask(bench, SELECT) == NOT_SELECTED
    reader.tap(NUMBER)
    assert ask(bench, READ) == READ_FAILED
    assert ask(bench, FIND) == FOUND
    assert ask(bench, SELECT) == SELECTED
    read = bytes.fromhex(ask(bench, READ))
    assert (len(read), read[:14].hex().upper()) == (1295, RECORD_HEAD)
    text = read[14:270].decode("utf-16-le")
    assert text[61:79] == NUMBER
    assert NAME in text
    assert ADDRESS in text
    assert ask(bench, FIND) == NO_CARD  # taken away


def test_a_card_that_stays_must_leave_and_return():
    reader, bench = module()
    reader.put(NUMBER)
    for request in (FIND, SELECT, READ):
        ask(bench, request)
    reader.put(NUMBER)
    assert ask(bench, FIND) == FOUND


def test_a_wrong_request_is_told_so_and_a_torn_one_waited_for():
    _, bench = module()
    assert ask(bench, FIND[:-2] + "23") == "AAAAAA9669000400001014"
    assert ask(bench, "00AA" + FIND[:12]) == ""
    assert ask(bench, FIND[12:]) == NO_CARD


def test_a_torn_record_and_a_refusal():
    reader, bench = module()
    for fault, size in (({"tear_at": 700}, 700), ({"refusal": 0x41}, 11)):
        reader.tap(NUMBER, **fault)
        ask(bench, FIND), ask(bench, SELECT)
        assert len(bytes.fromhex(ask(bench, READ))) == size
    reader.is_there = False
    assert ask(bench, FIND) == ""
