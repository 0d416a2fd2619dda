"""Training the judge's two networks: once, on real kits, for nothing but judging.

Plain loops of a few minutes. Only `train` is learned from; `valid` (other kits) is measured afterwards and chooses
nothing but what a person writes into `JudgeTraining`. Nothing else of Drumlin's training may import this module's
networks or what they say (docs/judge-networks.md).
Shapes: B batch, M sounds, K classes.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..datasets import Dataset
from ..errors import TrainingError
from ..evaluation.drawing import real_set
from ..evaluation.frozen import BATCH, FLOOR_DB, classifier_view, listener_view
from ..progress import Progress, Report, ignore
from ..units import Array, Waveform
from .judge_files import data_facts, freeze, measure
from .judge_networks import ClassifierNet, Committee, ListenerNet
from .judge_sounds import JudgeSounds, describe, judge_sounds, undescribed

CURVES, CURVE_DB = 5, 6.0
"""Cosines over frequency that colour a sound, and their deviation together, dB."""

SLOPE_DB = (-40.0, 10.0)
"""Level that a sound gains over a window from some moment on, dB."""

LEVEL_DB = 6.0

LABEL_SHARE = 0.3
"""What labels weigh beside attributes for the listener. Where they weigh more, it learns its training sounds by heart:
they then lie apart from all unseen ones, and real training kits look less real than what a model makes."""


Look = Callable[[Waveform], Array]
"""Windows (M, T) to what a network looks at."""

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Views, their rows among all sounds, their labels to a scalar."""


@dataclass(frozen=True)
class Plan:
    """Steps, sounds a step, highest learning rate, seed of the order."""

    steps: int
    batch_size: int
    rate: float
    seed: int


@dataclass(frozen=True)
class JudgeTraining:
    """How the judge is trained.

    Args:
        variants: of each sound, beside itself.
        batch_size: sounds a step.
        listener_steps: of the listener.
        classifier_steps: of each member of the classifier.
        members: of the classifier, whose probabilities are averaged.
        listener_rate: highest learning rate of the listener.
        classifier_rate: highest learning rate of the classifier.
        mix: parameter of mixup (Zhang et al. 2018) of the classifier.
        listener_seed: of the listener: variants, weights, order.
        classifier_seed: of the classifier's first member; the others follow.
    """

    variants: int = 8
    batch_size: int = 48
    listener_steps: int = 400
    classifier_steps: int = 350
    members: int = 3
    listener_rate: float = 2e-3
    classifier_rate: float = 1.5e-3
    mix: float = 0.4
    listener_seed: int = 1
    classifier_seed: int = 101


def train_judge(dataset: Dataset, out: Path, settings: JudgeTraining | None = None, report: Report = ignore) -> None:
    """Train both networks and write `listener.onnx`, `classifier.onnx` and `judge.json` into a folder.

    Args:
        dataset: labelled, split by kit; `train` is learned from, `valid` is measured.
        out: the folder; made if missing.
        settings: how.
        report: is told how far it is.
    Raises:
        TrainingError: the training sounds have fewer than two labels, or there is no `valid`.
    """
    settings = settings or JudgeTraining()
    classes = sorted({dataset.samples[row].label for row in dataset.indices("train")} - {""})
    valid = real_set(dataset, "valid", classes)
    if len(classes) < 2 or not len(valid):
        raise TrainingError(f"{len(classes)} labels, {len(valid)} labelled sounds in `valid`: at least 2 and 1 needed")
    with torch.random.fork_rng():
        listener = train_listener(dataset, classes, settings, report)
        classifier = train_classifier(dataset, classes, settings, report)
    facts = {"settings": asdict(settings), "data": data_facts(dataset, classes)}
    freeze(out, {"listener": listener, "classifier": classifier}, classes, facts)
    heard = outputs(listener.labels, listener_view, valid.windows)
    measure(out, real_set(dataset, "train", classes), valid, heard)


def train_listener(dataset: Dataset, classes: Sequence[str], settings: JudgeTraining, report: Report) -> ListenerNet:
    """Return a listener that learned labels and attributes."""
    seed = settings.listener_seed
    torch.manual_seed(seed)
    sounds = judge_sounds(dataset, classes, settings.variants, seed, describe, report)
    net = ListenerNet(len(classes))
    attributes = torch.from_numpy(_standard(sounds.attributes))

    def loss(view: Tensor, rows: Tensor, labels: Tensor) -> Tensor:
        logits, heard = net.heads(disturbed(view))
        wanted = attributes[rows]
        known = ~torch.isnan(wanted)
        off = functional.smooth_l1_loss(heard[known], wanted[known])
        return off + LABEL_SHARE * functional.cross_entropy(logits, labels, label_smoothing=0.1)

    steps, rate = settings.listener_steps, settings.listener_rate
    _fit(net, listener_view, sounds, loss, Plan(steps, settings.batch_size, rate, seed), report)
    return net


