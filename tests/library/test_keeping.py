"""What was learned belongs to one catalogue, also where one folder serves several."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.library.postgres import running_server
from tests.library.sounds import write_drums

from drumlin.errors import MissingError
from drumlin.library import Library, laying, tag_edits, teaching
from drumlin.library.keeping import IDENTITY, read_kept
from drumlin.library.projecting import fit_projection


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    import psycopg

    with running_server() as tail:
        with psycopg.connect(f"postgresql://drumlin@/postgres{tail}", autocommit=True) as connection:
            connection.execute("CREATE DATABASE kept")
        yield f"postgresql://drumlin@/kept{tail}"


def fill(library: Library, place: Path, *drums: str) -> None:
    write_drums(place, {f"{drum}_{seed}.wav": (drum, seed) for drum in drums for seed in range(4)})
    library.add(place)
    library.scan()
    for drum in drums:
        library.tag(f"my {drum}", [place / f"{drum}_{seed}.wav" for seed in range(3)])


def identity(library: Library) -> str | None:
    with library.catalogue.read() as connection:
        return read_kept(connection, IDENTITY)


def test_two_catalogues_of_one_folder_keep_their_own(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying, "SETTLED", 8)
    home = tmp_path / "library"
    with Library(home) as own, Library(home, url) as shared:
        fill(own, tmp_path / "own", "kick", "hat")
        fill(shared, tmp_path / "shared", "snare", "tom")
        assert identity(own) != identity(shared)
        teaching.learn(own)
        own_places = own.places().places
        teaching.learn(shared)
        shared_places = shared.places().places
        edit = tag_edits.make_tag(own, "mine alone")
        assert teaching.learned_tags(own) == ("my hat", "my kick")
        assert teaching.learned_tags(shared) == ("my snare", "my tom")
        with pytest.raises(MissingError, match="too old"):
            tag_edits.turn(shared, edit)
    with Library(home) as own, Library(home, url) as shared:  # and after a restart
        assert (own.places().places == own_places).all()
        assert (shared.places().places == shared_places).all()
        assert set(teaching.suggest(own)) == {"my hat", "my kick"}
        assert shared.lay_map() is not None
        assert (own.places().places == own_places).all()
        tag_edits.turn(own, edit)
        assert "mine alone" not in [tag.name for tag in own.tags()]


def former_files(folder: Path, *, embedder: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Write what releases before have left, and return vectors with the places that these gave them."""
    generator = np.random.default_rng(3)
    vectors = generator.standard_normal((50, size))
    fitted = fit_projection(embedder, vectors, generator.standard_normal((50, 2)))
    numbers = {name: getattr(fitted, name).tolist() for name in ("mean", "axes", "knots")}
    content = {"format": "drumlin-map", "version": 1, "embedder": embedder, **numbers}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "map.json").write_text(json.dumps(content), encoding="ascii")
    (folder / "head.json").write_text(json.dumps({"format": "drumlin-head", "version": 1, "tags": ["x"]}))
    flat = (vectors - fitted.mean) @ fitted.axes
    even = np.linspace(0.0, 1.0, len(fitted.knots))
    places = [np.interp(flat[:, axis], fitted.knots[:, axis], even) for axis in range(2)]
    return vectors, np.stack(places, axis=1).astype(np.float32)


def test_files_of_releases_before_go_to_the_catalogue_in_the_folder(tmp_path: Path, url: str) -> None:
    home = tmp_path / "library"
    with Library(home) as library:
        fill(library, tmp_path / "own", "kick")
        edit = tag_edits.make_tag(library, "twice")
    written = next((home / "edits").rglob(f"{edit}.json"))
    written.rename(home / "edits" / written.name)
    vectors, places = former_files(home, embedder="e", size=8)
    with Library(home, url):
        assert (home / "map.json").is_file()  # it is not the shared one's
    with Library(home) as library:
        assert not [path.name for path in home.glob("*.json")]
        laid = laying.settle_map(library.catalogue, "e", vectors, np.zeros((50, 2)))
        assert (laid.projection.places(vectors, np.zeros((50, 2))) == places).all()
        tag_edits.turn(library, edit)
        assert "twice" not in [tag.name for tag in library.tags()]


def test_without_sounds_in_the_folder_they_go_to_the_one_that_is_opened(tmp_path: Path) -> None:
    home = tmp_path / "library"
    former_files(home, embedder="e", size=8)
    with Library(home) as library, library.catalogue.read() as connection:
        assert read_kept(connection, "head") is not None
        assert read_kept(connection, "map") is not None
    assert not [path.name for path in home.glob("*.json")]


@pytest.mark.parametrize("content", ["no JSON", "{}", "[]"])
def test_a_former_file_that_cannot_be_read_stays_and_is_not_used(tmp_path: Path, content: str) -> None:
    (tmp_path / "map.json").write_text(content, encoding="ascii")
    with Library(tmp_path) as library, library.catalogue.read() as connection:
        assert read_kept(connection, "map") is None
    assert (tmp_path / "map.json").read_text() == content
