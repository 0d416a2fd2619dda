"""The piece that rendering is measured by is a full band."""

from benchmarks.rendering import BARS, PARTS, band

from drumlin.rendering import check_score


def test_the_piece_is_a_minute_of_a_full_band() -> None:
    piece = band(BARS)
    check_score(piece)
    notes = [note for region in piece.regions for note in region.notes]
    assert piece.duration_s > 60 and len(notes) / piece.duration_s > 16
    assert {note.part for note in notes} == {part.id for part in PARTS}
