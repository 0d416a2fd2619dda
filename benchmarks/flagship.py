"""The built-in instrument in one run: speed and size beside WaveGAN's, and refinement beside torch's.

Decoding is held against a WaveGAN of dimension 64 (Donahue et al. 2018) that is exported as training exports it: both
through ONNX Runtime on one thread, in turns, by milliseconds for a second of sound. Weights do not matter to its speed
and are random. It is meant at 44.1 kHz, as the study trains it; its authors ran it at 16 kHz, where the same points
last 2.8 times as long: that row stands beside.

`refine` is held against Adam in torch (`torch_descent`) on the same sounds, from the same first guess and for the same
seconds of the processor, with several learning rates, so that none can be a bad choice: unseen real drums where they
are at hand, synthesised ones where not. `refine` also moves the class weights at its end.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from drumlin.audio import read_mono
from drumlin.features import log_mel_distance_db
from drumlin.instrument import DEFAULT_PATH, Instrument, Note, default_instrument, refine
from drumlin.instrument.coordinates import deviations
from drumlin.instrument.locating import prepare
from drumlin.synthesis import FAMILIES, draw_hit, render
from drumlin.units import Array, Waveform

from .decode import GEMM_SIZE, check_alike, gemm_rate, make_contestant
from .measuring import gate, quantile, timed
from .refine import foreign_sounds
from .torch_descent import descend

if TYPE_CHECKING:
    from torch import Tensor

    from drumlin.training.starting import Origin

DECODE_MS, ENCODE_MS, FILE_MB, TIMES_WAVEGAN = 10.0, 5.0, 15.0, 4.0
"""Gates: decoding a second of sound, encoding a sound, the file, and against WaveGAN. The aim of the first is 5 ms."""

PUBLISHED_RATE = 16_000
SOUNDS, SECONDS = 6, 10.0
QUICK_SOUNDS, QUICK_SECONDS = 2, 1.0
ADAM_RATES = (0.02, 0.05, 0.1)
"""In deviations of the training samples' latents."""

SYNTHESISED_S, SYNTHESISED_RATE = 1.0, 44_100


@dataclass(frozen=True)
class Sound:
    """A sound to come nearer to: its name, mono, (T,), and its rate, Hz."""

    name: str
    waveform: Waveform
    sample_rate: int


def run(quick: bool) -> dict[str, Any]:
    """Return rows and gates; see the module."""
    rounds = 30 if quick else 200
    instrument = default_instrument()
    with tempfile.TemporaryDirectory() as folder:
        wavegan = make_contestant("wavegan", Path(folder)).instrument
        ours, theirs, encoded = timed([decoding(instrument), decoding(wavegan), encoding(instrument)], rounds)
    size_mb = DEFAULT_PATH.stat().st_size / 1e6
    rows = speed_rows(instrument, wavegan, {"ours": ours, "theirs": theirs, "encoded": encoded}, size_mb)
    rows.append({"what": f"matrix product, {GEMM_SIZE} x {GEMM_SIZE}", "GFLOP/s": 2e-9 * gemm_rate(rounds)})
    sounds = sounds_to_meet()[: QUICK_SOUNDS if quick else SOUNDS]
    return {"rows": rows + refined_rows(sounds, QUICK_SECONDS if quick else SECONDS), "gates": gates(rows)}


def decoding(instrument: Instrument) -> Callable[[], Any]:
    """Return a call that decodes one training sample."""
    latent = instrument.points.latents[:1]
    classes = instrument.classes_near(latent) if instrument.classes else None
    return lambda: instrument.decode(latent, classes=classes)


def encoding(instrument: Instrument) -> Callable[[], Any]:
    """Return a call that encodes one sound."""
    sound = instrument.raw(Note())[None]
    return lambda: instrument.encode(sound)


def speed_rows(
    instrument: Instrument, wavegan: Instrument, times: dict[str, list[float]], size_mb: float
) -> list[dict[str, Any]]:
    """Return a row for each thing that was timed; `times` in seconds: `ours`, `theirs` and `encoded`."""
    sound_s, wavegan_s = (one.length / one.sample_rate for one in (instrument, wavegan))
    decoded = _row("built-in: decode", sound_s, times["ours"])
    rows = [
        {**decoded, "file MB": size_mb},
        _row("built-in: encode", sound_s, times["encoded"]),
        _row("WaveGAN, dimension 64", wavegan_s, times["theirs"]),
        _row("WaveGAN at its published 16 kHz", wavegan.length / PUBLISHED_RATE, times["theirs"]),
    ]
    for row in rows[2:]:
        row["times slower than built-in"] = row["ms for 1 s of sound"] / decoded["ms for 1 s of sound"]
    return rows


def _row(what: str, sound_s: float, times: list[float]) -> dict[str, Any]:
    p50_ms, p95_ms = (1e3 * quantile(times, percent) for percent in (50, 95))
    return {
        "what": what,
        "sound s": sound_s,
        "p50 ms": p50_ms,
        "p95 ms": p95_ms,
        "ms for 1 s of sound": p50_ms / sound_s,
    }


