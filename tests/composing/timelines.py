"""Timelines that the tests of the composer share."""

from typing import Any

from drumlin.composing import Composition, compose, read_timeline


def strict(*regions: dict[str, Any], duration_s: float = 30.0, seed: int = 7, **more: Any) -> dict[str, Any]:
    """Return a document of the strict dialect."""
    return {
        "format": "drumlin-timeline",
        "version": 1,
        "seed": seed,
        "duration_s": duration_s,
        "regions": list(regions),
        **more,
    }


def one(descriptor: str, duration_s: float = 30.0, seed: int = 7, **more: Any) -> dict[str, Any]:
    """Return a document with one region."""
    return strict({"start_s": 0, "descriptor": descriptor, **more}, duration_s=duration_s, seed=seed)


def piece(document: dict[str, Any]) -> Composition:
    """Return what is composed of a document."""
    return compose(read_timeline(document))


def study(*actions: dict[str, Any], end: float = 30.0, **more: Any) -> dict[str, Any]:
    """Return a document of the study's grammar with one metered span."""
    return {
        "random_seed": 7,
        "spans": [
            {"id": 1, "type": "metered", "time": 0, "actions": list(actions)},
            {"type": "unmetered", "time": end},
        ],
        **more,
    }
