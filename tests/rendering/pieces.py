"""Scores for tests: small, seeded, of known content."""

from drumlin.composing.score import Part, Score, ScoreNote, ScoreRegion, Sound

PARTS = (
    Part("kit", "drums", "", "drums"),
    Part("bass", "bass", "bass_saw", "bass"),
    Part("keys", "keys", "keys_electric", "harmony", pan=-0.2),
    Part("pad", "pad", "pad_warm", "harmony", pan=0.1),
    Part("lead", "lead", "lead_saw", "lead"),
)
CHORDS = ((57, 60, 64, 67), (53, 57, 60, 64), (48, 55, 60, 64), (55, 59, 62, 65))


def band_piece(
    bars: int = 8, tempo_bpm: float = 120.0, parts: tuple[Part, ...] = PARTS, sound: Sound | None = None
) -> Score:
    """Return a piece of one region in A minor: about 16 notes a second at 120 bpm."""
    beat_s = 60.0 / tempo_bpm
    notes: list[ScoreNote] = []
    for bar in range(bars):
        start_s, chord = bar * 4 * beat_s, CHORDS[bar % 4]
        for step in range(16):
            at_s = start_s + step * beat_s / 4
            notes.append(
                ScoreNote(
                    "kit",
                    at_s,
                    0.1,
                    0.45 + 0.3 * (step % 4 == 0) + 0.1 * (step % 2 == 0),
                    drum="hihat_closed",
                    repeat=step,
                )
            )
            if step in (0, 6, 8) or (step == 14 and bar % 2):
                notes.append(ScoreNote("kit", at_s, 0.1, 0.95 if step == 0 else 0.8, drum="kick", repeat=step))
            if step in (4, 12):
                notes.append(ScoreNote("kit", at_s, 0.1, 0.9, drum="snare", repeat=step // 8))
            if step == 10 and bar % 2:
                notes.append(ScoreNote("kit", at_s, 0.1, 0.7, drum="hihat_open"))
            if step % 2 == 0:
                pitch = chord[0] - 24 + (12 if step in (6, 14) else 0)
                notes.append(ScoreNote("bass", at_s, 0.9 * beat_s / 2, 0.8 if step % 4 == 0 else 0.65, pitch))
            if step in (0, 3, 6, 11):
                notes += [ScoreNote("keys", at_s, 0.9 * beat_s / 2, 0.6 + 0.05 * (step == 0), pitch) for pitch in chord]
            if step in (2, 5, 8, 12, 14):
                notes.append(ScoreNote("lead", at_s, 0.8 * beat_s / 2, 0.75, chord[(step + bar) % 4] + 12))
        notes += [ScoreNote("pad", start_s, 3.9 * beat_s, 0.6, pitch) for pitch in chord]
        if bar % 8 == 0:
            notes.append(ScoreNote("kit", start_s, 1.0, 0.8, drum="crash"))
    used = {part.id for part in parts}
    kept = tuple(sorted((note for note in notes if note.part in used), key=lambda note: note.onset_s))
    end_s = bars * 4 * beat_s
    region = ScoreRegion("a", "test", 0.0, end_s, "ring_out", sound or Sound(), kept)
    return Score(end_s + 2.0, 7, parts, (region,))
