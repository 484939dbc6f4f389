"""The manager's socket: who may open it, what it takes, and what it never does."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.hub import MACHINE, PROOF, Desk
from hub.act import NAMES, NoHub, NotDone, send
from hub.control import ACTS, MAX_LINE, SOCKET, Control, Request, address
from hub.core import Refused, model


@pytest.fixture
def desk() -> Desk:
    return Desk()


@asynccontextmanager
async def served(desk: Desk, folder: Path):
    """A control socket on the desk; gives a function that sends bytes and returns the answer."""

    async def ask(asked):
        reasons = []
        for command in asked:
            try:
                desk.do(command)
                reasons.append(None)
            except Refused as refusal:
                reasons.append(refusal.reason)
        return reasons

    control = asyncio.create_task(Control(folder, desk.hall, [MACHINE], ask).run())
    while not (folder / SOCKET).is_socket():  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0.01)

    async def say(line: bytes) -> bytes:
        reader, writer = await asyncio.open_unix_connection(address(folder / SOCKET))
        writer.write(line)
        answer = await reader.readline()
        writer.close()
        return answer

    try:
        yield say
    finally:
        control.cancel()
        await asyncio.wait([control])


def run(folder: Path, desk: Desk, *requests: Request) -> list[str | None]:
    """What each request comes to: None, or why not."""

    async def scenario():
        async with served(desk, folder):
            return [await asyncio.to_thread(outcome, folder, one) for one in requests]

    return asyncio.run(scenario())


def outcome(folder: Path, request: Request) -> str | None:
    try:
        send(folder, request)
    except NotDone as refused:
        return refused.why
    return None


def test_every_act_reaches_the_core_with_its_reason(tmp_path: Path, desk: Desk) -> None:
    first, second, third = (desk.hall.legs[desk.take(PROOF, card)].ticket for card in "abc")
    desk.press(5, "pause")
    said = run(
        tmp_path,
        desk,
        Request("priority", "cannot stand", second.lower()),
        Request("urgent", "an ambulance", third),
        Request("open", "more people", "4"),
    )
    assert said == [None] * 3
    desk.press(4, "next")
    said = run(
        tmp_path,
        desk,
        Request("hold", "a form", third),
        Request("back", "form is there", third),
        Request("pause", "lunch", "4"),
        Request("open", "back from lunch", "4"),
    )
    assert said == [None] * 4
    desk.press(4, "next")
    desk.press(4, "done")
    said = run(
        tmp_path,
        desk,
        Request("transfer", "wrong window", third, "5"),
        Request("close", "ill", "4"),
        Request("close-day", "a power cut"),
    )
    assert said == [None] * 3
    assert [(act.act, act.reason) for act in desk.hall.state.acts] == [
        ("priority", "cannot stand"),
        ("urgent", "an ambulance"),
        ("open", "more people"),
        ("hold", "a form"),
        ("back", "form is there"),
        ("pause", "lunch"),
        ("open", "back from lunch"),
        ("transfer", "wrong window"),
        ("close", "ill"),
        ("close-day", "a power cut"),
    ]
    assert first != second and desk.hall.state.window(4).state == model.CLOSED


def test_a_machines_numbers_are_taken_away_and_given_back(tmp_path: Path, desk: Desk) -> None:
    said = run(
        tmp_path,
        desk,
        Request("revoke", "stolen", MACHINE),
        Request("revoke", " ", MACHINE),
        Request("revoke", "why", "caller-1"),
    )
    assert said == [None, "NEED_REASON", "UNKNOWN_DEVICE"]
    assert MACHINE in desk.hall.state.revoked
    assert run(tmp_path, desk, Request("allow", "found again", MACHINE)) == [None]
    assert not desk.hall.state.revoked


def test_a_service_left_open_is_ended_by_force(tmp_path: Path, desk: Desk) -> None:
    leg = desk.take()
    ticket = desk.hall.legs[leg].ticket
    request = Request("finish", "the clerk fell ill", ticket)
    assert run(tmp_path, desk, request) == ["NOT_SERVING"]
    desk.press(4, "next")
    desk.press(4, "done")
    assert run(tmp_path, desk, request) == [None]
    assert desk.hall.legs[leg].forced


def test_what_cannot_be_done_is_refused_with_its_reason(tmp_path: Path, desk: Desk) -> None:
    ticket = desk.hall.legs[desk.take()].ticket
    before = desk.hall.digest()
    assert run(
        tmp_path,
        desk,
        Request("priority", "why", "Z999"),
        Request("priority", " ", ticket),
        Request("open", "why", "four"),
        Request("open", "why", "99"),
        Request("hold", "why", ticket),
        Request("transfer", "why", ticket, ""),
    ) == [
        "UNKNOWN_LEG",
        "NEED_REASON",
        "NO_SUCH_WINDOW",
        "NO_SUCH_WINDOW",
        "NOT_SERVING",
        "NO_SUCH_WINDOW",
    ]
    assert desk.hall.digest() == before


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\n",
        b"[]\n",
        b"{}\n",
        b'{"act": "priority", "reason": 1}\n',
        b'{"act": "reserve", "reason": "free tickets", "on": "A001"}\n',
        b'{"act": "priority", "reason": "r", "key": "x"}\n',
        b"\n",
    ],
)
def test_anything_else_is_answered_and_changes_nothing(tmp_path, desk, line) -> None:
    async def scenario():
        async with served(desk, tmp_path) as say:
            return json.loads(await say(line))

    before = desk.hall.digest()
    assert asyncio.run(scenario()) == {"ok": False, "why": "BAD_REQUEST"}
    assert desk.hall.digest() == before


def test_a_line_without_an_end_is_hung_up_on_and_the_next_one_served(tmp_path, desk) -> None:
    async def scenario():
        async with served(desk, tmp_path) as say:
            flood = await say(b"x" * (2 * MAX_LINE))
            return flood, json.loads(await say(Request("open", "why", "4").line()))

    assert asyncio.run(scenario()) == (b"", {"ok": True, "why": None})


def test_only_the_hubs_own_user_may_open_the_socket_and_it_goes_with_the_hub(tmp_path, desk):
    (tmp_path / SOCKET).touch()  # left behind by a hub that was killed

    async def scenario():
        async with served(desk, tmp_path) as say:
            await say(b"\n")
            return (tmp_path / SOCKET).stat().st_mode & 0o777

    assert asyncio.run(scenario()) == 0o600
    assert not (tmp_path / SOCKET).exists()


def test_a_folder_too_deep_for_a_socket_leaves_the_hall_without_acts(tmp_path, desk, caplog):
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    asyncio.run(Control(deep, desk.hall, [], lambda asked: None).run())
    assert "no manager's acts" in caplog.text


def test_without_a_hub_the_act_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoHub, match="主机未运行"):
        send(tmp_path, Request("close-day", "why"))


def test_a_hub_that_hangs_up_is_no_answer(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(address(tmp_path / SOCKET))
        other.listen()
        other.shutdown(socket.SHUT_RDWR)
        with pytest.raises(NoHub):
            send(tmp_path, Request("close-day", "why"))


def test_every_act_has_a_name_in_both_languages() -> None:
    assert set(NAMES) == set(ACTS)
