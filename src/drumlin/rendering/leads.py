"""Leads: near the middle, with a vibrato that comes in when a note is held."""

from .additive import Additive
from .noise import Noise
from .patch import Envelope, Patch
from .subtractive import Subtractive
from .vibrato import Vibrato

LEADS: dict[str, Patch] = {
    "lead_saw": Patch(
        layers=(
            (
                Subtractive(
                    voices=3,
                    detune_cents=11.0,
                    width=0.5,
                    cutoff_hz=2600.0,
                    key_track=0.4,
                    sweep_octaves=1.0,
                    sweep_s=0.25,
                    resonance_db=2.0,
                    highest_hz=16000.0,
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.008, decay_s=0.4, sustain=0.8, release_s=0.12),
        level_db=-17.0,
        key_db=-1.0,
        vibrato=Vibrato(rate_hz=5.4, depth_cents=9.0),
    ),
    "lead_square": Patch(
        layers=(
            (
                Subtractive(
                    wave="pulse",
                    pulse_width=0.46,
                    voices=2,
                    detune_cents=5.0,
                    width=0.3,
                    cutoff_hz=2400.0,
                    sweep_octaves=0.6,
                    resonance_db=1.5,
                    highest_hz=16000.0,
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.006, decay_s=0.3, sustain=0.8),
        level_db=-17.0,
        key_db=-1.0,
        vibrato=Vibrato(depth_cents=9.0),
    ),
    "lead_flute": Patch(
        layers=(
            (
                Additive(
                    ratios=(1, 2, 3, 4, 5, 6),
                    levels_db=(0, -9, -16, -24, -32, -40),
                    decays_s=(0, 0, 0, 0, 0, 0),
                    force_db=9.0,
                ),
                0.0,
            ),
            (Noise(high_hz=2600.0, key_track=0.8, width=0.4), -33.0),
        ),
        envelope=Envelope(attack_s=0.045, release_s=0.12),
        level_db=-18.5,
        lowest=55,
        highest=98,
        vibrato=Vibrato(rate_hz=5.0, depth_cents=14.0, after_s=0.3),
    ),
    "lead_whistle": Patch(
        layers=(
            (Additive(ratios=(1, 2, 3), levels_db=(0, -30, -36), decays_s=(0, 0, 0)), 0.0),
            (Noise(low_hz=700.0, high_hz=3000.0, key_track=1.0, slope_db=0.0, width=0.0), -30.0),
        ),
        envelope=Envelope(attack_s=0.03),
        level_db=-18.5,
        lowest=60,
        vibrato=Vibrato(rate_hz=5.6, depth_cents=18.0, after_s=0.25),
    ),
    "lead_brass": Patch(
        layers=(
            (
                Subtractive(
                    voices=3,
                    detune_cents=6.0,
                    width=0.5,
                    cutoff_hz=1500.0,
                    sweep_octaves=0.9,
                    sweep_s=0.5,
                    rise_s=0.05,
                    force_octaves=2.8,
                    resonance_db=1.0,
                    highest_hz=16000.0,
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.035, decay_s=0.5, sustain=0.85, release_s=0.12),
        level_db=-18.0,
        lowest=36,
        highest=88,
        vibrato=Vibrato(rate_hz=5.0, depth_cents=7.0, after_s=0.5),
    ),
}
