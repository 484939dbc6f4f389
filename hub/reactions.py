"""What devices must do because of what happened: speech, ratings, beeps, each once."""

from __future__ import annotations

from collections.abc import Iterable

from hub.config import HallConfig
from hub.core import Hall, commands
from hub.core.events import Event, Finished, Forwarded, Printed, PrintUnsure, Returned, Unrated
from hub.core.model import ASKED
from hub.outbox import DONE, Command, Outbox
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
        """The sentence each zone's voice should be at now; none that it was `asked` for."""
        found = []
        for zone in self.config.zones:
            speech = self.hall.next_to_speak(zone)
            if speech is None:
                continue
            call = self.hall.state.calls[speech.call]
            name = self.config.voice(zone), f"say-{speech.call}-{call.at_ms:x}"
            if name in asked:
                continue  # looked at every turn, and a sentence takes seconds
            body = Say(
                call=speech.call, parts=sentence(speech.ticket, speech.window), times=speech.times
            )
            expires_ms = now_ms + self.config.policy.speak_timeout_ms
            found.append(Command(*name, "say", body, expires_ms))
        return found

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
        if isinstance(body, Say):
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
            if self.hall.window_view(number, now_ms).st == "idle"
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
