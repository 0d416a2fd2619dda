"""What a mouth says for drums: syllables of known making, as there is no collection of imitations to learn from.

Each is put together of bursts, hisses and vowels of a `mouth.Tract`. Shape letter: `T` points.
"""

from collections.abc import Callable

import numpy as np

from ..units import Array, Waveform, db_to_gain
from .mouth import Speaker, Tract

SYLLABLES: dict[str, tuple[str, ...]] = {
    "kick": ("boom", "b", "doom", "puh"),
    "tom": ("dom", "bong", "dung"),
    "snare": ("ka", "pf", "psh", "kh"),
    "closed hat": ("ts", "t", "tik"),
    "open hat": ("tss", "tsh", "pss"),
    "rim": ("tok", "k", "click"),
}
"""What a mouth says for a drum."""


def say(syllable: str, speaker: Speaker, sample_rate: int, generator: np.random.Generator) -> Waveform:
    """Return a syllable, onset first, peak at 1, shape (T,).

    Args:
        syllable: one of `SYLLABLES`.
        speaker: who says it.
        sample_rate: Hz.
        generator: draws this utterance of it: no two are alike.
    """
    sound = _SAYINGS[syllable](Tract(speaker, sample_rate, generator))
    loudest = max(float(np.abs(sound).max()), 1e-9)
    said: Waveform = (sound / loudest).astype(np.float32)
    return said


def _together(*parts: tuple[float, Array], rate: int) -> Array:
    """Return parts that begin at so many seconds, added up."""
    ends = [round(start * rate) + len(part) for start, part in parts]
    total = np.zeros(max(ends))
    for start, part in parts:
        begin = round(start * rate)
        total[begin : begin + len(part)] += part
    return total


def _boom(tract: Tract) -> Array:
    voice = tract.voice("oo", (0.18, 0.38), (0.75, 1.05), falls=(0.55, 0.9))
    opening = tract.burst("lips", tract.between(-18, -6))
    return _together((0.0, opening), (0.0, tract.pop()), (tract.between(0.0, 0.012), voice), rate=tract.rate)


def _b(tract: Tract) -> Array:
    voice = tract.voice("uh", (0.04, 0.09), (0.7, 1.0)) * db_to_gain(tract.between(-14, -2))
    pop = tract.pop() * db_to_gain(tract.between(0, 6))
    return _together((0.0, tract.burst("lips", tract.between(-16, -6))), (0.0, pop), (0.004, voice), rate=tract.rate)


def _doom(tract: Tract) -> Array:
    voice = tract.voice("oo", (0.18, 0.38), (0.75, 1.05))
    return _together((0.0, tract.burst("teeth", tract.between(-24, -14))), (0.004, voice), rate=tract.rate)


def _puh(tract: Tract) -> Array:
    air = tract.hiss("h", (0.03, 0.07), tract.between(-26, -14))
    pop = tract.pop() * db_to_gain(tract.between(3, 9))
    return _together((0.0, tract.burst("lips", tract.between(-14, -4))), (0.0, pop), (0.004, air), rate=tract.rate)


def _dom(tract: Tract) -> Array:
    voice = tract.voice("o", (0.2, 0.42), (1.1, 1.8), falls=(0.65, 0.95))
    return _together((0.0, tract.burst("teeth", tract.between(-22, -12))), (0.003, voice), rate=tract.rate)


def _bong(tract: Tract) -> Array:
    voice = tract.voice("o", (0.22, 0.45), (1.1, 1.9), falls=(0.65, 0.95))
    return _together((0.0, tract.burst("lips", tract.between(-22, -10))), (0.003, voice), rate=tract.rate)


def _dung(tract: Tract) -> Array:
    voice = tract.voice("uh", (0.2, 0.42), (1.1, 1.8), falls=(0.65, 0.95))
    return _together((0.0, tract.burst("teeth", tract.between(-22, -12))), (0.003, voice), rate=tract.rate)


