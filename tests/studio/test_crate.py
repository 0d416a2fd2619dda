from pathlib import Path

import pytest
from tests.studio.conftest import Served

from drumlin.exporting import SoundFormat, encode_sound, provenance_of
from drumlin.instrument import Note, load


@pytest.fixture
def crate(studio: Served) -> Path:
    assert studio.workspace is not None
    folder = studio.workspace.crate.folder
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    return folder


def keep(studio: Served, **body: object) -> dict[str, object]:
    answer = studio.client.post("/api/keep", json={"instrument": "test-tones", "note": {"x": 0.2, "y": -0.4}} | body)
    assert answer.status_code == 200, answer.text
    content: dict[str, object] = answer.json()
    return content


def test_a_kept_file_is_the_one_that_the_command_line_writes(studio: Served, crate: Path) -> None:
    kept = keep(studio)
    assert studio.workspace is not None
    instrument = load(studio.workspace.instruments / "Test tones.drumlin")
    note = Note(x=0.2, y=-0.4)
    sound = encode_sound(instrument.play(note), instrument.sample_rate, SoundFormat(), provenance_of(instrument, note))
    assert (crate / str(kept["name"])).read_bytes() == sound
    assert studio.client.get(str(kept["url"])).content == sound


def test_kept_sounds_are_numbered_and_listed_newest_first(studio: Served, crate: Path) -> None:
    names = [keep(studio, name="My beat/../x", format=form)["name"] for form in ("wav", "wav", "flac", "mp3")]
    role = str(names[0]).partition("_")[0]
    expected = ("my-beat-x_01.wav", "my-beat-x_02.wav", "my-beat-x_01.flac", "my-beat-x_01.mp3")
    assert names == [f"{role}_{name}" for name in expected]
    listed = studio.client.get("/api/kept").json()
    assert listed["folder"] == str(crate)
    assert sorted(sound["name"] for sound in listed["sounds"]) == sorted(map(str, names))
    times = [sound["kept"] for sound in listed["sounds"]]
    assert times == sorted(times, reverse=True)


def test_deleting_can_be_undone_and_so_can_keeping(studio: Served, crate: Path) -> None:
    kept = keep(studio)
    data = (crate / str(kept["name"])).read_bytes()
    assert studio.client.delete(str(kept["url"])).status_code == 204
    assert list(crate.iterdir()) == []
    undone = studio.client.post("/api/undo").json()
    assert undone == {"title": f"Delete {kept['name']}", "restored": [kept["name"]]}
    assert (crate / str(kept["name"])).read_bytes() == data
    assert studio.client.post("/api/undo").json()["title"] == f"Keep {kept['name']}"
    assert list(crate.iterdir()) == []


def test_there_is_an_end_to_undoing(studio: Served) -> None:
    statuses = [studio.client.post("/api/undo").status_code for _ in range(30)]
    assert statuses[-1] == 409


@pytest.mark.parametrize(
    "name", ["..%2Fsettings.json", "%2e%2e", "missing.wav", "settings.json", "x%00.wav", "a" * 300]
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_only_names_of_the_crate_are_known(studio: Served, crate: Path, name: str, method: str) -> None:
    (crate.parent / "settings.json").write_text("{}")
    (crate / "settings.json").write_text("{}")
    answer = studio.client.request(method, f"/api/kept/{name}")
    assert answer.status_code in (404, 405, 422)
    assert (crate.parent / "settings.json").exists()
    assert (crate / "settings.json").exists()


def test_links_out_of_the_crate_are_not_followed(studio: Served, crate: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (crate / "link.wav").symlink_to(tmp_path / "secret.wav")
    assert studio.client.get("/api/kept/link.wav").status_code == 404
    assert studio.client.get("/api/kept").json()["sounds"] == []


def test_a_sound_of_an_unknown_instrument_is_not_kept(studio: Served, crate: Path) -> None:
    answer = studio.client.post("/api/keep", json={"instrument": "../x", "note": {}})
    assert answer.status_code == 404
    assert list(crate.iterdir()) == []
