"""Runs under MicroPython in the link's tests: the real Link, told what to do on stdin.

Arguments: folder, host, port, id, password, keepalive in s. A line out is a JSON list of facts.
"""

import asyncio
import gc
import json
import sys

gc.collect()
BARE = gc.mem_alloc()

from common import ticks  # noqa: E402
from common.config import Config  # noqa: E402
from common.link import Link  # noqa: E402
from protocol import caller  # noqa: E402

gc.collect()
LOADED = gc.mem_alloc()


class Wifi:
    """A radio that is always there."""

    def is_up(self):
        return True

    async def join(self):
        return True

    def unanswered(self, attempts):
        say("unanswered", attempts)

    def rssi(self):
        return -48

    def mac(self):
        return "28:cd:c1:00:00:01"


def say(*facts):
    print(json.dumps(facts))


def configuration(host, port, device, password, keepalive_s):
    broker = {"host": host, "port": int(port), "user": device, "password": password}
    values = {"v": 1, "id": device, "site": "lobby", "broker": broker, "pins": {}, "boot0": 100}
    values["link"] = {"keepalive_s": keepalive_s, "low_ms": 100, "high_ms": 400}
    values["wifi"] = [{"ssid": "hall", "password": "irrelevant"}]
    return Config(values)


class Agent:
    """Reports everything the link calls, and acts on each line of stdin."""

    def __init__(self, folder, host, port, device, password, keepalive_s):
        config = configuration(host, port, device, password, int(keepalive_s))
        self.skipped_ms = 0
        self.link = Link(config, "caller", caller, self.now_ms, Wifi(), folder + "/state")
        self.link.desc = {"caps": ["keys"], "reset": "power"}
        self.link.on_want = lambda want: (
            say("want", want.rev, want.d.ticket),
            self.link.ack_want(want.rev),
        )
        self.link.on_cmd = self.on_cmd
        self.link.on_answer = lambda n, answer: say("answer", n, answer.ok, answer.why)
        self.link.on_status = lambda status: say("status", status)
        self.held = None

    def now_ms(self):
        return ticks.now_ms() + self.skipped_ms

    def on_cmd(self, cmd):
        say("cmd", cmd.id)
        if cmd.id.startswith("slow"):
            self.held = cmd.id
        elif cmd.id.startswith("crash"):
            raise KeyError(cmd.id)
        else:
            self.link.ack_cmd(cmd.id)

    async def listen(self):
        stdin = asyncio.StreamReader(sys.stdin)
        while True:
            words = (await stdin.readline()).decode().split()
            if not words:
                await self.link.stop()
                say("stopped")
                return
            if words[0] == "press":
                for _ in range(int(words[1])):
                    say("sent", self.link.send("press", caller.Press(key="next", ver=1)))
            elif words[0] == "keep":
                for _ in range(int(words[1])):
                    press = caller.Press(key="next", ver=1)
                    say("sent", self.link.send("press", press, keep=True))
            elif words[0] == "skip":
                self.skipped_ms += int(words[1])
            elif words[0] == "release":
                self.link.ack_cmd(self.held)
            elif words[0] == "clock":
                say("clock", self.link.hub_now_ms(), self.link.bad, self.link.reconnects)
            elif words[0] == "heap":
                gc.collect()
                say("heap", BARE, LOADED, gc.mem_alloc())

    async def main(self):
        runner = asyncio.create_task(self.link.run())
        await self.listen()
        await runner


if __name__ == "__main__":
    asyncio.run(Agent(*sys.argv[1:]).main())
