"""The panel's project: addresses that do not collide, texts that fit."""
# runs on CPython and MicroPython
# ruff: noqa: PTH123, RUF005, UP031 (no pathlib, * in tuples or f-string formats of hex there)

import unittest

from drivers.dgus2 import MAX_CHARS
from ticket_machine import panel_project as panel


def pages():
    """(number, name, lines, slots) of every page."""
    found = []
    while panel.page(len(found)):
        found.append((len(found),) + panel.page(len(found)))
    return found


def variables():
    """(vp, characters) of every text."""
    found = []
    for page, _, lines, slots in pages():
        for language in (panel.ZH, panel.EN):
            found.append((panel.vp(page, language), panel.TITLE_CHARS[language]))
            for line in range(lines):
                vp = panel.vp(page, panel.BODY_FIRST + 2 * line + language)
                found.append((vp, panel.BODY_CHARS[language]))
            for slot in slots:
                vp = panel.vp(page, panel.SLOT_FIRST + 2 * (slot - 1) + language)
                found.append((vp, panel.LABEL_CHARS[language]))
    return found


class PanelProjectTest(unittest.TestCase):
    """The table a panel's designer works from."""

    def test_no_text_reaches_into_the_next(self):
        ends = 0x1000
        for vp, chars in sorted(variables()):
            self.assertGreaterEqual(vp, ends)
            # One word more for the FFFF that ends it.
            ends = vp + chars + 1
        self.assertLessEqual(ends, panel.KEY_BASE)

    def test_every_text_fits_a_frame(self):
        self.assertLessEqual(max(chars for _, chars in variables()), MAX_CHARS)

    def test_a_key_variable_tells_its_page(self):
        for page, _, _, _ in pages():
            self.assertEqual(panel.page_of(panel.KEY_BASE + page), page)
        for vp in (0x2000, panel.KEY_BASE - 1, panel.KEY_BASE + len(pages())):
            self.assertIsNone(panel.page_of(vp))

    def test_texts_clear_what_is_not_given_and_cut_what_is_too_long(self):
        texts = dict(panel.texts(panel.HOME, ("厅" * 99, ""), [], {1: ("取", "Take")}))
        base = panel.vp(panel.HOME, 0)
        self.assertEqual(texts[base], "厅" * 24)
        self.assertEqual(texts[base + 0x80], "")
        self.assertEqual(texts[base + 0x440], "Take")
        self.assertEqual(texts[base + 0x480], "")
        self.assertEqual(len(texts), 10)


class ReadmeTest(unittest.TestCase):
    """README's tables are the code's."""

    def setUp(self):
        with open(panel.__file__.rsplit("/", 1)[0] + "/README.md") as file:
            self.text = file.read()

    def test_every_page_has_its_row(self):
        for page, name, lines, _ in pages():
            texts = {0: "title", 1: "title, 1 line"}.get(lines, "title, %d lines" % lines)
            self.assertIn("| %d | %s | %s |" % (page, name, texts), self.text)
            self.assertIn("| %04X |" % (panel.KEY_BASE + page), self.text)

    def test_addresses_follow_the_formula(self):
        base = 0x1000 + 5 * 0x0C00
        texts = [vp for vp, _ in panel.texts(5, ("", ""), [], {})]
        # Chinese first: title, five lines, and the labels of slots 1, 2 and 13; then English.
        zh = [base] + [base + 0x0080 + n * 0x80 for n in range(5)]
        zh += [base + 0x0400 + (n - 1) * 0x80 for n in (1, 2, 13)]
        self.assertEqual(texts, zh + [vp + 0x0040 for vp in zh])


if __name__ == "__main__":
    unittest.main()
