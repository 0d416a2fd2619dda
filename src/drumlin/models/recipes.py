"""The table of recipes: a name, a model family, its sizes, and how long it learns. Needs no torch.

A recipe changes what differs and nothing else; 700 epochs is the setting of the source study for all.
"""

import types
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ..datasets import Settings
from ..errors import RecipeError
from .configs import (
    ConvConfig,
    DenseConfig,
    ModelConfig,
    PcaConfig,
    SpecganConfig,
    SpectralConfig,
    VaeConfig,
    WaveganConfig,
)

Family = Literal["dense", "conv", "vae", "wavegan", "specgan", "pca", "spectral"]

STUDY_EPOCHS = 700
STUDY_PREPARING = Settings()
STUDY_LENGTH = 17_640
"""Points of a prepared sound: 0.4 s at 44,100 Hz."""

VAE_MIN_BATCHES = 40_000
"""The KL weight rises for 30,000 batches; it must then hold for a while."""


CONV_RATE = 3e-4
"""At 0.001 a convolutional autoencoder of dimension 16 blew up after 500 of its 700 epochs."""


@dataclass(frozen=True)
class Recipe:
    """A named training run.

    Args:
        name: what the command line calls it.
        family: which model, a key of `registry.BUILDERS`.
        description: one sentence for people.
        config: sizes and choices of the model.
        epochs: passes over the training sounds; 0 where the model is computed and not learned.
        min_batches: train at least so many batches, whatever the epochs.
        batch_size: sounds a batch.
        learning_rate: of the optimiser that the model sets up.
        per_kit: most sounds of one kit in an epoch, others each time; 0: all.
        laptop: whether a two-core laptop finishes it within about an hour on a few hundred sounds.
        preparing: how a folder is prepared for it when it is learned in one go.
    """

    name: str
    family: Family
    description: str
    config: ModelConfig
    epochs: int = STUDY_EPOCHS
    min_batches: int = 0
    batch_size: int = 32
    learning_rate: float = 1e-3
    per_kit: int = 0
    laptop: bool = True
    preparing: Settings = STUDY_PREPARING

    def __post_init__(self) -> None:
        if self.epochs < 0 or self.batch_size < 1 or not self.learning_rate > 0:
            raise RecipeError(
                f"{self.name}: epochs {self.epochs}, batch size {self.batch_size}, learning rate "
                f"{self.learning_rate}: at least 0, at least 1 and above 0 are expected"
            )

    def planned_batches(self, sounds: int) -> int:
        """Return how many batches a whole training on so many sounds takes."""
        return max(self.epochs * -(-sounds // self.batch_size), self.min_batches if self.epochs else 0)

    def with_settings(self, settings: dict[str, str]) -> "Recipe":
        """Return the recipe with fields of its config replaced: `{"dim": "16"}`.

        Raises:
            RecipeError: an unknown field or a value that does not fit.
        """
        hints = get_type_hints(type(self.config))
        values = {key: _parse(self.name, key, text, hints) for key, text in settings.items()}
        return replace(self, config=replace(self.config, **values))


_DENSE_SIZES = {"small": (9,), "medium": (96, 24), "big": (384, 96, 24)}
_DENSE_ACTIVATIONS: dict[str, Literal["relu", "tanh", "sigmoid"]] = {
    "relu": "relu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
}
_KL_WEIGHTS = {"a": 0.01, "b": 0.001, "c": 0.0001}
_DIMS = {"": 64, "-16": 16}


def _dense() -> list[Recipe]:
    return [
        Recipe(
            f"ae-{size}-{activation}",
            "dense",
            f"Dense autoencoder, layers {', '.join(map(str, (*hidden, 2)))}, {activation}",
            DenseConfig(hidden, 2, _DENSE_ACTIVATIONS[activation]),
        )
        for size, hidden in _DENSE_SIZES.items()
        for activation in _DENSE_ACTIVATIONS
    ]


def _convolutional(suffix: str, dim: int) -> list[Recipe]:
    laptop = dim <= 16
    size = f"model dimension {dim}" + ("" if dim == 64 else " (64 as published)")
    conv = Recipe(
        f"ae-conv{suffix}",
        "conv",
        f"Convolutional autoencoder, {size}",
        ConvConfig(dim=dim),
        learning_rate=CONV_RATE,
        laptop=laptop,
    )
    adversarial = [
        Recipe(
            f"wavegan{suffix}",
            "wavegan",
            f"WaveGAN, {size}",
            WaveganConfig(dim=dim),
            learning_rate=1e-4,
            laptop=laptop,
        ),
        Recipe(
            f"specgan{suffix}",
            "specgan",
            f"SpecGAN, {size}",
            SpecganConfig(dim=dim),
            learning_rate=1e-4,
            laptop=laptop,
        ),
    ]
    return [conv, *_vaes(suffix, dim, size), *adversarial]


def _vaes(suffix: str, dim: int, size: str) -> list[Recipe]:
    return [
        Recipe(
            f"vae-{letter}{suffix}",
            "vae",
            f"Variational autoencoder, KL weight {weight:g}, {size}",
            VaeConfig(dim=dim, kl_weight=weight),
            min_batches=VAE_MIN_BATCHES,
            batch_size=16,
            learning_rate=CONV_RATE,
            laptop=False,
        )
        for letter, weight in _KL_WEIGHTS.items()
    ]


_PCA = Recipe("pca", "pca", "Principal components of the waveforms", PcaConfig(), epochs=0)

_SPECTRAL = Recipe(
    "spectral-ae",
    "spectral",
    "Spectral autoencoder with classes and exact handles, as in the built-in instrument",
    SpectralConfig(),
    epochs=80,
    min_batches=2_000,
    batch_size=16,
    learning_rate=6e-4,
    per_kit=40,
    preparing=Settings(profile="generator", length_s=2.0),
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in [
        _SPECTRAL,
        _PCA,
        *_dense(),
        *(row for suffix, dim in _DIMS.items() for row in _convolutional(suffix, dim)),
    ]
}
"""Every recipe by name."""


def recipe_named(name: str) -> Recipe:
    """Return the recipe of that name.

    Raises:
        RecipeError: there is none.
    """
    if name not in RECIPES:
        raise RecipeError(f"no recipe named {name!r}: there are {', '.join(RECIPES)}")
    return RECIPES[name]


def _parse(recipe: str, key: str, text: str, hints: dict[str, Any]) -> Any:
    if key not in hints:
        raise RecipeError(f"{recipe} has no setting {key!r}: there are {', '.join(hints)}")
    hint = hints[key]
    try:
        if get_origin(hint) is tuple:
            return tuple(int(part) for part in text.replace(" ", "").split(",") if part)
        return text if get_origin(hint) is Literal else hint(text)
    except ValueError as error:
        raise RecipeError(f"{key}={text}: {_expected(hint)} is expected") from error


def _expected(hint: Any) -> str:
    if isinstance(hint, types.GenericAlias):
        return "a list such as 96,24"
    return {int: "a whole number", float: "a number"}.get(hint, str(get_args(hint)))
