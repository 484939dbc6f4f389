"""The machine without the hub: what it answers visitors by itself (meeting.py tells the hub).

1. A number is used up on flash, then its ticket is a line on flash, then the printer gets a byte.
2. Nothing is issued without a valid clock, or outside a lease's hours.
3. Tickets are handed in in their order, and dropped once the hub has answered all of them.
4. A card is a keyed hash from the moment it is read; the key is the lease's.
"""

import asyncio
import json
import os
from binascii import crc32, hexlify, unhexlify
from hashlib import sha256

from common.errors import StoreError
from common.store import read_json
from drivers.ds3231 import Ds3231
from protocol.errors import ProtocolError
from protocol.machine import MachineWant, Quoted
from ticket_machine import screens
from ticket_machine.leases import DAY, FROM_MS, KEY, TZ_MIN, Leases
from ticket_machine.ticket_log import TicketLog

FOLDER = "/offline"
_BLOCK_BYTES = 64  # of SHA-256, for HMAC


class OfflineDesk:
    """Answers `quote` and `reserve` like the hub, from leases on flash."""

    def __init__(self, menus, i2c, folder: str = FOLDER):
        self._menus = menus
        self.clock = Ds3231(i2c)
        self.leases = Leases(folder)
        self.log = TicketLog(folder + "/tickets")
        self.want_path = folder + "/want"
        self.is_printing = False  # the last ticket of the log
        self.heard = asyncio.Event()  # an answer of the hub, or the end of a paper

    def want(self):
        """The MachineWant that was kept last, None without one."""
        try:
            kept = self.kept()[0]
            return kept and MachineWant.parse(kept)
        except (ProtocolError, TypeError) as error:
            print(repr(error))
            return None

    def now_ms(self):
        """UTC ms by the clock chip, None while it does not know or does not answer."""
        try:
            utc_s = self.clock.read_s()
        except OSError as error:
            print(repr(error))  # no chip
            return None
        return None if utc_s is None else utc_s * 1000

    # Visitors

    def rest(self, flow):
        """What stands between two visitors: the home page for offline numbers, or why not."""
        flow.want = flow.want or self.want()
        block = self.find(flow.want.letters, self.now_ms()) if flow.want else "NO_HUB"
        if type(block) is str:
            flow.do_stop("closed", screens.of_reason(block))
        else:
            flow.do_stop("offline", (flow.want.hall_zh, flow.want.hall_en))

    def ask(self, flow, kind: str):
        """Go on as with the hub's answer to `identify`, `quote` or `reserve`."""
        if kind == "identify":
            flow.do_list("departments")
            return
        held = self.answer(kind, flow.session)
        if type(held) is str:
            flow.do_refuse(held)
        elif kind == "quote":
            flow.do_quoted(held)
        else:
            flow.do_reserved(held)

    def find(self, letters: str, now_ms):
        """The block of leased numbers to give out from, or the code of why there is none."""
        if now_ms is None:
            return "NO_DATE"
        block = self.leases.find(letters, now_ms)
        if type(block) is not str:
            if self.log.is_full:
                return "OFFLINE_FULL"
            shut_ms = self.kept()[1]
            # Closed while it should have been open is an order; before, only the night.
            if shut_ms is not None and shut_ms >= block[FROM_MS]:
                return "DAY_CLOSED"
        return block

    def holder(self, letters: str, uid: str, how: str = "card") -> str:
        """The name of a card, or other means, for this day in this hall; "" without a key."""
        block = self.find(letters, self.now_ms())
        if type(block) is str or not block[KEY]:
            return ""  # a hub may have no keys
        key = unhexlify(block[KEY])
        key += bytes(_BLOCK_BYTES - len(key))
        inner = sha256(bytes([b ^ 0x36 for b in key]) + ("%s:%s" % (how, uid)).encode()).digest()
        outer = sha256(bytes([b ^ 0x5C for b in key]) + inner).digest()
        return str(hexlify(outer[:16]), "ascii")

    def answer(self, kind: str, session):
        """What the hub would answer to `quote` or `reserve`, its `ahead` None; or a reason's code.

        A reserved number has no leg, 0; it is on flash.
        """
        # Asked once: the lease may end, or the chip fall silent, before the number is taken.
        item, now_ms = session.item, self.now_ms()
        block = self.find(session.letter, now_ms)
        if type(block) is str:
            return block
        floor = self._menus.head(session.letter)["floor"]
        place = {"service": item.id, "ahead": 0, "windows": item.windows, "floor": floor}
        held = Quoted.parse(place)
        held.ahead = None
        held.booked = session.kind == "booked"
        if kind == "quote":
            return held
        ticket = self._held(session, block[DAY])
        held.again = ticket is not None
        try:
            ticket = ticket or self._issue(session, block, now_ms)
        except OSError as error:
            print(repr(error))
            return "OFFLINE_FULL"
        held.leg = 0
        held.ticket = "%s%03d" % (ticket["letter"], ticket["number"])
        held.token = ticket["token"]
        held.priority = ticket["priority"]
        held.code = "%04d" % (crc32(held.token.encode()) % 10_000)
        minutes = ticket["at"] // 60_000 + block[TZ_MIN]
        held.at = "%s %02d:%02d" % (block[DAY], minutes // 60 % 24, minutes % 60)
        return held

    def printed(self, result: str):
        """What became of the last number's paper."""
        if self.is_printing:
            self.is_printing = False
            self.heard.set()
            try:
                self.log.add(result)
            except OSError as error:
                print(repr(error))  # without the line it is unsure

    def _held(self, session, day):
        """The ticket that this card has for that service today, or None."""
        if session.id:
            marks = [mark.encode() for mark in (session.id, session.item.id, day)]
            for ticket, _ in self.log.tickets(0, marks):
                if ticket["service"] == session.item.id and ticket.get("result") != "failed":
                    return ticket
        return None

    def _issue(self, session, block, now_ms):
        ticket = {
            "letter": session.letter,
            "number": self.leases.use(session.letter, block),
            "day": block[DAY],
            "service": session.item.id,
            "at": now_ms,
            "token": str(hexlify(os.urandom(16)), "ascii"),
            "holder": session.id,
            "booked": session.kind == "booked",
            "priority": session.priority,
        }
        self.log.add(json.dumps(ticket))
        self.is_printing = True
        return ticket

    def kept(self):
        """[MachineWant as it was, when it closed the hall or None]."""
        try:
            return read_json(self.want_path, (None, None))
        except StoreError as error:
            print(repr(error))
            return None, None
