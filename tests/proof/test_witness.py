"""A small hall under an independent witness: what it heard agrees with demo, paper and journal."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from fakes.nats import Nats
from hub.demo.ledger import is_clean
from hub.demo.run import SPARE_DEVICE, Demo
from hub.demo.watch import Watch
from proof.witness import Message, NotHeard, Peer, Witness, add_up, answers, main

VISITORS = 4
SPEED = 60.0
NOTHING_WRONG = (
    "malformed",
    "too_large",
    "unanswered",
    "answered_unasked",
    "answered_two_ways",
    "acked_unasked",
    "of_another_boot",
    "retained_wrongly",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any], Path]:
    """The demo's ledger, the witness's, and the journal of one run."""
    folder = tmp_path_factory.mktemp("hall")
    demo = Demo(folder, VISITORS, SPEED, 1, Watch(out=io.StringIO(), quiet=True))
    theirs, ours = asyncio.run(_witnessed(demo))
    return theirs, ours, demo.hall.journal


async def _witnessed(demo: Demo) -> tuple[dict[str, Any], dict[str, Any]]:
    playing = asyncio.create_task(demo.run())
    heard: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    witness = await asyncio.to_thread(_enter, demo)
    # Asked while the broker still serves: the demo's hall closes as soon as it ends.
    until_quiet = demo._until_quiet

    async def and_ask(visiting: Any) -> None:
        await until_quiet(visiting)
        ledger = await asyncio.to_thread(witness.ledger)
        # The floor's ping speaks as a device that has no board.
        ledger["malformed"] = [t for t in ledger["malformed"] if SPARE_DEVICE not in t]
        heard.set_result(ledger | {"answers": answers(witness.messages)})

    demo._until_quiet = and_ask  # type: ignore[method-assign]
    try:
        return await playing, await heard
    finally:
        await asyncio.to_thread(witness.__exit__)


def _enter(demo: Demo) -> Witness:
    """Connect as soon as the broker listens: well before the first board has started."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return Witness(demo.hall.address()).__enter__()
        except (OSError, ValueError, NotHeard):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def rows(journal: Path, *kinds: str) -> list[dict[str, Any]]:
    """Data of the journal's rows, read without the hub's code."""
    with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as db:
        found = db.execute("SELECT kind, data FROM events ORDER BY seq").fetchall()
    db.close()
    return [json.loads(data) for kind, data in found if kind in kinds]


def test_the_run_was_clean(run) -> None:
    theirs, _, _ = run
    assert is_clean(theirs), theirs


def test_nothing_happened_that_must_not(run) -> None:
    _, ours, _ = run
    assert {name: ours[name] for name in NOTHING_WRONG} == {name: [] for name in NOTHING_WRONG}
    assert 0 < ours["largest_bytes"] <= 2048


def test_papers_calls_and_ratings_agree(run) -> None:
    theirs, ours, journal = run
    assert ours["papers"] == sorted(row["ticket"] for row in rows(journal, "reserved"))
    assert len(ours["papers"]) == theirs["issued"] == VISITORS
    assert ours["printed"] == len(rows(journal, "printed"))
    assert ours["calls_spoken_of"] == theirs["calls"] - theirs["calls_dropped"]
    assert ours["ratings"] == theirs["rated"] == len(rows(journal, "rated"))


def test_every_press_was_heard_and_answered(run) -> None:
    theirs, ours, _ = run
    assert ours["press_answers"].get("ok", 0) >= theirs["press_to_display_ms"]["presses"]
    assert ours["presses"] == sum(ours["press_answers"].values())
    assert ours["press_to_want_ms"]["of"] > 0
    assert ours["evt_to_evtack_ms"]["p99"] > 0


def test_every_command_ended_well(run) -> None:
    _, ours, _ = run
    assert ours["not_acked"] == []
    assert set(ours["cmd_ends"]) <= {"done", "expired"}
    assert ours["cmd_ends"]["done"] >= ours["calls_spoken_of"]
    # A board answers each want once its last pixel is latched.
    assert ours["want_to_shown_ms"]["of"] > 0


