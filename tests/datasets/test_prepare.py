import errno
import os
import shutil
import signal
import struct
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.drums import hat, kick, snare, tom

from drumlin.audio import read_mono, resample, write_wav
from drumlin.datasets import Dataset, PrepareInterrupted, PrepareOptions, Settings, prepare
from drumlin.errors import DatasetError, EmptyDatasetError
from drumlin.progress import Progress


def _contents(folder: Path) -> dict[str, bytes]:
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in sorted(files.items())}


def _known(folder: Path) -> dict[str, bytes]:
    dataset = Dataset.open(folder)
    return {sample.path: dataset.waveforms[row].tobytes() for row, sample in enumerate(dataset.samples)}


def _study(waveform: np.ndarray, rate: int) -> np.ndarray:
    """Prepare as the source study did, in plain numpy."""
    sound = resample(waveform, rate, 44100)
    peak = int(np.abs(sound).argmax())
    return np.pad(sound, (4410, 17640))[peak : peak + 17640]


def test_a_folder_becomes_rows_in_order_of_their_paths(kits: Path, tmp_path: Path) -> None:
    summary = prepare([kits], tmp_path / "out")
    dataset = Dataset.open(tmp_path / "out")
    assert summary.count == len(dataset) == 16
    assert [sample.path for sample in dataset.samples] == sorted(
        p.relative_to(kits).as_posix() for p in kits.rglob("*.wav")
    )
    for sample, row in zip(dataset.samples, dataset.waveforms, strict=True):
        assert np.array_equal(row, _study(read_mono(kits / sample.path).waveform, 44100))
        assert sample.peak_s == pytest.approx(0.1)
        assert 0 <= sample.onset_s <= sample.peak_s
        assert (sample.kit, sample.label) == tuple(sample.path.split("/")[:2])


