"""What devices must do because of what happened: speech, ratings, beeps, each once."""

from __future__ import annotations

from collections.abc import Iterable

from hub.config import HallConfig
from hub.core import Hall, commands
from hub.core.events import (
    CallDropped,
    Event,
    Finished,
    Forwarded,
    Printed,
    PrintUnsure,
    Returned,
    Unrated,
)
from hub.core.model import ASKED, IDLE
from hub.wire.outbox import DONE, Command, Outbox
from protocol.caller import Beep
from protocol.fields import Message
from protocol.pad import RateClose, RateOpen
from protocol.panel import Say

# A beep that comes later than this tells nobody anything.
BEEP_EXPIRES_MS = 5_000


class Reactions:
    """Derives commands from core events and state; ids come from the journal's own facts.

    So a restarted hub asks for the same act under the same id, and the device tells the repeat.
    """

    def __init__(self, config: HallConfig, hall: Hall) -> None:
        self.config = config
        self.hall = hall

    def to_speak(
        self, now_ms: int, asked: Outbox | frozenset[tuple[str, str]] = frozenset()
    ) -> list[Command]:
        """What each zone's voice should speak and hold now; none that it was `asked` for."""
        found = []
        for zone in self.config.zones:
            expires_ms = now_ms
            for speech in self.hall.to_speak(zone):
                # One that is held waits for the one before it.
                expires_ms += self.config.policy.speak_timeout_ms
                name = self._say_name(speech.call)
                if name in asked:
                    continue  # looked at every turn, and a sentence takes seconds
                parts = sentence(speech.ticket, speech.window)
                body = Say(call=speech.call, parts=parts, times=speech.times)
                found.append(Command(*name, "say", body, expires_ms))
        return found

    def taken_back(self, events: Iterable[Event], now_ms: int, asked: Outbox) -> list[Command]:
        """Sentences that a voice was given ahead, and is not to begin any more."""
        found = []
        for event in events:
            # A day that opens has forgotten the calls of the one before.
            if isinstance(event, CallDropped) and event.call in self.hall.state.calls:
                device, name = self._say_name(event.call)
                if (device, name) in asked:
                    asked.drop(device, name)
                    body = Say(call=event.call, parts=[], times=0)
                    expires_ms = now_ms + self.config.policy.speak_timeout_ms
                    found.append(Command(device, f"un{name}", "say", body, expires_ms))
        return found

    def _say_name(self, call_id: int) -> tuple[str, str]:
        """The voice of a call, and the id of the command by which it is spoken."""
        call = self.hall.state.calls[call_id]
        return self.config.voice(call.zone), f"say-{call_id}-{call.at_ms:x}"

    def after(self, events: Iterable[Event], now_ms: int) -> list[Command]:
        """Commands that these events ask for, beside speech."""
        found: list[Command | None] = []
        for event in events:
            if isinstance(event, Finished) and not event.forced:
                found.append(self._ask_rating(event.leg, now_ms))
            elif isinstance(event, Unrated):
                found.append(
                    self._for_pad(event.leg, "rate-close", RateClose(leg=event.leg), now_ms)
                )
            elif isinstance(event, (Printed, PrintUnsure, Returned, Forwarded)):
                found.extend(self._arrived(event.leg, now_ms))
        return [command for command in found if command is not None]

    def resume(self, now_ms: int) -> list[Command]:
        """After a start: ratings that were asked for and not yet shown."""
        asked = [leg.id for leg in self.hall.legs.values() if leg.rating == ASKED]
        return [command for leg in asked if (command := self._ask_rating(leg, now_ms))]

    def ended(self, command: Command, result: str) -> commands.Command | None:
        """What the core must hear of a command's end."""
        body = command.body
        if isinstance(body, Say) and body.times:
            return commands.Spoken(body.call, heard=result == DONE)
        if isinstance(body, RateOpen):
            if result == DONE:
                return commands.RatingOpened(body.leg)
            return commands.RatingOffline(body.leg)
        return None

    def unrated_offline(self, events: Iterable[Event]) -> list[commands.Command]:
        """Ratings asked for at windows that have no pad."""
        return [
            commands.RatingOffline(event.leg)
            for event in events
            # A forced end asks nobody, and its leg may be gone with its day.
            if isinstance(event, Finished)
            and not event.forced
            and self.hall.legs[event.leg].rating == ASKED
            and not self._pad_of(event.leg)
        ]

    def _pad_of(self, leg_id: int) -> str:
        number = self.hall.legs[leg_id].window
        # A leg may outlive its window in the hall's file.
        window = None if number is None else self.config.windows.get(number)
        return "" if window is None else window.pad

    def _ask_rating(self, leg_id: int, now_ms: int) -> Command | None:
        if self.hall.legs[leg_id].rating != ASKED:
            return None
        body = RateOpen(leg=leg_id, open_ms=self.config.policy.rating_ms)
        return self._for_pad(leg_id, "rate-open", body, now_ms)

    def _for_pad(self, leg_id: int, kind: str, body: Message, now_ms: int) -> Command | None:
        leg, pad = self.hall.legs[leg_id], self._pad_of(leg_id)
        if not pad:
            return None
        name = f"{kind}-{leg_id}-{leg.arrived_ms:x}"
        return Command(pad, name, kind, body, now_ms + self.config.policy.rating_ms)

    def _arrived(self, leg_id: int, now_ms: int) -> list[Command]:
        """One short beep at every idle window that could call the leg now."""
        leg = self.hall.legs[leg_id]
        if leg.service not in self.config.services:
            return []  # taken out of the hall's file since the number was given
        name = f"beep-{leg_id}-{leg.state_ms:x}"
        return [
            Command(
                self.config.windows[number].caller, name, "beep", Beep(), now_ms + BEEP_EXPIRES_MS
            )
            for number in self.config.service_windows(leg.service)
            if self.hall.state.standing(number) == IDLE
        ]


def sentence(ticket: str, window: int) -> list[dict[str, str]]:
    """请A012号到3号窗口: the ticket digit by digit, the window as a number."""
    return [
        {"m": "t", "x": "请"},
        {"m": "d", "x": ticket},
        {"m": "t", "x": "号到"},
        {"m": "v", "x": str(window)},
        {"m": "t", "x": "号窗口"},
    ]
