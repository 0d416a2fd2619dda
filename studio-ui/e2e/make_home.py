"""Fill a folder with what the browser tests play: instruments of known tones and a folder of synthesised drums.

Usage: python make_home.py ROOT SOURCE_TREE
"""

import sys
from pathlib import Path

import numpy as np
import soundfile

ROOT, TREE = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, str(TREE / "tests"))

import drums  # noqa: E402
import instruments  # noqa: E402
from drumlin.parameters import ParameterRange  # noqa: E402

BRIGHT = ParameterRange("bright", "", 0.0, 1.0, 0.0, help="An octave higher at most")
STRIKE = (
    ParameterRange("brightness", "dB/octave", -6.0, 6.0, 0.0),
    ParameterRange("decay", "x", 0.2, 3.0, 1.0, curve="exponential", help="Times its own decay"),
    ParameterRange("noisiness", "dB", -24.0, 24.0, 0.0),
    ParameterRange("attack", "ms", 0.0, 30.0, 0.0),
)
"""What the built-in instrument can be told."""

MANY = tuple(ParameterRange(f"knob_{index}", "", 0.0, 1.0, 0.0, label=f"Knob {index}") for index in range(1, 10))
PLAYED = ((0.4, -0.2), (-0.7, 0.5))
"""Latents of the tones that are dropped on the page."""

LENGTH = 30000
"""Points of a tone: longer than a beat of the fastest loop, so that a hit cuts the one before it."""


TRACK_RATE = 44100
CHORDS = ((110.0, 261.6, 329.6), (110.0, 261.6, 329.6), (87.3, 261.6, 349.2), (98.0, 246.9, 293.7))
"""A minor, twice, F and G: a chord a bar."""


def track(bars: int = 8, tempo_bpm: float = 120.0) -> np.ndarray:
    """Return a short piece of music with a calm half and a loud one: drums, bass and chords, (T,)."""
    beat = round(60.0 / tempo_bpm * TRACK_RATE)
    sound = np.zeros(bars * 4 * beat, np.float32)
    time = np.arange(4 * beat) / TRACK_RATE
    for bar in range(bars):
        is_loud = bar >= bars // 2
        at = bar * 4 * beat
        for f0_hz in CHORDS[bar % 4]:
            fade = np.minimum(1.0, np.minimum(time, time[::-1]) / 0.02)
            level = 0.05 + 0.04 * is_loud
            wave = sum(np.sin(2 * np.pi * f0_hz * k * time) / k for k in range(1, 4 + 4 * is_loud))
            sound[at : at + 4 * beat] += (level * fade * wave).astype(np.float32)
        for step in range(8):
            for drum, is_due in (
                (drums.kick(1), step in (0, 4)),
                (drums.snare(2), is_loud and step in (2, 6)),
                (drums.hat(3), is_loud or step % 2 == 0),
            ):
                begin = at + step * beat // 2
                part = sound[begin : begin + len(drum)]
                part += 0.3 * is_due * drum[: len(part)]
    return np.clip(sound, -1.0, 1.0)


def main() -> None:
    """Write everything."""
    shelf, sounds, drops = ROOT / "home" / "instruments", ROOT / "sounds", ROOT / "drops"
    for folder in (shelf, sounds, drops):
        folder.mkdir(parents=True)
    make_instrument = instruments.make_instrument
    make_instrument(shelf / "alpha-tones.drumlin", points=120, name="Alpha tones", length=LENGTH)
    make_instrument(shelf / "beta-tones.drumlin", points=60, name="Beta tones", controls=(BRIGHT,))
    make_instrument(shelf / "gamma-tones.drumlin", name="Gamma tones", classes=("kick", "snare", "hat"), points=60)
    make_instrument(shelf / "delta-tones.drumlin", points=60, name="Delta tones", controls=STRIKE)
    make_instrument(shelf / "epsilon-tones.drumlin", points=60, name="Epsilon tones", controls=MANY)
    for index, (z0, z1) in enumerate(PLAYED):
        tone = instruments.tone(z0, z1, length=LENGTH)
        soundfile.write(drops / f"tone_{index}.wav", tone, instruments.SAMPLE_RATE, subtype="FLOAT")
    soundfile.write(drops / "track.wav", track(), TRACK_RATE)
    soundfile.write(drops / "silence.wav", np.zeros(2 * TRACK_RATE, np.float32), TRACK_RATE)
    (drops / "words.mp3").write_text("These are words, and no music.", encoding="utf-8")
    (drops / "torn.wav").write_bytes((drops / "track.wav").read_bytes()[:3000])
    for kit in ("oak", "elm", "ash"):
        for name in ("kick", "snare", "hat", "tom"):
            folder = sounds / kit / name
            folder.mkdir(parents=True)
            for seed in range(4):
                sound = getattr(drums, name)(seed + 10 * len(kit) + ord(kit[0]))
                soundfile.write(folder / f"{name}_{seed}.wav", sound, 44100)
    odd = sounds / "odd"
    odd.mkdir()
    soundfile.write(odd / "kick.wav", drums.kick(), 44100)
    (odd / "broken.wav").write_text("no sound", encoding="utf-8")


main()
