"""The wire specification in protocol/README.md is held to the code.

`python tests/protocol/test_readme.py --write` renews the tables between the markers.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from protocol import caller, envelope, fields, limits, machine, pad, panel, reasons, topics  # noqa: E402
from protocol.fields import REQUIRED, Message  # noqa: E402

README = ROOT / "protocol" / "README.md"
BEGIN, END = "<!-- generated from the code: begin -->", "<!-- generated from the code: end -->"
MODULES = (envelope, machine, caller, pad, panel)


def _classes(module):
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Message) and value is not Message:
            if value.__module__ == module.__name__:
                yield value


def describe(kind):
    """A field's type as the specification says it."""
    if isinstance(kind, fields.Int):
        return f"int {kind.low}..{'' if kind.high == fields.MAX_INT else kind.high}"
    if isinstance(kind, fields.Text):
        return f"text ≤{kind.most}"
    if isinstance(kind, fields.OneOf):
        return " · ".join(kind.words)
    if isinstance(kind, fields.Maybe):
        return f"{describe(kind.inner)} or null"
    if isinstance(kind, fields.ListOf):
        return f"list ≤{kind.most} of {describe(kind.inner)}"
    if isinstance(kind, fields.Obj):
        return kind.cls.__name__
    return {"AnyObject": "object"}.get(type(kind).__name__, type(kind).__name__.lower())


def _kind_rows(title, name):
    rows = [f"| {title} | body | of |", "| --- | --- | --- |"]
    for module in MODULES[1:]:
        role = module.__name__.rpartition(".")[2]
        for kind, cls in sorted(getattr(module, name).items()):
            rows.append(f"| `{kind}` | {cls.__name__} | {role} |")
    return rows


def render():
    """The generated part of the README."""
    out = []
    for module in MODULES:
        out += ["", f"### `{module.__name__}`", "", module.__doc__.strip()]
        for cls in _classes(module):
            out += ["", f"**{cls.__name__}**: " + " ".join(cls.__doc__.split()), ""]
            if cls.FIELDS:
                out += ["| field | type | default |", "| --- | --- | --- |"]
            for name, kind, default in fields.rows(cls):
                shown = "required" if default is REQUIRED else f"`{default!r}`"
                out.append(f"| `{name}` | {describe(kind)} | {shown} |")
    out += ["", "### Kinds", ""]
    for title, name in (
        ("event", "EVENTS"),
        ("answer", "ANSWERS"),
        ("command", "COMMANDS"),
        ("want", "WANTS"),
    ):
        out += [*_kind_rows(title, name), ""]
    out += ["### Limits", "", "| name | value |", "| --- | --- |"]
    out += [f"| `{n}` | {v} |" for n, v in vars(limits).items() if n.isupper()]
    out += [
        "",
        "### Reasons",
        "",
        "| code | 中文 | English | digits |",
        "| --- | --- | --- | --- |",
    ]
    for reason in map(reasons.Reason, reasons.codes()):
        out.append(f"| `{reason.code}` | {reason.zh} | {reason.en} | `{reason.digits}` |")
    return "\n".join(out) + "\n"


def test_the_readme_is_the_code():
    text = README.read_text(encoding="utf-8")
    assert BEGIN in text and END in text
    assert text.split(BEGIN)[1].split(END)[0] == "\n" + render()


def test_every_topic_a_device_uses_is_in_the_readme():
    text = README.read_text(encoding="utf-8")
    for leaf in topics.DEVICE_WRITES + tuple(
        r.replace("/+", "/{letter}") for r in topics.DEVICE_READS
    ):
        assert f"`hall/v1/{{site}}/dev/{{id}}/{leaf}`" in text


if __name__ == "__main__" and "--write" in sys.argv:
    head, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    README.write_text(head + BEGIN + "\n" + render() + END + tail, encoding="utf-8")
