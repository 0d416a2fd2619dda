import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from tests.library.sounds import contents_of, fast_folder, read_all_as_bytes, write_contents, write_drums

from drumlin.errors import AudioError, LibraryBusyError, LibraryError
from drumlin.hearing import starter_ear
from drumlin.library import Library, ScanOptions
from drumlin.library.reading import Heard, Problem, read_files
from drumlin.library.tables import files, samples
from drumlin.units import Array, Waveform

PACK = {"Kit/kick/0.wav": ("kick", 0), "Kit/snare/Snr_01.wav": ("snare", 1), "hat.wav": ("hat", 2)}


class Killed(BaseException):
    """Stands for the end of the process: nothing may tidy up after it."""


def state_of(library: Library) -> tuple[list[object], list[object]]:
    """Return what the catalogue says, without its own numbers."""
    with library.catalogue.read() as connection:
        found = select(files.c.path, files.c.is_missing, files.c.problem, samples.c.sha256)
        found = found.select_from(files.outerjoin(samples, samples.c.id == files.c.sample_id))
        sounds = select(samples.c.sha256, samples.c.is_missing).order_by(samples.c.sha256)
        return (
            sorted(map(tuple, connection.execute(found)), key=str),
            [tuple(row) for row in connection.execute(sounds)],
        )


def test_new_sounds_are_read_once(library: Library, place: Path) -> None:
    write_drums(place, PACK)
    library.add(place)
    first, second = library.scan(), library.scan()
    assert (first.read, first.unchanged) == (3, 0)
    assert (second.read, second.unchanged) == (0, 3)
    assert library.count() == 3


def test_several_processes_find_the_same(library: Library, place: Path, tmp_path: Path) -> None:
    write_drums(place, PACK)
    library.add(place)
    assert library.scan(ScanOptions(workers=2)).read == 3
    with Library(tmp_path / "other") as other:
        other.add(place)
        other.scan(ScanOptions(workers=1))
        assert state_of(other) == state_of(library)
        one, two = (lib.vectors.matrix("whole") for lib in (library, other))  # type: ignore[attr-defined]
        np.testing.assert_array_equal(one, two)


def test_a_renamed_file_is_known_without_being_read(library: Library, place: Path) -> None:
    write_drums(place, PACK)
    library.add(place)
    library.scan()
    library.tag("favourite", [place / "hat.wav"])
    (place / "New").mkdir()
    (place / "hat.wav").rename(place / "New/other.wav")
    summary = library.scan()
    assert (summary.read, summary.moved, summary.missing) == (0, 1, 0)
    assert library.find("favourite").found[0].paths == (place / "New/other.wav",)


def test_a_copy_elsewhere_is_the_same_sound_in_another_format(library: Library, place: Path) -> None:
    import soundfile

    write_drums(place, PACK)
    library.add(place)
    library.scan()
    library.tag("favourite", [place / "hat.wav"])
    points, rate = soundfile.read(place / "hat.wav", dtype="int32")
    soundfile.write(place / "again.flac", points, rate, subtype="PCM_24")
    (place / "hat.wav").unlink()
    assert library.scan().read == 1
    assert library.count() == 3
    assert library.find("favourite").found[0].paths[0] == place / "again.flac"


@pytest.mark.usefixtures("bytes_as_sounds")
def test_files_can_exchange_their_names(library: Library, place: Path) -> None:
    write_contents(place, {"a.wav": b"one", "b.wav": b"two"})
    library.add(place)
    library.scan()
    (place / "a.wav").rename(place / "c.wav")
    (place / "b.wav").rename(place / "a.wav")
    (place / "c.wav").rename(place / "b.wav")
    library.scan()
    one = next(found for found in library.find().found if found.paths[0].name == "b.wav")
    assert one.paths[0].read_bytes() == b"one"
    assert library.count() == 2


@pytest.mark.usefixtures("bytes_as_sounds")
def test_missing_files_are_marked_and_known_again(library: Library, place: Path) -> None:
    write_contents(place, {"a.wav": b"one", "b.wav": b"two"})
    library.add(place)
    library.scan()
    state = (place / "a.wav").stat()
    (place / "a.wav").rename(place.parent / "away.wav")
    assert library.scan().missing == 1
    assert [found.paths[0].name for found in library.find().found] == ["b.wav"]
    (place.parent / "away.wav").rename(place / "a.wav")
    assert (place / "a.wav").stat().st_mtime_ns == state.st_mtime_ns
    summary = library.scan()
    assert (summary.returned, summary.read) == (1, 0)
    assert library.count() == 2


