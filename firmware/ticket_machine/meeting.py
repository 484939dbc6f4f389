"""The hub is there (again): tickets are handed in, numbers asked for, the clock is set."""

import asyncio

from common.store import write_json
from protocol.errors import ProtocolError
from protocol.machine import LeaseAsk, Offline

# The chip counts whole seconds and is set to one, so that less is no difference.
CLOCK_OFF_S = 2
# MQTT packets that may be on their way at once.
WINDOW = 4
# While the outbox has no room.
_WAIT_S = 1


class Meeting:
    """One talk with the hub about what the machine did, and may do, without it.

    It may take longer than the hub stays: the link sends again what was not answered.
    """

    def __init__(self, desk, link):
        self._desk = desk
        self._link = link
        self._under_way = 0
        self._answer = None

    async def run(self, want):
        """Say all there is to say; returns when it is answered."""
        desk, link = self._desk, self._link
        await self._hand_in()
        for at in range(len(want.letters) if want.renew_at else 0):
            letter = want.letters[at : at + 1]
            # Without any clock it asks: the answer has the time.
            now_ms = link.hub_now_ms() or desk.now_ms()
            left = desk.leases.left(letter, now_ms or 0)
            if left < want.renew_at or now_ms is None:
                await self._send("lease", LeaseAsk(letter=letter, left=left))
                await self._answers(1)
                if self._answer.ok:
                    desk.leases.keep(self._answer.d)
        hub_ms = link.hub_now_ms()
        if hub_ms is not None:
            self._set_clock(hub_ms)
        plain = want.plain()
        if desk.kept()[0] != plain:
            write_json(desk.want_path, [plain, None if want.open else hub_ms or desk.now_ms()])

    def answered(self, evtack):
        """The hub's answer to `lease` or `offline`."""
        self._answer = evtack
        self._under_way -= 1
        self._desk.heard.set()

    def _set_clock(self, hub_ms):
        now_ms = self._desk.now_ms()
        if now_ms is None or abs(hub_ms - now_ms) > CLOCK_OFF_S * 1000:
            try:
                self._desk.clock.set_s(hub_ms // 1000)
            except OSError as error:
                print(repr(error))  # no chip: NO_DATE is what visitors will read

    async def _hand_in(self):
        log, at = self._desk.log, 0
        while True:
            found = log.next(at)
            if found is None:
                if not self._under_way:
                    return log.clear()
                await self._answers(self._under_way)
                continue
            ticket, end = found
            if "result" not in ticket:
                if self._desk.is_printing:
                    await self._news()
                    continue
                ticket["result"] = "unsure"
            try:
                body = Offline(**ticket)
            except (ProtocolError, TypeError) as error:
                print(repr(error))  # of another version of this firmware
            else:
                await self._answers(WINDOW)
                await self._send("offline", body)
            at = end

    async def _send(self, kind, body):
        while not self._link.send(kind, body):
            await asyncio.sleep(_WAIT_S)
        self._under_way += 1

    async def _answers(self, window):
        """Wait until fewer than so many are under way."""
        while self._under_way >= window:
            await self._news()

    async def _news(self):
        """Wait for an answer, or for the end of a paper."""
        self._desk.heard.clear()
        await self._desk.heard.wait()
