"""A campus server that misbehaves on demand: it answers by a script, then as the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from hub.campus import CampusServer

# What a script's step may do with a request: answer it, or (None) let the real server do so.
Step = Callable[[web.Request], web.StreamResponse | str | None]


class OddCampus:
    """Puts a script in front of a real server; `requests` lists (method, path with query)."""

    def __init__(self, server: CampusServer, steps: list[Step]) -> None:
        self.requests: list[tuple[str, str]] = []
        self._server = server
        self._steps = steps
        self._runner: web.AppRunner | None = None

    @property
    def scripted(self) -> int:
        """How many steps of the script are left."""
        return len(self._steps)

    async def start(self) -> str:
        """Listens on loopback and returns the url."""
        app = self._server.app()
        app.middlewares.append(self._script)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stops listening and drops requests that are under way."""
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _script(self, request: web.Request, handler: Callable) -> web.StreamResponse:  # type: ignore[type-arg]
        self.requests.append((request.method, request.path_qs))
        answer = self._steps.pop(0)(request) if self._steps else None
        if answer == "silent":
            await asyncio.sleep(30)
        if answer == "cut":
            return await _cut(request)
        if answer == "drip":
            return await _drip(request)
        if answer == "kept":
            await handler(request)  # it has been done, and nobody hears of it
            return await _cut(request)
        if isinstance(answer, web.StreamResponse):
            return answer
        return await handler(request)


async def _drip(request: web.Request) -> web.StreamResponse:
    """A body that comes byte by byte, and always promises one more."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.02)


async def _cut(request: web.Request) -> web.StreamResponse:
    """Half of the promised body, then the connection is gone."""
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"bookings": [')
    assert request.transport is not None
    request.transport.abort()
    return response
