import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import DRUMS

from drumlin import hearing
from drumlin.errors import AudioError
from drumlin.features import find_onset, log_mel
from drumlin.hearing import CLASSES, FAMILIES, UNSURE, family_of, family_shares, hear_sounds, starter_ear
from drumlin.hearing.ear import FOLDER, read_card
from drumlin.hearing.view import LENGTH, cut, view

NAMES = tuple(FAMILIES)


def test_the_wing_names_what_it_gives() -> None:
    assert all(hasattr(hearing, name) for name in hearing.__all__)


def test_synthesised_drums_are_recognised() -> None:
    heard = hear_sounds([DRUMS[name](seed) for name in ("kick", "hat") for seed in range(4)], 44100)
    best = [NAMES[int(family_shares(one.shares[None])[0].argmax())] for one in heard]
    assert np.mean([found == wanted for found, wanted in zip(best, ["kick"] * 4 + ["hat"] * 4, strict=True)]) >= 0.75


def test_probabilities_are_shares_and_the_best_come_first() -> None:
    heard = hear_sounds([DRUMS["snare"](0)], 44100)[0]
    np.testing.assert_allclose(heard.shares.sum(), 1.0, atol=1e-5)
    best = heard.best(3)
    assert best[0][1] == pytest.approx(heard.confidence)
    assert [share for _, share in best] == sorted((share for _, share in best), reverse=True)


def test_of_silence_nothing_is_sure() -> None:
    heard = hear_sounds([np.zeros(4410, np.float32), np.zeros(0, np.float32)], 44100)
    assert [one.called for one in heard] == [UNSURE, UNSURE]


def test_no_sounds_are_no_answers() -> None:
    assert hear_sounds([], 44100) == []


def test_embeddings_have_length_one_and_the_size_that_is_promised() -> None:
    ear = starter_ear()
    embedded = ear.embed([DRUMS[name](1) for name in DRUMS], 44100)
    assert embedded.shape == (4, ear.size)
    np.testing.assert_allclose(np.linalg.norm(embedded, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(ear(DRUMS["tom"](1), 44100), embedded[3], atol=1e-5)


def test_strikes_of_one_kind_are_nearer_than_others() -> None:
    embedded = starter_ear().embed([DRUMS[name](seed) for name in DRUMS for seed in range(4)], 44100)
    cosines = embedded @ embedded.T - 2 * np.eye(16)
    assert (cosines.argmax(axis=1) // 4 == np.arange(16) // 4).mean() > 0.8


def test_the_ear_survives_the_way_into_another_process() -> None:
    copy = pickle.loads(pickle.dumps(starter_ear()))  # between processes of one program alone: files hold no pickle
    assert copy.name == starter_ear().name
    np.testing.assert_array_equal(copy(DRUMS["hat"](2), 44100), starter_ear()(DRUMS["hat"](2), 44100))


@given(st.floats(0.01, 1.0), st.integers(0, 4000))
@settings(max_examples=10)
def test_neither_gain_nor_leading_silence_matters(gain: float, lead: int) -> None:
    plain = DRUMS["snare"](3)
    moved = np.concatenate([np.zeros(lead, np.float32), np.float32(gain) * plain])
    cosine = float(starter_ear()(plain, 44100) @ starter_ear()(moved, 44100))
    assert cosine > 0.99


def test_another_rate_is_the_same_sound() -> None:
    from drumlin.audio import resample

    kick = DRUMS["kick"](0)
    cosine = float(starter_ear()(kick, 44100) @ starter_ear()(resample(kick, 44100, 48000), 48000))
    assert cosine > 0.98
    with pytest.raises(AudioError):
        starter_ear()(kick, 0)


def test_what_is_not_finite_counts_as_silence() -> None:
    broken = DRUMS["kick"](0).copy()
    broken[100:110] = np.nan
    broken[200] = np.inf
    assert np.isfinite(starter_ear()(broken, 44100)).all()


def test_the_pictures_lie_between_silence_and_the_peak() -> None:
    shown = view(np.stack([cut(DRUMS[name](0), 44100) for name in DRUMS]))
    assert shown.shape == (4, 2, 64, 64)
    assert 0.0 <= shown.min() < shown.max() <= 1.0
    assert not view(np.zeros((1, LENGTH), np.float32)).any()


def test_every_class_is_in_one_family() -> None:
    assert sorted(name for names in FAMILIES.values() for name in names) == list(CLASSES)
    assert [family_of(one) for one in ("hihat_open", "ride", "gong")] == ["hat", "cymbal", "other"]
    np.testing.assert_allclose(family_shares(np.full((1, 14), 1 / 14)).sum(), 1.0)


def test_the_card_names_sources_that_may_be_shipped() -> None:
    card = read_card()
    assert (FOLDER / "ear.onnx").stat().st_size == card["bytes"] < 2_000_000
    assert card["sources"]
    assert all(
        one["licence"].startswith(("CC0-", "CC-BY-3", "CC-BY-4", "BSD-", "Apache-", "MIT")) for one in card["sources"]
    )


def test_the_page_about_the_ear_names_this_file() -> None:
    page = (FOLDER.parents[3] / "docs/hearing.md").read_text(encoding="utf-8")
    assert read_card()["sha256"] in page


@pytest.mark.parametrize("length", (0, 1, 3000, 16_300, 30_000, LENGTH))
def test_what_follows_a_sound_adds_nothing_to_its_pictures(length: int) -> None:
    sound = np.zeros((1, LENGTH), np.float32)
    sound[0, :length] = np.random.default_rng(length).uniform(-1, 1, length)
    close = log_mel(sound[:, : 64 * 256], 44_100, n_mels=64, n_fft=1024, hop_length=256)[..., :64]
    whole = log_mel(sound, 44_100, n_mels=64, n_fft=4096, hop_length=1024)[..., :64]
    expected = np.clip(np.stack([close, whole], axis=1) / 80.0 + 1.0, 0.0, 1.0)
    np.testing.assert_allclose(view(sound), expected, atol=1e-6)


def test_what_lies_below_the_floor_changes_nothing() -> None:
    sound = np.zeros((2, LENGTH), np.float32)
    sound[:, :9000] = np.random.default_rng(0).uniform(-1, 1, 9000)
    sound[1, 16_000:] = 3.9e-5 * np.sign(np.sin(np.arange(LENGTH - 16_000)))
    dull, hissing = view(sound)
    np.testing.assert_array_equal(dull[:, :, 20:], hissing[:, :, 20:])
    floor = log_mel(sound[1, 16_000:], 44_100, n_mels=64, n_fft=4096, hop_length=1024)
    assert floor[:, 4:-4].max() < -80.0  # as it would read


def test_an_embedding_does_not_depend_on_what_is_heard_beside() -> None:
    ear = starter_ear()
    pictures = [ear.picture(DRUMS[name](seed), 44100) for name in DRUMS for seed in range(4)]
    alone = np.concatenate([ear.embed_pictures([one]) for one in pictures])
    for count in (2, 3, 5, 7, 8, 13, 16):
        np.testing.assert_array_equal(ear.embed_pictures(pictures[-count:]), alone[-count:])
    assert ear.embed_pictures([]).shape == (0, ear.size)


def test_a_known_onset_changes_nothing() -> None:
    late = np.pad(DRUMS["tom"](0), (3000, 0))
    onset = find_onset(late, 44100)
    np.testing.assert_array_equal(cut(late, 44100, onset), cut(late, 44100))