def gates(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the gates of `speed_rows`."""
    decoded, encoded, wavegan = rows[:3]
    slower = wavegan["times slower than built-in"]
    second_ms, encode_ms, size_mb = decoded["ms for 1 s of sound"], encoded["p50 ms"], decoded["file MB"]
    return [
        gate("decode, ms for 1 s of sound (aim 5)", second_ms, DECODE_MS, second_ms <= DECODE_MS),
        gate("encode, ms", encode_ms, ENCODE_MS, encode_ms <= ENCODE_MS),
        gate("file, MB", size_mb, FILE_MB, size_mb <= FILE_MB),
        gate(
            "times faster than WaveGAN, dimension 64, for 1 s of sound", slower, TIMES_WAVEGAN, slower >= TIMES_WAVEGAN
        ),
    ]


def sounds_to_meet() -> list[Sound]:
    """Return every other class of unseen real drums, or of synthesised ones where those are not at hand."""
    if paths := foreign_sounds():
        return [Sound(path.parent.name, *_read(path)) for path in paths[::2]]
    return [
        Sound(f"synthesised {family}", _synthesised(family, seed), SYNTHESISED_RATE)
        for seed, family in enumerate(sorted(FAMILIES)[::2])
    ]


def _read(path: Path) -> tuple[Waveform, int]:
    sound = read_mono(path)
    return sound.waveform, sound.sample_rate


def _synthesised(family: str, seed: int) -> Waveform:
    return render(draw_hit(family, np.random.default_rng(seed)), SYNTHESISED_S, SYNTHESISED_RATE, seed)


def refined_rows(sounds: list[Sound], seconds: float) -> list[dict[str, Any]]:
    """Return how near `refine` and Adam come to each sound in so many seconds, and the means."""
    import torch

    from drumlin.training.starting import open_origin

    torch.set_num_threads(1)  # as ONNX Runtime has
    origin = open_origin(DEFAULT_PATH)
    rows = [{"what": f"refine: {sound.name}", **refined_twice(origin, sound, seconds)} for sound in sounds]
    names = [name for name in rows[0] if name != "what"]
    mean = {name: float(np.mean([row[name] for row in rows])) for name in names}
    return [*rows, {"what": f"refine: mean of {len(sounds)}", **mean}]


def refined_twice(origin: "Origin", sound: Sound, seconds: float) -> dict[str, float]:
    """Return the distances, dB, of the first guess, of `refine` and of Adam in the time that `refine` took.

    All are of the instrument's whole length, as ONNX Runtime plays it.
    """
    instrument = origin.instrument
    start = instrument.locate(sound.waveform, sound.sample_rate)
    begun_s = time.process_time()
    found = refine(
        instrument,
        sound.waveform,
        sound.sample_rate,
        start,
        seconds=float("inf"),
        stopped=lambda: time.process_time() - begun_s >= seconds,
    )
    taken_s = time.process_time() - begun_s  # a round is not broken off
    adam_db = {f"torch's Adam {rate:g} dB": _by_adam(origin, sound, start.note, taken_s, rate) for rate in ADAM_RATES}
    return {"seconds": taken_s, "first guess dB": start.fit_db, "refine dB": found.fit_db, **adam_db}


def _by_adam(origin: "Origin", sound: Sound, note: Note, seconds: float, rate: float) -> float:
    """Return how near Adam comes to a sound from a note, dB."""
    instrument = origin.instrument
    prepared = prepare(sound.waveform, sound.sample_rate, instrument)
    classes = _classes(instrument, note)
    there = descend(
        torch_decoding(origin, classes),
        prepared,
        instrument.sample_rate,
        instrument.latent(note),
        deviations(instrument),
        seconds,
        rate,
    )
    made = instrument.decode(there.latent[None], classes=classes)[0]
    return log_mel_distance_db(prepared, made, instrument.sample_rate)


def torch_decoding(origin: "Origin", classes: Array | None) -> "Callable[[Tensor], Tensor]":
    """Return the decoder of the rebuilt model, (1, D) to (1, T), all but the latent at rest.

    Raises:
        RuntimeError: it makes other sounds than the instrument.
    """
    import torch

    instrument, graph = origin.instrument, origin.model.graphs()["decode"]
    at_rest = {
        "controls": torch.tensor([[control.default for control in instrument.controls]]),
        "seed": torch.zeros(1, dtype=torch.int64),
        "velocity": torch.ones(1, 1),
        "length": torch.full((1, 1), instrument.length / instrument.sample_rate),
    }
    if classes is not None:
        at_rest["class"] = torch.from_numpy(classes)

    def decode(latent: "Tensor") -> "Tensor":
        made: Tensor = graph.module(*({**at_rest, "latent": latent}[name] for name in graph.inputs))
        return made

    latents = instrument.points.latents[:1]
    with torch.no_grad():
        theirs = decode(torch.from_numpy(latents)).numpy()
    check_alike(instrument.name, instrument.decode(latents, classes=classes), theirs)
    return decode


def _classes(instrument: Instrument, note: Note) -> Array | None:
    """Return the weights of the classes of a note, (1, K); None for an instrument without."""
    return instrument.classes_at(np.array([[note.x, note.y]]), note) if instrument.classes else None
