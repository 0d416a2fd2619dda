"""What a part plays is as loud as its role should be beside a kit, whatever its patch."""

import numpy as np
import pytest
from tests.rendering.measuring import RATE
from tests.rendering.pieces import CHORDS, band_piece

from drumlin.composing.score import Part, Score, ScoreNote, ScoreRegion
from drumlin.features.loudness import integrated_lufs
from drumlin.instrument import default_instrument
from drumlin.rendering import PATCHES, NoteCache, draw_kit
from drumlin.rendering.placing import Band, find_chokes, place_region, used_drums

BELOW_KIT_LU = {"bass": 3.5, "pad": 6.0, "keys": 5.0, "pluck": 5.5, "lead": 4.5, "texture": 13.0}
KIT_LUFS = -16.8
BEAT_S = 0.5


def phrase(role: str, start_s: float, chord: tuple[int, ...], bar: int) -> list[ScoreNote]:
    """Return a bar of what a part of a role plays."""
    if role == "bass":
        return [ScoreNote("p", start_s + k * 0.25, 0.22, 0.8 - 0.15 * (k % 2), chord[0] - 24) for k in range(8)]
    if role == "pad":
        return [ScoreNote("p", start_s, 1.95, 0.6, pitch) for pitch in chord]
    if role == "keys":
        return [ScoreNote("p", start_s + at, 0.35, 0.62, pitch) for at in (0, 0.375, 0.75, 1.375) for pitch in chord]
    if role == "pluck":
        return [ScoreNote("p", start_s + k * 0.25, 0.3, 0.7, chord[k % 4] + 12 * (k > 3), repeat=k) for k in range(8)]
    if role == "lead":
        return [ScoreNote("p", start_s + k * 0.5, 0.4, 0.75, chord[(k + bar) % 4] + 12) for k in range(4)]
    return [ScoreNote("p", start_s, 1.98, 0.6, pitch) for pitch in (chord[0], chord[2])]


def loudness(part: Part, notes: list[ScoreNote], seed: int = 7) -> float:
    """Return the loudness of a part alone, before its bus."""
    end_s = len(CHORDS) * 4 * BEAT_S
    region = ScoreRegion("a", "t", 0.0, end_s, notes=tuple(notes))
    score, instrument = Score(end_s, seed, (part,), (region,)), default_instrument()
    band = Band(instrument, draw_kit(instrument, used_drums(score.regions), seed, {}), NoteCache())
    placed = place_region(region, {part.id: part}, band, find_chokes(score), round(end_s * RATE), False)
    return integrated_lufs(next(iter(placed.parts.values())), RATE)


@pytest.mark.parametrize("name", [name for name in PATCHES if not name.startswith("hit")])
def test_a_patch_is_as_loud_as_its_role(name: str) -> None:
    role = name.split("_")[0]
    notes = [note for bar, chord in enumerate(CHORDS) for note in phrase(role, bar * 4 * BEAT_S, chord, bar)]
    assert loudness(Part("p", role, name), notes) == pytest.approx(KIT_LUFS - BELOW_KIT_LU[role], abs=1.0)


def test_kits_are_about_equally_loud() -> None:
    notes = [note for note in band_piece(len(CHORDS)).regions[0].notes if note.part == "kit"]
    levels = [loudness(Part("kit", "drums", "", "drums"), notes, seed) for seed in range(2)]
    assert np.ptp(levels) < 2.5 and np.mean(levels) == pytest.approx(KIT_LUFS, abs=1.5)
