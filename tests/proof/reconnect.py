"""A hall whose broker goes away: how soon every device is ready again, and how many come at once.

`reconnect.py --devices N --away S --json` runs N production links on MicroPython, many to a
process, through one door to a real broker. The broker is killed, the door is shut for S seconds,
and the hub (a stand-in that says no more than that it is there) comes back with the broker.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import paho.mqtt.client as paho

from fakes.fault_proxy import proxy_thread
from fakes.nats import Nats
from protocol import topics

ROOT = Path(__file__).resolve().parents[2]
SITE = "lobby"
PROCESSES = 2
# 64-bit heap of one link with its buffers, and of the program once.
LINK_KB, PROGRAM_KB = 24, 160
START_S = 60
WINDOW_S = 0.25
EPOCH = 7


class Hub:
    """Says what each device shows, and whenever it is connected that it is online."""

    def __init__(self, port: int, password: str, devices: list[str]) -> None:
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, "hub")
        self._client.username_pw_set("hub", password)
        self._client.reconnect_delay_set(1, 1)
        self._client.will_set(topics.hub_state(SITE), self._state("offline"), 1, True)
        self._client.on_connect = lambda client, *_: client.publish(
            topics.hub_state(SITE), self._state("online"), 1, True
        )
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        # Once: a broker keeps what is retained.
        for device in devices:
            body = {"st": "idle", "ver": 1}
            want = {"v": 1, "k": "caller", "rev": [EPOCH, 1], "now": _now_ms(), "d": body}
            self._client.publish(topics.dev(SITE, device, "want"), json.dumps(want), 1, True)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _state(self, word: str) -> str:
        return json.dumps({"v": 1, "s": word, "epoch": EPOCH, "now": _now_ms()})


class Crowd:
    """The processes of all links; `since(s)` tells when each became ready after that moment."""

    def __init__(self, folder: Path, port: int, password: str, count: int, timing: list[int]):
        self._changed = threading.Condition()
        self._said: list[tuple[float, str, str]] = []
        self.processes = []
        self._listeners: list[threading.Thread] = []
        share = -(-count // PROCESSES)
        for first in range(0, count, share):
            number = min(share, count - first)
            command = [str(Path(sys.executable).parent / "micropython"), "-X"]
            command += [f"heapsize={PROGRAM_KB + number * LINK_KB}k"]
            command += [str(Path(__file__).with_name("link_crowd.py")), str(folder), str(port)]
            command += [password, str(first), str(number), *(str(part) for part in timing)]
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                env={"MICROPYPATH": f"{ROOT}:{ROOT / 'firmware'}:.frozen"},
            )
            self.processes.append(process)
            listener = threading.Thread(target=self._listen, args=(process,), daemon=True)
            listener.start()
            self._listeners.append(listener)

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(b"["):
                name, status = json.loads(line)
                with self._changed:
                    self._said.append((time.monotonic(), name, status))
                    self._changed.notify_all()

    def ready_since(self, moment: float) -> dict[str, float]:
        """Device → when it was last `ready`, of those that are so now and became so since."""
        now: dict[str, tuple[float, str]] = {name: (at, word) for at, name, word in self._said}
        return {name: at for name, (at, word) in now.items() if word == "ready" and at >= moment}

    def wait_ready(self, count: int, moment: float, within_s: float) -> dict[str, float]:
        """`ready_since` as soon as so many are, or when the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.ready_since(moment)) >= count, within_s)
            return self.ready_since(moment)

    def close(self) -> None:
        for process, listener in zip(self.processes, self._listeners, strict=True):
            process.kill()
            process.wait()
            listener.join()
            assert process.stdout is not None
            process.stdout.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def most_within(moments: list[float], window_s: float) -> int:
    """The largest number of moments in any window of that length."""
    moments = sorted(moments)
    return max(
        (
            sum(at <= other < at + window_s for other in moments[i:])
            for i, at in enumerate(moments)
        ),
        default=0,
    )


def run(devices: int, away_s: float, timing: list[int], folder: Path) -> dict[str, Any]:
    """One absence; `timing` is keepalive in s, shortest and longest wait in ms."""
    names = [f"caller-{number}" for number in range(devices)]
    within_s = timing[2] / 1000 + START_S
    with Nats(folder, names, SITE) as broker, proxy_thread(broker.port) as door:
        hub = Hub(broker.port, broker.password, names)
        crowd = Crowd(folder, door.port, broker.password, devices, timing)
        try:
            if len(crowd.wait_ready(devices, 0, START_S)) < devices:
                raise RuntimeError("not every device was ready to begin with")
            gone = time.monotonic()
            broker.stop(kill=True)
            door.do("listening", False)
            door.do("cut")
            broker.start()
            time.sleep(max(0.0, gone + away_s - time.monotonic()))
            listens = time.monotonic()
            door.do("listening", True)
            ready = crowd.wait_ready(devices, gone, within_s)
            came = [at for at in list(door.proxy.accepted_at_s) if at >= listens]
        finally:
            crowd.close()
            hub.close()
    took = sorted(at - listens for at in ready.values())
    return {
        "devices": devices,
        "processes": len(crowd.processes),
        "away_s": round(listens - gone, 2),
        "wait_ms": timing[1:],
        "ready": len(took),
        "half_ready_s": round(took[len(took) // 2], 2) if took else None,
        "all_ready_s": round(took[-1], 2) if len(took) == devices else None,
        "connects": len(came),
        "most_connects_in_250_ms": most_within(came, WINDOW_S),
    }


def main(arguments: list[str]) -> int:
    """Run one absence and print it; 1 if a device did not come back in time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=100)
    parser.add_argument("--away", type=float, default=2.0, help="seconds")
    parser.add_argument("--wait", type=int, nargs=2, default=[1_000, 30_000], help="ms")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        result = run(options.devices, options.away, [15, *options.wait], Path(folder))
    print(
        json.dumps(result) if options.json else "\n".join(f"{k}: {v}" for k, v in result.items())
    )
    return 0 if result["ready"] == options.devices else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
