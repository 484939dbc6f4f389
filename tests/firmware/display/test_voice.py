"""Sentences are spoken in order, never cut off, and every command gets its answer."""
# runs on CPython and MicroPython

import unittest

from display import voice
from drivers import syn6288
from protocol.panel import Part, Say

ACCEPTED, REJECTED, READY, IDLE = 0x41, 0x45, 0x4A, 0x4F


def say(text, times=1):
    return Say(call=1, parts=[Part(m="t", x=text)], times=times)


def sent(text):
    return ("send", syn6288.frame(text))


def done(cmd_id):
    return ("ack_cmd", cmd_id, "done", None)


class Speaking(unittest.TestCase):
    def setUp(self):
        self.voice = voice.Voice()
        self.now_ms = 1_000

    def wait(self):
        """Let the time pass until the voice wants a tick."""
        self.now_ms += self.voice.due_ms(self.now_ms)
        return self.voice.tick(self.now_ms)

    def reply(self, *bytes_):
        effects = []
        for byte in bytes_:
            effects += self.voice.reply(byte, self.now_ms)
        return effects

    def say(self, cmd_id, text, times=1, expires_ms=None):
        return self.voice.say(cmd_id, say(text, times), expires_ms, self.now_ms)

    def test_a_sentence_is_sent_at_once_and_acked_when_spoken(self):
        self.assertEqual(self.say("a", "请稍候"), [sent("请稍候")])
        self.assertEqual(self.reply(ACCEPTED), [])
        self.now_ms += 1_050
        self.assertEqual(self.reply(IDLE), [done("a")])
        self.assertEqual(self.wait(), [])
        self.assertIsNone(self.voice.due_ms(self.now_ms))

    def test_the_next_waits_for_the_end_and_eight_milliseconds(self):
        self.say("a", "请")
        self.assertEqual(self.say("b", "号"), [])
        self.assertEqual(self.reply(ACCEPTED, IDLE), [done("a")])
        self.assertGreater(self.voice.due_ms(self.now_ms), 8)
        self.now_ms += 8
        self.assertEqual(self.voice.tick(self.now_ms), [])
        self.assertEqual(self.wait(), [sent("号")])

    def test_twice_means_two_frames_and_one_ack(self):
        self.assertEqual(self.say("a", "请", times=2), [sent("请")])
        self.assertEqual(self.reply(ACCEPTED, IDLE), [])
        self.assertEqual(self.wait(), [sent("请")])
        self.assertEqual(self.reply(ACCEPTED, IDLE), [done("a")])

    def test_a_sentence_behind_another_is_taken_back_by_its_call(self):
        self.say("a", "请")
        self.voice.say("b", Say(call=2, parts=[Part(m="t", x="号")]), None, self.now_ms)
        self.voice.say("c", Say(call=3, parts=[Part(m="t", x="窗")]), None, self.now_ms)
        back = self.voice.say("d", Say(call=2, parts=[], times=0), None, self.now_ms)
        self.assertEqual(back, [("ack_cmd", "b", "expired", None), done("d")])
        self.assertEqual(self.reply(ACCEPTED, IDLE), [done("a")])
        self.assertEqual(self.wait(), [sent("窗")])

    def test_speech_that_has_begun_is_not_taken_back(self):
        self.say("a", "请")
        back = self.voice.say("b", Say(call=1, parts=[], times=0), None, self.now_ms)
        self.assertEqual(back, [done("b")])
        self.assertEqual(self.reply(ACCEPTED, IDLE), [done("a")])

    def test_the_busy_line_alone_is_enough(self):
        self.say("a", "请")
        self.assertEqual(self.voice.busy(True, self.now_ms), [])
        self.assertEqual(self.voice.busy(False, self.now_ms + 400), [done("a")])

    def test_busy_and_idle_together_end_one_sentence_only(self):
        self.say("a", "请")
        self.say("b", "号")
        self.reply(ACCEPTED)
        self.voice.busy(True, self.now_ms)
        self.assertEqual(self.voice.busy(False, self.now_ms), [done("a")])
        self.assertEqual(self.reply(IDLE), [])
        self.assertEqual(self.wait(), [sent("号")])
        self.assertEqual(self.reply(IDLE), [])

    def test_a_line_that_never_moves_back_is_no_end(self):
        self.say("a", "请")
        self.reply(ACCEPTED)
        self.assertEqual(self.voice.busy(False, self.now_ms), [])
        self.assertEqual(self.reply(IDLE), [done("a")])

    def test_a_refused_frame_is_sent_once_more(self):
        self.say("a", "请")
        self.assertEqual(self.reply(REJECTED), [])
        self.assertEqual(self.wait(), [sent("请")])
        self.assertEqual(
            self.reply(REJECTED),
            [("ack_cmd", "a", "error", "voice-rejected"), ("fault", "voice", True, "rejected")],
        )

    def test_a_brown_out_repeats_the_sentence(self):
        self.say("a", "请")
        self.reply(ACCEPTED, READY)
        self.assertEqual(self.wait(), [sent("请")])
        self.assertEqual(self.reply(ACCEPTED, IDLE), [done("a")])

    def test_a_silent_chip_is_stopped_and_told_once(self):
        self.say("a", "请")
        self.say("b", "号")
        self.assertEqual(self.voice.due_ms(self.now_ms), voice.ANSWER_MS)
        self.assertEqual(
            self.wait(),
            [
                ("send", syn6288.STOP),
                ("ack_cmd", "a", "error", "voice-silent"),
                ("fault", "voice", True, "silent"),
            ],
        )
        self.assertEqual(self.voice.due_ms(self.now_ms), voice.SETTLE_MS)
        self.assertEqual(self.wait(), [sent("号")])
        self.assertEqual(
            self.wait(), [("send", syn6288.STOP), ("ack_cmd", "b", "error", "voice-silent")]
        )
        self.assertEqual(self.wait(), [])
        self.say("c", "到")
        self.assertEqual(self.reply(ACCEPTED, IDLE), [done("c"), ("fault", "voice", False, "")])

    def test_endless_speech_is_stopped_after_a_third_of_a_second_a_character_and_three(self):
        self.say("a", "请A012号到3号窗口")
        self.reply(ACCEPTED)
        self.assertEqual(self.voice.due_ms(self.now_ms), 11 * 350 + 3_000)
        effects = self.wait()
        self.assertEqual(effects[0], ("send", syn6288.STOP))
        self.assertEqual(effects[1], ("ack_cmd", "a", "error", "voice-endless"))

    def test_answers_to_a_stop_do_not_end_the_next_sentence(self):
        self.say("a", "请")
        self.reply(ACCEPTED)
        self.wait()
        self.say("b", "号")
        self.assertEqual(self.reply(ACCEPTED, IDLE), [])
        self.assertEqual(self.wait(), [sent("号")])
        self.assertEqual(self.reply(IDLE), [])

    def test_one_too_many_is_an_error_and_the_others_stay(self):
        cmd_ids = ["c1", "c2", "c3", "c4"]
        self.assertEqual(len(cmd_ids), voice.MAX_SENTENCES)
        for cmd_id in cmd_ids:
            self.say(cmd_id, "请")
        self.assertEqual(self.say("x", "请"), [("ack_cmd", "x", "error", "voice-full")])
        for cmd_id in cmd_ids:
            self.assertIn(done(cmd_id), self.reply(ACCEPTED, IDLE))
            self.wait()

    def test_what_expires_while_it_waits_is_not_spoken(self):
        self.say("a", "请")
        self.say("b", "号", expires_ms=self.now_ms + 500)
        self.say("c", "到")
        self.reply(ACCEPTED)
        self.now_ms += 1_000
        self.reply(IDLE)
        self.assertEqual(self.wait(), [("ack_cmd", "b", "expired", None), sent("到")])

    def test_what_has_begun_is_spoken_twice_even_past_its_end(self):
        self.say("a", "请", times=2, expires_ms=self.now_ms + 500)
        self.reply(ACCEPTED)
        self.now_ms += 1_000
        self.reply(IDLE)
        self.assertEqual(self.wait(), [sent("请")])

    def test_an_unspeakable_text_is_an_error(self):
        parts = [Part(m="t", x="请" * 24)] * 5
        effects = self.voice.say("a", Say(call=1, parts=parts), None, self.now_ms)
        self.assertEqual(effects, [("ack_cmd", "a", "error", "too-long")])


if __name__ == "__main__":
    unittest.main()
