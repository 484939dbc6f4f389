"""The words on the panel: Chinese first, English beside it."""

from protocol.reasons import Reason

CONNECTING = ("正在连接", "Connecting")
WELCOME = ("请触摸选择", "Please touch to choose")
BOOKED = ("预约取号", "I have a booking")
WALK_IN = ("现场取号", "Walk in")
TAP_CARD = ("请刷校园卡", "Please tap your campus card")
CARD = ("校园卡", "Campus card")
CODE = ("预约码", "Booking code")
NO_CARD = ("无卡", "No card")
TYPE_CODE = ("请输入预约码", "Please type your booking code")
RUB = ("删除", "Delete")
ENTER = ("确定", "OK")
BOOKINGS = ("请选择您的预约", "Choose your booking")
DEPARTMENTS = ("请选择部门", "Choose a department")
CATEGORIES = ("请选择类别", "Choose a category")
SERVICES = ("请选择业务", "Choose a service")
REPRINT = ("补打", "Reprint")
TAKE = ("取号", "Take a number")
BACK = ("返回", "Back")
MORE = ("更多", "More")
WAIT = ("请稍候", "Please wait")
PRINTING = ("正在出号", "Printing your number")
DONE = ("出号成功", "Please take your number")
FINISH = ("完成", "Done")
STILL_THERE = ("还在吗?", "Are you still there?")
HERE = ("继续", "Continue")
LEAVE = ("结束", "Finish")
KEEPS = ("您的号码仍有效,来纸后补打", "Your number is valid; it prints when paper is back")
NOTHING = ("", "")


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
