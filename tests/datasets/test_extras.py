from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from drumlin.datasets.extras import copy_credits, remove_wavs, wav_name


@given(st.integers(0, 10**7), st.text(max_size=300))
def test_names_of_wavs_are_safe_everywhere(row: int, path: str) -> None:
    name = wav_name(row, path or "x")
    assert name.isascii()
    assert len(name) <= 75
    assert not set(name) & set('<>:"/\\|?*\0 ')
    assert name.startswith(f"{row:06d}-")


def test_only_own_wavs_are_removed(tmp_path: Path) -> None:
    (tmp_path / "wav").mkdir()
    for name in ("000001-kick.wav", "mine.wav", "notes.txt"):
        (tmp_path / "wav" / name).write_bytes(b"")
    remove_wavs(tmp_path)
    assert sorted(path.name for path in (tmp_path / "wav").iterdir()) == ["mine.wav", "notes.txt"]


def test_texts_that_give_credit_are_copied_and_others_not(tmp_path: Path) -> None:
    source, out = tmp_path / "my pack", tmp_path / "out"
    source.mkdir()
    for name in ("README.md", "LICENSE", "licence-kicks.txt", "readme.exe", "diary.txt"):
        (source / name).write_text(name)
    copy_credits([source], out)
    copied = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert copied == {f"credits/0-my_pack/{name}" for name in ("README.md", "LICENSE", "licence-kicks.txt")}