def test_every_answer_is_the_one_that_the_journal_holds(run) -> None:
    _, ours, journal = run
    with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as db:
        query = "SELECT device, boot, n, answer FROM events WHERE device IS NOT NULL"
        stored = {f"{d} {boot}.{n}": json.loads(text) for d, boot, n, text in db.execute(query)}
    db.close()
    assert len(stored) > 3 * VISITORS
    # Of what it was told the machine alone keeps the lease's key; it is in no journal.
    told = {
        name: answer | {"d": {key: value for key, value in answer["d"].items() if key != "key"}}
        for name, answer in ours["answers"].items()
    }
    assert told == stored
    assert [name for name in told if told[name] != ours["answers"][name]]


# --- The witness itself --------------------------------------------------------------------------


def heard(leaf: str, plain: object, at_s: float = 1.0, device: str = "caller-04") -> Message:
    payload = plain if isinstance(plain, bytes) else json.dumps(plain).encode()
    return Message(at_s, 0, f"hall/v1/whu/dev/{device}/{leaf}", payload, False)


BIRTH = heard("state", {"v": 1, "s": "ready", "boot": 3, "conn": 1})
PRESS = {"v": 1, "k": "press", "boot": 3, "n": 1, "d": {"key": "next"}}
ANSWER = {"k": "press", "boot": 3, "n": 1, "ok": True, "why": None, "now": 9, "d": {}}
CLEAN = [BIRTH, heard("evt", PRESS, 1.0), heard("evtack", ANSWER, 1.004)]


def test_a_press_and_its_answer_are_timed() -> None:
    found = add_up(CLEAN)
    assert found["evt_to_evtack_ms"] == {"p50": 4.0, "p99": 4.0, "of": 1}
    assert found["press_answers"] == {"ok": 1}
    assert not any(found[name] for name in NOTHING_WRONG if name in found)


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ([heard("evt", b"\xff")], "malformed"),
        ([heard("evtack", {})], "malformed"),
        ([heard("tele", {"v": "x" * 3000})], "too_large"),
        ([heard("evt", PRESS | {"n": 2})], "unanswered"),
        ([heard("evtack", ANSWER | {"n": 2})], "answered_unasked"),
        ([heard("evtack", ANSWER | {"why": "NOBODY"})], "answered_two_ways"),
        ([heard("ack", {"v": 1, "id": "say-1", "st": "done"})], "acked_unasked"),
        ([heard("cmd", {"id": "b-1", "k": "beep", "exp": 9, "now": 1, "d": {}})], "not_acked"),
        ([heard("evt", PRESS | {"boot": 4}), heard("evtack", ANSWER | {"boot": 4})],
         "of_another_boot"),
    ],
)  # fmt: skip
def test_each_wrong_is_seen(more: list[Message], name: str) -> None:
    found = add_up([*CLEAN, *more])
    assert len(found[name]) == 1
    others = [other for other in NOTHING_WRONG if other in found and other != name]
    assert not any(found[other] for other in others), found


def test_a_repeat_with_the_same_answer_is_no_wrong() -> None:
    found = add_up(CLEAN + CLEAN[1:])
    assert found["repeats"] == 1
    assert not any(found[name] for name in NOTHING_WRONG if name in found)


def test_the_command_prints_one_line_and_saves_every_message(tmp_path, capsys) -> None:
    with Nats(tmp_path, ["caller-04"]) as broker:
        url = f"mqtt://hub:{broker.password}@127.0.0.1:{broker.port}"
        device = f"mqtt://caller-04:{broker.password}@127.0.0.1:{broker.port}"
        with Peer(url, "hub-lobby") as hub, Peer(device, "caller-04") as caller:
            hub.publish("hall/v1/lobby/hub/state", b'{"v":1}', retain=True)
            caller.publish("hall/v1/lobby/dev/caller-04/evt", b"{}", retain=True)
            file = tmp_path / "heard.jsonl"
            code = main(["--broker", url, "--seconds", "0.3", "--json", "--save", str(file)])
    ledger = json.loads(capsys.readouterr().out)
    assert code == 0
    assert ledger["retained_wrongly"] == ["hall/v1/lobby/dev/caller-04/evt"]
    topics = {json.loads(line)["topic"] for line in file.read_text("utf-8").splitlines()}
    assert "hall/v1/lobby/hub/state" in topics


def test_a_wrong_password_is_said_at_once(tmp_path, capsys) -> None:
    with Nats(tmp_path, []) as broker:
        assert main(["--broker", f"mqtt://hub:wrong@127.0.0.1:{broker.port}"]) == 1
    assert "turned away" in capsys.readouterr().err
