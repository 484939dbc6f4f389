"""The one table of refusals: code → sentence in Chinese and English, caller's digits, lamp, sound.

Visitors read the sentence, clerks the digits (their sentence is on the card beside the caller),
engineers the code. The lamp is the key that a second press confirms, or that helps: it blinks.
Every refusal sounds alike: two low beeps.
"""

SOUND = "low"

# code|zh|en|digits|lamp. One string and no dict: as objects it took 18 KB of a device's heap.
_TABLE = """
# Presses of a clerk.
STALE|画面已更新,请再看一次|The screen has changed: look again|E-01|
NOBODY|没有人在等|Nobody is waiting|E-02|
NOT_CALLED|现在没有叫到的号|Nobody is called here|E-03|
TOO_SOON|刚叫过,请稍等|Called a moment ago: wait|E-04|
CONFIRM_SERVED|未到按过号;已办完再按下一位|No-show; or served: again|E-05|next
CONFIRM_NOSHOW|只叫过一次,再按一次过号|Called once only: press again|E-06|noshow
RECALL_LIMIT|已叫满次数,请按过号|Called often enough: no-show|E-07|noshow
NOT_YET|此功能尚未开通|Not available yet|E-08|
UNKNOWN_WINDOW|本机未绑定窗口|This device stands at no window|E-09|
SERVING|正在办理中|The visitor is being served|E-10|
NOTHING_HELD|没有可召回的号|No number to bring back|E-11|next
WINDOW_CLOSED|窗口未开放|The window is closed|E-12|pause
WINDOW_PAUSED|窗口已暂停|The window is paused|E-13|pause
NO_TARGET|不能转到该窗口|That window takes no transfers|E-14|transfer
UNKNOWN_KEY|没有这个按键|No such key|E-15|
UNKNOWN_CALL|没有这次呼叫|No such call|E-16|
# Acts of a manager.
NOT_SERVING|此号不在办理中|This number is not being served|E-17|
NOT_WAITING|此号不在等候|This number is not waiting|E-18|
NEED_REASON|请填写原因|Please give a reason|E-19|
# Visitors at the ticket machine.
UNKNOWN_SERVICE|没有这项业务,请到服务台|No such service: please ask staff|E-20|
NEED_CARD|此业务请先刷校园卡|This service needs a campus card|E-21|
BOOKING_UNKNOWN|今天没有查到预约|No booking found for today|E-22|
BOOKING_EARLY|未到预约时间,请稍后再取号|Too early for this booking|E-23|
BOOKING_LATE|预约已过时,可现场取号|Too late: please take a walk-in number|E-24|
BOOKING_USED|此预约已取过号|This booking already has its number|E-25|
BOOKING_CANCELLED|此预约已取消|This booking was cancelled|E-26|
NO_WINDOW|此业务现无窗口,请到服务台|No window serves this: please ask staff|E-27|
DAY_CLOSED|今天已停止取号|No more numbers today|E-28|
UNKNOWN_LEG|没有这个号|No such number|E-30|
NOT_PRINTING|此号已确认|This number was confirmed before|E-31|
PAPER_OUT|缺纸,请联系工作人员|Out of paper: please call staff|E-32|
PRINTER_OFFLINE|打印机故障,请联系工作人员|Printer fault: please call staff|E-33|
MENU_MISSING|业务目录未就绪,请稍候|The menu is not here yet: please wait|E-34|
CARD_UNREADABLE|读卡失败,请再刷一次|Card not read: please try again|E-35|
NOT_MISSED|此号没有过号|This number was not missed|E-36|
RETURN_LATE|过号已失效,请重新取号|Too late to return: take a new number|E-37|
WRONG_CODE|号码或校验码不对|Wrong number or code|E-38|
# Ratings.
NOT_RATEABLE|评价已结束|The rating is closed|E-40|
RATED|已评价过|Already rated|E-41|
# The link and the device itself.
NO_HUB|系统暂停,请到服务台|The system is paused: please ask staff|E-50|
BAD_MESSAGE|设备消息有误,请联系维护|The device sent a bad message|E-51|
UNKNOWN_KIND|设备版本不符,请联系维护|The device speaks an unknown kind|E-52|
UNKNOWN_DEVICE|设备未登记,请联系维护|The device is not in the hall's file|E-53|
OUTBOX_FULL|网络中断,请稍候|Too much waits for the network|E-54|
"""

# What an unknown code (a newer hub's) is shown as.
_UNKNOWN = "?|不能办理,请联系工作人员|Refused: please call staff|E-99|"


class Reason:
    """One row of the table by name; an unknown code gives a row that says so, not an error."""

    def __init__(self, code: str):
        self.code = code
        start = _TABLE.find("\n%s|" % code) + 1
        row = _TABLE[start : _TABLE.find("\n", start)] if start else _UNKNOWN
        _, self.zh, self.en, self.digits, lamp = row.split("|")
        self.lamp = lamp or None
        self.sound = SOUND


def codes() -> list:
    """Every code of the table, in its order."""
    rows = _TABLE.strip().split("\n")
    return [row.split("|")[0] for row in rows if not row.startswith("#")]
