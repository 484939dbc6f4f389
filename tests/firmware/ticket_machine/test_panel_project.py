"""The panel's project: addresses that do not collide, texts that fit."""
# runs on CPython and MicroPython
# ruff: noqa: PTH123, UP031 (no pathlib or f-string formats of hex on MicroPython)

import unittest

from drivers.dgus2 import MAX_CHARS
from ticket_machine import panel_project as panel


def variables():
    """(vp, characters) of every text."""
    found = []
    for page, (_, lines, slots) in panel.PAGES.items():
        for language in (panel.ZH, panel.EN):
            found.append((panel.title_vp(page, language), panel.TITLE_CHARS[language]))
            body = panel.BODY_CHARS[language]
            found += [(panel.body_vp(page, line, language), body) for line in range(lines)]
            label = panel.LABEL_CHARS[language]
            found += [(panel.label_vp(page, slot, language), label) for slot in slots]
    return found


class PanelProjectTest(unittest.TestCase):
    """The table a panel's designer works from."""

    def test_no_text_reaches_into_the_next(self):
        ends = 0x1000
        for vp, chars in sorted(variables()):
            self.assertGreaterEqual(vp, ends)
            # One word more for the FFFF that ends it.
            ends = vp + chars + 1
        self.assertLessEqual(ends, panel.key_vp(0))

    def test_every_text_fits_a_frame(self):
        self.assertLessEqual(max(chars for _, chars in variables()), MAX_CHARS)

    def test_a_key_variable_tells_its_page(self):
        for page in panel.PAGES:
            self.assertEqual(panel.page_of(panel.key_vp(page)), page)
        self.assertIsNone(panel.page_of(0x2000))

    def test_texts_clear_what_is_not_given_and_cut_what_is_too_long(self):
        texts = dict(panel.texts(panel.HOME, ("厅" * 99, ""), [], {1: ("取", "Take")}))
        self.assertEqual(texts[panel.title_vp(panel.HOME, panel.ZH)], "厅" * 24)
        self.assertEqual(texts[panel.body_vp(panel.HOME, 0, panel.ZH)], "")
        self.assertEqual(texts[panel.label_vp(panel.HOME, 1, panel.EN)], "Take")
        self.assertEqual(texts[panel.label_vp(panel.HOME, 2, panel.ZH)], "")
        self.assertEqual(len(texts), 8)


class ReadmeTest(unittest.TestCase):
    """README's tables are the code's."""

    def setUp(self):
        with open(panel.__file__.rsplit("/", 1)[0] + "/README.md") as file:
            self.text = file.read()

    def test_every_page_has_its_row(self):
        for page, (name, lines, _) in panel.PAGES.items():
            texts = {0: "title", 1: "title, 1 line"}.get(lines, "title, %d lines" % lines)
            self.assertIn("| %d | %s | %s |" % (page, name, texts), self.text)
            self.assertIn("| %04X |" % panel.key_vp(page), self.text)

    def test_addresses_follow_the_formula(self):
        base = 0x1000 + 5 * 0x0C00
        self.assertEqual(panel.title_vp(5, panel.EN), base + 0x0040)
        self.assertEqual(panel.body_vp(5, 3, panel.ZH), base + 0x0080 + 3 * 0x80)
        self.assertEqual(panel.body_vp(5, 3, panel.EN), base + 0x00C0 + 3 * 0x80)
        self.assertEqual(panel.label_vp(5, 13, panel.ZH), base + 0x0400 + 12 * 0x80)
        self.assertEqual(panel.label_vp(5, 13, panel.EN), base + 0x0440 + 12 * 0x80)


if __name__ == "__main__":
    unittest.main()
