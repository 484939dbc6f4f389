"""What can be wrong with a hall's configuration, said so that an engineer can repair it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the file, the key inside it, and what to do."""

    file: str
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.text}"


class ConfigError(Exception):
    """The hall's files cannot be used; `problems` lists every mistake found, in file order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class UnknownDevice(Exception):
    """No device of this id is in the hall's configuration."""

    def __init__(self, device_id: str) -> None:
        self.device_id = device_id
        super().__init__(f"device {device_id!r} is not in the hall's configuration")


class Problems:
    """Collects problems of one load, so that all of them are shown at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, file: str, key: str, text: str) -> None:
        """Notes one mistake."""
        self._found.append(Problem(file, key, text))

    def raise_if_any(self) -> None:
        """Raises ConfigError with everything noted so far, if there is anything."""
        if self._found:
            raise ConfigError(tuple(self._found))
