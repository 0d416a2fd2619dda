"""Disks that are really full, folders that may really not be read, processes that are really killed.

CI runs as root: an ordinary user is had by giving up root in a process of its own, a full disk by mounting a small
tmpfs or, where mounting is not allowed, by the system's limit on the size of a file. None of these tests is skipped.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from tests.library.sounds import contents_of, write_contents, write_drums

from drumlin.journal import Journal
from drumlin.library import Library

NOBODY = 65534
ROOT = Path(__file__).parent.parent.parent


def run(code: str, *, limit_bytes: int | None = None) -> Any:
    """Run Python in a process of its own, with a limit on the size of files if wanted; return the JSON it prints."""
    import resource

    def prepare() -> None:
        if limit_bytes is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead, as on a full disk
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    path = os.pathsep.join([str(ROOT / "src"), str(ROOT), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, "PYTHONPATH": path, "HOME": "/"},
        preexec_fn=prepare,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


DROP = f"""
import encodings.ascii, encodings.latin_1, os
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
"""
"""Makes an ordinary user of the process; all must be imported by then: Python may lie where only root reads."""

SORT = """
import json, sys
from pathlib import Path
from drumlin.errors import DrumlinError
from drumlin.journal import Journal
from drumlin.library.plans import read_plan
from drumlin.library.sorting import apply_plan
{drop}
try:
    apply_plan(read_plan(Path({plan!r})), Journal(Path({journal!r})))
    print(json.dumps("done"))
except DrumlinError as error:
    print(json.dumps(str(error)))
"""


@contextmanager
def small_disk(folder: Path, size_kib: int) -> Iterator[bool]:
    """Mount a tmpfs of some KiB at a folder; yield whether that was allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", str(folder)]
    is_mounted = os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", str(folder)], check=True)


def make_plan(folder: Path, to: Path, how: str = "copy", sizes: tuple[int, ...] = (30_000, 30_000, 30_000)) -> Path:
    """Write files of some sizes and a plan that brings them into a folder; return the plan's path."""
    write_contents(folder / "in", {f"{number}.wav": bytes([number % 251]) * size for number, size in enumerate(sizes)})
    steps = []
    for path in sorted((folder / "in").iterdir()):
        state = path.stat()
        step = {"source": str(path), "target": str(to / path.name), "why": "", "confidence": 1.0}
        steps.append(step | {"size": state.st_size, "mtime_ns": state.st_mtime_ns})
    plan = {"format": "drumlin-sort-plan", "version": 1, "by": "drums", "how": how, "to": str(to), "left": {}}
    (folder / "plan.json").write_text(json.dumps(plan | {"steps": steps}))
    return folder / "plan.json"


@pytest.mark.parametrize("how", ["copy", "move"])
def test_a_full_disk_takes_everything_back(tmp_path: Path, how: str) -> None:
    to = tmp_path / "small"
    with small_disk(to, 64) as is_mounted:
        plan = make_plan(tmp_path, to, how, (20_000, 20_000, 90_000))
        before = contents_of(tmp_path / "in")
        code = SORT.format(plan=str(plan), journal=str(tmp_path / "journal"), drop="")
        if is_mounted or how == "copy":
            said = run(code, limit_bytes=None if is_mounted else 64 * 1024)
            assert "No space left" in said or "File too large" in said
        else:  # within one disk a move needs no space
            assert run(code, limit_bytes=64 * 1024) == "done"
            Journal(tmp_path / "journal").undo()
        assert contents_of(tmp_path / "in") == before
        assert contents_of(to) == {}


def test_another_disk_is_reached_and_left_again(tmp_path: Path) -> None:
    with small_disk(tmp_path / "other", 1024) as is_mounted, tempfile.TemporaryDirectory(dir=other_disk()) as shm:
        to = tmp_path / "other" if is_mounted else Path(shm)
        assert to.stat().st_dev != tmp_path.stat().st_dev
        plan = make_plan(tmp_path, to / "Sorted", "move")
        before = contents_of(tmp_path / "in")
        times = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "in").iterdir()}
        assert run(SORT.format(plan=str(plan), journal=str(tmp_path / "journal"), drop="")) == "done"
        assert contents_of(to / "Sorted") == before
        assert contents_of(tmp_path / "in") == {}
        Journal(tmp_path / "journal").undo()
        assert contents_of(tmp_path / "in") == before
        assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "in").iterdir()} == times
        assert contents_of(to) == {}


def other_disk() -> str:
    """Return a folder in memory, which every Linux has."""
    return "/dev/shm"


def test_a_sort_that_is_killed_is_taken_back(tmp_path: Path) -> None:
    plan = make_plan(tmp_path, tmp_path / "out", "move", tuple(range(1, 200)))
    before = contents_of(tmp_path / "in")
    code = SORT.format(plan=str(plan), journal=str(tmp_path / "journal"), drop="")
    path = os.pathsep.join([str(ROOT / "src"), *filter(None, sys.path)])
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path})
    while len(contents_of(tmp_path / "out")) < 20:
        time.sleep(0.002)
    process.kill()
    process.wait()
    assert contents_of(tmp_path / "in") != before
    assert Journal(tmp_path / "journal").recovered == ("Sort 199 files by drums",)
    assert contents_of(tmp_path / "in") == before
    assert not (tmp_path / "out").exists()


