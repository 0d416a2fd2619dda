import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.drums import DRUMS

from drumlin.audio.resampling import resample
from drumlin.errors import PackError
from drumlin.hearing.melgram import LOWEST_DB, RATE, melgram, slaney_filters, to_study
from drumlin.hearing.packing import Pack, join_packs, pack_folder, read_pack, write_pack
from drumlin.hearing.showing import contact_sheet, show_pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("kick", "hat"):
        (tmp_path / "sounds" / name).mkdir(parents=True)
        for seed in range(3):
            soundfile.write(tmp_path / "sounds" / name / f"secret {seed}.wav", DRUMS[name](seed), 44100)
    return tmp_path / "sounds"


def test_folders_are_classes(folder: Path, tmp_path: Path) -> None:
    summary = pack_folder(folder, tmp_path / "my.pack")
    pack = read_pack(tmp_path / "my.pack")
    assert summary.counts == pack.counts() == {"hat": 3, "kick": 3}
    assert pack.stored.shape[1:3] == (1, 96)


def test_a_pack_is_much_smaller_than_its_audio_and_names_no_file(folder: Path, tmp_path: Path) -> None:
    summary = pack_folder(folder, tmp_path / "my.pack")
    assert summary.pack_bytes < 0.15 * summary.audio_bytes
    with zipfile.ZipFile(tmp_path / "my.pack") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert b"secret" not in content


def test_stereo_files_of_24_bit_and_48_khz_look_like_the_same_sounds_at_44_khz(folder: Path, tmp_path: Path) -> None:
    for path in list(folder.rglob("*.wav")):
        sound, _ = soundfile.read(path, dtype="float32")
        again = resample(sound, 44100, 48000)
        soundfile.write(path, np.stack([again, 0.1 * again], axis=1), 48000, subtype="PCM_24")
    pack_folder(folder, tmp_path / "two.pack", channels=2)
    stored = read_pack(tmp_path / "two.pack").stored.astype(int)
    assert stored.shape[1] == 2
    seen = (stored[:, 0] > 0) & (stored[:, 1] > 0)
    np.testing.assert_allclose((stored[:, 0] - stored[:, 1])[seen], 20, atol=1)  # a tenth is 20 dB less
    kick = melgram(DRUMS["kick"](0)[None], 44100, stored.shape[3])[0].astype(int)
    assert min(np.abs(one - kick)[(one > 0) & (kick > 0)].mean() for one in stored[:, 0]) < 1.0


