import numpy as np
import pytest

from drumlin.features import brightness
from drumlin.synthesis.mouth import SYLLABLES, draw_speaker, say
from drumlin.synthesis.taping import Microphone, draw_microphone, record

RATE = 44100


@pytest.mark.parametrize("syllable", [one for names in SYLLABLES.values() for one in names])
def test_syllables_are_said_alike_by_one_seed_and_not_by_another(syllable: str) -> None:
    speaker = draw_speaker(np.random.default_rng(0))
    first, again, other = (say(syllable, speaker, RATE, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other[: len(first)])
    assert np.abs(first).max() == pytest.approx(1.0)


def test_ts_is_brighter_than_boom() -> None:
    generator = np.random.default_rng(3)
    speaker = draw_speaker(generator)
    assert brightness(say("ts", speaker, RATE, generator), RATE) > brightness(
        say("boom", speaker, RATE, generator), RATE
    )


def test_a_recording_clips_where_it_is_too_loud() -> None:
    generator = np.random.default_rng(4)
    ka = say("ka", draw_speaker(generator), RATE, generator)
    taped = record([(0.1, 0.0, ka)], 1.0, Microphone(gain_db=12.0), RATE, generator)
    assert np.abs(taped).max() == 1.0
    assert len(taped) == RATE


def test_microphones_differ() -> None:
    generator = np.random.default_rng(5)
    assert draw_microphone(generator) != draw_microphone(generator)
