"""Panotti, the source study's tagger: a VGG-style network on mel spectrograms (github.com/drscotthawley/panotti, MIT).

Rebuilt from its published code: four 3 x 3 convolutions of 32 maps without padding, the first normalised and rectified,
the others with ELU, 2 x 2 maximum pooling and dropout of a half; a dense layer of 128 with ELU and dropout 0.6; one
output per class. Its batch normalisation runs over the axis of mel bands, not over maps: kept, it is part of the model.
Any number of channels and classes. Shapes: B batch, C channels, F bands, N frames, K classes.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

MAPS, DENSE = 32, 128
MAP_DROPOUT, DENSE_DROPOUT = 0.5, 0.6
SMALLEST = 24
"""Bands and frames below which nothing is left after three rounds of pooling."""


class Panotti(nn.Module):
    """Channels of mel spectrograms, in dB, to classes.

    Args:
        channels: C.
        bands: F, at least `SMALLEST`.
        frames: N, at least `SMALLEST`.
        classes: K.
    """

    def __init__(self, channels: int, bands: int, frames: int, classes: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, MAPS, 3)
        self.norm = nn.BatchNorm1d(bands - 2, eps=1e-3, momentum=0.01)
        self.further = nn.ModuleList(nn.Conv2d(MAPS, MAPS, 3) for _ in range(3))
        self.drop, self.dense_drop = nn.Dropout(MAP_DROPOUT), nn.Dropout(DENSE_DROPOUT)
        self.dense = nn.Linear(MAPS * _left(bands) * _left(frames), DENSE)
        self.out = nn.Linear(DENSE, classes)
        for module in (self.first, *self.further, self.dense, self.out):  # as Keras begins
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)

    def forward(self, spectrograms: Tensor) -> Tensor:
        """Return logits, (B, C, F, N) in dB to (B, K)."""
        return self.out(self.dense_drop(self.embed(spectrograms)))  # type: ignore[no-any-return]

    def embed(self, spectrograms: Tensor) -> Tensor:
        """Return what the dense layer finds, (B, C, F, N) to (B, 128)."""
        flow = self.first(spectrograms)
        batch, maps, bands, frames = flow.shape
        rows = flow.permute(0, 2, 1, 3).reshape(batch, bands, maps * frames)
        flow = functional.relu(self.norm(rows).reshape(batch, bands, maps, frames).permute(0, 2, 1, 3))
        for convolution in self.further:
            flow = self.drop(functional.max_pool2d(functional.elu(convolution(flow)), 2))
        found: Tensor = functional.elu(self.dense(torch.flatten(flow, 1)))
        return found


def _left(length: int) -> int:
    """Return how much of a side of a spectrogram is left after all convolutions and poolings."""
    length -= 2
    for _ in range(3):
        length = (length - 2) // 2
    return length
