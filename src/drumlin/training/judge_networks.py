"""The judge's two networks, as torch modules; they are trained by `judge.py` and run as ONNX by `evaluation.frozen`.

Shapes: B batch, F mel bands, N frames, C channels, K classes.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..evaluation.frozen import CLASSIFIER_BANDS, LISTENER_BANDS
from .judge_sounds import ATTRIBUTES

EMBEDDING_SIZE = 64
_CHANNELS = (24, 48, 96, 96)
_WIDTHS = (32, 48, 64, 80)


class ListenerNet(nn.Module):
    """Four 2-D convolutions, one over all frequencies, an attention over time, a neck of 64 numbers; two heads."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        first, *_, last = _CHANNELS
        self.stem = _conv(1, first, 5, 2)
        self.blocks = nn.Sequential(*(_conv(before, after, 3, 2) for before, after in pairwise(_CHANNELS)))
        height = LISTENER_BANDS // 2 ** len(_CHANNELS)
        self.collapse = nn.Sequential(nn.Conv2d(last, last, (height, 1), bias=False), nn.BatchNorm2d(last), nn.GELU())
        self.attention = nn.Conv1d(last, last, 1)
        self.neck = nn.Linear(2 * last, EMBEDDING_SIZE)
        self.drop = nn.Dropout(0.3)
        self.label = nn.Linear(EMBEDDING_SIZE, classes)
        self.attributes = nn.Linear(EMBEDDING_SIZE, ATTRIBUTES)

    def forward(self, view: Tensor) -> Tensor:
        """Return the embedding, (B, 1, F, N) to (B, 64)."""
        flow = self.collapse(self.blocks(self.stem(view)))[:, :, 0]  # (B, C, N / 16)
        weights = torch.softmax(self.attention(flow), dim=-1)
        mean = (weights * flow).sum(dim=-1)
        spread = (weights * torch.square(flow - mean[:, :, None])).sum(dim=-1)
        embedding: Tensor = self.neck(torch.cat([mean, torch.sqrt(spread + 1e-5)], dim=1))
        return embedding

    def labels(self, view: Tensor) -> Tensor:
        """Return logits, (B, 1, F, N) to (B, K)."""
        return self.heads(view)[0]

    def heads(self, view: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (B, K) and attributes (B, 5)."""
        embedding = self.drop(functional.gelu(self.forward(view)))
        return self.label(embedding), self.attributes(embedding)


class ClassifierNet(nn.Module):
    """Residual blocks (He et al. 2016) over both views, a weighting of frequencies per channel, mean and maximum."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        first, *_, last = _WIDTHS
        self.stem = _conv(2, first, 3, 1)
        self.blocks = nn.Sequential(*(_Residual(before, after) for before, after in pairwise(_WIDTHS)))
        height = CLASSIFIER_BANDS // 2 ** (len(_WIDTHS) - 1)
        self.collapse = nn.Conv2d(last, last, (height, 1), groups=last)
        self.norm = nn.LayerNorm(2 * last)
        self.drop = nn.Dropout(0.5)
        self.label = nn.Linear(2 * last, classes)

    def forward(self, view: Tensor) -> Tensor:
        """Return logits, (B, 2, F, N) to (B, K)."""
        flow = functional.relu(self.collapse(self.blocks(self.stem(view)))[:, :, 0])  # (B, C, N / 8)
        pooled = self.norm(torch.cat([flow.mean(dim=-1), flow.amax(dim=-1)], dim=1))
        logits: Tensor = self.label(self.drop(pooled))
        return logits


class Committee(nn.Module):
    """Several classifiers of different seeds, whose probabilities are averaged."""

    def __init__(self, members: list[ClassifierNet]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, view: Tensor) -> Tensor:
        """Return probabilities, (B, F, N) to (B, K)."""
        return torch.stack([torch.softmax(member(view), dim=1) for member in self.members]).mean(dim=0)


class _Residual(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = _conv(before, after, 3, 2)
        self.second = nn.Sequential(nn.Conv2d(after, after, 3, padding=1, bias=False), nn.BatchNorm2d(after))
        self.short = nn.Sequential(nn.AvgPool2d(2, ceil_mode=True), nn.Conv2d(before, after, 1))

    def forward(self, flow: Tensor) -> Tensor:
        return functional.gelu(self.second(self.first(flow)) + self.short(flow))


def _conv(before: int, after: int, kernel: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(before, after, kernel, stride, padding=kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(after), nn.GELU())
