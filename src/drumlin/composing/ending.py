"""The end of a region: the last notes are struck together and ring, or everything goes on and stops there."""

from .band import Player
from .desk import Stroke
from .planning import Plan
from .spans import ChordSpan
from .voicing import nearest_pitch, voice_chords


def end_strokes(plan: Plan, player: Player, chords: tuple[ChordSpan, ...], strokes: list[Stroke]) -> list[Stroke]:
    """Return the strokes of a player with the end of the region in them.

    Args:
        plan: of the region.
        player: whose strokes they are.
        chords: of the region; the last stands where the last notes ring.
        strokes: of the player, through the whole region.
    """
    if plan.final is None:
        return [stroke for stroke in strokes if stroke.quarter < plan.quarters - 1e-6]
    final = plan.final
    before = [
        stroke if stroke.length <= final - stroke.quarter else stroke._replace(length=final - stroke.quarter)
        for stroke in strokes
        if stroke.quarter < final - 1e-6
    ]
    return before + (_last(plan, player, chords[-1], before) if before else [])


def _last(plan: Plan, player: Player, chord: ChordSpan, before: list[Stroke]) -> list[Stroke]:
    start, length, spec = chord.start, chord.length, player.spec
    middle = (spec.low + spec.high) / 2.0
    if player.role == "drums":
        used = {stroke.drum for stroke in before}
        struck = [drum for drum in ("kick", "tom", "hand_drum", "crash") if drum in used][:2]
        return [Stroke(start, 0.25, 0.9, None, drum) for drum in struck]
    if player.role in ("pad", "keys", "pluck"):
        voices = voice_chords((chord,), spec.low, spec.high)[0]
        return [Stroke(start, length, 0.8, pitch) for pitch in voices]
    if player.role == "bass":
        return [Stroke(start, length, 0.85, nearest_pitch(chord.chord.root, middle - 4, spec.low, spec.high))]
    if player.role == "lead":
        last = before[-1].pitch or middle
        return [Stroke(start, length, 0.75, nearest_pitch(plan.key.pitch_class, last, spec.low, spec.high))]
    if player.role == "texture":
        held = [stroke for stroke in before if stroke.quarter + stroke.length > start - 1e-6]
        return [Stroke(start, length, stroke.level, stroke.pitch) for stroke in held]
    return []
