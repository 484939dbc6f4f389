"""The hub against the reference server and against odd ones: nothing is lost, errors are named."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from typing import Self

import pytest
from aiohttp import web

from fakes.odd_campus import OddCampus, Step
from hub.campus import Booking, CampusServer, CampusStore, CampusSync, Outcome, campus_hash

TOKEN = "a-token-of-the-campus"
HOLDER = campus_hash(bytes(32), "card", "04A1B2C3D4E5F6")
LONG_S = 5.0  # a hall under test never waits for so long


def booking(number: int, state: str = "booked") -> dict[str, object]:
    return {
        "id": f"b-{number}",
        "service": "seal",
        "slot": "2026-07-06T10:15:00+08:00",
        "holders": [HOLDER],
        "state": state,
    }


def outcome(number: int) -> Outcome:
    return Outcome(f"o-{number}", f"b-{number}", "seal", "done", "2026-07-06T10:30:00+08:00")


def answer(body: str, status: int = 200) -> Step:
    return lambda _: web.Response(text=body, status=status, content_type="application/json")


def page(bookings: list[object], cursor: object, more: object = False) -> Step:
    return answer(json.dumps({"bookings": bookings, "cursor": cursor, "more": more}))


class Hub:
    """The lead's side: a journal of pages, and an outbox; `fails` makes the journal refuse."""

    def __init__(self) -> None:
        self.pages: list[tuple[list[Booking], int]] = []
        self.outbox: dict[str, Outcome] = {}

    async def on_page(self, bookings: Sequence[Booking], cursor: int) -> None:
        self.pages.append((list(bookings), cursor))

    def pending(self) -> Sequence[Outcome]:
        return list(self.outbox.values())

    async def delivered(self, ids: Sequence[str]) -> None:
        for id_ in ids:
            del self.outbox[id_]

    @property
    def cursor(self) -> int:
        return self.pages[-1][1] if self.pages else 0

    def ids(self) -> list[str]:
        return [b.id for bookings, _ in self.pages for b in bookings]


class Scene:
    """A hub in front of a scripted server; used as a context manager."""

    def __init__(
        self, store: CampusStore, steps: Sequence[Step] = (), hub: Hub | None = None
    ) -> None:
        self.hub = hub or Hub()
        self.server = OddCampus(CampusServer(store, TOKEN), list(steps))
        self.token = TOKEN
        self.page = 200
        self.sync: CampusSync

    async def __aenter__(self) -> Self:
        url = await self.server.start()
        self.sync = CampusSync(
            url,
            self.token,
            self.hub.cursor,
            self.hub.on_page,
            self.hub,
            poll_s=0.02,
            timeout_s=0.3,
            page=self.page,
            backoff_s=(0.01, 0.02),
        )
        self._task = asyncio.create_task(self.sync.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.server.stop()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(LONG_S):
            while not holds():  # noqa: ASYNC110 - what is waited for is in a dozen places
                await asyncio.sleep(0.005)


def full(count: int = 3) -> CampusStore:
    store = CampusStore()
    store.put([booking(number) for number in range(count)])
    return store


def play(scene: Scene, holds: Callable[[Scene], bool]) -> None:
    """Runs the scene until the condition holds."""

    async def run() -> None:
        async with scene:
            await scene.until(lambda: holds(scene))

    asyncio.run(run())


def test_all_pages_are_pulled_in_order() -> None:
    scene = Scene(full(7))
    scene.page = 2
    play(scene, lambda s: s.hub.cursor == 7)
    assert scene.hub.ids() == [f"b-{n}" for n in range(7)]
    assert [cursor for _, cursor in scene.hub.pages] == [2, 4, 6, 7]
    first = scene.hub.pages[0][0][0]
    assert (first.slot_ms, first.holders) == (1_783_304_100_000, (HOLDER,))
    assert not [name for name, times in scene.sync.counts.items() if times]
    assert scene.sync.online


def test_a_restart_goes_on_from_the_journalled_cursor() -> None:
    store = full(3)
    first = Scene(store)
    play(first, lambda s: s.hub.cursor == 3)
    store.put([booking(9)])
    store.cancel("b-0")
    again = Scene(store, hub=first.hub)
    play(again, lambda s: s.hub.cursor == 5)
    assert again.server.requests[0] == ("GET", "/v1/bookings?cursor=3&limit=200")
    assert [(b.id, b.cancelled) for b in again.hub.pages[-1][0]] == [("b-9", False), ("b-0", True)]


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (answer("oops", 500), "bad-status"),
        (answer("", 503), "bad-status"),
        (answer("[]", 401), "bad-status"),
        (lambda _: web.Response(status=302, headers={"Location": "/v1/x"}), "bad-status"),
        (answer('{"bookings": [], "curs'), "bad-body"),
        (answer("[" * 100_000), "bad-body"),
        (answer("[]"), "bad-body"),
        (answer("{}"), "bad-body"),
        (answer("x" * (2 << 20)), "bad-body"),
        (page([], True), "bad-body"),
        (page([], -1), "bad-body"),
        (page([], 2**60), "bad-body"),
        (page([], "3"), "bad-body"),
        (page({}, 3), "bad-body"),  # type: ignore[arg-type]
        (page([], 3, "no"), "bad-body"),
        (lambda _: "cut", "unreachable"),
        (lambda _: "silent", "timed-out"),
        (lambda _: "drip", "timed-out"),
        (page([], 0, more=True), "cursor-stuck"),
    ],
)
def test_a_failure_is_named_and_loses_nothing(step: Step, error: str) -> None:
    scene = Scene(full(), [step])
    play(scene, lambda s: s.hub.cursor == 3 and s.sync.online)
    assert scene.hub.ids() == ["b-0", "b-1", "b-2"]
    assert {name: n for name, n in scene.sync.counts.items() if n} == {error: 1}


