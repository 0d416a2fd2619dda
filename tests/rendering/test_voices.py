"""Every patch: in tune, free of clicks and aliasing, louder when struck harder, the same from the cache."""

import numpy as np
import pytest
from tests.rendering.measuring import RATE, level_db, pitch_error_cents, spectrum

from drumlin.errors import MissingError
from drumlin.rendering import PATCHES, NoteCache, held_note, patch_named, played
from drumlin.rendering.voices import folded

UNPITCHED = ("texture_noise", "hit_boom", "hit_riser")
PITCHED = sorted(set(PATCHES) - set(UNPITCHED))
STRINGS = ("bass_pluck", "bass_upright", "pluck_guitar", "pluck_harp", "pluck_mute")
INHARMONIC = ("keys_bell", "keys_piano", "keys_organ", *STRINGS)
NOISY = ("pad_choir", "lead_flute", "lead_whistle", "texture_drone")
BASSES = ["bass_sub", "bass_saw", "bass_pluck", "bass_fm", "bass_upright"]
PADS = ["pad_warm", "pad_glass", "pad_strings", "pad_dark", "pad_choir"]
KEYS = ["keys_electric", "keys_piano", "keys_organ", "keys_bell"]
PLUCKS = ["pluck_guitar", "pluck_harp", "pluck_mute", "pluck_synth"]
LEADS = ["lead_saw", "lead_square", "lead_flute", "lead_whistle", "lead_brass"]
OTHERS = ["texture_noise", "texture_drone", "texture_shimmer", "hit_boom", "hit_riser"]


def f0_of(pitch: int) -> float:
    return float(440 * 2 ** ((pitch - 69) / 12))


def test_the_patches_of_composers_are_there() -> None:
    assert list(PATCHES) == [*BASSES, *PADS, *KEYS, *PLUCKS, *LEADS, *OTHERS]


def test_an_unknown_patch_is_named() -> None:
    with pytest.raises(MissingError, match="no patch named 'kazoo'"):
        patch_named("kazoo")


@pytest.mark.parametrize("name", PITCHED)
def test_a_patch_is_in_tune(name: str) -> None:
    limit = 2.0 if name in STRINGS else 4.0  # a unison and an ensemble have a breadth, not a pitch
    for pitch in sorted({folded(pitch, PATCHES[name]) for pitch in (40, 57, 76)}):
        sound = held_note(name, pitch, PATCHES[name].strokes - 1, 2.8)[:, 1000:-1000]
        assert abs(pitch_error_cents(sound, f0_of(pitch))) < limit, pitch


@pytest.mark.parametrize("name", [name for name in PITCHED if name not in (*INHARMONIC, *NOISY)])
def test_nothing_folds_back(name: str) -> None:
    patch = PATCHES[name]
    f0_hz = f0_of(patch.highest)
    at_hz, power = spectrum(held_note(name, patch.highest, patch.strokes - 1, 1.5)[:, 5000 : 5000 + 32768])
    off = np.abs(at_hz - np.round(at_hz / f0_hz) * f0_hz)
    breadth = np.where(at_hz > 0, np.minimum(80 + 0.03 * at_hz, 0.4 * f0_hz), 0)  # detune and vibrato
    alien = (off > breadth) & (at_hz > 40)
    assert 10 * np.log10(power[alien].sum() / power.sum()) < -70


@pytest.mark.parametrize("name", sorted(PATCHES))
def test_a_note_starts_and_ends_in_silence(name: str) -> None:
    sound = played(NoteCache(), name, 60, 0.9, 0.4)
    top = np.abs(sound).max()
    assert np.abs(sound[:, 0]).max() == 0 and np.abs(sound[:, -1]).max() < 1e-5
    assert np.abs(sound[:, :4]).max() < 0.2 * top and np.abs(sound[:, -40:]).max() < 1e-3 * top
    assert abs(sound.mean()) < 2e-3 * top


@pytest.mark.parametrize("name", sorted(PATCHES))
def test_a_harder_stroke_is_louder(name: str) -> None:
    cache = NoteCache()
    levels = [level_db(played(cache, name, 57, velocity, 0.3)) for velocity in (0.1, 0.3, 0.45, 0.55, 0.8, 1.0)]
    assert np.diff(levels).min() > 0.3


@pytest.mark.parametrize("name", ["bass_saw", "keys_piano", "pluck_guitar", "lead_brass", "pad_strings"])
def test_a_harder_stroke_is_brighter(name: str) -> None:
    centres = []
    for stroke in (0, PATCHES[name].strokes - 1):
        at_hz, power = spectrum(held_note(name, 57, stroke, 1.0))
        centres.append((at_hz * power).sum() / power.sum())
    assert centres[1] > 1.1 * centres[0]


def test_a_note_from_the_cache_is_the_note() -> None:
    cache = NoteCache()
    first, again = (played(cache, "pad_choir", 62, 0.7, 0.5) for _ in range(2))
    assert cache.hits == 1 and first.tobytes() == again.tobytes()
    assert first.tobytes() == played(NoteCache(), "pad_choir", 62, 0.7, 0.5).tobytes()


def test_notes_beyond_a_range_are_moved_by_octaves() -> None:
    assert folded(20, PATCHES["lead_flute"]) == 56 and folded(110, PATCHES["bass_sub"]) == 50


def test_a_note_rings_for_its_release() -> None:
    sound = played(NoteCache(), "keys_organ", 60, 0.8, 0.5)
    assert sound.shape[1] == pytest.approx(RATE * (0.5 + PATCHES["keys_organ"].envelope.release_s), abs=2)


def test_a_riser_arrives_at_its_end() -> None:
    sound = played(NoteCache(), "hit_riser", 60, 0.9, 3.0)
    thirds = [level_db(sound[:, second * RATE : (second + 1) * RATE]) for second in range(3)]
    assert thirds[2] > thirds[1] + 3 > thirds[0] + 9


def test_a_cache_forgets_the_oldest() -> None:
    cache = NoteCache(most_bytes=100)
    for number in range(4):
        cache.get(number, lambda: np.zeros(10, dtype=np.float32))
    cache.get(0, lambda: np.zeros(10, dtype=np.float32))
    assert cache.misses == 5 and cache.hits == 0