def _ka(tract: Tract) -> Array:
    air = tract.hiss("h", (0.05, 0.09), tract.between(-14, -6))
    voice = tract.voice("a", (0.07, 0.16), (0.9, 1.4)) * db_to_gain(tract.between(-9, -1))
    start = tract.between(0.03, 0.06)
    return _together((0.0, tract.burst("palate")), (0.004, air), (start, voice), rate=tract.rate)


def _pf(tract: Tract) -> Array:
    air = tract.hiss("f", (0.09, 0.2), tract.between(-8, -1))
    return _together((0.0, tract.burst("lips")), (0.0, tract.pop() * 0.5), (0.004, air), rate=tract.rate)


def _psh(tract: Tract) -> Array:
    air = tract.hiss("sh", (0.1, 0.22), tract.between(-6, 0))
    return _together((0.0, tract.burst("lips", -3.0)), (0.0, tract.pop() * 0.5), (0.005, air), rate=tract.rate)


def _kh(tract: Tract) -> Array:
    air = tract.hiss("sh", (0.08, 0.18), tract.between(-8, -1))
    rasp = tract.hiss("h", (0.06, 0.14), tract.between(-12, -4))
    return _together((0.0, tract.burst("palate")), (0.004, air), (0.004, rasp), rate=tract.rate)


def _ts(tract: Tract) -> Array:
    air = tract.hiss("s", (0.03, 0.09), tract.between(-6, 0), rise_s=0.003)
    return _together((0.0, tract.burst("teeth", -2.0)), (0.004, air), rate=tract.rate)


def _t(tract: Tract) -> Array:
    air = tract.hiss("s", (0.015, 0.035), tract.between(-12, -4), rise_s=0.002)
    return _together((0.0, tract.burst("teeth")), (0.003, air), rate=tract.rate)


def _tik(tract: Tract) -> Array:
    air = tract.hiss("s", (0.02, 0.04), tract.between(-10, -3), rise_s=0.002)
    voice = tract.voice("i", (0.02, 0.04), (1.0, 1.4)) * db_to_gain(tract.between(-24, -14))
    return _together((0.0, tract.burst("teeth")), (0.004, air), (0.02, voice), rate=tract.rate)


def _tss(tract: Tract) -> Array:
    air = tract.hiss("s", (0.25, 0.6), tract.between(-4, 0), rise_s=0.004)
    return _together((0.0, tract.burst("teeth", -2.0)), (0.004, air), rate=tract.rate)


def _tsh(tract: Tract) -> Array:
    air = tract.hiss("sh", (0.25, 0.6), tract.between(-4, 0), rise_s=0.004)
    return _together((0.0, tract.burst("teeth", -2.0)), (0.004, air), rate=tract.rate)


def _pss(tract: Tract) -> Array:
    air = tract.hiss("s", (0.25, 0.6), tract.between(-4, 0), rise_s=0.006)
    return _together((0.0, tract.burst("lips", -8.0)), (0.008, air), rate=tract.rate)


def _tok(tract: Tract) -> Array:
    voice = tract.voice("o", (0.025, 0.05), (1.0, 1.5)) * db_to_gain(tract.between(-10, -2))
    close = tract.burst("palate", tract.between(-14, -6))
    return _together((0.0, tract.burst("teeth")), (0.006, voice), (0.045, close), rate=tract.rate)


def _k(tract: Tract) -> Array:
    air = tract.hiss("h", (0.015, 0.03), tract.between(-18, -8))
    return _together((0.0, tract.burst("palate")), (0.003, air), rate=tract.rate)


def _click(tract: Tract) -> Array:
    return tract.click()


_SAYINGS: dict[str, Callable[[Tract], Array]] = {
    **{"boom": _boom, "b": _b, "doom": _doom, "puh": _puh, "dom": _dom, "bong": _bong, "dung": _dung},
    **{"ka": _ka, "pf": _pf, "psh": _psh, "kh": _kh, "ts": _ts, "t": _t, "tik": _tik},
    **{"tss": _tss, "tsh": _tsh, "pss": _pss, "tok": _tok, "k": _k, "click": _click},
}
