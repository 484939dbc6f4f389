"""What a console adds to a board: a REPL that outlives its programs, and a real board's name."""

import sys
from collections import namedtuple

import machine
import micropython


def run(run_file, *names):
    """What a port does with boot.py and main.py; an error ends both and leaves the REPL."""
    try:
        micropython.kbd_intr(3)
        for name in names:
            run_file(name)
    except SystemExit:
        machine.soft_reset()
    except BaseException as error:  # noqa: BLE001  KeyboardInterrupt too
        sys.print_exception(error)


def become(name, platform, version):
    """Let `import sys` tell of another machine: its own module cannot be written to."""

    class Sys:
        pass

    for key in dir(sys):
        if not key.startswith("__"):
            setattr(Sys, key, getattr(sys, key))
    known = sys.implementation
    fields = namedtuple("implementation", ("name", "version", "_machine", "_mpy"))
    version = tuple(int(part) for part in version.split(".")) + ("",)
    Sys.implementation = fields(known.name, version, name, known._mpy)
    Sys.platform = platform
    sys.modules["sys"] = Sys
