"""The words on the panel, from screens.txt: Chinese first, English beside it."""

from protocol import table
from protocol.reasons import Reason

_PATH = table.beside(__file__)
NOTHING = ("", "")


def say(name: str) -> tuple:
    """(zh, en) of a row of the table; KeyError if there is none."""
    row = table.find(_PATH, name)
    if row is None:
        raise KeyError(name)
    return row[1], row[2]


def of_reason(code: str) -> tuple:
    """A reason's sentence."""
    reason = Reason(code)
    return reason.zh, reason.en


def place(answer) -> tuple:
    """Floor and windows of a Quoted or Reserved."""
    floor = "%d楼" % answer.floor if answer.floor >= 0 else "地下%d层" % -answer.floor
    if not answer.windows:
        return floor, "Floor %d" % answer.floor
    numbers = [str(window) for window in answer.windows]
    return (
        "%s %s号窗口" % (floor, "、".join(numbers)),
        "Floor %d, window %s" % (answer.floor, "/".join(numbers)),
    )


def ahead(answer) -> tuple:
    """How many are before the visitor."""
    if answer.ahead == 0:
        return "马上轮到您", "You are next"
    return "前面%d人" % answer.ahead, "%d ahead of you" % answer.ahead


def wait(answer) -> tuple:
    """P50 and P90 of the wait; nothing where it is not known or nobody is ahead."""
    if answer.ahead == 0 or answer.p50 is None or answer.p90 is None:
        return NOTHING
    return (
        "预计等%d分钟,九成不超过%d分钟" % (answer.p50, answer.p90),
        "About %d min, 9 of 10 within %d min" % (answer.p50, answer.p90),
    )


def body(answer, item) -> list:
    """The lines of the page before 取号 and of the one after it."""
    lines = [place(answer), ahead(answer), wait(answer)]
    lines.append(
        ("请备好:" + item.bring, "Please have these ready") if item and item.bring else NOTHING
    )
    lines.append(("预约 " + answer.slot, "Booked " + answer.slot) if answer.slot else NOTHING)
    return lines
