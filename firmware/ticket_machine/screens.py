"""What stands on the panel: screens and words of screens.txt, and the lines made with them."""

from protocol import table
from protocol.reasons import Reason

_PATH = table.beside(__file__)


def block(name: str) -> list:
    """The rows of a screen, its own first, each split; KeyError if there is none."""
    start = name + "|"
    found = []
    with open(_PATH, encoding="utf-8") as file:
        for line in file:
            if found or line.startswith(start):
                if line == "\n":
                    break
                found.append(line.rstrip("\n").split("|"))
    if not found:
        raise KeyError(name)
    return found


def of_reason(code: str) -> tuple:
    """A reason's sentence in both languages."""
    reason = Reason(code)
    return reason.zh, reason.en


def lines(flow, kind: str) -> list:
    """The text lines that a screen's row asks for by name, each (zh, en)."""
    session = flow.session
    if kind == "typed":
        return [(session.id, "")]
    if kind == "ticket":
        held = flow.issued[0] if flow.issued else session.mine
        return [(held.ticket, "")] if held else []
    words = {row[0]: row[1:] for row in block("lines")[1:]}
    if kind == "welcome":
        return [(flow.want.notice, "") if flow.want.notice else words[kind]]
    if kind == "quote":
        return _body(words, session.quoted, session.item, session.priority)
    if kind == "number":
        mine = session.mine
        why = mine.why
        body = [_named(mine, session.item), _place(words, mine), _wait(words, mine)]
        return body + [(why[at], why[at + 1]) for at in range(0, len(why) - 1, 2)]
    reserved, item = flow.issued
    body = _body(words, reserved, item, reserved.priority)
    return ([_named(reserved, item)] + body)[:5]


def _named(held, item):
    return held.ticket + " " + (item.zh if item else held.service), item.en if item else ""


def _body(words, answer, item, priority):
    """Where, how many are ahead, how long, what to bring, when booked."""
    ahead = words["ahead" if answer.ahead else "next"]
    if answer.ahead:
        ahead = [text % answer.ahead for text in ahead]
    bring = slot = ("", "")
    if item and item.bring:
        bring = words["bring"][0] + item.bring, words["bring"][1]
    if answer.slot:
        slot = [text + " " + answer.slot for text in words["slot"]]
    elif priority:
        slot = words["priority"]
    return [_place(words, answer), ahead, _wait(words, answer), bring, slot]


def _place(words, answer):
    """Floor and windows."""
    zh, en = words["floor" if answer.floor >= 0 else "below"]
    zh, en = zh % abs(answer.floor), en % abs(answer.floor)
    if answer.windows:
        numbers = [str(window) for window in answer.windows]
        zh += " " + words["windows"][0] % "、".join(numbers)
        en += ", " + words["windows"][1] % "/".join(numbers)
    return zh, en


def _wait(words, answer):
    """P50 and P90 of the wait; nothing where it is not known or nobody is ahead."""
    minutes = answer.p50, answer.p90
    if answer.ahead == 0 or None in minutes:
        return "", ""
    return [text % minutes for text in words["wait"]]
