"""The map stays put from the moment it was seen; it can be laid anew, and that can be taken back."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.library.sounds import write_drums

from drumlin.errors import LibraryError, MissingError
from drumlin.library import Library, laying
from drumlin.library.keeping import MAP, write_kept
from drumlin.library.mapping import Places
from drumlin.library.projecting import fit_facts

Moved = dict[int, tuple[float, ...]]


def grow(library: Library, place: Path, *drums: str, count: int = 3) -> Places:
    """Add some drums of each kind and return where all sounds lie now."""
    write_drums(place, {f"{drum}_{seed}.wav": (drum, seed) for drum in drums for seed in range(count)})
    if not library.roots():
        library.add(place)
    library.scan()
    return library.places()


def by_number(places: Places) -> Moved:
    return {number: tuple(place) for number, place in zip(places.ids.tolist(), places.places.tolist(), strict=True)}


@pytest.mark.parametrize("settled", [6, 200])
def test_new_sounds_move_no_old_ones(
    library: Library, place: Path, monkeypatch: pytest.MonkeyPatch, settled: int
) -> None:
    monkeypatch.setattr(laying, "SETTLED", settled)
    before = by_number(grow(library, place, "kick", "hat"))
    after = by_number(grow(library, place, "tom", "snare"))
    assert (len(before), len(after)) == (6, 12)
    assert {number: after[number] for number in before} == before


def test_a_map_that_was_seen_with_one_sound_stays_when_it_could_be_fitted(
    library: Library, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laying, "SETTLED", 6)
    before = by_number(grow(library, place, "kick", count=1))
    grown = grow(library, place, "kick", "hat", "tom")
    assert grown.laid is not None
    assert (grown.laid.number, grown.laid.is_fitted, grown.laid.is_outgrown(len(grown.ids))) == (1, False, True)
    assert by_number(grown)[1] == before[1]


def test_laid_anew_sounds_move_and_the_former_map_brings_each_of_them_back(
    library: Library, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = by_number(grow(library, place, "kick", "hat"))
    monkeypatch.setattr(laying, "SETTLED", 6)
    laid = library.lay_map()
    assert laid is not None
    anew = by_number(library.places())
    assert (laid.number, laid.sounds, anew != before) == (2, 6, True)
    library.use_map(1)
    assert by_number(library.places()) == before
    library.use_map(2)
    assert by_number(library.places()) == anew


def test_maps_that_are_not_kept_are_named(library: Library, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying, "KEPT", 2)
    grow(library, place, "kick")
    for _ in range(3):
        library.lay_map()
    with pytest.raises(MissingError, match="map 1 is not kept; there are 3, 4"):
        library.use_map(1)


def test_a_map_is_outgrown_by_four_times_as_many_sounds() -> None:
    by_facts = laying.LaidMap(1, 3, fit_facts(np.zeros((3, 2))))
    assert not by_facts.is_outgrown(laying.SETTLED - 1)
    assert by_facts.is_outgrown(laying.SETTLED)


def test_each_sound_has_its_surest_tag(tmp_path: Path) -> None:
    write_drums(tmp_path / "sounds", {"kick_1.wav": ("kick", 1), "other.wav": ("tom", 1)})
    with Library(tmp_path / "library") as library:
        library.add(tmp_path / "sounds")
        library.scan()
        places = library.places()
        assert [places.names[tag] if tag >= 0 else "" for tag in places.tags.tolist()] == ["kick", ""]
        library.tag("kick", [tmp_path / "sounds/kick_1.wav"], confidence=0.0)
        assert library.places().tags.tolist() == [-1, -1]


def test_an_empty_library_has_an_empty_map_and_lays_none(library: Library) -> None:
    assert len(library.places().ids) == 0
    assert library.lay_map() is None
    with library.catalogue.read() as connection:
        assert laying.read_maps(connection) is None


@pytest.mark.parametrize("content", [{}, {"format": "drumlin-map", "version": 9}])
def test_a_map_that_cannot_be_read_is_told(library: Library, place: Path, content: dict[str, object]) -> None:
    with library.tagging() as connection:
        write_kept(connection, MAP, json.dumps(content))
    with pytest.raises(LibraryError, match="update Drumlin"):
        grow(library, place, "kick")
