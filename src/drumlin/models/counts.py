"""How many numbers a model learns, worked out from its config alone, without torch.

Shapes: T points of a sound, D latent size, d model dimension.
"""

from collections.abc import Sequence
from itertools import pairwise

from .configs import (
    CONV_KERNEL,
    CONV_LAYERS,
    CONV_SHRINK,
    CONV_WINDOW,
    SPECTRAL_BODY,
    SPECTRAL_CLOCK,
    SPECTRAL_CONDITION,
    SPECTRAL_NOISE_BANDS,
    SPECTRAL_STROKE,
    ConvConfig,
    DenseConfig,
    ModelConfig,
    PcaConfig,
    SpecganConfig,
    SpectralConfig,
    VaeConfig,
    WaveganConfig,
    envelope_nodes,
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
            return _spectral_decoder(config, length)


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


def _spectral_decoder(config: SpectralConfig, length: int) -> int:
    width, bins, condition = config.width, config.n_fft // 2 + 1, SPECTRAL_CONDITION
    given = config.latent + 1
    cells = config.n_bands * len(envelope_nodes(length // config.hop_length))
    readers = _dense(given, cells) + _dense(given, SPECTRAL_BODY) + _dense(given, SPECTRAL_STROKE)
    start = _dense_stack((given, condition, condition)) + _dense(condition, width) + _dense(config.n_bands, width)
    block = _dense(7, width) + 2 * width + _dense(condition, 2 * width) + _dense_stack((width, 2 * width, width))
    heads = 2 * _dense(width, bins) + _dense(condition, bins) + _dense(width, SPECTRAL_NOISE_BANDS)
    heads += _dense(condition, SPECTRAL_BODY) + _dense(condition, SPECTRAL_STROKE)
    place = _dense_stack((SPECTRAL_CLOCK, width, width))
    return readers + start + place + config.n_blocks * block + 2 * width + heads
