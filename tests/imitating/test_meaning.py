"""What strokes mean, which of them are alike, and which sounds fit."""

import numpy as np
import pytest
from tests.drums import DRUMS
from tests.voices import RATE, spoken

from drumlin.imitating import (
    NAMES,
    OTHER,
    RELATIVE,
    best,
    cut_strokes,
    fits,
    group_alike,
    interpret,
    known_classes,
    own_offset,
    voice_model,
)
from drumlin.imitating.model import fit_discriminant, fit_side
from drumlin.library.by_voice import traits_of
from drumlin.units import Array

MODEL = voice_model()


def traits(*syllables: str, seed: int = 5) -> Array:
    strokes = cut_strokes(spoken(*((one, -2.0) for one in syllables), seed=seed, step_s=0.6), RATE)
    return traits_of([(one.waveform, RATE) for one in strokes])


@pytest.mark.parametrize(
    ("syllable", "called"),
    [("boom", "kick"), ("ka", "snare"), ("psh", "snare"), ("ts", "closed hat"), ("tss", "open hat"), ("dom", "tom")],
)
def test_a_syllable_is_taken_for_its_drum(syllable: str, called: str) -> None:
    meant = interpret(traits(syllable), MODEL)
    assert MODEL.mouth.classes[int(meant.shares.argmax())] == called
    assert meant.shares.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("syllable", "drum"), [("boom", "kick"), ("ka", "snare"), ("ts", "hat"), ("dom", "tom")])
def test_the_drum_that_is_meant_comes_first(syllable: str, drum: str) -> None:
    sounds = [(name, DRUMS[name](seed)) for name in DRUMS for seed in range(4)]
    known = traits_of([(waveform, 44100) for _, waveform in sounds])
    said = [(row, {"hat": "closed hat"}.get(name, name), 0.9) for row, (name, _) in enumerate(sounds)]
    classes = known_classes(MODEL.drums.discriminant.shares(known), said, MODEL.drums.classes)
    scores = fits(interpret(traits(syllable), MODEL), known, classes, MODEL)
    assert [sounds[row][0] for row in best(scores, 4)] == [drum] * 4
    assert scores.min() >= 0.0
    assert scores.max() <= 1.0


def test_a_longer_stroke_means_a_longer_drum() -> None:
    decay = NAMES.index("decay")
    known = np.tile(MODEL.drums.means[MODEL.drums.classes.index("kick")], (9, 1))
    known[:, decay] += np.linspace(-2.0, 2.0, 9)
    classes = np.zeros((9, len(MODEL.drums.classes)))
    classes[:, MODEL.drums.classes.index("kick")] = 1.0
    said = np.tile(MODEL.mouth.means[MODEL.mouth.classes.index("kick")], (2, 1))
    said[:, decay] += np.array([-1.0, 1.0]) * MODEL.mouth.spreads[MODEL.mouth.classes.index("kick"), decay]
    short, long = (int(best(fits(interpret(one[None], MODEL), known, classes, MODEL), 1)[0]) for one in said)
    assert short < 4 < long


def test_strokes_that_sound_alike_share_a_list() -> None:
    heard = traits("boom", "ts", "ka", "ts", "boom", "ts")
    assert group_alike(heard, MODEL.mouth) == (0, 1, 2, 1, 0, 1)


def test_one_stroke_is_one_list() -> None:
    assert group_alike(traits("ka"), MODEL.mouth) == (0,)


def test_what_tags_say_rules_as_far_as_they_are_sure() -> None:
    shares = np.full((2, 3), 1 / 3)
    known = known_classes(shares, [(0, "b", 0.9), (0, "c", 0.9)], ("a", "b", "c"))
    assert known[0] == pytest.approx([0.0, 0.5, 0.5])
    assert known[1] == pytest.approx(shares[1])


def test_no_sounds_fit_where_there_are_none() -> None:
    nothing = np.zeros((0, len(NAMES)))
    assert fits(interpret(traits("ts"), MODEL), nothing, np.zeros((0, 7)), MODEL).shape == (0,)


def test_the_table_has_both_sides() -> None:
    assert set(MODEL.drums.classes) == {*MODEL.mouth.classes, OTHER}
    assert MODEL.mouth.means.shape == (6, len(NAMES))
    assert set(RELATIVE) <= set(NAMES)


def test_a_discriminant_tells_apart_what_it_learned() -> None:
    generator = np.random.default_rng(0)
    labels = np.repeat([0, 1], 50)
    features = generator.standard_normal((100, 3)) + 6.0 * labels[:, None]
    learned = fit_discriminant(("a", "b"), features, labels, shrinkage=0.1, sharpness=1.0, even=True)
    assert (learned.shares(features).argmax(axis=1) == labels).all()
    side = fit_side(learned, features, labels)
    assert side.means[1] - side.means[0] == pytest.approx(np.full(3, 6.0), abs=0.7)
    assert side.spreads == pytest.approx(np.ones((2, 3)), abs=0.3)


def test_what_all_syllables_share_is_the_mouths_own() -> None:
    classes = np.arange(6).repeat(4)
    shift = 0.8 * MODEL.mouth.spreads.min(axis=0)
    offset = own_offset(MODEL.mouth.means[classes] + shift, classes, MODEL.mouth)
    assert offset == pytest.approx(shift * 24 / 28)
    assert not own_offset(np.zeros((0, len(NAMES))), classes[:0], MODEL.mouth).any()


def test_one_odd_recording_moves_little() -> None:
    odd = MODEL.mouth.means[[0]] + 1000.0
    assert (own_offset(odd, np.array([0]), MODEL.mouth) <= 0.4 * MODEL.mouth.spreads[0] + 1e-9).all()
