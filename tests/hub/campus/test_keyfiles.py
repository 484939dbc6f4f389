"""Key files are made whole with mode 600, and refused when others may read them."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest

from hub.campus import KeyFileError, create, delete, open_day_key, read_key, read_token

TODAY = dt.date(2026, 7, 6)


def test_a_new_key_is_private_random_and_readable(tmp_path: Path) -> None:
    one, other = tmp_path / "data" / "one.key", tmp_path / "data" / "other.key"
    create(one)
    create(other)
    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert len(read_key(one)) == 32
    assert read_key(one) != read_key(other)
    assert sorted(path.name for path in one.parent.iterdir()) == ["one.key", "other.key"]


def test_a_key_in_use_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "campus.key"
    create(path)
    before = read_key(path)
    with pytest.raises(KeyFileError, match="exists already"):
        create(path)
    assert read_key(path) == before


def test_a_file_left_by_a_power_cut_does_not_block_a_new_key(tmp_path: Path) -> None:
    (tmp_path / "campus.key.new").write_text("half")
    create(tmp_path / "campus.key")
    assert len(read_key(tmp_path / "campus.key")) == 32


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "campus.key"
    create(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_key(path)


@pytest.mark.parametrize("text", ["", "zz", "ab" * 31, "ab" * 33, "钥匙"])
def test_what_is_no_key_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "campus.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(KeyFileError) as caught:
        read_key(path)
    assert str(path) in str(caught.value)
    assert not text or text not in str(caught.value).removeprefix(str(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"campus\.token: is missing"):
        read_token(tmp_path / "campus.token")


def test_a_token_is_one_line_of_visible_characters(tmp_path: Path) -> None:
    path = tmp_path / "campus.token"
    create(path, "a-token-of-the-campus")
    assert read_token(path) == "a-token-of-the-campus"
    create(tmp_path / "short", "short")
    with pytest.raises(KeyFileError, match="16 to 256"):
        read_token(tmp_path / "short")


def test_the_day_key_lives_one_business_day(tmp_path: Path) -> None:
    path = tmp_path / "day.key"
    first = open_day_key(path, TODAY)
    assert open_day_key(path, TODAY) == first  # a restart at noon
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    tomorrow = open_day_key(path, TODAY + dt.timedelta(days=1))
    assert tomorrow != first
    assert first.hex() not in path.read_text()
    delete(path)
    delete(path)
    assert not path.exists()
