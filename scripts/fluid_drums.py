"""Takes the drums out of the Fluid (R3) soundfont: further kits for the starter ear, under the MIT licence.

    python scripts/fluid_drums.py FluidR3_GM.sf2 --out FOLDER

The soundfont, by Frank Wen and others, is in Debian as `fluid-soundfont-gm`. Its percussion bank holds recorded kits,
hand percussion and two drum machines, one stroke each. FOLDER gets FLAC files, a `manifest.csv` and a `README.md` as
`train_default.py` reads them. What is no hit of a known class (scratches, whistles, timpani, timbales) is left out.
Format: SoundFont 2.04, section 7 and 8. Numbers of generators are from there.
"""

import argparse
import csv
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from drumlin.audio.resampling import resample
from drumlin.units import Waveform

RATE = 44_100
LONGEST_S, FADE_S = 2.0, 0.005
PERCUSSION_BANK = 128
LEFT_TYPE = 4
KEYS, INSTRUMENT, SAMPLE, ROOT = 43, 41, 53, 58
"""Generators: range of keys, and what a zone points to; the key at which a sample sounds as recorded."""

CLASSES = (
    ("kick", "kick|bass drum"),
    ("clap", "clap"),
    ("hihat_closed", "closed hat|hi-hat closed|hi-hat foot"),
    ("hihat_open", "open hat|half-open"),
    ("snare", "snr|snare|rmpwr|piccolo"),
    ("rim", "rim tap"),
    ("ride", "ride"),
    ("crash", "crsh|crash|splash"),
    ("cowbell", "cow ?bell"),
    ("tambourine", "tambourine"),
    ("shaker", "cabasa|maracas|shaker"),
    ("hand_drum", "bongo|conga|tumba|closed slap"),
    ("perc_other", "clave|woodblock|agogo|guiro|triangle|castanet|vibra slap|quica|sleigh"),
    ("tom", "tom|studio"),
)
KITS = (
    ("808", "^808"),
    ("electronic", "^elec"),
    ("brush", "^brush"),
    ("orchestra", "^orch"),
    ("power", "power|pwr|room"),
    ("standard", "std|snr|piccolo|studio|tom|crsh|crash|splash|ride|hat|rim tap"),
    ("percussion", "."),
)
"""Classes and kits by what is in the name of a sample; the first that fits."""

README = """# Drums of the Fluid (R3) soundfont

### fluid: {count} files

- From: Debian package fluid-soundfont-gm, FluidR3_GM.sf2
- Author: Frank Wen and contributors (Suren M. Seron, Scott Hanan, Ethan Winer and others, named in its README)
- Licence: MIT
"""


@dataclass(frozen=True)
class Stroke:
    """A sample as the percussion bank plays it: record number, and semitones above its recorded pitch."""

    sample: int
    semitones: int


