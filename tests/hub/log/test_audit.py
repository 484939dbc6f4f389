"""The whole journal is read again while the hall goes on; what is rotten is told."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from fakes.hub import Hub
from hub.log import audit as module
from hub.log.audit import Audit
from hub.log.journal import Journal
from hub.status import status_of


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "ROWS", 2)
    monkeypatch.setattr(module, "PAUSE_S", 0.0)
    return tmp_path / "journal.sqlite"


def test_a_sound_journal_is_read_to_its_end_while_the_hub_writes(path: Path) -> None:
    with Hub(path) as hub:
        audit = Audit(path)
        asyncio.run(audit.look())
        assert (audit.checked, audit.damage) == (hub.journal.last_seq, None)
        assert audit.checked > 2
        hub.wire.connects = hub.wire.unsent = 0
        told = status_of(hub.service, None, audit)["journal"]
        assert told == {"checked": audit.checked, "damage": None}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE events SET data = '{}' WHERE seq = 2", "row 2: is not what was written"),
        ("DELETE FROM events WHERE seq = 2", "row 2: is not what was written"),
    ],
)
def test_a_rotten_row_is_told_and_no_reason_to_stop(path: Path, damage: str, said: str) -> None:
    with Hub(path) as hub:
        assert hub.journal.last_seq >= 3
    db = sqlite3.connect(path)
    db.execute(damage)
    db.commit()
    db.close()
    audit = Audit(path)
    asyncio.run(audit.look())
    assert said in (audit.damage or "")


def test_a_page_that_is_rotten_is_told(path: Path) -> None:
    with Hub(path):
        pass
    raw = bytearray(path.read_bytes())
    raw[-4096:] = bytes(4096)
    path.write_bytes(raw)
    audit = Audit(path)
    asyncio.run(audit.look())
    assert audit.damage is not None


def test_a_hub_that_ends_does_not_wait_for_the_rest(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 3600.0)
    with Hub(path) as hub:
        assert hub.journal.last_seq > module.ROWS

    async def a_moment() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await Audit(path).run()

    # asyncio.run returns when the threads have ended.
    asyncio.run(a_moment())


def test_it_is_read_again_and_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Journal(path).close()
    looks = 0

    async def look(_: Audit) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(module, "EVERY_S", 0.0)
    monkeypatch.setattr(Audit, "look", look)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(Audit(path).run())
    assert looks == 3
