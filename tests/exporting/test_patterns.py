import io

import mido
import numpy as np
import pytest
from tests.drums import hat, kick

from drumlin.audio import MonoSound
from drumlin.exporting import encode_pattern, mix_pattern
from drumlin.exporting.patterns import RATE, pattern_keys
from drumlin.imitating import Beat

PATTERN = (Beat(0.0, 1.0, 0), Beat(0.25, 0.5, 1), Beat(0.5, 0.25, 0))


def test_midi_has_times_and_strengths_as_they_were_said() -> None:
    file = mido.MidiFile(file=io.BytesIO(encode_pattern(PATTERN, ["kick", "closed hat"])))
    now, struck = 0.0, []
    for message in file:
        now += message.time
        if message.type == "note_on" and message.velocity:
            struck.append((now, message.note, message.velocity, message.channel))
    assert [one[1:] for one in struck] == [(36, 127, 9), (42, 64, 9), (36, 32, 9)]
    assert [one[0] for one in struck] == pytest.approx([0.0, 0.25, 0.5], abs=0.001)


def test_no_two_lists_share_a_key() -> None:
    keys = pattern_keys(["kick", "kick", "kick", "kick", "open hat"])
    assert keys[:2] == [36, 35]
    assert len(set(keys)) == 5


def test_a_mix_strikes_when_and_as_hard_as_it_was_said() -> None:
    click = np.zeros(4410, np.float32)
    click[0] = 0.5
    sounds = [MonoSound(click, RATE, 1, ""), MonoSound(0.1 * click, RATE, 1, "")]
    mix = mix_pattern(PATTERN, sounds)
    places = np.flatnonzero(np.abs(mix) > 0.01)
    assert places.tolist() == [0, round(0.25 * RATE), round(0.5 * RATE)]
    assert mix[places] / mix[0] == pytest.approx([1.0, 0.25, 0.0625], rel=1e-3)


def test_a_mix_peaks_at_one_decibel_below_full_scale() -> None:
    mix = mix_pattern(PATTERN, [MonoSound(kick(), 44100, 1, ""), MonoSound(hat(sample_rate=22050), 22050, 1, "")])
    assert np.abs(mix).max() == pytest.approx(10 ** (-1 / 20), rel=1e-4)
