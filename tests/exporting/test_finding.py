from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.instruments import make_instrument

from drumlin.audio import resample
from drumlin.errors import AudioReadError, PreprocessError
from drumlin.exporting import SoundFormat, encode_sound, locate_file, locate_sound, provenance_of
from drumlin.instrument import Instrument, Note, Residual, load

NOTE = Note(0.2, -0.4, pitch=-3.0, velocity=0.7, length=0.15, seed=5)


def written(instrument: Instrument, note: Note, form: SoundFormat) -> bytes:
    return encode_sound(instrument.play(note), instrument.sample_rate, form, provenance_of(instrument, note))


@pytest.mark.parametrize("container", ["wav", "flac", "mp3"])
@pytest.mark.parametrize("rate", [44100, 48000])
def test_file_dropped_back_restores_its_very_note(tones: Instrument, container: Any, rate: int) -> None:
    location = locate_file(tones, written(tones, NOTE, SoundFormat(container, sample_rate=rate)))
    assert location.restored
    assert location.note == NOTE
    assert location.fit_db < (6.0 if container == "mp3" else 0.2)


def test_silent_file_of_ours_is_restored(tones: Instrument) -> None:
    silent = Note(0.2, -0.4, velocity=0.0)
    assert locate_file(tones, written(tones, silent, SoundFormat())).note == silent


def test_changed_sound_is_located_anew(tones: Instrument) -> None:
    other = tones.at(-0.7, 0.3)
    data = encode_sound(other, 44100, SoundFormat(), provenance_of(tones, NOTE))
    location = locate_file(tones, data)
    assert not location.restored
    assert location.x == pytest.approx(-0.7, abs=0.05)


def test_sound_of_another_instrument_is_located_anew(tones: Instrument, tmp_path: Path) -> None:
    other = load(make_instrument(tmp_path / "other.drumlin", name="Other", length=13230))
    assert not locate_file(tones, written(other, NOTE, SoundFormat())).restored


def test_what_was_mixed_back_is_restored_only_with_the_dropped_sound(tones: Instrument) -> None:
    foreign = (tones.at(0.3, 0.1) + 0.4 * tones.at(-0.6, 0.9)).astype(np.float32)
    residual = Residual.of(tones, foreign, 44100, tones.locate(foreign, 44100).note, 0.9)
    note = replace(residual.anchor, pitch=2.0)
    sound, provenance = tones.play(note, residual), provenance_of(tones, note, residual)
    assert provenance.residual == residual.record
    assert locate_sound(tones, sound, 44100, provenance, residual).note == note
    assert not locate_sound(tones, sound, 44100, provenance).restored


def test_where_nothing_of_the_dropped_sound_is_left_the_note_alone_is_told(tones: Instrument) -> None:
    residual = Residual.of(tones, tones.at(0.9, 0.9), 44100, Note(0.9, 0.9))
    far = Note(-0.9, -0.9)
    assert provenance_of(tones, far, residual) == provenance_of(tones, far)
    assert np.array_equal(tones.play(far, residual), tones.play(far))


def test_note_that_does_not_fit_is_located_anew(tones: Instrument) -> None:
    odd = Note(0.2, -0.4, controls={"unknown": 1.0})
    data = encode_sound(tones.at(0.2, -0.4), 44100, SoundFormat(), provenance_of(tones, odd))
    assert not locate_file(tones, data).restored


def test_foreign_file_at_another_rate_is_located(tones: Instrument, tmp_path: Path) -> None:
    path = tmp_path / "foreign.wav"
    soundfile.write(path, resample(tones.at(0.4, 0.0), 44100, 48000), 48000)
    location = locate_file(tones, path)
    assert not location.restored
    assert location.x == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"text named wav", b"fLaC\x00\x00", b"ID3\x04\x00\x00\x00\x00"])
def test_what_is_no_sound_is_refused(tones: Instrument, data: bytes) -> None:
    with pytest.raises(AudioReadError):
        locate_file(tones, data)


def test_silence_is_refused(tones: Instrument, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(4000), 44100)
    with pytest.raises(PreprocessError):
        locate_file(tones, tmp_path / "silence.wav")
