import numpy as np
import pytest
from tests.listening.pieces import JOIN_S, joined_heard

from drumlin.listening.pulse import bar_edges, with_joins
from drumlin.listening.stretches import Stretch

BARS_S = np.arange(4) * 2.0


def test_bars_end_with_the_track() -> None:
    assert bar_edges(Stretch(0.0, 8.0), BARS_S, is_last=True).tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_a_short_rest_is_no_bar() -> None:
    assert bar_edges(Stretch(0.0, 6.9), BARS_S, is_last=True).tolist() == [0.0, 2.0, 4.0, 6.0]


def test_a_short_rest_before_a_join_belongs_to_the_bar_before() -> None:
    assert bar_edges(Stretch(0.0, 6.5), BARS_S, is_last=False).tolist() == [0.0, 2.0, 4.0, 6.5]


def test_a_stretch_begins_with_a_bar() -> None:
    assert bar_edges(Stretch(10.0, 18.0), BARS_S + 10.3, is_last=True).tolist() == [10.0, 12.3, 14.3, 16.3, 18.0]
    assert bar_edges(Stretch(10.0, 18.0), BARS_S + 11.5, is_last=True).tolist() == [10.0, 11.5, 13.5, 15.5, 17.5]


def test_a_stretch_without_beats_is_one_bar() -> None:
    assert bar_edges(Stretch(5.0, 9.0), np.zeros(0), is_last=False).tolist() == [5.0, 9.0]


def test_beats_begin_anew_behind_a_jump() -> None:
    heard = joined_heard()
    beats_s = np.array(heard.beats_s)
    before, after = beats_s[beats_s < JOIN_S - 1.0], beats_s[beats_s > JOIN_S + 1.0]
    assert 60.0 / np.median(np.diff(before)) == pytest.approx(92.0, rel=0.03)
    assert 60.0 / np.median(np.diff(after)) == pytest.approx(110.0, rel=0.03)
    assert np.diff(beats_s).min() > 0.2


def test_a_jump_is_a_boundary() -> None:
    begins = [segment.start_s for segment in joined_heard().segments]
    assert min(abs(begin - JOIN_S) for begin in begins) < 0.3


def test_a_join_splits_the_bar_that_it_goes_through() -> None:
    edges_s, joins = with_joins(BARS_S, [3.0], 6.5)
    assert edges_s.tolist() == [0.0, 2.0, 3.0, 4.0, 6.0]
    assert joins.tolist() == [2]


def test_a_join_beside_a_bar_is_that_bar() -> None:
    edges_s, joins = with_joins(BARS_S, [4.2], 6.5)
    assert edges_s.tolist() == BARS_S.tolist()
    assert joins.tolist() == [2]


def test_where_no_beats_were_heard_bars_go_on() -> None:
    edges_s, joins = with_joins(BARS_S, [10.0], 16.0)
    assert edges_s.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0]
    assert joins.tolist() == [5]
