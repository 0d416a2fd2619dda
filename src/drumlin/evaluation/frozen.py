"""The judge's two networks: trained once on real kits, frozen, and used for nothing but judging.

`listener` turns a window into 64 numbers (the `cnn` embedding), `classifier` says what a window is. They share neither
architecture nor view nor seed. Their files lie in `judge/` beside `judge.json`, which names their hashes, what they
learned from and how well they do; a file with another hash is refused. No loss, label or feature of a model may come
from here: what is trained against a judge is no longer judged by it (docs/judge-networks.md).
Shapes: M sounds, T points, N frames, K classes.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import JudgeError
from ..features import log_mel
from ..instrument.graphs import make_session
from ..provenance import hash_bytes
from ..units import Array, Waveform
from .families import family_of
from .window import JUDGED_RATE, WINDOW

FOLDER = Path(__file__).parent / "judge"
CARD_NAME = "judge.json"
FLOOR_DB = -70.0
"""Levels below are raised to it, in both views."""

BATCH = 64
"""Sounds that are looked at at once."""

LISTENER_BANDS = 96
CLASSIFIER_BANDS = 64


def listener_view(windows: Waveform) -> Array:
    """Return what the listener looks at: 96 mel bands every 5.8 ms, (M, T) to (M, 1, 96, N), 0 to 1."""
    return _unit(log_mel(windows, JUDGED_RATE, n_fft=1024, hop_length=256, n_mels=LISTENER_BANDS))[:, None]


def classifier_view(windows: Waveform) -> Array:
    """Return what the classifier looks at: two pictures of 64 mel bands every 11.6 ms, (M, T) to (M, 2, 64, N), 0 to 1.

    Frames of 93 ms tell the pitches of kicks and toms apart, frames of 12 ms show attacks.
    """
    pictures = [
        log_mel(windows, JUDGED_RATE, n_fft=n_fft, hop_length=512, n_mels=CLASSIFIER_BANDS) for n_fft in (4096, 512)
    ]
    return _unit(np.stack(pictures, axis=1))


class Listener:
    """The embedding `cnn`: what a network that learned to tell real drums apart pays attention to, D = 64."""

    name = "cnn"

    def __init__(self, session: Any) -> None:
        self._session = session

    def embed(self, windows: Waveform) -> Array:
        """Return (M, 64) float32 for windows (M, T)."""
        return _run(self._session, listener_view, windows)


class Classifier:
    """Says what real drums a window sounds like."""

    def __init__(self, session: Any, classes: tuple[str, ...]) -> None:
        self._session = session
        self.classes = classes

    def probabilities(self, windows: Waveform) -> Array:
        """Return the probability of each of `classes`, (M, K) float32, for windows (M, T)."""
        return _run(self._session, classifier_view, windows)

    def call(self, windows: Waveform) -> tuple[str, ...]:
        """Return the most probable class of each window (M, T)."""
        return tuple(self.classes[best] for best in self.probabilities(windows).argmax(axis=1))

    def call_families(self, windows: Waveform) -> tuple[str, ...]:
        """Return the family of the most probable class of each window (M, T)."""
        return tuple(family_of(label) for label in self.call(windows))


@cache
def load_listener(folder: Path = FOLDER) -> Listener:
    """Load the listener.

    Raises:
        JudgeError: it is missing, or not the one that was frozen.
    """
    return Listener(open_network("listener", folder))


@cache
def load_classifier(folder: Path = FOLDER) -> Classifier:
    """Load the classifier.

    Raises:
        JudgeError: it is missing, or not the one that was frozen.
    """
    return Classifier(open_network("classifier", folder), tuple(read_card(folder)["classes"]))


def read_card(folder: Path = FOLDER) -> dict[str, Any]:
    """Return `judge.json`: hashes, data, recipe, accuracy.

    Raises:
        JudgeError: it is missing or damaged.
    """
    path = folder / CARD_NAME
    try:
        card: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise JudgeError(f"{path} cannot be read ({error}): install Drumlin again") from error
    return card


def judge_hash(folder: Path = FOLDER) -> str:
    """Return one hash for both networks: numbers of judges with different hashes must not be compared."""
    networks = read_card(folder)["networks"]
    return hash_bytes("".join(networks[name]["sha256"] for name in ("listener", "classifier")).encode("ascii"))


def check_windows() -> Waveform:
    """Return two windows made of sines and exponentials, (2, WINDOW): what the networks say of them is on the card.

    Where that is no longer reproduced, the view of the networks has changed, and with it every number.
    """
    time = np.arange(WINDOW) / JUDGED_RATE
    low = np.sin(2 * np.pi * (55.0 * time - 8.0 * np.exp(-time / 0.02))) * np.exp(-time / 0.1)
    ringing = sum(np.sin(2 * np.pi * partial * time) for partial in (317.0, 1211.0, 4003.0, 7919.0))
    return np.stack([low, 0.25 * ringing * np.exp(-time / 0.05)]).astype(np.float32)


def open_network(name: str, folder: Path) -> Any:
    """Return the session of `listener` or `classifier` out of a folder.

    Raises:
        JudgeError: it is missing, or its hash is not the one on the card.
    """
    path = folder / f"{name}.onnx"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise JudgeError(f"{path} cannot be read ({error}): install Drumlin again") from error
    expected, got = read_card(folder)["networks"][name]["sha256"], hash_bytes(data)
    if got != expected:
        raise JudgeError(f"{path} has the hash {got[:12]}, the frozen one has {expected[:12]}: install Drumlin again")
    return make_session(name, data)


def _run(session: Any, view: Any, windows: Waveform) -> Array:
    starts = range(0, len(windows), BATCH)
    parts = [session.run(None, {"view": view(windows[start : start + BATCH])})[0] for start in starts]
    return np.concatenate(parts)


def _unit(levels: Array) -> Array:
    unit: Array = np.clip((levels - FLOOR_DB) / -FLOOR_DB, 0.0, 1.5).astype(np.float32)
    return unit
