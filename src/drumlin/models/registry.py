"""From a recipe's family to its module; importing this imports torch."""

from collections.abc import Callable
from typing import Any

import torch

from .conv import ConvAutoencoder
from .counts import window_length
from .dense import DenseAutoencoder
from .model import DataFacts, Model
from .pca import PrincipalComponents
from .recipes import Family, Recipe
from .specgan import SpecGan
from .spectral_autoencoder import SpectralAutoencoder
from .vae import VariationalAutoencoder
from .wavegan import WaveGan

BUILDERS: dict[Family, Callable[[Any, DataFacts], Model]] = {
    "dense": DenseAutoencoder,
    "conv": ConvAutoencoder,
    "vae": VariationalAutoencoder,
    "wavegan": WaveGan,
    "specgan": SpecGan,
    "spectral": SpectralAutoencoder,
    "pca": PrincipalComponents,
}
"""Each builder takes the config of its family and the facts of the data."""


def build(recipe: Recipe, facts: DataFacts, seed: int = 0) -> Model:
    """Return the model of a recipe, initialised from `seed`; the caller's random state is left alone.

    `facts.length` is that of the prepared sounds; the model is built for the window that it sees of them.
    """
    window = window_length(recipe.config, facts.length)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return BUILDERS[recipe.family](recipe.config, DataFacts(window, facts.sample_rate, facts.classes))
