"""What librosa says of a track: beats, key and form by its own functions and its documented recipe.

`beat.beat_track`; Krumhansl's profiles on its mean chroma, since it has no key of its own; Laplacian segmentation as in
its example, with the k of the best silhouette as in the source study.
"""

from itertools import pairwise

import librosa
import numpy as np
import scipy.linalg
import sklearn.cluster
import sklearn.metrics
from tests.music import RATE

from drumlin.listening.key import PROFILES
from drumlin.listening.laplacian import boundaries


def librosa_beats(waveform: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the tempo, BPM, and the beats, seconds."""
    tempo, beats = librosa.beat.beat_track(y=waveform, sr=RATE, units="time")
    return float(np.atleast_1d(tempo)[0]), beats


def krumhansl_key(waveform: np.ndarray) -> tuple[int, str]:
    """Return the key whose Krumhansl profile correlates best with librosa's mean chroma."""
    chroma = librosa.feature.chroma_cqt(y=waveform, sr=RATE).mean(axis=1)
    scores = [
        (float(np.corrcoef(np.roll(profile, tonic), chroma)[0, 1]), tonic, mode)
        for profile, mode in zip(PROFILES["krumhansl"], ("major", "minor"), strict=True)
        for tonic in range(12)
    ]
    _, tonic, mode = max(scores)
    return tonic, mode


def librosa_form(waveform: np.ndarray) -> tuple[list[tuple[float, float]], str]:
    """Return the form by librosa's documented recipe of Laplacian segmentation, k by silhouette as in the study."""
    power = np.abs(librosa.cqt(y=waveform, sr=RATE, bins_per_octave=36, n_bins=252))
    levels = librosa.amplitude_to_db(power, ref=np.max)
    _, beats = librosa.beat.beat_track(y=waveform, sr=RATE, trim=False)
    duration_s = len(waveform) / RATE
    if len(beats) < 12:
        return [(0.0, duration_s)], "A"
    synced = librosa.util.sync(levels, beats, aggregate=np.median)
    times = librosa.frames_to_time(librosa.util.fix_frames(beats, x_min=0), sr=RATE)
    repeats = librosa.segment.recurrence_matrix(synced, width=3, mode="affinity", sym=True)
    repeats = librosa.segment.timelag_filter(scipy.ndimage.median_filter)(repeats, size=(1, 7))
    colour = librosa.util.sync(librosa.feature.mfcc(y=waveform, sr=RATE), beats)
    steps = np.sum(np.diff(colour, axis=1) ** 2, axis=0)
    path = np.exp(-steps / np.median(steps))
    follows = np.diag(path, 1) + np.diag(path, -1)
    of_path, of_repeats = follows.sum(axis=1), repeats.sum(axis=1)
    share = of_path.dot(of_path + of_repeats) / np.sum((of_path + of_repeats) ** 2)
    laplacian = scipy.sparse.csgraph.laplacian(share * repeats + (1 - share) * follows, normed=True)
    _, vectors = scipy.linalg.eigh(laplacian)
    vectors = scipy.ndimage.median_filter(vectors, size=(9, 1))
    norms = np.cumsum(vectors**2, axis=1) ** 0.5
    best, labels = -np.inf, np.zeros(len(vectors), int)
    for k in range(2, min(9, len(vectors))):
        rows = vectors[:, :k] / np.maximum(norms[:, k - 1 : k], 1e-9)
        found = sklearn.cluster.KMeans(k, n_init=5, random_state=0).fit_predict(rows)
        score = sklearn.metrics.silhouette_score(rows, found) if len(set(found)) > 1 else -1.0
        if score > best:
            best, labels = score, found
    starts = [0, *boundaries(labels)]
    edges = [float(times[start]) if start else 0.0 for start in starts] + [duration_s]
    return list(pairwise(edges)), "".join(chr(65 + labels[start]) for start in starts)
