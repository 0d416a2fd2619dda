import json
import re
import subprocess
import sys

import httpx
from tests.studio.conftest import Served

from drumlin import __version__
from drumlin.parameters import STUDIO_ACTIONS
from drumlin.studio import create_app

STUDIO_ONLY = (
    ("POST", "/api/keep"),
    ("GET", "/api/kept"),
    ("GET", "/api/kept/x.wav"),
    ("DELETE", "/api/kept/x.wav"),
    ("POST", "/api/undo"),
    ("POST", "/api/instruments/default/refine"),
    ("GET", "/api/folders"),
    ("POST", "/api/preview"),
    ("GET", "/api/recipes"),
    ("GET", "/api/jobs"),
    ("POST", "/api/jobs"),
    ("POST", "/api/jobs/x/cancel"),
    ("GET", "/api/events"),
    ("GET", "/api/openapi.json"),
)


def test_the_studio_says_what_it_is(studio: Served) -> None:
    state = studio.client.get("/api/state").json()
    assert state["version"] == __version__
    assert (state["mode"], state["application"]) == ("studio", "drumlin")
    assert studio.workspace is not None
    assert state["crate"] == str(studio.workspace.root / "crate")


def test_the_registry_lists_knobs_with_labels_and_all_actions(studio: Served) -> None:
    registry = studio.client.get("/api/registry").json()
    knobs = {knob["name"]: knob for knob in registry["parameters"]}
    assert knobs["pitch"] | {"help": ""} == {
        "name": "pitch",
        "label": "Pitch",
        "unit": "semitones",
        "minimum": -24,
        "maximum": 24,
        "default": 0,
        "curve": "linear",
        "help": "",
    }
    assert [action["name"] for action in registry["actions"]] == [action.name for action in STUDIO_ACTIONS]


def test_every_answer_has_a_type_in_the_schema(studio: Served) -> None:
    schema = studio.client.get("/api/openapi.json").json()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            success = next(value for code, value in operation["responses"].items() if code.startswith("2"))
            content = success.get("content", {})
            assert all(item.get("schema") or item.get("itemSchema") for item in content.values()), (method, path)
            refused = operation["responses"]["422"]["content"].values()
            assert {item["schema"]["$ref"] for item in refused} == {"#/components/schemas/ErrorAnswer"}


def test_the_schema_can_be_printed() -> None:
    done = subprocess.run([sys.executable, "-m", "drumlin", "openapi"], capture_output=True, text=True, check=True)
    assert "/api/instruments/{instrument_id}/sound" in json.loads(done.stdout)["paths"]


def test_the_hosted_form_only_plays(hosted: Served) -> None:
    assert httpx.get(f"http://{hosted.host}/api/state").json()["mode"] == "play-only"
    for method, path in STUDIO_ONLY:
        answer = httpx.request(method, f"http://{hosted.host}{path}")
        assert answer.status_code in (404, 405), (method, path)
    paths = {getattr(route, "path", "") for route in hosted.app.routes}
    assert not {path for path in paths if re.search("keep|kept|undo|refine|folders|preview|jobs|events", path)}


def test_the_hosted_form_answers_to_its_name_without_a_token(hosted: Served) -> None:
    for host, status in (("drums.example.org", 200), ("other.example.org", 403)):
        assert httpx.get(f"http://{hosted.host}/api/state", headers={"Host": host}).status_code == status


def test_the_hosted_form_takes_smaller_uploads() -> None:
    assert create_app().state.services.policy.upload_limit == 5 << 20


def test_a_studio_without_a_policy_makes_a_token_of_its_own(studio: Served) -> None:
    assert studio.workspace is not None
    tokens = {create_app(studio.workspace).state.services.policy.token for _ in range(2)}
    assert len(tokens) == 2
    assert min(map(len, tokens)) >= 32
