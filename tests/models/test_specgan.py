from dataclasses import replace

import numpy as np
import pytest
import torch

from drumlin.features import log_mel_distance_db
from drumlin.models import recipe_named
from drumlin.models.configs import SpecganConfig
from drumlin.models.model import DataFacts
from drumlin.models.registry import build
from drumlin.models.specgan import BINS, FRAMES, HOP_LENGTH, N_FFT, SpecGan

from .learning import four_drums

pytestmark = pytest.mark.train

LENGTH = 16_384


def small(inversions: int = 16) -> SpecGan:
    recipe = replace(recipe_named("specgan"), config=SpecganConfig(dim=1, inversions=inversions))
    model = build(recipe, DataFacts(LENGTH, 44_100))
    assert isinstance(model, SpecGan)
    return model


def test_a_picture_holds_the_log_magnitudes_of_frames() -> None:
    sound = four_drums(LENGTH)[1]
    padded = np.pad(sound.numpy(), HOP_LENGTH // 2)
    window = np.hanning(N_FFT + 1)[:-1]
    frame = np.abs(np.fft.rfft(padded[37 * HOP_LENGTH : 37 * HOP_LENGTH + N_FFT] * window))[:BINS]
    picture = small().pictures.log_magnitude(sound[None])
    assert picture.shape == (1, BINS, FRAMES)
    np.testing.assert_allclose(picture[0, :, 37].exp().numpy(), frame, rtol=1e-3, atol=2e-5)


def test_fitting_gives_each_bin_mean_zero_and_deviation_one() -> None:
    model, sounds = small(), four_drums(LENGTH)
    model.fit(sounds.numpy(), np.zeros(4))
    level = (model.pictures.log_magnitude(sounds) - model.pictures.mean[:, None]) / model.pictures.deviation[:, None]
    np.testing.assert_allclose(level.mean(dim=(0, 2)).numpy(), 0.0, atol=1e-3)
    np.testing.assert_allclose(level.std(dim=(0, 2)).numpy(), 1.0, atol=2e-3)


def test_more_rounds_of_inversion_come_nearer_to_the_sound() -> None:
    sounds = four_drums(LENGTH)
    distances = []
    for rounds in (0, 16):
        model = small(rounds)
        model.fit(sounds.numpy(), np.zeros(4))
        with torch.no_grad():
            made = model.pictures.sound(model.pictures.draw(sounds)).numpy()
        pairs = zip(made, sounds.numpy(), strict=True)
        distances.append(np.mean([log_mel_distance_db(a, b, 44_100) for a, b in pairs]))
    assert distances[1] < 0.85 * distances[0]
