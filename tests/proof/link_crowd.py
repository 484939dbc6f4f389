"""Many devices' links in one MicroPython process, each its own; prints every change of status.

Arguments: folder, port, password, first, count, keepalive in s, shortest and longest wait in ms.
A line out is [id, status].
"""

import asyncio
import json
import random
import sys

from common.config import Config
from common.link import Link
from protocol import caller


class Wifi:
    """A radio that is always there."""

    def is_up(self):
        return True

    async def join(self):
        return True

    def unanswered(self, attempts):
        return attempts

    def rssi(self):
        return -48

    def mac(self):
        return "28:cd:c1:00:00:01"


def device(folder, port, password, number, timing):
    """The link of one device; it shows what it is told at once."""
    name = "caller-" + str(number)
    values = {
        "v": 1,
        "id": name,
        "site": "lobby",
        "wifi": [{"ssid": "hall", "password": ""}],
        "broker": {"host": "127.0.0.1", "port": port, "user": name, "password": password},
        "pins": {},
        "boot0": 1,
        "link": {"keepalive_s": timing[0], "low_ms": timing[1], "high_ms": timing[2]},
    }
    link = Link(Config(values), "caller", caller, None, Wifi(), folder + "/" + name)
    link.on_want = lambda want: link.ack_want(want.rev)
    link.on_status = lambda status: print(json.dumps([name, status]))
    return link


async def main(folder, port, password, first, count, *timing):
    random.seed(int(first))  # the same waits in each run: chance is not what is measured
    timing = [int(part) for part in timing]
    numbers = range(int(first), int(first) + int(count))
    links = [device(folder, int(port), password, number, timing) for number in numbers]
    await asyncio.gather(*[link.run() for link in links])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
