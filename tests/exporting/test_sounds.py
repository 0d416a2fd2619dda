import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import snare

from drumlin.audio import list_chunks, read_chunk
from drumlin.errors import AudioReadError, UsageError
from drumlin.exporting import Provenance, SoundFormat, encode_sound, read_provenance, write_numbered, write_sound
from drumlin.instrument import Note

RECORD = Provenance("b" * 64, "Kit ü", "ae-small-tanh", Note(0.25, -0.5, seed=3), "snare", ("CC-BY-4.0", "CC0-1.0"))
FORMATS = [
    SoundFormat(),
    SoundFormat(bits="16"),
    SoundFormat(bits="32f"),
    SoundFormat(sample_rate=48000),
    SoundFormat("flac"),
    SoundFormat("flac", "16"),
    SoundFormat("flac", sample_rate=48000),
    SoundFormat("mp3"),
    SoundFormat("mp3", sample_rate=48000),
]
formats = pytest.mark.parametrize("form", FORMATS, ids=lambda form: f"{form.container}-{form.bits}-{form.sample_rate}")


def decoded(data: bytes) -> tuple[np.ndarray, int]:
    return soundfile.read(io.BytesIO(data), dtype="float64")


@formats
def test_every_format_brings_its_provenance_back(form: SoundFormat) -> None:
    assert read_provenance(encode_sound(snare(), 44100, form, RECORD)) == RECORD


@formats
def test_equal_sounds_give_equal_bytes(form: SoundFormat) -> None:
    assert encode_sound(snare(), 44100, form, RECORD) == encode_sound(snare().copy(), 44100, form, RECORD)


@formats
def test_rate_and_duration_are_as_asked(form: SoundFormat) -> None:
    sound, rate = decoded(encode_sound(snare(), 44100, form, RECORD))
    assert rate == (form.sample_rate or 44100)
    slack = 0.08 if form.container == "mp3" else 0.001
    assert len(sound) / rate == pytest.approx(len(snare()) / 44100, abs=slack)


@pytest.mark.parametrize(("bits", "step"), [("16", 2.0**-15), ("24", 2.0**-23), ("32f", 1e-12)])
def test_wav_holds_the_sound_to_its_step(bits: Any, step: float) -> None:
    sound, _ = decoded(encode_sound(snare(), 44100, SoundFormat(bits=bits), RECORD))
    assert np.abs(sound - snare()).max() <= 2 * step  # half a step, and up to one of dither at 16 bits


def test_a_file_ends_ten_milliseconds_after_the_sound_does() -> None:
    hit = snare()[:4410].copy()
    hit[-1] = 0.5
    sound, _ = decoded(encode_sound(np.pad(hit, (0, 40_000)), 44100, SoundFormat(bits="32f"), RECORD))
    np.testing.assert_array_equal(sound, np.pad(hit, (0, 441)))
    assert len(decoded(encode_sound(np.zeros(1000, np.float32), 44100, SoundFormat(), RECORD))[0]) == 442


@pytest.mark.parametrize("bits", ["16", "24"])
def test_flac_and_wav_hold_the_same_points(bits: Any) -> None:
    wav, _ = decoded(encode_sound(snare(), 44100, SoundFormat("wav", bits), RECORD))
    flac, _ = decoded(encode_sound(snare(), 44100, SoundFormat("flac", bits), RECORD))
    np.testing.assert_array_equal(wav, flac)


def test_wav_has_the_chunks_that_samplers_and_editors_read() -> None:
    data = encode_sound(snare(), 44100, SoundFormat(), RECORD)
    assert list_chunks(data) == ["fmt ", "data", "bext", "smpl", "inst", "LIST", "drml"]
    sampler = struct.unpack("<9I", read_chunk(data, "smpl") or b"")
    assert sampler == (0, 0, 22676, 60, 0, 0, 0, 0, 0)
    broadcast = read_chunk(data, "bext") or b""
    assert len(broadcast) == 602
    assert not any(broadcast[320:346])  # date, time of day, time reference: nothing that depends on when


def test_other_programs_read_the_tags() -> None:
    for form in (SoundFormat(), SoundFormat("flac"), SoundFormat("mp3")):
        with soundfile.SoundFile(io.BytesIO(encode_sound(snare(), 44100, form, RECORD))) as file:
            assert file.copy_metadata()["title"] == "snare (Kit ü)"


def test_mp3_keeps_the_sound() -> None:
    sound, _ = decoded(encode_sound(snare(), 44100, SoundFormat("mp3"), RECORD))
    spectrum = np.fft.rfft(sound, 1 << 16) * np.conj(np.fft.rfft(snare(), 1 << 16))
    similarity = np.fft.irfft(spectrum).max()
    assert similarity / (np.linalg.norm(sound) * np.linalg.norm(snare())) > 0.9


def test_no_host_user_or_path_is_written(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "hit.wav", snare(), 44100, SoundFormat(), RECORD)
    data = path.read_bytes()
    assert data == encode_sound(snare(), 44100, SoundFormat(), RECORD)
    assert str(tmp_path).encode() not in data


def test_existing_file_is_kept_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "hit.wav"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists"):
        write_sound(path, snare(), 44100, SoundFormat(), RECORD)
    assert path.read_bytes() == b"mine"
    write_sound(path, snare(), 44100, SoundFormat(), RECORD, overwrite=True)
    assert read_provenance(path) == RECORD


def test_failed_write_leaves_no_empty_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("drumlin.exporting.sounds.write_atomically", full)
    with pytest.raises(UsageError, match="No space left"):
        write_numbered(tmp_path, "snare", snare(), 44100, SoundFormat(), RECORD)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "settings", [{"container": "ogg"}, {"bits": "8"}, {"container": "flac", "bits": "32f"}, {"sample_rate": 8000}]
)
def test_formats_that_do_not_exist_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        SoundFormat(**settings)


def test_foreign_files_have_no_provenance(tmp_path: Path) -> None:
    for container in ("WAV", "FLAC", "MP3"):
        path = tmp_path / f"foreign.{container.lower()}"
        soundfile.write(path, snare(), 44100, format=container)
        assert read_provenance(path) is None
    with pytest.raises(AudioReadError, match="none"):
        read_provenance(tmp_path / "none.wav")


WHOLE = [encode_sound(snare(), 44100, SoundFormat(container), RECORD) for container in ("wav", "flac", "mp3")]  # type: ignore[arg-type]


@settings(max_examples=300)
@given(st.data())
def test_damaged_files_have_a_provenance_or_none(data: st.DataObject) -> None:
    broken = bytearray(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(0, 3))):
        position = data.draw(st.integers(0, 1500) | st.integers(0, len(broken) - 1))
        broken[position] = data.draw(st.integers(0, 255))
    del broken[data.draw(st.integers(0, len(broken))) :]
    found = read_provenance(bytes(broken))
    assert found is None or isinstance(found, Provenance)
