"""A day in figures: every person is in one of them, and nothing is flattered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.day import random_day
from fakes.hall import DAY, MINUTE, World
from hub.__main__ import main
from hub.config import EXAMPLE, load
from hub.core import commands as cmd
from hub.core import model
from hub.dayfigures import DayFigures, lines
from hub.log.journal import JOURNAL, Entry, Journal


def test_every_figure_of_a_small_day() -> None:
    world = World()
    world.press(1, "pause")
    world.book("b1", world.now)
    booked = world.check_in("b1")
    hurt = world.take("loan")
    gone = world.take("loan", "card-3")
    world.do(cmd.Prioritise(hurt, "行动不便"))
    world.do(cmd.Cancel(gone, "card-3"))
    world.wait(4 * MINUTE)
    for leg in (hurt, booked):
        world.press(1, "next")
        assert world.state.window(1).leg == leg
        world.speak()
        world.press(1, "done")
        world.wait(6 * MINUTE)
        world.press(1, "done")
    world.do(cmd.Rate(booked, 4))
    forgotten = world.take("loan", "card-4")
    world.press(1, "next")
    world.speak()
    world.wait(MINUTE)  # nobody said that the visitor came
    assert world.leg(forgotten).implicit
    world.do(cmd.ForceFinish(forgotten, "值守离岗"))
    world.take("loan")
    world.press(1, "next")
    world.press(1, "noshow", again=True)
    world.take("card")
    world.wait(3 * MINUTE)
    world.do(cmd.CloseDay("停电"))
    told = DayFigures.of(world.log).plain()
    assert told["counts"] == {
        "booked": 1,
        "breaches": 0,
        "forced": 1,
        "issued": 6,
        "missed": 1,
        "no_show": 1,
        "served": 2,
        "started_implicit": 1,
        "unserved": 1,
        "void_cancelled": 1,
    }
    assert told["priority_share"] == round(1 / 6, 4)
    # 4 and 10 minutes, and two who were called at once.
    assert told["wait_to_first_call"] == {"n": 4, "p50": 240, "p90": 600, "max": 600}
    assert told["wait_unserved"] == {"n": 1, "p50": 180, "p90": 180, "max": 180}
    assert told["service"] == {"n": 2, "p50": 360, "p90": 360, "max": 360}
    assert told["ratings"] == {"5": 0, "4": 1, "3": 0, "2": 0, "1": 0}
    assert told["unrated"] == {"next": 1}
    assert told["manager_acts"] == {"close-day": 1, "finish": 1, "priority": 1}
    assert told["waiting"] == 0
    assert told["departments"]["A"]["issued"] == 6


@pytest.mark.parametrize("seed", range(6))
def test_everybody_of_a_random_day_is_in_exactly_one_figure(seed: int) -> None:
    *_, world = random_day(seed, 400)
    day = [event for event in world.log if event.kind != "day_opened"]
    figures = DayFigures.of(day)
    n = figures.counts
    forwarded = sum(event.kind == "forwarded" for event in day)
    ends = sum(n[end] for end in ("served", "transferred", "forced", "unserved", "no_show"))
    ends += n["void_cancelled"] + n["void_no-paper"]
    assert ends == n["issued"] + forwarded
    assert figures.waiting == 0
    assert len(figures.waits_s) + len(figures.unserved_s) <= n["issued"] + forwarded
    asked = {event.leg for event in day if event.kind in ("rated", "unrated")}
    # A rating that a pad had kept comes after it was given up.
    late = sum(figures.ratings.values()) + sum(figures.unrated.values()) - len(asked)
    assert 0 <= late <= sum(figures.ratings.values())


def test_the_command_says_it_chinese_first_and_as_json(tmp_path: Path, capsys) -> None:
    world = World()
    leg = world.serving()
    world.wait(5 * MINUTE)
    world.press(1, "done")
    world.do(cmd.Prioritise(world.take("loan"), "孕妇"))
    world.wait(MINUTE)
    journal = Journal(tmp_path / JOURNAL)
    journal.append([Entry(DAY, event.at_ms, (event,)) for event in world.log])
    journal.close()
    assert main(["figures", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[1] == "取号 2, 预约 0, 优先 50.0% | numbers, booked, priority"
    assert "未评价 unrated: 1 评价器离线 pad offline 1" in said
    assert "管理员操作 manager's acts: 1 优先 1" in said
    assert "仍在等 still waiting: 1" in said
    assert main(["figures", "--data", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["day"], told["counts"]["served"], told["service"]["p50"]) == (DAY, 1, 300)
    assert world.leg(leg).state == model.DONE
    assert main(["figures", "--data", str(tmp_path), "--day", "2019-05-28"]) == 1
    assert "当天无记录" in capsys.readouterr().err


def test_a_day_without_anybody_has_no_figures_but_lines() -> None:
    said = list(lines(DAY, DayFigures(), load(EXAMPLE)))
    assert "首次叫号前等待 wait to the first call: –" in said


def paper(number: int, at_ms: int, **more) -> cmd.MergeOffline:
    facts = {"holder": None, "booked": False, "priority": False, "result": "printed", **more}
    return cmd.MergeOffline("tm1", "A", number, DAY, "loan", at_ms, "token", **facts)


def test_papers_without_the_hub_are_counted_and_wait_since_they_were_given(
    tmp_path: Path, capsys
) -> None:
    world = World()
    world.press(1, "pause")
    world.do(cmd.AskLease("tm1", "A", 0))
    world.wait(30 * MINUTE)
    arrived_ms = world.now - 20 * MINUTE
    world.do(paper(701, arrived_ms, holder="card", priority=True))
    world.press(1, "next")
    world.do(paper(702, arrived_ms, holder="card", booked=True))
    world.do(paper(703, arrived_ms, result="failed"))
    figures = DayFigures.of(world.log)
    assert figures.waits_s == [20 * 60]
    assert figures.priority_share == 1 / 3
    n = figures.counts
    told = [n[name] for name in ("issued", "offline", "offline_booked", "offline_twins")]
    assert told == [3, 3, 1, 1]
    assert n["void_no-paper"] == 1
    days = [DAY] * len(world.log)
    world.do(cmd.SetLeases("tm1", False, "修理"))
    world.press(1, "done")
    world.press(1, "done")
    world.do(cmd.OpenDay("2019-05-28"))
    days += [DAY] * (len(world.log) - len(days) - 1) + ["2019-05-28"]
    world.do(paper(704, arrived_ms))
    world.do(paper(705, arrived_ms, result="failed"))
    days += ["2019-05-28"] * (len(world.log) - len(days))
    journal = Journal(tmp_path / JOURNAL)
    for day, event in zip(days, world.log, strict=True):
        journal.append([Entry(day, event.at_ms, (event,))])
    journal.close()
    assert main(["figures", "--data", str(tmp_path), "--day", DAY]) == 0
    said = capsys.readouterr().out
    assert "其中断网取号 of these without the hub: 3" in said
    assert "预约待核 1, 同卡重复 1" in said
    assert "未办 handed in on a later day, unserved: 1" in said
    assert "停用断网取号 1" in said
    assert main(["figures", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "papers of earlier days that came: 1" in said
    assert "handed in on a later day" not in said
