"""Whether another hub lives is asked of it, and only its own answer counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

from hub.wire import alone
from protocol import topics
from protocol.codec import encode
from protocol.envelope import HubState

SITE = "lobby"
ANSWER = topics.dev(SITE, alone.NOBODY, "evtack")


class Broker:
    """What a client hears: `said` are (topic, payload), then nothing more."""

    def __init__(self, *said: tuple[str, bytes]) -> None:
        self._said = said

    @property
    def messages(self) -> AsyncIterator[SimpleNamespace]:
        return self._talk()

    async def _talk(self) -> AsyncIterator[SimpleNamespace]:
        for topic, payload in self._said:
            yield SimpleNamespace(topic=topic, payload=payload)
        await asyncio.Event().wait()

    async def subscribe(self, _topic: str, qos: int) -> None:
        """Granted."""

    async def unsubscribe(self, _topic: str) -> None:
        """Done, though a message may be on its way."""

    async def publish(self, _topic: str, _payload: bytes, qos: int) -> None:
        """Taken."""


def answers(*said: tuple[str, bytes]) -> bool:
    return asyncio.run(alone._answers(Broker(*said), SITE))  # type: ignore[arg-type]


def test_the_answer_of_a_hub_says_that_it_lives() -> None:
    assert answers((ANSWER, b"{}"))


def test_the_will_of_one_that_has_just_died_is_no_answer(monkeypatch) -> None:
    monkeypatch.setattr(alone, "ANSWER_S", 0.05)
    will = encode(HubState(s="offline", epoch=7, now=1))
    assert not answers((topics.hub_state(SITE), will))
