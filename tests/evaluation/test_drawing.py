from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.drums import DRUMS
from tests.instruments import make_instrument

from drumlin.datasets import Dataset, Sample, Settings, write_dataset
from drumlin.evaluation.drawing import draw, real_set
from drumlin.evaluation.window import WINDOW, judged_window
from drumlin.instrument import Instrument, Note, load


@pytest.fixture
def tones(tmp_path: Path) -> Instrument:
    return load(make_instrument(tmp_path / "tones.drumlin", classes=("kick", "snare"), seeded=True), verify=False)


@pytest.fixture
def drums(tmp_path: Path) -> Dataset:
    names = sorted(DRUMS)
    samples = [Sample(f"{name}.wav", f"{row:064x}", "valid", name, f"kit {row % 2}") for row, name in enumerate(names)]
    sounds = np.zeros((len(names), 17_640), np.float32)
    for sound, name in zip(sounds, names, strict=True):
        sound[100 : 100 + len(DRUMS[name](0))] = DRUMS[name](0)[: len(sound) - 100]
    return write_dataset(tmp_path / "drums", sounds, samples, Settings(length_s=0.4))


def test_same_seed_draws_the_same_sounds(tones: Instrument) -> None:
    first, again, other = (draw(tones, ["kick", "snare", ""], seed) for seed in (1, 1, 2))
    assert first.waveforms.tobytes() == again.waveforms.tobytes()
    assert first.waveforms.tobytes() != other.waveforms.tobytes()


def test_each_sound_is_what_its_note_plays(tones: Instrument) -> None:
    drawn = draw(tones, ["snare", "kick"], 0)
    for waveform, note in zip(drawn.waveforms, drawn.notes, strict=True):
        np.testing.assert_array_equal(waveform, tones.play(note))


def test_class_is_asked_for_by_name_near_its_samples(tones: Instrument) -> None:
    drawn = draw(tones, ["snare"] * 20, 3)
    places = tones.points.places_of(["snare"])
    assert all(dict(note.classes) == {"snare": 1.0} for note in drawn.notes)
    assert all(np.linalg.norm(places - [note.x, note.y], axis=1).min() < 0.3 for note in drawn.notes)


def test_class_that_only_labels_samples_is_asked_for_by_place(tmp_path: Path) -> None:
    drawn = draw(load(make_instrument(tmp_path / "plain.drumlin"), verify=False), ["hat"] * 4, 0)
    assert set(drawn.labels) == {"hat"}
    assert not any(note.classes for note in drawn.notes)


def test_unknown_class_is_drawn_anywhere_without_a_label(tones: Instrument) -> None:
    drawn = draw(tones, ["gong"] * 50, 0)
    assert set(drawn.labels) == {""}
    assert np.std([note.x for note in drawn.notes]) > 0.4


def test_draw_does_not_depend_on_the_other_labels(tones: Instrument) -> None:
    alone, among = draw(tones, ["kick"], 5), draw(tones, ["snare", "kick", "hat"], 5)
    assert alone.notes[0] == among.notes[1]


def test_sounds_of_several_lengths_meet_at_their_ends(tones: Instrument, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tones.play

    def play_late(note: Note) -> Any:
        return whole(note)[int(100 * abs(note.x)) :]

    monkeypatch.setattr(tones, "play", play_late)
    drawn = draw(tones, [""] * 6, 0)
    assert len({len(play_late(note)) for note in drawn.notes}) > 1
    for waveform, note in zip(drawn.waveforms, drawn.notes, strict=True):
        heard = play_late(note)
        np.testing.assert_array_equal(waveform[len(waveform) - len(heard) :], heard)
        assert not waveform[: len(waveform) - len(heard)].any()


def test_real_sounds_pass_the_same_window(drums: Dataset) -> None:
    real = real_set(drums, "valid")
    assert real.windows.shape == (4, WINDOW)
    for window, row in zip(real.windows, real.rows, strict=True):
        np.testing.assert_array_equal(window, judged_window(drums.waveforms[row], drums.sample_rate))


def test_real_sounds_of_some_labels(drums: Dataset) -> None:
    real = real_set(drums, "valid", ["kick", "tom"])
    assert real.labels == ("kick", "tom")
    assert len(real_set(drums, "test")) == 0
