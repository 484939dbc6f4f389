"""What stands on each page: from the flow's state to (title, body lines, labels by slot)."""

from ticket_machine import panel_project as panel
from ticket_machine import screens


def notice(flow):
    """One sentence; with it the number that still has to be printed."""
    body = [(flow.issued[0].ticket, "")] if flow.issued else []
    return flow.notice, body, {}


def refused(flow):
    """A notice the visitor can leave."""
    title, body, _ = notice(flow)
    return title, body, {panel.BACK: screens.say("back")}


def home(flow):
    """The hall's name, the day's notice, 预约取号 and 现场取号."""
    want = flow.want
    line = (want.notice, "") if want.notice else screens.say("welcome")
    return (
        (want.hall_zh, want.hall_en),
        [line],
        {1: screens.say("booked"), 2: screens.say("walk-in")},
    )


def identify(flow):
    """How the visitor may say who they are."""
    labels = {1: screens.say("card"), panel.BACK: screens.say("back")}
    if flow.session.booked:
        labels[2] = screens.say("code")
    elif flow.menus.any_without_card():
        labels[3] = screens.say("no-card")
    return (
        screens.say("tap-card"),
        [screens.say("booked") if flow.session.booked else screens.say("walk-in")],
        labels,
    )


def choice(flow):
    """A list of buttons."""
    return flow.choice.title, [], flow.choice.labels()


def digits(flow):
    """The digit pad and what was typed."""
    return flow.choice.title, [(flow.session.id, "")], flow.choice.labels()


def quote(flow):
    """Where, how many are ahead, how long, what to bring; 取号 and 返回."""
    session = flow.session
    body = screens.body(session.quoted, session.item)
    labels = {1: screens.say("take"), panel.BACK: screens.say("back")}
    return (session.item.zh, session.item.en), body, labels


def there(_flow):
    """还在吗?, before an idle session is wiped."""
    return (
        screens.say("still-there"),
        [],
        {1: screens.say("here"), panel.BACK: screens.say("leave")},
    )


def done(flow):
    """出号成功 with the number and what the paper says."""
    reserved, item = flow.issued
    name = (item.zh, item.en) if item else screens.NOTHING
    body = [(reserved.ticket + " " + name[0], name[1])] + screens.body(reserved, item)
    return screens.say("done"), body[:5], {1: screens.say("finish")}
