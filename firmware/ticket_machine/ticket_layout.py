"""The paper: an answer of the hub and a menu item to printer bytes, 58 mm wide, 32 columns."""

from binascii import a2b_base64

from drivers import escpos
from ticket_machine import prompts_gb as gb

COLUMNS = 32
_GAP = 2


def build(reserved, item, want) -> tuple:
    """(head, rest): `rest` begins with the number, so a failure before it leaves no paper behind.

    `reserved` is the hub's answer, `item` the MenuService or None, `want` the MachineWant.
    """
    head = escpos.INIT + escpos.HANZI + escpos.CENTRE + a2b_base64(want.hall_g) + b"\n"
    lines = [escpos.DOUBLE + reserved.ticket.encode() + b"\n" + escpos.NORMAL]
    if reserved.again:
        lines.append(_beside(gb.AGAIN, "Reprint"))
    if reserved.priority:
        lines.append(_beside(gb.PRIORITY, "Priority"))
    lines += _service(reserved, item)
    lines.append(escpos.LEFT)
    lines += _wait(reserved)
    lines.append(_beside(_place(reserved), _place_en(reserved)))
    if item and item.bring_g:
        lines.append(gb.BRING + a2b_base64(item.bring_g) + b"\n")
    back_en = "Missed? Back once in %d min" % want.return_min
    lines.append(_beside(gb.MISSED % want.return_min, back_en))
    if reserved.code:
        lines.append(_beside(gb.CODE + b" " + reserved.code.encode(), "Code " + reserved.code))
    lines.append(reserved.at.encode() + b"\n" + escpos.CENTRE)
    lines.append(escpos.qr(reserved.token.encode()))
    lines.append(_feedback(want.feedback) + escpos.LEFT + escpos.FEED_AND_CUT)
    return head, b"".join(lines)


def _service(reserved, item) -> list:
    name = a2b_base64(item.g) if item else reserved.service.encode()
    if reserved.slot:
        name += b" " + gb.BOOKED + b" " + reserved.slot.encode()
    # The English name has its own line: beside it the Chinese one would rarely fit.
    return [name + b"\n", item.en.encode() + b"\n"] if item else [name + b"\n"]


def _wait(reserved) -> list:
    if reserved.ahead is None:  # issued without the hub
        lines = [_beside(gb.OFFLINE, "Issued offline: wait not known")]
        if reserved.booked:
            lines.append(_beside(gb.PENDING, "Booking to check"))
        return lines
    if reserved.ahead == 0:
        return [_beside(gb.NEXT, "You are next")]
    lines = [_beside(gb.AHEAD % reserved.ahead, "%d ahead" % reserved.ahead)]
    minutes = (reserved.p50, reserved.p90)
    if None not in minutes:
        lines.append(_beside(gb.WAIT % minutes, "About %d min, 9 of 10 in %d" % minutes))
    return lines


def _place(reserved) -> bytes:
    if reserved.floor < 0:
        floor = gb.BASEMENT % -reserved.floor
    else:
        floor = gb.FLOOR % reserved.floor
    if not reserved.windows:
        return floor
    return floor + b" " + gb.COMMA.join([b"%d" % w for w in reserved.windows]) + gb.WINDOW


def _place_en(reserved) -> str:
    if not reserved.windows:
        return "Floor %d" % reserved.floor
    return "Floor %d, window %s" % (reserved.floor, "/".join([str(w) for w in reserved.windows]))


def _feedback(text: str) -> bytes:
    # Hanzi in UTF-8 cannot be printed; this line is an address and a number.
    if not text or max(text) > "~":
        return b""
    return gb.FEEDBACK + text.encode() + b"\n"


def _beside(zh: bytes, en: str) -> bytes:
    """English beside the Chinese where the width permits, else below it, else left out."""
    if len(zh) + _GAP + len(en) <= COLUMNS:
        return zh + b" " * _GAP + en.encode() + b"\n"
    if len(en) <= COLUMNS:
        return zh + b"\n" + en.encode() + b"\n"
    return zh + b"\n"
