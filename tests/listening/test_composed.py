import numpy as np
import pytest
from tests.listening.pieces import f_measure
from tests.music import RATE
from tests.music.arranging import arrange, perform

from drumlin.listening import listen


def test_what_the_composer_writes_is_heard() -> None:
    piece = arrange(6, "held")
    heard = listen(perform(piece), RATE)
    assert heard.tempo_bpm == pytest.approx(piece.truth.tempo_bpm, rel=0.04)
    assert f_measure(piece.truth.beats_s, np.array(heard.beats_s)) > 0.9


def test_truth_of_an_arranged_piece_fits_together() -> None:
    truth = arrange(6, "held").truth
    assert np.median(np.diff(truth.beats_s)) == pytest.approx(60.0 / truth.tempo_bpm, rel=1e-3)
    assert set(truth.downbeats_s) <= set(truth.beats_s)
    assert [start for start, _, _ in truth.sections][1:] == [end for _, end, _ in truth.sections][:-1]
    assert not set(truth.marks_s) & {start for start, _, _ in truth.sections}
