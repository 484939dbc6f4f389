"""The model of a SYN6288 takes the datasheet's frames, answers them and is heard."""

import asyncio
import time

import pytest

from firmware.virtual.models.syn6288 import Syn6288, number

# Literal frames of the datasheet (pages 13 to 19) and of the hardware reference.
GB2312 = "FD 00 0B 01 00 D3 EE D2 F4 CC EC CF C2 C1"
GBK = "FD 00 0B 01 01 D3 EE D2 F4 CC EC CF C2 C0"
UNICODE = "FD 00 0B 01 03 8B ED 97 F3 59 29 4E 0B C3"
MUSIC = "FD 00 0B 01 79 D3 EE D2 F4 CC EC CF C2 B8"
VOLUME = "FD 00 08 01 01 5B 76 31 31 5D 85"
STOP = "FD 00 02 02 FD"
QUERY = "FD 00 02 21 DE"
SAMPLE = "FD 00 19 01 03 8B F7 00 41 00 30 00 31 00 32 53 F7 52 30 00 33 53 F7 7A 97 53 E3 E4"
TAGGED = (
    "FD 00 21 01 01 5B 76 31 30 5D 5B 6E 31 5D 5B 79 30 5D "
    "C7 EB 41 30 31 32 BA C5 B5 BD 33 BA C5 B4 B0 BF DA BF"
)
FAST = 100.0


class Bench:
    """One UART and one pin; `sent` and `busy` are what the model did to them."""

    def __init__(self):
        self.sent = ""
        self.busy = []

    def uart(self, number):
        return self

    def on_bytes(self, fn):
        self.receive = fn

    def send(self, data):
        self.sent += data.hex()

    def drive(self, pin, level):
        self.busy.append(level)


def hear(*frames, speed=FAST, pause_s=0.2):
    """Send frames one after the other's end; the bench and the model afterwards."""
    bench = Bench()

    async def scenario():
        model = Syn6288(bench, 1, 22, speed)
        for frame in frames:
            bench.receive(bytes.fromhex(frame))
            await asyncio.sleep(pause_s)
        return model

    return bench, asyncio.run(scenario())


def speak(text):
    """A GBK frame, made as the datasheet says."""
    body = b"\x01\x01" + text.encode("gbk")
    frame = b"\xfd" + (len(body) + 1).to_bytes(2, "big") + body
    check = 0
    for byte in frame:
        check ^= byte
    return (frame + bytes((check,))).hex()


@pytest.mark.parametrize(
    ("frame", "heard"),
    [
        (GB2312, "宇音天下"),
        (GBK, "宇音天下"),
        (UNICODE, "语音天下"),
        (MUSIC, "宇音天下"),
        (SAMPLE, "请A十二号到三号窗口"),
        (TAGGED, "请A零幺二号到三号窗口"),
    ],
)
def test_literal_frames_are_spoken(frame, heard):
    bench, model = hear(frame)
    assert model.spoken == [heard]
    assert bench.sent == "414f"
    assert bench.busy == [0, 1, 0]


def test_tags_change_how_digits_are_read_until_the_next_tag():
    _, model = hear(speak("[n1][y0]A110到[n2]12号[n1][y1]11"))
    assert model.spoken == ["A幺幺零到十二号一一"]


def test_tags_outlast_the_frame():
    _, model = hear(speak("[n1]1"), speak("在12楼"))
    assert model.spoken == ["幺", "在幺二楼"]


@pytest.mark.parametrize(
    ("digits", "heard"),
    [
        ("0", "零"),
        ("3", "三"),
        ("10", "十"),
        ("12", "十二"),
        ("20", "二十"),
        ("105", "一百零五"),
        ("110", "一百一十"),
        ("1012", "一千零一十二"),
        ("2000", "二千"),
        ("68773295", "六八七七三二九五"),
    ],
)
def test_numbers_by_value(digits, heard):
    assert number(digits) == heard


def test_a_wrong_check_byte_is_refused_and_not_spoken():
    bench, model = hear(GBK[:-2] + "C1")
    assert bench.sent == "45"
    assert model.spoken == []
    assert len(model.rejected) == 1


def test_a_new_frame_cuts_the_speech_and_says_so():
    bench, model = hear(SAMPLE, UNICODE, speed=5.0, pause_s=0.02)
    assert model.cut == ["请A十二号到三号窗口"]
    assert model.speaking == "语音天下"
    assert bench.sent == "4141"


def test_stop_ends_the_speech_unheard():
    bench, model = hear(SAMPLE, STOP, speed=1.0, pause_s=0.02)
    assert model.spoken == []
    assert len(model.cut) == 1
    assert bench.sent == "41414f"
    assert bench.busy == [0, 1, 0]


def test_a_query_tells_the_state():
    bench, _ = hear(SAMPLE, QUERY, speed=1.0, pause_s=0.02)
    assert bench.sent == "41414e"
    bench, _ = hear(QUERY)
    assert bench.sent == "414f"


def test_a_frame_may_come_in_pieces_after_noise():
    half = len(SAMPLE) // 6 * 3
    _, model = hear("00 41" + SAMPLE[:half], SAMPLE[half:], pause_s=0.1)
    assert model.spoken == ["请A十二号到三号窗口"]


def test_speech_takes_a_third_of_a_second_a_character_divided_by_speed():
    async def scenario():
        bench = Bench()
        model = Syn6288(bench, 1, 22, speed=10.0)
        told = []
        spoken = asyncio.Event()
        model.on_spoken(lambda sentence, at_s: (told.append((sentence, at_s)), spoken.set()))
        began_s = time.monotonic()
        bench.receive(bytes.fromhex(UNICODE))
        await asyncio.wait_for(spoken.wait(), 60)
        ((sentence, at_s),) = told
        assert sentence == "语音天下"
        assert at_s - began_s > 0.13

    asyncio.run(scenario())


def test_volume_zero_is_not_heard():
    _, model = hear(VOLUME, speak("[v0]请"), speak("[v11]请"))
    assert model.spoken == ["请"]
