"""The bytes of a SYN6288 frame, and the tags that say how digits are read."""
# runs on CPython and MicroPython

import unittest

from drivers import syn6288


def speech(*parts):
    return syn6288.frame(syn6288.tagged(parts))


class Frames(unittest.TestCase):
    def test_the_datasheet_s_unicode_sample(self):
        # Its four characters are 语音天下, whatever the heading says.
        self.assertEqual(
            speech(("t", "语音天下")).hex(" "), "fd 00 0b 01 03 8b ed 97 f3 59 29 4e 0b c3"
        )

    def test_the_sample_sentence(self):
        self.assertEqual(
            syn6288.frame("请A012号到3号窗口").hex(" "),
            "fd 00 19 01 03 8b f7 00 41 00 30 00 31 00 32 53 f7 52 30 00 33 53 f7 7a 97 53 e3 e4",
        )

    def test_stop(self):
        self.assertEqual(syn6288.STOP.hex(" "), "fd 00 02 02 fd")

    def test_a_call_reads_the_ticket_by_digits_and_the_window_by_value(self):
        parts = (("t", "请"), ("d", "A012"), ("t", "号到"), ("v", "12"), ("t", "号窗口"))
        self.assertEqual(syn6288.tagged(parts), "请[n1][y0]A012号到[n2]12号窗口")

    def test_plain_digits_do_not_inherit_a_tag(self):
        self.assertEqual(syn6288.tagged((("d", "12"), ("t", "在3楼"))), "[n1][y0]12[n0]在3楼")
        self.assertEqual(syn6288.tagged((("t", "在3楼"),)), "[n0]在3楼")

    def test_brackets_of_the_text_are_no_tags(self):
        self.assertEqual(syn6288.tagged((("t", "请[v0]稍候"),)), "[n0]请v0稍候")

    def test_two_hundred_bytes_fit_and_no_more(self):
        longest = syn6288.frame("请" * 100)
        self.assertEqual((longest[1], longest[2], len(longest)), (0, 203, 206))
        for text, why in (("请" * 101, "too-long"), ("", "empty"), ("\U0001f600", "character")):
            with self.assertRaises(syn6288.SpeechError) as caught:
                syn6288.frame(text)
            self.assertEqual(caught.exception.why, why)


if __name__ == "__main__":
    unittest.main()
