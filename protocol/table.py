"""Tables of texts in files beside the code, since on a board a row is read more rarely than kept.

A row is a line `key|field|field…`; lines that begin with # are comments.
"""


def beside(module: str) -> str:
    """The path of a module's table, given its `__file__`."""
    return module.rsplit(".", 1)[0] + ".txt"


def rows(path: str):
    """Each row as a list of its fields, in the file's order."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                yield line.rstrip("\n").split("|")


def find(path: str, key: str):
    """The row of a key, or None."""
    start = key + "|"
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith(start):
                return line.rstrip("\n").split("|")
    return None