def train_classifier(dataset: Dataset, classes: Sequence[str], settings: JudgeTraining, report: Report) -> Committee:
    """Return a committee of classifiers that learned labels from the same variants, each with its own seed."""
    seed = settings.classifier_seed
    sounds = judge_sounds(dataset, classes, settings.variants, seed, undescribed, report)
    members = [_train_member(len(classes), sounds, seed + one, settings, report) for one in range(settings.members)]
    return Committee(members).eval()


def _train_member(
    classes: int, sounds: JudgeSounds, seed: int, settings: JudgeTraining, report: Report
) -> ClassifierNet:
    torch.manual_seed(seed)
    net, chance = ClassifierNet(classes), np.random.default_rng((seed, 1))

    def loss(view: Tensor, rows: Tensor, labels: Tensor) -> Tensor:
        share, other = float(chance.beta(settings.mix, settings.mix)), torch.from_numpy(chance.permutation(len(rows)))
        shown = disturbed(view)
        logits = net(share * shown + (1 - share) * shown[other])
        own, theirs = (functional.cross_entropy(logits, one, label_smoothing=0.1) for one in (labels, labels[other]))
        return share * own + (1 - share) * theirs

    steps, rate = settings.classifier_steps, settings.classifier_rate
    _fit(net, classifier_view, sounds, loss, Plan(steps, settings.batch_size, rate, seed), report)
    return net


def disturbed(view: Tensor) -> Tensor:
    """Return views (B, ..., F, N) as another room, another decay and another microphone would show them.

    A smooth curve over frequency, a level and a slope over time are added to the levels; a band of frequencies and a
    stretch of late time are hidden. Another of each for each sound.
    """
    bands, frames = view.shape[-2:]
    count, band, frame = len(view), torch.arange(bands), torch.arange(frames)
    waves = torch.cos(torch.pi * torch.arange(1, CURVES + 1)[:, None] * (band + 0.5) / bands)  # (CURVES, F)
    curve = torch.randn(count, CURVES) @ waves * (CURVE_DB / CURVES**0.5)
    slope = torch.empty(count, 1).uniform_(*SLOPE_DB) * torch.clamp(frame / frames - torch.rand(count, 1), min=0.0)
    level = torch.empty(count, 1).uniform_(-LEVEL_DB, LEVEL_DB)
    added = (curve[:, :, None] + slope[:, None, :] + level[:, :, None]) / -FLOOR_DB
    lowest, height = torch.randint(0, bands, (count, 1)), torch.randint(0, bands // 6, (count, 1))
    first = torch.randint(frames // 4, 2 * frames, (count, 1))
    keep_band = ~((band >= lowest) & (band < lowest + height))
    keep_frame = ~((frame >= first) & (frame < first + frames // 8))
    keep = keep_band[:, :, None] & keep_frame[:, None, :]
    shape = (count, 1, bands, frames)
    return torch.clamp(view + added.reshape(shape) * (view > 0), min=0.0) * keep.reshape(shape)


def _fit(net: nn.Module, look: Look, sounds: JudgeSounds, loss: Loss, plan: Plan, report: Report) -> None:
    """Run a plan to its end: AdamW, one cycle of the learning rate."""
    starts = range(0, len(sounds.windows), BATCH)
    views = torch.from_numpy(np.concatenate([look(sounds.windows[start : start + BATCH]) for start in starts]))
    labels, chances = torch.from_numpy(sounds.labels), sounds.weights / sounds.weights.sum()
    drawn = np.random.default_rng(plan.seed).choice(len(views), (plan.steps, plan.batch_size), p=chances)
    optimiser = torch.optim.AdamW(net.parameters(), plan.rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, plan.rate, total_steps=plan.steps)
    net.train()
    for step in range(plan.steps):
        rows = torch.from_numpy(drawn[step])
        value = loss(views[rows], rows, labels[rows])
        optimiser.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        report(Progress(step + 1, plan.steps, type(net).__name__, {"loss": float(value.detach())}))
    net.eval()


def outputs(net: Callable[[Tensor], Tensor], look: Look, windows: Waveform) -> Array:
    """Return what a network says of windows (M, T), one row each."""
    with torch.no_grad():
        said: Array = net(torch.from_numpy(look(windows))).numpy()
    return said


def _standard(attributes: Array) -> Array:
    """Return attributes (M, 5), float32, centred and of deviation 1; NaN stays."""
    mean, deviation = np.nanmean(attributes, axis=0), np.nanstd(attributes, axis=0)
    standard: Array = (attributes - mean) / np.maximum(deviation, 1e-6)
    return standard.astype(np.float32)
