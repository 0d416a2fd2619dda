"""Where the strokes of a spoken rhythm begin and end, and how loud each is.

A stroke begins where many bands get louder at once, within some hundredths of a second, by more than they had in the
moments before. Bands are compared with the noise of the room, so that quiet strokes count and hum does not; a swell
(a breath) is no stroke, and what the lips, the tongue and the voice do within one syllable is one.
Shape letters: `T` points, `N` frames, `F` bins, `B` bands.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..audio.fades import fade_out
from ..errors import PreprocessError
from ..features.mel import frame_power, mel_filters
from ..units import Array, Waveform, gain_to_db

LONGEST_S = 30.0
"""Of a recording: longer ones are no spoken rhythm."""

MOST_STROKES = 96

CLOSEST_S = 0.08
"""Two strokes are at least so far apart: sixteenths at 180 BPM; within a `ka` the voice comes 30 to 80 ms later."""

QUIETEST_DB = -36.0
"""Of a stroke, against the loudest: twice as quiet as a ghost note is played."""

_HOP_S, _FRAME_S = 0.004, 0.0116
_BANDS, _LOWEST_HZ, _HIGHEST_HZ = 24, 80.0, 16_000.0
_RUMBLE_HZ = 40.0  # below lies what doors, cars and direct current leave in a microphone
_FLOOR_SHARE = 0.1  # of all frames are quieter than the room
_FLOOR_MARGIN = 3.0  # its noise swings about its mean
_BACK = (3, 8)  # frames before, with whose loudest a frame is compared: 12 to 32 ms
_LEAST_RISE_DB, _LEAST_RISE = 2.5, 0.15  # of a stroke, mean of all bands; and as a share of the greatest
_DIP_S, _DIP_DB = 0.16, 6.0  # strokes closer than this are two only if it gets quieter between them by so much
_ABOVE_NOISE_DB = 9.0
_SWELL_S, _SWELL_DB = 0.05, 9.0  # what is still so far from its top after so long is a breath
_END_DB, _END_S = 30.0, 0.04  # a stroke is over when it stays so far below its peak for so long
_LAST_S = 0.04  # what begins later, before the end of the recording, is the key that was let go
_LOUDNESS_S = 0.05
_ONSET_SHARE = 0.12  # of the height that the next 25 ms reach


@dataclass(frozen=True)
class Stroke:
    """One stroke of a spoken rhythm.

    Args:
        start_s: from the beginning of the recording.
        end_s: where it has died away, or the next one begins.
        level_db: of its loudest 50 ms, RMS of full scale.
        waveform: its points, without rumble, (T,).
    """

    start_s: float
    end_s: float
    level_db: float
    waveform: Waveform


def cut_strokes(waveform: Waveform, sample_rate: int) -> tuple[Stroke, ...]:
    """Return the strokes of a recording, in order; none where nothing strikes.

    Args:
        waveform: mono audio, shape (T,); values that are no numbers count as silence.
        sample_rate: Hz, at least 8,000.
    Raises:
        PreprocessError: the recording is too long, or its rate too low.
    """
    if sample_rate < 8000:
        raise PreprocessError(f"a recording at {sample_rate} Hz: at least 8000 Hz are needed to tell s from sh")
    if len(waveform) > LONGEST_S * sample_rate:
        raise PreprocessError(f"a recording of {len(waveform) / sample_rate:.0f} s: at most {LONGEST_S:.0f} s are read")
    clean = _without_rumble(np.nan_to_num(waveform, nan=0.0, posinf=1.0, neginf=-1.0), sample_rate)
    if len(clean) < _FRAME_S * sample_rate or float(np.abs(clean).max()) < 1e-5:
        return ()
    sheet = _Sheet(clean, sample_rate)
    onsets = [_refine(clean, frame, sheet, sample_rate) for frame in _onset_frames(sheet)]
    ends = [*onsets[1:], len(clean)][: len(onsets)]
    strokes = [_stroke(clean, start, end, sheet, sample_rate) for start, end in zip(onsets, ends, strict=True)]
    loudest = max((one.level_db for one in strokes), default=0.0)
    return tuple(one for one in strokes if one.level_db >= loudest + QUIETEST_DB)[:MOST_STROKES]


class _Sheet:
    """Levels over time: of each band above the room's noise, and of the whole; both in dB, a frame each hop."""

    def __init__(self, sound: Array, sample_rate: int) -> None:
        self.hop = max(1, round(_HOP_S * sample_rate))
        n_fft = max(64, 2 * round(_FRAME_S * sample_rate / 2))
        padded = np.pad(sound, (n_fft // 2, n_fft // 2)).astype(np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[:: self.hop]
        top = min(_HIGHEST_HZ, 0.48 * sample_rate)
        bands = frame_power(frames) @ mel_filters(sample_rate, n_fft, _BANDS, _LOWEST_HZ, top).T  # (N, B)
        smooth = _running_mean(bands, 3)
        quiet = np.quantile(_running_mean(bands, 11), _FLOOR_SHARE, axis=0)
        floor = np.maximum(_FLOOR_MARGIN * quiet, 1e-7 * float(smooth.max()))
        self.bands: Array = 10.0 * np.log10(1.0 + smooth / floor)
        self.whole: Array = 10.0 * np.log10(np.maximum(smooth.sum(axis=1), 1e-12))
        self.noise_db = 10.0 * float(np.log10(max(float(quiet.sum()), 1e-12)))

    def rises(self) -> Array:
        """Return by how much each frame is louder than the loudest of those shortly before, mean of all bands, (N,)."""
        near, far = _BACK
        padded = np.pad(self.bands, ((far, 0), (0, 0)))
        window = np.lib.stride_tricks.sliding_window_view(padded, far - near + 1, axis=0)[: len(self.bands)]
        rises: Array = np.maximum(self.bands - window.max(axis=-1), 0.0).mean(axis=1)
        return rises

    def frames(self, duration_s: float) -> int:
        """Return how many frames a time is."""
        return round(duration_s / _HOP_S)


def _onset_frames(sheet: _Sheet) -> list[int]:
    rises = sheet.rises()
    reach = sheet.frames(0.02)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(rises, reach), 2 * reach + 1).max(axis=1)
    least = max(_LEAST_RISE_DB, _LEAST_RISE * float(rises.max(initial=0.0)))
    candidates = np.flatnonzero((rises >= around) & (rises >= least))
    last = len(rises) - sheet.frames(_LAST_S)
    found: list[int] = []
    for frame in candidates.tolist():
        if frame < last and _is_stroke(sheet, frame) and (not found or _is_apart(sheet, found[-1], frame)):
            found.append(frame)
    return found


def _is_stroke(sheet: _Sheet, frame: int) -> bool:
    """Whether it stands above the noise, and is up at once."""
    soon = float(sheet.whole[frame : frame + sheet.frames(_SWELL_S)].max())
    later = float(sheet.whole[frame : frame + sheet.frames(4 * _SWELL_S)].max())
    ahead = sheet.rises()[frame + sheet.frames(CLOSEST_S) : frame + sheet.frames(4 * _SWELL_S)]
    is_followed = bool(ahead.size) and float(ahead.max()) >= _LEAST_RISE_DB  # the top belongs to the next stroke
    is_swell = later - soon > _SWELL_DB and not is_followed
    return soon > sheet.noise_db + _ABOVE_NOISE_DB and not is_swell


def _is_apart(sheet: _Sheet, before: int, frame: int) -> bool:
    if frame - before < sheet.frames(CLOSEST_S):
        return False
    if frame - before > sheet.frames(_DIP_S):
        return True
    top = float(sheet.whole[frame : frame + sheet.frames(0.03)].max())
    least = float(sheet.whole[before + 2 : frame + 1].min())
    return min(top, float(sheet.whole[before : frame - 2].max())) - least >= _DIP_DB


def _refine(sound: Array, frame: int, sheet: _Sheet, sample_rate: int) -> int:
    """Return the point at which the stroke begins whose rise is steepest at a frame."""
    centre = frame * sheet.hop
    start = max(0, centre - round(0.03 * sample_rate))
    step = max(1, round(0.001 * sample_rate))
    part = np.abs(sound[start : centre + round(0.025 * sample_rate)])
    heights = np.maximum.reduceat(part, np.arange(0, len(part), step))
    before = heights[: max(1, round(0.008 * sample_rate) // step)].max()
    threshold = max(_ONSET_SHARE * float(heights.max()), min(1.5 * float(before), 0.7 * float(heights.max())))
    return start + int(np.argmax(heights >= threshold)) * step


def _stroke(sound: Array, start: int, limit: int, sheet: _Sheet, sample_rate: int) -> Stroke:
    first, last = start // sheet.hop, max(start // sheet.hop + 1, limit // sheet.hop)
    levels = sheet.whole[first:last]
    top = int(levels.argmax())
    quiet = levels < max(float(levels[top]) - _END_DB, sheet.noise_db + 4.0)
    end = min(limit, (first + _first_run(quiet, top, sheet.frames(_END_S))) * sheet.hop)
    part = sound[start : max(end, start + round(0.01 * sample_rate))].astype(np.float32)
    faded = fade_out(part, min(len(part), round(0.003 * sample_rate)))
    return Stroke(start / sample_rate, (start + len(part)) / sample_rate, _level_db(part, sample_rate), faded)


def _first_run(is_quiet: NDArray[np.bool_], start: int, length: int) -> int:
    """Return where the first run of so many true values begins, from a place on; the end if there is none."""
    run = 0
    for place in range(start, len(is_quiet)):
        run = run + 1 if is_quiet[place] else 0
        if run == length:
            return place - length + 1
    return len(is_quiet) - run


def _level_db(part: Array, sample_rate: int) -> float:
    size = max(1, round(_LOUDNESS_S * sample_rate))
    energy = np.concatenate([[0.0], np.cumsum(np.square(part, dtype=np.float64))])
    most = float(energy[-1]) if len(part) <= size else float((energy[size:] - energy[:-size]).max())
    return gain_to_db(float(np.sqrt(most / size)))


def _running_mean(values: Array, size: int) -> Array:
    """Return the mean of so many frames around each, (N, B)."""
    padded = np.pad(values, ((size // 2 + 1, size // 2), (0, 0)), mode="edge")
    padded[0] = 0.0
    total = np.cumsum(padded, axis=0, dtype=np.float64)
    mean: Array = np.maximum((total[size:] - total[:-size]) / size, 0.0)
    return mean


def _without_rumble(sound: Waveform, sample_rate: int) -> Array:
    if not len(sound):
        return np.zeros(0, np.float32)
    centred = sound - float(sound.mean())
    size = 1 << (len(sound) + sample_rate // 10).bit_length()
    ratio = np.maximum(np.fft.rfftfreq(size, 1 / sample_rate), 0.1) / _RUMBLE_HZ
    clean = np.fft.irfft(np.fft.rfft(centred, size) / np.sqrt(1.0 + ratio**-8.0), size)[: len(sound)]
    found: Array = clean.astype(np.float32)
    return found
