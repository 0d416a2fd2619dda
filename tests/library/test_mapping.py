"""A map stays put, spreads the sounds, and is turned as it says."""

from pathlib import Path

import numpy as np
import pytest
from tests.library.sounds import write_drums

from drumlin.errors import LibraryError
from drumlin.library import Library, mapping
from drumlin.library.mapping import fit_projection


def cloud(seed: int, count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors in which brightness and length are hidden among other numbers, and both of them."""
    generator = np.random.default_rng(seed)
    guides = generator.standard_normal((count, 2))
    mixing = np.random.default_rng(7).standard_normal((2, 16))
    return guides @ mixing + 0.1 * generator.standard_normal((count, 16)), guides


def test_right_is_bright_and_up_is_long() -> None:
    vectors, guides = cloud(1)
    places = fit_projection("x", vectors, guides).places(vectors)
    assert np.corrcoef(places[:, 0], guides[:, 0])[0, 1] > 0.9
    assert np.corrcoef(places[:, 1], guides[:, 1])[0, 1] > 0.9


def test_sounds_spread_evenly_over_both_axes() -> None:
    vectors, guides = cloud(2)
    places = fit_projection("x", vectors, guides).places(vectors)
    for axis in range(2):
        counts, _ = np.histogram(places[:, axis], bins=8, range=(0, 1))
        assert counts.min() > 400 / 8 * 0.8


def test_a_sound_that_is_unlike_all_others_stays_on_the_map() -> None:
    vectors, guides = cloud(3)
    places = fit_projection("x", vectors, guides).places(100.0 * vectors)
    assert places.min() >= 0.0
    assert places.max() <= 1.0


def test_sounds_that_are_all_alike_have_a_map() -> None:
    vectors = np.ones((5, 16))
    assert np.isfinite(fit_projection("x", vectors, np.zeros((5, 2))).places(vectors)).all()


def test_new_sounds_move_no_old_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "SETTLED", 6)
    sounds = tmp_path / "sounds"
    write_drums(sounds, {f"{drum}_{seed}.wav": (drum, seed) for drum in ("kick", "hat") for seed in range(3)})
    with Library(tmp_path / "library") as library:
        library.add(sounds)
        library.scan()
        before = library.places()
        write_drums(sounds, {f"{drum}_{seed}.wav": (drum, seed) for drum in ("tom", "snare") for seed in range(3)})
        library.scan()
        after = library.places()
    kept = {number: tuple(place) for number, place in zip(after.ids.tolist(), after.places.tolist(), strict=True)}
    assert len(kept) == 12
    for number, place in zip(before.ids.tolist(), before.places.tolist(), strict=True):
        assert kept[number] == tuple(place)


def test_each_sound_has_its_surest_tag(tmp_path: Path) -> None:
    write_drums(tmp_path / "sounds", {"kick_1.wav": ("kick", 1), "other.wav": ("tom", 1)})
    with Library(tmp_path / "library") as library:
        library.add(tmp_path / "sounds")
        library.scan()
        places = library.places()
        assert [places.names[tag] if tag >= 0 else "" for tag in places.tags.tolist()] == ["kick", ""]
        library.tag("kick", [tmp_path / "sounds/kick_1.wav"], confidence=0.0)
        assert library.places().tags.tolist() == [-1, -1]


def test_an_empty_library_has_an_empty_map(tmp_path: Path) -> None:
    with Library(tmp_path / "library") as library:
        assert len(library.places().ids) == 0


def test_a_map_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    write_drums(tmp_path / "sounds", {"kick_1.wav": ("kick", 1)})
    with Library(tmp_path / "library") as library:
        library.add(tmp_path / "sounds")
        library.scan()
        (tmp_path / "library/map.json").write_text("{}", encoding="ascii")
        with pytest.raises(LibraryError, match="delete it"):
            library.places()
