from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.errors import UsageError
from drumlin.exporting import safe_name, sound_stem
from drumlin.exporting.names import claim, claim_numbered


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ünï Snare #2", "uni-snare-2"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "con-sound"),
        ("lpt1", "lpt1-sound"),
        ("...hidden", "hidden"),
        ("鼓", "sound"),
        ("", "sound"),
    ],
)
def test_names_are_plain(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text(max_size=200), st.text(max_size=200))
def test_every_name_is_safe_on_every_system(role: str, words: str) -> None:
    stem = sound_stem(role, words)
    name = f"{stem}_0001.flac"
    assert len(name) <= 60 and name.isascii() and name == name.lower()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert not name.startswith((".", "-", "_"))


def test_numbers_go_up_and_nothing_is_overwritten(tmp_path: Path) -> None:
    first = claim_numbered(tmp_path, "snare_kit", ".wav")
    first.write_bytes(b"mine")
    second = claim_numbered(tmp_path, "snare_kit", ".wav")
    assert (first.name, second.name) == ("snare_kit_01.wav", "snare_kit_02.wav")
    assert first.read_bytes() == b"mine"


def test_names_that_differ_in_case_only_count_as_taken(tmp_path: Path) -> None:
    (tmp_path / "Snare_Kit_01.WAV").write_bytes(b"")
    assert claim_numbered(tmp_path, "snare_kit", ".wav").name == "snare_kit_02.wav"


def test_existing_file_is_not_claimed(tmp_path: Path) -> None:
    claim(tmp_path / "new" / "a.wav")
    with pytest.raises(UsageError, match="--force"):
        claim(tmp_path / "new" / "a.wav")


def test_folder_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be written"):
        claim_numbered(tmp_path / "file", "a", ".wav")
    with pytest.raises(UsageError, match="cannot be written"):
        claim(tmp_path / "file" / "a.wav")
