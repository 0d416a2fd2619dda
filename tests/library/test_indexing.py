from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select
from tests.library.sounds import facts_of, write_contents

from drumlin.errors import LibraryError
from drumlin.library import Library, drop_index, make_index
from drumlin.library.cells import Cells, build_cells
from drumlin.library.nearest import search
from drumlin.library.storing import refresh
from drumlin.library.tables import files, roots, samples
from drumlin.library.vectors import VectorFiles
from drumlin.units import Array

COUNT, GROUPS = 3000, 60


def grouped_rows(count: int = COUNT) -> Array:
    """Return rows in groups, of length 1."""
    generator = np.random.default_rng(0)
    centres = generator.standard_normal((GROUPS, 64))
    rows = centres[generator.integers(GROUPS, size=count)] + 0.2 * generator.standard_normal((count, 64))
    scaled: Array = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


@pytest.fixture(scope="module")
def cells() -> Cells:
    found = build_cells(grouped_rows())
    assert found is not None
    return found


def test_every_row_lies_in_one_cell_with_its_vector(cells: Cells) -> None:
    np.testing.assert_array_equal(np.sort(cells.rows), np.arange(COUNT))
    np.testing.assert_array_equal(cells.vectors, grouped_rows()[cells.rows])
    sizes = np.diff(cells.starts)
    assert cells.starts[-1] == COUNT and (sizes >= 0).all()
    nearest = np.argmax(cells.vectors @ cells.centres.T, axis=1)
    assert np.mean(nearest == np.repeat(np.arange(len(sizes)), sizes)) > 0.999


def test_most_of_what_is_nearest_is_found_with_its_exact_score(cells: Cells) -> None:
    matrix = grouped_rows()
    shares = []
    for query in grouped_rows(COUNT + 50)[COUNT:]:
        found, truth = cells.search(query, 10), search(matrix, query, 10)
        shares.append(len(set(found.rows) & set(truth.rows)) / 10)
        np.testing.assert_allclose(found.scores, matrix[found.rows] @ query, atol=1e-6)
        assert list(found.scores) == sorted(found.scores, reverse=True)
    assert np.mean(shares) >= 0.95


def test_looking_at_all_cells_is_the_exact_search(cells: Cells) -> None:
    matrix, without = grouped_rows(), np.array([3, 4, 5])
    everything = Cells(cells.centres, cells.starts, cells.rows, cells.vectors, len(cells.centres), 1.0)
    got = everything.search(matrix[4], 12, without=without)
    expected = search(matrix, matrix[4], 12, without=without)
    np.testing.assert_array_equal(got.rows, expected.rows)
    np.testing.assert_array_equal(got.scores, expected.scores)


def test_rows_without_order_get_no_index() -> None:
    noise = np.random.default_rng(1).standard_normal((COUNT, 64)).astype(np.float32)
    assert build_cells(noise / np.linalg.norm(noise, axis=1, keepdims=True)) is None


def fill(library: Library, place: Path, rows: Array) -> None:
    """Enter sounds with these vectors, as a scan would have, each with a file of its own name."""
    write_contents(place, {"a.wav": b"a"})
    library.add(place)
    with library.catalogue.write() as connection:
        root_id = connection.execute(select(roots.c.id)).scalar_one()
        first = len(connection.execute(select(samples.c.id)).all())
        numbers = range(first + 1, first + len(rows) + 1)
        plain = {**facts_of().as_dict(), "embedder": "picture-1", "is_missing": False}
        connection.execute(
            insert(samples), [{**plain, "id": n, "row": n - 1, "sha256": f"{n:064}", "cluster": n} for n in numbers]
        )
        signature = {"size": 1, "mtime_ns": 1, "inode": 1, "problem": "", "is_missing": False}
        connection.execute(
            insert(files),
            [{**signature, "root_id": root_id, "path": f"{n}.wav", "folder": "", "sample_id": n} for n in numbers],
        )
        library.vectors.store(connection, [n - 1 for n in numbers], list(numbers), {"whole": rows})
        refresh(connection, set())


@pytest.fixture
def indexed(library: Library, place: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr("drumlin.library.vectors.LEAST_ROWS", 1000)
    monkeypatch.setattr("drumlin.library.copies.SETTLED_S", 0.0)
    fill(library, place, grouped_rows())
    assert make_index(library).recall >= 0.95
    return library


def is_used(library: Library) -> bool:
    assert isinstance(library.vectors, VectorFiles)
    return library.vectors.cells("whole") is not None


def test_a_library_finds_by_its_index(indexed: Library) -> None:
    assert is_used(indexed)
    found = [one.id for one in indexed.like_sample(8, count=10).found]
    drop_index(indexed)
    assert not is_used(indexed)
    truth = [one.id for one in indexed.like_sample(8, count=10).found]
    assert found[0] == truth[0] == 8
    assert len(set(found) & set(truth)) >= 9


def test_an_index_of_other_vectors_is_not_used(indexed: Library, place: Path) -> None:
    near = grouped_rows()[7:8]
    fill(indexed, place, near)
    assert not is_used(indexed)
    assert [one.id for one in indexed.like_sample(8, count=2).found] == [8, COUNT + 1]


def test_a_damaged_index_is_not_used(indexed: Library) -> None:
    (path,) = (indexed.folder / "vectors").glob("*.cells.safetensors")
    data = path.read_bytes()
    for damaged in (b"", data[:7], data[:100], b"\xff" * 8 + data[8:], data[:8] + b"[]" + data[10:], data[:5000]):
        path.write_bytes(damaged)
        with Library(indexed.folder) as other:
            assert not is_used(other)
            assert other.like_sample(8, count=1).found[0].id == 8


def test_a_scan_makes_a_stale_index_anew(indexed: Library, place: Path) -> None:
    fill(indexed, place, grouped_rows()[7:8])
    for child in place.iterdir():
        child.unlink()
    indexed.scan()
    assert is_used(indexed)


def test_too_few_sounds_get_no_index(library: Library) -> None:
    with pytest.raises(LibraryError, match=r"it needs 50,000 sounds \(there are 0\)"):
        make_index(library)
