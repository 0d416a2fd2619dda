"""Textures, which lie behind all else, and hits, which mark a place."""

from .ensemble import Ensemble
from .noise import Noise
from .patch import Envelope, Patch
from .sweep import Sweep

TEXTURES: dict[str, Patch] = {
    "texture_noise": Patch(
        layers=((Noise(low_hz=400.0, high_hz=3500.0, key_track=0.3, slope_db=-4.0), 0.0),),
        envelope=Envelope(attack_s=0.6, release_s=1.0),
        level_db=-27.5,
        strokes=2,
    ),
    "texture_drone": Patch(
        layers=(
            (
                Ensemble(
                    slope_db=-7.0, extra=((3, -10.0),), spread_cents=7.0, cutoff_hz=700.0, bright_s=4.0, wander=0.4
                ),
                0.0,
            ),
            (Noise(high_hz=900.0, key_track=0.3, slope_db=-4.0), -28.0),
        ),
        envelope=Envelope(attack_s=0.9, release_s=1.4),
        level_db=-25.0,
        strokes=2,
    ),
    "texture_shimmer": Patch(
        layers=(
            (
                Ensemble(
                    slope_db=-12.0,
                    extra=((2, -2.0), (3, -8.0), (4, -6.0), (8, -14.0)),
                    spread_cents=9.0,
                    cutoff_hz=5000.0,
                    bright_s=2.0,
                    wander=0.6,
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.7, release_s=1.4),
        level_db=-24.5,
        strokes=2,
    ),
    "hit_boom": Patch(
        layers=(
            (Sweep(octaves=1.6, sweep_s=0.07, decay_s=3.0), 0.0),
            (Noise(low_hz=60.0, high_hz=500.0, slope_db=-6.0, decay_s=1.2), -10.0),
            (Noise(low_hz=300.0, high_hz=3500.0, decay_s=0.25), -14.0),
        ),
        envelope=Envelope(attack_s=0.002, release_s=0.4),
        level_db=-14.0,
        strokes=2,
        highest=47,
        ring_s=4.0,
    ),
    "hit_riser": Patch(
        layers=((Noise(low_hz=250.0, high_hz=900.0, slope_db=-2.0, rise_octaves=3.2), 0.0),),
        envelope=Envelope(attack_s=0.02, release_s=0.06),
        strokes=2,
        rises=True,
    ),
}