def test_a_disk_too_full_for_the_journal_changes_nothing_and_rolls_back(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 64) as is_mounted:
        plan = make_plan(tmp_path, tmp_path / "out", "move", (10,) * 40)
        before = contents_of(tmp_path / "in")
        if is_mounted:
            (tmp_path / "small/filler").write_bytes(bytes(60 * 1024))
        code = SORT.format(plan=str(plan), journal=str(tmp_path / "small/journal"), drop="")
        said = run(code, limit_bytes=None if is_mounted else 4096)
        assert "the journal cannot be written" in said
        assert contents_of(tmp_path / "in") == before
        assert not (tmp_path / "out").exists() or contents_of(tmp_path / "out") == {}
        assert Journal(tmp_path / "small/journal").title() == ""


def test_a_folder_that_may_not_be_written_takes_everything_back(tmp_path: Path) -> None:
    plan = make_plan(tmp_path, tmp_path / "out")
    open_to_all(tmp_path)
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal").chmod(0o777)
    (tmp_path / "out").mkdir()
    (tmp_path / "out").chmod(0o555)
    said = run(SORT.format(plan=str(plan), journal=str(tmp_path / "journal"), drop=DROP))
    assert "Permission denied" in said
    assert len(contents_of(tmp_path / "in")) == 3
    assert contents_of(tmp_path / "out") == {}


def open_to_all(folder: Path) -> None:
    """Let everybody look into a folder of pytest's, which it closes."""
    for one in (folder, *folder.parents):
        if one.is_relative_to(tempfile.gettempdir()) and one.stat().st_uid == os.geteuid():
            one.chmod(one.stat().st_mode | 0o055)


WARM = """
with Library(Path({home!r} + "-other")) as other:
    other.add(Path({place!r}))
    other.scan()
"""
"""Loads everything that a scan needs, with a library of its own."""

SCAN = """
import json, sys
from pathlib import Path
from drumlin.errors import DrumlinError
from drumlin.library import Library
{drop}
try:
    with Library(Path({home!r})) as library:
        library.add(Path({place!r}))
        print(json.dumps(library.scan().as_dict()))
except DrumlinError as error:
    print(json.dumps(str(error)))
"""


def test_what_may_not_be_read_is_reported_and_not_called_missing(tmp_path: Path, place: Path) -> None:
    write_drums(place, {"a.wav": ("hat", 0), "closed/b.wav": ("hat", 1), "c.wav": ("hat", 2)})
    home = tmp_path / "home"
    home.mkdir()
    open_to_all(tmp_path)
    home.chmod(0o777)
    where = {"home": str(home), "place": str(place)}
    code = SCAN.format(**where, drop=WARM.format(**where) + DROP)
    assert "read" in (summary := run(code)), summary
    assert summary["read"] == 3
    (place / "closed").chmod(0)
    (place / "a.wav").chmod(0)
    os.utime(place / "a.wav", (1, 1))
    summary = run(code)
    assert [Path(one["path"]).name for one in summary["problems"]] == ["a.wav"]
    assert "Permission denied" in summary["problems"][0]["reason"]
    assert summary["missing"] == 0
    assert "closed" in summary["skipped"][0] and "Permission denied" in summary["skipped"][0]
    (place / "closed").chmod(0o755)


def test_a_scan_on_a_full_disk_says_so_and_goes_on_later(tmp_path: Path, place: Path) -> None:
    write_drums(place, {f"{number}.wav": ("hat", number) for number in range(3)})
    home = tmp_path / "home"
    with small_disk(home, 4096) as is_mounted:
        with Library(home) as library:
            library.add(place)
        if is_mounted:
            fill_up(home / "filler", keep=8 * 1024)
        code = SCAN.format(home=str(home), place=str(place), drop="")
        said = run(code, limit_bytes=None if is_mounted else 40 * 1024)  # enough to open the database
        assert isinstance(said, str), said
        assert any(word in said for word in ("full", "No space left", "disk I/O error", "File too large")), said
        assert "disk is full" not in said or "make room" in said
        (home / "filler").unlink(missing_ok=True)
        summary = run(code)
        assert summary["read"] + summary["unchanged"] == 3
        with Library(home) as library:
            assert library.count() == 3


def fill_up(path: Path, keep: int) -> None:
    """Fill a disk with one file, but for some bytes."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    os.truncate(path, path.stat().st_size - keep)


def test_a_scan_that_is_killed_goes_on_where_it_was(tmp_path: Path, place: Path) -> None:
    write_drums(place, {f"{number}.wav": ("hat", number % 7) for number in range(60)})
    code = "import drumlin.library.scanning as s; s.BATCH_FILES = 4\n" + SCAN.format(
        home=str(tmp_path / "home"), place=str(place), drop=""
    )
    path = os.pathsep.join([str(ROOT / "src"), *filter(None, sys.path)])
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path})
    while not (tmp_path / "home/vectors").is_dir() or not any((tmp_path / "home/vectors").glob("whole*")):
        time.sleep(0.005)
    process.kill()
    process.wait()
    with Library(tmp_path / "home") as library:
        summary = library.scan()
        assert summary.read + summary.unchanged == 60
        assert summary.unchanged % 4 == 0
        assert library.count() == 7
        assert library.scan().unchanged == 60
