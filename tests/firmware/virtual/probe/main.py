"""Firmware of the tests in this folder: one coroutine a scenario, chosen in /cfg/device.json."""

import asyncio
import json
import os

import machine
import network


async def wires():
    select = machine.Pin(17, machine.Pin.OUT, value=1)
    bus = machine.SPI(0, baudrate=10_000_000, sck=machine.Pin(18), mosi=machine.Pin(19))
    for row in range(3):
        select(0)
        bus.write(bytes((row, 0xA0 + row)))
        select(1)
    bus.write(bytes(70_000))  # longer than one record
    tone = machine.PWM(machine.Pin(22), freq=2700, duty_u16=32768)
    tone.duty_u16(0)
    line = machine.Pin(15, machine.Pin.OPEN_DRAIN, value=1)
    line(0)
    line.init(machine.Pin.IN, machine.Pin.PULL_UP)
    machine.Pin(16, machine.Pin.OUT, value=1)
    while True:
        await asyncio.sleep(60)


async def keys():
    lamp = machine.Pin(16, machine.Pin.OUT, value=0)
    flag = asyncio.ThreadSafeFlag()
    seen = []

    def pressed(pin):
        seen.append(pin.value())
        flag.set()

    key = machine.Pin(6, machine.Pin.IN, machine.Pin.PULL_UP)
    print("at start", key.value(), machine.Pin(7, machine.Pin.IN).value())
    key.irq(pressed, machine.Pin.IRQ_FALLING)
    while True:
        await flag.wait()
        for _ in range(len(seen)):
            assert seen.pop(0) == 0
            lamp(1 - lamp())


async def echo():
    port = machine.UART(1, baudrate=9600, tx=machine.Pin(4), rx=machine.Pin(5))
    reader = asyncio.StreamReader(port)
    writer = asyncio.StreamWriter(port, {})
    while True:
        data = await reader.read(64)
        writer.write(data)
        await writer.drain()


async def count():
    # Kept over a kill: each start counts one up.
    try:
        with open("/count") as f:
            starts = int(f.read())
    except OSError:
        starts = 0
    with open("/count.new", "w") as f:
        f.write(str(starts + 1))
    os.rename("/count.new", "/count")
    print("start", starts + 1, "cause", machine.reset_cause(), machine.unique_id().hex())
    if starts < 2:
        machine.Pin(16, machine.Pin.OUT, value=1)
        machine.reset()
    machine.Pin(17, machine.Pin.OUT, value=1)
    while True:
        await asyncio.sleep(60)


async def save():
    # Writes until the power fails; after that it proves what the flash still holds.
    for name in ("/a.json", "/b.json"):
        try:
            with open(name) as f:
                print(name, len(json.load(f)["pad"]))
        except OSError:
            print(name, "absent")
    machine.Pin(16, machine.Pin.OUT, value=1)
    while True:
        for name in ("/a.json", "/b.json"):
            with open("/tmp.json", "w") as f:
                json.dump({"pad": "x" * 600}, f)
            os.rename("/tmp.json", name)
        await asyncio.sleep_ms(1)


async def greedy():
    try:
        bytearray(300_000)
    except MemoryError:
        print("no room")


async def hoard():
    lamp = machine.Pin(16, machine.Pin.OUT, value=1)
    key = machine.Pin(6, machine.Pin.IN, machine.Pin.PULL_UP)
    while key():
        await asyncio.sleep_ms(10)
    kept = bytearray(20_000)
    lamp(0)
    await asyncio.sleep(60)
    lamp(len(kept) == 0)


async def host_files():
    for path in ("/etc/passwd", "/lib/x86_64-linux-gnu", "/proc"):
        try:
            os.stat(path)
            print("saw", path)
        except OSError:
            print("hidden", path)


async def hang():
    machine.WDT(timeout=300)
    lamp = machine.Pin(16, machine.Pin.OUT)
    lamp(machine.reset_cause() == 3)
    while machine.reset_cause() != 3:
        pass
    while True:
        machine.WDT(timeout=300).feed()
        await asyncio.sleep_ms(50)


async def wifi():
    lamp = machine.Pin(16, machine.Pin.OUT)
    station = network.WLAN(network.STA_IF)
    station.active(True)
    station.connect("hall", "secret")
    while True:
        lamp(station.isconnected())
        await asyncio.sleep_ms(20)


async def idle():
    machine.UART(1, baudrate=9600)
    reader = asyncio.StreamReader(machine.UART(1, baudrate=9600))
    machine.Pin(16, machine.Pin.OUT, value=1)
    await reader.read(1)


async def crash():
    raise ValueError("planted")


with open("/cfg/device.json") as f:
    asyncio.run(globals()[json.load(f)["probe"]]())
