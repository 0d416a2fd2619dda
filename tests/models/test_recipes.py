import pytest

from drumlin.errors import RecipeError
from drumlin.models import RECIPES, Recipe, recipe_named
from drumlin.models.configs import ConvConfig, DenseConfig, VaeConfig


def test_the_zoo_of_the_study_is_complete() -> None:
    dense = {f"ae-{size}-{name}" for size in ("small", "medium", "big") for name in ("relu", "tanh", "sigmoid")}
    assert dense | {"ae-conv", "vae-a", "vae-b", "vae-c", "wavegan", "specgan", "pca"} <= set(RECIPES)


def test_the_models_of_the_study_take_700_epochs() -> None:
    study = ("dense", "conv", "vae", "wavegan", "specgan")
    assert {recipe.epochs for recipe in RECIPES.values() if recipe.family in study} == {700}


def test_the_vaes_differ_in_their_kl_weight_alone() -> None:
    configs = [RECIPES[f"vae-{letter}"].config for letter in "abc"]
    assert configs == [VaeConfig(kl_weight=weight) for weight in (0.01, 0.001, 0.0001)]
    assert all(config.kl_ramp == 30_000 for config in configs if isinstance(config, VaeConfig))


def test_a_vae_trains_for_40_000_batches_on_few_sounds() -> None:
    assert RECIPES["vae-a"].planned_batches(10) == 40_000
    assert RECIPES["vae-a"].planned_batches(16_000) == 700_000


def test_planned_batches_count_the_last_small_batch() -> None:
    recipe = Recipe("x", "dense", "", DenseConfig(), epochs=3, batch_size=32)
    assert recipe.planned_batches(65) == 9


def test_settings_replace_fields_of_the_config() -> None:
    changed = recipe_named("ae-conv").with_settings({"dim": "16", "activation": "tanh"})
    assert changed.config == ConvConfig(dim=16, activation="tanh")
    assert recipe_named("ae-medium-tanh").with_settings({"hidden": "8,4"}).config == DenseConfig((8, 4))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"depth": "3"}, "no setting 'depth'"),
        ({"dim": "big"}, "a whole number"),
        ({"dim": "0"}, "at least 1"),
        ({"activation": "cosine"}, "no activation named 'cosine'"),
        ({"window": "1000"}, "multiple of 1024"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused(settings: dict[str, str], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        recipe_named("ae-conv").with_settings(settings)


def test_an_unknown_recipe_names_the_known_ones() -> None:
    with pytest.raises(RecipeError, match="ae-medium-tanh"):
        recipe_named("ae-huge-tanh")


def test_a_learning_rate_of_zero_is_refused() -> None:
    with pytest.raises(RecipeError, match="above 0"):
        Recipe("x", "dense", "", DenseConfig(), learning_rate=0.0)
