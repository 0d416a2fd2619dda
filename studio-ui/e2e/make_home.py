"""Fill a folder with what the browser tests play: instruments of known tones and a folder of synthesised drums.

Usage: python make_home.py ROOT SOURCE_TREE
"""

import sys
from pathlib import Path

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
