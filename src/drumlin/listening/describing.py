"""The numbers by which descriptors are told: pooled ones, beatwise, tonal, and layers.

Shape letters: `W` stretches, `D` numbers.
"""

from collections.abc import Sequence

import numpy as np

from ..units import Array
from .analysis import Features
from .beatwise import BEATWISE_NAMES, beatwise_numbers
from .layers import LAYER_NAMES, layer_numbers
from .pooling import POOLED_NAMES, pool_features
from .tonal import TONAL_NAMES, tonal_numbers

DESCRIBED_NAMES: tuple[str, ...] = (*POOLED_NAMES, *BEATWISE_NAMES, *TONAL_NAMES, *LAYER_NAMES)
"""Names of the numbers, in their order."""


def describe_stretches(
    features: Features, beats_s: Array, spans_s: Sequence[tuple[float, float]], bpm: Sequence[float] | Array
) -> Array:
    """Return the numbers of some stretches.

    Args:
        features: of the whole track.
        beats_s: as heard, ascending, seconds.
        spans_s: begin and end of each stretch, seconds.
        bpm: tempo of each.
    Returns:
        Shape (W, D), float32, D = len(DESCRIBED_NAMES); finite.
    """
    rows = [
        [
            *beatwise_numbers(features, beats_s, span_s, float(tempo)),
            *tonal_numbers(features.chroma, span_s),
            *layer_numbers(features, span_s),
        ]
        for span_s, tempo in zip(spans_s, bpm, strict=True)
    ]
    more = np.array(rows, np.float32).reshape(len(rows), len(DESCRIBED_NAMES) - len(POOLED_NAMES))
    return np.concatenate([pool_features(features, spans_s), more], axis=1)
