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
_KEY_BASE = 0x8000
# Each text takes 0x40 words: the longest is 48 and the FFFF behind it.
_TEXT_WORDS = 0x40
_BODY_FIRST = 2
_SLOT_FIRST = 16

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

# page: (name, body lines, slots)
PAGES = {
    NOTICE: ("notice", 2, (1, BACK)),
    HOME: ("home", 1, (1, 2)),
    IDENTIFY: ("identify", 1, (1, 2, 3, BACK)),
    LIST: ("list", 0, tuple(range(1, MORE + 1))),
    DIGITS: ("digits", 1, tuple(range(1, BACK + 1))),
    QUOTE: ("quote", 5, (1, BACK)),
    DONE: ("done", 5, (1,)),
}


def page(name: str) -> int:
    """A page's number by its name."""
    for number in PAGES:
        if PAGES[number][0] == name:
            return number
    raise KeyError(name)


def key_vp(page: int) -> int:
    """The variable to which all buttons of a page upload."""
    return _KEY_BASE + page


def page_of(vp: int):
    """The page whose key variable this is, or None."""
    page = vp - _KEY_BASE
    return page if page in PAGES else None


def title_vp(page: int, language: int) -> int:
    """The variable of a page's title."""
    return _text_vp(page, language)


def body_vp(page: int, line: int, language: int) -> int:
    """The variable of a line of text; lines count from 0."""
    return _text_vp(page, _BODY_FIRST + 2 * line + language)


def label_vp(page: int, slot: int, language: int) -> int:
    """The variable of a button's label; slots count from 1."""
    return _text_vp(page, _SLOT_FIRST + 2 * (slot - 1) + language)


def _text_vp(page: int, number: int) -> int:
    return _TEXT_BASE + page * _PAGE_WORDS + number * _TEXT_WORDS


def texts(page: int, title, body, labels):
    """Yield (vp, text) for everything on a page, "" where nothing is, each within its length.

    `title` is (zh, en), `body` a list of those, `labels` a dict of them by slot.
    """
    _, lines, slots = PAGES[page]
    for language in (ZH, EN):
        yield title_vp(page, language), title[language][: TITLE_CHARS[language]]
        for line in range(lines):
            text = body[line][language] if line < len(body) else ""
            yield body_vp(page, line, language), text[: BODY_CHARS[language]]
        for slot in slots:
            text = labels[slot][language] if slot in labels else ""
            yield label_vp(page, slot, language), text[: LABEL_CHARS[language]]
