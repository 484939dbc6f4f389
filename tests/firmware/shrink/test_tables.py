"""Message classes become tables, and nothing else does."""

from __future__ import annotations

import ast

from firmware.shrink import program, tables

SOURCES = {
    "protocol.fields": (
        "class Message:\n    FIELDS = ()\nclass Table:\n    pass\nclass Int:\n    pass\n"
    ),
    "app": (
        "from protocol.fields import Message, Int\n"
        'class Press(Message):\n    """A key."""\n    FIELDS = (\'leg\', Int(), None)\n'
        "class Long(Message):\n    FIELDS = Press.FIELDS + ('long', Int(), 0)\n"
        "class More(Message):\n    FIELDS = ()\n    def more(self):\n        return 1\n"
        "class Other:\n    FIELDS = ()\n"
        "class Base(Message):\n    FIELDS = ()\nclass Below(Base):\n    FIELDS = ()\n"
    ),
}


def test_a_class_of_fields_alone_becomes_a_table(tmp_path):
    for name, text in SOURCES.items():
        (tmp_path / f"{name}.py").write_text(text)

    def find(name):
        return tmp_path / f"{name}.py" if name in SOURCES else None

    code = program.read("app", find)
    tables.tabulate(code)
    written = [ast.unparse(piece.node) for piece in code.pieces if piece.module == "app"]
    table = "protocol_fields__Table"
    assert written[0] == f"app__Press = {table}(('leg', protocol_fields__Int(), None))"
    assert written[1].startswith(f"app__Long = {table}(app__Press.FIELDS + ")
    assert all(text.startswith("class ") for text in written[2:])
