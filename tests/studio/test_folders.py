import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.drums import DRUMS
from tests.studio.conftest import Served


@pytest.fixture(scope="module")
def samples(studio: Served) -> Path:
    assert studio.workspace is not None
    folder = studio.workspace.roots()[0]
    for name, drum in DRUMS.items():
        (folder / "kit" / name).mkdir(parents=True)
        for seed in range(3):
            soundfile.write(folder / "kit" / name / f"{name} {seed}.wav", drum(seed), 44100)
    (folder / "kit" / "notes.txt").write_text("x")
    (folder / "kit" / "broken.wav").write_bytes(b"no sound")
    (folder / ".hidden").mkdir()
    (folder / "empty").mkdir()
    return folder


def test_folders_are_listed_with_counts_of_sounds(studio: Served, samples: Path) -> None:
    answer = studio.client.get("/api/folders", params={"path": str(samples)}).json()
    assert (answer["path"], answer["parent"], answer["sounds"], answer["more"]) == (str(samples), "", 13, False)
    assert [(folder["name"], folder["sounds"]) for folder in answer["folders"]] == [("empty", 0), ("kit", 13)]
    inside = studio.client.get("/api/folders", params={"path": str(samples / "kit")}).json()
    assert inside["parent"] == str(samples)
    assert [folder["sounds"] for folder in inside["folders"]] == [3, 3, 3, 3]


def test_the_first_root_is_where_choosing_starts(studio: Served, samples: Path) -> None:
    answer = studio.client.get("/api/folders").json()
    assert (answer["path"], answer["roots"][0]) == (str(samples), str(samples))


@pytest.mark.parametrize(
    "path", ["/", "/etc", "{samples}/..", "{samples}/kit/../../..", "{samples}/link", "a\0b", "~root/x"]
)
@pytest.mark.parametrize("verb", ["folders", "preview", "learn"])
def test_folders_outside_the_roots_are_refused(studio: Served, samples: Path, path: str, verb: str) -> None:
    link = samples / "link"
    if not link.is_symlink():
        link.symlink_to("/etc")
    path = path.format(samples=samples)
    if verb == "folders":
        answer = studio.client.get("/api/folders", params={"path": path})
    elif verb == "preview":
        answer = studio.client.post("/api/preview", json={"folder": path})
    else:
        body = {"kind": "learn", "folder": path, "recipe": "pca", "name": "x"}
        answer = studio.client.post("/api/jobs", json=body)
    link.unlink()
    assert answer.status_code == 422, answer.text
    assert studio.client.get("/api/jobs").json() == []


def test_a_preview_shows_and_plays_both_sides(studio: Served, samples: Path) -> None:
    answer = studio.client.post("/api/preview", json={"folder": str(samples / "kit"), "count": 5}).json()
    assert len(answer["sounds"]) == 5
    assert [item["name"] for item in answer["refused"]] in ([], ["broken.wav"])
    for sound in answer["sounds"]:
        name = Path(sound["name"]).name
        before, rate = fetch(studio, sound["before_url"])
        expected = DRUMS[name.split()[0]](int(name.split()[1].removesuffix(".wav")))
        assert rate == 44100
        np.testing.assert_allclose(before, expected, atol=1e-3)
        after, _ = fetch(studio, sound["after_url"])
        assert len(after) == round(44100 * sound["after_s"])
        assert max(sound["after"]) == pytest.approx(np.abs(after).max(), abs=1e-3)
        assert np.abs(after).argmax() == pytest.approx(4410, abs=1)


def test_the_sounds_of_an_earlier_preview_are_gone(studio: Served, samples: Path) -> None:
    body = {"folder": str(samples / "kit"), "count": 1}
    old = studio.client.post("/api/preview", json=body).json()["sounds"][0]["before_url"]
    new = studio.client.post("/api/preview", json=body).json()["sounds"][0]["before_url"]
    assert studio.client.get(new).status_code == 200
    assert studio.client.get(old).status_code == 404
    assert studio.client.get(new.replace("/0/", "/9/")).status_code == 404
    assert studio.client.get(new.replace("before", "other")).status_code == 422


def test_a_folder_without_sounds_cannot_be_previewed(studio: Served, samples: Path) -> None:
    answer = studio.client.post("/api/preview", json={"folder": str(samples / "empty")})
    assert answer.status_code == 422
    assert "no sounds" in answer.json()["error"]


def test_names_that_are_no_utf8_are_shown_with_question_marks(studio: Served, samples: Path) -> None:
    folder = samples / os.fsdecode(b"odd \xff")
    folder.mkdir()
    names = [item["name"] for item in studio.client.get("/api/folders").json()["folders"]]
    folder.rmdir()
    assert "odd ?" in names


def fetch(studio: Served, url: str) -> tuple[np.ndarray, int]:
    points, rate = soundfile.read(io.BytesIO(studio.client.get(url).content), dtype="float32")
    return points, rate
