"""The chords of a region: a progression that returns, now and then with a relative in place of a chord, and a cadence
where a section ends.
"""

from .chords import Chord, chord_of
from .planning import Bar, Plan
from .scales import Key
from .spans import ChordSpan
from .streams import Stream

RELATIVES = {"1": "6", "6": "1", "4": "2", "2": "4", "5": "3", "3": "5", "7": "5"}
"""Which degree can stand for which: they share two tones."""


def compose_chords(plan: Plan, stream: Stream) -> tuple[ChordSpan, ...]:
    """Return the chords of a region, from its start to its end without a gap."""
    harmony = plan.descriptor.harmony
    is_minor = plan.key.scale.is_minor
    progressions = harmony.dark if is_minor else harmony.bright
    main = stream.pick(progressions).split()
    other = stream.pick(progressions).split()
    cadence = stream.pick(harmony.dark_cadences if is_minor else harmony.bright_cadences).split()
    colour = stream.weighted(harmony.colours)
    per_chord = float(stream.weighted(harmony.bars_per_chord))
    spans: list[ChordSpan] = []
    for whole in _phrases(plan):
        phrase = _before_final(whole, plan)
        loop = other if phrase[0].function in ("break", "build") else main
        slots = _slots(phrase, per_chord, plan)
        tokens = [_token(loop, index, harmony.substitution, stream) for index in range(len(slots))]
        if whole[-1].closes and len(slots) > len(cadence):
            tokens[-len(cadence) :] = cadence
        for (start, end), token in zip(slots, tokens, strict=True):
            spans.append(ChordSpan(start, end - start, _settled(token, plan.key, colour)))
    return _ended(plan, _merged(spans), colour)


def _phrases(plan: Plan) -> list[list[Bar]]:
    phrases: list[list[Bar]] = []
    for bar in plan.bars:
        if bar.index == 0 or bar.phrase != phrases[-1][-1].phrase:
            phrases.append([])
        phrases[-1].append(bar)
    return phrases


def _before_final(phrase: list[Bar], plan: Plan) -> list[Bar]:
    """Return a phrase without its last bar if the last notes are struck where that begins: a cadence leads there."""
    is_struck = plan.final is not None and phrase[-1].start >= plan.final - 1e-3
    return phrase[:-1] if is_struck and len(phrase) > 1 else phrase


def _settled(token: str, key: Key, colour: str) -> Chord:
    """Return the chord of a token; a diminished or augmented one gives way to that a third below, which is like it."""
    chord = chord_of(token, key, colour)
    if token in "234567" and chord.intervals[:3] in ((0, 3, 6), (0, 4, 8)):
        return chord_of(str((int(token) - 3) % 7 + 1), key, colour)
    return chord


def _slots(phrase: list[Bar], per_chord: float, plan: Plan) -> list[tuple[float, float]]:
    """Return where the chords of a phrase change, in quarters."""
    if per_chord < 1.0:
        half = plan.meter.beats[(len(plan.meter.beats) + 1) // 2]
        starts = [start for bar in phrase for start in (bar.start, bar.start + half) if start < bar.end - 0.25]
    else:
        starts = [bar.start for index, bar in enumerate(phrase) if index % int(per_chord) == 0]
        if phrase[-1].closes and len(phrase) >= 2 and phrase[-1].start not in starts:
            starts.append(phrase[-1].start)
    return list(zip(starts, [*starts[1:], phrase[-1].end], strict=True))


def _token(loop: list[str], index: int, substitution: float, stream: Stream) -> str:
    token = loop[index % len(loop)]
    gives_way = stream.chance(substitution) and index % len(loop) != 0
    return RELATIVES.get(token, token) if gives_way else token


def _merged(spans: list[ChordSpan]) -> list[ChordSpan]:
    merged: list[ChordSpan] = []
    for span in spans:
        if merged and merged[-1].chord == span.chord:
            merged[-1] = ChordSpan(merged[-1].start, merged[-1].length + span.length, span.chord)
        else:
            merged.append(span)
    return merged


def _ended(plan: Plan, spans: list[ChordSpan], colour: str) -> tuple[ChordSpan, ...]:
    """Let the tonic stand from where the last notes are struck."""
    if plan.final is None:
        return tuple(spans)
    final = plan.final
    kept = [span for span in spans if span.start < final]
    kept = [ChordSpan(span.start, min(span.end, final) - span.start, span.chord) for span in kept]
    return (*kept, ChordSpan(final, plan.quarters - final, chord_of("1", plan.key, colour)))
