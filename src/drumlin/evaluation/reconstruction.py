"""How near a made sound comes to a real one.

Shapes: M sounds, T points.
"""

from dataclasses import dataclass

import numpy as np

from ..features import log_mel_distance_db
from ..units import Waveform


@dataclass(frozen=True)
class Reconstruction:
    """Numbers over all sounds that were compared.

    Args:
        log_mel_db: mean over the sounds of `features.log_mel_distance_db`.
        log_mel_p90_db: nine in ten sounds are nearer than this.
        variance: squared error over the variance of the real sounds around their mean: 1 is what the mean does.
    """

    log_mel_db: float
    log_mel_p90_db: float
    variance: float


def compare_sounds(real: Waveform, made: Waveform, sample_rate: int) -> Reconstruction:
    """Compare sounds pair by pair.

    Args:
        real: shape (M, T), M at least 1.
        made: of the same shape.
        sample_rate: Hz.
    Raises:
        ValueError: the shapes differ or there is nothing to compare.
    """
    if real.shape != made.shape or len(real) == 0:
        raise ValueError(f"sounds of shape {real.shape} and {made.shape}: the same, with at least one, is expected")
    distances = [log_mel_distance_db(a, b, sample_rate) for a, b in zip(real, made, strict=True)]
    spread = float(np.square(real - real.mean(axis=0)).mean())
    error = float(np.square(np.asarray(real, np.float64) - made).mean())
    return Reconstruction(float(np.mean(distances)), float(np.percentile(distances, 90)), error / max(spread, 1e-12))
