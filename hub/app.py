"""A running hub: everything built, wired and supervised; the one place that knows all parts."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import secrets
import signal
from dataclasses import dataclass
from pathlib import Path

from hub.campus.keyfiles import read_key
from hub.campus_link import CampusLink
from hub.clock import STEP_MS, Clock
from hub.config import HallConfig
from hub.control import Control
from hub.day import DayKeeper
from hub.lock import locked
from hub.log.audit import Audit
from hub.log.journal import JOURNAL, Journal
from hub.log.restart import restored
from hub.service import Service
from hub.status import write_status
from hub.teacher import Teacher
from hub.wire.alone import last_epoch
from hub.wire.broker import HUB_USER, Broker, Credentials
from hub.wire.mqtt import Address, Wire

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line decides: data folder, and our broker's port or another's address."""

    data: Path
    port: int = 1883
    broker: Address | None = None


async def run(config: HallConfig, options: Options) -> None:
    """Serve the hall until SIGTERM or SIGINT; errors of start-up are raised with what to do.

    SIGUSR1 writes counters and the devices' state to the data folder's status.json.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with locked(options.data):
        broker = await _start_broker(config, options)
        try:
            await _serve(config, options, broker, stop)
        finally:
            if broker is not None:
                await broker.stop()


async def _start_broker(config: HallConfig, options: Options) -> Broker | None:
    if options.broker is not None:
        return None
    credentials = Credentials.enrolled(options.data, config)
    broker = Broker(config.site, options.port, options.data, credentials)
    await broker.start()
    return broker


def _address(config: HallConfig, options: Options, broker: Broker | None) -> Address:
    """Where the hub finds its broker; at one that names no user it is `hub`, as enrolled."""
    address = options.broker or Address("127.0.0.1", options.port, "", "")
    if address.user:
        return address
    credentials = (
        Credentials.enrolled(options.data, config) if broker is None else broker.credentials
    )
    return dataclasses.replace(address, user=HUB_USER, password=credentials.passwords[HUB_USER])


async def _serve(
    config: HallConfig, options: Options, broker: Broker | None, stop: asyncio.Event
) -> None:
    address = _address(config, options, broker)
    # A broker of our own, which nobody else could start, remembers no more than the journal.
    after_epoch = 0 if broker is not None else await last_epoch(address, config.site)
    journal = Journal(options.data / JOURNAL)
    try:
        clock = _clock(journal)
        service, day, campus = _build(config, options, clock, journal, after_epoch)
        wire = Wire(
            address,
            config.site,
            service.epoch,
            clock.now_ms,
            service.on_message,
            service.on_connected,
        )
        service.wire = wire
        audit = Audit(journal.path)
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGUSR1, write_status, options.data, service, broker, audit
        )
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(service.run(), name="service")]
            # The day is open before the first device is heard.
            await day.look(service.ask)
            running += [
                tasks.create_task(day.run(service.ask), name="day"),
                tasks.create_task(wire.run(), name="wire"),
                tasks.create_task(
                    Control(
                        options.data, service.hall, config.ticket_machines, service.ask_for_manager
                    ).run(),
                    name="control",
                ),
                tasks.create_task(Teacher(service.hall, journal.path).run(), name="teacher"),
                tasks.create_task(audit.run(), name="audit"),
            ]
            if campus is not None:
                running.append(tasks.create_task(campus.sync.run(), name="campus"))
            if broker is not None:
                running.append(tasks.create_task(broker.supervise(), name="broker"))
            log.info("hall %s: epoch %d, broker %r", config.site, service.epoch, address)
            await stop.wait()
            await wire.goodbye()
            for task in running:
                task.cancel()
    finally:
        journal.close()


def _clock(journal: Journal) -> Clock:
    """A clock behind the journal's last time, whatever the wall says."""
    clock = Clock(not_before_ms=journal.last_ms)
    if clock.ahead_ms() > STEP_MS:
        said = "the system's clock was set back by %.0f s: times go on from the journal's last"
        log.warning(said, clock.ahead_ms() / 1000)
    return clock


def _build(
    config: HallConfig, options: Options, clock: Clock, journal: Journal, after_epoch: int
) -> tuple[Service, DayKeeper, CampusLink | None]:
    """The parts in the order of their needs; keys that are missing are named with what to do."""
    campus = config.campus
    # Without a campus server nobody else needs K; the day's hashes need some key all the same.
    campus_key = (
        read_key(options.data / campus.key_file) if campus.url else secrets.token_bytes(32)
    )
    hall, outcomes = restored(journal, config)
    day = DayKeeper(config, hall, clock, campus_key, options.data / campus.day_key_file)
    service = Service(config, (hall, outcomes), journal, day.holder, clock, after_epoch, day)
    link = CampusLink(config, service, day, outcomes, options.data) if campus.url else None
    return service, day, link