@pytest.mark.usefixtures("bytes_as_sounds")
def test_a_root_that_is_not_there_keeps_its_sounds(library: Library, place: Path) -> None:
    write_contents(place, {"a.wav": b"one"})
    library.add(place)
    library.scan()
    place.rename(place.with_name("unplugged"))
    summary = library.scan()
    assert summary.missing == 0
    assert summary.skipped == (f"{place}: the folder is not there",)
    assert library.count() == 1


def test_one_bad_file_among_many_is_reported(library: Library, place: Path) -> None:
    write_drums(place, PACK)
    (place / "broken.wav").write_bytes(b"RIFF\x10\0\0\0WAVEjunk")
    (place / "empty.flac").touch()
    library.add(place)
    summary = library.scan()
    assert summary.read == 3
    assert sorted(Path(path).name for path, _ in summary.problems) == ["broken.wav", "empty.flac"]
    assert [path.name for path, _ in library.problems()] == ["broken.wav", "empty.flac"]
    assert library.scan().unchanged == 5  # and not read again
    assert len(library.scan(ScanOptions(again=True)).problems) == 2


def test_files_that_are_read_together_are_heard_as_each_alone(place: Path) -> None:
    write_drums(place, PACK)
    (place / "broken.wav").write_bytes(b"RIFF\x10\0\0\0WAVEjunk")
    paths = sorted(place.rglob("*.wav"))
    together = read_files(paths, starter_ear())
    assert [isinstance(one, Heard) for one in together] == [True, True, False, True]
    for path, outcome in zip(paths, together, strict=True):
        alone = read_files([path], starter_ear())[0]
        if isinstance(outcome, Heard) and isinstance(alone, Heard):
            assert {name: one.tobytes() for name, one in outcome.vectors.items()} == {
                name: one.tobytes() for name, one in alone.vectors.items()
            }


class Crashing:
    """An embedder whose process dies at one sound."""

    name, size = "crashing", 4

    def picture(self, waveform: Waveform, sample_rate: int, onset: int) -> Array:
        if len(waveform) < 6000:
            os._exit(7)
        return waveform[onset:][:1]

    def embed_pictures(self, pictures: Sequence[Array]) -> Array:
        return np.ones((len(pictures), 4), np.float32)


def test_a_file_that_ends_the_process_reading_it_is_reported(tmp_path: Path, place: Path) -> None:
    write_drums(place, {**PACK, **{f"more/{number}.wav": ("kick", number) for number in range(3, 9)}})
    with Library(tmp_path / "library", embedder=Crashing()) as library:
        library.add(place)
        summary = library.scan(ScanOptions(workers=2))
        assert summary.read == 8
        assert [(Path(path).name, "ended the process" in why) for path, why in summary.problems] == [("hat.wav", True)]


class Constant:
    """An embedder of another kind."""

    name, size = "constant", 5

    def picture(self, waveform: Waveform, sample_rate: int, onset: int) -> Array:
        return waveform[onset:][:1]

    def embed_pictures(self, pictures: Sequence[Array]) -> Array:
        return np.tile(np.arange(1.0, 6.0), (len(pictures), 1))


def test_another_embedder_hears_everything_again(library: Library, place: Path) -> None:
    write_drums(place, PACK)
    library.add(place)
    library.scan()
    folder = library.folder
    library.close()
    with Library(folder, embedder=Constant()) as other:
        assert other.scan().read == 3
        assert other.count() == 3
        assert [round(found.cosine, 5) for found in other.like(place / "hat.wav").found] == [1.0] * 3  # type: ignore[arg-type]
        assert other.scan().unchanged == 3


