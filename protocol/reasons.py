"""The refusals of reasons.txt: code → sentence in Chinese and English, digits, lamp, sound.

Visitors read the sentence, clerks the digits (their sentence is on the card beside the caller),
engineers the code. The lamp is the key that a second press confirms, or that helps: it blinks.
Every refusal sounds alike: two low beeps.
"""

from protocol import table

SOUND = "low"

_PATH = table.beside(__file__)
# What an unknown code (a newer hub's) is shown as.
_UNKNOWN = ("?", "不能办理,请联系工作人员", "Refused: please call staff", "E-99", "")


class Reason:
    """One row of the table by name; an unknown code gives a row that says so, not an error."""

    def __init__(self, code: str):
        self.code = code
        row = table.find(_PATH, code) or _UNKNOWN
        _, self.zh, self.en, self.digits, lamp = row
        self.lamp = lamp or None
        self.sound = SOUND


def codes() -> list:
    """Every code of the table, in its order."""
    return [row[0] for row in table.rows(_PATH)]
