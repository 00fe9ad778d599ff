"""A key is made once, by whoever comes first, and its file is its owner's alone."""

import stat
from pathlib import Path
from threading import Barrier, Thread

import pytest

from kairan import key_files
from kairan.ciphers import InvalidKeyError
from kairan.keys import BusKeys, SourceKey


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "bus.key"
    made = BusKeys.load_or_create(path)

    assert made == BusKeys.load_or_create(path)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)
    assert [path] == list(path.parent.iterdir())
    assert made.secret != BusKeys.load_or_create(tmp_path / "other.key").secret


def test_whoever_comes_second_never_overwrites_the_first_one_s_key(tmp_path: Path) -> None:
    path = tmp_path / "source.key"
    first = SourceKey.load_or_create(path)
    key_files._create(path)

    assert first == SourceKey.load_or_create(path)
    assert [path] == list(tmp_path.iterdir())


def test_processes_that_start_at_once_read_the_same_key(tmp_path: Path) -> None:
    together, read = Barrier(8), set()

    def start() -> None:
        together.wait()
        read.add(SourceKey.load_or_create(tmp_path / "source.key"))

    threads = [Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 == len(read)
    assert ["source.key"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o644])
def test_a_key_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "bus.key"
    BusKeys.load_or_create(path)
    path.chmod(mode)

    with pytest.raises(InvalidKeyError, match="closed to others"):
        BusKeys.load_or_create(path)


@pytest.mark.parametrize("content", ["", "1", "1 abcd", "0 " + "ab" * 32, "1 " + "ab" * 33, "1 " + "ｱb" * 32])
def test_a_spoiled_key_file_is_refused_without_showing_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bus.key"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)

    with pytest.raises(InvalidKeyError) as refused:
        BusKeys.load_or_create(path)

    assert "bus.key: a key file holds a version and 64 hexadecimal digits" == str(refused.value)


def test_a_key_file_states_its_version(tmp_path: Path) -> None:
    path = tmp_path / "bus.key"
    path.write_text(f"7 {'ab' * 32}\n", encoding="ascii")
    path.chmod(0o400)

    assert BusKeys(7, b"\xab" * 32) == BusKeys.load_or_create(path)