def main() -> None:
    """Read the soundfont, write sounds and manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("soundfont", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    font = Soundfont(arguments.soundfont.read_bytes())
    rows = []
    for stroke in sorted(font.strokes(), key=lambda one: (one.sample, one.semitones)):
        name = font.name(stroke.sample)
        label = first(CLASSES, name)
        if label is None:
            continue
        waveform = font.waveform(stroke)
        plain = re.sub(r"[^a-z0-9]+", "-", f"{name} {stroke.semitones:+d}".lower().replace("(l", "")).strip("-")
        path = Path("train") / label / f"fluid__{plain}.flac"
        (arguments.out / path).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(arguments.out / path, waveform, RATE, subtype="PCM_16")
        facts = {"path": path.as_posix(), "label": label, "kit": f"fluid-{first(KITS, name)}", "source": "fluid"}
        rows.append(facts | {"licence": "MIT", "split": "train", "original_path": name, "provenance": "A"})
    with (arguments.out / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    (arguments.out / "README.md").write_text(README.format(count=len(rows)), encoding="utf-8")
    print(f"{len(rows)} sounds", file=sys.stderr)


def first(table: tuple[tuple[str, str], ...], name: str) -> str | None:
    """Return the first entry whose pattern is in a name."""
    return next((entry for entry, pattern in table if re.search(pattern, name.lower())), None)


class Soundfont:
    """The bytes of a soundfont, and the records in them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._chunks = dict(_chunks(data))
        self._bags = {kind: self._records(f"{kind}bag", "<HH") for kind in "pi"}
        self._generators = {kind: self._records(f"{kind}gen", "<HH") for kind in "pi"}
        self._samples = self._records("shdr", "<20sIIIIIBbHH")

    def name(self, sample: int) -> str:
        """Return the name of a sample."""
        return str(self._samples[sample][0].split(b"\0")[0].decode("latin-1"))

    def strokes(self) -> set[Stroke]:
        """Return what the percussion bank plays, of stereo pairs the left one."""
        found = set()
        presets, instruments = self._records("phdr", "<20sHHHIII"), self._records("inst", "<20sH")
        for preset, following in pairwise(presets):
            if preset[2] != PERCUSSION_BANK:
                continue
            for zone in self._zones("p", preset[3], following[3]):
                if INSTRUMENT in zone:
                    number = zone[INSTRUMENT]
                    found |= set(self._strokes(instruments[number][1], instruments[number + 1][1]))
        return found

    def waveform(self, stroke: Stroke) -> Waveform:
        """Return a stroke as it sounds, both channels mixed, (T,) at `RATE`, at most 2 s."""
        sides = [stroke.sample]
        if self._samples[stroke.sample][9] == LEFT_TYPE:
            sides.append(self._samples[stroke.sample][8])
        both = [self._points(side) for side in sides]
        shortest = min(len(one) for one in both)
        mixed = np.mean([one[:shortest] for one in both], axis=0).astype(np.float32)
        speed = 2.0 ** (stroke.semitones / 12.0)
        heard = resample(mixed, round(self._samples[stroke.sample][5] * speed), RATE)[: round(LONGEST_S * RATE)]
        fade = min(len(heard), round(FADE_S * RATE))
        heard[len(heard) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
        return heard

    def _strokes(self, start: int, end: int) -> Iterator[Stroke]:
        for zone in self._zones("i", start, end):
            if SAMPLE not in zone or self._samples[zone[SAMPLE]][9] not in (1, LEFT_TYPE):
                continue
            key = zone.get(KEYS, 60 | 60 << 8) >> 8  # the highest of the range
            root = zone.get(ROOT, self._samples[zone[SAMPLE]][6])
            if abs(key - root) <= 12:
                yield Stroke(zone[SAMPLE], key - root)

    def _zones(self, kind: str, start: int, end: int) -> Iterator[dict[int, int]]:
        """Return the generators of each zone; what the first one says alone holds for all."""
        common: dict[int, int] = {}
        for number in range(start, end):
            first_one, last_one = self._bags[kind][number][0], self._bags[kind][number + 1][0]
            own = dict(self._generators[kind][first_one:last_one])
            if number == start and not {INSTRUMENT, SAMPLE} & own.keys():
                common = own
            yield {**common, **own}

    def _points(self, sample: int) -> Waveform:
        offset = self._chunks["smpl"][0]
        start, end = (offset + 2 * self._samples[sample][place] for place in (1, 2))
        return np.frombuffer(self._data[start:end], "<i2").astype(np.float32) / 32768.0

    def _records(self, name: str, form: str) -> list[tuple[Any, ...]]:
        start, size = self._chunks[name]
        return list(struct.iter_unpack(form, self._data[start : start + size]))


def _chunks(data: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Return name, place and size of each chunk in the three lists of a soundfont."""
    for _, start, size in _walk(data, 12, len(data)):
        for name, place, length in _walk(data, start + 4, start + size):
            yield name, (place, length)


def _walk(data: bytes, place: int, end: int) -> Iterator[tuple[str, int, int]]:
    while place < end:
        size = int(struct.unpack_from("<I", data, place + 4)[0])
        yield data[place : place + 4].decode("latin-1"), place + 8, size
        place += 8 + size + size % 2


if __name__ == "__main__":
    main()
