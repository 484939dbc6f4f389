"""One valid sample of every message class; a class without one fails the discovery test."""

from protocol import caller, envelope, machine, pad, panel

IDENTITY = {"how": "card", "id": "62E3086CED"}
PLACE = {
    "service": "enrolment-proof",
    "ahead": 3,
    "p50": 8,
    "p90": 20,
    "windows": [4, 5, 6],
    "floor": 1,
    "slot": "10:15",
}
SERVICE = {
    "id": "enrolment-proof",
    "zh": "在读证明",
    "en": "Enrolment certificate",
    "g": "1Nq2wdakw/c=",
    "cat_zh": "学籍",
    "cat_en": "Enrolment",
    "card": True,
    "windows": [4, 5, 6],
    "bring": "校园卡",
    "bring_g": "0KPUsL+o",
}

SAMPLES = (
    envelope.State(s="ready", boot=17, conn=2, role="caller", fw="0.1.0"),
    envelope.Desc(caps=["beep"], mac="24:0a:c4:00:00:01", reset="power-on", crash="Traceback"),
    envelope.Evt(
        k="press", boot=17, n=4, t=99, ts=1_790_000_000_000, age_ms=2, d={"key": "next", "ver": 3}
    ),
    envelope.EvtAck(k="press", boot=17, n=4, ok=False, why="NOBODY", now=1_790_000_000_000),
    envelope.Tele(heap=51200, rssi=-61, up_s=60, reconnects=1, outbox=0, bad=0, paper="ok"),
    envelope.Cmd(id="c-9", k="beep", exp=1_790_000_000_000, now=1_790_000_000_000, d={}),
    envelope.Ack(id="c-9", rev=None, st="error", why="voice.fault"),
    envelope.Want(k="pad", rev=[208000000, 12], now=1_790_000_000_000, d={"win": 4}),
    envelope.HubState(s="online", epoch=208000000, now=1_790_000_000_000),
    envelope.Fault(what="printer-paper", on=True, detail="EOT4 7E"),
    envelope.Empty(),
    machine.Booked(id="b-1", service="enrolment-proof", slot="10:15"),
    machine.Live(leg=12, ticket="C012", service="enrolment-proof"),
    machine.Identify(s="17-3", **IDENTITY),
    machine.Identified(
        bookings=[{"id": "b-1", "service": "enrolment-proof", "slot": "10:15"}],
        live=[{"leg": 12, "ticket": "C012", "service": "enrolment-proof"}],
    ),
    machine.Quote(s="17-3", service="enrolment-proof", booking="b-1", **IDENTITY),
    machine.Quoted(**PLACE),
    machine.Reserve(s="17-3", service="enrolment-proof", booking=None, **IDENTITY),
    machine.Reserved(
        leg=12, ticket="C1012", token="k3v9", at="2026-11-22 10:03", again=False, **PLACE
    ),
    machine.Printed(leg=12, result="unsure"),
    machine.OneNumber(s="17-3", leg=12, **IDENTITY),
    machine.LeaseAsk(letter="C", left=7),
    machine.Lease(
        letter="C",
        day="2026-11-22",
        first=701,
        last=720,
        from_ms=1_795_302_000_000,
        until_ms=1_795_330_800_000,
        tz_min=480,
        key="0123456789abcdef" * 2,
    ),
    machine.Offline(
        letter="C",
        number=701,
        day="2026-11-22",
        service="enrolment-proof",
        at=1_795_305_600_000,
        token="a1b2c3d4e5f60718",
        holder="fedcba9876543210" * 2,
        booked=True,
        result="printed",
    ),
    machine.Mine(
        leg=12, ticket="C012", why=["前面1位: 1位先到", "1 ahead"], can=["cancel"], **PLACE
    ),
    machine.MachineWant(
        hall_zh="综合事务服务中心",
        hall_en="Service Centre",
        hall_g="19u6z8rCzvG3/s7x1tDQxA==",
        feedback="swfw@whu.edu.cn 68773295",
        letters="CF",
        open=True,
        notice="午休",
    ),
    machine.MenuService(**SERVICE),
    machine.Menu(rev=[1, 2], letter="C", zh="本科生院", en="College", floor=1, services=[SERVICE]),
    caller.Press(key="next", long=False, again=True, leg=12, ver=3),
    caller.CallerWant(
        st="called",
        leg=12,
        ticket="C012",
        ver=3,
        waiting=5,
        lit=["recall", "done"],
        blink=["noshow"],
    ),
    caller.Beep(),
    pad.RateOpen(leg=12, open_ms=30_000),
    pad.RateClose(leg=12),
    pad.Rate(leg=12, level=5),
    pad.PadWant(win=4),
    panel.Line(t="请C012", blink=True),
    panel.PanelWant(lines=[{"t": "C012→4号窗口", "blink": True}]),
    panel.Part(m="d", x="C012"),
    panel.Say(call=7, parts=[{"m": "t", "x": "请"}, {"m": "d", "x": "C012"}], times=2),
)