def test_equal_folders_make_equal_packs(folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        pack_folder(folder, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_cannot_be_read_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "kick/broken.wav").write_bytes(b"RIFF")
    assert [path for path, _ in pack_folder(folder, tmp_path / "my.pack").refused] == ["kick/broken.wav"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_what_is_no_file_is_passed_over_and_every_kind_of_sound_is_packed(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "kick" / "pipe.wav")
    (folder / "kick" / "folder.wav").mkdir()
    soundfile.write(folder / "hat" / "sun.au", DRUMS["hat"](0), 44100)
    assert pack_folder(folder, tmp_path / "my.pack").counts == {"hat": 4, "kick": 3}


@pytest.mark.parametrize("shape", [(2, 1, 96, 1000), (2, 1, 96, 1), (2, 0, 96, 40), (2, 1000, 96, 40)])
def test_pictures_that_nobody_draws_are_refused(shape: tuple[int, ...], tmp_path: Path) -> None:
    write_pack(Pack(np.zeros(shape, np.uint8), np.array([0, 1]), ("a", "b")), tmp_path / "odd.pack")
    with pytest.raises(PackError, match="do not fit"):
        read_pack(tmp_path / "odd.pack")


@pytest.mark.parametrize("classes", [("a", "x" * 1000), ("a", ""), ("a", "a")])
def test_names_that_no_folders_have_are_refused(classes: tuple[str, str], tmp_path: Path) -> None:
    pack = Pack(np.zeros((2, 1, 96, 40), np.uint8), np.array([0, 1]), classes)
    write_pack(pack, tmp_path / "odd.pack")
    with pytest.raises(PackError, match="list of classes"):
        read_pack(tmp_path / "odd.pack")


def test_one_folder_is_not_enough(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="at least 2"):
        pack_folder(tmp_path, tmp_path / "my.pack")
    with pytest.raises(PackError, match="is no folder"):
        pack_folder(tmp_path / "nowhere", tmp_path / "my.pack")


def pack(classes: tuple[str, ...], frames: int, channels: int = 1) -> Pack:
    stored = np.random.default_rng(frames).integers(0, 255, (4, channels, 96, frames), np.uint8)
    return Pack(stored, np.arange(4) % len(classes), classes)


def test_joined_packs_share_classes_of_one_name() -> None:
    joined = join_packs([pack(("kick", "hat"), 40), pack(("kick", "bell"), 60)])
    assert joined.counts() == {"bell": 2, "hat": 2, "kick": 4}
    assert joined.stored.shape == (8, 1, 96, 60)
    assert sorted(joined.stored.sum(axis=(1, 2, 3))) == sorted(
        one
        for part in (pack(("kick", "hat"), 40), pack(("kick", "bell"), 60))
        for one in part.stored.sum(axis=(1, 2, 3))
    )


def test_packs_of_other_channels_are_not_joined() -> None:
    with pytest.raises(PackError, match="same number"):
        join_packs([pack(("a", "b"), 40), pack(("a", "b"), 40, channels=2)])


@pytest.mark.parametrize("damage", ["cut", "text", "version", "labels", "missing"])
def test_a_damaged_pack_is_refused(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "my.pack"
    write_pack(pack(("a", "b"), 40), path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-40])
    elif damage == "text":
        path.write_text("no pack")
    else:
        _change(path, damage)
    with pytest.raises(PackError):
        read_pack(path)


def _change(path: Path, how: str) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if how == "version":
        members["pack.json"] = json.dumps(json.loads(members["pack.json"]) | {"version": 9}).encode()
    elif how == "labels":
        members["labels.npy"] = members["labels.npy"][:-4] + b"\x07\x00\x00\x00"
    else:
        del members["spectrograms.npy"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def test_a_sine_lies_in_its_band() -> None:
    """Of Slaney's scale: bands below 1 kHz are equally wide."""
    sine = np.sin(2 * np.pi * 440.0 * np.arange(RATE) / RATE).astype(np.float32)
    loudest = int(melgram(sine[None], RATE, 60)[0, :, 30].argmax())
    frequencies = np.fft.rfftfreq(2048, 1 / RATE)
    assert abs(frequencies[slaney_filters()[loudest].argmax()] - 440.0) < 30.0


def test_what_is_no_number_is_silence_or_full_scale() -> None:
    odd, plain = DRUMS["kick"](0)[None].copy(), DRUMS["kick"](0)[None].copy()
    odd[0, :3], plain[0, :3] = (np.nan, np.inf, -np.inf), (0.0, 1.0, -1.0)
    assert np.array_equal(melgram(odd, 44100, 40), melgram(plain, 44100, 40))


def test_what_the_network_does_not_see_is_not_stored() -> None:
    stored = melgram(DRUMS["snare"](0)[None], 44100, 60)
    kept = stored[stored > 0].astype(float) + LOWEST_DB
    assert kept.max() - kept.min() <= 41.0
    assert to_study(stored).max() - to_study(stored).min() == pytest.approx(80.0)


def test_every_spectrogram_is_shown(tmp_path: Path) -> None:
    content = pack(("a", "b/../c"), 40)
    written = show_pack(content, tmp_path / "pictures")
    assert [path.name for path in written] == ["000.png", "001.png"]
    sheet = contact_sheet(content.stored[:2])
    np.testing.assert_array_equal(sheet[:96, :40, 0], 2 * np.minimum(content.stored[0, 0, ::-1], 127))
    np.testing.assert_array_equal(sheet[:96, 42:82, 0], 2 * np.minimum(content.stored[1, 0, ::-1], 127))
