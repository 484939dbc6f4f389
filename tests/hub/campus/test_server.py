"""The reference campus server over loopback: pages, cancellations, outcomes, tokens, restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.campus import CampusServer, CampusStore

TOKEN = "a-token-of-the-campus"
OUTCOME = {"id": "o-1", "booking": "b-1", "service": "seal", "result": "done", "at": "x"}


def booking(number: int, state: str = "booked") -> dict[str, Any]:
    return {
        "id": f"b-{number}",
        "service": "seal",
        "slot": "2026-07-06T10:15:00+08:00",
        "holders": ["0" * 64],
        "state": state,
    }


Ask = Callable[..., Awaitable[tuple[int, Any]]]


def serve(store: CampusStore, talk: Callable[[Ask], Awaitable[None]], token: str = TOKEN) -> None:
    """Runs `talk` against a real server; ask(method, path, body) gives (status, JSON)."""

    async def run() -> None:
        server = CampusServer(store, TOKEN)
        url = await server.start()
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(headers=headers) as session:

            async def ask(method: str, path: str, body: Any = None) -> tuple[int, Any]:
                async with session.request(method, url + path, json=body) as response:
                    return response.status, await response.json()

            await talk(ask)
        await server.stop()

    asyncio.run(run())


def test_pages_follow_the_cursor_to_the_end() -> None:
    async def talk(ask: Ask) -> None:
        assert await ask("POST", "/v1/admin/bookings", [booking(n) for n in range(5)]) == (
            200,
            {"cursor": 5},
        )
        seen, cursor, more = [], 0, True
        while more:
            _, page = await ask("GET", f"/v1/bookings?cursor={cursor}&limit=2")
            seen += [item["id"] for item in page["bookings"]]
            cursor, more = page["cursor"], page["more"]
        assert seen == [f"b-{n}" for n in range(5)]
        assert (await ask("GET", "/v1/bookings?cursor=5"))[1]["bookings"] == []

    serve(CampusStore(), talk)


def test_a_cancelled_booking_comes_again_behind_the_cursor() -> None:
    async def talk(ask: Ask) -> None:
        await ask("POST", "/v1/admin/bookings", [booking(1), booking(2)])
        assert (await ask("POST", "/v1/admin/bookings/b-1/cancel"))[0] == 200
        _, page = await ask("GET", "/v1/bookings?cursor=2")
        assert [(item["id"], item["state"]) for item in page["bookings"]] == [("b-1", "cancelled")]
        assert (await ask("POST", "/v1/admin/bookings/b-9/cancel"))[0] == 404

    serve(CampusStore(), talk)


def test_a_repeated_outcome_is_accepted_and_kept_once() -> None:
    async def talk(ask: Ask) -> None:
        for _ in range(2):
            assert await ask("POST", "/v1/outcomes", [OUTCOME]) == (200, {"accepted": ["o-1"]})
        assert (await ask("GET", "/v1/outcomes"))[1] == {"outcomes": [OUTCOME]}

    serve(CampusStore(), talk)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/bookings?cursor=x", None),
        ("GET", "/v1/bookings?cursor=-1", None),
        ("GET", "/v1/bookings?limit=0", None),
        ("GET", "/v1/bookings?limit=1001", None),
        ("POST", "/v1/outcomes", {"id": "o-1"}),
        ("POST", "/v1/outcomes", [{"id": 1}]),
        ("POST", "/v1/admin/bookings", [booking(1) | {"slot": "10:15"}]),
        ("POST", "/v1/admin/bookings", ["b-1"]),
    ],
)
def test_a_bad_request_is_refused(method: str, path: str, body: Any) -> None:
    async def talk(ask: Ask) -> None:
        status, answer = await ask(method, path, body)
        assert status == 400
        assert answer["error"]

    serve(CampusStore(), talk)


@pytest.mark.parametrize("token", ["", "another-token-of-16"])
def test_without_the_token_nothing_is_answered(token: str) -> None:
    async def talk(ask: Ask) -> None:
        for path in ("/v1/bookings", "/v1/outcomes", "/v1/none"):
            assert (await ask("GET", path))[0] == 401

    serve(CampusStore(), talk, token)


def test_a_restart_keeps_bookings_and_outcomes(tmp_path: Path) -> None:
    path = tmp_path / "campus.json"
    store = CampusStore(path)
    store.put([booking(1), booking(2)])
    store.cancel("b-1")
    store.record([OUTCOME])
    again = CampusStore(path)
    assert again.page(0, 10) == store.page(0, 10)
    assert again.outcomes() == [OUTCOME]
    assert again.put([booking(3)]) == 4


def test_it_refuses_to_listen_to_the_network() -> None:
    with pytest.raises(ValueError, match="loopback only"):
        asyncio.run(CampusServer(CampusStore(), TOKEN).start("0.0.0.0"))
