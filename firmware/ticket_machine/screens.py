"""The words on the panel: Chinese first, English beside it."""

from protocol.reasons import Reason

# name|zh|en. One string and no tuples: as objects it took three times the heap. Not a file, as
# the reasons are: every page needs some, and an open file takes more than all of them.
_WORDS = """
connecting|正在连接|Connecting
welcome|请触摸选择|Please touch to choose
booked|预约取号|I have a booking
walk-in|现场取号|Walk in
tap-card|请刷校园卡|Please tap your campus card
card|校园卡|Campus card
code|预约码|Booking code
no-card|无卡|No card
type-code|请输入预约码|Please type your booking code
rub|删除|Delete
enter|确定|OK
bookings|请选择您的预约|Choose your booking
departments|请选择部门|Choose a department
categories|请选择类别|Choose a category
services|请选择业务|Choose a service
reprint|补打|Reprint
take|取号|Take a number
back|返回|Back
more|更多|More
wait|请稍候|Please wait
printing|正在出号|Printing your number
done|出号成功|Please take your number
finish|完成|Done
still-there|还在吗?|Are you still there?
here|继续|Continue
leave|结束|Finish
keeps|您的号码仍有效,来纸后补打|Your number is valid; it prints when paper is back
"""
NOTHING = ("", "")


def say(name: str) -> tuple:
    """(zh, en) of a row of the table; KeyError if there is none."""
    start = _WORDS.find("\n%s|" % name) + 1
    if not start:
        raise KeyError(name)
    _, zh, en = _WORDS[start : _WORDS.find("\n", start)].split("|")
    return zh, en


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
