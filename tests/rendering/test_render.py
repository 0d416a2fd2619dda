"""Whole pieces: same seed, same bytes, at their loudness, below their ceiling."""

from dataclasses import replace

import numpy as np
import pyloudnorm
import pytest
from tests.rendering.measuring import RATE, level_db, true_peak
from tests.rendering.pieces import PARTS, band_piece
from threadpoolctl import threadpool_limits

from drumlin.composing import compose, request_timeline
from drumlin.composing.score import Part, Score, ScoreNote, ScoreRegion, Sound
from drumlin.errors import MissingError, UsageError
from drumlin.instrument import Instrument, default_instrument
from drumlin.progress import Progress
from drumlin.rendering import Mix, NoteCache, RenderSettings, check_score, render
from drumlin.units import db_to_gain

BARS = 2


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return default_instrument()


@pytest.fixture(scope="module")
def cache() -> NoteCache:
    return NoteCache()


@pytest.fixture(scope="module")
def mix(instrument: Instrument, cache: NoteCache) -> Mix:
    return render(band_piece(BARS), instrument, RenderSettings(stems="part"), cache=cache)


def test_a_piece_has_its_length_and_no_odd_numbers(mix: Mix) -> None:
    assert mix.waveform.dtype == np.float32 and mix.waveform.shape == (2, round((BARS * 2 + 2) * RATE))
    assert np.isfinite(mix.waveform).all() and mix.notifications == ()


def test_a_warm_cache_changes_no_byte(mix: Mix, instrument: Instrument, cache: NoteCache) -> None:
    again = render(band_piece(BARS), instrument, RenderSettings(stems="part"), cache=cache)
    assert again.waveform.tobytes() == mix.waveform.tobytes()


@pytest.mark.parametrize("style", ["ambient_drift_pensive", "electronic_house_playful", "rock_punk_furious"])
def test_a_style_is_the_same_whatever_was_made_before(style: str, instrument: Instrument, cache: NoteCache) -> None:
    score = compose(request_timeline(style, 6.0, 5)).score
    first, again = (render(score, instrument, cache=notes).waveform for notes in (cache, NoteCache()))
    assert first.tobytes() == again.tobytes()


def test_threads_change_no_byte(instrument: Instrument) -> None:
    made = []
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            made.append(render(band_piece(1, parts=PARTS[1:2]), instrument).waveform.tobytes())
    assert made[0] == made[1]


def test_another_variation_has_another_kit(mix: Mix, instrument: Instrument, cache: NoteCache) -> None:
    other = render(band_piece(BARS), instrument, RenderSettings(variation=1, stems="part"), cache=cache)
    assert other.stems["kit"].tobytes() != mix.stems["kit"].tobytes()


def test_stems_sum_to_the_mix_before_the_limiter(mix: Mix) -> None:
    assert sorted(mix.stems) == ["bass", "keys", "kit", "lead", "pad"]
    np.testing.assert_allclose(np.sum(list(mix.stems.values()), axis=0), mix.before_limiter, atol=1e-5)


def test_stems_of_driven_and_tilted_buses_sum_too(instrument: Instrument, cache: NoteCache) -> None:
    sound = Sound(drive_db=9.0, tilt_db=-0.7, width=0.9, loudness_lufs=-14.0)
    settings = RenderSettings(stems="part", echo_s=0.375)
    driven = render(band_piece(1, sound=sound), instrument, settings, cache=cache)
    np.testing.assert_allclose(np.sum(list(driven.stems.values()), axis=0), driven.before_limiter, atol=1e-5)
    buses = render(band_piece(1, sound=sound), instrument, replace(settings, stems="bus"), cache=cache)
    assert sorted(buses.stems) == ["bass", "drums", "harmony", "lead"]
    np.testing.assert_allclose(buses.stems["bass"], driven.stems["bass"], atol=1e-5)


