from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.composing.timelines import one, piece

from drumlin.composing import Composition, ScoreNote, check_score

COMPOSITION = piece(
    one("rock_indie_hopeful", duration_s=60.0, instruments=["drums", "bass_pluck", "keys_piano", "lead_saw"])
)


def changed(change: Callable[[ScoreNote], ScoreNote], part: str, place: int = 3) -> Composition:
    """Return the piece with one note of a part changed."""
    region = COMPOSITION.score.regions[0]
    chosen = [note for note in region.notes if note.part == part][place]
    notes = tuple(change(note) if note is chosen else note for note in region.notes)
    score = replace(COMPOSITION.score, regions=(replace(region, notes=notes),))
    return replace(COMPOSITION, score=score)


def test_a_sound_piece_breaks_no_rule() -> None:
    assert check_score(COMPOSITION) == []


@pytest.mark.parametrize(
    ("rule", "part", "change"),
    [
        ("inside", "drums", lambda note: note._replace(onset_s=61.0)),
        ("ordered", "drums", lambda note: note._replace(onset_s=0.0)),
        ("sounding", "drums", lambda note: note._replace(velocity=0.0)),
        ("kind", "drums", lambda note: note._replace(pitch=60)),
        ("drum", "drums", lambda note: note._replace(drum="gong")),
        ("range", "keys_piano", lambda note: note._replace(pitch=20)),
        ("single", "bass_pluck", lambda note: note._replace(duration_s=20.0)),
        ("single", "lead_saw", lambda note: note._replace(duration_s=20.0)),
        ("leap", "lead_saw", lambda note: note._replace(pitch=note.pitch - 24)),
        ("scale", "lead_saw", lambda note: note._replace(pitch=note.pitch + 1)),
        ("chord", "keys_piano", lambda note: note._replace(pitch=note.pitch + 1)),
    ],
)
def test_what_breaks_a_rule_is_found(rule: str, part: str, change: Callable[[ScoreNote], ScoreNote]) -> None:
    found = {violation.rule for place in (1, 3, 6) for violation in check_score(changed(change, part, place))}
    assert rule in found


def test_a_bass_that_begins_a_chord_elsewhere_is_found() -> None:
    work = COMPOSITION.works["r1"]
    starts = [work.plan.tempo_map.second(span.start) for span in work.chords]
    region = COMPOSITION.score.regions[0]
    notes = tuple(
        note._replace(pitch=note.pitch + 1)
        if note.part == "bass_pluck" and note.pitch and min(abs(note.onset_s - start_s) for start_s in starts) < 0.01
        else note
        for note in region.notes
    )
    wrong = replace(COMPOSITION, score=replace(COMPOSITION.score, regions=(replace(region, notes=notes),)))
    assert "root" in {violation.rule for violation in check_score(wrong)}
