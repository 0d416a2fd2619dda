from pathlib import Path

import pytest

from drumlin.datasets.manifest import ManifestRow, read_manifest
from drumlin.errors import DatasetError


def _read(tmp_path: Path, text: str) -> tuple[list[ManifestRow], list[str]]:
    path = tmp_path / "manifest.csv"
    path.write_text(text, encoding="utf-8")
    rows, refused = read_manifest(path)
    return rows, [item.reason for item in refused]


def test_known_columns_are_read_and_others_passed_over(tmp_path: Path) -> None:
    rows, refused = _read(
        tmp_path,
        "\ufeffpath,label,kit,license,split,mood,author\nk/a.wav,kick,k,CC0-1.0,validation,calm,Ann\nb.wav,,,,,,\n",
    )
    first = ManifestRow("k/a.wav", "kick", "k", "", "CC0-1.0", "valid", credits={"author": "Ann"})
    assert rows == [first, ManifestRow("b.wav")]
    assert not refused


@pytest.mark.parametrize("path", ["../up.wav", "/etc/passwd.wav", "a/../../b.wav", ""])
def test_paths_out_of_the_folder_are_refused(tmp_path: Path, path: str) -> None:
    rows, refused = _read(tmp_path, f"path,label\n{path},kick\n")
    assert not rows
    assert "not inside" in refused[0]


def test_unknown_splits_and_second_mentions_are_refused(tmp_path: Path) -> None:
    rows, refused = _read(tmp_path, "path,split\na.wav,train\nb.wav,maybe\na.wav,test\n")
    assert [row.path for row in rows] == ["a.wav"]
    assert "train, valid or test" in refused[0]
    assert "twice" in refused[1]


def test_a_manifest_without_paths_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no column 'path'"):
        _read(tmp_path, "file,label\na.wav,kick\n")
    with pytest.raises(DatasetError, match="nothing"):
        _read(tmp_path, "")


def test_rows_with_too_many_or_too_few_fields_are_read(tmp_path: Path) -> None:
    rows, _ = _read(tmp_path, "path,label\na.wav,kick,more,and more\nb.wav\n")
    assert rows == [ManifestRow("a.wav", "kick"), ManifestRow("b.wav")]


def test_strokes_tell_their_drum_and_their_gain(tmp_path: Path) -> None:
    rows, refused = _read(tmp_path, "path,drum,gain_db\na.wav,snare 1,2.5\nb.wav,snare 1,\nc.wav,snare 1,loud\n")
    assert [(row.drum, row.gain_db) for row in rows] == [("snare 1", 2.5), ("snare 1", 0.0)]
    assert len(refused) == 1
    assert "gain_db 'loud'" in refused[0]
