"""The reference campus server: bookings out, outcomes in; for the demo, tests and integrators.

GET  /v1/bookings?cursor=0&limit=200   changes after a cursor: {bookings, cursor, more}
POST /v1/outcomes                      [{id, booking, service, result, at}] → {accepted: [id]}
GET  /v1/outcomes                      what has arrived, for checks
POST /v1/admin/bookings                [{id, service, slot, holders, state}] → {cursor}
POST /v1/admin/bookings/{id}/cancel    → {cursor}
"""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hub.campus.errors import BadBooking
from hub.campus.store import CampusStore

PAGE_MAX = 1000
OUTCOME_FIELDS = ("id", "service", "result", "at")

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class CampusServer:
    """Serves a store on loopback; every request carries the shared bearer token."""

    def __init__(self, store: CampusStore, token: str) -> None:
        self.store = store
        self._token = token
        self._runner: web.AppRunner | None = None

    def app(self) -> web.Application:
        """The web application, for a runner or a test client."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/v1/bookings", self._bookings),
                web.post("/v1/outcomes", self._take_outcomes),
                web.get("/v1/outcomes", self._show_outcomes),
                web.post("/v1/admin/bookings", self._add),
                web.post("/v1/admin/bookings/{id}/cancel", self._cancel),
            ]
        )
        return app

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens (port 0: any free one) and returns the url; refuses another than loopback."""
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the reference campus server is for loopback only, not {host}")
        self._runner = web.AppRunner(self.app(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        port = self._runner.addresses[0][1]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def stop(self) -> None:
        """Stops listening; a second call does nothing."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            return _refuse(401, "the bearer token is missing or wrong")
        return await handler(request)

    async def _bookings(self, request: web.Request) -> web.Response:
        cursor, limit = request.query.get("cursor", "0"), request.query.get("limit", "200")
        if not (_is_number(cursor) and _is_number(limit) and 1 <= int(limit) <= PAGE_MAX):
            return _refuse(400, f"cursor must be a number, limit one from 1 to {PAGE_MAX}")
        bookings, cursor_now, more = self.store.page(int(cursor), int(limit))
        return web.json_response({"bookings": bookings, "cursor": cursor_now, "more": more})

    async def _take_outcomes(self, request: web.Request) -> web.Response:
        outcomes = await _objects(request)
        if outcomes is None or not all(_is_outcome(outcome) for outcome in outcomes):
            return _refuse(400, f"must be a list of outcomes with {', '.join(OUTCOME_FIELDS)}")
        return web.json_response({"accepted": self.store.record(outcomes)})

    async def _show_outcomes(self, request: web.Request) -> web.Response:
        return web.json_response({"outcomes": self.store.outcomes()})

    async def _add(self, request: web.Request) -> web.Response:
        bookings = await _objects(request)
        if bookings is None:
            return _refuse(400, "must be a list of bookings")
        try:
            return web.json_response({"cursor": self.store.put(bookings)})
        except BadBooking as error:
            return _refuse(400, str(error))

    async def _cancel(self, request: web.Request) -> web.Response:
        try:
            return web.json_response({"cursor": self.store.cancel(request.match_info["id"])})
        except KeyError:
            return _refuse(404, "no such booking")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 16


def _is_outcome(outcome: dict[str, Any]) -> bool:
    return all(isinstance(outcome.get(field), str) for field in OUTCOME_FIELDS)


async def _objects(request: web.Request) -> list[dict[str, Any]] | None:
    try:
        plain = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None
    if not isinstance(plain, list) or not all(isinstance(item, dict) for item in plain):
        return None
    return plain


def _refuse(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)
