"""A call that no display acknowledges within five seconds raises an alarm, once."""

from hub.alarms import SHOWN_WITHIN_MS, CallWatch
from hub.config import EXAMPLE, load
from hub.core import Hall, commands
from hub.devices import Devices
from hub.wire.outbound import Outbound

WINDOW, NOW_MS = 4, 1_790_000_000_000


def called():
    """A watch over a hall in which window 4 has just called somebody."""
    config = load(EXAMPLE)
    hall = Hall(config.to_rules())
    devices = Devices([device.id for device in config.devices()])
    outbound = Outbound(config, hall, epoch=1)

    def do(command):
        for event in hall.decide(command, NOW_MS):
            hall.apply(event)

    do(commands.OpenDay("2026-11-23"))
    service = "enrolment-proof"
    do(commands.Reserve("ticket-machine-1", "s-1", service, "holder", None, "token"))
    do(commands.ConfirmPrint(1, "printed"))
    do(commands.Press(WINDOW, "next", False, False, None, hall.window_view(WINDOW, NOW_MS).ver))
    assert hall.window_view(WINDOW, NOW_MS).st == "called"
    outbound.other_wants(NOW_MS)
    return config, devices, outbound, CallWatch(config, hall, devices, outbound)


def test_a_call_that_nobody_acknowledges_is_alarmed_once_and_not_before_its_time():
    _, devices, _, watch = called()
    watch.look(NOW_MS + SHOWN_WITHIN_MS - 1)
    assert devices.counters["call-not-shown"] == 0
    watch.look(NOW_MS + SHOWN_WITHIN_MS)
    watch.look(NOW_MS + 2 * SHOWN_WITHIN_MS)
    assert devices.counters["call-not-shown"] == 1


def test_one_display_is_enough():
    config, devices, outbound, watch = called()
    bar = config.windows[WINDOW].bar
    devices.all[bar].shown_rev = outbound.last_want(bar)[0]
    watch.look(NOW_MS + SHOWN_WITHIN_MS)
    assert devices.counters["call-not-shown"] == 0


def test_an_acknowledgement_of_an_older_picture_does_not_count():
    config, devices, outbound, watch = called()
    bar = config.windows[WINDOW].bar
    epoch, n = outbound.last_want(bar)[0]
    devices.all[bar].shown_rev = (epoch, n - 1)
    watch.look(NOW_MS + SHOWN_WITHIN_MS)
    assert devices.counters["call-not-shown"] == 1
