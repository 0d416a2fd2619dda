import os
from pathlib import Path

import pytest

from drumlin.datasets.walk import walk
from drumlin.errors import UsageError


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def _paths(folder: Path) -> list[str]:
    return [item.path for item in walk([folder]).candidates]


def test_audio_files_are_found_in_order_of_their_names(tmp_path: Path) -> None:
    _touch(tmp_path, "b.WAV", "a/z.flac", "a/b/c.mp3", "a.aif", "notes.txt")
    assert _paths(tmp_path) == ["a.aif", "a/b/c.mp3", "a/z.flac", "b.WAV"]


def test_hidden_files_and_litter_are_passed_over_in_silence(tmp_path: Path) -> None:
    _touch(tmp_path, "a.wav", "._a.wav", ".git/b.wav", "__MACOSX/c.wav")
    found = walk([tmp_path])
    assert [item.path for item in found.candidates] == ["a.wav"]
    assert not found.refused


def test_folders_give_labels_and_kits(tmp_path: Path) -> None:
    _touch(tmp_path, "Pack A/Drums/Kicks/a.wav", "Pack B/a.wav", "snares/a.wav", "a.wav")
    known = {item.path: (item.label, item.kit, item.source) for item in walk([tmp_path]).candidates}
    assert known == {
        "Pack A/Drums/Kicks/a.wav": ("Kicks", "Pack A", tmp_path.name),
        "Pack B/a.wav": ("Pack B", "Pack B", tmp_path.name),
        "snares/a.wav": ("snares", "", tmp_path.name),  # names a drum, so it cannot be a kit
        "a.wav": ("", "", tmp_path.name),
    }


def test_a_manifest_rules(tmp_path: Path) -> None:
    _touch(tmp_path, "x/a.wav", "x/b.wav")
    (tmp_path / "manifest.csv").write_text("path,label,split\nx/a.wav,kick,test\nx/gone.wav,kick,train\n")
    found = walk([tmp_path])
    assert [(item.path, item.label, item.split) for item in found.candidates] == [("x/a.wav", "kick", "test")]
    assert {item.path: item.reason.split(" ")[0] for item in found.refused} == {
        "x/b.wav": "not",
        "x/gone.wav": "listed",
    }


def test_loops_of_links_end_and_are_told(tmp_path: Path) -> None:
    _touch(tmp_path, "a.wav", "sub/b.wav")
    (tmp_path / "sub/again").symlink_to(tmp_path)
    (tmp_path / "one.wav").symlink_to("two.wav")
    (tmp_path / "two.wav").symlink_to("one.wav")
    (tmp_path / "gone.wav").symlink_to("nowhere.wav")
    found = walk([tmp_path])
    assert [item.path for item in found.candidates] == ["a.wav", "sub/b.wav"]
    assert [item.path for item in found.refused] == ["gone.wav", "one.wav", "sub/again", "two.wav"]


def test_links_to_other_folders_are_followed(tmp_path: Path) -> None:
    _touch(tmp_path / "elsewhere", "c.wav")
    _touch(tmp_path / "source", "a.wav")
    (tmp_path / "source/linked").symlink_to(tmp_path / "elsewhere")
    assert _paths(tmp_path / "source") == ["a.wav", "linked/c.wav"]


def test_a_pipe_with_the_name_of_a_sound_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert [item.reason for item in walk([tmp_path]).refused] == ["not a regular file"]


def test_an_unreadable_folder_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path, "a.wav", "locked/b.wav")
    list_entries = Path.iterdir

    def refuse(self: Path) -> object:
        if self.name == "locked":
            raise PermissionError(13, "Permission denied")
        return list_entries(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    found = walk([tmp_path])
    assert [item.path for item in found.candidates] == ["a.wav"]
    assert [(item.path, item.reason) for item in found.refused] == [
        ("locked", "the folder cannot be read: Permission denied")
    ]


def test_names_that_are_no_utf8_are_kept(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.wav")).write_bytes(b"x")
    assert [os.fsencode(path) for path in _paths(tmp_path)] == [b"caf\xe9.wav"]


def test_several_sources_are_numbered_and_one_inside_another_is_read_once(tmp_path: Path) -> None:
    _touch(tmp_path, "a/x.wav", "b/y.wav")
    found = walk([tmp_path / "b", tmp_path / "a", tmp_path])
    assert [(item.root, item.path) for item in found.candidates] == [(0, "y.wav"), (1, "x.wav")]


def test_a_source_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        walk([tmp_path / "none"])
