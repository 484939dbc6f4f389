"""A ticket machine's menus in memory: two departments, one service of which needs no card."""

from protocol.machine import Menu


def _service(name, zh, category, card=True):
    return {
        "id": name,
        "zh": zh,
        "en": name,
        "g": "1Nq2wdakw/c=",
        "cat_zh": category,
        "cat_en": category,
        "card": card,
        "windows": [4, 5],
        "bring": "校园卡",
        "bring_g": "0KPUsL+o",
    }


MENUS = {
    "C": Menu(
        rev=[1, 1],
        letter="C",
        zh="本科生院",
        en="Undergraduate College",
        floor=1,
        services=[
            _service("enrolment-proof", "在读证明", "学籍"),
            _service("transcript", "成绩单", "成绩"),
            _service("retake", "重修报名", "成绩"),
        ],
    ),
    "F": Menu(
        rev=[1, 1],
        letter="F",
        zh="信息中心",
        en="Information Centre",
        floor=1,
        services=[
            _service("account", "统一身份账号", "账号", card=False),
            _service("unlock", "账号解锁", "账号"),
        ],
    ),
}


class FakeMenus:
    """What menus.Menus reads from flash, read from MENUS."""

    def __init__(self, menus=None):
        self.menus = MENUS if menus is None else menus

    def departments(self, letters, without_card):
        for letter in letters:
            menu = self.menus.get(letter)
            if menu and (not without_card or any(not item.card for item in menu.services)):
                yield letter, menu.zh, menu.en

    def any_without_card(self):
        return bool(list(self.departments("CF", True)))

    def services(self, letter):
        return self.menus[letter].services if letter in self.menus else ()

    def find(self, service):
        for menu in self.menus.values():
            for item in menu.services:
                if item.id == service:
                    return item
        return None
