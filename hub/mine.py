"""我的号: a visitor's own numbers at the machine, by card, code or paper, and their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hub.core import Explanation, Hall, Refused, errors, model, return_code
from hub.core import explain as facts
from hub.core.model import Leg
from hub.tries import Tries
from protocol import machine

Identify = Callable[[str, str], str | None]
Said = tuple[str, str]

CODE_DIGITS = 4
# A page has two lines for them, as wide as protocol.machine.Mine says.
SENTENCES_MAX = 2
SENTENCE_MAX = 48
PAPER = "paper"

_WAITS = (model.WAITING, model.RESERVED)
_BY_REASON = (
    (facts.URGENT, "位由管理员安排", "urgent"),
    (facts.EARLIER, "位先到", "earlier"),
    (facts.BOOKED, "位预约", "booked"),
    (facts.PRIORITY, "位优先", "priority"),
    (facts.OWN, "位本职业务", "own service"),
)


class Mine:
    """Finds the numbers of whoever stands at a machine, and says where they stand.

    `identify(how, id)` gives the day's hash of a card or code, `alias(how, id)` a card's name on
    papers without a hub, `minute(at_ms)` a local HH:MM.
    """

    def __init__(
        self, hall: Hall, identify: Identify, alias: Identify, minute: Callable[[int], str]
    ) -> None:
        self._hall = hall
        self._identify = identify
        self._alias = alias
        self._minute = minute
        self._tries = Tries()

    def legs(self, device: str, asked: Any) -> tuple[Leg, ...]:
        """The live legs of who asks; a paper shows its own only. Raises Refused."""
        if asked.how == PAPER:
            return (self._on_paper(device, asked.s, asked.id),)
        holder = self._identify(asked.how, asked.id)
        if holder is None:
            return ()
        return self._hall.live_legs_of(holder, self._alias(asked.how, asked.id))

    def leg(self, device: str, asked: machine.OneNumber) -> Leg:
        """The leg that is asked for, if it is theirs; raises Refused."""
        for leg in self.legs(device, asked):
            if leg.id == asked.leg:
                return leg
        raise Refused(errors.UNKNOWN_LEG)

    def standing(self, leg: Leg, how: str, now_ms: int) -> dict[str, Any]:
        """The fields of `Mine` that are not of its place."""
        sentences = list(self._sentences(self._hall.explain(leg.id, now_ms)))[:SENTENCES_MAX]
        return {
            "leg": leg.id,
            "ticket": leg.ticket,
            "why": [text for said in sentences for text in said],
            "can": list(_can(leg, how)),
        }

    def _on_paper(self, device: str, session: str, text: str) -> Leg:
        ticket, code = text[:-CODE_DIGITS], text[-CODE_DIGITS:]
        asker = (device, session)
        self._tries.check(asker, ticket, self._hall.state.day)
        legs = (leg for leg in reversed(self._hall.state.legs.values()) if leg.ticket == ticket)
        leg = next(legs, None)
        if leg is None or return_code(leg.token) != code:
            raise self._tries.wrong(asker, ticket, exists=leg is not None)
        if leg.state == model.NO_SHOW:
            raise Refused(errors.RETURN_LATE)
        if leg.state not in model.LIVE:
            raise Refused(errors.UNKNOWN_LEG)
        return leg

    def _sentences(self, told: Explanation) -> Iterator[Said]:
        """Short forms of `hub.explain`: the place first."""
        leg = told.leg
        if leg.state not in _WAITS:
            yield self._elsewhere(leg)
            return
        yield _ahead(told)
        if told.at_window is not None:
            yield (
                f"您正在{told.at_window}号窗口办理另一业务,办完再叫此号",
                f"You are at window {told.at_window}: this one waits for you",
            )
        if told.callable_ms is not None:
            at = self._minute(told.callable_ms)
            yield f"预约未到时间,{at}起可叫号", f"Booked: not called before {at}"
        if not told.open:
            yield "现在没有开放的窗口", "No window for it is open now"
        if told.elsewhere:
            count = len(told.elsewhere)
            yield (
                f"另有{count}位正在另一窗口办理,暂时跳过",
                f"{count} more are at another window now",
            )
        if told.held:
            count = len(told.held)
            yield (
                f"另有{count}位暂离,回来后排在前面",
                f"{count} more stepped aside and come before",
            )

    def _elsewhere(self, leg: Leg) -> Said:
        """Where a number is that does not wait."""
        if leg.state == model.MISSED:
            until = self._minute(leg.state_ms + self._hall.rules.policy.return_within_ms)
            return f"已过号,{until}前可重排一次", f"Missed: may come back once before {until}"
        if leg.state == model.HELD and leg.hold_until_ms is not None:
            until = self._minute(leg.hold_until_ms)
            return f"暂离,{until}回到队列", f"On hold, back in the queue at {until}"
        if leg.state == model.CALLED:
            return f"请到{leg.window}号窗口", f"Please go to window {leg.window}"
        return f"正在{leg.window}号窗口办理", f"Being served at window {leg.window}"


def _ahead(told: Explanation) -> Said:
    """How many are before, and why; English reasons only as far as a line has room."""
    if not told.windows:
        return "本厅已无此业务", "The hall has this service no more"
    if not told.before:
        return "马上轮到您", "You are next"
    total = len(told.before)
    zh, en = f"前面{total}位:", f"{total} ahead:"
    for why, named_zh, named_en in _BY_REASON:
        count = sum(one.why == why for one in told.before)
        if not count:
            continue
        zh += f" {count}{named_zh}"
        if len(en) + len(f" {count} {named_en}") <= SENTENCE_MAX:
            en += f" {count} {named_en}"
    return zh[:SENTENCE_MAX], en


def _can(leg: Leg, how: str) -> Iterator[str]:
    """What the holder may do; who has only the paper can neither cancel nor change it."""
    if leg.state == model.MISSED:
        yield "return"
    elif how != PAPER:
        yield "reprint"
    if how != PAPER and leg.state in _WAITS:
        yield "cancel"
    if how != PAPER and leg.state in (*_WAITS, model.MISSED):
        yield "change"
