import time
from pathlib import Path

import pytest

from drumlin.errors import UsageError
from drumlin.workspace import list_folder
from drumlin.workspace.browsing import COUNT_LIMIT, confine, count_sounds


def test_sounds_are_counted_below_but_not_in_hidden_folders(tmp_path: Path) -> None:
    for name in ("a.wav", "b.AIF", "c.txt", "x/d.flac", "x/y/e.mp3", ".git/f.wav", "._a.wav"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert count_sounds(tmp_path, time.monotonic() + 60).sounds == 4


def test_counting_stops_at_the_deadline_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "a.wav").touch()
    found = count_sounds(tmp_path, time.monotonic() - 1)
    assert (found.sounds, found.has_more) == (1, True)
    assert COUNT_LIMIT >= 1000


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x/loop").symlink_to(tmp_path)
    assert list_folder(str(tmp_path), [tmp_path]).folder.sounds == 0


def test_a_root_has_no_parent_and_what_is_below_has(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    assert list_folder("", [tmp_path]).parent is None
    assert list_folder(str(tmp_path / "x"), [tmp_path]).parent == tmp_path


def test_files_and_what_is_not_there_are_no_folders(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("file", "missing"):
        with pytest.raises(UsageError, match="no folder"):
            confine(str(tmp_path / name), [tmp_path])


def test_a_root_that_is_a_link_stands_for_its_target(tmp_path: Path) -> None:
    (tmp_path / "real/x").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert confine(str(tmp_path / "link/x"), [tmp_path / "link"]) == tmp_path / "real/x"
