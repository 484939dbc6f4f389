"""What a start reads of the journal: the newest day, and those whose outcomes are still owed."""

from __future__ import annotations

from hub.config import HallConfig
from hub.core import CoreError, Hall
from hub.log.journal import DamagedJournal, Journal
from hub.outcomes import Outcomes


def restored(journal: Journal, config: HallConfig) -> tuple[Hall, Outcomes]:
    """The hall and its undelivered outcomes as of the last commit, in one pass.

    Equal to a fold of all rows; raises DamagedJournal naming the first that does not fit.
    """
    hall = Hall(config.to_rules())
    outcomes = Outcomes(config.time_zone, owed=bool(config.campus.url))
    dawn = journal.newest_dawn()
    first, begun = (1, 0) if dawn is None else (dawn.first_seq, dawn.seq)
    seq = begun
    try:
        if dawn is not None:
            hall.begin(dawn.state)
            outcomes.cursor = dawn.cursor
        for seq, day, kind, told in journal.told(first - 1):
            if isinstance(told, dict):
                # Of the days before only the deliveries count: the cursor has gone on since.
                outcomes.note(kind, told, cursor=seq > begun)
                continue
            outcomes.apply(day, told)
            if seq > begun:
                hall.apply(told)
    except (CoreError, ValueError, KeyError) as error:
        raise DamagedJournal(journal.path, seq, str(error)) from error
    return hall, outcomes
