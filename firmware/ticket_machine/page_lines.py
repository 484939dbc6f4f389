"""The text lines of the panel's pages, made of the words in screens.txt."""

from ticket_machine import screens


def make(flow, kind: str) -> list:
    """The lines of that name, as screens.lines gives them."""
    session = flow.session
    if kind == "typed":
        return [(session.id, "")]
    if kind == "ticket":
        held = flow.issued[0] if flow.issued else session.mine
        return [(held.ticket, "")] if held else []
    if kind == "welcome" and flow.want.notice:
        return [(flow.want.notice, "")]
    if kind in ("welcome", "offline"):
        return [row[1:] for row in screens.block("lines") if row[0] == kind]
    if kind == "quote":
        return _body(session.quoted, session.item, session.priority)
    if kind == "number":
        mine = session.mine
        body = _body(mine, None, False)
        why = [(mine.why[at], mine.why[at + 1]) for at in range(0, len(mine.why) - 1, 2)]
        return [_named(mine, session.item), body[0], body[2]] + why
    reserved, item = flow.issued
    return [_named(reserved, item)] + _body(reserved, item, reserved.priority)[:4]


def _named(held, item):
    return held.ticket + " " + (item.zh if item else held.service), item.en if item else ""


def _body(answer, item, priority):
    """Where, how many are ahead, how long (if that is known), what to bring, when booked."""
    place = ahead = wait = bring = last = ("", "")
    minutes = answer.p50, answer.p90
    for name, zh, en in screens.block("lines"):
        if name == ("floor" if answer.floor >= 0 else "below"):
            place = zh % abs(answer.floor), en % abs(answer.floor)
        elif name == "windows" and answer.windows:
            numbers = [str(window) for window in answer.windows]
            place = (
                place[0] + " " + zh % "、".join(numbers),
                place[1] + ", " + en % "/".join(numbers),
            )
        elif name == ("unknown" if answer.ahead is None else "next") and not answer.ahead:
            ahead = zh, en
        elif name == "pending" and answer.ahead is None and answer.booked:
            wait = zh, en
        elif name == "ahead" and answer.ahead:
            ahead = zh % answer.ahead, en % answer.ahead
        elif name == "wait" and answer.ahead and None not in minutes:
            wait = zh % minutes, en % minutes
        elif name == "bring" and item and item.bring:
            bring = zh + item.bring, en
        elif name == "slot" and answer.slot:
            last = zh + " " + answer.slot, en + " " + answer.slot
        elif name == "priority" and priority and not answer.slot:
            last = zh, en
    return [place, ahead, wait, bring, last]
