"""The network of the starter ear: two pictures of a one-shot to an embedding, classes and measured qualities.

Each picture (close and whole, `hearing.view`) has a branch of its own: a convolution and three residual blocks (He et
al. 2016), a weighting of frequencies per channel, mean and maximum over time. What they found is joined in a neck, the
embedding. It shares neither view, nor architecture, nor weights with the judge's networks.
Shapes: B batch, C channels, F bands, N frames, D embedding, K classes.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTHS = (16, 32, 48, 80)
"""Channels after the stem and after each block."""

BANDS = 64
QUALITIES = 5
"""Measured of the pictures themselves (`qualities`): what the neck must keep beside the class, as users' own tags
speak of it."""


class HearingNetwork(nn.Module):
    """Two branches, a neck of D numbers, heads for classes and qualities.

    Args:
        classes: K.
        size: D.
        drop: share of the neck that is hidden from the class head while training.
    """

    def __init__(self, classes: int, size: int = 64, drop: float = 0.4) -> None:
        super().__init__()
        self.close, self.whole = _Branch(), _Branch()
        self.neck = nn.Sequential(nn.LayerNorm(4 * WIDTHS[-1]), nn.Dropout(0.2), nn.Linear(4 * WIDTHS[-1], size))
        self.drop = nn.Dropout(drop)
        self.classes = nn.Linear(size, classes)
        self.qualities = nn.Linear(size, QUALITIES)

    def embed(self, view: Tensor) -> Tensor:
        """Return the embedding, (B, 2, F, N) to (B, D)."""
        found = torch.cat([self.close(view[:, :1]), self.whole(view[:, 1:])], dim=1)  # (B, 4 C)
        embedding: Tensor = functional.gelu(self.neck(found))
        return embedding

    def heads(self, view: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of the classes (B, K) and what it takes the pictures' qualities for (B, 5)."""
        embedding = self.embed(view)
        return self.classes(self.drop(embedding)), self.qualities(embedding)

    def forward(self, view: Tensor) -> Tensor:
        """Return logits of the classes, (B, 2, F, N) to (B, K)."""
        return self.heads(view)[0]


def qualities(view: Tensor) -> Tensor:
    """Return what pictures measure, (B, 2, F, N) to (B, 5), each about 0 to 1.

    Where the middle of the levels lies over frequency, over time in the whole and in the close picture, how far bands
    stand out of their neighbours (tone against noise), and which band is loudest (pitch).
    """
    close, whole = view[:, 0], view[:, 1]
    bands = torch.linspace(0.0, 1.0, view.shape[2])
    frames = torch.linspace(0.0, 1.0, view.shape[3])
    spectrum, course, start = whole.mean(dim=2), whole.mean(dim=1), close.mean(dim=1)
    total = spectrum.sum(dim=1) + 1e-6
    bright = (spectrum * bands).sum(dim=1) / total
    long = (course * frames).sum(dim=1) / (course.sum(dim=1) + 1e-6)
    early = (start * frames).sum(dim=1) / (start.sum(dim=1) + 1e-6)
    loudest = torch.softmax(40.0 * whole[:, :, :8].mean(dim=2), dim=1) @ bands
    tonal = 4.0 * (spectrum[:, 1:] - spectrum[:, :-1]).abs().mean(dim=1)
    return torch.stack([bright, long, early, loudest, tonal], dim=1)


class Ears(nn.Module):
    """Several networks as one: their embeddings beside each other, the logarithm of their mean probabilities.

    The result is one tensor, (B, members x D + K): embedding first.
    """

    def __init__(self, members: list[HearingNetwork]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, view: Tensor) -> Tensor:
        """Return embeddings and scores, (B, 2, F, N) to (B, members x D + K)."""
        embeddings = [member.embed(view) for member in self.members]  # type: ignore[operator]
        heads = zip(self.members, embeddings, strict=True)
        shares = torch.stack([torch.softmax(member.classes(one), dim=1) for member, one in heads])  # type: ignore[operator]
        return torch.cat([*embeddings, torch.log(shares.mean(dim=0) + 1e-6)], dim=1)


class _Branch(nn.Module):
    """One picture to mean and maximum over time of C channels, (B, 1, F, N) to (B, 2 C)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _convolution(1, WIDTHS[0], 2)
        self.blocks = nn.Sequential(*(_Residual(before, after) for before, after in pairwise(WIDTHS)))
        height = BANDS // 2 ** len(WIDTHS)
        self.frequencies = nn.Conv2d(WIDTHS[-1], WIDTHS[-1], (height, 1), groups=WIDTHS[-1])

    def forward(self, picture: Tensor) -> Tensor:
        flow = functional.relu(self.frequencies(self.blocks(self.stem(picture)))[:, :, 0])  # (B, C, N / 16)
        return torch.cat([flow.mean(dim=-1), flow.amax(dim=-1)], dim=1)


class _Residual(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = _convolution(before, after, 2)
        self.second = nn.Sequential(nn.Conv2d(after, after, 3, padding=1, bias=False), nn.BatchNorm2d(after))
        self.short = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(before, after, 1))

    def forward(self, flow: Tensor) -> Tensor:
        return functional.relu(self.second(self.first(flow)) + self.short(flow))


def _convolution(before: int, after: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(after), nn.ReLU())
