"""The starter ear: one-shots to embeddings, and to classes with a confidence that can be believed; ONNX, no torch.

Its network lies beside it with a card, `ear.json`: hash, what it learned from, how right it is, the temperature that
makes its confidence honest, and the confidence below which it says that it is unsure. It is another model than the
judge's: other data, other pictures, other weights. Shapes: M sounds, T points, D embedding, K classes.
"""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import HearingError
from ..provenance import hash_bytes
from ..units import Array, Waveform
from .kinds import FAMILIES, family_shares
from .view import cut, view

FOLDER = Path(__file__).parent / "ear"
CARD_NAME, NETWORK_NAME = "ear.json", "ear.onnx"

UNSURE = "unsure"
BATCH = 64
"""Sounds that are looked at at once."""

_PAIR = 2  # a batch is filled up to pairs: a row that is multiplied alone is added up in another order


@dataclass(frozen=True)
class Hearing:
    """What was heard of one sound.

    Args:
        embedding: (D,) float32.
        classes: K names.
        shares: their probabilities, (K,), calibrated.
        called: the most probable class, or `unsure`.
        family: the most probable family, or `unsure`.
        confidence: probability of the most probable class.
        family_confidence: of the most probable family.
    """

    embedding: Array
    classes: tuple[str, ...]
    shares: Array
    called: str
    family: str
    confidence: float
    family_confidence: float

    def best(self, count: int = 3) -> list[tuple[str, float]]:
        """Return the most probable classes with their probabilities."""
        return [(self.classes[one], float(self.shares[one])) for one in np.argsort(-self.shares)[:count]]


class Ear:
    """The network, its temperature and its threshold; may be sent to another process, and shared between threads.

    Args:
        folder: where network and card lie.
    Raises:
        HearingError: they are missing, or do not belong together.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self.card = read_card(folder)
        self.classes = tuple(self.card["classes"])
        self.size = int(self.card["size"])
        self.name = f"ear-{self.card['sha256'][:12]}"
        self._session: Any = None
        self._lock = threading.Lock()

    def __call__(self, waveform: Waveform, sample_rate: int) -> Array:
        """Return the embedding of one sound, (T,) to (D,), of length 1: what a library keeps."""
        embedding: Array = self.embed([waveform], sample_rate)[0]
        return embedding

    def embed(self, waveforms: Sequence[Waveform], sample_rate: int) -> Array:
        """Return embeddings of sounds of any lengths, (M, D) float32, each of length 1."""
        return self.embed_pictures([self.picture(one, sample_rate) for one in waveforms])

    def picture(self, waveform: Waveform, sample_rate: int, onset: int | None = None) -> Array:
        """Return what is looked at of one sound, (T,) to (2, 64, 64), for `embed_pictures`; its onset if known."""
        pictures: Array = view(cut(waveform, sample_rate, onset)[None])[0]
        return pictures

    def embed_pictures(self, pictures: Sequence[Array]) -> Array:
        """Return the embeddings of sounds, (M, D) float32, each of length 1: the same bits whatever stands beside."""
        raw = self._run(pictures)[:, : self.size]
        unit: Array = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
        return unit

    def hear(self, waveforms: Sequence[Waveform], sample_rate: int) -> list[Hearing]:
        """Return what each of some sounds is.

        Args:
            waveforms: M of mono audio, each (T,).
            sample_rate: Hz, of all.
        Raises:
            AudioError: the rate is not positive.
        """
        sounds = [cut(one, sample_rate) for one in waveforms]
        raw = self._run([view(one[None])[0] for one in sounds])
        shares = softmax(raw[:, self.size :] / self.card["temperature"])
        families = family_shares(shares, self.classes)
        rows = zip(sounds, raw[:, : self.size], shares, families, strict=True)
        return [self._heard(*row) for row in rows]

    def __getstate__(self) -> Path:
        return self._folder

    def __setstate__(self, folder: Path) -> None:
        Ear.__init__(self, folder)

    def _heard(self, sound: Waveform, raw: Array, shares: Array, families: Array) -> Hearing:
        least = self.card["unsure_below"] if sound.any() else 2.0  # of silence nothing is sure
        confidence, family_confidence = float(shares.max()), float(families.max())
        called = self.classes[int(shares.argmax())] if confidence >= least else UNSURE
        family = tuple(FAMILIES)[int(families.argmax())] if family_confidence >= least else UNSURE
        embedding = raw / max(float(np.linalg.norm(raw)), 1e-9)
        return Hearing(embedding, self.classes, shares, called, family, confidence, family_confidence)

    def _run(self, pictures: Sequence[Array]) -> Array:
        found = np.zeros((len(pictures), self.size + len(self.classes)), np.float32)
        for start in range(0, len(pictures), BATCH):
            some = pictures[start : start + BATCH]
            shown = np.zeros((len(some) + -len(some) % _PAIR, *some[0].shape), np.float32)
            np.stack(some, out=shown[: len(some)])
            found[start : start + len(some)] = self._ready().run(None, {"view": shown})[0][: len(some)]
        return found

    def _ready(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = _open(self._folder, self.card["sha256"])
            return self._session


@cache
def starter_ear() -> Ear:
    """Return the ear that comes with Drumlin.

    Raises:
        HearingError: it is missing or damaged.
    """
    return Ear()


def hear_sounds(waveforms: Sequence[Waveform], sample_rate: int) -> list[Hearing]:
    """Return what each of some one-shots is, by the ear that comes with Drumlin.

    Example: `hear_sounds([snare], 44100)[0].called == "snare"`
    Raises:
        AudioError: the rate is not positive.
        HearingError: the ear is missing or damaged.
    """
    return starter_ear().hear(waveforms, sample_rate)


def softmax(scores: Array) -> Array:
    """Return probabilities of scores, (M, K) each."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def read_card(folder: Path = FOLDER) -> dict[str, Any]:
    """Return `ear.json`.

    Raises:
        HearingError: it is missing, damaged, or of a later release.
    """
    path = folder / CARD_NAME
    try:
        card: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise HearingError(f"{path} cannot be read ({error}): install Drumlin again") from error
    if card.get("format") != "drumlin-ear" or card.get("version") != 1:
        raise HearingError(f"{path}: a drumlin-ear of version 1 is expected; update Drumlin")
    return card


def _open(folder: Path, sha256: str) -> Any:
    import onnxruntime

    path = folder / NETWORK_NAME
    try:
        data = path.read_bytes()
    except OSError as error:
        raise HearingError(f"{path} cannot be read ({error}): install Drumlin again") from error
    if hash_bytes(data) != sha256:
        raise HearingError(f"{path} has the hash {hash_bytes(data)[:12]}, its card says {sha256[:12]}: install again")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
