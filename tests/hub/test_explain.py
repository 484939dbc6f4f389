"""What people are told of a ticket's place, in both languages."""

from __future__ import annotations

import pytest

from fakes.hall import DAY, MINUTE, World
from hub.__main__ import main
from hub.config import EXAMPLE, load
from hub.core import Hall
from hub.core import commands as cmd
from hub.explain import sentences
from hub.log.journal import JOURNAL, Entry, Journal


@pytest.fixture(scope="module")
def config():
    return load(EXAMPLE)


def said(world: World, leg: int, config) -> str:
    told = world.hall.explain(leg, world.now)
    return "\n".join(f"{one.zh}|{one.en}" for one in sentences(told, config))


def test_the_sentence_counts_by_reason_and_names_the_slot(config):
    world = World()
    world.press(1, "pause")
    world.take("loan")
    world.take("loan")
    world.book("b1", world.now + 20 * MINUTE)
    world.check_in("b1")
    world.wait(16 * MINUTE)
    mine = world.take("loan")
    text = said(world, mine, config)
    zh, _, en = text.split("\n")[0].partition("|")
    assert zh == "前面3位: 2位先到, 1位预约09:20(+15分钟)"
    assert en == "3 ahead: 2 arrived earlier, 1 booked 09:20 (+15 min)"
    assert "可由 1 号窗口叫号|called by window 1" in text
    world.wait(MINUTE)
    world.take("loan", priority=True)
    hurt = world.take("loan")
    world.do(cmd.Prioritise(hurt, "hurt", urgent=True))
    text = said(world, mine, config)
    assert "1 put first by the manager, 2 arrived earlier" in text
    assert "1位优先(+20分钟)" in text and "1 with priority (+20 min)" in text


def test_a_managers_acts_are_said_with_their_reasons(config):
    world = World()
    leg = world.take("loan")
    world.do(cmd.Prioritise(leg, "行动不便"))
    world.press(1, "next")
    world.do(cmd.SetAside(leg, "材料不齐"))
    world.press(2, "pause")
    world.do(cmd.BringBack(leg, "材料已齐"))
    world.press(1, "next")
    world.do(cmd.Transfer(leg, 2, "分流"))
    text = said(world, world.state.last_leg, config)
    assert text.split("\n")[2:] == [
        "09:00 管理员优先, 原因: 行动不便|09:00 by the manager: priority, because: 行动不便",
        "09:00 管理员挂起, 原因: 材料不齐|09:00 by the manager: on hold, because: 材料不齐",
        "09:00 管理员召回, 原因: 材料已齐|09:00 by the manager: brought back, because: 材料已齐",
        "09:00 管理员转移到2号窗口, 原因: 分流|"
        "09:00 by the manager: transferred to window 2, because: 分流",
    ]
    held = world.serving(3, "grant")
    world.do(cmd.SetAside(held, "材料不齐"))
    assert "09:10 回到队列: 材料不齐" in said(world, held, config)


def test_special_places_are_said(config):
    world = World()
    world.serving(1)
    world.press(1, "transfer", long=True)
    elsewhere = world.take("loan", "card-1")
    world.take("grant", "card-1")
    world.press(3, "next")
    world.press(2, "pause")
    card = world.take("card")
    world.take("invoice")
    assert "正在另一窗口办理(3号)" in said(world, elsewhere, config)
    text = said(world, world.take("loan"), config)
    assert "1 more are at another window now and passed over: A002" in text
    assert "1 more are on hold" in text
    world.press(1, "pause")
    text = said(world, card, config)
    assert "2 for the window's own services" in text and "equal to their own after 20 min" in text


def test_a_ticket_that_does_not_wait_says_where_it_is(config):
    world = World()
    leg = world.serving(1)
    assert said(world, leg, config).startswith("办理中, 09:00:00 起, 1号窗口|serving since")
    world.press(1, "transfer", long=True)
    assert "09:10 回到队列|held since 09:00:00, window 1, back at 09:10" in said(
        world, leg, config
    )
    other = world.take("loan")
    assert "前面没有人|nobody ahead" in said(world, other, config)
    world.press(1, "pause")
    world.book("b1", world.now + 25 * MINUTE)
    assert "预约未到时间, 09:20" in said(world, world.check_in("b1"), config)
    assert "no window for it is open now" in said(world, other, config)
    world.hall = Hall(config.to_rules())
    for event in world.log:
        world.hall.apply(event)
    assert said(world, other, config) == "本厅已无此业务|the hall has this service no more"


def test_the_command_reads_the_journal_of_a_hub_and_a_past_moment(tmp_path, capsys):
    world = World()
    for _ in range(23):
        world.take("loan")
        world.wait(MINUTE)
    journal = Journal(tmp_path / JOURNAL)
    journal.append([Entry(DAY, event.at_ms, (event,)) for event in world.log])
    assert main(["explain", "a022", "--data", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("A022  loan, 等候 waiting, 2019-05-27 09:22:00")
    arguments = ["explain", "A002", "--data", str(tmp_path), "--until", "09:00:30"]
    assert main(arguments) == 1
    assert "A002: no such ticket on 2019-05-27" in capsys.readouterr().err


def test_the_people_before_are_listed_up_to_a_screenful(tmp_path, capsys, config):
    services = list(config.services)
    world = World(config.to_rules())
    legs = [world.take(services[0], f"card-{n}") for n in range(23)]
    world.press(1, "pause")
    journal = Journal(tmp_path / JOURNAL)
    journal.append([Entry(DAY, event.at_ms, (event,)) for event in world.log])
    assert main(["explain", world.leg(legs[-1]).ticket, "--data", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "22 ahead: 22 arrived earlier" in out and out.rstrip().endswith("… 22")
    assert out.count("先到 earlier") == 20


def test_a_paper_of_a_machine_without_the_hub_says_so(config):
    world = World()
    world.press(1, "pause")
    world.do(cmd.AskLease("tm1", "A", 0))
    world.wait(30 * MINUTE)
    world.take("loan", "card", alias="offline-card")
    facts = ("token", "offline-card", True, False, "printed")
    world.do(cmd.MergeOffline("tm1", "A", 701, DAY, "loan", world.now - 10 * MINUTE, *facts))
    leg = world.state.last_leg
    waiting = said(world, leg, config)
    told = (
        "断网时由 tm1 取号, 按 09:20 到达排队"
        "|given out by tm1 without the hub: queued by its arrival, 09:20\n"
        "读者称有预约, 待核|the visitor speaks of a booking: to be checked\n"
        "同一张卡已有 A001|the same card had A001 for it already"
    )
    assert waiting.startswith("前面没有人|nobody ahead") and told in waiting
    world.press(1, "next")
    assert told in said(world, leg, config)
