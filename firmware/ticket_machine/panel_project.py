"""The DWIN panel's project: pages, and the variables of every text and button (table in README).

A page's texts are written before the page is shown, so each page has variables of its own. All
buttons of a page upload to its one key variable, the value being the slot, so a late touch tells
on which page it was made. The board writes all labels: the panel's project holds no words.
"""

ZH = 0
EN = 1

# Longest texts in characters, a 16-bit word each: a booking's label is "10:15 " and 16 (32) more.
TITLE_CHARS = (24, 48)
BODY_CHARS = (40, 48)
LABEL_CHARS = (24, 40)

_TEXT_BASE = 0x1000
_PAGE_WORDS = 0x0C00
KEY_BASE = 0x8000
# Each text takes 0x40 words: the longest is 48 and the FFFF behind it.
_TEXT_WORDS = 0x40
BODY_FIRST = 2
SLOT_FIRST = 16

BACK = 13
MORE = 14
ITEMS = 12

NOTICE = 0
HOME = 1
IDENTIFY = 2
LIST = 3
DIGITS = 4
QUOTE = 5
DONE = 6
NUMBER = 7

# page|name|body lines|slots. One string: as a dict of tuples it took eight times the heap.
_PAGES = """
0|notice|2|1 13
1|home|1|1 2 3
2|identify|0|1 2 3 13
3|list|0|1 2 3 4 5 6 7 8 9 10 11 12 13 14
4|digits|1|1 2 3 4 5 6 7 8 9 10 11 12 13
5|quote|5|1 2 13
6|done|5|1 2
7|number|5|1 2 3 4 13
"""


def page(number: int):
    """(name, body lines, slots) of a page, None if there is none."""
    start = _PAGES.find("\n%d|" % number) + 1
    if not start:
        return None
    _, name, lines, slots = _PAGES[start : _PAGES.find("\n", start)].split("|")
    return name, int(lines), [int(slot) for slot in slots.split(" ")]


def page_of(vp: int):
    """The page to whose key variable this belongs, or None."""
    return vp - KEY_BASE if page(vp - KEY_BASE) else None


def vp(page: int, text: int) -> int:
    """The variable of a page's text: its number of `texts`, by language, line or slot."""
    return _TEXT_BASE + page * _PAGE_WORDS + text * _TEXT_WORDS


def texts(number: int, title, body, labels):
    """Yield (vp, text) for everything on a page, "" where nothing is, each within its length.

    `title` is (zh, en), `body` a list of those, `labels` a dict of them by slot.
    """
    _, lines, slots = page(number)
    for language in (ZH, EN):
        yield vp(number, language), title[language][: TITLE_CHARS[language]]
        for line in range(lines):
            text = body[line][language] if line < len(body) else ""
            at = BODY_FIRST + 2 * line + language
            yield vp(number, at), text[: BODY_CHARS[language]]
        for slot in slots:
            text = labels[slot][language] if slot in labels else ""
            at = SLOT_FIRST + 2 * (slot - 1) + language
            yield vp(number, at), text[: LABEL_CHARS[language]]
