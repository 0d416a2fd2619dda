"""Hits at random, by family: numbers as wide as real drums and drum machines spread, and a little wider.

Membranes ring at the ratios of an ideal one (zeros of Bessel functions; Fletcher and Rossing 1998, chapter 3), pulled
towards harmonics by a random amount as air and shell do; plates and cymbals at crowded ones without order.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from .hit import Around, Click, Hit, Mode, Noise, Sweep

MEMBRANE = (1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501)
"""Ratios of the first modes of an ideal membrane."""

_SQUARES_HZ = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)  # oscillators of a well known drum machine's cymbals

Draw = np.random.Generator


def draw_hit(family: str, generator: Draw) -> Hit:
    """Return a hit of a family, one of `FAMILIES`."""
    return FAMILIES[family](generator)


def _kick(draw: Draw) -> Hit:
    base_hz, decay_s = _log(draw, 38, 85), _log(draw, 0.12, 1.2)
    modes = _membrane(draw, base_hz, decay_s, _count(draw, 1, 4), fall_db=_even(draw, 9, 20))
    beater = Noise(_even(draw, -50, -20), _log(draw, 100, 2500), _log(draw, 3000, 12000), _log(draw, 0.01, 0.12))
    noises = (beater, *_bed(draw, _even(draw, -60, -32), _log(draw, 0.15, 0.8)))
    return Hit(
        modes=modes,
        noises=noises if draw.random() < 0.75 else (),
        click=_contact(draw, 0.8, 0.0002, 0.004),
        sweep=Sweep(_even(draw, 0, 42), _log(draw, 0.005, 0.06)),
        attack_s=_log(draw, 0.0003, 0.004),
        around=_around(draw),
    )


def _tom(draw: Draw) -> Hit:
    base_hz, decay_s = _log(draw, 65, 280), _log(draw, 0.15, 1.6)
    modes = _membrane(draw, base_hz, decay_s, _count(draw, 2, 7), fall_db=_even(draw, 5, 14))
    stick = Noise(_even(draw, -40, -16), _log(draw, 200, 2500), _log(draw, 3000, 12000), _log(draw, 0.02, 0.2))
    noises = (stick, *_bed(draw, _even(draw, -52, -24), _log(draw, 0.2, 1.2)))
    sweep = Sweep(_even(draw, 0, 14), _log(draw, 0.01, 0.12))
    return Hit(
        modes, noises, _contact(draw, 0.7, 0.0002, 0.003), sweep, _log(draw, 0.0003, 0.003), around=_around(draw)
    )


def _snare(draw: Draw) -> Hit:
    base_hz = _log(draw, 120, 320)
    modes = _membrane(draw, base_hz, _log(draw, 0.06, 0.6), _count(draw, 1, 6), fall_db=_even(draw, 3, 12))
    level_db, decay_s = _even(draw, -16, 2), _log(draw, 0.08, 0.9)
    wires = _hiss(draw, _log(draw, 250, 2500), _log(draw, 7000, 18000), level_db, decay_s, tilt_db=_even(draw, -7, 2))
    stick = (Noise(level_db + _even(draw, -6, 8), _log(draw, 1500, 4000), 16000, _log(draw, 0.01, 0.05)),)
    sweep = Sweep(_even(draw, 0, 9), _log(draw, 0.006, 0.04))
    noises = wires + stick if draw.random() < 0.7 else wires
    return Hit(modes, noises, _contact(draw, 0.5, 0.0001, 0.002), sweep, _log(draw, 0.0002, 0.002), _around(draw))


def _rim(draw: Draw) -> Hit:
    base_hz = _log(draw, 180, 1800)
    modes = _crowd(draw, base_hz, base_hz * _even(draw, 3, 8), _count(draw, 2, 9), _log(draw, 0.03, 0.3), 1.0)
    stick = (Noise(_even(draw, -24, -4), _log(draw, 800, 4000), 16000, _log(draw, 0.01, 0.08)),)
    bed = _bed(draw, _even(draw, -40, -14), _log(draw, 0.1, 0.6))
    return Hit(modes, stick + bed, _contact(draw, 0.8, 0.00008, 0.0008), Sweep(), 0.0003, _around(draw))


def _clap(draw: Draw) -> Hit:
    count, gap_s = _count(draw, 1, 5), _log(draw, 0.006, 0.016)
    starts = tuple(np.cumsum([0.0, *(gap_s * draw.uniform(0.7, 1.3, count - 1))]).tolist())
    centre_hz = _log(draw, 800, 2200)
    tail = Noise(0.0, centre_hz * 0.7, centre_hz * _even(draw, 1.6, 6), _log(draw, 0.08, 0.6), 0.0004, starts)
    return Hit(noises=(tail,), around=_around(draw))


def _hat(draw: Draw, shortest_s: float, longest_s: float) -> Hit:
    decay_s, lines_db = _log(draw, shortest_s, longest_s), _even(draw, 0, 10)
    tilt_db = _even(draw, -3, 6)
    noises = _hiss(draw, _log(draw, 300, 4000), 17000, -6.0, decay_s, tilt_db, lines_db, damping=_even(draw, -0.1, 0.3))
    metal = _crowd(draw, _log(draw, 400, 4000), 15000, _count(draw, 4, 20), decay_s * 1.3, 0.6, _even(draw, -40, -18))
    modes = metal if draw.random() < 0.7 else _machine(draw, decay_s)
    return Hit(modes, noises, _contact(draw, 0.4, 0.00005, 0.0004), Sweep(), _log(draw, 0.0002, 0.002), _around(draw))


def _closed(draw: Draw) -> Hit:
    return _hat(draw, 0.03, 0.25)


def _open(draw: Draw) -> Hit:
    return _hat(draw, 0.3, 2.5)


def _crash(draw: Draw) -> Hit:
    decay_s = _log(draw, 1.0, 7.0)
    modes = _crowd(draw, _log(draw, 150, 450), 9000, _count(draw, 6, 24), decay_s * 1.5, 0.6, _even(draw, -34, -18))
    low_hz, tilt_db, lines_db = _log(draw, 120, 500), _even(draw, -8, 0), _even(draw, 6, 13)
    noises = _hiss(
        draw, low_hz, 17000, -6.0, decay_s, tilt_db, lines_db, _even(draw, 0.1, 0.4), _log(draw, 0.001, 0.02)
    )
    return Hit(modes, noises, None, Sweep(), _log(draw, 0.0005, 0.005), _around(draw))


def _ride(draw: Draw) -> Hit:
    decay_s = _log(draw, 1.5, 8.0)
    modes = _crowd(draw, _log(draw, 250, 700), 10000, _count(draw, 10, 30), decay_s, 0.7, _even(draw, -26, -14))
    low_hz, tilt_db, lines_db = _log(draw, 150, 700), _even(draw, -9, -1), _even(draw, 9, 15)
    noises = _hiss(draw, low_hz, _log(draw, 7000, 15000), -10.0, decay_s, tilt_db, lines_db, _even(draw, 0.1, 0.4))
    return Hit(modes, noises, _contact(draw, 0.9, 0.00008, 0.0006), Sweep(), 0.0004, _around(draw))


def _cowbell(draw: Draw) -> Hit:
    base_hz, decay_s = _log(draw, 400, 1100), _log(draw, 0.08, 0.9)
    pair = (Mode(base_hz, 0.0, decay_s), Mode(base_hz * _even(draw, 1.42, 1.56), _even(draw, -6, 0), decay_s))
    more = _crowd(draw, base_hz * 2.5, 9000, _count(draw, 2, 8), decay_s * 0.6, 1.5, level_db=_even(draw, -26, -12))
    return Hit(pair + more, (), _contact(draw, 0.6, 0.0001, 0.0008), attack_s=0.0004, around=_around(draw))


def _shaker(draw: Draw) -> Hit:
    noise = Noise(0.0, _log(draw, 2500, 7000), 18000, _log(draw, 0.05, 0.4), _log(draw, 0.003, 0.04))
    return Hit(noises=(noise,), around=_around(draw))


def _tambourine(draw: Draw) -> Hit:
    decay_s, count = _log(draw, 0.1, 0.7), _count(draw, 1, 4)
    starts = tuple(np.cumsum([0.0, *draw.uniform(0.004, 0.03, count - 1)]).tolist())
    modes = _crowd(
        draw, _log(draw, 3500, 6000), 15000, _count(draw, 8, 23), decay_s, 1.3, level_db=_even(draw, -24, -10)
    )
    return Hit(modes, (Noise(_even(draw, -12, -2), 4000, 18000, decay_s, 0.0008, starts),), around=_around(draw))


def _hand(draw: Draw) -> Hit:
    base_hz, decay_s = _log(draw, 80, 520), _log(draw, 0.08, 0.7)
    modes = _membrane(draw, base_hz, decay_s, _count(draw, 2, 6), fall_db=_even(draw, 4, 14))
    slap = Noise(_even(draw, -34, -8), _log(draw, 400, 3000), _log(draw, 5000, 15000), _log(draw, 0.01, 0.1))
    bed = _bed(draw, _even(draw, -52, -26), _log(draw, 0.15, 0.8))
    sweep = Sweep(_even(draw, 0, 4), _log(draw, 0.01, 0.05))
    return Hit(
        modes, (slap, *bed), _contact(draw, 0.4, 0.0002, 0.003), sweep, _log(draw, 0.0003, 0.003), around=_around(draw)
    )


def _other(draw: Draw) -> Hit:
    others = (_rim, _cowbell, _hand, _tom, _shaker)
    return others[int(draw.integers(len(others)))](draw)


FAMILIES: dict[str, Callable[[Draw], Hit]] = {
    "kick": _kick,
    "snare": _snare,
    "tom": _tom,
    "hihat_closed": _closed,
    "hihat_open": _open,
    "crash": _crash,
    "ride": _ride,
    "rim": _rim,
    "clap": _clap,
    "cowbell": _cowbell,
    "shaker": _shaker,
    "tambourine": _tambourine,
    "hand_drum": _hand,
    "perc_other": _other,
}
"""What draws a hit, by the label that such hits have."""


def _even(draw: Draw, low: float, high: float) -> float:
    return float(draw.uniform(low, high))


def _log(draw: Draw, low: float, high: float) -> float:
    return float(np.exp(draw.uniform(np.log(low), np.log(high))))


def _membrane(draw: Draw, base_hz: float, decay_s: float, count: int, fall_db: float) -> tuple[Mode, ...]:
    """Return modes of a skin: each higher one softer by about `fall_db` and shorter."""
    pull = draw.uniform(0.0, 0.6)
    modes = []
    for number, ideal in enumerate(MEMBRANE[:count]):
        ratio = ideal * (1.0 - pull) + round(ideal * 2) / 2 * pull
        level_db = -fall_db * np.sqrt(number) + (draw.normal(0.0, 3.0) if number else 0.0)
        modes.append(Mode(base_hz * ratio, float(level_db), decay_s / ratio ** draw.uniform(0.5, 1.5), _phase(draw)))
    first = Mode(modes[0].frequency_hz, modes[0].level_db, modes[0].decay_s)  # a skin starts at rest
    return (first, *modes[1:])


def _hiss(
    draw: Draw,
    low_hz: float,
    high_hz: float,
    level_db: float,
    decay_s: float,
    tilt_db: float = 0.0,
    lines_db: float = 0.0,
    damping: float = 0.25,
    attack_s: float = 0.0005,
) -> tuple[Noise, ...]:
    """Return noise in four bands: `tilt_db` from one to the next, and decays that fall by the power `damping`."""
    edges = np.geomspace(low_hz, high_hz, 5)
    noises = []
    for number, (bottom_hz, top_hz) in enumerate(pairwise(edges.tolist())):
        band_db = level_db + tilt_db * number + draw.normal(0.0, 2.0)
        band_s = decay_s * (low_hz / bottom_hz) ** damping * np.exp(draw.normal(0.0, 0.15))
        noises.append(Noise(float(band_db), bottom_hz, top_hz, float(band_s), attack_s, lines_db=lines_db))
    return tuple(noises)


def _bed(draw: Draw, level_db: float, decay_s: float) -> tuple[Noise, ...]:
    """Return what rattles along below the hit: wires, rims and other drums."""
    return _hiss(draw, _log(draw, 120, 500), _log(draw, 5000, 14000), level_db, decay_s, _even(draw, -8, 0))


def _crowd(
    draw: Draw, low_hz: float, high_hz: float, count: int, decay_s: float, damping: float, level_db: float = 0.0
) -> tuple[Mode, ...]:
    """Return modes at random between two frequencies; high ones die sooner by the power `damping` / 2."""
    frequencies = np.exp(draw.uniform(np.log(low_hz), np.log(max(high_hz, low_hz * 1.01)), int(count)))
    return tuple(
        Mode(
            float(hz),
            level_db + float(draw.normal(0, 5)),
            decay_s * float((low_hz / hz) ** (damping / 2)),
            _phase(draw),
        )
        for hz in np.sort(frequencies)
    )


def _machine(draw: Draw, decay_s: float) -> tuple[Mode, ...]:
    """Return the odd harmonics above 3 kHz of six square waves out of tune."""
    tune, level_db = _log(draw, 0.7, 1.6), _even(draw, -34, -16)
    return tuple(
        Mode(hz * tune * harmonic, level_db, decay_s, _phase(draw))
        for hz in _SQUARES_HZ
        for harmonic in range(1, 60, 2)
        if 3000 < hz * tune * harmonic < 16000
    )[:48]


def _contact(draw: Draw, share: float, shortest_s: float, longest_s: float) -> Click | None:
    return Click(_even(draw, -24, 0), _log(draw, shortest_s, longest_s)) if draw.random() < share else None


def _phase(draw: Draw) -> float:
    return _even(draw, -np.pi, np.pi)


def _around(draw: Draw) -> Around:
    """Drive one hit in four, and put four in five into a room."""
    drive_db = _even(draw, 1, 14) if draw.random() < 0.25 else 0.0
    room_s = _log(draw, 0.3, 2.5) if draw.random() < 0.8 else 0.0
    return Around(drive_db, _even(draw, -34, -6), room_s, _even(draw, 0.1, 0.5))


def _count(draw: Draw, least: int, most: int) -> int:
    return int(draw.integers(least, most, endpoint=True))