@pytest.mark.parametrize("loudness_lufs", [-20.0, -14.0, -11.0])
def test_a_piece_is_as_loud_as_asked(loudness_lufs: float, instrument: Instrument, cache: NoteCache) -> None:
    made = render(band_piece(BARS, sound=Sound(loudness_lufs=loudness_lufs)), instrument, cache=cache)
    measured = pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(made.waveform[:, : BARS * 2 * RATE].T)
    assert measured == pytest.approx(loudness_lufs, abs=0.5) and made.notifications == ()
    assert true_peak(made.waveform) <= db_to_gain(-1.0)


def test_a_loudness_that_cannot_be_reached_is_told(instrument: Instrument, cache: NoteCache) -> None:
    made = render(band_piece(1, sound=Sound(loudness_lufs=0.0)), instrument, cache=cache)
    assert "LU short of 0 LUFS" in made.notifications[0] and true_peak(made.waveform) <= db_to_gain(-1.0)


def test_each_region_has_its_own_loudness(instrument: Instrument, cache: NoteCache) -> None:
    piece = band_piece(BARS)
    shifted = tuple(note._replace(onset_s=note.onset_s + 4.0) for note in piece.regions[0].notes)
    quiet = replace(piece.regions[0], sound=Sound(loudness_lufs=-22.0))
    loud = ScoreRegion("b", "test", 4.0, 8.0, "cut", Sound(loudness_lufs=-15.0), shifted)
    made = render(Score(9.0, 7, PARTS, (quiet, loud)), instrument, cache=cache).waveform
    difference = level_db(made[:, 5 * RATE : 8 * RATE]) - level_db(made[:, RATE : 4 * RATE])
    assert difference == pytest.approx(7.0, abs=1.0)


def test_no_part_drowns_the_others(mix: Mix) -> None:
    levels = {name: level_db(stem) for name, stem in mix.stems.items()}
    assert max(levels.values()) - min(levels.values()) < 14, levels


def test_width_0_is_mono(instrument: Instrument, cache: NoteCache) -> None:
    made = render(band_piece(1, sound=Sound(width=0.0, room_s=0.0)), instrument, cache=cache)
    np.testing.assert_allclose(made.waveform[0], made.waveform[1], atol=1e-6)


def test_silence_is_silent(instrument: Instrument) -> None:
    made = render(Score(2.0, 1, (), (ScoreRegion("a", "silence", 0.0, 2.0),)), instrument)
    assert not made.waveform.any() and made.waveform.shape == (2, 2 * RATE)


def test_steps_are_reported(instrument: Instrument, cache: NoteCache) -> None:
    seen: list[Progress] = []
    render(band_piece(1), instrument, cache=cache, report=seen.append)
    assert [step.message for step in seen] == ["kit", "a: notes", "a: mix", "master", "done"]
    assert seen[-1].done == seen[-1].total


@pytest.mark.parametrize(
    ("note", "message"),
    [
        (ScoreNote("organ", 0.0, 1.0, 0.5, 60), "no part is named 'organ'"),
        (ScoreNote("lead", 0.0, 1.0, 0.5), "either a pitch or a drum"),
        (ScoreNote("kit", 0.0, 1.0, 0.5, 60), "has no patch"),
        (ScoreNote("lead", 0.0, 1.0, 0.0, 60), "a velocity of 0"),
        (ScoreNote("lead", 0.0, float("inf"), 0.5, 60), "a duration of inf"),
        (ScoreNote("lead", 9.0, 1.0, 0.5, 60), "outside the piece"),
    ],
)
def test_a_note_that_cannot_be_played_is_refused(note: ScoreNote, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_score(Score(2.0, 1, PARTS, (ScoreRegion("a", "t", 0.0, 2.0, notes=(note,)),)))


def test_a_broken_score_is_refused() -> None:
    with pytest.raises(UsageError, match="must follow the one before"):
        check_score(Score(2.0, 1, (), (ScoreRegion("a", "t", 0.0, 1.5), ScoreRegion("b", "t", 1.0, 2.0))))
    with pytest.raises(MissingError, match="no patch"):
        check_score(Score(2.0, 1, (Part("p", "pad", "pad_cheese"),), ()))
    with pytest.raises(UsageError, match="a ceiling of 3"):
        RenderSettings(ceiling_dbtp=3.0)