@pytest.mark.usefixtures("bytes_as_sounds")
def test_names_of_any_bytes_are_kept(library: Library, place: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \\x\n.wav")
    write_contents(place, {name: b"one", "\U0001f941 d.wav": b"two"})
    library.add(place)
    library.scan()
    assert {found.paths[0] for found in library.find().found} == {place / name, place / "\U0001f941 d.wav"}
    assert library.scan().unchanged == 2


@pytest.mark.usefixtures("bytes_as_sounds")
def test_links_that_lead_back_are_followed_once(library: Library, place: Path) -> None:
    write_contents(place, {"in/a.wav": b"one"})
    (place / "in/back").symlink_to(place)
    (place / "dead.wav").symlink_to(place / "nowhere.wav")
    library.add(place)
    summary = library.scan()
    assert summary.read == 1
    assert "dead.wav" in summary.skipped[0]


def test_a_file_that_changes_while_it_is_read_is_left(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_drums(place, PACK)
    whole = Path.read_bytes

    def grow(path: Path) -> bytes:
        data = whole(path)
        path.write_bytes(data + b"\0\0")
        return data

    monkeypatch.setattr(Path, "read_bytes", grow)
    outcome = read_files([place / "hat.wav"])[0]
    assert isinstance(outcome, Problem) and "changed while" in outcome.reason
    monkeypatch.undo()
    assert isinstance(read_files([place / "hat.wav"])[0], Heard)


def test_only_one_process_scans(library: Library, place: Path) -> None:
    library.add(place)
    with library.catalogue.alone(), pytest.raises(LibraryBusyError, match="another process"):
        library.scan()


def test_folders_within_folders_are_refused(library: Library, place: Path) -> None:
    (place / "in").mkdir()
    library.add(place)
    assert library.add(place) == place
    with pytest.raises(LibraryError, match="lies in"):
        library.add(place / "in")
    with pytest.raises(LibraryError, match="holds"):
        library.add(place.parent)
    with pytest.raises(LibraryError, match="no folder"):
        library.add(place / "nowhere")


@pytest.mark.usefixtures("bytes_as_sounds")
def test_a_folder_is_taken_out_and_tags_are_kept(library: Library, place: Path) -> None:
    write_contents(place, {"a.wav": b"one"})
    library.add(place)
    library.scan()
    library.tag("favourite", [place / "a.wav"])
    library.remove(place)
    assert (library.count(), library.roots()) == (0, [])
    library.add(place)
    library.scan()
    assert library.find("tag:favourite").total == 1
    assert contents_of(place) == {"a.wav": b"one"}


def test_like_a_file_that_is_no_sound_is_refused(library: Library, place: Path) -> None:
    (place / "x.wav").write_bytes(b"no")
    with pytest.raises(AudioError):
        library.like(place / "x.wav")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with three sounds and a library that knows them, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    write_contents(folder / "in", {f"{name}.wav": name.encode() for name in "abc"})
    with pytest.MonkeyPatch.context() as patch, Library(folder / "library") as library:
        patch.setattr("drumlin.library.crew.read_files", read_all_as_bytes)
        library.add(folder / "in")
        library.scan()
    return folder


CHANGES = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(("one", "two", "bad", "gone", "to e"))), min_size=1, max_size=4
)


@settings(max_examples=60)
@given(changes=CHANGES, statement=st.integers(0, 45), again=st.integers(0, 45))
def test_a_scan_killed_at_any_statement_loses_and_doubles_nothing(
    template: Path, changes: list[tuple[str, str]], statement: int, again: int
) -> None:
    with (
        pytest.MonkeyPatch.context() as patch,
        fast_folder() as folder,
        Library(shutil.copytree(template / "library", folder / "library")) as library,
    ):
        patch.setattr("drumlin.library.crew.read_files", read_all_as_bytes)
        patch.setattr(os, "fsync", lambda descriptor: None)
        patch.setattr("drumlin.library.scanning.BATCH_FILES", 2)
        shutil.rmtree(template / "in")
        write_contents(template / "in", {f"{name}.wav": name.encode() for name in "abc"})
        change(template / "in", changes)
        kill_in(library, statement)
        kill_in(library, again)
        library.scan()
        known, sounds = state_of(library)
        assert [row for row in known if not row[1]] == expected_files(template / "in")  # type: ignore[index]
        assert len(sounds) == len(set(sounds))
        with library.catalogue.read() as connection:
            rows = connection.execute(select(samples.c.row, samples.c.sha256)).all()
        for row, digest in rows:
            drawn = np.random.default_rng(int(digest[:8], 16)).standard_normal(64)
            stored = library.vectors.matrix("whole")[row]  # type: ignore[attr-defined]
            np.testing.assert_allclose(stored, drawn / np.linalg.norm(drawn), atol=1e-5)


def expected_files(folder: Path) -> list[object]:
    """Return what the catalogue should say of the files that are there, worked out from their bytes."""
    found: list[object] = []
    for name, data in contents_of(folder).items():
        is_bad = data.startswith(b"bad")
        digest = None if is_bad else hashlib.sha256(data).hexdigest()
        found.append((name, False, "no sound" if is_bad else "", digest))
    return sorted(found, key=str)


def change(folder: Path, changes: list[tuple[str, str]]) -> None:
    for name, what in changes:
        path = folder / f"{name}.wav"
        if what == "gone":
            path.unlink(missing_ok=True)
        elif what == "to e" and path.exists():
            path.rename(folder / "e.wav")
        elif what != "to e":
            path.write_bytes(what.encode())


def kill_in(library: Library, statement: int) -> None:
    """Scan, killed at a statement to the database."""
    left = [statement]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    event.listen(library.catalogue.engine, "before_cursor_execute", count)
    try:
        library.scan()
    except Killed:
        pass
    finally:
        event.remove(library.catalogue.engine, "before_cursor_execute", count)
