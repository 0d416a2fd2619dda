"""Training the starter ear: a few minutes on one core, from recordings, their variants and synthesised drums.

A plain loop: AdamW, one cycle of the learning rate, mixup (Zhang et al. 2018), soft labels, and two further tasks: the
family, as the sum of its classes, and what the pictures measure. Members differ by their seeds alone.
Shapes: B batch, M sounds, D embedding, K classes, G families.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..hearing.kinds import CLASSES, family_shares
from ..models.hearing_network import Ears, HearingNetwork, qualities
from ..progress import Progress, Report, ignore
from ..units import Array
from .hearing_disturbing import disturbed
from .hearing_sounds import HearingSounds

BATCH = 64
"""Views that are looked at at once when nothing is learned."""


@dataclass(frozen=True)
class HearingTraining:
    """How the ear is trained.

    Args:
        size: D, numbers that each member adds to the embedding.
        members: networks of different seeds.
        steps: of each member.
        batch_size: sounds a step.
        rate: highest learning rate.
        mix: parameter of mixup.
        smoothing: share of the label that is spread over all classes.
        family_share: what the families weigh beside the classes: a tom called kick is worse than a crash called ride.
        quality_share: what the qualities weigh.
        seed: of the first member; the others follow.
    """

    size: int = 32
    members: int = 2
    steps: int = 700
    batch_size: int = 48
    rate: float = 2e-3
    mix: float = 0.3
    smoothing: float = 0.05
    family_share: float = 0.5
    quality_share: float = 2.0
    seed: int = 1


def train_ears(
    sounds: HearingSounds,
    classes: int,
    settings: HearingTraining,
    report: Report = ignore,
    keep: Path | None = None,
) -> Ears:
    """Return the networks of an ear, trained one after another.

    Args:
        sounds: what is learned from.
        classes: K.
        settings: how.
        report: is told how far it is.
        keep: folder in which finished members are kept, and found again by a later run.
    """
    members = []
    for number in range(settings.members):
        path = None if keep is None else keep / f"member-{settings.seed + number}.pt"
        if path is not None and path.exists():
            net = HearingNetwork(classes, settings.size)
            net.load_state_dict(torch.load(path, weights_only=True))
        else:
            net = train_member(sounds, classes, settings, settings.seed + number, report)
            if path is not None:
                torch.save(net.state_dict(), path)
        members.append(net.eval())
    return Ears(members).eval()


def train_member(
    sounds: HearingSounds, classes: int, settings: HearingTraining, seed: int, report: Report = ignore
) -> HearingNetwork:
    """Return one network that learned classes and qualities."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net, chance = HearingNetwork(classes, settings.size), np.random.default_rng((seed, 1))
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a quarter faster on a processor
        shares = sounds.weights / sounds.weights.sum()
        drawn = chance.choice(len(sounds.labels), (settings.steps, settings.batch_size), p=shares)
        optimiser = torch.optim.AdamW(net.parameters(), settings.rate, weight_decay=0.05)
        cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, total_steps=settings.steps)
        net.train()
        for step, rows in enumerate(drawn):
            views = disturbed(torch.from_numpy(sounds.views[rows].astype(np.float32)))
            labels = functional.one_hot(torch.from_numpy(sounds.labels[rows]), classes).float()
            loss = _loss(net, *_mixed(views, labels, chance.beta(settings.mix, settings.mix)), settings)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            cycle.step()
            report(Progress(step + 1, settings.steps, f"member {seed}", {"loss": float(loss.detach())}))
    return net.eval()


def outputs(net: Callable[[Tensor], Tensor], views: Array) -> Array:
    """Return what a network says of views (M, 2, F, N), one row each."""
    with torch.no_grad():
        starts = range(0, len(views), BATCH)
        parts = [net(torch.from_numpy(views[start : start + BATCH].astype(np.float32))) for start in starts]
    said: Array = torch.cat(parts).numpy()
    return said


def _mixed(views: Tensor, labels: Tensor, share: float) -> tuple[Tensor, Tensor]:
    """Return views and labels, each mixed with another one of the batch."""
    other = torch.randperm(len(views))
    return share * views + (1 - share) * views[other], share * labels + (1 - share) * labels[other]


def _loss(net: HearingNetwork, views: Tensor, labels: Tensor, settings: HearingTraining) -> Tensor:
    logits, heard = net.heads(views)
    wrong = functional.cross_entropy(logits, labels, label_smoothing=settings.smoothing)
    wrong = wrong + settings.family_share * _family_loss(logits, labels)
    return wrong + settings.quality_share * functional.smooth_l1_loss(heard, qualities(views))


def _family_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the cross entropy of the families (G), whose shares are sums over their classes, (B, K) each."""
    members = torch.from_numpy(family_shares(np.eye(len(CLASSES), dtype=np.float32)))  # (K, G)
    shares = torch.softmax(logits, dim=1) @ members
    return -((labels @ members) * torch.log(shares + 1e-6)).sum(dim=1).mean()
