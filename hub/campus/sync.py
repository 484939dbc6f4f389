"""Keeps the hub and the campus server in step: pulls bookings by cursor, pushes outcomes."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from hub.campus.client import CampusClient
from hub.campus.errors import (
    BadStatus,
    CampusError,
    CursorBack,
    CursorStuck,
    OutcomeRefused,
)
from hub.campus.messages import Booking, Outcome

log = logging.getLogger(__name__)

# After a failure: 1, 2, 4 … s, each drawn from its upper half, so that halls that lost the
# server together do not come back together.
BACKOFF_S = (1.0, 60.0)
# One request of 100 outcomes is 15 KB; the rest follows at once.
OUTCOMES_PER_REQUEST = 100
# Bookings remembered to drop repeats: two busy days of the reference hall.
SEEN_BOOKINGS = 4096
# Pages of one pull; a server that never comes to an end is asked again after the pause.
PAGES_PER_PULL = 1000
# A refused outcome is offered again this much later: the server may have been mended.
PARK_S = 600.0
# Statuses that blame what was sent, not the server or the token.
_ITEM_REFUSED = (400, 409, 413, 422)

OnPage = Callable[[Sequence[Booking], int], Awaitable[None]]


class Outbox(Protocol):
    """The hub's durable list of outcomes that the campus server has not acknowledged."""

    def pending(self) -> Sequence[Outcome]:
        """Outcomes still to deliver, oldest first."""

    async def delivered(self, ids: Sequence[str]) -> None:
        """These are at the server; they leave the outbox."""


class CampusSync:
    """Two endless tasks; `counts` has one counter per named error, and `duplicates`.

    `on_page(bookings, cursor)` makes a page durable, cursor included; it is given a booking
    again after a restart or a `rewind`, so it must take repeats. What it raises ends `run`.
    """

    def __init__(
        self,
        url: str,
        token: str,
        cursor: int,
        on_page: OnPage,
        outbox: Outbox,
        *,
        poll_s: float = 15.0,
        timeout_s: float = 10.0,
        page: int = 200,
        backoff_s: tuple[float, float] = BACKOFF_S,
    ) -> None:
        self.cursor = cursor
        self.counts: Counter[str] = Counter()
        self._url, self._token = url, token
        self._on_page = on_page
        self._outbox = outbox
        self._poll_s, self._timeout_s, self._page = poll_s, timeout_s, page
        self._backoff_s = backoff_s
        self._seen: OrderedDict[str, Booking] = OrderedDict()
        self._parked: dict[str, float] = {}  # refused id → when to offer it again
        self._working: dict[str, bool] = {}  # task → its last try came through
        self._rewinds = 0
        self._pull_now = asyncio.Event()
        self._push_now = asyncio.Event()

    @property
    def online(self) -> bool:
        """Whether the last pull and the last push came through."""
        return len(self._working) == 2 and all(self._working.values())

    async def run(self) -> None:
        """Pulls and pushes until cancelled; campus failures are counted and tried again."""
        async with (
            CampusClient(self._url, self._token, self._timeout_s) as client,
            asyncio.TaskGroup() as tasks,
        ):
            for name, act, now in (
                ("campus-pull", self._pull, self._pull_now),
                ("campus-push", self._push, self._push_now),
            ):
                tasks.create_task(self._repeat(name, act, now, client), name=name)

    def pull_now(self) -> None:
        """Asks for bookings without waiting for the next poll."""
        self._pull_now.set()

    def push_now(self) -> None:
        """Says that the outbox has something."""
        self._push_now.set()

    def rewind(self) -> None:
        """Pulls everything once more, e.g. for a new day, whose holders need the new day key."""
        self.cursor = 0
        self._rewinds += 1
        self._seen.clear()
        self._pull_now.set()

    async def _repeat(
        self,
        name: str,
        act: Callable[[CampusClient], Awaitable[None]],
        now: asyncio.Event,
        client: CampusClient,
    ) -> None:
        least_s, most_s = self._backoff_s
        wait_s = least_s
        while True:
            now.clear()
            try:
                await act(client)
            except CampusError as error:
                self._count(error)
                self._working[name] = False
                level = logging.WARNING if wait_s == least_s else logging.DEBUG
                log.log(level, "%s: %s: %s", name, error.code, error)
                # Not cut short by `now`: a busy hall must not hammer a server in trouble.
                await asyncio.sleep(random.uniform(wait_s / 2, wait_s))
                wait_s = min(wait_s * 2, most_s)
                continue
            self._working[name] = True
            wait_s = least_s
            try:
                async with asyncio.timeout(self._poll_s):
                    await now.wait()
            except TimeoutError:
                continue

    async def _pull(self, client: CampusClient) -> None:
        for _ in range(PAGES_PER_PULL):
            asked, rewinds = self.cursor, self._rewinds
            page = await client.bookings(asked, self._page)
            if self._rewinds != rewinds:
                continue
            if page.cursor < asked:
                # Its history is another one now: what it has put below our cursor is unknown.
                self.cursor = 0
                raise CursorBack(asked, page.cursor)
            for error in page.bad:
                self._count(error)
            # Of two changes of one booking the later one is enough.
            fresh = list({b.id: b for b in page.bookings if self._seen.get(b.id) != b}.values())
            self.counts["duplicates"] += len(page.bookings) - len(fresh)
            if fresh or page.cursor != asked:
                await self._on_page(fresh, page.cursor)
                if self._rewinds != rewinds:
                    continue
                # Only now: a page whose journalling failed is pulled again.
                self._remember(fresh)
                self.cursor = page.cursor
            if not page.more:
                return
            if page.cursor == asked:
                raise CursorStuck(asked)

    def _remember(self, bookings: Iterable[Booking]) -> None:
        for booking in bookings:
            self._seen[booking.id] = booking
            self._seen.move_to_end(booking.id)
        while len(self._seen) > SEEN_BOOKINGS:
            self._seen.popitem(last=False)

    async def _push(self, client: CampusClient) -> None:
        while batch := self._batch():
            try:
                await self._deliver(client, batch)
            except BadStatus as error:
                if error.status not in _ITEM_REFUSED:
                    raise
                await self._push_singly(client, batch)

    def _batch(self) -> list[Outcome]:
        pending = self._outbox.pending()
        now_s = asyncio.get_running_loop().time()
        waiting = {outcome.id for outcome in pending}
        self._parked = {
            id_: due_s for id_, due_s in self._parked.items() if id_ in waiting and due_s > now_s
        }
        free = (outcome for outcome in pending if outcome.id not in self._parked)
        return list(itertools.islice(free, OUTCOMES_PER_REQUEST))

    async def _push_singly(self, client: CampusClient, batch: Sequence[Outcome]) -> None:
        """Finds what the server will not have, so that it does not hold up the others."""
        for outcome in batch:
            try:
                await self._deliver(client, [outcome])
            except BadStatus as error:
                if error.status not in _ITEM_REFUSED:
                    raise
                self._park(outcome)

    async def _deliver(self, client: CampusClient, batch: Sequence[Outcome]) -> None:
        accepted = await client.deliver(batch)
        if accepted:
            await self._outbox.delivered(sorted(accepted))
        for outcome in batch:
            if outcome.id not in accepted:
                self._park(outcome)

    def _park(self, outcome: Outcome) -> None:
        error = OutcomeRefused(outcome.id)
        self._count(error)
        log.warning("campus-push: %s: %s", error.code, error)
        self._parked[outcome.id] = asyncio.get_running_loop().time() + PARK_S

    def _count(self, error: CampusError) -> None:
        self.counts[error.code] += 1
