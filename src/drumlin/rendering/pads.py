"""Pads: they swell, spread from left to right, and leave the middle to others."""

from .additive import Additive
from .ensemble import Ensemble
from .noise import Noise
from .patch import Envelope, Patch
from .subtractive import Subtractive

PADS: dict[str, Patch] = {
    "pad_warm": Patch(
        layers=(
            (
                Subtractive(
                    voices=3,
                    detune_cents=9.0,
                    width=0.8,
                    cutoff_hz=750.0,
                    key_track=0.4,
                    sweep_octaves=0.9,
                    sweep_s=1.5,
                    rise_s=0.5,
                    force_octaves=1.5,
                    resonance_db=1.0,
                ),
                0.0,
            ),
            (Ensemble(slope_db=-7.0, spread_cents=9.0, cutoff_hz=900.0), -2.0),
        ),
        envelope=Envelope(attack_s=0.25, release_s=0.7),
        level_db=-26.5,
        strokes=2,
    ),
    "pad_glass": Patch(
        layers=(
            (
                Additive(
                    ratios=(1, 2, 3, 4, 6, 8, 10),
                    levels_db=(0, -8, -14, -14, -22, -26, -34),
                    decays_s=(0, 0, 9.0, 7.0, 6.0, 4.0, 3.0),
                    key_decay=0.3,
                    force_db=4.0,
                    voices=3,
                    detune_cents=6.0,
                    width=0.9,
                ),
                0.0,
            ),
            (
                Ensemble(
                    slope_db=-9.0, extra=((4, -12.0), (6, -18.0)), spread_cents=6.0, cutoff_hz=2500.0, bright_s=2.0
                ),
                -3.0,
            ),
        ),
        envelope=Envelope(attack_s=0.18, release_s=0.9),
        level_db=-26.0,
        strokes=2,
    ),
    "pad_strings": Patch(
        layers=(
            (
                Ensemble(
                    slope_db=-5.0,
                    force_octaves=2.8,
                    spread_cents=11.0,
                    cutoff_hz=2200.0,
                    bright_octaves=0.8,
                    bright_s=0.5,
                    formants=((300.0, 3.0, 0.7), (1200.0, 2.0, 0.6), (2800.0, 2.5, 0.5)),
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.14, release_s=0.45),
        level_db=-24.0,
        strokes=2,
    ),
    "pad_dark": Patch(
        layers=(
            (
                Ensemble(
                    slope_db=-9.0, spread_cents=14.0, cutoff_hz=450.0, bright_octaves=0.7, bright_s=2.5, wander=0.25
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.5, release_s=1.2),
        level_db=-22.5,
        strokes=2,
    ),
    "pad_choir": Patch(
        layers=(
            (
                Ensemble(
                    spread_cents=10.0,
                    cutoff_hz=1800.0,
                    bright_octaves=0.5,
                    bright_s=0.9,
                    formants=((650.0, 9.0, 0.3), (1080.0, 6.0, 0.22), (2650.0, 6.0, 0.2), (300.0, -4.0, 0.6)),
                    wander=0.2,
                ),
                0.0,
            ),
            (Noise(low_hz=1500.0, high_hz=6000.0, key_track=0.2, slope_db=-4.0), -36.0),
        ),
        envelope=Envelope(attack_s=0.22, release_s=0.6),
        level_db=-23.0,
        strokes=2,
        lowest=40,
        highest=88,
    ),
}