def test_a_server_that_is_not_there_yet_is_asked_again() -> None:
    async def run() -> None:
        scene = Scene(full())
        async with scene:
            await scene.server.stop()
            scene.sync.pull_now()
            await scene.until(lambda: scene.sync.counts["unreachable"] >= 3)
            assert not scene.sync.online

    asyncio.run(run())


def test_a_cursor_that_goes_back_is_answered_by_pulling_everything_again() -> None:
    store = full(3)
    hub = Hub()
    hub.pages = [([], 50)]  # the server was restored from a backup
    scene = Scene(store, hub=hub)
    play(scene, lambda s: s.hub.cursor == 3)
    assert hub.ids() == ["b-0", "b-1", "b-2"]
    assert scene.sync.counts["cursor-back"] == 1


def test_repeated_bookings_are_handed_on_once() -> None:
    store = full(3)
    same = [booking(0), booking(1)]
    scene = Scene(store, [page(same, 2, True), page(same, 2, False)])
    play(scene, lambda s: s.hub.cursor == 3)
    assert scene.hub.ids() == ["b-0", "b-1", "b-2"]
    assert scene.sync.counts["duplicates"] == 2


def test_one_bad_booking_does_not_hold_up_the_others() -> None:
    bad = [
        booking(1) | {"slot": "2026-07-06T10:15:00"},
        booking(1) | {"slot": 5},
        booking(1) | {"holders": ["04A1B2C3D4E5F6"]},
        booking(1) | {"holders": []},
        booking(1) | {"holders": [HOLDER] * 9},
        booking(1) | {"service": "a b"},
        booking(1) | {"state": "maybe"},
        booking(1) | {"id": None},
        "b-1",
    ]
    scene = Scene(CampusStore(), [page([*bad, booking(7)], 0)])
    play(scene, lambda s: bool(s.hub.pages))
    assert scene.hub.ids() == ["b-7"]
    assert scene.sync.counts["bad-booking"] == len(bad)


def test_a_rewind_hands_everything_on_again() -> None:
    async def run() -> None:
        async with Scene(full(2)) as scene:
            await scene.until(lambda: scene.hub.cursor == 2)
            scene.sync.rewind()
            await scene.until(lambda: len(scene.hub.ids()) == 4)
            assert scene.hub.ids() == ["b-0", "b-1"] * 2

    asyncio.run(run())


def test_a_rewind_in_the_middle_of_a_request_is_not_overtaken_by_its_answer() -> None:
    def rewind(_: web.Request) -> None:
        scene.sync.rewind()

    scene = Scene(full(2), [lambda _: None, rewind])
    scene.page = 1
    play(scene, lambda s: s.hub.cursor == 2)
    assert scene.hub.ids() == ["b-0", "b-0", "b-1"]


