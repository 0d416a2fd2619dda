import pytest

from drumlin.models import RECIPES, parameter_count
from drumlin.models.counts import window_length

BY_HAND = {
    # 17,640 * 9 + 9, 9 * 2 + 2, and back: 2 * 9 + 9, 9 * 17,640 + 17,640
    "ae-small-relu": 158_769 + 20 + 27 + 176_400,
    # 17,640 * 96 + 96, 96 * 24 + 24, 24 * 2 + 2, and back: 72, 2,400, 96 * 17,640 + 17,640
    "ae-medium-tanh": 1_693_536 + 2_328 + 50 + 72 + 2_400 + 1_711_080,
    # 17,640 * 384 + 384, 384 * 96 + 96, 2,328, 50, and back: 72, 2,400, 96 * 384 + 384, 384 * 17,640 + 17,640
    "ae-big-sigmoid": 6_774_144 + 36_960 + 2_328 + 50 + 72 + 2_400 + 37_248 + 6_791_400,
    # convolutions 1-64-128-256-512-1024 of kernel 25 down, 16,384 * 2 + 2; up 2 * 16,384 + 16,384 and transposed ones
    "ae-conv": (1_664 + 204_928 + 819_456 + 3_277_312 + 13_108_224 + 32_770)
    + (49_152 + 13_107_712 + 3_277_056 + 819_328 + 204_864 + 1_601),
    # the published generator has 19,065,345 parameters; the critic ends in 16,384 + 1
    "wavegan": 19_065_345 + 1_664 + 204_928 + 819_456 + 3_277_312 + 13_108_224 + 16_385,
    "pca": 2 * 17_640 + 17_640,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_the_count_is_the_one_worked_out_by_hand(name: str) -> None:
    assert parameter_count(RECIPES[name].config, 17_640) == BY_HAND[name]


def test_the_sampling_layer_doubles_the_last_encoder_layer() -> None:
    counts = [parameter_count(RECIPES[name].config, 17_640) for name in ("vae-a", "ae-conv")]
    assert counts[0] - counts[1] == 2 * 16_384 + 2


def test_the_convolutional_families_see_the_first_16_384_points() -> None:
    study = ("ae-conv", "vae-a", "wavegan", "specgan", "ae-conv-16")
    assert {window_length(RECIPES[name].config, 17_640) for name in study} == {16_384}
    assert window_length(RECIPES["ae-small-relu"].config, 17_640) == 17_640


@pytest.mark.train
@pytest.mark.parametrize("name", [name for name in RECIPES if name not in ("pca", "spectral-ae")])
def test_the_count_is_that_of_the_module(name: str) -> None:
    import torch

    from drumlin.models.model import DataFacts
    from drumlin.models.registry import build

    with torch.device("meta"):
        model = build(RECIPES[name], DataFacts(17_640, 44_100, ("snare",)))
    assert sum(parameter.numel() for parameter in model.parameters()) == parameter_count(RECIPES[name].config, 17_640)
