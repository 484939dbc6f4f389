"""A small hall in which one leg stands in the state that a test asks for."""

from __future__ import annotations

from fakes.hall import MINUTE, World
from hub.core import commands as cmd
from hub.core import model


def leg_in(state: str) -> tuple[World, int]:
    """A world, and a leg in it that stands in the state; window 3 is open and free."""
    world = World()
    world.press(3, "pause")
    world.do(cmd.AskLease("tm1", "A", 0))
    if state == model.NEW:
        world.take()
        return world, world.state.last_leg + 1
    if state == model.RESERVED:
        world.do(world.reserve())
    elif state == model.VOID:
        world.do(world.reserve())
        world.do(cmd.ConfirmPrint(1, "failed"))
    elif state in (model.WAITING, model.UNSERVED):
        world.take()
    elif state in (model.CALLED, model.MISSED, model.NO_SHOW):
        world.called()
    else:
        world.serving()
    if state in (model.MISSED, model.NO_SHOW):
        world.press(1, "noshow", again=True)
    if state == model.NO_SHOW:
        world.wait(60 * MINUTE)
    if state == model.HELD:
        world.press(1, "transfer", long=True)
    if state == model.DONE:
        world.press(1, "done")
    if state == model.UNSERVED:
        world.do(cmd.CloseDay())
    return world, 1
