"""Lines of text to pixels: no I/O but the font's file, no clock."""


class Report:
    """What a picture could not show: characters without a glyph, and whether text was cut off."""

    def __init__(self, missing, clipped):
        self.missing = missing
        self.clipped = clipped


def draw(panel, font, lines, blink_on=True):
    """Draw [(text, blink)] on `panel`, top first, and return a Report.

    Lines that blink are left dark unless `blink_on`. A panel of one line centres it: it is read
    from straight ahead. A taller one is a table, and starts every line at the left edge, so that
    the numbers stand in one column. Whatever does not fit is left out by whole characters: half a
    hanzi reads as another one.
    """
    panel.fb.fill(0)
    rows = panel.height // font.height
    clipped = len(lines) > rows
    missing = ""
    for row, (text, blink) in enumerate(lines[:rows]):
        count, width_px = _fitting(font, text, panel.width)
        clipped = clipped or count < len(text)
        if blink and not blink_on:
            continue
        x = (panel.width - width_px) // 2 if rows == 1 else 0
        for at in range(count):
            character = text[at : at + 1]
            code = ord(character)
            if not font.draw(panel.fb, code, x, row * font.height) and character not in missing:
                missing += character
            x += font.width(code)
    return Report(missing, clipped)


def _fitting(font, text, limit_px):
    # How many leading characters fit, and their width.
    width_px = 0
    for count in range(len(text)):
        # A slice: MicroPython keeps every character that text[i] or a loop gives, for ever.
        next_px = width_px + font.width(ord(text[count : count + 1]))
        if next_px > limit_px:
            return count, width_px
        width_px = next_px
    return len(text), width_px
