"""Device events into core commands, decisions into answers: the one place that knows both."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hub.config import Device, HallConfig
from hub.core import Hall, Quote, Refused, commands, errors, return_code
from hub.core.events import Event, LegEvent, Reprinted
from hub.core.keys import remark
from hub.mine import PAPER, Mine
from hub.offline import Offline
from protocol import limits, machine, pad
from protocol.caller import Press
from protocol.envelope import Evt, Fault

Identify = Callable[[str, str], str | None]
OnFault = Callable[[str, str, bool], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one device event came to: core events (already applied), and its answer."""

    events: list[Event] = field(default_factory=list)
    why: str | None = None  # the reason of a refusal
    remark: str | None = None  # what the clerk is told although the press counted
    body: dict[str, Any] = field(default_factory=dict)
    # A question changes nothing: it is not journalled, and a repeat is simply asked again.
    question: bool = False

    @property
    def answer(self) -> dict[str, Any]:
        """The part of the EvtAck that is stored."""
        return {"ok": self.why is None, "why": self.why or self.remark, "d": self.body}


class Bridge:
    """Answers one decoded device event after another; `now_ms` comes in with each.

    `identify(how, id)` gives the day's hash of a card or code, None for nobody.
    """

    def __init__(
        self,
        config: HallConfig,
        hall: Hall,
        identify: Identify,
        on_fault: OnFault,
        offline: Offline | None = None,
    ) -> None:
        self.config = config
        self.hall = hall
        self._identify = identify
        self._on_fault = on_fault
        self.offline = offline or Offline(config, hall)
        self._mine = Mine(hall, identify, self.offline.names.alias, self._clock_text)
        # A leg's public name; the simulation, which must repeat itself, sets its own.
        self.new_token: Callable[[], str] = lambda: secrets.token_urlsafe(9)
        self._handlers: dict[str, Callable[[Device, Any, int], Reply]] = {
            "identify": self._on_identify,
            "quote": self._on_quote,
            "reserve": self._on_reserve,
            "printed": self._on_printed,
            "mine": self._on_mine,
            "return": self._on_return,
            "cancel": self._on_cancel,
            "lease": self._on_lease,
            "offline": self._on_offline,
            "press": self._on_press,
            "rate": self._on_rate,
            "fault": self._on_device_fault,
        }

    def answer(self, device: Device, event: Evt, now_ms: int) -> Reply:
        """Decide and apply one event; a refusal is a Reply too."""
        if event.k == "press" and _age_ms(event, now_ms) > self.config.policy.press_stale_ms:
            return Reply(why=errors.STALE)
        try:
            return self._handlers[event.k](device, event.d, now_ms)
        except Refused as refusal:
            return Reply(self._alert(refusal, event.d, now_ms), why=refusal.reason)

    def _alert(self, refusal: Refused, asked: Any, now_ms: int) -> list[Event]:
        """Tell the manager why the hall has no number for somebody."""
        if refusal.alert is None:
            return []
        if isinstance(asked, machine.LeaseAsk):
            subject = asked.letter
        elif isinstance(asked, machine.Offline):
            subject = f"{asked.letter}{asked.number:03d}"
        else:
            subject = asked.service
        return self.apply(commands.Alert(refusal.alert, subject), now_ms)

    def apply(self, command: commands.Command, now_ms: int) -> list[Event]:
        """Decide a command and fold what it causes; raises Refused."""
        events = self.hall.decide(command, now_ms)
        for event in events:
            self.hall.apply(event)
        return events

    def _on_identify(self, device: Device, asked: machine.Identify, now_ms: int) -> Reply:
        holder = None if asked.how == PAPER else self._identify(asked.how, asked.id)
        bookings = () if holder is None else self.hall.bookings_of(holder, now_ms)
        bookings = bookings[: limits.MAX_BOOKINGS]
        live = self._mine.legs(device.id, asked)[: limits.MAX_BOOKINGS]
        body = machine.Identified(
            bookings=[
                {"id": b.id, "service": b.service, "slot": self._clock_text(b.slot_ms)}
                for b in bookings
            ],
            live=[{"leg": g.id, "ticket": g.ticket, "service": g.service} for g in live],
        )
        return Reply(body=body.plain(), question=True)

    def _on_quote(self, _: Device, asked: machine.Quote, now_ms: int) -> Reply:
        holder = self._identify(asked.how, asked.id)
        quote = self.hall.quote(
            asked.service,
            holder,
            asked.booking,
            now_ms,
            priority=asked.priority,
            alias=self.offline.names.alias(asked.how, asked.id),
        )
        body = machine.Quoted(**self._place(asked.service, asked.booking, quote))
        return Reply(body=body.plain(), question=True)

    def _on_reserve(self, device: Device, asked: machine.Reserve, now_ms: int) -> Reply:
        events = self.apply(
            commands.Reserve(
                machine=device.id,
                session=asked.s,
                service=asked.service,
                holder=self._identify(asked.how, asked.id),
                booking=asked.booking,
                token=self.new_token(),
                priority=asked.priority,
                alias=self.offline.names.alias(asked.how, asked.id),
            ),
            now_ms,
        )
        last = events[-1]
        assert isinstance(last, LegEvent)
        leg = self.hall.legs[last.leg]
        body = machine.Reserved(
            leg=leg.id,
            ticket=leg.ticket,
            token=leg.token,
            at=self._local(now_ms).strftime("%Y-%m-%d %H:%M"),
            again=isinstance(last, Reprinted),
            code=return_code(leg.token),
            priority=leg.priority,
            **self._place(leg.service, leg.booking, self.hall.promise(leg.id, now_ms)),
        )
        return Reply(events, body=body.plain())

    def _on_printed(self, device: Device, told: machine.Printed, now_ms: int) -> Reply:
        leg = self.hall.legs.get(told.leg)
        if leg is not None and leg.machine != device.id:
            raise Refused(errors.UNKNOWN_LEG)  # another machine's paper
        return Reply(self.apply(commands.ConfirmPrint(told.leg, told.result), now_ms))

    def _on_mine(self, device: Device, asked: machine.OneNumber, now_ms: int) -> Reply:
        return Reply(body=self._standing(device, asked, now_ms), question=True)

    def _on_return(self, device: Device, asked: machine.OneNumber, now_ms: int) -> Reply:
        leg = self._mine.leg(device.id, asked)
        events = self.apply(commands.Return(leg.ticket, return_code(leg.token)), now_ms)
        return Reply(events, body=self._standing(device, asked, now_ms))

    def _on_cancel(self, device: Device, asked: machine.OneNumber, now_ms: int) -> Reply:
        leg = self._mine.leg(device.id, asked)
        if asked.how == PAPER or leg.holder is None:
            raise Refused(errors.UNKNOWN_LEG)  # a paper may be in anybody's hand
        return Reply(self.apply(commands.Cancel(leg.id, leg.holder), now_ms))

    def _on_lease(self, device: Device, asked: machine.LeaseAsk, now_ms: int) -> Reply:
        events = self.apply(self.offline.ask(device.id, asked), now_ms)
        return Reply(events, body=self.offline.answer(device.id, asked.letter, now_ms))

    def _on_offline(self, device: Device, told: machine.Offline, now_ms: int) -> Reply:
        return Reply(self.apply(self.offline.paper(device.id, told), now_ms))

    def _standing(self, device: Device, asked: machine.OneNumber, now_ms: int) -> dict[str, Any]:
        leg = self._mine.leg(device.id, asked)
        quote = self.hall.promise(leg.id, now_ms)
        place = self._place(leg.service, leg.booking, quote)
        body = machine.Mine(**place, **self._mine.standing(leg, asked.how, now_ms))
        return body.plain()

    def _on_press(self, device: Device, press: Press, now_ms: int) -> Reply:
        assert device.window is not None
        command = commands.Press(
            window=device.window,
            key=press.key,
            long=press.long,
            again=press.again,
            leg=press.leg,
            ver=press.ver,
            target=press.target,
        )
        events = self.apply(command, now_ms)
        # Accepted all the same: 下一位 in SERVING ended it, and then found nobody.
        return Reply(events, remark=remark(command, events))

    def _on_rate(self, device: Device, rate: pad.Rate, now_ms: int) -> Reply:
        leg = self.hall.legs.get(rate.leg)
        if leg is None or leg.window != device.window:
            raise Refused(errors.NOT_RATEABLE)
        return Reply(self.apply(commands.Rate(rate.leg, rate.level), now_ms))

    def _on_device_fault(self, device: Device, fault: Fault, _: int) -> Reply:
        self._on_fault(device.id, fault.what, fault.on)
        return Reply(question=True)

    def _place(self, service: str, booking: str | None, quote: Quote) -> dict[str, Any]:
        """The fields that a page and a paper share: who is ahead, how long, where."""
        # Unknown, if the visitor holds a number already: then nobody looked the booking up.
        booked = self.hall.state.bookings.get(booking) if booking else None
        windows = quote.windows or self.config.service_windows(service)
        return {
            "service": service,
            "ahead": min(quote.ahead, 9999),
            "p50": _minutes(quote.p50_s),
            "p90": _minutes(quote.p90_s),
            "windows": list(windows[: limits.MAX_WINDOWS]),
            "floor": self.config.service_floor(service),
            "slot": None if booked is None else self._clock_text(booked.slot_ms),
        }

    def _local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, self.config.time_zone)

    def _clock_text(self, at_ms: int) -> str:
        return self._local(at_ms).strftime("%H:%M")


def _minutes(seconds: int | None) -> int | None:
    # Rounded up: a promise of "0 minutes" is worse than one of 1.
    return None if seconds is None else min(999, -(-seconds // 60))


def _age_ms(event: Evt, now_ms: int) -> int:
    """How long ago an event was made; a network may have held it back after it was sent."""
    age_ms: int = event.age_ms
    return age_ms if event.ts is None else max(age_ms, now_ms - event.ts)
