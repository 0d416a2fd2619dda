"""How many numbers a model learns, worked out from its config alone, without torch.

Shapes: T points of a sound, D latent size, d model dimension.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from .configs import (
    CONV_KERNEL,
    CONV_LAYERS,
    CONV_SHRINK,
    CONV_WINDOW,
    SPECTRAL_BODY,
    SPECTRAL_BODY_FEATURES,
    SPECTRAL_CLOCK,
    SPECTRAL_CONDITION,
    ConvConfig,
    DenseConfig,
    ModelConfig,
    PcaConfig,
    SpecganConfig,
    SpectralConfig,
    VaeConfig,
    WaveganConfig,
)


def parameter_count(config: ModelConfig, length: int) -> int:
    """Return the number of learned parameters, weights and biases; for one class where the classes count.

    Args:
        config: sizes of the model.
        length: T, points of a prepared sound; the convolutional families take their window from the config.
    """
    match config:
        case DenseConfig():
            sizes = (length, *config.hidden, config.latent)
            return _dense_stack(sizes) + _dense_stack(sizes[::-1])
        case ConvConfig():
            return _conv_down(config.dim, config.window, config.latent) + _conv_up(
                config.dim, config.window, config.latent
            )
        case VaeConfig():
            return _conv_down(config.dim, config.window, 2 * config.latent) + _conv_up(
                config.dim, config.window, config.latent
            )
        case WaveganConfig():
            return _conv_down(config.dim, config.window, 1) + _conv_up(config.dim, config.window, config.latent)
        case SpecganConfig():
            return _conv_down(config.dim, CONV_WINDOW, 1) + _conv_up(config.dim, CONV_WINDOW, config.latent)
        case PcaConfig():
            return config.latent * length + length
        case SpectralConfig():
            return _spectral_encoder(config, length) + _spectral_decoder(config)


def window_length(config: ModelConfig, length: int) -> int:
    """Return how many points of a prepared sound the model sees and makes."""
    if isinstance(config, ConvConfig | VaeConfig | WaveganConfig):
        return config.window
    if isinstance(config, SpectralConfig):
        return length // config.hop_length * config.hop_length
    return CONV_WINDOW if isinstance(config, SpecganConfig) else length


def _dense(inputs: int, outputs: int) -> int:
    return inputs * outputs + outputs


def _dense_stack(sizes: Sequence[int]) -> int:
    return sum(_dense(before, after) for before, after in pairwise(sizes))


def _conv_stack(channels: Sequence[int]) -> int:
    return sum(CONV_KERNEL * before * after + after for before, after in pairwise(channels))


def _channels(dim: int) -> list[int]:
    return [1, *(dim * 2**layer for layer in range(CONV_LAYERS))]


def _flat(dim: int, window: int) -> int:
    return _channels(dim)[-1] * window // CONV_SHRINK


def _conv_down(dim: int, window: int, outputs: int) -> int:
    return _conv_stack(_channels(dim)) + _dense(_flat(dim, window), outputs)


def _conv_up(dim: int, window: int, latent: int) -> int:
    return _dense(latent, _flat(dim, window)) + _conv_stack(_channels(dim)[::-1])


def _spectral_encoder(config: SpectralConfig, length: int) -> int:
    widths = (1, 16, 32, 64, 96)
    convolutions = sum(9 * before * after + 3 * after for before, after in pairwise(widths)) + _dense(96, 32)
    places = math.ceil(config.n_mels / 16) * math.ceil(length // config.hop_length / 16)
    body = _dense(SPECTRAL_BODY, SPECTRAL_BODY_FEATURES)
    return convolutions + body + _dense(32 * places + SPECTRAL_BODY_FEATURES, 2 * config.latent)


def _spectral_decoder(config: SpectralConfig) -> int:
    width, bins, condition = config.width, config.n_fft // 2 + 1, SPECTRAL_CONDITION
    block = 8 * width + 2 * width + _dense(condition, 2 * width) + _dense_stack((width, 2 * width, width))
    heads = 2 * _dense(width, bins) + _dense(width, config.n_bands) + _dense(condition, SPECTRAL_BODY)
    start = _dense_stack((config.latent + 1, condition, condition)) + _dense(condition, width)
    return start + _dense_stack((SPECTRAL_CLOCK, width, width)) + config.n_blocks * block + 2 * width + heads
