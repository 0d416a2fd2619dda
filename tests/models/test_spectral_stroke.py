"""The levels of a stroke."""

import pytest
import torch

from drumlin.models.spectral_stroke import RANGE, STROKE_POINTS, STROKE_STEP, Stroke

pytestmark = pytest.mark.train


def test_a_step_is_found_where_it_is() -> None:
    sound = torch.zeros(1, STROKE_POINTS)
    sound[:, 30 * STROKE_STEP :] = 1.0
    levels = Stroke()(sound)[0]
    assert int((levels > levels.max() - 3.0).float().argmax()) in (29, 30)
    assert float(levels[:28].max()) == pytest.approx(float(levels.max()) - RANGE)


def test_levels_are_those_of_the_mean_square() -> None:
    generator = torch.Generator().manual_seed(0)
    sound = torch.randn(1, STROKE_POINTS, generator=generator) * torch.linspace(0.1, 1.0, STROKE_POINTS)
    levels = Stroke()(sound)[0]
    window = torch.hann_window(32)
    piece = sound[0, 40 * 16 - 8 : 40 * 16 + 24]
    whole = torch.nn.functional.pad(sound, (8, 8))[0].unfold(0, 32, 16)
    powers = (whole.square() * window).sum(dim=1) / window.sum()
    expected = ((piece.square() * window).sum() / window.sum()).log() - powers.mean().log()
    assert float(levels[40]) == pytest.approx(float(expected), abs=1e-3)


def test_gain_changes_nothing() -> None:
    sound = torch.randn(2, STROKE_POINTS, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(Stroke()(sound), Stroke()(0.25 * sound), atol=1e-3)


def test_a_short_sound_is_followed_by_silence() -> None:
    sound = torch.randn(1, 200, generator=torch.Generator().manual_seed(0))
    padded = torch.nn.functional.pad(sound, (0, STROKE_POINTS - 200))
    assert torch.allclose(Stroke()(sound), Stroke()(padded))
