"""Every number the two ends of the wire must agree on, with where it comes from."""

VERSION = 1

# One MQTT packet must fit a device's preallocated receive buffer; the largest message is a
# department's menu (8 services of the reference hall take about 1.9 KB).
MAX_PAYLOAD = 2048

# Topics are at most "hall/v1/" + site + "/dev/" + id + "/menu/X": 8 + 32 + 5 + 32 + 7.
MAX_TOPIC = 84
MAX_ID = 32

# A department of the reference hall has at most 8 services; 12 fit the panel's two pages of 6.
MAX_SERVICES = 12
# The alphabet less the letters without a seven-segment form.
MAX_DEPARTMENTS = 20
MAX_WINDOWS = 12
# Windows that a leg may be sent on to: twice the reference hall's 20, some 120 bytes of JSON.
MAX_TARGETS = 40
# A visitor books a handful of services a day; more than the panel shows is no use.
MAX_BOOKINGS = 6
MAX_LINES = 4
# SYN6288 takes 200 bytes a frame, 2 bytes a character, tags included; 8 parts make one call.
MAX_SAY_PARTS = 8
MAX_SAY_TEXT = 24

# The outbox of a device: a clerk's minute of presses, or a pad's half hour of ratings.
OUTBOX_EVENTS = 32
# Commands in flight are bounded by the hub's outbox of 16 per device; twice that is remembered.
SEEN_COMMANDS = 32

RESEND_MS = 3_000
TELE_MS = 60_000
# Two tele periods and a half: one lost message is no reason to call a device lost.
SILENT_LOST_MS = 150_000
# A press older than this was made for a hall that no longer exists; it is refused STALE.
PRESS_STALE_MS = 10_000
# Hub time on a device is the largest of this many last samples (the least delayed one).
CLOCK_SAMPLES = 8