def test_a_page_that_could_not_be_journalled_ends_the_task_with_its_error() -> None:
    class Broken(Hub):
        async def on_page(self, bookings: Sequence[Booking], cursor: int) -> None:
            raise OSError("disk full")

    async def run() -> None:
        scene = Scene(full(), hub=Broken())
        async with scene:
            with pytest.raises(ExceptionGroup) as caught:
                await asyncio.wait_for(asyncio.shield(scene._task), LONG_S)
            assert caught.group_contains(OSError, match="disk full")
            assert scene.sync.cursor == 0

    asyncio.run(run())


def test_outcomes_arrive_once_whatever_happens_on_the_way() -> None:
    store = CampusStore()
    hub = Hub()
    hub.outbox = {outcome(n).id: outcome(n) for n in range(250)}

    def lost_answer(request: web.Request) -> str | None:
        return "cut" if request.method == "POST" else None

    scene = Scene(store, [lost_answer] * 6, hub)
    play(scene, lambda s: not s.hub.outbox and s.sync.online)
    assert [o["id"] for o in store.outcomes()] == [f"o-{n}" for n in range(250)]


def test_an_answer_lost_after_the_server_kept_it_makes_no_double() -> None:
    store = CampusStore()
    hub = Hub()
    hub.outbox = {"o-1": outcome(1)}

    def kept_then_cut(request: web.Request) -> str | None:
        return "kept" if request.method == "POST" else None

    scene = Scene(store, [kept_then_cut] * 2, hub)
    play(scene, lambda s: not s.hub.outbox)
    assert len(store.outcomes()) == 1


def test_a_refused_outcome_does_not_hold_up_the_others() -> None:
    store = CampusStore()
    hub = Hub()
    # The reference server refuses a whole list for one outcome without a text `at`.
    hub.outbox = {outcome(n).id: outcome(n) for n in range(5)}
    hub.outbox["o-2"] = Outcome("o-2", None, "seal", "done", None)  # type: ignore[arg-type]
    scene = Scene(store, hub=hub)
    play(scene, lambda s: len(s.hub.outbox) == 1 and s.sync.counts["outcome-refused"] > 0)
    assert list(hub.outbox) == ["o-2"]
    assert [o["id"] for o in store.outcomes()] == ["o-0", "o-1", "o-3", "o-4"]
    assert scene.sync.counts == {"outcome-refused": 1, "duplicates": 0}


def test_an_id_that_was_not_sent_is_not_taken_out_of_the_outbox() -> None:
    hub = Hub()
    hub.outbox = {"o-1": outcome(1)}

    def wrong_ids(request: web.Request) -> web.Response | None:
        if request.method != "POST":
            return None
        return web.json_response({"accepted": ["o-7", 3, None]})

    scene = Scene(CampusStore(), [wrong_ids] * 2, hub)
    play(scene, lambda s: s.sync.counts["outcome-refused"] == 1)
    assert list(hub.outbox) == ["o-1"]


def test_a_wrong_token_is_said_once_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    hub = Hub()
    hub.outbox = {"o-1": outcome(1)}
    scene = Scene(full(), hub=hub)
    scene.token = "a-wrong-token-of-16"
    with caplog.at_level(logging.DEBUG, logger="hub.campus"):
        play(scene, lambda s: s.sync.counts["bad-status"] >= 6)
    warnings = [r.message for r in caplog.records if r.levelno >= logging.WARNING]
    assert sorted(warnings) == [
        "campus-pull: bad-status: the campus server answered 401",
        "campus-push: bad-status: the campus server answered 401",
    ]
    assert not [s for s in (scene.token, HOLDER, "04A1B2C3D4E5F6") if s in caplog.text]
    assert hub.outbox


def test_no_log_line_shows_a_holder(caplog: pytest.LogCaptureFixture) -> None:
    steps = [answer(json.dumps(booking(1)), 500), page([booking(1) | {"slot": HOLDER}], 1)]
    with caplog.at_level(logging.DEBUG):
        play(Scene(full(), steps), lambda s: s.hub.cursor == 3)
    assert HOLDER not in caplog.text
