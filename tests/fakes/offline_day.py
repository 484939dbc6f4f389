"""A ticket machine on a littlefs image, for a process whose power a test cuts.

micropython offline_day.py SHIMS ROOT IMAGE PROGRAMS ACT…
After PROGRAMS good flash programs (-1: never) the next is torn, and the process ends. Prints
`paper C701 HOLDER` when a paper's first byte leaves, `told {…}` when the hub is told, and `whole`.
"""

import asyncio
import json
import sys

_shims, _root, _image, _programs = sys.argv[1:5]
sys.path[:] = [_shims, ".frozen", _root, _root + "/firmware", _root + "/tests"]

import flash  # noqa: E402

from fakes.offline_machine import FakeClock, FakeLink, Menus, lease  # noqa: E402
from protocol import machine  # noqa: E402
from ticket_machine.meeting import Meeting  # noqa: E402
from ticket_machine.offline import OfflineDesk  # noqa: E402
from ticket_machine.session import Session  # noqa: E402

WANT = {"hall_zh": "服务中心", "hall_en": "Hall", "hall_g": "zPw=", "letters": "C", "open": True}

_nor = flash.Flash(_image)
flash.mount(_nor, "/board")
desk = OfflineDesk(Menus(), None, "/board/offline")
desk.clock = FakeClock()


def visit(visitor):
    session = Session()
    session.begin("17-1", "walk-in")
    session.letter, session.item = "C", Menus().find("transcript")
    session.means("card", desk.holder("C", "%010X" % visitor))  # noqa: UP031
    held = desk.answer("reserve", session)
    if type(held) is not str:
        print("paper", held.ticket, session.id)
        desk.printed("printed")


def work():
    """Leases, tickets, a second block, one more ticket."""
    desk.leases.keep(lease(last=702))
    visit(0)
    visit(1)
    desk.leases.keep(lease(first=741, last=760))
    visit(2)


def later():
    """One more visitor."""
    visit(9)


def meet():
    """The hub is back, and hears everything."""
    link = FakeLink()
    talk = Meeting(desk, link)
    link.on_answer = talk.answered
    send = link.send

    def told(kind, body, keep=False):
        n = send(kind, body, keep)
        if kind == "offline" and n:
            print("told", json.dumps(body.plain()))
        return n

    link.send = told

    async def both():
        meeting = asyncio.create_task(talk.run(machine.MachineWant(**WANT)))
        while not meeting.done():
            await asyncio.sleep(0)
            link.pump()
        await meeting

    asyncio.run(both())


if int(_programs) >= 0:
    _nor.cut_after(int(_programs))
for _act in sys.argv[5:]:
    globals()[_act]()
print("whole")
