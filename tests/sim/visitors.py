"""Visitors: they come in tides, do what the panel's buttons say, listen, walk, are served, rate.

They know only what they read and hear. Some have no card, some never come when they are called,
some come late, some press a rating key too early or too late, some are done with the machine.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sim.machine_node import MachineNode
from sim.seen import GivenUp, Opinion
from sim.world import SECOND_MS

if TYPE_CHECKING:
    from sim.hall import SimHall

THINK_MS = (350, 2_200)
# Nothing happened on the panel for so long: look up again, or go.
STARE_MS = 4_000
PATIENCE_MS = (50_000, 110_000)
GIVES_UP_SHARE = 0.02
NEVER_COMES_SHARE = 0.06
LATE_SHARE = 0.08
RETURNS_SHARE = 0.7
UNWANTED_SHARE = 0.04
CHANGES_SHARE = 0.08
BY_PAPER_SHARE = 0.25
MISREADS_SHARE = 0.2
RATES_SHARE = 0.65
EARLY_SHARE = 0.1
WALK_S = 11.0
STANDS_MS = 25_000
WISHES_MAX = 3
LINGERS_MS = 12_000


@dataclass(slots=True)
class Wish:
    """One service; `booked` when the campus server knows of it."""

    service: str
    zh: str
    category: str
    department: str
    booked: bool
    number: str | None = None
    code: str = ""  # on the paper
    instead: Wish | None = None  # the one whose number is given up for this one's
    tries: int = 0
    is_unwanted: bool = False
    is_over: bool = False


@dataclass(slots=True)
class Visitor:
    """One person of one day."""

    hall: SimHall
    name: str
    card: str | None
    code: str | None
    wishes: list[Wish]
    dice: random.Random
    is_priority: bool = False
    at_counter: int | None = None
    _machine: MachineNode | None = None
    _goal: Wish | None = None
    _leave_ms: int = 0
    _looks: int = 0
    _read: str = ""  # of the paper
    _changes: bool = False  # 改办 was touched since the first page
    _is_walking: bool = False
    _has_begun: bool = False  # what the panel shows is an answer to this visitor

    def _later(self, span_ms: float, act: Callable[..., object], *facts: object) -> None:
        self.hall.world.later(span_ms, act, *facts)

    # --- At the machine ------------------------------------------------------------------------

    def comes(self) -> None:
        """Through the door, or back from the waiting area: queue for a number."""
        if open_wishes := self._open_wishes():
            self._queue_up(open_wishes[0])

    def _open_wishes(self) -> list[Wish]:
        """Those without a number; one in place of another that is over meanwhile is none."""
        return [
            w
            for w in self.wishes
            if w.number is None and not w.is_over and not (w.instead and w.instead.is_over)
        ]

    def comes_back(self, wish: Wish) -> None:
        """The call was missed, or the number is not wanted any more."""
        if not wish.is_over and (self.card or wish.code):
            self._queue_up(wish)

    def _queue_up(self, wish: Wish) -> None:
        if self._goal is None and self.hall.is_open and self.hall.queue_up(self):
            self._goal = wish

    def steps_up(self, machine: MachineNode) -> None:
        """The machine is free now."""
        self._machine = machine
        self._has_begun = False
        self._leave_ms = self.hall.world.now_ms + int(self.dice.uniform(*PATIENCE_MS))
        self.looks_soon()

    def looks_soon(self) -> None:
        """The page has changed."""
        self._looks += 1
        self._later(self.dice.uniform(*THINK_MS), self._look, self._looks)

    def _look(self, look: int) -> None:
        machine = self._machine
        if machine is None or look != self._looks:
            return
        self._take_paper(machine)
        if self._machine is None:
            return
        if self._has_begun and machine.title in ("已重新排队", "此号已取消"):
            if machine.title == "此号已取消" and self._goal and self._goal.number:
                self._gives_up(machine, self._goal, None)
            self._goal = None
            self._go()
            return
        if self.hall.world.now_ms >= self._leave_ms and machine.title != "正在出号":
            self._go(gave_up=True)
            return
        slot = self._choose(machine)
        if slot is not None:
            machine.touch(slot)
        if self._machine is not None and look == self._looks:
            self._looks += 1
            self._later(STARE_MS, self._look, self._looks)

    def _take_paper(self, machine: MachineNode) -> None:
        papers, machine.tray = machine.tray, []
        for paper in papers:
            goal = self._goal
            if paper.visitor == self.name and goal is not None:
                if goal.instead is not None:
                    if paper.number == goal.instead.number:
                        continue  # once more the paper of the number that is given up
                    if self._changes:
                        self._gives_up(machine, goal.instead, paper.number)
                goal.number, goal.code = paper.number, paper.code or goal.code
                self.hall.holders[paper.number] = (self, goal)
                self._goal = self._one_more(machine)
                machine.visitor = None
        if papers and self._goal is None:
            self._go()

    def _gives_up(self, machine: MachineNode, wish: Wish, other: str | None) -> None:
        """The panel says so, or the paper of the other number is in the hand."""
        wish.is_over = True
        now_ms = self.hall.world.now_ms
        given = GivenUp(now_ms, machine.day, machine.id, wish.number or "", other)
        self.hall.seen.given_up.append(given)

    def _one_more(self, machine: MachineNode) -> Wish | None:
        """再办一项, if there is one and the machine offers it."""
        offered = _slot(machine, "再办一项")
        wish = next((w for w in self._open_wishes() if w.instead is None), None)
        if offered is None or wish is None or self.dice.random() < 0.3:
            return None
        machine.touch(offered)
        return wish

    def _go(self, gave_up: bool = False) -> None:
        """Away from the machine; another wish is another time in the line."""
        goal, self._goal, self._machine = self._goal, None, None
        self.hall.machine_free(self)
        if gave_up and goal is not None:
            goal.tries += 1
            if goal.number is None and goal.tries < 3:
                self._later(self.dice.uniform(20, 150) * SECOND_MS, self.comes)
        elif self._open_wishes():
            self._later(self.dice.uniform(2, 8) * SECOND_MS, self.comes)
        elif goal is None:
            chance = self.dice.random()
            if chance < UNWANTED_SHARE + CHANGES_SHARE:
                act = self._thinks_again if chance < UNWANTED_SHARE else self._changes_mind
                self._later(self.dice.uniform(5, 60) * SECOND_MS, act)

    def _thinks_again(self) -> None:
        """Give a number back."""
        wish = next((wish for wish in self.wishes if wish.number and not wish.is_over), None)
        if wish is not None and self.at_counter is None and not self._is_walking:
            wish.is_unwanted = True
            self.comes_back(wish)

    def _changes_mind(self) -> None:
        """改办: another service in place of one that is waited for."""
        wish = next((wish for wish in self.wishes if wish.number and not wish.is_over), None)
        if wish is None or not self.card or self.at_counter is not None or self._is_walking:
            return
        services = self.hall.config.services.values()
        others = [s for s in services if all(s.id != w.service for w in self.wishes)]
        if others and len(self.wishes) < WISHES_MAX:
            other = self.dice.choice(others)
            department = self.hall.config.departments[other.department].zh
            changed = Wish(other.id, other.zh, other.category_zh, department, False, instead=wish)
            self.wishes.append(changed)
            self._queue_up(changed)

    def _choose(self, machine: MachineNode) -> int | None:
        """The button to touch on this page; a card is tapped on the way."""
        goal = self._goal
        assert goal is not None
        buttons = partial(_slot, machine)
        if buttons("现场取号") and buttons("预约取号"):
            self._has_begun = True
            self._changes = False
            return buttons(self._errand(goal))
        if not self._has_begun:
            # Somebody else's session: not ours to go on with.
            return buttons("结束") or buttons("完成") or buttons("返回")
        if "请刷校园卡" in machine.title:
            return self._identify(machine)
        if machine.title == "请输入预约码":
            return self._type(machine, self.code or "")
        if buttons("删除"):
            if machine.title != "请输入号码和4位校验码":
                self._reads(goal, 0.0)  # the panel says that it was a wrong code
            return self._type(machine, self._read)
        if machine.title == "请选择号码的字母":
            return _slot_with(machine, (goal.number or " ")[0]) or buttons("返回")
        if (slot := buttons("取号")) is not None:
            return self._take(machine, slot)
        for label in ("继续", "确定取消", *self._wants(goal)):
            if (slot := buttons(label)) is not None:
                self._changes = self._changes or label == "改办其他业务"
                return slot
        # A list: a number or a booking by its service, else a service by its department.
        held = goal.number or (goal.instead.number if goal.instead else None)
        for text in (held or goal.zh, goal.zh, goal.category, goal.department):
            if (slot := _slot_with(machine, text)) is not None:
                return slot
        if machine.labels:
            goal.tries += 1
        return buttons("更多") or buttons("完成") or buttons("返回")

    def _errand(self, goal: Wish) -> str:
        """Which of the first page's buttons."""
        if goal.number is not None or goal.instead is not None:
            return "我的号·过号"
        return "预约取号" if goal.booked and not goal.tries else "现场取号"

    def _wants(self, goal: Wish) -> tuple[str, ...]:
        """Of a number's buttons those that this visitor came for."""
        if goal.instead is not None and goal.number is None:
            return ("改办其他业务",)
        if goal.number is None:
            return ("补打",)
        if goal.is_unwanted:
            return ("取消此号", "过号重排", "补打")
        return ("过号重排", "补打")

    def _take(self, machine: MachineNode, take: int) -> int | None:
        """取号; the elderly and whoever is pregnant say so before."""
        if self.dice.random() < GIVES_UP_SHARE:
            return _slot(machine, "返回")
        if self.is_priority and (slot := _slot(machine, "优先(老残孕军)")) is not None:
            return slot
        # From here on a paper that comes out is meant for them.
        machine.visitor = self.name
        return take

    def _identify(self, machine: MachineNode) -> int | None:
        by_paper = _slot(machine, "纸上号码")
        if by_paper and self._goal is not None and self._goal.code:
            if not self.card or self.dice.random() < BY_PAPER_SHARE:
                self._reads(self._goal, MISREADS_SHARE)
                return by_paper
        by_code = _slot(machine, "预约码")
        if self.code and self._goal is not None and self._goal.booked and by_code:
            return by_code
        if self.card:
            machine.tap(self.card)
            return None
        return _slot(machine, "无卡") or _slot(machine, "返回")

    def _reads(self, goal: Wish, misreads: float) -> None:
        """Number and digits of the paper; the last one wrong by a chance."""
        self._read = f"{goal.number}{goal.code}"
        if self.dice.random() < misreads:
            self._read = self._read[:-1] + self.dice.choice("0123456789")

    def _type(self, machine: MachineNode, code: str) -> int | None:
        typed = machine.body[0] if machine.body else ""
        if not code.startswith(typed):
            return _slot(machine, "删除")
        rest = code[len(typed) :]
        return _slot(machine, rest[0] if rest else "确定")

    # --- Waiting and being served ----------------------------------------------------------------

    def is_called(self, number: str, window: int) -> None:
        """A panel or the voice says so; whoever is on the way already hears nothing new."""
        if self.at_counter is not None or self._is_walking or self._machine is not None:
            return
        chance = self.dice.random()
        if chance < NEVER_COMES_SHARE:
            return
        walk_ms = SECOND_MS * WALK_S * math.exp(self.dice.gauss(0, 0.5))
        if chance < NEVER_COMES_SHARE + LATE_SHARE:
            walk_ms += self.dice.uniform(60, 300) * SECOND_MS
        self._is_walking = True
        self._later(walk_ms, self._arrives, number, window)

    def _arrives(self, number: str, window: int) -> None:
        self._is_walking = False
        wish = self.wish_of(number)
        if wish is None or wish.is_over or not self.hall.is_open:
            return
        self.at_counter = window
        self.hall.clerks[window].person_comes(self, number)
        self._later(STANDS_MS, self._stands, number, window)

    def _stands(self, number: str, window: int) -> None:
        """Still at the counter, though another number is called there?"""
        clerk = self.hall.clerks[window]
        if self.at_counter != window or clerk.attends(number):
            return
        clerk.person_goes(self)
        self.at_counter = None
        wish = self.wish_of(number)
        if wish is not None and not wish.is_over and self.dice.random() < RETURNS_SHARE:
            self.comes_back(wish)

    def wish_of(self, number: str) -> Wish | None:
        """The wish for which this number was given."""
        return next((wish for wish in self.wishes if wish.number == number), None)

    def is_released(self, number: str, window: int, is_over: bool) -> None:
        """The clerk is through with them: rate, and go, or wait on."""
        wish = self.wish_of(number)
        if wish is not None and is_over:
            wish.is_over = True
        if is_over and window in self.hall.pads and self.dice.random() < RATES_SHARE:
            wait_ms = self.dice.uniform(800, LINGERS_MS - 1_000)
            if self.dice.random() < EARLY_SHARE:
                wait_ms = self.dice.uniform(0, 150)
            self._later(wait_ms, self._rate, number, window)
        self._later(LINGERS_MS, self._leaves, window)

    def _rate(self, number: str, window: int) -> None:
        pad = self.hall.pads[window]
        level = self.dice.choices((5, 4, 3, 2, 1), (60, 25, 8, 4, 3))[0]
        if pad.is_lit:
            opinion = Opinion(self.hall.world.now_ms, window, level, number)
            self.hall.seen.opinions.append(opinion)
        pad.finger(level)

    def _leaves(self, window: int) -> None:
        self.hall.clerks[window].person_goes(self)
        if self.at_counter == window:
            self.at_counter = None


def _slot(machine: MachineNode, text: str) -> int | None:
    """The button with this text on it."""
    return next((slot for slot, label in machine.labels.items() if label == text), None)


def _slot_with(machine: MachineNode, text: str) -> int | None:
    """The button of a number or a service, which may have a time before it."""
    found = (s for s, label in machine.labels.items() if text in label.split(" "))
    return next(found, None)
