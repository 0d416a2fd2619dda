import hypothesis.strategies as st
import pytest
from hypothesis import given

from drumlin.composing.tempo import TempoMap, TempoPoint, count_beats, join_maps, map_tempo, on_tick, scale_tempo

BPM = st.floats(30.0, 240.0)


@st.composite
def requests(draw: st.DrawFn) -> tuple[tuple[TempoPoint, ...], float]:
    """Draw tempi and the length of their region."""
    duration_s = draw(st.floats(1.0, 200.0))
    times = sorted(draw(st.lists(st.floats(0.05, 0.95), max_size=4, unique=True)))
    later = [TempoPoint(time * duration_s, draw(BPM), draw(st.booleans())) for time in times]
    return (TempoPoint(0.0, draw(BPM)), *later), duration_s


def test_a_held_tempo_counts_its_beats() -> None:
    assert count_beats((TempoPoint(0.0, 120.0),), 30.0) == 60.0


def test_a_ramp_counts_the_mean_of_its_ends() -> None:
    points = (TempoPoint(0.0, 60.0), TempoPoint(10.0, 120.0, is_ramp=True))
    assert count_beats(points, 10.0) == pytest.approx(15.0)
    assert count_beats(points, 20.0) == pytest.approx(35.0)


@given(requests())
def test_beats_are_the_area_under_the_tempo(request: tuple[tuple[TempoPoint, ...], float]) -> None:
    points, duration_s = request
    steps = 4000
    area = 0.0
    for step in range(steps):
        second = (step + 0.5) * duration_s / steps
        index = max(i for i, point in enumerate(points) if point.at_s <= second)
        tempo = points[index].tempo_bpm
        if index + 1 < len(points) and points[index + 1].is_ramp:
            after = points[index + 1]
            tempo += (after.tempo_bpm - tempo) * (second - points[index].at_s) / (after.at_s - points[index].at_s)
        area += tempo / 60.0 * duration_s / steps
    assert count_beats(points, duration_s) == pytest.approx(area, rel=2e-3)


@given(requests(), st.floats(0.0, 1.0))
def test_quarter_to_second_to_quarter_is_the_same(request: tuple[tuple[TempoPoint, ...], float], place: float) -> None:
    points, duration_s = request
    quarters = max(on_tick(count_beats(points, duration_s)), 1.0)
    tempo_map = map_tempo(points, duration_s, quarters, 1.0)
    assert tempo_map.second(quarters) == pytest.approx(duration_s)
    assert tempo_map.quarter(tempo_map.second(place * quarters)) == pytest.approx(place * quarters, abs=1e-6)
    assert list(tempo_map.seconds) == sorted(tempo_map.seconds)


def test_scaling_scales_the_beats() -> None:
    points = (TempoPoint(0.0, 60.0), TempoPoint(10.0, 120.0, is_ramp=True))
    assert count_beats(scale_tempo(points, 1.1), 20.0) == pytest.approx(38.5, rel=1e-6)


def test_joined_maps_count_on() -> None:
    joined = join_maps([TempoMap((0.0, 8.0), (0.0, 4.0)), TempoMap((0.0, 2.0), (4.0, 6.0))])
    assert joined.quarter(5.0) == pytest.approx(9.0)
    assert joined.second(10.0) == pytest.approx(6.0)
