"""What an instrument tells of itself, as JSON content for command line and page."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from ..parameters import VOICE_PARAMETERS
from .instrument import Instrument


def describe(instrument: Instrument) -> dict[str, Any]:
    """Return what an instrument is, what it learned from and what it can be told."""
    manifest = instrument.manifest
    return {
        "name": instrument.name,
        "recipe": instrument.recipe,
        "sha256": instrument.sha256,
        "version": manifest.version,
        "sample_rate": instrument.sample_rate,
        "length": instrument.length,
        "duration_s": instrument.length / instrument.sample_rate,
        "play_start_s": manifest.play_start_s,
        "latent_size": instrument.latent_size,
        "has_encoder": instrument.has_encoder,
        "classes": list(instrument.classes),
        "controls": [asdict(control) for control in (*instrument.controls, *VOICE_PARAMETERS)],
        "points": len(instrument.points),
        "labels": dict(sorted(Counter(instrument.points.labels).items())),
        "alignment": manifest.alignment.model_dump(),
        "provenance": manifest.provenance,
        "metrics": manifest.metrics,
    }
