"""HTTP requests to the campus server: every failure comes out as one named CampusError."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import aiohttp

from hub.campus.errors import BadBody, BadBooking, BadStatus, TimedOut, Unreachable
from hub.campus.messages import Booking, Outcome

# A page of 1000 bookings, each with 8 holders of 67 bytes and 150 bytes beside them, is 0.7 MB.
MAX_BODY = 1 << 20
MAX_CURSOR = 2**53 - 1  # exact in JSON


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the server: good bookings, what was wrong with others, and where to go on."""

    bookings: tuple[Booking, ...]
    bad: tuple[BadBooking, ...]
    cursor: int
    more: bool


class CampusClient:
    """The two requests of the interface, over one kept connection; a context manager."""

    def __init__(self, url: str, token: str, timeout_s: float) -> None:
        self._url = url
        self._session = aiohttp.ClientSession(
            # identity: MAX_BODY counts what crosses the line, and nothing can unfold behind it.
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            timeout=aiohttp.ClientTimeout(total=timeout_s),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def bookings(self, cursor: int, limit: int) -> Page:
        """Bookings that changed after the cursor, oldest change first; raises CampusError."""
        query = f"/v1/bookings?cursor={cursor}&limit={limit}"
        plain = await self._request("GET", query)
        items, got, more = (plain.get(name) for name in ("bookings", "cursor", "more"))
        # bool is an int to Python, not to the interface.
        if type(got) is not int or not 0 <= got <= MAX_CURSOR or not isinstance(more, bool):
            raise BadBody("cursor or more is missing or wrong")
        if not isinstance(items, list) or len(items) > limit:
            raise BadBody("bookings is no list of at most the number asked for")
        good: list[Booking] = []
        bad: list[BadBooking] = []
        for item in items:
            try:
                good.append(Booking.parse(item))
            except BadBooking as error:
                bad.append(error)
        return Page(tuple(good), tuple(bad), got, more)

    async def deliver(self, outcomes: Sequence[Outcome]) -> frozenset[str]:
        """Posts outcomes; returns the ids that the server has durably; raises CampusError."""
        plain = await self._request("POST", "/v1/outcomes", [o.plain() for o in outcomes])
        accepted = plain.get("accepted")
        if not isinstance(accepted, list):
            raise BadBody("accepted is no list")
        sent = {outcome.id for outcome in outcomes}
        return frozenset(id_ for id_ in accepted if isinstance(id_, str) and id_ in sent)

    async def _request(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        try:
            # A redirect would carry the token to wherever it points.
            async with self._session.request(
                method, self._url + path, json=body, allow_redirects=False
            ) as response:
                payload = await _read(response)
                status = response.status
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            # The type only: texts of these errors hold addresses and headers.
            raise Unreachable(type(error).__name__) from None
        if status != 200:
            raise BadStatus(status)
        try:
            plain = json.loads(payload)
        except (ValueError, RecursionError):
            raise BadBody("not JSON, or cut short") from None
        if not isinstance(plain, dict):
            raise BadBody("not a JSON object")
        return plain


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, as long as it is of a decent size."""
    payload = bytearray()
    async for chunk in response.content.iter_any():
        payload += chunk
        if len(payload) > MAX_BODY:
            raise BadBody(f"more than {MAX_BODY} bytes")
    return bytes(payload)