def test_rates_channels_and_formats_come_out_alike(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    soundfile.write(source / "a.aiff", np.stack([snare(0), snare(1)], 1), 48000, subtype="PCM_24")
    soundfile.write(source / "b.flac", tom(0, 22050), 22050)
    soundfile.write(source / "c.wav", np.tile(hat(0, 192000)[:, None], (1, 24)), 192000, subtype="FLOAT")
    prepare([source], tmp_path / "out", Settings(mix="first"))
    dataset = Dataset.open(tmp_path / "out")
    for sample, row in zip(dataset.samples, dataset.waveforms, strict=True):
        sound = read_mono(source / sample.path)
        assert np.abs(row - _study(sound.waveform, sound.sample_rate)).max() < 1e-6
    assert [(s.original_sample_rate, s.channels) for s in dataset.samples] == [(48000, 2), (22050, 1), (192000, 24)]


def test_a_manifest_gives_splits_labels_and_credits(kits: Path, tmp_path: Path) -> None:
    (kits / "manifest.csv").write_text(
        "path,label,kit,licence,split,author\n"
        "kit0/kick/0.wav,bass drum,A,CC-BY-4.0,test,Ann\nkit1/snare/1.wav,snare,B,CC0-1.0,train,\n"
    )
    (kits / "README.md").write_text("recorded by Ann")
    summary = prepare([kits], tmp_path / "out")
    dataset = Dataset.open(tmp_path / "out")
    assert [(s.label, s.kit, s.licence, s.split) for s in dataset.samples] == [
        ("bass drum", "A", "CC-BY-4.0", "test"),
        ("snare", "B", "CC0-1.0", "train"),
    ]
    assert [credit.details for credit in dataset.credits if credit.details] == [{"author": "Ann"}]
    assert (summary.split_method, len(summary.refused)) == ("manifest", 14)
    assert "recorded by Ann" in (tmp_path / "out/credits/0-kits/README.md").read_text()


def test_two_runs_give_equal_bytes_whatever_the_number_of_workers(
    kits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare([kits], tmp_path / "one", options=PrepareOptions(workers=1))
    monkeypatch.setattr("drumlin.datasets.filling._BATCH", 2)
    monkeypatch.setattr("drumlin.datasets.filling._WORTH_A_PROCESS", 4)
    prepare([kits], tmp_path / "four", options=PrepareOptions(workers=4))
    assert _contents(tmp_path / "one") == _contents(tmp_path / "four")


def test_a_second_run_reads_nothing_and_changes_no_byte(
    kits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare([kits], tmp_path / "out")
    before = _contents(tmp_path / "out")
    monkeypatch.setattr("drumlin.datasets.readers.prepare_file", lambda *_: pytest.fail("a file was read again"))
    assert prepare([kits], tmp_path / "out").reused_count == 16
    assert _contents(tmp_path / "out") == before


def test_only_new_and_changed_files_are_read(kits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare([kits], tmp_path / "out")
    write_wav(kits / "kit0/kick/5.wav", kick(99), 44100)
    write_wav(kits / "kit3/snare/1.wav", snare(98), 44100)
    (kits / "kit1/kick/0.wav").unlink()
    assert prepare([kits], tmp_path / "out").reused_count == 14
    prepare([kits], tmp_path / "fresh")
    updated, fresh = Dataset.open(tmp_path / "out"), Dataset.open(tmp_path / "fresh")
    assert (updated.hash, updated.samples) == (fresh.hash, fresh.samples)
    assert np.array_equal(updated.waveforms, fresh.waveforms)
    assert len([p for p in (tmp_path / "out").iterdir() if p.suffix == ".npy"]) == 2


def test_other_settings_prepare_everything_again(kits: Path, tmp_path: Path) -> None:
    prepare([kits], tmp_path / "out")
    summary = prepare([kits], tmp_path / "out", Settings(length_s=0.2))
    assert summary.reused_count == 0
    assert Dataset.open(tmp_path / "out").waveforms.shape == (16, 8820)


def test_an_array_that_is_open_keeps_its_content_through_an_update(kits: Path, tmp_path: Path) -> None:
    prepare([kits], tmp_path / "out")
    old = Dataset.open(tmp_path / "out").waveforms
    first = old[0].copy()
    (kits / "kit0/kick/0.wav").unlink()
    prepare([kits], tmp_path / "out")
    assert np.array_equal(old[0], first)


def _bad_files(folder: Path) -> Iterator[str]:
    good = folder / "good.wav"
    write_wav(good, snare(0), 44100, encoding="16")
    data = good.read_bytes()
    for name, content in {
        "empty.wav": b"",
        "truncated.wav": data[:5000],
        "text.wav": b"this is no sound " * 30,
        "zero_hz.wav": data[:24] + struct.pack("<I", 0) + data[28:],
        "slow.wav": data[:24] + struct.pack("<I", 500) + data[28:],
    }.items():
        (folder / name).write_bytes(content)
        yield name
    for name, points in {
        "silent.wav": np.zeros(5000),
        "nan.wav": np.where(np.arange(5000) == 77, np.nan, 0.1),
        "infinite.wav": np.where(np.arange(5000) == 77, np.inf, 0.1),
        "one_point.wav": np.array([0.5]),
        "no_points.wav": np.zeros(0),
        "long.wav": np.ones(61 * 8000),
    }.items():
        soundfile.write(folder / name, points, 8000, subtype="FLOAT")
        yield name
    (folder / "loop.wav").symlink_to("loop.wav")
    (folder / "again").symlink_to(folder)
    os.mkfifo(folder / "pipe.wav")
    yield from ("loop.wav", "again", "pipe.wav")


def test_bad_files_are_one_line_each_and_the_rest_go_on(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    bad = sorted(_bad_files(source))
    write_wav(source / os.fsdecode(b"caf\xe9.wav"), kick(0), 44100)
    (source / "folder.wav").mkdir()
    summary = prepare([source], tmp_path / "out")
    assert sorted(item.path for item in summary.refused) == bad
    assert all(item.reason and "\n" not in item.reason for item in summary.refused)
    names = [os.fsencode(sample.path) for sample in Dataset.open(tmp_path / "out").samples]
    assert names == [b"caf\xe9.wav", b"good.wav"]
    assert len((tmp_path / "out/refused.jsonl").read_text().splitlines()) == len(bad)


def test_an_unreadable_file_is_refused(kits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_file = Path.open

    def refuse(self: Path, *arguments: object, **options: object) -> object:
        if self == kits / "kit0/kick/0.wav":
            raise PermissionError(errno.EACCES, "Permission denied")
        return open_file(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    summary = prepare([kits], tmp_path / "out")
    assert [(item.path, item.reason) for item in summary.refused] == [
        ("kit0/kick/0.wav", "cannot be read: Permission denied")
    ]
    assert summary.count == 15


def test_nothing_prepared_is_an_error_that_names_the_first_reason(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(EmptyDatasetError, match="WAV, AIFF"):
        prepare([tmp_path / "in"], tmp_path / "out")
    (tmp_path / "in/a.wav").write_bytes(b"")
    with pytest.raises(EmptyDatasetError, match=r"none of 1 files.*0 bytes"):
        prepare([tmp_path / "in"], tmp_path / "out")


def test_a_folder_with_other_things_is_no_destination(kits: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("important")
    for folder in (tmp_path, kits, tmp_path / "thesis.txt"):
        with pytest.raises(DatasetError, match="name a"):
            prepare([kits], folder)
    assert (tmp_path / "thesis.txt").read_text() == "important"


def test_a_data_set_inside_its_source_is_not_read_as_sounds(kits: Path) -> None:
    options = PrepareOptions(wav=True)
    assert prepare([kits], kits / "prepared", options=options).count == 16
    assert prepare([kits], kits / "prepared", options=options).count == 16


def test_float_wavs_are_written_when_asked_for(kits: Path, tmp_path: Path) -> None:
    prepare([kits], tmp_path / "out", options=PrepareOptions(wav=True))
    dataset = Dataset.open(tmp_path / "out")
    written = sorted((tmp_path / "out/wav").iterdir())
    for path, row in zip(written, dataset.waveforms, strict=True):
        assert np.array_equal(read_mono(path).waveform, row)


def test_copies_in_two_kits_are_kept_in_one_split(kits: Path, tmp_path: Path) -> None:
    for kit in range(4, 12):
        (kits / f"kit{kit}").mkdir()
        write_wav(kits / f"kit{kit}/copy.wav", snare(50) * np.float32(0.1 * (kit - 3)), 44100)
        write_wav(kits / f"kit{kit}/own.wav", tom(kit), 44100)
    summary = prepare([kits], tmp_path / "out")
    copies = [sample for sample in summary.samples if sample.path.endswith("copy.wav")]
    assert len({sample.cluster for sample in copies}) == len({sample.split for sample in copies}) == 1
    assert summary.split_method == "kit"
    assert all(summary.splits.values())


def test_a_full_disk_is_told_and_the_earlier_data_set_stays(
    kits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare([kits], tmp_path / "out")
    before = _known(tmp_path / "out")
    write_wav(kits / "kit0/kick/new.wav", kick(77), 44100)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("drumlin.datasets.partial.Partial.flush", fail)
        with pytest.raises(DatasetError, match=r"disk of .* is full"):
            prepare([kits], tmp_path / "out")
    assert _known(tmp_path / "out") == before
    assert prepare([kits], tmp_path / "out").count == 17


def test_a_failure_at_any_step_of_publishing_leaves_a_valid_data_set(
    kits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare([kits], tmp_path / "out")
    before = _known(tmp_path / "out")
    write_wav(kits / "kit0/kick/new.wav", kick(77), 44100)
    move = Path.replace
    for step in range(3):
        calls = iter(range(100))

        def replace(self: Path, target: Path, step: int = step, calls: Iterator[int] = calls) -> None:
            if next(calls) == step:
                raise OSError(errno.ENOSPC, "No space left on device")
            move(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            with pytest.raises(DatasetError, match="full"):
                prepare([kits], tmp_path / "out")
        assert _known(tmp_path / "out") == before
    assert prepare([kits], tmp_path / "out").count == 17
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert sum(name.startswith(("waveforms", "samples", "index", "fingerprints")) for name in names) == 4


def test_ctrl_c_leaves_a_valid_data_set_and_the_next_run_goes_on(kits: Path, tmp_path: Path) -> None:
    interrupted = False

    def interrupt(progress: Progress) -> None:
        nonlocal interrupted
        if progress.message == "reading" and not interrupted:
            interrupted = True
            os.kill(os.getpid(), signal.SIGINT)  # reaches the main thread, as Ctrl-C does
            time.sleep(0.5)

    for number in range(200):
        write_wav(kits / f"kit0/{number:03}.wav", hat(number % 7), 44100)
    with pytest.raises(PrepareInterrupted) as caught:
        prepare([kits], tmp_path / "out", options=PrepareOptions(workers=1), report=interrupt)
    part = Dataset.open(tmp_path / "out")
    assert 0 < len(part) == caught.value.summary.count < 216
    assert not part.head.complete
    assert prepare([kits], tmp_path / "out").reused_count >= len(part)
    prepare([kits], tmp_path / "fresh")
    assert _known(tmp_path / "out") == _known(tmp_path / "fresh")
    assert Dataset.open(tmp_path / "out").hash == Dataset.open(tmp_path / "fresh").hash


_KILLED = """
    import os, signal, sys
    from pathlib import Path
    from drumlin.datasets import PrepareOptions, filling, partial, prepare
    partial.FLUSH_FILES = 2
    left = int(sys.argv[3])
    original = partial.Partial.append

    def append(self, key, outcome):
        global left
        original(self, key, outcome)
        left -= 1
        if left == 0:
            for file in self._files.values():
                file.write(b"half a row")
            os.kill(os.getpid(), signal.SIGKILL)

    partial.Partial.append = append
    prepare([Path(sys.argv[1])], Path(sys.argv[2]), options=PrepareOptions(workers=1))
"""


def test_a_killed_run_goes_on_where_it_stopped(kits: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for left in (5, 4):
        command = [sys.executable, "-c", textwrap.dedent(_KILLED), str(kits), str(out), str(left)]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    summary = prepare([kits], out)
    assert summary.reused_count in (8, 9)
    prepare([kits], tmp_path / "fresh")
    assert _contents(out) == _contents(tmp_path / "fresh")


def test_a_damaged_remainder_is_prepared_again(kits: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / ".partial").mkdir(parents=True)
    (out / ".partial/index.jsonl").write_bytes(b'{"key": "x", "facts": {}}\nnot json\xff\n')
    (out / ".partial/waveforms.npy").write_bytes(b"rubbish")
    assert prepare([kits], out).count == 16
    prepare([kits], tmp_path / "fresh")
    assert _contents(out) == _contents(tmp_path / "fresh")


def test_a_damaged_data_set_is_prepared_again(kits: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare([kits], out)
    (out / "samples.jsonl").write_text("{}\n")
    assert prepare([kits], out).reused_count == 0
    assert len(Dataset.open(out)) == 16


def test_a_data_set_can_be_moved_and_renamed(kits: Path, tmp_path: Path) -> None:
    prepare([kits], tmp_path / "out")
    shutil.move(tmp_path / "out", tmp_path / "elsewhere")
    assert prepare([kits], tmp_path / "elsewhere").reused_count == 16
    assert str(tmp_path) not in "".join(
        path.read_text() for path in (tmp_path / "elsewhere").iterdir() if path.suffix in (".json", ".jsonl", ".md")
    )


def test_progress_reaches_the_number_of_files(kits: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    prepare([kits], tmp_path / "out", report=seen.append)
    assert max(progress.done for progress in seen) == seen[-1].total == 16


def test_the_generator_profile_is_prepared_from_files(kits: Path, tmp_path: Path) -> None:
    summary = prepare([kits], tmp_path / "out", Settings("generator", length_s=2.0))
    dataset = Dataset.open(tmp_path / "out")
    assert dataset.waveforms.shape == (16, 88200)
    assert np.abs(dataset.waveforms).max(axis=1) == pytest.approx(np.full(16, 10 ** (-1 / 20)), abs=1e-4)
    assert [sample.onset_s for sample in summary.samples] == pytest.approx([0.0015] * 16, abs=2e-5)
