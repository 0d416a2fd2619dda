import json
from typing import Any

import pytest

from drumlin.errors import InstrumentError, InstrumentVersionError
from drumlin.instrument.manifest import Manifest, parse_manifest

CONTENT: dict[str, Any] = {
    "format": "drumlin-instrument",
    "version": 1,
    "name": "Kit",
    "recipe": "ae-small-tanh",
    "sample_rate": 44100,
    "length": 17640,
    "latent_size": 2,
    "play_start_s": 0.09,
    "graphs": {"map": "0" * 64, "decode": "1" * 64},
    "points": 2,
    "labels": ["kick", "snare"],
    "controls": [{"name": "tone", "minimum": -1, "maximum": 1, "default": 0}],
    "provenance": {"licences": ["CC0-1.0"]},
}


def parse(**changes: Any) -> Manifest:
    return parse_manifest(json.dumps(CONTENT | changes).encode())


def test_manifest_survives_its_json() -> None:
    manifest = parse()
    assert parse_manifest(manifest.to_json()) == manifest


def test_later_version_is_named() -> None:
    with pytest.raises(InstrumentVersionError, match="version 2, this release plays version 1"):
        parse(version=2)


@pytest.mark.parametrize("version", [0, "1", None, [1], 1e300])
def test_strange_versions_are_refused(version: object) -> None:
    with pytest.raises(InstrumentVersionError):
        parse(version=version)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"name": ""},
        {"name": "x" * 201},
        {"sample_rate": 0},
        {"sample_rate": 10**9},
        {"length": 0},
        {"length": 1 << 40},
        {"latent_size": 0},
        {"latent_size": 10**6},
        {"points": -1},
        {"play_start_s": 0.5},
        {"play_start_s": -1},
        {"graphs": {"map": "0" * 64}},
        {"graphs": {"map": "0" * 64, "decode": "short"}},
        {"graphs": {"map": "0" * 64, "decode": "1" * 64, "evil": "2" * 64}},
        {"controls": [{"name": "tone", "minimum": 1, "maximum": -1, "default": 0}]},
        {"controls": CONTENT["controls"] * 2},
        {"classes": ["kick", "kick"]},
        {"labels": ["kick", "kick"]},
        {"names": ["one"]},
        {"alignment": {"kind": "middle"}},
        {"unknown": 1},
        {"provenance": "text"},
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InstrumentError):
        parse(**changes)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"[]", b"null", b"{", b"[" * 100_000, b'{"a":' * 100_000, json.dumps(CONTENT)[:-1].encode()],
)
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(InstrumentError):
        parse_manifest(data)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    data = json.dumps(CONTENT | {"metrics": {"loss": "HERE"}}).replace('"HERE"', text).encode()
    with pytest.raises(InstrumentError):
        parse_manifest(data)


def test_deep_free_parts_are_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100):
        deep = {"deeper": deep}
    with pytest.raises(InstrumentError, match="deep"):
        parse(provenance=deep)
