"""The hub goes away: machines go on with their own numbers, and every paper is merged later."""

from __future__ import annotations

import asyncio
import re

from fakes.offline_hall import HELD_S, OFFLINE, SERVICES, OfflineHall, judge

PAPERS = 6
# Ten numbers for each machine and department.
RULES = {"offline_block": 10, "offline_renew_at": 2}
# Two time zones with 25 hours between them: the date changes whenever the test runs.
YESTERDAY, TODAY = "Pacific/Pago_Pago", "Pacific/Kiritimati"
WRONG = ("numbers_twice", "missing", "out_of_order")


def all_well(result: dict[str, int]) -> bool:
    return not any(result[what] for what in WRONG)


def test_two_machines_go_on_and_one_is_cut_off_its_power(tmp_path):
    async def scenario():
        async with OfflineHall(tmp_path, 2, RULES) as hall:
            await hall.stop_hub()
            one, two = hall.lobbies
            await asyncio.gather(hall.without_hub(one), hall.without_hub(two))
            papers = []

            async def some(at, first):
                for visitor in range(first, first + PAPERS):
                    service = SERVICES[visitor % len(SERVICES)]
                    papers.append(await at.take(f"{visitor:010X}", service))

            await asyncio.gather(some(one, 1), some(two, 101))
            # The power fails while the next number is written, and it boots without a hub.
            await one.ask("00000000AA", SERVICES[0])
            await one.page("取号")
            one.machine.bench.cut_power(1)
            await one.touch("取号")
            await one.machine.wait_off()
            await one.machine.start()
            await hall.without_hub(one)
            papers.append(await one.take("00000000AA", SERVICES[0]))
            await asyncio.sleep(HELD_S)
            again = await one.take("00000000AA", SERVICES[0])
            assert again == papers[-1]

            # Somebody stands there when the hub is back, and all the others are handed in.
            await two.ask("00000000BB", SERVICES[1])
            await two.page("取号")
            await hall.start_hub()
            await hall.merged(papers)
            papers.append(await two.confirm(SERVICES[1]))
            await hall.merged(papers)
            result = judge(papers, hall.rows("merged"))
            assert all_well(result), result
            await one.page("我的号")
            assert (one.machine.resets, two.machine.resets) == (0, 0)

    asyncio.run(scenario())


def test_a_lease_runs_out_and_is_taken_away_meanwhile(tmp_path):
    async def scenario():
        rules = {"offline_block": 2, "offline_renew_at": 1}
        async with OfflineHall(tmp_path, 1, rules) as hall:
            (at,) = hall.lobbies
            leased = len(hall.rows("leased"))
            await hall.stop_hub()
            await hall.without_hub(at)
            papers = [await at.take(f"{n:010X}", "student-loan") for n in (1, 2)]
            await at.ask("0000000003", "student-loan")
            await at.page("断网备用号已用完")
            await at.touch("返回")
            await at.page(OFFLINE)
            # While it has no way to the hub, its numbers are taken away.
            at.machine.bench.wifi(False)
            await at.machine.kill()
            await at.machine.start()
            await hall.start_hub()
            await hall.act("revoke", at.device, "--reason", "moved")
            at.machine.bench.wifi(True)
            await hall.merged(papers)
            assert all_well(judge(papers, hall.rows("merged")))
            await at.page("我的号")
            assert len(hall.rows("leased")) == leased

    asyncio.run(scenario())


def test_the_day_changed_meanwhile(tmp_path):
    async def scenario():
        hall = OfflineHall(tmp_path, 1, RULES)
        text = hall.file.read_text(encoding="utf-8")
        zone = re.compile(r'^time_zone = ".*"$', re.MULTILINE)
        hall.file.write_text(zone.sub(f'time_zone = "{YESTERDAY}"', text), encoding="utf-8")
        async with hall:
            (at,) = hall.lobbies
            await hall.stop_hub()
            await hall.without_hub(at)
            paper = await at.take("0000000001", "student-loan")
            hall.file.write_text(zone.sub(f'time_zone = "{TODAY}"', text), encoding="utf-8")
            await hall.start_hub()
            await at.until(lambda: hall.rows("strayed"), "a paper of yesterday")
            (strayed,) = hall.rows("strayed")
            assert f"{strayed['letter']}{strayed['number']}" == paper.number
            assert hall.rows("merged") == []
            await at.page("我的号")

    asyncio.run(scenario())
