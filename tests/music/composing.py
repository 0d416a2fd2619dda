"""Seeded pieces with known truth: tempo, beats, downbeats, meter, key, form.

    piece = compose(seed, half="dev")          # a list of notes and hits, and the truth
    waveform = render(piece)                   # tests/music/rendering.py

Sections of one letter share chords, groove, motif and texture; each repetition varies a little. Times are seconds.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tables import COMPS, FORMS, GROOVES, PROGRESSIONS, QUALITIES, SCALES, Chord, Groove
from .voices import PITCHED

LEAD_S = 0.1
"""Silence before the first beat."""

STEPS = {"4/4": (4, 4), "3/4": (3, 4), "6/8": (2, 6), "5/4": (5, 4)}
"""Beats in a bar, steps in a beat."""

HALF_BAR = {"4/4": 2.0, "3/4": 2.0, "6/8": 1.0, "5/4": 3.0}
"""Beats before the second chord of a bar."""


@dataclass(frozen=True)
class Hit:
    """One sound: a drum (`midi` None) or a note."""

    voice: str
    time_s: float
    gain: float
    midi: int | None = None
    duration_s: float = 0.0
    pad: bool = False


@dataclass(frozen=True)
class Truth:
    """What is known of a piece.

    Args:
        key: tonic 0-11 and mode; None: nothing has a pitch.
        marks_s: moments within sections at which somebody enters or leaves: to hear a boundary there is neither right
            nor wrong.
    """

    tempo_bpm: float
    meter: str
    beats_s: NDArray[np.float64]
    downbeats_s: NDArray[np.float64]
    key: tuple[int, str] | None
    sections: tuple[tuple[float, float, str], ...]
    duration_s: float
    marks_s: tuple[float, ...] = ()


@dataclass(frozen=True)
class Piece:
    """Notes and truth; `seed` and `half` also choose its sounds, `cents` its tuning."""

    seed: int
    half: str
    truth: Truth
    hits: tuple[Hit, ...]
    cents: int = 0


@dataclass(frozen=True)
class Wishes:
    """What a test wants to know beforehand; None is left to chance."""

    tempo_bpm: float | None = None
    meter: str | None = None  # `5/4` only where it is wished for
    tonic: int | None = None
    mode: str | None = None
    form: str | None = None
    bars: int | None = None
    kind: str | None = None  # "band", "drums" or "pitched"
    human_s: float | None = None
    steady: bool = False


@dataclass
class _Player:
    """What the parts of one piece share while it is written."""

    generator: np.random.Generator
    half: str
    tonic: int
    mode: str
    meter: str
    kind: str
    grid_s: NDArray[np.float64]  # time of each beat
    swing: float
    human_s: float
    hits: list[Hit] = field(default_factory=list)

    def at(self, beat: float) -> float:
        """Return the time of a place in beats, swung."""
        whole, part = int(np.floor(beat + 1e-9)), (beat + 1e-9) % 1.0
        if self.meter != "6/8" and 0.4 < part < 0.6:
            part += self.swing
        whole = min(whole, len(self.grid_s) - 2)
        start, end = self.grid_s[whole], self.grid_s[whole + 1]
        return float(start + (beat - whole if beat - whole > 1 else part) * (end - start))

    def play(
        self, voice: str, beat: float, gain: float, midi: int | None = None, beats: float = 0.0, pad: bool = False
    ) -> None:
        """Write one sound, a little late or early and louder or softer."""
        time_s = self.at(beat) + float(np.clip(self.generator.normal(0, self.human_s), -0.05, 0.05))
        length_s = self.at(beat + beats) - self.at(beat) if beats else 0.0
        loud = gain * float(self.generator.uniform(0.85, 1.1))
        self.hits.append(Hit(voice, max(0.0, time_s), loud, midi, max(0.04, length_s * 0.95) if beats else 0.0, pad))


@dataclass(frozen=True)
class _Section:
    """What all sections of a letter share."""

    chords: tuple[Chord, ...]
    bars: int
    groove: Groove | None
    hats: bool
    comp: str | None
    comp_voice: str
    bass: str | None
    lead: str | None
    motif: tuple[tuple[float, float, int], ...]  # beat in two bars, beats, step of the scale
    register: int
    late: str = ""  # "hats" or "lead": enters in the middle
    has_crash: bool = False


def compose(seed: int, half: str = "dev", wishes: Wishes | None = None) -> Piece:
    """Return a piece that depends on its arguments alone."""
    wishes = wishes or Wishes()
    generator = np.random.default_rng((11, seed, half == "held"))
    kind = wishes.kind or str(generator.choice(["band", "drums", "pitched"], p=[0.72, 0.12, 0.16]))
    meter = wishes.meter or str(generator.choice(["4/4", "3/4", "6/8"], p=[0.7, 0.17, 0.13]))
    low, high = (58.0, 110.0) if meter == "6/8" else (58.0, 180.0)
    tempo = wishes.tempo_bpm or float(np.round(np.exp(generator.uniform(np.log(low), np.log(high))), 1))
    mode = wishes.mode or str(generator.choice(["major", "minor"]))
    tonic = int(generator.integers(12)) if wishes.tonic is None else wishes.tonic
    form = wishes.form or str(generator.choice(FORMS[half]))
    sections = {}
    for letter in sorted(set(form)):
        before = list(sections.values())
        sections[letter] = _draw_section(generator, half, meter, mode, kind, tempo, before, wishes.bars)
    per_bar = STEPS[meter][0]
    total = sum(sections[letter].bars for letter in form) * per_bar
    change = sections[form[0]].bars * per_bar if generator.random() < 0.06 else None
    grid = _grid(generator, tempo, total + per_bar + 1, wishes.steady, change)
    human = float(generator.uniform(0.0, 0.01)) if wishes.human_s is None else wishes.human_s
    swing = float(generator.choice([0.0, 0.0, 0.06, 0.12, 1 / 6])) if tempo < 150 else 0.0
    player = _Player(generator, half, tonic, mode, meter, kind, grid, swing, human)
    spans, beat = [], 0
    for letter in form:
        section = sections[letter]
        _play_section(player, section if letter not in [span[2] for span in spans] else _again(player, section), beat)
        spans.append((float(grid[beat]), float(grid[beat + section.bars * per_bar]), letter))
        beat += section.bars * per_bar
    has_end = generator.random() < 0.6
    if has_end:
        _play_end(player, beat)
    end_s = float(grid[beat]) + (2.0 if has_end else 0.15)
    beats = grid[: beat + has_end]
    truth = Truth(
        tempo_bpm=float(60.0 / np.median(np.diff(beats))),
        meter=meter,
        beats_s=beats,
        downbeats_s=beats[::per_bar],
        key=None if kind == "drums" else (tonic, mode),
        sections=_merged(spans),
        duration_s=end_s,
    )
    return Piece(
        seed, half, truth, tuple(sorted(player.hits, key=lambda hit: hit.time_s)), int(generator.integers(-30, 31))
    )


def shifted(piece: Piece, by_s: float) -> Piece:
    """Return the piece with every hit and truth later."""
    truth = piece.truth
    moved = replace(
        truth,
        beats_s=truth.beats_s + by_s,
        downbeats_s=truth.downbeats_s + by_s,
        sections=tuple((start + by_s, end + by_s, letter) for start, end, letter in truth.sections),
        duration_s=truth.duration_s + by_s,
    )
    return replace(piece, truth=moved, hits=tuple(replace(hit, time_s=hit.time_s + by_s) for hit in piece.hits))


def _grid(
    generator: np.random.Generator, tempo: float, count: int, steady: bool, change: int | None
) -> NDArray[np.float64]:
    """Return the times of `count` beats: steady, drifting, going from one tempo to another, or jumping at `change`."""
    curve = np.full(count, 60.0 / tempo)
    draw = generator.random()
    if not steady and draw < 0.15:
        curve *= np.linspace(1.0, generator.uniform(0.92, 1.08), count)
    elif not steady and draw < 0.35:
        curve *= 1.0 + 0.02 * np.sin(np.linspace(0, generator.uniform(4, 12), count))
    elif not steady and change is not None:
        curve[:change] *= generator.choice([0.8, 0.88, 1.14, 1.25])
    return np.concatenate([[LEAD_S], LEAD_S + np.cumsum(curve)])


def _merged(spans: list[tuple[float, float, str]]) -> tuple[tuple[float, float, str], ...]:
    """Return the sections; neighbours of one letter are one."""
    merged: list[tuple[float, float, str]] = []
    for start, end, letter in spans:
        if merged and merged[-1][2] == letter:
            merged[-1] = (merged[-1][0], end, letter)
        else:
            merged.append((start, end, letter))
    return tuple(merged)


def _draw_section(
    generator: np.random.Generator, half: str, meter: str, mode: str, kind: str, tempo: float,
    before: list[_Section], bars: int | None,
) -> _Section:  # fmt: skip
    choices = [chords for chords in PROGRESSIONS[half][mode] if chords not in [other.chords for other in before]]
    if not before:  # a piece begins at home more often than not
        home = [chords for chords in choices if chords[0][0] == 0]
        choices = home if generator.random() < 0.8 else choices
    chords = choices[generator.integers(len(choices))]
    grooves = [
        groove for groove in GROOVES[half] if groove.meter == meter and groove.low_bpm <= tempo <= groove.high_bpm
    ]
    groove = _varied(generator, grooves[generator.integers(len(grooves))])
    used = [other.groove for other in before]
    if used and used[0] is not None and (kind != "drums" and generator.random() < 0.6):
        groove = used[0]
    drumless = kind == "pitched" or (kind == "band" and bool(before) and generator.random() < 0.12)
    comps = [comp for comp in COMPS if comp not in [other.comp for other in before]]
    per_bar = STEPS[meter][0]
    seconds = per_bar * 60.0 / tempo
    count = bars or (8 if seconds < 2.6 and generator.random() < 0.75 else 4)
    if bars is None and generator.random() < 0.08:
        count = 6
    elif bars is None and seconds < 1.3:
        count = int(generator.choice([8, 16]))
    has_lead = bool(generator.random() < (0.35 if not before else 0.75)) if kind != "drums" else False
    return _Section(
        chords=chords,
        bars=count,
        groove=None if drumless else groove,
        hats=bool(generator.random() < (0.75 if not before else 0.9)),
        comp=str(generator.choice(comps)) if kind != "drums" else None,
        comp_voice=str(generator.choice(PITCHED[half])),
        bass=str(generator.choice(["whole", "beats", "kick", "walk"]))
        if kind != "drums" and generator.random() < 0.85
        else None,
        lead=str(generator.choice(PITCHED[half])) if has_lead else None,
        motif=_motif(generator, per_bar),
        register=int(generator.choice([48, 55, 60])),
        late=str(generator.choice(["", "hats", "lead"], p=[0.7, 0.18, 0.12])),
        has_crash=bool(generator.random() < 0.4),
    )


def _again(player: _Player, section: _Section) -> _Section:
    """Return a section as it comes again: sometimes with another voice, with or without hats or lead."""
    generator = player.generator
    if generator.random() < 0.25:
        section = replace(section, comp_voice=str(generator.choice(PITCHED[player.half])))
    if generator.random() < 0.2:
        section = replace(section, hats=not section.hats)
    if generator.random() < 0.3 and player.kind != "drums":
        section = replace(section, lead=None if section.lead else str(generator.choice(PITCHED[player.half])))
    return replace(section, late=section.late if generator.random() < 0.5 else "")


def _varied(generator: np.random.Generator, groove: Groove) -> Groove:
    """Return the groove with up to two more strokes, or one less hat pattern, as often as not."""
    kick, snare, hat = list(groove.kick), list(groove.snare), groove.hat
    for line, loudness in ((kick, "6"), (snare, "3")):
        place = int(generator.integers(1, len(line)))
        if generator.random() < 0.35 and snare[place] == "." and kick[place] == ".":
            line[place] = loudness
    if generator.random() < 0.2:
        hat = "".join(letter if index % 4 == 0 or len(hat) == 12 else "." for index, letter in enumerate(hat))
    return replace(groove, kick="".join(kick), snare="".join(snare), hat=hat)


def _motif(generator: np.random.Generator, per_bar: int) -> tuple[tuple[float, float, int], ...]:
    notes, beat, step = [], 0.0, int(generator.integers(7, 12))
    while beat < 2 * per_bar - 0.01:
        beats = float(generator.choice([0.5, 1.0, 1.0, 2.0]))
        if generator.random() < 0.8:
            notes.append((beat, min(beats, 2 * per_bar - beat), step))
        step = int(np.clip(step + generator.integers(-2, 3), 5, 14))
        beat += beats
    return tuple(notes)


def _play_section(player: _Player, section: _Section, start: int) -> None:
    per_bar = STEPS[player.meter][0]
    whole = section
    for bar in range(section.bars):
        beat = start + bar * per_bar
        section = (
            whole
            if bar >= whole.bars // 2 or not whole.late
            else replace(
                whole, hats=whole.hats and whole.late != "hats", lead=None if whole.late == "lead" else whole.lead
            )
        )
        if bar == 0 and section.has_crash and section.groove is not None:
            player.play("open", beat, 0.5)
        chord = section.chords[bar % len(section.chords)]
        if section.groove is not None:
            _play_drums(player, section, section.groove, beat, is_last=bar == section.bars - 1)
        if section.comp is not None:
            _play_chords(player, section, chord, beat)
        if section.bass is not None:
            _play_bass(player, section, chord, beat)
        if section.lead is not None and bar % 2 == 0:
            _play_lead(player, section, beat, per_bar * min(2, section.bars - bar), chord)


def _play_drums(player: _Player, section: _Section, groove: Groove, beat: float, is_last: bool) -> None:
    steps = STEPS[player.meter][1]
    fill = is_last and player.generator.random() < 0.4
    for name, line, level in (("kick", groove.kick, 0.9), ("snare", groove.snare, 0.7), ("hat", groove.hat, 0.3)):
        if name == "hat" and not section.hats:
            continue
        for step, letter in enumerate(line):
            if letter != "." and not (fill and step >= len(line) * 3 // 4 and name != "hat"):
                player.play(name, beat + step / steps, level * int(letter) / 9)
    if fill:
        for step in range(len(groove.snare) * 3 // 4, len(groove.snare)):
            if player.generator.random() < 0.7:
                player.play("snare", beat + step / steps, 0.45)


def _play_chords(player: _Player, section: _Section, chord: Chord, beat: float) -> None:
    per_bar, steps = STEPS[player.meter]
    root = (player.tonic + chord[0]) % 12
    pitches = [section.register + (root + tone - section.register) % 12 for tone in QUALITIES[chord[1]]]
    half = HALF_BAR[player.meter]
    third = 1 / 3 if steps == 6 else 0.5
    starts = {
        "sustain": [(0.0, float(per_bar))],
        "half": [(0.0, half), (half, per_bar - half)],
        "pulse": [(float(index), 0.9) for index in range(per_bar)],
        "offbeat": [(index + (2 / 3 if steps == 6 else 0.5), 0.4) for index in range(per_bar)],
        "stabs": [(0.0, 0.5), (1.5 if steps == 4 else 1.0, 0.5)],
        "arpeggio": [(index * third, third * 1.5) for index in range(round(per_bar / third))],
    }[str(section.comp)]
    for index, (place, beats) in enumerate(starts):
        sounding = [pitches[index % len(pitches)]] if section.comp == "arpeggio" else pitches
        for midi in sounding:
            player.play(section.comp_voice, beat + place, 0.42, midi, beats, section.comp == "sustain")


def _play_bass(player: _Player, section: _Section, chord: Chord, beat: float) -> None:
    per_bar, steps = STEPS[player.meter]
    root = 33 + (player.tonic + chord[0] - 33) % 12
    fifth = root + (6 if chord[1] == "d" else 7)
    if section.bass == "whole":
        line = [(0.0, float(per_bar), root)]
    elif section.bass == "beats":
        line = [(float(index), 0.9, root) for index in range(per_bar)]
    elif section.bass == "walk":
        line = [(float(index), 0.9, (root, fifth, root + 12, fifth)[index % 4]) for index in range(per_bar)]
    else:
        groove = section.groove
        places = [step / steps for step, letter in enumerate(groove.kick) if letter != "."] if groove else [0.0]
        line = [(place, 0.8, root) for place in places]
    for place, beats, midi in line:
        player.play(PITCHED[player.half][2], beat + place, 0.75, midi, beats)


def _play_lead(player: _Player, section: _Section, beat: float, beats: int, chord: Chord) -> None:
    scale = SCALES[player.mode]
    tones = [(chord[0] + tone) % 12 for tone in QUALITIES[chord[1]]]
    for place, length, step in section.motif:
        if place >= beats - 0.01:
            continue
        semitones = scale[step % 7]
        if place == 0:
            semitones = min(tones, key=lambda tone: abs(tone - semitones))
        midi = 60 + (player.tonic % 12) - 12 * (player.tonic > 6) + semitones + 12 * (step // 7) - 7
        player.play(str(section.lead), beat + place, 0.5, midi + 7, length)


def _play_end(player: _Player, beat: float) -> None:
    if player.kind != "pitched":
        player.play("kick", beat, 0.9)
    if player.kind != "drums":
        third = 4 if player.mode == "major" else 3
        for midi in (36 + player.tonic, 60 + player.tonic, 60 + player.tonic + third, 67 + player.tonic):
            player.play(PITCHED[player.half][0], beat, 0.5, midi, 1.0)


def describe(piece: Piece) -> dict[str, Any]:
    """Return the truth as plain numbers and words, for a table or a failing test."""
    truth = piece.truth
    form = "".join(letter for _, _, letter in truth.sections)
    return {"seed": piece.seed, "bpm": truth.tempo_bpm, "meter": truth.meter, "key": truth.key, "form": form}
