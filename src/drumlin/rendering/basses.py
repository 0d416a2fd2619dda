"""Basses: one channel, in the middle, full below and quick to stop."""

from .additive import Additive
from .modulated import FrequencyModulation
from .noise import Noise
from .patch import Envelope, Patch
from .plucked import String
from .subtractive import Subtractive

BASSES: dict[str, Patch] = {
    "bass_sub": Patch(
        layers=(
            (Additive(ratios=(1, 2, 3, 4), levels_db=(0, -16, -24, -34), decays_s=(0, 0, 0, 0), force_db=8.0), 0.0),
        ),
        envelope=Envelope(attack_s=0.006, release_s=0.06),
        level_db=-10.8,
        key_db=3.0,  # equal weighted loudness would make 32 Hz 6 dB stronger than 65 Hz
        strokes=3,
        highest=60,
    ),
    "bass_saw": Patch(
        layers=(
            (
                Subtractive(
                    voices=2,
                    detune_cents=5.0,
                    cutoff_hz=500.0,
                    key_track=0.3,
                    sweep_octaves=1.8,
                    sweep_s=0.12,
                    force_octaves=2.4,
                    resonance_db=3.0,
                    sub_db=-2.0,
                ),
                0.0,
            ),
        ),
        envelope=Envelope(decay_s=0.3, sustain=0.75, release_s=0.06),
        level_db=-17.5,
        highest=64,
    ),
    "bass_pluck": Patch(
        layers=(
            (
                String(
                    position=0.14,
                    decay_s=2.4,
                    key_decay=0.35,
                    damping=0.7,
                    cutoff_hz=1300.0,
                    force_octaves=2.4,
                    stiffness=2e-05,
                    luck_db=0.8,
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.0015, release_s=0.07),
        level_db=-16.5,
        highest=64,
        ring_s=4.0,
    ),
    "bass_fm": Patch(
        layers=(
            (
                FrequencyModulation(
                    index=2.6, index_s=0.2, force_index=1.6, key_index=0.15, decay_s=5.0, key_decay=0.2
                ),
                0.0,
            ),
        ),
        envelope=Envelope(attack_s=0.002, release_s=0.06),
        level_db=-17.0,
        highest=64,
        ring_s=4.0,
    ),
    "bass_upright": Patch(
        layers=(
            (
                String(
                    position=0.22,
                    decay_s=1.5,
                    key_decay=0.3,
                    damping=1.6,
                    slope_db=-5.0,
                    cutoff_hz=700.0,
                    force_octaves=1.8,
                    stiffness=3e-05,
                    body=((110.0, 3.0, 0.6), (240.0, 2.0, 0.4)),
                ),
                0.0,
            ),
            (Noise(low_hz=500.0, high_hz=2200.0, slope_db=-6.0, decay_s=0.05, width=0.0), -20.0),
        ),
        envelope=Envelope(attack_s=0.004, release_s=0.09),
        level_db=-16.5,
        lowest=26,
        highest=64,
        ring_s=3.0,
    ),
}
