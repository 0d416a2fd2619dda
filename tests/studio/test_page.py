from pathlib import Path

import pytest
from tests.studio.conftest import Served, listening_socket, serving

from drumlin.studio import create_app


def test_the_page_is_never_stored_and_its_assets_for_ever(studio: Served) -> None:
    index, asset = studio.client.get("/"), studio.client.get("/assets/app-1a2b.js")
    assert index.text == "<!doctype html><title>Drumlin</title>"
    assert index.headers["cache-control"] == "no-store"
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    ["../secret", "%2e%2e/secret", "..%2fsecret", "assets/..%2f..%2fsecret", "..%5csecret", ".stamp", "assets", "x%00"],
)
def test_nothing_outside_the_page_is_served(studio: Served, page: Path, path: str) -> None:
    (page.parent / "secret").write_text("secret")
    (page / ".stamp").write_text("x")
    answer = studio.client.get(f"/{path}")
    assert answer.status_code == 404
    assert "error" in answer.json()


def test_links_out_of_the_page_are_not_followed(studio: Served, page: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (page / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert studio.client.get("/link.txt").status_code == 404


def test_unknown_api_paths_are_no_pages(studio: Served) -> None:
    answer = studio.client.get("/api/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")


def test_without_the_page_one_is_told_how_to_get_it_and_the_api_works(tmp_path: Path) -> None:
    with serving(create_app(page=tmp_path / "missing"), listening_socket()) as served:
        answer = served.client.get("/")
        assert answer.status_code == 200
        assert "make studio" in answer.text
        assert served.client.get("/api/state").status_code == 200
