"""The hub as chaos runs it: quick to notice a dead link, and killed where it was told to die.

python chaos_hub.py CONTROL MUTATION ARGUMENTS-OF-HALLKIT. Nothing of this is in the product: it
is set here from outside. A file `die` in the folder CONTROL names an event; the process ends by
SIGKILL after the commit that holds one, before anybody is told. MUTATION is `-` or `idempotency`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import hub.log.journal
import hub.wire.mqtt
from hub.__main__ import main
from hub.log.journal import Entry, Journal
from hub.service import Service

KEEPALIVE_S = 2
BACKOFF_S = (0.2, 3.0)


def die_after_commit(control: Path) -> None:
    """Between COMMIT and evtack: the one moment in which a hub that forgets would count twice."""
    append = Journal.append
    order = control / "die"

    def append_and_die(journal: Journal, batch: Sequence[Entry]) -> None:
        append(journal, batch)
        if not order.exists():
            return
        kind = order.read_text(encoding="utf-8")
        if any(e.origin and any(event.kind == kind for event in e.events) for e in batch):
            order.rename(control / f"died-{kind}")
            os.kill(os.getpid(), signal.SIGKILL)

    Journal.append = append_and_die  # type: ignore[method-assign]


def forget_answers() -> None:
    """The journal without its idempotency: no stored answer is found, no repeat is refused."""
    hub.log.journal._INDEX = hub.log.journal._INDEX.replace("UNIQUE ", "")
    hub.log.journal._MADE = frozenset({hub.log.journal._TABLE, hub.log.journal._INDEX})
    Service._known_answer = lambda *_: None  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    hub.wire.mqtt.KEEPALIVE_S = KEEPALIVE_S
    hub.wire.mqtt.BACKOFF_S = BACKOFF_S
    die_after_commit(Path(sys.argv[1]))
    if sys.argv[2] == "idempotency":
        forget_answers()
    sys.exit(main(sys.argv[3:]))
